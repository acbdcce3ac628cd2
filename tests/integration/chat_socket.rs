//! The socket: frames, commands and how connections end.

mod commands;
mod endings;
mod following;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::Message;

use crate::{chat::Chat, service::Service};

/// A handshake by hand: the answer's head, and the socket behind it.
pub(crate) async fn raw(service: &Service, headers: &str) -> (String, TcpStream) {
    let address = service.url().replace("http://", "");
    let mut socket = TcpStream::connect(&address).await.unwrap();
    let host = if headers.to_lowercase().contains("host:") {
        String::new()
    } else {
        format!("host: {address}\r\n")
    };
    let request = format!(
        "GET /v1/chat HTTP/1.1\r\n{host}connection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    (String::from_utf8(head).unwrap(), socket)
}

#[tokio::test]
async fn a_hello_is_welcomed() {
    let service = Service::start().await;
    let mut chat = Chat::dial(&service.url()).await;
    let mut welcome = chat.hello(json!({"timeZone": "Europe/Berlin", "later": 1})).await;
    assert!(welcome["connectionId"].take().is_string());
    assert_eq!(
        welcome,
        json!({
            "type": "welcome",
            "connectionId": null,
            "protocol": "copilot.v1",
            "server": {"name": "opscopilot", "version": env!("CARGO_PKG_VERSION")},
            "principal": {"id": "local", "name": "Local operator", "roles": ["operator"]},
            "model": {"name": "scripted", "state": "ready"},
            "estate": {"name": "Sample", "kind": "sample"},
            "limits": {
                "maxFrameInBytes": 65536,
                "maxFrameOutBytes": 131_072,
                "maxUserTextBytes": 16384,
                "heartbeatMs": 25000,
                "maxSubscriptions": 64,
            },
        })
    );
    service.end().await;
}

#[tokio::test]
async fn a_ping_is_answered_also_before_hello() {
    let service = Service::start().await;
    let mut chat = Chat::dial(&service.url()).await;
    chat.send(&json!({"type": "ping", "t": 42})).await;
    assert_eq!(chat.next().await, Ok(json!({"type": "pong", "t": 42})));
    service.end().await;
}

#[tokio::test]
async fn another_subprotocol_is_refused() {
    let service = Service::start().await;
    for headers in ["", "sec-websocket-protocol: copilot.v9\r\n"] {
        let (head, mut socket) = raw(&service, headers).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        let mut frame = [0; 4];
        socket.read_exact(&mut frame).await.unwrap();
        assert_eq!((frame[0], u16::from_be_bytes([frame[2], frame[3]])), (0x88, 4406));
    }
    service.end().await;
}

#[tokio::test]
async fn foreign_pages_and_names_are_refused() {
    let service = Service::start().await;
    let port = service.url().rsplit(':').next().unwrap().to_owned();
    for headers in [
        "origin: https://evil.example\r\n".to_owned(),
        "origin: null\r\n".to_owned(),
        "origin: http://127.0.0.1:1\r\n".to_owned(),
        format!("host: evil.example:{port}\r\n"),
        "host: 169.254.169.254\r\n".to_owned(),
    ] {
        let (head, _) = raw(&service, &headers).await;
        assert!(head.starts_with("HTTP/1.1 403"), "{headers}: {head}");
    }
    let own = format!("origin: http://localhost:{port}\r\nhost: localhost:{port}\r\n");
    let (head, _) = raw(&service, &own).await;
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    service.end().await;
}

/// Sends a frame after hello; gives the error's code and the close code.
async fn refusal(service: &Service, frame: Message) -> (String, u16) {
    use futures_util::SinkExt;
    let mut chat = service.chat().await;
    chat.socket.send(frame).await.unwrap();
    let code = chat.closed().await;
    let error = chat.frames.iter().find(|frame| frame["type"] == "error");
    let error = error.and_then(|frame| frame["error"]["code"].as_str()).unwrap_or_default();
    (error.to_owned(), code)
}

#[tokio::test]
async fn what_is_no_frame_ends_the_connection() {
    let service = Service::start().await;
    let bad = ("badFrame".to_owned(), 4400);
    for text in [
        "{",
        "[]",
        "[\"ping\", null]",
        "[\"thread.create\", \"an-id\"]",
        "null",
        "{\"id\": \"a\"}",
        "{\"type\": 5, \"id\": \"a\"}",
        "{\"type\": \"thread.create\"}",
        "{\"type\": \"no.such\"}",
        "{\"type\": \"thread.create\", \"id\": \"\"}",
        "{\"type\": \"hello\"}",
    ] {
        assert_eq!(refusal(&service, Message::text(text)).await, bad, "{text}");
    }
    let deep = format!("{{\"type\": \"ping\", \"x\": {}", "[".repeat(30_000));
    assert_eq!(refusal(&service, Message::text(deep)).await, bad);
    assert_eq!(refusal(&service, Message::binary(vec![1, 2, 3])).await, bad);
    service.end().await;
}

#[tokio::test]
async fn a_frame_that_is_too_large_ends_the_connection_and_says_so() {
    let service = Service::start().await;
    for size in [64 * 1024 + 1, 100_000, 1024 * 1024] {
        let (_, code) = refusal(&service, Message::text("x".repeat(size))).await;
        assert_eq!(code, 1009, "{size} bytes");
    }
    let mut chat = service.chat().await;
    let padded = format!("{{\"type\": \"ping\", \"t\": 1, \"pad\": \"{}\"}}", "x".repeat(65_490));
    assert!(padded.len() <= 65_536);
    use futures_util::SinkExt;
    chat.socket.send(Message::text(padded)).await.unwrap();
    assert_eq!(chat.next().await.unwrap()["type"], "pong");
    service.end().await;
}

#[tokio::test]
async fn text_that_is_no_utf8_ends_the_connection() {
    let service = Service::start().await;
    let (_, mut socket) = raw(&service, "sec-websocket-protocol: copilot.v1\r\n").await;
    // A masked text frame of two bytes that are no UTF-8.
    socket.write_all(&[0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]).await.unwrap();
    let mut frame = [0; 4];
    socket.read_exact(&mut frame).await.unwrap();
    assert_eq!((frame[0], u16::from_be_bytes([frame[2], frame[3]])), (0x88, 4400));
    service.end().await;
}

#[tokio::test]
async fn a_command_before_hello_ends_the_connection() {
    let service = Service::start().await;
    let mut chat = Chat::dial(&service.url()).await;
    chat.send(&json!({"type": "thread.create", "id": "c1"})).await;
    assert_eq!(chat.closed().await, 4400);
    assert_eq!(chat.frames[0]["error"]["code"], "badFrame");
    service.end().await;
}

//! How connections end: with a code that says why, and never for others' sake.

use std::time::Duration;

use futures_util::SinkExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;

use super::raw;
use crate::{
    chat::Chat,
    model_server::Script,
    service::{Service, Setup},
};

fn impatient(change: impl Fn(&mut Setup)) -> Setup {
    let mut setup = Setup::default();
    change(&mut setup);
    setup
}

#[tokio::test]
async fn a_client_that_answers_pings_stays() {
    let setup = impatient(|setup| setup.server.heartbeat = Duration::from_millis(20));
    let service = Service::with(setup).await;
    let mut chat = service.chat().await;
    use futures_util::StreamExt;
    let mut pings = 0;
    while pings < 8 {
        match chat.socket.next().await.unwrap().unwrap() {
            Message::Ping(_) => pings += 1,
            other => panic!("{other:?}"),
        }
        chat.socket.flush().await.unwrap();
    }
    service.end().await;
}

#[tokio::test]
async fn a_silent_client_is_let_go() {
    let setup = impatient(|setup| setup.server.heartbeat = Duration::from_millis(20));
    let service = Service::with(setup).await;
    let (_, mut socket) = raw(&service, "sec-websocket-protocol: copilot.v1\r\n").await;
    let mut heard = Vec::new();
    socket.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard[..4], [0x89, 0, 0x89, 0], "two pings");
    assert_eq!((heard[4], u16::from_be_bytes([heard[6], heard[7]])), (0x88, 1001));
    service.end().await;
}

#[tokio::test]
async fn a_close_is_answered() {
    let service = Service::start().await;
    let (_, mut socket) = raw(&service, "sec-websocket-protocol: copilot.v1\r\n").await;
    // A masked close frame with code 1000.
    socket.write_all(&[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]).await.unwrap();
    let mut heard = Vec::new();
    socket.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, [0x88, 2, 0x03, 0xe8]);
    service.end().await;
}

#[tokio::test]
async fn a_client_is_sent_away_before_its_time_is_over() {
    let setup = impatient(|setup| setup.server.max_age = Duration::from_millis(50));
    let service = Service::with(setup).await;
    let mut chat = Chat::dial(&service.url()).await;
    assert_eq!(chat.closed().await, 1012);
    let goaway = chat.frames.last().unwrap();
    assert_eq!((&goaway["type"], &goaway["reason"]), (&json!("goaway"), &json!("maxAge")));
    assert!(goaway["reconnectAfterMs"].as_u64().unwrap() >= 250);
    service.end().await;
}

#[tokio::test]
async fn a_stop_sends_clients_away_and_keeps_the_run_for_the_next_start() {
    let mut service = Service::start().await;
    service.says(Script::new().text("Half").hang());
    service.says(Script::answer("Whole."));
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Well?").await;
    chat.streamed("Half").await;
    let leaving = tokio::spawn(async move {
        let code = chat.closed().await;
        (code, chat)
    });
    service.stop().await;
    let (code, chat) = leaving.await.unwrap();
    assert_eq!(code, 1012);
    assert_eq!(chat.frames.last().unwrap()["reason"], "drain");
    service.begin_again().await;
    let mut chat = service.chat().await;
    chat.follow(&thread, json!({})).await;
    assert_eq!(chat.outcome(&run).await["kind"], "completed");
    assert_eq!(chat.message()["text"], "Whole.");
    assert_eq!(chat.events_of("runResumed").len(), 1);
    service.end().await;
}

#[tokio::test]
async fn more_connections_than_allowed_are_turned_away() {
    let setup = impatient(|setup| setup.server.max_connections = 2);
    let service = Service::with(setup).await;
    let _one = service.chat().await;
    let _two = service.chat().await;
    let (head, _) = raw(&service, "sec-websocket-protocol: copilot.v1\r\n").await;
    assert!(head.starts_with("HTTP/1.1 503"), "{head}");
    service.end().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_let_go_and_others_do_not_notice() {
    let patience = Duration::from_millis(200);
    let service = Service::with(impatient(|setup| setup.server.send_timeout = patience)).await;
    let (mut chat, thread) = service.thread().await;
    for _ in 0..20 {
        service.says(Script::answer(&"x".repeat(31 * 1024)));
        chat.answer(&thread, "Much?").await;
    }
    let mut slow = service.chat().await;
    for _ in 0..60 {
        let again = slow.command("thread.subscribe", json!({"threadId": thread}));
        slow.socket.send(Message::text(again.to_string())).await.unwrap();
    }
    // What must pass is the time-out itself.
    tokio::time::sleep(patience * 5).await;
    service.says(Script::answer("Unhindered."));
    assert_eq!(chat.answer(&thread, "And now?").await["kind"], "completed");
    let code = loop {
        match slow.socket_frame().await {
            Ok(()) => {}
            Err(code) => break code,
        }
    };
    assert_eq!(code, 1013);
    service.end().await;
}

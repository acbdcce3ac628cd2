//! The bare relay that the product is measured against: server-sent events in, one WebSocket
//! text frame out for each, nothing stored, nothing understood.
//!
//! A client sends the requests of one answer as a JSON array: `[url, body, body, …]`. They are
//! sent one after the other; an empty frame says that all are done.

use axum::{
    Router,
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    response::Response,
    routing::get,
};

use crate::{Failure, chat::http};

/// Serves until the process is ended.
pub(crate) fn serve() -> Result<(), Failure> {
    let http = http()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on http://{}", listener.local_addr()?);
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        let chat =
            move |upgrade: WebSocketUpgrade| std::future::ready(upgrade_to(upgrade, http.clone()));
        axum::serve(listener, Router::new().route("/", get(chat))).await?;
        Ok(())
    })
}

fn upgrade_to(upgrade: WebSocketUpgrade, http: reqwest::Client) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        while let Some(Ok(Message::Text(asked))) = socket.recv().await {
            if let Err(error) = relay(&mut socket, &http, asked.as_str()).await {
                eprintln!("bare relay: {error}");
                return;
            }
        }
    })
}

async fn relay(socket: &mut WebSocket, http: &reqwest::Client, asked: &str) -> Result<(), Failure> {
    let asked: Vec<String> = serde_json::from_str(asked)?;
    let (url, bodies) = asked.split_first().ok_or("nothing asked")?;
    for body in bodies {
        let request = http.post(url).header("content-type", "application/json");
        let mut response = request.body(body.clone()).send().await?;
        let mut held = String::new();
        while let Some(bytes) = response.chunk().await? {
            held.push_str(std::str::from_utf8(&bytes)?);
            let mut taken = 0;
            while let Some(end) = held.get(taken..).and_then(|rest| rest.find("\n\n")) {
                let event = held.get(taken..taken + end).unwrap_or_default();
                let data = event.strip_prefix("data: ").unwrap_or_default();
                socket.send(Message::text(data)).await?;
                taken += end + 2;
            }
            held.drain(..taken);
        }
    }
    socket.send(Message::text("")).await?;
    Ok(())
}

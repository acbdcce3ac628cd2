//! What Azure makes people wait for reaches them, through the whole service.

use opscopilot::{
    app::{self, AppConfig, Keep},
    config::{AzureOptions, EstateOptions, LimitOptions, ModelOptions},
    estate::{self, Fault},
};
use tokio::net::TcpListener;

use crate::chat::Chat;

async fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

/// The notice of this code that a client gets who asks while the estate throttles so.
async fn notice_of(retry_after_seconds: u32, times: u32) -> serde_json::Value {
    let fault = Fault {
        path_prefix: "/subscriptions".to_owned(),
        status: Some(429),
        times: Some(times),
        retry_after_seconds: Some(retry_after_seconds),
        ..Fault::default()
    };
    let options = estate::Options { faults: vec![fault], ..estate::Options::default() };
    let estate = estate::serve(loopback().await, options).unwrap();
    let config = AppConfig {
        keep: Keep::Nothing,
        azure: AzureOptions {
            azure_endpoint: Some(estate.endpoint()),
            proxy: Some("none".to_owned()),
            ..AzureOptions::default()
        },
        model: ModelOptions { planner: Some(true), ..ModelOptions::default() },
        estate: EstateOptions::default(),
        limits: LimitOptions::default(),
        tools_dir: None,
        allow_origin: Vec::new(),
        max_runs: None,
        max_connections: None,
        clock: opscopilot::clock::Clock::system(),
    };
    let app = app::start(config, loopback().await).await.unwrap();
    let mut chat = Chat::connect(&app.url()).await;
    let thread = chat.thread().await;
    let run = chat.ask(&thread, "Which subscriptions are there?").await;
    let notice = chat.until(|frame| frame["type"] == "notice").await;
    chat.outcome(&run).await;
    app.stop(std::time::Duration::ZERO).await;
    estate.shut_down().await.unwrap();
    notice
}

#[tokio::test]
async fn a_throttled_call_is_told_while_it_waits() {
    let notice = notice_of(2, 1).await;
    assert_eq!(notice["code"], "azureThrottled", "{notice}");
    assert_eq!(notice["level"], "info", "{notice}");
    let message = notice["message"].as_str().unwrap();
    assert!(message.contains("/subscriptions") && message.contains("2 s"), "{message}");
}

#[tokio::test]
async fn a_call_that_azure_puts_off_too_long_is_told_as_a_warning() {
    let notice = notice_of(3_600, 1).await;
    assert_eq!(notice["code"], "azureThrottled", "{notice}");
    assert_eq!(notice["level"], "warning", "{notice}");
    assert!(notice["message"].as_str().unwrap().contains("3600 s, too long"), "{notice}");
}

//! The subscription allow-list: no tool shows another subscription, nor asks for one.

use std::sync::{Arc, Mutex};

use opscopilot::tools::{ToolError, ToolOutput};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    every_tool,
    tools_bench::{Bench, estate},
};

/// A wire tap: what is sent to the estate passes through it and is kept.
struct Tap {
    url: String,
    sent: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    async fn before(endpoint: &str) -> Self {
        let to = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sent = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&sent);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, to.clone(), Arc::clone(&kept)));
            }
        });
        Self { url, sent }
    }

    fn take(&self) -> String {
        let sent = std::mem::take(&mut *self.sent.lock().unwrap());
        String::from_utf8_lossy(&sent).to_lowercase()
    }
}

async fn pass(client: TcpStream, to: String, kept: Arc<Mutex<Vec<u8>>>) {
    let server = TcpStream::connect(to).await.unwrap();
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
        kept.lock().unwrap().extend_from_slice(&buffer[..read]);
        if to_server.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// The lines and bodies in what was sent that name one of `others`.
fn naming(sent: &str, others: &[String]) -> Vec<String> {
    let lines = sent.lines().filter(|line| others.iter().any(|id| line.contains(id.as_str())));
    lines.map(str::to_owned).collect()
}

/// The subscriptions that each query of Resource Graph in what was sent names.
fn queried(sent: &str) -> Vec<Value> {
    let bodies = sent.split("\r\n\r\n").filter(|part| part.trim_start().starts_with('{'));
    let bodies = bodies.filter_map(|body| {
        serde_json::Deserializer::from_str(body).into_iter::<Value>().next()?.ok()
    });
    bodies
        .filter(|body| body.get("query").is_some() && body.get("options").is_some())
        .map(|body| body["subscriptions"].clone())
        .collect()
}

/// All that is told of a call.
fn all_of(output: ToolOutput) -> String {
    let views = serde_json::to_string(&output.views).unwrap();
    let findings = output.findings.iter().map(|one| one.text.as_str());
    let coverage = serde_json::to_string(&output.coverage).unwrap();
    let told = [output.output.to_string(), output.digest, output.summary, views, coverage];
    format!("{}{}", told.concat(), findings.collect::<String>())
}

#[tokio::test]
async fn no_tool_shows_or_asks_for_a_subscription_that_is_not_allowed() {
    let estate = estate().await;
    let tap = Tap::before(&estate.endpoint()).await;
    let all = Bench::at(&estate.endpoint(), "operator").subscriptions().await;
    let (allowed, _) = all.iter().find(|(_, name)| name == "Northlight Production").unwrap();
    let others: Vec<String> =
        all.iter().map(|(id, _)| id.to_lowercase()).filter(|id| id != allowed).collect();
    let names: Vec<&str> =
        all.iter().filter(|(id, _)| id != allowed).map(|(_, name)| name.as_str()).collect();
    assert!(others.len() > 1);
    let bench = Bench::at(&tap.url, "operator").allowing(allowed);
    let calls = every_tool::calls(&bench).await;
    tap.take();
    let mut queries = 0;
    for (tool, arguments) in calls {
        let told = match bench.run(tool, arguments.clone()).await {
            Ok(output) => all_of(output),
            // What it is about may be in another subscription.
            Err(error @ ToolError::Rejected { .. }) => format!("{error} {}", error.model_text()),
            Err(error) => panic!("{tool} {arguments}: {error}"),
        };
        for id in &others {
            assert!(
                !told.to_lowercase().contains(id.as_str()),
                "{tool} {arguments} shows {id}: {told}"
            );
        }
        for name in &names {
            assert!(!told.contains(name), "{tool} {arguments} shows {name}: {told}");
        }
        let sent = tap.take();
        assert_eq!(naming(&sent, &others), Vec::<String>::new(), "{tool} {arguments} asks");
        for subscriptions in queried(&sent) {
            queries += 1;
            assert_eq!(subscriptions, serde_json::json!([allowed]), "{tool} {arguments} asks");
        }
    }
    assert!(queries > 10, "only {queries} queries were seen");
    // Nor are they in what the estate says it was asked for.
    let asked = estate.ledger();
    let direct =
        asked.iter().filter(|entry| others.iter().any(|id| entry.path.contains(id.as_str())));
    assert_eq!(direct.count(), 0);
}

#[tokio::test]
async fn a_subscription_that_is_not_allowed_cannot_be_named_either() {
    let estate = estate().await;
    let all = Bench::at(&estate.endpoint(), "operator").subscriptions().await;
    let (allowed, _) = all.iter().find(|(_, name)| name == "Northlight Production").unwrap();
    let (other, other_name) = all.iter().find(|(id, _)| id != allowed).unwrap();
    let bench = Bench::at(&estate.endpoint(), "operator").allowing(allowed);
    let group = format!("/subscriptions/{other}/resourceGroups/rg-any");
    for (tool, arguments) in [
        ("find_resources", serde_json::json!({"subscription": other})),
        ("find_resources", serde_json::json!({"subscription": other_name})),
        ("get_resource", serde_json::json!({"resource": group})),
        ("check_access", serde_json::json!({"at": group})),
        ("list_alerts", serde_json::json!({"resource": group})),
        ("get_activity_log", serde_json::json!({"resource": group})),
        ("list_resource_health", serde_json::json!({"resource": group})),
        ("query_resources", serde_json::json!({"query": "resources", "subscription": other})),
    ] {
        let told = match bench.run(tool, arguments.clone()).await {
            Err(error) => error.to_string(),
            Ok(output) => {
                assert_eq!(output.coverage.rows, 0, "{tool} {arguments}");
                output.digest
            }
        };
        assert!(!told.contains("Northlight Sandbox is"), "{told}");
    }
    let asked = estate.ledger();
    let direct = asked.iter().filter(|entry| entry.path.contains(other.as_str()));
    assert_eq!(direct.map(|entry| entry.path.clone()).collect::<Vec<_>>(), Vec::<String>::new());
}

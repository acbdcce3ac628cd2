//! The log: every line can be traced to its request, run and call, and none holds a secret, a
//! token or anybody's words.

use opscopilot::estate::{self, Fault};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    chat::Chat,
    model_client::KEY,
    model_server::{ModelServer, Script},
    process::{Process, with_model},
    service::http,
};

/// A token that must be nowhere but in a request to Azure.
const TOKEN: &str = "quokka-token-5e1f9b";

/// The log's lines, as JSON.
fn lines(process: &Process) -> Vec<Value> {
    let text = std::fs::read_to_string(&process.log).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The value of a field, in the line or in one of its spans.
fn field<'a>(line: &'a Value, name: &str) -> Option<&'a str> {
    let spans = line["spans"].as_array().map_or(&[][..], Vec::as_slice);
    let own = line.get(name).into_iter();
    own.chain(spans.iter().filter_map(|span| span.get(name))).find_map(Value::as_str)
}

fn no_line_holds(process: &Process, canaries: &[&str]) {
    let log = std::fs::read_to_string(&process.log).unwrap();
    for canary in canaries {
        let found = log.lines().find(|line| line.contains(canary));
        assert_eq!(found, None, "{canary} is in the log");
    }
}

#[tokio::test]
async fn a_failed_call_is_one_line_with_all_its_ids() {
    let dir = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let broken =
        Fault { path_prefix: "/subscriptions".to_owned(), status: Some(409), ..Fault::default() };
    let options = estate::Options { faults: vec![broken], ..estate::Options::default() };
    let estate = estate::serve(listener, options).unwrap();
    let model = ModelServer::start().await;
    model.push(Script::asks("list_subscriptions", &json!({}))).push(Script::answer("I cannot."));
    let process = Process::serve(dir.path(), |command| {
        with_model(command, &model);
        command.env("OPSCOPILOT_LOG", "trace").env("OPSCOPILOT_LOG_FORMAT", "json");
        command.env("OPSCOPILOT_AZURE_ENDPOINT", estate.endpoint());
        command.env("OPSCOPILOT_AZURE_TOKEN", TOKEN);
    })
    .await;
    let headers = [("sec-websocket-protocol", "copilot.v1"), ("x-request-id", "trace-of-a-socket")];
    let mut chat = Chat::try_dial(&process.url, &headers).await.unwrap();
    let welcome = chat.hello(json!({})).await;
    let thread = chat.thread().await;
    let run = chat.ask(&thread, "Which subscriptions, quokka-words?").await;
    chat.outcome(&run).await;
    let call = chat.events_of("toolCallCompleted").remove(0);
    assert_eq!(call["status"], "failed", "{call}");
    let url = format!("{}/v1/threads/{thread}?x=quokka-query", process.url);
    http().get(&url).header("x-request-id", "trace-of-a-get").send().await.unwrap();

    let lines = lines(&process);
    let failed: Vec<&Value> = lines
        .iter()
        .filter(|line| field(line, "message").is_some_and(|m| m.starts_with("a tool call failed")))
        .collect();
    assert_eq!(failed.len(), 1, "once");
    assert_eq!(field(failed[0], "thread.id"), Some(thread.as_str()));
    assert_eq!(field(failed[0], "run.id"), Some(run.as_str()));
    assert_eq!(field(failed[0], "call.id"), call["callId"].as_str());
    assert_eq!(field(failed[0], "tool.name"), Some("list_subscriptions"));
    assert_eq!(field(failed[0], "arm.request_id"), call["error"]["armRequestId"].as_str());
    assert!(field(failed[0], "arm.request_id").is_some_and(|id| !id.is_empty()), "{}", failed[0]);
    assert_eq!(failed[0]["http.status"], 409);
    let answered = |id: &str| lines.iter().find(|line| field(line, "request.id") == Some(id));
    let get = answered("trace-of-a-get").unwrap();
    assert_eq!(field(get, "http.route"), Some("/v1/threads/{thread}"));
    let connection = welcome["connectionId"].as_str();
    let of_socket = |line: &&Value| field(line, "request.id") == Some("trace-of-a-socket");
    assert!(lines.iter().filter(of_socket).any(|line| field(line, "connection.id") == connection));

    let asked = model.asked().first().unwrap().body.to_string();
    assert!(asked.contains("quokka-words"), "the model was asked");
    no_line_holds(&process, &["quokka", TOKEN, KEY]);
    process.kill().await;
    estate.shut_down().await.unwrap();
}

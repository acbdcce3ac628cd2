//! kill -9 at any moment: nothing acknowledged is lost, and what was at work goes on.

use std::{path::Path, time::Duration};

use opscopilot::estate::{self, Fault};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    chat::{Chat, question},
    model_server::{Gate, ModelServer, Script},
    process::{Process, command, run, with_model},
};

async fn serve(dir: &Path, model: &ModelServer) -> Process {
    Process::serve(dir, |command| with_model(command, model)).await
}

async fn thread(process: &Process) -> (Chat, String) {
    let mut chat = Chat::connect(&process.url).await;
    let thread = chat.thread().await;
    (chat, thread)
}

/// A client of the process that follows the whole thread.
async fn again(process: &Process, thread: &str) -> Chat {
    let mut chat = Chat::connect(&process.url).await;
    chat.follow(thread, json!({})).await;
    chat
}

fn seen(chat: &Chat) -> Vec<Value> {
    chat.frames.iter().filter(|frame| frame["type"] == "event").cloned().collect()
}

#[tokio::test]
async fn a_half_streamed_reply_is_asked_again_under_a_new_id() {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    model.push(Script::new().text("Half").hang());
    model.push(Script::answer("Whole."));
    let process = serve(dir.path(), &model).await;
    let (mut chat, thread) = thread(&process).await;
    let run = chat.ask(&thread, "Well?").await;
    chat.streamed("Half").await;
    let half = chat.frames.iter().rfind(|frame| frame["type"] == "delta").unwrap().clone();
    let before = seen(&chat);
    process.kill().await;
    let process = serve(dir.path(), &model).await;
    let mut chat = again(&process, &thread).await;
    assert_eq!(chat.outcome(&run).await["kind"], "completed");
    let log = seen(&chat);
    assert_eq!(log[..before.len()], before, "what was seen is there");
    assert_eq!(chat.message()["text"], "Whole.");
    assert_ne!(chat.message()["messageId"], half["messageId"]);
    assert_eq!(chat.events_of("runResumed")[0]["reason"], "restart");
    process.kill().await;
}

#[tokio::test]
async fn a_call_with_a_result_is_not_run_again() {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    let graph = Fault {
        path_prefix: "/providers/Microsoft.ResourceGraph".to_owned(),
        delay: Duration::from_secs(3600),
        times: Some(1),
        ..Fault::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = estate::Options { faults: vec![graph], ..estate::Options::default() };
    let estate = estate::serve(listener, options).unwrap();
    let query = json!({"query": "resources | summarize count()"});
    let calls = [("list_subscriptions", json!({})), ("query_resources", query)];
    model.push(Script::new().calls(calls).stop());
    model.push(Script::answer("Both [e1][e2]."));
    let begin = |command: &mut std::process::Command| {
        with_model(command, &model);
        command.args(["--azure-endpoint", &estate.endpoint()]);
    };
    let process = Process::serve(dir.path(), begin).await;
    let (mut chat, thread) = thread(&process).await;
    let run = chat.ask(&thread, "Well?").await;
    let first = chat.event(|event| event["type"] == "toolCallCompleted").await;
    process.kill().await;
    let process = Process::serve(dir.path(), begin).await;
    let mut chat = again(&process, &thread).await;
    assert_eq!(chat.outcome(&run).await["kind"], "completed");
    let done = chat.events_of("toolCallCompleted");
    assert_eq!(done.len(), 2);
    assert_eq!(done[0], first, "it stands as it was");
    assert_eq!(done[1]["status"], "succeeded");
    assert_eq!(chat.message()["text"], "Both [e1][e2].");
    process.kill().await;
}

#[tokio::test]
async fn what_was_acknowledged_is_there_however_soon_the_kill_comes() {
    let dir = tempfile::tempdir().unwrap();
    let model =
        ModelServer::answering(|_| Script::new().chunks(["So ", "be ", "it."]).stop()).await;
    let mut process = serve(dir.path(), &model).await;
    let (mut chat, thread) = thread(&process).await;
    let mut runs = Vec::new();
    for round in 0..8 {
        let mut start = question(&thread, &format!("Round {round}?"));
        start["whenBusy"] = json!("queue");
        let start = chat.command("run.start", start);
        let reply = chat.reply(&start).await;
        runs.push(reply["result"]["runId"].as_str().unwrap().to_owned());
        // A little later each time: at the reply, at the stream, at the end.
        let mut frames = 0;
        while frames < round && chat.events_of("runFinished").len() <= round {
            chat.next().await.unwrap();
            frames += 1;
        }
        process.kill().await;
        process = serve(dir.path(), &model).await;
        chat = again(&process, &thread).await;
        let repeated = chat.reply(&start).await;
        assert_eq!(repeated["duplicate"], true, "{repeated}");
        assert_eq!(repeated["result"]["runId"], json!(runs[round]));
        chat.outcome(&runs[round]).await;
    }
    let started = chat.events_of("runStarted");
    let begun: Vec<&str> = started.iter().map(|event| event["runId"].as_str().unwrap()).collect();
    assert_eq!(begun, runs, "each once, in order");
    process.kill().await;
}

#[tokio::test]
async fn two_restarts_without_progress_end_the_run_and_what_waits_begins() {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    model.push(Script::new().text("One").hang()).push(Script::new().text("Two").hang());
    model.push(Script::answer("At last."));
    let process = serve(dir.path(), &model).await;
    let (mut chat, thread) = thread(&process).await;
    let run = chat.ask(&thread, "Well?").await;
    chat.streamed("One").await;
    let mut start = question(&thread, "And then?");
    start["whenBusy"] = json!("queue");
    let second = chat.ok("run.start", start).await["runId"].as_str().unwrap().to_owned();
    process.kill().await;
    let process = serve(dir.path(), &model).await;
    let mut chat = again(&process, &thread).await;
    chat.streamed("Two").await;
    process.kill().await;
    let process = serve(dir.path(), &model).await;
    let mut chat = again(&process, &thread).await;
    let outcome = chat.outcome(&run).await;
    assert_eq!((&outcome["kind"], &outcome["code"]), (&json!("failed"), &json!("restart")));
    assert_eq!(chat.outcome(&second).await["kind"], "completed");
    assert_eq!(chat.message()["text"], "At last.");
    process.kill().await;
}

#[tokio::test]
async fn a_data_directory_in_use_names_who_uses_it() {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    let process = serve(dir.path(), &model).await;
    let mut second = command(dir.path());
    second.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(dir.path().join("data"));
    let output = run(second).await;
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(&process.url), "{told}");
    process.kill().await;
}

#[tokio::test]
async fn a_termination_lets_the_run_at_work_end() {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    let gate = Gate::new();
    model.push(Script::new().text("Half, ").gate(&gate).text("whole.").stop());
    let process = serve(dir.path(), &model).await;
    let (mut chat, thread) = thread(&process).await;
    let run = chat.ask(&thread, "Well?").await;
    chat.streamed("Half").await;
    let ending = tokio::spawn(process.terminate());
    assert_eq!(chat.closed().await, 1012);
    gate.open();
    assert!(ending.await.unwrap().success());
    let process = serve(dir.path(), &model).await;
    let mut chat = again(&process, &thread).await;
    assert_eq!(chat.outcome(&run).await["kind"], "completed");
    assert_eq!(chat.message()["text"], "Half, whole.");
    assert!(chat.events_of("runResumed").is_empty());
    process.kill().await;
}

#[tokio::test]
async fn secrets_and_questions_are_in_no_log() {
    let dir = tempfile::tempdir().unwrap();
    let key = crate::model_client::KEY;
    let model =
        ModelServer::answering(move |_| Script::error(500, "x", &format!("Key {key} is wrong.")))
            .await;
    let process = Process::serve(dir.path(), |command| {
        with_model(command, &model);
        command.env("OPSCOPILOT_LOG", "trace");
    })
    .await;
    let (mut chat, thread) = thread(&process).await;
    let run = chat.ask(&thread, "Explain my secure score, quokka-canary-93").await;
    assert_eq!(chat.outcome(&run).await["kind"], "completed");
    let sent = format!("{:?}", chat.frames);
    assert!(!sent.contains(key), "nor in a frame");
    let log = process.log.clone();
    process.terminate().await;
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.len() > 1000, "it was logged at trace");
    assert!(!log.contains(key), "the key is in the log");
    let line = log.lines().find(|line| line.contains("quokka-canary-93"));
    assert_eq!(line, None, "the question is in the log");
}

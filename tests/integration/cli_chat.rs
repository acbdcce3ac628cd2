//! `chat` in the terminal and over pipes: over real sockets, with real processes.

use std::{
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::{
    model_server::{Gate, ModelServer, Script},
    process::{Process, command, run_with_input, with_model},
    service::{Service, http},
};

mod locks;
mod terminal;
mod tls;
mod troubles;

/// `chat` with this server.
fn chat(dir: &Path, url: &str) -> Command {
    let mut chat = command(dir);
    chat.args(["chat", "--url", url]);
    chat
}

/// A server that the planner answers for.
async fn planner(dir: &Path) -> Process {
    let with_planner = |command: &mut Command| {
        command.arg("--planner");
    };
    Process::serve(dir, with_planner).await
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Everything it printed, after it ended well.
fn done(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{} {told}", out(output));
    out(output)
}

async fn titles(url: &str) -> Vec<String> {
    let threads = http().get(format!("{url}/v1/threads")).send().await.unwrap();
    let threads: Value = threads.json().await.unwrap();
    let threads = threads["threads"].as_array().unwrap();
    threads.iter().map(|thread| thread["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn piped_questions_are_answered_one_by_one_in_one_thread() {
    let dir = tempfile::tempdir().unwrap();
    let process = planner(dir.path()).await;
    let lines =
        "List my subscriptions\n\n  Explain my secure score\n/threads\n/evidence e1\n/status";
    let text = done(&run_with_input(chat(dir.path(), &process.url), lines).await);
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what}: {text}"));
    assert!(at("❯ List my subscriptions") < at("✓ List subscriptions"), "{text}");
    assert!(at("✓ List subscriptions") < at("❯ Explain my secure score"), "{text}");
    at("[e1] List subscriptions: ");
    at("[e2] Explain secure score: ");
    assert!(text.matches("looked at ").count() == 2, "{text}");
    at("Secure score: █");
    at("rows 1 to ");
    assert!(text.contains(&process.url), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    assert_eq!(titles(&process.url).await, ["List my subscriptions"]);
    process.kill().await;
}

#[tokio::test]
async fn tables_keep_to_the_width_there_is() {
    let dir = tempfile::tempdir().unwrap();
    let process = planner(dir.path()).await;
    for columns in [40, 60, 80] {
        let mut chat = chat(dir.path(), &process.url);
        chat.env("COLUMNS", columns.to_string());
        let lines = "Explain my secure score\n/show e1\n/evidence e1\n";
        let text = done(&run_with_input(chat, lines).await);
        let drawn = text.lines().filter(|line| line.contains("──") || line.contains('█'));
        assert!(drawn.clone().count() > 3, "{text}");
        for line in drawn {
            assert!(line.chars().count() <= columns, "{columns}: {line}");
        }
    }
    process.kill().await;
}

#[tokio::test]
async fn what_a_model_writes_cannot_command_the_terminal() {
    let service = Service::start().await;
    let dir = tempfile::tempdir().unwrap();
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31mred\u{202e}txt \u{8}\rend";
    service.says(Script::new().chunks(["Look: \u{1b}", hostile, " done."]).stop());
    let text = done(&run_with_input(chat(dir.path(), &service.url()), "Well?\n").await);
    for hidden in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{8}', '\r'] {
        assert!(!text.contains(hidden), "{hidden:?}: {text:?}");
    }
    assert!(text.contains("Look: ␛␛]0;owned␇␛[2J<U+009B>31mred<U+202E>txt ␈end done."), "{text}");

    service.says(Script::answer(hostile));
    let mut ask = command(dir.path());
    ask.args(["ask", "--url", &service.url(), "Well?"]);
    let text = done(&crate::process::run(ask).await);
    assert!(text.starts_with("␛]0;owned␇"), "{text:?}");
    service.end().await;
}

#[tokio::test]
async fn words_that_are_none_and_refusals_are_told_and_the_next_line_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let process = planner(dir.path()).await;
    let lines =
        "/nothing\n/evidence e1\n/open 7\n/rename x\n/subscriptions/none/at/all\n/quit\nnever";
    let output = run_with_input(chat(dir.path(), &process.url), lines).await;
    let text = out(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for says in
        ["there is no /nothing", "ask something first", "/threads lists", "❯ /subscriptions"]
    {
        assert!(text.contains(says), "{says}: {text}");
    }
    assert!(!text.contains("never"), "{text}");
    process.kill().await;
}

#[tokio::test]
async fn a_thread_is_gone_on_with_and_one_that_is_none_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let process = planner(dir.path()).await;
    let first = "List my subscriptions\n/rename Night shift\n";
    done(&run_with_input(chat(dir.path(), &process.url), first).await);
    let mut again = chat(dir.path(), &process.url);
    again.args(["--thread", "last"]);
    let text = done(&run_with_input(again, "How many virtual machines are there?\n").await);
    assert!(text.contains("❯ List my subscriptions"), "{text}");
    assert!(text.contains("[e2]"), "{text}");
    assert_eq!(titles(&process.url).await, ["Night shift"]);
    for wrong in ["nonsense", "019a0000-0000-7000-8000-000000000000"] {
        let mut wrong_one = chat(dir.path(), &process.url);
        wrong_one.args(["--thread", wrong]);
        let output = run_with_input(wrong_one, "List my subscriptions\n").await;
        assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    }
    assert_eq!(titles(&process.url).await.len(), 1);
    process.kill().await;
}

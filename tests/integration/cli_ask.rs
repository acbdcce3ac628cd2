//! The command line: for scripts stable, for people clear.

use std::{path::Path, process::Output};

use serde_json::Value;

use crate::{
    process::{Process, command, run, run_with_input},
    service::http,
};

const WORLD: [&str; 4] = ["--seed", "3", "--anchor", "2026-11-20T08:00:00Z"];

async fn opscopilot(dir: &Path, args: &[&str]) -> Output {
    let mut command = command(dir);
    command.args(args);
    run(command).await
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn answer(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Ground truth: every item of a list of the estate's own REST.
async fn listed(url: &str, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = Some(format!("{url}{path}"));
    while let Some(link) = next {
        let request = http().get(link).bearer_auth("sample");
        let page: Value = request.send().await.unwrap().json().await.unwrap();
        items.extend(page["value"].as_array().unwrap().iter().cloned());
        next = page["nextLink"].as_str().map(str::to_owned);
    }
    items
}

#[tokio::test]
async fn an_answer_as_json_has_every_key_and_agrees_with_the_estate() {
    let dir = tempfile::tempdir().unwrap();
    let mut estate = command(dir.path());
    estate.args(["estate", "--listen", "127.0.0.1:0"]).args(WORLD);
    let estate = Process::start(estate, dir.path().join("estate-log")).await;
    let subscriptions = listed(&estate.url, "/subscriptions?api-version=2022-12-01").await;
    assert!(subscriptions.len() > 1);

    let mut args = vec!["ask", "--json", "Which subscriptions are there?"];
    args.extend(WORLD);
    let told = answer(&opscopilot(dir.path(), &args).await);
    for key in [
        "answer",
        "evidence",
        "citations",
        "unsupported",
        "coverage",
        "toolCalls",
        "outcome",
        "usage",
    ] {
        assert!(!told[key].is_null(), "{key} is missing: {told}");
    }
    assert_eq!(told["outcome"]["kind"], "completed");
    assert_eq!(told["toolCalls"][0]["status"], "succeeded");
    assert!(told["toolCalls"][0]["arguments"].is_object());
    let said = told["answer"].as_str().unwrap();
    for subscription in &subscriptions {
        let name = subscription["displayName"].as_str().unwrap();
        assert!(said.contains(name) || told["evidence"].to_string().contains(name), "{name}");
    }
    assert_eq!(told["unsupported"], serde_json::json!([]), "{said}");
    assert!(!told["citations"].as_array().unwrap().is_empty(), "{said}");

    let endpoint = ["--azure-endpoint", &estate.url];
    let mut args = vec!["ask", "--json", "Which security alerts are high severity?"];
    args.extend(endpoint);
    let told = answer(&opscopilot(dir.path(), &args).await);
    let mut high = 0;
    for subscription in &subscriptions {
        let id = subscription["subscriptionId"].as_str().unwrap();
        let path = format!(
            "/subscriptions/{id}/providers/Microsoft.Security/alerts?api-version=2022-01-01"
        );
        let alerts = listed(&estate.url, &path).await;
        let is_high = |alert: &&Value| alert["properties"]["severity"] == "High";
        high += alerts.iter().filter(is_high).count();
    }
    assert!(high > 0);
    let said = told["answer"].as_str().unwrap();
    assert!(said.contains(&high.to_string()), "{high} alerts of high severity: {said}");
}

#[tokio::test]
async fn a_question_goes_to_a_server_and_stays_there() {
    let dir = tempfile::tempdir().unwrap();
    let process = Process::serve(dir.path(), |command| {
        command.args(["--planner"]);
    })
    .await;
    let told = answer(
        &opscopilot(dir.path(), &["ask", "--json", "--url", &process.url, "List my subscriptions"])
            .await,
    );
    assert_eq!(told["outcome"]["kind"], "completed");
    let threads: Value = http()
        .get(format!("{}/v1/threads", process.url))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(threads["threads"][0]["title"], "List my subscriptions");
    process.kill().await;
}

#[tokio::test]
async fn a_question_is_read_from_standard_input_and_its_answer_printed() {
    let dir = tempfile::tempdir().unwrap();
    let mut ask = command(dir.path());
    ask.args(["ask", "-"]);
    let output = run_with_input(ask, "List my\nsubscriptions\n").await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("subscription"), "{}", text(&output.stdout));
    assert!(!text(&output.stdout).contains('\u{1b}'));
    assert!(!dir.path().join(".local").exists(), "the data directory is never touched");
}

#[tokio::test]
async fn a_reader_that_leaves_is_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    let mut ask = command(dir.path());
    ask.args(["ask", "List my subscriptions"]).stdout(std::process::Stdio::piped());
    ask.stderr(std::process::Stdio::piped());
    let mut child = ask.spawn().unwrap();
    drop(child.stdout.take());
    let output =
        tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
}

#[tokio::test]
async fn an_unreachable_model_is_stood_in_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut ask = command(dir.path());
    ask.args(["ask", "--json", "List my subscriptions"])
        .env("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        .env("OPENAI_API_KEY", "k");
    let told = answer(&run(ask).await);
    assert_eq!(told["model"], "planner");
}

#[tokio::test]
async fn tools_and_schemas_are_printed() {
    let dir = tempfile::tempdir().unwrap();
    let tools = answer(&opscopilot(dir.path(), &["tools", "--json"]).await);
    for tool in tools.as_array().unwrap() {
        for key in ["name", "title", "pillar", "effect", "actions", "description", "inputSchema"] {
            assert!(!tool[key].is_null(), "{key} is missing: {tool}");
        }
    }
    let output = opscopilot(dir.path(), &["schema", "--out", "schemas"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let written = std::fs::read_dir(dir.path().join("schemas")).unwrap().count();
    assert_eq!(written, opscopilot::protocol::schema::documents().len());
}

#[tokio::test]
async fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("opscopilot.toml"), "log-format = \"of-the-file\"\n").unwrap();
    let tried = |env: Option<&str>, flag: Option<&str>| {
        let mut tools = command(dir.path());
        tools.args(["tools", "--json"]);
        tools.envs(env.map(|value| ("OPSCOPILOT_LOG_FORMAT", value)));
        tools.args(flag.map(|value| format!("--log-format={value}")));
        run(tools)
    };
    let told = |output: Output| text(&output.stderr);
    assert!(told(tried(None, None).await).contains("of-the-file"));
    assert!(told(tried(Some("of-the-env"), None).await).contains("of-the-env"));
    assert!(told(tried(Some("of-the-env"), Some("of-the-flag")).await).contains("of-the-flag"));
    assert_eq!(tried(Some("of-the-env"), Some("json")).await.status.code(), Some(0));
}

#[tokio::test]
async fn what_is_wrong_with_the_options_is_said() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("wrong.toml"), "no-such-option = 1\n").unwrap();
    for (args, says) in [
        (vec!["serve", "--listen", "0.0.0.0:0", "--data", "d"], "loopback"),
        (vec!["serve", "--listen", "nowhere"], "nowhere"),
        (vec!["--config", "wrong.toml", "tools"], "no-such-option"),
        (vec!["--config", "absent.toml", "tools"], "absent.toml"),
        (vec!["ask", "--anchor", "yesterday", "x"], "yesterday"),
        (vec!["ask", "--cloud", "moon", "x"], "moon"),
        (vec!["ask", "--url", "nowhere", "x"], "nowhere"),
        (vec!["ask", "--url", "http://127.0.0.1:9", "x"], "127.0.0.1:9"),
        (vec!["ask", "--scope", "nonsense", "x"], "nonsense"),
        (vec!["ask", "  "], "empty"),
        (vec!["ask"], "QUESTION"),
        (vec!["--log", "=/=", "tools"], "log filter"),
    ] {
        let output = opscopilot(dir.path(), &args).await;
        assert!(!output.status.success(), "{args:?}");
        let told = text(&output.stderr);
        assert!(told.contains(says), "{args:?}: {told}");
        assert!(!told.contains("panicked"), "{args:?}: {told}");
    }
}

//! `doctor`: what works, what does not and what to do, whatever is dead.

use std::{path::Path, process::Output};

use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    model_client::KEY,
    model_server::{ModelServer, Script},
    process::{Process, command, run, with_model},
};

const WORLD: [&str; 4] = ["--seed", "3", "--anchor", "2026-11-20T08:00:00Z"];

/// What it found as JSON, and its exit code.
async fn doctor(dir: &Path, change: impl FnOnce(&mut std::process::Command)) -> (i32, Value) {
    let output = told(dir, |command| {
        command.arg("--json");
        change(command);
    })
    .await;
    let text = String::from_utf8(output.stdout).unwrap();
    let told = serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!("{error}: {text} {}", String::from_utf8_lossy(&output.stderr))
    });
    (output.status.code().unwrap(), told)
}

async fn told(dir: &Path, change: impl FnOnce(&mut std::process::Command)) -> Output {
    let mut command = command(dir);
    command.arg("doctor");
    change(&mut command);
    run(command).await
}

/// The checks of one name.
fn checks<'a>(told: &'a Value, name: &str) -> Vec<&'a Value> {
    let all = told["checks"].as_array().unwrap();
    all.iter().filter(|check| check["name"] == name).collect()
}

fn check<'a>(told: &'a Value, name: &str) -> &'a Value {
    let found = checks(told, name);
    assert_eq!(found.len(), 1, "{name}: {told}");
    found[0]
}

fn planner(command: &mut std::process::Command) {
    command.arg("--planner");
}

fn keeps(command: &mut std::process::Command, data: &Path) {
    command.arg("--data").arg(data);
}

async fn estate(dir: &Path) -> Process {
    let mut estate = command(dir);
    estate.args(["estate", "--listen", "127.0.0.1:0"]).args(WORLD);
    Process::start(estate, dir.join("estate-log")).await
}

#[tokio::test]
async fn with_nothing_configured_all_is_well_and_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let (code, told) = doctor(dir.path(), |_| {}).await;
    assert_eq!((code, &told["ok"]), (0, &json!(true)), "{told}");
    let names = ["version", "data", "lock", "operations", "azure", "credential"];
    for name in names.into_iter().chain(["subscriptions", "rights", "model"]) {
        assert_ne!(check(&told, name)["status"], "fail", "{told}");
    }
    assert!(check(&told, "azure")["summary"].as_str().unwrap().contains("sample estate"));
    assert!(check(&told, "model")["summary"].as_str().unwrap().contains("planner"));
    assert!(!dir.path().join(".local").exists(), "it changes nothing");
    let output = self::told(dir.path(), |_| {}).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("ok    model "), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[tokio::test]
async fn a_dead_model_fails_and_no_secret_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    let dead = |command: &mut std::process::Command| {
        command
            .env("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
            .env("OPENAI_API_KEY", "sk-hush-hush-hush-hush-hush-hush-hush-0123456789");
    };
    let (code, told) = doctor(dir.path(), dead).await;
    assert_eq!((code, &told["ok"]), (1, &json!(false)), "{told}");
    let model = check(&told, "model");
    assert_eq!(model["status"], "fail");
    assert!(model["whatToDo"].as_str().unwrap().contains("endpoint is up"), "{model}");
    assert!(!told.to_string().contains("hush"), "{told}");
    assert_eq!(check(&told, "subscriptions")["status"], "ok", "the rest is checked all the same");
    let text = String::from_utf8(self::told(dir.path(), dead).await.stdout).unwrap();
    assert!(text.contains("FAIL  model") && text.contains('→') && !text.contains("hush"), "{text}");
}

#[tokio::test]
async fn a_model_is_told_from_one_that_calls_no_tools_and_one_that_refuses() {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    for (script, status, code, says) in [
        (Script::asks("report_ready", &json!({})), "ok", 0, "calls tools"),
        (Script::answer("I am ready."), "warn", 0, "did not call"),
        (
            Script::error(401, "invalid_api_key", &format!("Incorrect API key provided: {KEY}")),
            "fail",
            1,
            "401",
        ),
    ] {
        model.push(script);
        let (got, told) = doctor(dir.path(), |command| with_model(command, &model)).await;
        let model = check(&told, "model");
        assert_eq!((&model["status"], got), (&json!(status), code), "{told}");
        assert!(model["summary"].as_str().unwrap().contains(says), "{model}");
        assert!(!told.to_string().contains(KEY), "{told}");
    }
}

#[tokio::test]
async fn an_azure_that_is_dead_or_silent_fails_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    for endpoint in ["http://127.0.0.1:9", &silent] {
        let (code, told) = doctor(dir.path(), |command| {
            command.args(["--timeout", "2", "--azure-endpoint", endpoint]);
            command.env("OPSCOPILOT_AZURE_TOKEN", "hush-hush");
        })
        .await;
        assert_eq!(code, 1, "{told}");
        assert_eq!(check(&told, "credential")["status"], "fail", "{told}");
        assert_eq!(check(&told, "model")["status"], "ok", "{told}");
        assert!(!told.to_string().contains("hush"), "{told}");
    }
}

#[tokio::test]
async fn missing_roles_are_named_with_what_they_are_missed_for() {
    let dir = tempfile::tempdir().unwrap();
    let estate = estate(dir.path()).await;
    let as_user = |user: &'static str| {
        let url = estate.url.clone();
        doctor(dir.path(), move |command| {
            command.args(["--azure-endpoint", &url]);
            command.env("OPSCOPILOT_AZURE_TOKEN", format!("sample:{user}"));
        })
    };
    let (code, told) = as_user("operator").await;
    assert_eq!(code, 0);
    assert_eq!(check(&told, "rights")["status"], "ok", "{told}");

    let (code, told) = as_user("security-reader").await;
    assert_eq!(code, 0, "{told}");
    let rights = checks(&told, "rights");
    let of_role = |role: &str| {
        let role = format!("the role {role}");
        let found = rights.iter().find(|one| one["whatToDo"].as_str().unwrap().contains(&role));
        (*found.unwrap_or_else(|| panic!("{role}: {told}"))).clone()
    };
    assert!(of_role("Carbon Optimization Reader")["details"].to_string().contains("get_carbon"));
    let reader = of_role("Reader there");
    let details: Vec<&str> =
        reader["details"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let alerts = "Microsoft.AlertsManagement/alerts/read at Northlight Production: get_alert, ";
    assert!(details.iter().any(|line| line.starts_with(alerts)), "{told}");
    assert!(!details.iter().any(|line| line.contains("Microsoft.Security/alerts")), "{told}");

    let (code, told) = as_user("nobody").await;
    assert_eq!(code, 1, "{told}");
    assert_eq!(check(&told, "credential")["status"], "ok", "{told}");
    assert_eq!(check(&told, "subscriptions")["status"], "fail", "{told}");
    estate.kill().await;
}

#[tokio::test]
async fn the_holder_of_the_data_directory_is_named_and_asked() {
    let dir = tempfile::tempdir().unwrap();
    let process = Process::serve(dir.path(), planner).await;
    let data = dir.path().join("data");
    let (code, told) = doctor(dir.path(), |command| keeps(command, &data)).await;
    assert_eq!(code, 0, "{told}");
    assert!(check(&told, "lock")["summary"].as_str().unwrap().contains(&process.url), "{told}");
    assert_eq!(check(&told, "server")["status"], "ok", "{told}");
    process.kill().await;
    let (_, told) = doctor(dir.path(), |command| keeps(command, &data)).await;
    assert!(check(&told, "lock")["summary"].as_str().unwrap().contains("no process"), "{told}");

    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let (code, told) = doctor(dir.path(), |command| keeps(command, &file)).await;
    assert_eq!(code, 1, "{told}");
    assert_eq!(check(&told, "data")["status"], "fail", "{told}");
}

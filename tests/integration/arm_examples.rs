//! Azure's published example payloads, told by the tools that read them. A stand-in for Azure
//! Resource Manager answers the operation of an example with its body; the tool must take it and
//! tell something of it. Skipped, saying so, where the examples are not at hand.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    arm_examples::{
        left::NOT_THROUGH_A_TOOL,
        queried::QUERIED,
        table::{Example, THROUGH_TOOLS},
    },
    azure_server::{Seen, Server},
    tools_bench::Bench,
};

mod engine;
mod left;
mod queried;
mod table;

const SUBSCRIPTION: &str = "20ff7fc3-e762-44dd-bd96-b71116dcdc23";

/// The folder of the examples, if there is one.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("ARM_EXAMPLES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/arm-examples"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there are no example payloads at {}", folder.display());
    None
}

/// The body of an example's answer, its ids below the subscription that the stand-in has.
fn body(folder: &Path, file: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let example: Value = serde_json::from_str(&text).unwrap();
    let mut body = example["responses"]["200"]["body"].clone();
    assert!(!body.is_null(), "{file} has no answer 200");
    // A known defect of two examples: a bare list where the wire has `value`.
    if body.is_array() {
        body = json!({ "value": body });
    }
    rewrite(&mut body);
    body
}

/// Puts every id below the stand-in's subscription; links lead to its empty page.
fn rewrite(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let id = fields.get("id").and_then(Value::as_str).unwrap_or_default();
            if id.starts_with("/subscriptions/") && id.split('/').count() == 3 {
                fields.insert("name".into(), json!(SUBSCRIPTION));
            }
            for (name, value) in fields.iter_mut() {
                let lower = name.to_ascii_lowercase();
                if lower.ends_with("nextlink") || lower.ends_with("skiptoken") {
                    *value = Value::Null;
                }
                rewrite(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(rewrite),
        Value::String(text) => {
            let mut segments: Vec<&str> = text.split('/').collect();
            if segments.len() > 2 && segments[1].eq_ignore_ascii_case("subscriptions") {
                segments[2] = SUBSCRIPTION;
                // A known defect of some: the group's name is missing.
                *text = segments
                    .join("/")
                    .replace("resourceGroups/providers", "resourceGroups/rg/providers");
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The items of a list, or the one thing, as rows of Resource Graph.
fn rows(body: &Value) -> Vec<Value> {
    let items = body["value"].as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
    let row = |mut item: Value| {
        item["subscriptionId"] = json!(SUBSCRIPTION);
        item
    };
    items.into_iter().map(row).collect()
}

fn graph(rows: &[Value]) -> Response {
    let count = rows.len();
    Json(json!({"totalRecords": count, "count": count, "resultTruncated": "false", "data": rows}))
        .into_response()
}

/// What the stand-in answers: the example where it is asked for, else what says that the caller
/// may read all and that there is nothing more.
fn answer(example: &Example, body: &Value, beside: &Value, seen: &Seen) -> Response {
    let path = seen.target.split('?').next().unwrap_or_default().to_ascii_lowercase();
    if path.ends_with("/microsoft.resourcegraph/resources") {
        let query = seen.json()["query"].as_str().unwrap_or_default().to_ascii_lowercase();
        if example.engine {
            let mut items = if example.path.is_empty() { rows(body) } else { Vec::new() };
            items.extend(if beside.is_null() { Vec::new() } else { rows(beside) });
            let query = seen.json()["query"].as_str().unwrap_or_default().to_owned();
            return match engine::answer(&query, &items) {
                Ok(answer) => Json(answer).into_response(),
                Err(error) => {
                    let answer = json!({"error": {"code": "BadRequest", "message": error}});
                    (axum::http::StatusCode::BAD_REQUEST, Json(answer)).into_response()
                }
            };
        }
        return match example {
            Example { whole_graph: true, .. } => Json(body).into_response(),
            Example { rows_of: Some(word), .. } if query.contains(&word.to_ascii_lowercase()) => {
                graph(&rows(if beside.is_null() { body } else { beside }))
            }
            _ => graph(&[]),
        };
    }
    if path.ends_with(&example.path.to_ascii_lowercase()) && !example.path.is_empty() {
        return Json(body).into_response();
    }
    let value = match path.as_str() {
        "/subscriptions" => json!([{"id": format!("/subscriptions/{SUBSCRIPTION}"),
            "subscriptionId": SUBSCRIPTION, "displayName": "Example", "state": "Enabled"}]),
        path if path.ends_with("/permissions") => json!([{"actions": ["*"], "notActions": []}]),
        _ => json!([]),
    };
    Json(json!({ "value": value })).into_response()
}

/// Everything a tool says.
fn told(output: &opscopilot::tools::ToolOutput) -> String {
    let findings = output.findings.iter().map(|one| one.text.as_str());
    let all: Vec<&str> = findings.chain([output.digest.as_str(), &output.summary]).collect();
    format!("{}\n{}", all.join("\n"), output.output)
}

#[tokio::test]
async fn every_example_a_tool_can_be_answered_with_is_told() {
    let Some(folder) = folder() else { return };
    let mut problems = Vec::new();
    for example in THROUGH_TOOLS.iter().chain(QUERIED) {
        let mut body = body(&folder, example.file);
        if example.recent {
            engine::make_recent(&mut body);
        }
        let beside = example.beside.map_or(Value::Null, |file| self::body(&folder, file));
        let server =
            Server::start(move |seen: &Seen, _| answer(example, &body, &beside, seen)).await;
        let bench = Bench::at(&server.url, "operator");
        let scope: Vec<&str> = example.scope.into_iter().collect();
        let bench = if scope.is_empty() { bench } else { bench.scoped(&scope) };
        let arguments = serde_json::from_str(example.arguments).unwrap();
        match bench.run(example.tool, arguments).await {
            Err(error) => problems.push(format!("{}: {}: {error}", example.file, example.tool)),
            Ok(output) if !told(&output).contains(example.tells) => {
                let told = told(&output);
                problems.push(format!("{}: no `{}` in {told}", example.file, example.tells));
            }
            Ok(_) => {}
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_example_is_read_by_a_tool_or_there_is_a_reason() {
    let Some(folder) = folder() else { return };
    let mut known: BTreeSet<String> =
        THROUGH_TOOLS.iter().chain(QUERIED).map(|one| one.file.to_owned()).collect();
    for (reason, files) in NOT_THROUGH_A_TOOL {
        assert!(!reason.is_empty());
        for file in *files {
            assert!(known.insert(format!("{file}.json")), "{file} is listed twice");
        }
    }
    let mut there = BTreeSet::new();
    for pillar in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap()) {
        if !pillar.path().is_dir() {
            continue;
        }
        for file in std::fs::read_dir(pillar.path()).unwrap() {
            let name = file.unwrap().file_name();
            let pillar = pillar.file_name();
            there.insert(format!("{}/{}", pillar.to_string_lossy(), name.to_string_lossy()));
        }
    }
    let unknown: Vec<_> = there.difference(&known).collect();
    assert!(unknown.is_empty(), "neither in the table nor in the list: {unknown:#?}");
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(gone.is_empty(), "no such example: {gone:#?}");
}

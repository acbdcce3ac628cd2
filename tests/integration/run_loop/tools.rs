//! Calls that go wrong, and the agent's own tools.

use opscopilot::{estate::Fault, protocol::MAX_ARGUMENTS_BYTES};
use serde_json::{Value, json};

use super::{ended, result};
use crate::{
    model_server::Script,
    service::{Service, Setup},
};

#[tokio::test]
async fn wrong_arguments_go_back_and_the_model_mends_them() {
    let service = Service::start().await;
    service.says(Script::asks("list_security_alerts", &json!({"severity": "enormous"})));
    service.says(Script::asks("list_security_alerts", &json!({})));
    service.says(Script::answer("Mended."));
    let (mut chat, thread) = service.thread().await;
    assert_eq!(chat.answer(&thread, "Alerts?").await["kind"], "completed");
    let statuses: Vec<String> = ended(&chat).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, ["rejected", "succeeded"]);
    let told = result(&chat)["modelText"].as_str().unwrap().to_owned();
    assert!(told.contains("severit"), "it names the field: {told}");
    service.end().await;
}

#[tokio::test]
async fn the_same_wrong_call_three_times_ends_the_run() {
    let service = Service::start().await;
    for _ in 0..3 {
        service.says(Script::asks("no_such_tool", &json!({"a": 1})));
    }
    let (mut chat, thread) = service.thread().await;
    let outcome = chat.answer(&thread, "Well?").await;
    assert_eq!(outcome, json!({"kind": "limitReached", "limit": "invalidCalls"}));
    service.says(Script::answer("Still here."));
    assert_eq!(chat.answer(&thread, "And now?").await["kind"], "completed");
    service.end().await;
}

#[tokio::test]
async fn an_unknown_tool_is_rejected_with_what_comes_near() {
    let service = Service::start().await;
    service.says(Script::asks("secure_scores", &json!({})));
    service.says(Script::asks("ein Werkzeug!\u{202e}", &json!({})));
    service.says(Script::answer("So be it."));
    let (mut chat, thread) = service.thread().await;
    assert_eq!(chat.answer(&thread, "Well?").await["kind"], "completed");
    let told = result(&chat)["modelText"].as_str().unwrap().to_owned();
    assert!(told.contains("get_secure_score"), "{told}");
    service.end().await;
}

#[tokio::test]
async fn arguments_that_are_no_object_are_rejected() {
    let service = Service::start().await;
    let broken = |text: &str| {
        let function = json!({"name": "list_subscriptions", "arguments": text});
        let call = json!({"index": 0, "id": "c", "type": "function", "function": function});
        Script::new().delta(&json!({"tool_calls": [call]})).finish("tool_calls").done()
    };
    service.says(broken("{\"a\": "));
    service.says(broken("[1, 2]"));
    service.says(broken(&"\u{1}".repeat(MAX_ARGUMENTS_BYTES)));
    service.says(Script::answer("Enough."));
    let (mut chat, thread) = service.thread().await;
    assert_eq!(chat.answer(&thread, "Well?").await["kind"], "completed");
    assert!(ended(&chat).iter().all(|(_, status)| status == "rejected"));
    assert!(chat.events_of("toolCallRequested")[0]["arguments"].is_string());
    service.end().await;
}

#[tokio::test]
async fn two_megabytes_of_arguments_are_cut_and_rejected() {
    let service = Service::start().await;
    service.says(Script::asks("list_subscriptions", &json!({"a": "x".repeat(2 * 1024 * 1024)})));
    service.says(Script::answer("Enough."));
    let (mut chat, thread) = service.thread().await;
    assert_eq!(chat.answer(&thread, "Well?").await["kind"], "completed");
    assert_eq!(ended(&chat)[0].1, "rejected");
    let stored = chat.events_of("toolCallRequested")[0]["arguments"].as_str().unwrap().len();
    assert!(stored <= MAX_ARGUMENTS_BYTES, "{stored}");
    assert!(result(&chat)["modelText"].as_str().unwrap().contains("16 KiB"));
    service.end().await;
}

#[tokio::test]
async fn a_missing_right_is_told_with_action_scope_and_role() {
    let service = Service::with(Setup { user: "sample:nobody", ..Setup::default() }).await;
    service.says(Script::asks("list_security_alerts", &json!({})));
    service.says(Script::answer("You may not."));
    let (mut chat, thread) = service.thread().await;
    assert_eq!(chat.answer(&thread, "Alerts?").await["kind"], "completed");
    let done = result(&chat);
    assert_eq!(done["status"], "denied", "{done}");
    let told = done["modelText"].as_str().unwrap();
    assert!(told.contains("Microsoft.") && told.contains("Reader"), "{told}");
    let failure = &done["coverage"]["failures"][0];
    assert_eq!(failure["code"], "AuthorizationFailed", "{done}");
    let finished = chat.events_of("runFinished").pop().unwrap();
    assert_eq!(finished["coverage"]["failures"].as_array().unwrap().len(), 1);
    service.end().await;
}

#[tokio::test]
async fn a_failing_azure_is_told_as_a_failure_and_never_as_nothing() {
    let fault = Fault { path_prefix: "/".to_owned(), status: Some(500), ..Fault::default() };
    let service = Service::with(Setup { faults: vec![fault], ..Setup::default() }).await;
    service.says(Script::asks("list_subscriptions", &json!({})));
    service.says(Script::answer("It failed."));
    let (mut chat, thread) = service.thread().await;
    assert_eq!(chat.answer(&thread, "Well?").await["kind"], "completed");
    let done = result(&chat);
    assert_eq!(done["status"], "failed");
    assert!(done["evidenceId"].is_null());
    assert!(done["modelText"].as_str().unwrap().contains("Nothing is known"));
    service.end().await;
}

#[tokio::test]
async fn one_failing_subscription_leaves_a_partial_answer() {
    let probe = Service::start().await;
    probe.says(Script::asks("list_subscriptions", &json!({})));
    probe.says(Script::answer("Listed."));
    let (mut chat, thread) = probe.thread().await;
    chat.answer(&thread, "Well?").await;
    let (_, page) = probe.get(&format!("/v1/threads/{thread}/evidence/e1")).await;
    let failing = page["rows"][0]["id"].as_str().or(page["rows"][0]["subscriptionId"].as_str());
    let failing = failing.unwrap().rsplit('/').next().unwrap().to_owned();
    probe.end().await;
    let path_prefix = format!("/subscriptions/{failing}/providers/Microsoft.Security");
    let fault = Fault { path_prefix, status: Some(403), ..Fault::default() };
    let service = Service::with(Setup { faults: vec![fault], ..Setup::default() }).await;
    service.says(Script::asks("list_security_alerts", &json!({})));
    service.says(Script::answer("Partly."));
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, "Alerts?").await;
    let done = result(&chat);
    assert_eq!(done["status"], "succeeded", "{done}");
    let failures = done["coverage"]["failures"].as_array().unwrap();
    assert!(failures.iter().any(|f| f["scope"].as_str().unwrap().contains(&failing)), "{done}");
    service.end().await;
}

#[tokio::test]
async fn evidence_is_paged_by_the_model() {
    let service = Service::start().await;
    service.says(Script::asks("find_resources", &json!({"limit": 200})));
    service
        .says(Script::asks("read_evidence", &json!({"evidenceId": "e1", "offset": 3, "limit": 2})));
    service.says(Script::asks("read_evidence", &json!({"evidenceId": "e7"})));
    service.says(Script::answer("Paged."));
    let (mut chat, thread) = service.thread().await;
    assert_eq!(chat.answer(&thread, "Which resources are there?").await["kind"], "completed");
    let done = chat.events_of("toolCallCompleted");
    assert_eq!(done[0]["evidenceId"], "e1", "{}", done[0]);
    assert!(done[1]["summary"].as_str().unwrap().starts_with("Read 2 of "), "{}", done[1]);
    assert!(done[1]["evidenceId"].is_null(), "it makes no evidence");
    assert_eq!(done[2]["status"], "rejected");
    service.end().await;
}

#[tokio::test]
async fn found_tools_are_offered_from_the_next_step_on() {
    let service = Service::start().await;
    let looks = ["secure score", "alerts", "machines", "backup", "patches", "cost"];
    let calls = looks.map(|query| ("find_tools", json!({ "query": query })));
    service.says(Script::new().calls(calls).stop());
    service.says(Script::answer("Found."));
    let (mut chat, thread) = service.thread().await;
    assert_eq!(chat.answer(&thread, "Well?").await["kind"], "completed");
    let asked = service.model.asked();
    let before = asked[0].tool_names();
    let after = asked[1].tool_names();
    assert!(before.len() <= 16 && after.len() <= 24, "{} {}", before.len(), after.len());
    assert_eq!(after[..before.len()], before, "what was offered stays in its place");
    let offered: Vec<Value> = chat
        .events_of("toolCallCompleted")
        .iter()
        .flat_map(|done| done["offered"].as_array().cloned().unwrap_or_default())
        .collect();
    assert_eq!(offered.len(), after.len() - before.len(), "each is found once: {offered:?}");
    service.end().await;
}

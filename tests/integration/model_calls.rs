//! Tool calls arrive whole, however a server cuts, numbers or repeats their pieces.

use opscopilot::{
    model::ModelError,
    protocol::{FinishReason, MAX_ARGUMENTS_BYTES},
};
use serde_json::{Value, json};

use crate::{
    model_client::{hear, hear_from, model, settings},
    model_server::{ModelServer, Script},
};

/// A reply of these pieces of `tool_calls`, one list a chunk, as the calls that come of it.
async fn calls_of(parts: Value) -> Vec<(String, String)> {
    let begin = Script::new();
    let script = parts
        .as_array()
        .unwrap()
        .iter()
        .fold(begin, |script, pieces| script.delta(&json!({"tool_calls": pieces})));
    let heard = hear(script.finish("tool_calls").done()).await;
    assert_eq!(heard.finish(), FinishReason::ToolCalls);
    heard.calls
}

fn calls(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    wanted.iter().map(|(name, arguments)| ((*name).to_owned(), (*arguments).to_owned())).collect()
}

#[tokio::test]
async fn arguments_of_one_byte_a_chunk_are_put_together() {
    let arguments = json!({"state": "éveillé 😀", "top": 5});
    let begin = json!([{"index": 0, "id": "c", "function": {"name": "list", "arguments": ""}}]);
    let pieces = arguments.to_string();
    let pieces = pieces.chars().map(|c| json!([{"index": 0, "function": {"arguments": c}}]));
    let parts: Vec<Value> = [begin].into_iter().chain(pieces).collect();
    assert_eq!(calls_of(Value::Array(parts)).await, calls(&[("list", &arguments.to_string())]));
}

#[tokio::test]
async fn interleaved_parallel_calls_are_kept_apart_and_in_order() {
    let (a, b) = (json!({"name": "a long enough value"}), json!({"name": "another such value"}));
    let script = Script::new().calls([("first", a.clone()), ("second", b.clone())]).stop();
    let heard = hear(script.bytewise()).await;
    assert_eq!(heard.calls, calls(&[("first", &a.to_string()), ("second", &b.to_string())]));
}

#[tokio::test]
async fn calls_without_an_index_are_told_apart_by_id() {
    let parts = json!([
        [{"id": "a", "function": {"name": "x", "arguments": "{\"k\""}}],
        [{"function": {"arguments": ":1"}}],
        [{"id": "b", "function": {"name": "y", "arguments": "{"}}],
        [{"id": "a", "function": {"arguments": "}"}}, {"id": "b", "function": {"arguments": "}"}}],
    ]);
    assert_eq!(calls_of(parts).await, calls(&[("x", r#"{"k":1}"#), ("y", "{}")]));
}

#[tokio::test]
async fn whole_calls_in_one_chunk_need_no_index_and_no_id() {
    let call = |name: &str| json!({"function": {"name": name, "arguments": "{}"}});
    let wanted = calls(&[("x", "{}"), ("x", "{}"), ("y", "{}")]);
    assert_eq!(calls_of(json!([[call("x"), call("x"), call("y")]])).await, wanted);
    assert_eq!(calls_of(json!([[call("x")], [call("x")], [call("y")]])).await, wanted);
}

#[tokio::test]
async fn calls_that_all_have_index_zero_are_told_apart() {
    let call = |id: &str, name: &str| {
        json!({"index": 0, "id": id, "function":
        {"name": name, "arguments": "{\"n\":1}"}})
    };
    let parts = json!([[call("a", "x")], [call("b", "x")], [call("c", "y")]]);
    let one = r#"{"n":1}"#;
    assert_eq!(calls_of(parts).await, calls(&[("x", one), ("x", one), ("y", one)]));
}

#[tokio::test]
async fn a_repeated_id_is_two_calls_when_the_index_says_so() {
    let call = |index: u64, arguments: &str| {
        json!({"index": index, "id": "same", "function":
        {"name": "x", "arguments": arguments}})
    };
    let parts = json!([[call(0, "{\"n\":1}")], [call(1, "{\"n\":2}")]]);
    assert_eq!(calls_of(parts).await, calls(&[("x", r#"{"n":1}"#), ("x", r#"{"n":2}"#)]));
}

#[tokio::test]
async fn a_call_that_is_sent_twice_is_one() {
    let call = json!({"index": 0, "id": "a", "function": {"name": "x", "arguments": "{\"n\":1}"}});
    assert_eq!(calls_of(json!([[call], [call]])).await, calls(&[("x", r#"{"n":1}"#)]));
}

#[tokio::test]
async fn a_name_in_each_piece_and_a_name_in_pieces_are_one_name() {
    let repeated = |arguments: &str| {
        json!([{"index": 0, "id": "a", "function":
        {"name": "list", "arguments": arguments}}])
    };
    let parts = json!([repeated(""), repeated("{\"n\":"), repeated("1}"), repeated("")]);
    assert_eq!(calls_of(parts).await, calls(&[("list", r#"{"n":1}"#)]));

    let piece = |name: &str| json!([{"index": 0, "function": {"name": name}}]);
    let parts = json!([piece("l"), piece("l"), piece("a"), piece("ma_"), piece("list")]);
    assert_eq!(calls_of(parts).await, calls(&[("llama_list", "{}")]));
}

#[tokio::test]
async fn a_new_id_with_each_piece_is_still_one_call() {
    let parts = json!([
        [{"id": "a", "function": {"name": "list", "arguments": "{"}}],
        [{"id": "b", "function": {"name": null, "arguments": "\"n\":1"}}],
        [{"id": "c", "function": {"arguments": "}"}}],
    ]);
    assert_eq!(calls_of(parts).await, calls(&[("list", r#"{"n":1}"#)]));
}

#[tokio::test]
async fn arguments_as_an_object_or_missing_are_text_of_an_object() {
    let call = |arguments: Value| {
        json!([[{"index": 0, "id": "a", "type": "function",
        "function": {"name": "list", "arguments": arguments}}]])
    };
    let object = calls_of(call(json!({"n": [1, {"m": null}]}))).await;
    assert_eq!(object, calls(&[("list", r#"{"n":[1,{"m":null}]}"#)]));
    for nothing in [json!(""), json!(null), json!({}), json!("  ")] {
        assert_eq!(calls_of(call(nothing)).await, calls(&[("list", "{}")]));
    }
}

#[tokio::test]
async fn arguments_that_are_no_json_are_handed_on_as_they_are() {
    let parts = json!([[{"index": 0, "id": "a", "function": {"name": "x", "arguments": "{n: 1"}}]]);
    assert_eq!(calls_of(parts).await, calls(&[("x", "{n: 1")]));
}

#[tokio::test]
async fn the_older_function_call_is_a_call() {
    let piece = |name: Value, arguments: &str| {
        json!({"function_call":
        {"name": name, "arguments": arguments}})
    };
    let script =
        Script::new().delta(&piece(json!("list"), "")).delta(&piece(json!(null), "{\"n\""));
    let script = script.delta(&piece(json!(null), ":1}")).finish("function_call");
    let heard = hear(script.done()).await;
    assert_eq!(heard.calls, calls(&[("list", r#"{"n":1}"#)]));
    assert_eq!(heard.finish(), FinishReason::ToolCalls);
}

#[tokio::test]
async fn calls_that_end_with_stop_are_calls() {
    let script = Script::new().text("Let me see.").call("list", &json!({})).finish("stop");
    let heard = hear(script.done()).await;
    assert_eq!((heard.text.as_str(), heard.finish()), ("Let me see.", FinishReason::ToolCalls));
    assert_eq!(heard.calls, calls(&[("list", "{}")]));
}

#[tokio::test]
async fn half_a_call_at_the_length_limit_is_no_call() {
    let piece =
        json!([{"index": 0, "id": "a", "function": {"name": "x", "arguments": "{\"n\":1"}}]);
    let script = Script::new().delta(&json!({"tool_calls": piece})).finish("length");
    let heard = hear(script.done()).await;
    assert_eq!((heard.calls, heard.end), (Vec::new(), Ok((FinishReason::Length, None))));
}

#[tokio::test]
async fn a_call_without_a_name_is_malformed() {
    let piece = json!([{"index": 0, "id": "a", "function": {"arguments": "{}"}}]);
    let script = Script::new().delta(&json!({"tool_calls": piece})).finish("tool_calls");
    let heard = hear(script.done()).await;
    assert!(matches!(heard.error(), ModelError::Malformed { .. }), "{heard:?}");
}

#[tokio::test]
async fn an_argument_of_two_megabytes_is_cut_above_its_cap() {
    let script = Script::asks("list", &json!({"text": "x".repeat(2_000_000)}));
    let heard = hear(script).await;
    assert_eq!(heard.finish(), FinishReason::ToolCalls);
    assert_eq!(heard.calls[0].1.len(), MAX_ARGUMENTS_BYTES + 1);
}

#[tokio::test]
async fn an_argument_of_two_megabytes_in_one_piece_is_cut_above_its_cap() {
    let arguments = json!({"text": "\"é".repeat(500_000)}).to_string();
    let piece = json!([{"index": 0, "id": "a", "function": {"name": "x", "arguments": arguments}}]);
    let script = Script::new().delta(&json!({"tool_calls": piece})).finish("tool_calls");
    let heard = hear(script.done()).await;
    assert!(heard.calls[0].1.len() > MAX_ARGUMENTS_BYTES - 4);
    assert!(heard.calls[0].1.len() <= MAX_ARGUMENTS_BYTES + 1);
}

#[tokio::test]
async fn arguments_without_an_end_are_too_long() {
    let piece = json!([{"index": 0, "function": {"name": "x", "arguments": "y".repeat(999)}}]);
    let piece = json!({"choices": [{"delta": {"tool_calls": piece}}]});
    let server = ModelServer::start().await;
    server.push(Script::new().flood(format!("data: {piece}\n\n")));
    let mut settings = settings(&server);
    settings.max_reply_bytes = 1_000_000;
    let heard = hear_from(&model(settings)).await;
    assert_eq!(heard.error(), &ModelError::TooLong { limit_bytes: 1_000_000 });
}

#[tokio::test]
async fn more_calls_than_any_reply_may_have_are_malformed() {
    let call = |at: u64| json!({"index": at, "function": {"name": "x", "arguments": "{}"}});
    let many: Vec<Value> = (0..200).map(call).collect();
    let heard = hear(Script::new().delta(&json!({"tool_calls": many})).finish("stop")).await;
    assert!(matches!(heard.error(), ModelError::Malformed { .. }), "{heard:?}");
}

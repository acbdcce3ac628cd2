//! What a model says reaches the run as it was meant, from every kind of server.

use opscopilot::protocol::{FinishReason, Usage};
use serde_json::{Value, json};

use crate::{
    model_client::{Heard, hear},
    model_server::Script,
};

fn answer(text: &str, finish: FinishReason) -> Heard {
    Heard { text: text.to_owned(), calls: Vec::new(), end: Ok((finish, None)) }
}

#[tokio::test]
async fn text_comes_in_order_and_ends_with_its_usage() {
    let heard = hear(Script::new().chunks(["All ", "three ", "are awake."]).stop()).await;
    let usage = Usage { input_tokens: 100, cached_input_tokens: 0, output_tokens: 20 };
    assert_eq!(heard.text, "All three are awake.");
    assert_eq!(heard.end, Ok((FinishReason::Stop, Some(usage))));
}

#[tokio::test]
async fn a_character_split_over_writes_is_whole() {
    let heard = hear(Script::new().chunks(["é", "😀 ", "日本"]).finish("stop").bytewise()).await;
    assert_eq!(heard, answer("é😀 日本", FinishReason::Stop));
}

#[tokio::test]
async fn invalid_utf8_is_replaced() {
    let bytes = b"data: {\"choices\":[{\"delta\":{\"content\":\"a\xFFb\"}}]}\n\n";
    let heard = hear(Script::new().raw(&bytes[..]).finish("stop")).await;
    assert_eq!(heard, answer("a\u{fffd}b", FinishReason::Stop));
}

#[tokio::test]
async fn half_a_surrogate_pair_is_replaced_and_a_whole_one_kept() {
    let event = r#"data: {"choices":[{"delta":{"content":"\\ud83d \ud83d\ude00 \ud83d!"}}]}"#;
    let heard = hear(Script::new().raw(format!("{event}\n\n")).finish("stop")).await;
    assert_eq!(heard, answer("\\ud83d 😀 \u{fffd}!", FinishReason::Stop));
}

#[tokio::test]
async fn the_empty_first_chunk_of_azure_is_no_text() {
    let filters = json!([{"prompt_index": 0, "content_filter_results": {}}]);
    let first = json!({"choices": [], "created": 0, "id": "", "model": "", "object": "",
        "prompt_filter_results": filters});
    let script = Script::new().event(&first).delta(&json!({"role": "assistant", "content": ""}));
    let heard = hear(script.text("Hello").finish("stop").done()).await;
    assert_eq!(heard, answer("Hello", FinishReason::Stop));
}

#[tokio::test]
async fn a_reply_without_usage_has_none() {
    let heard = hear(Script::new().text("Hello").finish("stop").done()).await;
    assert_eq!(heard, answer("Hello", FinishReason::Stop));
}

#[tokio::test]
async fn partial_and_odd_usage_is_read_as_far_as_it_goes() {
    let usage = json!({"prompt_tokens": 7.0, "completion_tokens": null, "prompt_tokens_details":
        {"cached_tokens": "3"}, "queue_time": 0.1});
    let script = Script::new().text("Hello").finish("stop");
    let heard = hear(script.event(&json!({"choices": null, "usage": usage})).done()).await;
    let usage = Usage { input_tokens: 7, cached_input_tokens: 3, output_tokens: 0 };
    assert_eq!(heard.end, Ok((FinishReason::Stop, Some(usage))));
}

#[tokio::test]
async fn keep_alive_comments_are_nothing() {
    let script = Script::new().raw(": ping\n\n").text("a").raw(":\n\n: ping\r\n\r\n").text("b");
    assert_eq!(hear(script.finish("stop")).await, answer("ab", FinishReason::Stop));
}

#[tokio::test]
async fn reasoning_is_not_text_and_a_refusal_is() {
    let script = Script::new()
        .delta(&json!({"reasoning_content": "hmm", "reasoning": "hm", "content": null}))
        .delta(&json!({"content": null, "refusal": "I cannot "}))
        .delta(&json!({"content": [{"type": "text", "text": "help."}]}));
    assert_eq!(hear(script.finish("stop")).await, answer("I cannot help.", FinishReason::Stop));
}

#[tokio::test]
async fn chunks_with_missing_null_and_unknown_fields_are_read() {
    let script = Script::new()
        .event(&json!({"choices": [{"delta": null, "finish_reason": null}]}))
        .event(&json!({"id": 7, "created": 1.5, "service_tier": "turbo", "choices":
            [{"index": "0", "delta": {"content": "a"}, "finish_reason": "", "logprobs": {}}]}))
        .event(&json!({"choices": [{"index": 1, "delta": {"content": "another answer"}}]}))
        .event(&json!({"error": null, "choices": [{"delta": {"content": "b"}}]}))
        .event(&json!({"object": "keepalive"}));
    assert_eq!(hear(script.finish("stop")).await, answer("ab", FinishReason::Stop));
}

#[tokio::test]
async fn every_word_for_the_end_is_understood() {
    let words = [
        ("stop", FinishReason::Stop),
        ("eos", FinishReason::Stop),
        ("end_turn", FinishReason::Stop),
        ("a word of tomorrow", FinishReason::Stop),
        // The model wants tools and names none: what it said is its answer.
        ("tool_calls", FinishReason::Stop),
        ("length", FinishReason::Length),
        ("MAX_TOKENS", FinishReason::Length),
        ("content_filter", FinishReason::ContentFilter),
    ];
    for (word, finish) in words {
        let heard = hear(Script::new().text("So").finish(word).done()).await;
        assert_eq!(heard, answer("So", finish), "{word}");
    }
}

#[tokio::test]
async fn a_reply_at_its_length_limit_keeps_its_text() {
    let heard = hear(Script::new().text("All three ar").finish("length").usage(1, 2).done()).await;
    assert_eq!(heard.text, "All three ar");
    assert_eq!(heard.finish(), FinishReason::Length);
}

#[tokio::test]
async fn a_filtered_reply_keeps_its_text() {
    let heard = hear(Script::new().text("All three").finish("content_filter").done()).await;
    assert_eq!(heard, answer("All three", FinishReason::ContentFilter));
}

#[tokio::test]
async fn a_filtered_question_ends_like_a_filtered_reply() {
    let message = "The response was filtered due to the prompt triggering the policy.";
    let heard = hear(Script::error(400, "content_filter", message)).await;
    assert_eq!(heard, answer("", FinishReason::ContentFilter));
}

#[tokio::test]
async fn an_empty_reply_is_an_end_without_text() {
    assert_eq!(hear(Script::new().finish("stop").done()).await, answer("", FinishReason::Stop));
}

fn document(message: &Value, finish_reason: &Value) -> Value {
    let choice = json!({"index": 0, "message": message, "finish_reason": finish_reason});
    json!({"object": "chat.completion", "choices": [choice],
        "usage": {"prompt_tokens": 5, "completion_tokens": 6}})
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_read_whole() {
    let function =
        |name: &str| json!({"type": "function", "function": {"name": name, "arguments": ""}});
    let message = json!({"role": "assistant", "content": "Let me see.",
        "tool_calls": [function("a"), function("b")]});
    let heard = hear(Script::json(200, &document(&message, &json!("stop"))).bytewise()).await;
    let usage = Usage { input_tokens: 5, cached_input_tokens: 0, output_tokens: 6 };
    let call = |name: &str| (name.to_owned(), "{}".to_owned());
    assert_eq!(
        heard,
        Heard {
            text: "Let me see.".to_owned(),
            calls: vec![call("a"), call("b")],
            end: Ok((FinishReason::ToolCalls, Some(usage))),
        }
    );
}

#[tokio::test]
async fn a_whole_document_needs_no_word_for_its_end() {
    let message = json!({"content": "Three."});
    let heard = hear(Script::json(200, &document(&message, &Value::Null))).await;
    assert_eq!((heard.text.as_str(), heard.finish()), ("Three.", FinishReason::Stop));
}

#[tokio::test]
async fn a_message_repeated_at_the_end_is_not_said_twice() {
    let script = Script::new().text("Three.");
    let heard = hear(script.event(&document(&json!({"content": "Three."}), &json!("stop")))).await;
    assert_eq!(heard.text, "Three.");
}

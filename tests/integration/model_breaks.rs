//! Each way in which a reply can go wrong has its own clear outcome: never a hang, a panic or an
//! answer that looks whole. Text that came before is kept.

use std::time::Duration;

use futures_util::StreamExt;
use opscopilot::{
    model::{ChatModel, ModelError, ModelEvent, openai::OpenAiSettings},
    protocol::FinishReason,
};
use serde_json::json;

use crate::{
    model_client::{Heard, hear, hear_from, listen, model, question, settings},
    model_server::{Gate, ModelServer, Script},
};

/// The name of the outcome and what was said before it.
fn outcome(heard: &Heard) -> (&str, &'static str) {
    (&heard.text, heard.error().code())
}

async fn hear_with(script: Script, change: impl FnOnce(&mut OpenAiSettings)) -> Heard {
    let server = ModelServer::start().await;
    server.push(script);
    let mut settings = settings(&server);
    change(&mut settings);
    hear_from(&model(settings)).await
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_is_cut() {
    let heard = hear(Script::new().text("All three").cut()).await;
    assert_eq!(outcome(&heard), ("All three", "modelCut"));
}

#[tokio::test]
async fn a_connection_cut_within_an_event_is_cut() {
    let heard = hear(Script::new().text("All").raw("data: {\"choices\":[{\"del").cut()).await;
    assert_eq!(outcome(&heard), ("All", "modelCut"));
}

#[tokio::test]
async fn a_clean_close_without_an_end_is_cut() {
    let heard = hear(Script::new().text("All three")).await;
    assert_eq!(outcome(&heard), ("All three", "modelCut"));
}

#[tokio::test]
async fn a_clean_close_within_an_event_is_cut() {
    let heard = hear(Script::new().text("All").raw("data: {\"choices\":[{\"delta\":{}")).await;
    assert_eq!(outcome(&heard), ("All", "modelCut"));
}

#[tokio::test]
async fn done_without_a_finish_reason_is_cut() {
    let heard = hear(Script::new().text("All three").done()).await;
    assert_eq!(outcome(&heard), ("All three", "modelCut"));
}

#[tokio::test]
async fn a_cut_within_a_call_gives_out_no_call() {
    let script = Script::new().text("Let me see.").call("list", &json!({"n": 1}));
    let heard = hear(script.cut()).await;
    assert_eq!(outcome(&heard), ("Let me see.", "modelCut"));
    assert_eq!(heard.calls, []);
}

#[tokio::test]
async fn silence_is_cut() {
    let heard = hear_with(Script::new().text("All three").hang(), |settings| {
        settings.silence_timeout = Duration::from_millis(50);
    })
    .await;
    assert_eq!(outcome(&heard), ("All three", "modelCut"));
}

#[tokio::test]
async fn keep_alive_comments_do_not_keep_a_dead_reply_alive() {
    let heard = hear_with(Script::new().text("All").flood(": ping\n\n"), |settings| {
        settings.reply_timeout = Duration::from_millis(50);
        settings.max_reply_bytes = usize::MAX;
    })
    .await;
    assert_eq!(outcome(&heard), ("All", "modelCut"));
}

#[tokio::test]
async fn a_finished_reply_is_whole_even_if_the_server_never_hangs_up() {
    let heard = hear_with(Script::new().text("Three.").finish("stop").hang(), |settings| {
        settings.silence_timeout = Duration::from_millis(50);
    })
    .await;
    assert_eq!((heard.text.as_str(), heard.finish()), ("Three.", FinishReason::Stop));
}

#[tokio::test]
async fn a_finished_reply_is_whole_even_if_the_connection_breaks_after_it() {
    let heard = hear(Script::new().text("Three.").finish("stop").cut()).await;
    assert_eq!((heard.text.as_str(), heard.finish()), ("Three.", FinishReason::Stop));
}

#[tokio::test]
async fn data_that_is_no_json_is_malformed() {
    for data in ["{not json", "42", "\"text\"", "[]", "null", "{\"choices\":7}", "hello"] {
        let heard = hear(Script::new().text("All").raw(format!("data: {data}\n\n"))).await;
        assert_eq!(outcome(&heard), ("All", "modelMalformed"), "{data}");
    }
}

#[tokio::test]
async fn deep_nesting_is_malformed() {
    let deep = format!("data: {{\"choices\":{}\n\n", "[".repeat(100_000));
    assert_eq!(
        outcome(&hear(Script::new().text("All").raw(deep)).await),
        ("All", "modelMalformed")
    );
}

#[tokio::test]
async fn what_was_malformed_is_not_repeated_in_the_error() {
    let heard = hear(Script::new().raw("data: {\"secret\": canary}\n\n")).await;
    assert!(!heard.error().to_string().contains("canary"), "{heard:?}");
}

#[tokio::test]
async fn a_web_page_is_malformed() {
    let page = "<!doctype html>\n<html><body>Sign in</body></html>";
    let heard = hear(Script::new().raw(page)).await;
    assert_eq!(outcome(&heard), ("", "modelMalformed"));
}

#[tokio::test]
async fn plain_text_is_malformed() {
    let heard = hear(Script::new().raw("upstream connect error\nreset before headers\n")).await;
    assert_eq!(outcome(&heard), ("", "modelMalformed"));
}

#[tokio::test]
async fn a_document_that_is_no_reply_is_malformed() {
    for document in [json!({}), json!({"choices": []}), json!([1]), json!({"models": ["a"]})] {
        let heard = hear(Script::json(200, &document)).await;
        assert_eq!(outcome(&heard), ("", "modelMalformed"), "{document}");
    }
    let heard = hear(Script::new().raw("{\"choices\":[{\"message\":")).await;
    assert_eq!(outcome(&heard), ("", "modelMalformed"));
}

#[tokio::test]
async fn an_error_object_in_the_stream_is_a_failure_in_its_words() {
    let errors = [
        json!({"error": {"message": "The engine is overloaded", "type": "server_error", "code": 503}}),
        json!({"error": "The engine is overloaded"}),
        json!({"object": "error", "message": "The engine is overloaded", "code": 500}),
        json!({"detail": "The engine is overloaded"}),
        json!({"choices": [{"delta": {"content": ""}, "finish_reason": "error"}],
            "error": {"message": "The engine is overloaded"}}),
    ];
    for error in errors {
        let heard = hear(Script::new().text("All").event(&error).hang()).await;
        let reason = "The engine is overloaded".to_owned();
        assert_eq!(heard.error(), &ModelError::Failed { reason }, "{error}");
        assert_eq!(heard.text, "All");
    }
}

#[tokio::test]
async fn an_error_event_that_is_a_sentence_is_a_failure_in_its_words() {
    let heard =
        hear(Script::new().text("All").raw("event: error\ndata: too busy\n\n").hang()).await;
    assert_eq!(heard.error(), &ModelError::Failed { reason: "too busy".to_owned() });
}

#[tokio::test]
async fn an_error_as_a_document_is_a_failure_in_its_words() {
    let heard = hear(Script::error(200, "oops", "The engine is overloaded")).await;
    let reason = "The engine is overloaded".to_owned();
    assert_eq!(heard.error(), &ModelError::Failed { reason });
}

#[tokio::test]
async fn words_for_a_failed_end_are_no_answer() {
    let heard = hear(Script::new().text("All").finish("error").done()).await;
    assert_eq!(outcome(&heard), ("All", "modelFailed"));
    let heard = hear(Script::new().text("All").finish("abort").done()).await;
    assert_eq!(outcome(&heard), ("All", "modelCut"));
}

#[tokio::test]
async fn floods_are_too_long() {
    let text = json!({"choices": [{"delta": {"content": "la ".repeat(100)}}]});
    let floods = [
        format!("data: {text}\n\n"),
        "data: {\"choices\":[]}\n\n".to_owned(),
        "data: {\"choices\":[{\"delta\":{}}]}\n\n".repeat(100),
        ": ping\n\n".repeat(100),
        "\n".repeat(1000),
        "event: x\n".repeat(100),
    ];
    for flood in floods {
        let limit_bytes = 300_000;
        let heard = hear_with(Script::new().flood(flood.clone()), |settings| {
            settings.max_reply_bytes = limit_bytes;
        })
        .await;
        assert_eq!(heard.error(), &ModelError::TooLong { limit_bytes }, "{flood:.40}");
    }
}

#[tokio::test]
async fn a_line_an_event_and_a_document_without_an_end_are_too_long() {
    for begin in ["data: ", "{\"choices\": \"", "x"] {
        let heard = hear(Script::new().raw(begin).flood("x".repeat(10_000))).await;
        assert_eq!(heard.error().code(), "modelTooLong", "{begin}");
    }
    let line = format!("data: {}\n", "x".repeat(10_000));
    assert_eq!(hear(Script::new().flood(line)).await.error().code(), "modelTooLong");
}

#[tokio::test]
async fn dropping_the_stream_drops_the_request() {
    let server = ModelServer::start().await;
    server.push(Script::new().text("All").hang());
    let model = model(settings(&server));
    let mut stream = model.reply(question()).await.unwrap();
    assert_eq!(stream.next().await, Some(Ok(ModelEvent::Text("All".to_owned()))));
    drop(stream);
    server.wait_for_hang_ups(1).await;
}

#[tokio::test]
async fn dropping_the_future_drops_the_request() {
    let server = ModelServer::start().await;
    server.push(Script::new().hang());
    let model = model(settings(&server));
    tokio::select! {
        _ = model.reply(question()) => panic!("nothing was answered"),
        () = server.wait_for_requests(1) => {}
    }
    server.wait_for_hang_ups(1).await;
}

#[tokio::test]
async fn text_is_there_while_the_server_still_writes() {
    let (server, gate) = (ModelServer::start().await, Gate::new());
    server.push(Script::new().text("All").gate(&gate).text(" three").stop());
    let mut stream = model(settings(&server)).reply(question()).await.unwrap();
    assert_eq!(stream.next().await, Some(Ok(ModelEvent::Text("All".to_owned()))));
    gate.open();
    assert_eq!(listen(stream).await.text, " three");
}

#[tokio::test]
async fn a_slow_reader_slows_the_server_down() {
    let server = ModelServer::start().await;
    // More than the sockets of both sides hold. The server's last write waits for the reader.
    let (gate, text) = (Gate::new(), "x".repeat(100_000));
    let script = (0..120).fold(Script::new(), |script, _| script.text(&text)).gate(&gate);
    server.push(script.stop());
    let model = model(settings(&server));
    let mut stream = model.reply(question()).await.unwrap();
    let first = stream.next().await.unwrap().unwrap();
    // Time enough for a server that nobody holds back: it answers others meanwhile.
    for _ in 0..100 {
        server.push(Script::answer("Three."));
        assert_eq!(hear_from(&model).await.text, "Three.");
    }
    assert!(!gate.is_reached(), "12 MB were read ahead of the reader");
    gate.open();
    let ModelEvent::Text(first) = first else { panic!("text was expected") };
    assert_eq!(listen(stream).await.text.len() + first.len(), 12_000_000);
}

#[tokio::test]
async fn the_next_question_works_on_the_same_connection_or_a_new_one() {
    let server = ModelServer::start().await;
    let model = model(settings(&server));
    for script in [
        Script::new().text("All").cut(),
        Script::new().raw("data: {not json\n\n").hang(),
        Script::new().text("All"),
        Script::answer("Three."),
    ] {
        server.push(script).push(Script::answer("Three."));
        hear_from(&model).await;
        assert_eq!(hear_from(&model).await.text, "Three.");
    }
}

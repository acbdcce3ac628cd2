//! Exports: a thread as a file, whole and in order, in which the text of others stays text.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Value, json};

use crate::{
    chat::question,
    model_server::Script,
    service::{Service, http},
};

/// What would be something in Markdown, if it were let.
const HOSTILE: &str = "# Heading\n\nUnderlined\n---\nTwice\n===\n- item\n  # nested\n\
    ![image](https://evil.example/x.png) [link](https://evil.example) <https://evil.example>\n\
    <img src=x onerror=alert(1)> <b>bold</b> &lt; [ref]\n\n[ref]: https://evil.example\n\
    [^1] \n\n[^1]: note\n\n```\nfence never closed\n# in it\n\n    indented <b>\n\
    > quoted\n\n| a | [b](c) |\n|---|---|\n| <i> | ![](d) |\n~~~\nanother";

/// What is in a Markdown file besides text.
#[derive(Default)]
struct Found {
    headings: Vec<String>,
    links: usize,
    html: usize,
    quotes: usize,
    tables: usize,
    code: Vec<String>,
}

fn look_into(markdown: &str) -> Found {
    let mut found = Found::default();
    let mut in_heading = false;
    let mut in_code = false;
    let mut depth = 0;
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                assert_eq!(depth, 0, "no heading of others");
                in_heading = true;
                found.headings.push(String::new());
            }
            Event::End(pulldown_cmark::TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::CodeBlock(_)) => {
                in_code = depth == 0;
                if in_code {
                    found.code.push(String::new());
                }
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::BlockQuote(_)) => {
                found.quotes += 1;
                depth += 1;
            }
            Event::End(pulldown_cmark::TagEnd::BlockQuote(_)) => depth -= 1,
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::FootnoteDefinition(_)) => {
                found.links += 1;
            }
            Event::Start(Tag::Table(_)) => found.tables += 1,
            Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => found.html += 1,
            Event::Text(text) if in_heading => found.headings.last_mut().unwrap().push_str(&text),
            Event::Text(text) if in_code => found.code.last_mut().unwrap().push_str(&text),
            _ => {}
        }
    }
    found
}

async fn export(
    service: &Service,
    thread: &str,
    query: &str,
) -> (reqwest::header::HeaderMap, String) {
    let url = format!("{}/v1/threads/{thread}/export{query}", service.url());
    let response = http().get(url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    (response.headers().clone(), response.text().await.unwrap())
}

#[tokio::test]
async fn a_transcript_reads_from_the_question_to_its_sources() {
    let service = Service::start().await;
    service.says(Script::asks("list_subscriptions", &json!({})));
    service.says(Script::answer("There are 99 of them [e1].\n\n| a | b |\n|---|---|\n| 1 | 2 |"));
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, "Which subscriptions?").await;
    let (headers, text) = export(&service, &thread, "").await;
    assert_eq!(headers["content-type"], "text/markdown; charset=utf-8");
    assert_eq!(headers["cache-control"], "no-store");
    let name = headers["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"thread-which-subscriptions-"), "{name}");
    let mut at = 0;
    for part in [
        "# Which subscriptions?",
        "- Thread: ",
        "## Question 20",
        "local asked:",
        "> Which subscriptions?",
        "### Call 20",
        "(list\\_subscriptions)",
        "```json\n{}",
        "**succeeded** after",
        "Evidence: e1.",
        "### Answer 20",
        "> There are 99 of them",
        "> |---|---|",
        "Sources:\n\n- e1: ",
        "Nothing that was read supports:\n\n- 99",
        "### Coverage",
        "Looked at: ",
        "End of the thread.",
    ] {
        let found = text.get(at..).unwrap().find(part);
        at += found.unwrap_or_else(|| panic!("{part:?} after byte {at} of\n{text}"));
    }
    assert_eq!(look_into(&text).tables, 1);
    assert_eq!(export(&service, &thread, "?format=md").await.1, text, "the same file again");
    service.end().await;
}

#[tokio::test]
async fn the_text_of_others_stays_text_in_a_transcript() {
    let service = Service::start().await;
    service.says(Script::asks("list_subscriptions", &json!({"x": HOSTILE, "```": "```\n# h"})));
    service.says(Script::asks("<b>`no_such_tool`", &json!(HOSTILE)));
    service.says(Script::answer(HOSTILE));
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, HOSTILE).await;
    let title = json!({"title": "![x](https://e.example) <img>\n# a \"b\" ../..\u{202e}"});
    let path = format!("/v1/threads/{thread}");
    assert_eq!(service.send("PATCH", &path, &title).await.0, 200);
    let (headers, text) = export(&service, &thread, "").await;
    let name = headers["content-disposition"].to_str().unwrap();
    assert_eq!(name.matches('"').count(), 2, "{name}");
    let found = look_into(&text);
    let kinds: BTreeSet<_> =
        found.headings.iter().map(|heading| heading.split(' ').next().unwrap()).collect();
    let ours = ["![x](https://e.example)", "Question", "Call", "Answer", "Coverage"];
    assert_eq!(kinds, BTreeSet::from(ours), "{text}");
    assert_eq!((found.links, found.html), (0, 0), "{text}");
    assert!(found.quotes >= 2 && found.code.len() == 2, "{text}");
    let arguments: Value = serde_json::from_str(&found.code[0]).unwrap();
    assert_eq!(arguments["x"], HOSTILE, "arguments are whole");
    assert!(!text.contains('\u{202e}'));
    service.end().await;
}

#[tokio::test]
async fn a_log_is_exported_as_it_is_with_its_evidence_by_reference() {
    let service = Service::start().await;
    service.says(Script::asks("list_subscriptions", &json!({})));
    service.says(Script::answer("Those [e1]."));
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, "Which subscriptions?").await;
    let path = format!("/v1/threads/{thread}");
    // More than a few pages.
    for n in 0..200 {
        let title = json!({"title": format!("Title {n}")});
        assert_eq!(service.send("PATCH", &path, &title).await.0, 200);
    }
    let (headers, text) = export(&service, &thread, "?format=json").await;
    assert_eq!(headers["content-type"], "application/json");
    assert!(headers["content-disposition"].to_str().unwrap().ends_with(".json\""));
    let file: Value = serde_json::from_str(&text).unwrap();
    let (_, standing) = service.get(&path).await;
    assert_eq!(file["thread"], standing);
    let mut events = Vec::new();
    let mut after = 0;
    while after < standing["headSeq"].as_u64().unwrap() {
        let epoch = standing["epoch"].as_str().unwrap();
        let (_, page) = service.get(&format!("{path}/events?after={epoch}:{after}")).await;
        events.extend(page["events"].as_array().unwrap().clone());
        after = events.last().unwrap()["seq"].as_u64().unwrap();
    }
    assert_eq!(file["events"], Value::from(events));
    let evidence = file["evidence"].as_array().unwrap();
    assert_eq!(evidence.len(), 1);
    assert_eq!(evidence[0]["tool"], "list_subscriptions");
    let href = evidence[0]["href"].as_str().unwrap();
    assert_eq!(service.get(href).await.1["evidenceId"], "e1");
    service.end().await;
}

#[tokio::test]
async fn what_cannot_be_exported_is_told() {
    let service = Service::start().await;
    let (mut chat, thread) = service.thread().await;
    let path = format!("/v1/threads/{thread}/export");
    assert_eq!(service.get(&format!("{path}?format=pdf")).await.0, 400);
    assert_eq!(service.get(&format!("/v1/threads/{}/export", uuid::Uuid::now_v7())).await.0, 404);
    assert_eq!(service.get("/v1/threads/x/export").await.0, 404);
    assert_eq!(service.send("POST", &path, &json!({})).await.0, 405);
    // A question that waits, or was cancelled before its turn, is in the file once.
    let gate = crate::model_server::Gate::new();
    service.says(Script::new().gate(&gate).text("Done.").stop());
    let first = chat.ask(&thread, "First?").await;
    let mut start = question(&thread, "Second?");
    start["whenBusy"] = json!("queue");
    let second = chat.ok("run.start", start).await["runId"].clone();
    chat.ok("run.cancel", json!({"threadId": thread, "runId": second})).await;
    gate.open();
    chat.outcome(&first).await;
    let (_, text) = export(&service, &thread, "").await;
    assert_eq!(text.matches("> Second?").count(), 1, "{text}");
    assert!(text.contains("The run cancelled by local"), "{text}");
    service.end().await;
}

//! The planner's examination: questions as operators word them, asked of the real service, with
//! the truth taken from the estate's own lists.

mod facts;
mod running;

use std::collections::BTreeMap;

use opscopilot::clock::Clock;
use serde_json::{Value, json};

use crate::{
    chat::Chat,
    service::{Service, Setup},
};
use facts::Facts;

/// Questions about what there is, and about what runs; then those that were written when the
/// planner was done, from prompts of others.
const QUESTIONS: [&str; 3] = [
    include_str!("../eval/questions.jsonl"),
    include_str!("../eval/operations.jsonl"),
    include_str!("../eval/held_out.jsonl"),
];
/// The share of questions that must be answered right, in percent.
const ENOUGH: usize = 98;

/// What came of one question.
struct Answer {
    calls: Vec<(String, Value)>,
    text: String,
    unsupported: Vec<Value>,
}

async fn ask(chat: &mut Chat, thread: &str, question: &str) -> Answer {
    let run = chat.ask(thread, question).await;
    let outcome = chat.outcome(&run).await;
    assert_eq!(outcome["kind"], "completed", "{question}");
    let events = chat.events();
    let own = events.iter().filter(|event| event["runId"] == *run);
    let calls = own.clone().filter(|event| event["type"] == "toolCallRequested");
    let calls =
        calls.map(|call| (call["tool"].as_str().unwrap().to_owned(), call["arguments"].clone()));
    let last = own.clone().rfind(|event| event["type"] == "assistantMessage").unwrap();
    Answer {
        calls: calls.collect(),
        text: last["text"].as_str().unwrap().to_owned(),
        unsupported: last["unsupported"].as_array().cloned().unwrap_or_default(),
    }
}

/// What is wrong with an answer: its calls, and its facts.
fn faults(answer: &Answer, turn: &Value, facts: &Facts) -> (Vec<String>, Vec<String>) {
    let (mut routes, mut wrong) = (Vec::new(), Vec::new());
    let expected = turn["calls"].as_array().unwrap();
    if expected.len() != answer.calls.len() {
        routes.push(format!("{} calls: {:?}", answer.calls.len(), answer.calls));
    }
    for (call, (tool, arguments)) in expected.iter().zip(&answer.calls) {
        let wanted = call[1].as_object().unwrap();
        let fits = wanted.iter().all(|(key, value)| match value.as_str() {
            Some(text) => arguments[key] == facts.fill(text),
            None => arguments[key] == *value,
        });
        if call[0] != *tool || !fits {
            routes.push(format!("{call} became {tool} {arguments}"));
        }
    }
    let texts = |key: &str| -> Vec<String> {
        let listed = turn[key].as_array().into_iter().flatten();
        listed.map(|text| facts.fill(text.as_str().unwrap())).collect()
    };
    let plain = answer.text.replace(['`', '\\', '*'], "");
    let holds = |text: &String| plain.contains(&text.replace(['`', '\\', '*'], ""));
    wrong.extend(
        texts("says")
            .iter()
            .filter(|text| !holds(text))
            .map(|text| format!("does not say `{text}`")),
    );
    wrong.extend(
        texts("lacks").iter().filter(|text| holds(text)).map(|text| format!("says `{text}`")),
    );
    if !answer.unsupported.is_empty() {
        wrong.push(format!("unsupported: {:?}", answer.unsupported));
    }
    if !answer.calls.is_empty()
        && !answer.text.contains("[e")
        && !answer.text.contains("no subscription")
    {
        wrong.push("nothing is cited".to_owned());
    }
    (routes, wrong)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_of_operators_are_answered_rightly() {
    let now = facts::ANCHOR.parse().unwrap();
    let setup =
        Setup { planner_only: true, clock: Clock::from_fn(move || now), ..Setup::default() };
    let service = Service::with(setup).await;
    let facts = Facts::read().await;
    let mut chat = service.chat().await;
    let mut score: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut report, mut lies) = (String::new(), 0);
    let lines = QUESTIONS.iter().flat_map(|file| file.lines());
    for line in lines.filter(|line| !line.is_empty()) {
        let dialogue: Value = serde_json::from_str(line).unwrap();
        let thread = chat.thread().await;
        for turn in dialogue["turns"].as_array().unwrap() {
            let question = &facts.fill(turn["ask"].as_str().unwrap());
            let answer = ask(&mut chat, &thread, question).await;
            let (routes, wrong) = faults(&answer, turn, &facts);
            let (right, all) =
                score.entry(dialogue["category"].as_str().unwrap().to_owned()).or_default();
            *all += 1;
            if routes.is_empty() && wrong.is_empty() {
                *right += 1;
            } else {
                lies += usize::from(routes.is_empty());
                report.push_str(&format!(
                    "{question}\n  {routes:?}\n  {wrong:?}\n{}\n---\n",
                    answer.text
                ));
            }
            if std::env::var_os("OPSCOPILOT_TEST_SHOW_ANSWERS").is_some() {
                println!("### {question}\n{:?}\n{}", answer.calls, answer.text);
            }
        }
        chat.ok("thread.unsubscribe", json!({"threadId": thread})).await;
    }
    let (right, all) = score.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let lines =
        score.iter().map(|(category, (right, all))| format!("{category}: {right} of {all}"));
    println!("{report}{}\nin all: {right} of {all}", lines.collect::<Vec<_>>().join("\n"));
    service.end().await;
    assert!(right * 100 >= all * ENOUGH, "{right} of {all} are right:\n{report}");
    assert_eq!(lies, 0, "answers that say something wrong:\n{report}");
}

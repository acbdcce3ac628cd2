//! What a question costs others: tokens of tool definitions, requests to Azure.

use serde_json::Value;

use crate::{
    Failure,
    chat::{Chat, http},
    figures::{line, section},
    model::LAST_REQUEST,
    process::{Listening, MODEL_ROLE, scratch},
};

/// Typical questions; the first is asked of a service that has just started.
const QUESTIONS: [&str; 4] = [
    "Explain my secure score",
    "Which security alerts are high severity?",
    "List my subscriptions",
    "Explain my secure score",
];

/// Prints the costs.
pub(crate) async fn measure() -> Result<(), Failure> {
    let dir = scratch()?;
    let ledger = dir.path().join("ledger.jsonl").to_string_lossy().into_owned();
    let estate = ["estate", "--listen", "127.0.0.1:0", "--ledger", &ledger];
    let estate = Listening::product(&estate, dir.path())?;
    let serve = ["serve", "--listen", "127.0.0.1:0", "--azure-endpoint", &estate.url, "--data"];
    let planned = Listening::product(&[&serve[..], &["planned"]].concat(), dir.path())?;
    section("What a question costs");
    let mut chat = Chat::connect(&planned.url).await?;
    for question in QUESTIONS {
        let before = requests(&ledger)?;
        ask(&mut chat, question).await?;
        let asked = requests(&ledger)?.saturating_sub(before);
        line(&format!("Azure requests: {question}"), asked);
    }
    let model = Listening::own(&[MODEL_ROLE])?;
    let base_url = format!("{}/v1", model.url);
    let model_led = [&serve[..], &["model-led", "--openai-base-url", &base_url]].concat();
    let model_led = Listening::product(&model_led, dir.path())?;
    let mut chat = Chat::connect(&model_led.url).await?;
    let http = http()?;
    for question in QUESTIONS.iter().take(3) {
        ask(&mut chat, question).await?;
        let last = http.get(format!("{}{LAST_REQUEST}", model.url)).send().await?.text().await?;
        let last: Value = serde_json::from_str(&last)?;
        let offered = last.get("tools").cloned().unwrap_or_default();
        let tools = offered.as_array().map_or(0, Vec::len);
        let tokens = offered.to_string().len() / 4;
        let system = last.pointer("/messages/0/content").and_then(Value::as_str);
        let system = system.map_or(0, str::len) / 4;
        let told = format!("{tools} tools, about {tokens} tokens, and {system} of instructions");
        line(&format!("offered: {question}"), told);
    }
    Ok(())
}

async fn ask(chat: &mut Chat, question: &str) -> Result<(), Failure> {
    let thread_id = chat.new_thread().await?;
    chat.ask(&thread_id, question).await?;
    chat.wait_for(|frame| frame.contains(r#""type":"runFinished""#)).await?;
    Ok(())
}

fn requests(ledger: &str) -> Result<usize, Failure> {
    match std::fs::read_to_string(ledger) {
        Ok(text) => Ok(text.lines().count()),
        // Written with the first request.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

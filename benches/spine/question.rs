//! What a question costs others: tokens of tool definitions, requests to Azure.

use std::path::Path;

use serde_json::Value;

use crate::{
    Failure,
    chat::{Chat, http},
    figures::{judged, line, section},
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

/// The scales of the estate that the requests are counted at.
const SCALES: [&str; 2] = ["1", "10"];
/// What the tool definitions of a question may cost, in tokens.
const MAX_TOKENS: f64 = 4_000.0;

/// Prints the costs.
pub(crate) async fn measure() -> Result<(), Failure> {
    let dir = scratch()?;
    section("What a question costs");
    let [small, large] = SCALES;
    let (at_small, at_large) =
        (planned(dir.path(), small).await?, planned(dir.path(), large).await?);
    for ((question, one), ten) in QUESTIONS.iter().zip(&at_small).zip(&at_large) {
        let requests = format!("{one}; at scale {large}: {ten}");
        line(&format!("Azure requests: {question}"), requests);
    }
    offered(dir.path()).await
}

/// What the planner's answers to the questions ask of an estate of this scale.
async fn planned(dir: &Path, scale: &str) -> Result<Vec<Requests>, Failure> {
    let ledger = dir.join(format!("ledger-{scale}.jsonl")).to_string_lossy().into_owned();
    let estate = ["estate", "--listen", "127.0.0.1:0", "--scale", scale, "--ledger", &ledger];
    let estate = Listening::product(&estate, dir)?;
    let data = format!("planned-{scale}");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", &data];
    let serve =
        Listening::product(&[&serve[..], &["--azure-endpoint", &estate.url]].concat(), dir)?;
    let mut chat = Chat::connect(&serve.url).await?;
    let mut asked = Vec::new();
    for question in QUESTIONS {
        let before = Requests::of(&ledger)?;
        ask(&mut chat, question).await?;
        asked.push(Requests::of(&ledger)?.since(before));
    }
    Ok(asked)
}

/// Prints what a model is offered for the questions.
async fn offered(dir: &Path) -> Result<(), Failure> {
    let model = Listening::own(&[MODEL_ROLE])?;
    let base_url = format!("{}/v1", model.url);
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", "model-led", "--openai-base-url"];
    let serve = Listening::product(&[&serve[..], &[&base_url]].concat(), dir)?;
    let mut chat = Chat::connect(&serve.url).await?;
    let http = http()?;
    for question in QUESTIONS.iter().take(3) {
        ask(&mut chat, question).await?;
        let last = http.get(format!("{}{LAST_REQUEST}", model.url)).send().await?.text().await?;
        let last: Value = serde_json::from_str(&last)?;
        let offered = last.get("tools").cloned().unwrap_or_default();
        let tools = offered.as_array().map_or(0, Vec::len);
        let tokens = offered.to_string().len() as f64 / 4.0;
        judged(&format!("{tools} tools offered: {question}"), tokens, MAX_TOKENS, "tokens");
        let system = last.pointer("/messages/0/content").and_then(Value::as_str);
        let system = system.map_or(0, str::len) / 4;
        line("  the instructions beside them", format!("about {system} tokens"));
    }
    Ok(())
}

async fn ask(chat: &mut Chat, question: &str) -> Result<(), Failure> {
    let thread_id = chat.new_thread().await?;
    chat.ask(&thread_id, question).await?;
    chat.wait_for(|frame| frame.contains(r#""type":"runFinished""#)).await?;
    Ok(())
}

/// Requests that an estate had to answer.
#[derive(Clone, Copy)]
struct Requests {
    all: usize,
    /// Those for a further page of a list; further pages of a query look like another query.
    pages: usize,
}

impl Requests {
    fn of(ledger: &str) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(ledger) {
            Ok(text) => text,
            // Written with the first request.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let pages = text.lines().filter(|line| line.to_ascii_lowercase().contains("skiptoken"));
        Ok(Self { all: text.lines().count(), pages: pages.count() })
    }

    fn since(self, before: Self) -> Self {
        Self { all: self.all - before.all, pages: self.pages - before.pages }
    }
}

impl std::fmt::Display for Requests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pages {
            0 => write!(f, "{}", self.all),
            pages => write!(f, "{}, {pages} of them further pages of lists", self.all),
        }
    }
}

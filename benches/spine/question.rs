//! What a question costs others: requests, bytes and milliseconds of Azure, tokens of a model's
//! context, on estates of three sizes.

use std::{path::Path, time::Instant};

use opscopilot::tools::digest::MAX_DIGEST_BYTES;
use serde_json::Value;

use crate::{
    Failure,
    chat::{Chat, http},
    figures::{judged, line, section},
    model::LAST_REQUEST,
    process::{Listening, MODEL_ROLE, scratch},
};

/// Questions of all pillars, and the call that the scripted model makes for each.
pub(crate) const QUESTIONS: &[(&str, &str, &str)] = &[
    ("How many resources are there of each type?", "count_resources", r#"{"by":"type"}"#),
    ("Which alerts are firing?", "list_alerts", "{}"),
    ("Which resources are unhealthy?", "list_resource_health", "{}"),
    ("Explain my secure score", "explain_secure_score", "{}"),
    ("Show me the attack paths", "list_attack_paths", "{}"),
    ("How compliant are we with Azure Policy?", "summarize_policy_compliance", "{}"),
    ("Which machines have pending patches?", "list_pending_patches", "{}"),
    ("Which backup jobs failed?", "list_backup_jobs", r#"{"status":"Failed"}"#),
    ("What is not backed up?", "list_unprotected_resources", "{}"),
    ("What did we spend this month?", "get_cost", "{}"),
    ("Which resources are idle?", "list_idle_resources", "{}"),
    ("Give me an overview of operations", "summarize_operations", "{}"),
    ("Why is vm-api-02 down?", "investigate_resource", r#"{"resource":"vm-api-02"}"#),
];

/// The scales of the estate that is asked.
const SCALES: [&str; 3] = ["1", "10", "100"];
/// What the tool definitions of a question may cost, in tokens.
const MAX_TOKENS: f64 = 4_000.0;
/// Bytes of a token, about.
const BYTES_A_TOKEN: usize = 4;

/// Prints the costs.
pub(crate) async fn measure() -> Result<(), Failure> {
    let dir = scratch()?;
    section("What a question costs");
    for scale in SCALES {
        println!("   -- {scale}x");
        let costs = asked(dir.path(), scale).await?;
        for ((question, ..), cost) in QUESTIONS.iter().zip(&costs) {
            line(question, cost);
        }
        let most = |of: fn(&Cost) -> usize| costs.iter().map(of).max().unwrap_or(0) as f64;
        let definitions = most(|cost| cost.context.definitions);
        judged("tool definitions of a question, at most", definitions, MAX_TOKENS, "tokens");
        let digests = most(|cost| cost.context.digest);
        let cap = (MAX_DIGEST_BYTES / BYTES_A_TOKEN) as f64;
        judged("digest of a call, at most", digests, cap, "tokens");
        let instructions = most(|cost| cost.context.instructions);
        line("instructions beside them, at most", format!("{instructions} tokens"));
    }
    Ok(())
}

/// What the questions cost on an estate of this scale.
async fn asked(dir: &Path, scale: &str) -> Result<Vec<Cost>, Failure> {
    let ledger = dir.join(format!("ledger-{scale}.jsonl")).to_string_lossy().into_owned();
    let estate = ["estate", "--listen", "127.0.0.1:0", "--scale", scale, "--ledger", &ledger];
    let estate = Listening::product(&estate, dir)?;
    let model = Listening::own(&[MODEL_ROLE])?;
    let base_url = format!("{}/v1", model.url);
    let data = format!("asked-{scale}");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", &data];
    let ends = ["--azure-endpoint", &estate.url, "--openai-base-url", &base_url];
    let serve = Listening::product(&[&serve[..], &ends].concat(), dir)?;
    let mut chat = Chat::connect(&serve.url).await?;
    let http = http()?;
    let mut costs = Vec::new();
    for (question, ..) in QUESTIONS {
        let (before, begun) = (Requests::of(&ledger)?, Instant::now());
        ask(&mut chat, question).await?;
        let milliseconds = begun.elapsed().as_millis();
        let last = http.get(format!("{}{LAST_REQUEST}", model.url)).send().await?.text().await?;
        let azure = Requests::of(&ledger)?.since(before);
        costs.push(Cost { azure, milliseconds, context: Context::of(&last)? });
    }
    Ok(costs)
}

async fn ask(chat: &mut Chat, question: &str) -> Result<(), Failure> {
    let thread_id = chat.new_thread().await?;
    chat.ask(&thread_id, question).await?;
    chat.wait_for(|frame| frame.contains(r#""type":"runFinished""#)).await?;
    Ok(())
}

/// What one question costs.
struct Cost {
    azure: Requests,
    milliseconds: u128,
    context: Context,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Context { all, definitions, digest, tools, .. } = self.context;
        write!(
            f,
            "{}, {} ms; context {all} tokens: {definitions} of {tools} tools, {digest} of the digest",
            self.azure, self.milliseconds
        )
    }
}

/// What a model was sent for its answer, in tokens.
#[derive(Clone, Copy)]
struct Context {
    all: usize,
    tools: usize,
    definitions: usize,
    instructions: usize,
    digest: usize,
}

impl Context {
    /// Of the body of a request.
    fn of(body: &str) -> Result<Self, Failure> {
        let request: Value = serde_json::from_str(body)?;
        let messages = request.get("messages").and_then(Value::as_array);
        let said = |role: &str| {
            let all = messages
                .into_iter()
                .flatten()
                .filter(|one| one.get("role").and_then(Value::as_str) == Some(role));
            let bytes = all.filter_map(|one| one.get("content")?.as_str()).map(str::len);
            bytes.sum::<usize>() / BYTES_A_TOKEN
        };
        let tools = request.get("tools").cloned().unwrap_or_default();
        Ok(Self {
            all: body.len() / BYTES_A_TOKEN,
            tools: tools.as_array().map_or(0, Vec::len),
            definitions: tools.to_string().len() / BYTES_A_TOKEN,
            instructions: said("system"),
            digest: said("tool"),
        })
    }
}

/// Requests that an estate had to answer.
#[derive(Clone, Copy, Default)]
struct Requests {
    all: usize,
    /// Those for a further page of a list; further pages of a query look like another query.
    pages: usize,
    bytes: u64,
}

impl Requests {
    fn of(ledger: &str) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(ledger) {
            Ok(text) => text,
            // Written with the first request.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let mut requests = Self::default();
        for line in text.lines() {
            let entry: Value = serde_json::from_str(line)?;
            let query = entry.get("query").and_then(Value::as_str).unwrap_or_default();
            requests.all += 1;
            requests.pages += usize::from(query.to_ascii_lowercase().contains("skiptoken"));
            requests.bytes += entry.get("bytes").and_then(Value::as_u64).unwrap_or(0);
        }
        Ok(requests)
    }

    fn since(self, before: Self) -> Self {
        Self {
            all: self.all - before.all,
            pages: self.pages - before.pages,
            bytes: self.bytes - before.bytes,
        }
    }
}

impl std::fmt::Display for Requests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kilobytes = self.bytes.div_ceil(1_000);
        match self.pages {
            0 => write!(f, "{} calls, {kilobytes} kB", self.all),
            pages => write!(f, "{} calls, {pages} of them further pages, {kilobytes} kB", self.all),
        }
    }
}

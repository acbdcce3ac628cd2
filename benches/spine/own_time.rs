//! The own time of a run: two tool calls and an answer of 200 chunks, log durable.
//!
//! Measured from `run.start` sent to `runFinished` received, with a model that answers at once.
//! It holds everything: the socket, the loop, two model requests, both tools with their requests
//! to Azure, four durable transactions, the answer streamed. Measured twice: with an Azure that
//! answers at once, which leaves the product's own time, and with the in-process sample estate,
//! whose evaluation of queries costs more than all the rest. The relay makes the same two
//! requests to the model, byte for byte, and forwards every chunk.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Failure,
    azure::ASKED,
    chat::{Chat, http},
    figures::{Times, judged, line, section},
    model::{LAST_REQUEST, RUN_CHUNKS, RUN_WORD},
    process::{AZURE_ROLE, Listening, MODEL_ROLE, RELAY_ROLE, scratch},
};

/// Runs and relayed answers before the measured ones.
const WARM_UP: usize = 30;
/// Measured runs and relayed answers, by turns.
const RUNS: usize = 150;

/// What one run was spent on.
#[derive(Default)]
struct Spent {
    whole: Times,
    transactions: Times,
    tools: Times,
}

/// Prints the own time of a run, beside the relay's.
pub(crate) async fn measure() -> Result<(), Failure> {
    let model = Listening::own(&[MODEL_ROLE])?;
    let relay = Listening::own(&[RELAY_ROLE])?;
    let data = scratch()?;
    let estate = Listening::product(&["estate", "--listen", "127.0.0.1:0"], data.path())?;
    let azure = Listening::own(&[AZURE_ROLE, &estate.url])?;
    let base_url = format!("{}/v1", model.url);
    let serve = ["serve", "--listen", "127.0.0.1:0", "--openai-base-url", &base_url, "--data"];
    let own = [&serve[..], &["own", "--azure-endpoint", &azure.url]].concat();
    let own = Listening::product(&own, data.path())?;
    let sample = Listening::product(&[&serve[..], &["sample"]].concat(), data.path())?;
    section(&format!("A run with 2 tool calls and {RUN_CHUNKS} streamed chunks ({RUNS} runs)"));
    let (spent, relayed) = by_turns(&own, &relay, &model).await?;
    let http = http()?;
    let asked = http.get(format!("{}{ASKED}", azure.url)).send().await?.text().await?;
    line("Azure answers at once; different requests made in all", asked);
    let (medians, least) = ratios(&spent, &relayed);
    judged("own time, of the relay's (medians)", medians, 3.0, "times");
    line("  the least of each, where others disturb the machine", format!("{least:.2} times"));
    let (spent, relayed) = by_turns(&sample, &relay, &model).await?;
    let (medians, least) = ratios(&spent, &relayed);
    let ratios = format!("{medians:.2} times (medians), {least:.2} (the least of each)");
    line("with the sample estate in the process, of the relay's", ratios);
    Ok(())
}

/// How often the relay's time fits into the product's: medians, and the least of each.
fn ratios(spent: &Spent, relayed: &Times) -> (f64, f64) {
    let of = |time: fn(&Times) -> f64| time(&spent.whole) / time(relayed);
    (of(Times::median_ms), of(Times::least_ms))
}

/// Runs and relayed answers by turns, their times printed.
async fn by_turns(
    product: &Listening,
    relay: &Listening,
    model: &Listening,
) -> Result<(Spent, Times), Failure> {
    let mut chat = Chat::connect(&product.url).await?;
    one_run(&mut chat, &mut Spent::default()).await?;
    let traffic = traffic(&model.url).await?;
    let mut to_relay = Chat::connect_to_relay(&relay.url).await?;
    for _ in 0..WARM_UP {
        one_run(&mut chat, &mut Spent::default()).await?;
        one_relayed(&mut to_relay, &traffic).await?;
    }
    let (mut spent, mut relayed) = (Spent::default(), Times::default());
    let before = (product.cpu()?, relay.cpu()?);
    for _ in 0..RUNS {
        one_run(&mut chat, &mut spent).await?;
        relayed.add(one_relayed(&mut to_relay, &traffic).await?);
    }
    let runs = u32::try_from(RUNS)?;
    line("run, from `run.start` sent to `runFinished` received", spent.whole.spread());
    line("  of it until transactions were durable and seen (mean)", millis(&spent.transactions));
    line("  of it tools, Azure's answers included (mean)", millis(&spent.tools));
    line("bare relay, the same two model requests", relayed.spread());
    let own = (product.cpu()? - before.0) / runs;
    let cpu = format!("{own:.1?}, {:.1?}", (relay.cpu()? - before.1) / runs);
    line("CPU time of a run: product, relay", cpu);
    Ok((spent, relayed))
}

fn millis(times: &Times) -> String {
    format!("{:.2} ms", times.mean_ms())
}

/// The requests of a run as the model got them, for the relay to send.
async fn traffic(model_url: &str) -> Result<String, Failure> {
    let http = http()?;
    let last = http.get(format!("{model_url}{LAST_REQUEST}")).send().await?.text().await?;
    let mut first: Value = serde_json::from_str(&last)?;
    if let Some(Value::Array(messages)) = first.get_mut("messages") {
        messages.retain(|message| message["role"] == "system" || message["role"] == "user");
    }
    let url = format!("{model_url}/v1/chat/completions");
    Ok(serde_json::to_string(&[url, first.to_string(), last])?)
}

async fn one_relayed(relay: &mut Chat, traffic: &str) -> Result<Duration, Failure> {
    let begun = Instant::now();
    relay.send(traffic).await?;
    relay.wait_for(str::is_empty).await?;
    Ok(begun.elapsed())
}

/// Asks in a new thread: a history would make later runs longer.
async fn one_run(chat: &mut Chat, spent: &mut Spent) -> Result<(), Failure> {
    let thread_id = chat.new_thread().await?;
    let begun = Instant::now();
    chat.ask(&thread_id, &format!("{RUN_WORD}: explain my secure score and alerts")).await?;
    let (mut transactions, mut tools) = (Duration::ZERO, Duration::ZERO);
    let mut decided_at = Timestamp::UNIX_EPOCH;
    let mut seen_at = Timestamp::UNIX_EPOCH;
    loop {
        let frame = chat.next().await?;
        let Some(at) = instant_of(&frame)? else { continue };
        if frame.contains(r#""type":"toolCallCompleted""#) && at != decided_at {
            tools += elapsed(seen_at, at);
        }
        seen_at = Timestamp::now();
        if at != decided_at {
            // The first event of a transaction.
            decided_at = at;
            transactions += elapsed(at, seen_at);
        }
        if frame.contains(r#""type":"runFinished""#) {
            break;
        }
    }
    spent.whole.add(begun.elapsed());
    spent.transactions.add(transactions);
    spent.tools.add(tools);
    chat.send(
        &serde_json::json!({"type": "thread.unsubscribe", "id": &thread_id,
        "threadId": thread_id})
        .to_string(),
    )
    .await?;
    chat.wait_for(|frame| frame.contains(&thread_id)).await?;
    Ok(())
}

fn elapsed(from: Timestamp, to: Timestamp) -> Duration {
    to.duration_since(from).try_into().unwrap_or_default()
}

/// When the event of a frame was written; none of another frame. To the millisecond.
fn instant_of(frame: &str) -> Result<Option<Timestamp>, Failure> {
    if !frame.starts_with(r#"{"type":"event""#) {
        return Ok(None);
    }
    let rest = frame.split_once(r#""at":""#).map(|(_, rest)| rest);
    let at = rest.and_then(|rest| rest.split('"').next()).ok_or("an event without an instant")?;
    Ok(Some(at.parse()?))
}

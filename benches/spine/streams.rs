//! From model to client at 100 live streams of 50 chunks a second.
//!
//! Each chunk carries the instant it was written by the model; a client notes when the frame
//! that holds it was read. Product and relay take turns under the same load.

use std::time::Duration;

use serde::Deserialize;

use crate::{
    Failure,
    chat::Chat,
    figures::{Times, judged, line, section},
    model::{CHUNKS_PER_SECOND, STREAM_CHUNKS, STREAM_WORD, stamp},
    process::{Listening, MODEL_ROLE, RELAY_ROLE, scratch},
};

/// Streams at once.
const STREAMS: usize = 100;
/// Chunks of each stream before the measured ones.
const WARM_UP: usize = 50;
/// How often product and relay take turns.
const ROUNDS: usize = 2;
/// The period of the shared clock, in microseconds.
const CLOCK: u64 = 100_000_000;

/// What a round under load showed.
struct Round {
    latency: Times,
    frames: usize,
    cpu: Duration,
}

/// Prints the latencies of product and relay.
pub(crate) async fn measure() -> Result<(), Failure> {
    let model = Listening::own(&[MODEL_ROLE])?;
    let relay = Listening::own(&[RELAY_ROLE])?;
    let data = scratch()?;
    let base_url = format!("{}/v1", model.url);
    let product = Listening::product(
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            "data",
            "--openai-base-url",
            &base_url,
            "--azure-endpoint",
            "http://127.0.0.1:9",
        ],
        data.path(),
    )?;
    let asked = serde_json::json!({"messages": [{"role": "user", "content": STREAM_WORD}]});
    let url = format!("{base_url}/chat/completions");
    let asked = serde_json::to_string(&[url, asked.to_string()])?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(round(&relay, &Way::Relay(asked.clone())).await?);
        ours.push(round(&product, &Way::Product).await?);
    }
    section(&format!(
        "{STREAMS} live streams of {CHUNKS_PER_SECOND} chunks a second ({ROUNDS} rounds)"
    ));
    let relay_p99 = print("bare relay", &theirs);
    let own_p99 = print("product", &ours);
    judged("99th percentile from model to client", own_p99, 5.0, "ms");
    line("the same of the bare relay", format!("{relay_p99:.2} ms"));
    Ok(())
}

fn print(name: &str, rounds: &[Round]) -> f64 {
    let mut all = Times::default();
    rounds.iter().for_each(|round| all.extend(&round.latency));
    let frames: usize = rounds.iter().map(|round| round.frames).sum();
    let cpu: Duration = rounds.iter().map(|round| round.cpu).sum();
    let seconds = (rounds.len() * STREAM_CHUNKS) as f64 / f64::from(CHUNKS_PER_SECOND);
    let share = cpu.as_secs_f64() / seconds * 100.0;
    line(&format!("{name}: from model to client"), all.spread());
    let chunks = all.len();
    line(
        &format!("{name}: frames for {chunks} chunks, CPU"),
        format!("{frames}, {share:.0} % of a core"),
    );
    all.percentile_ms(0.99)
}

/// Who carries the chunks.
enum Way {
    Product,
    /// With what it is told.
    Relay(String),
}

impl Way {
    async fn connect(&self, url: &str) -> Result<Chat, Failure> {
        match self {
            Self::Product => Chat::connect(url).await,
            Self::Relay(_) => Chat::connect_to_relay(url).await,
        }
    }

    async fn begin(&self, chat: &mut Chat) -> Result<(), Failure> {
        match self {
            Self::Product => {
                let thread_id = chat.new_thread().await?;
                chat.ask(&thread_id, STREAM_WORD).await
            }
            Self::Relay(asked) => chat.send(asked).await,
        }
    }

    fn is_end(frame: &str) -> bool {
        frame.is_empty() || frame.contains(r#""type":"runFinished""#)
    }
}

async fn round(server: &Listening, way: &Way) -> Result<Round, Failure> {
    let mut chats = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        chats.push(way.connect(&server.url).await?);
    }
    let before = server.cpu()?;
    let mut readers = tokio::task::JoinSet::new();
    for mut chat in chats {
        way.begin(&mut chat).await?;
        readers.spawn(read(chat));
    }
    let mut round = Round { latency: Times::default(), frames: 0, cpu: Duration::ZERO };
    while let Some(read) = readers.join_next().await {
        let (latency, frames) = read??;
        round.latency.extend(&latency);
        round.frames += frames;
    }
    round.cpu = server.cpu()?.saturating_sub(before);
    Ok(round)
}

/// The text of a delta, of ours or of the endpoint.
#[derive(Deserialize)]
struct Text<'a> {
    #[serde(default)]
    text: Option<&'a str>,
    #[serde(default, borrow)]
    choices: Vec<Choice<'a>>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    delta: Content<'a>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(default)]
    content: Option<&'a str>,
}

/// Reads one stream to its end: the latency of each chunk past the warm-up, and the frames.
async fn read(mut chat: Chat) -> Result<(Times, usize), Failure> {
    let (mut times, mut frames, mut chunks) = (Times::default(), 0, 0);
    let mut text = String::new();
    loop {
        let frame = chat.next().await?;
        let now = stamp();
        if Way::is_end(&frame) {
            break;
        }
        let is_delta = frame.starts_with(r#"{"type":"delta""#);
        if !is_delta && !frame.contains(r#""content":"#) {
            continue;
        }
        frames += 1;
        let delta: Text<'_> = serde_json::from_str(&frame)?;
        let content = delta.choices.first().and_then(|choice| choice.delta.content);
        text.push_str(delta.text.or(content).unwrap_or_default());
        let mut taken = 0;
        while let Some(end) = text.get(taken..).and_then(|rest| rest.find(" then,")) {
            let sent = text.get(taken..taken + end).and_then(|part| part.rsplit(' ').next());
            let sent: u64 = sent.unwrap_or_default().parse()?;
            if chunks >= WARM_UP {
                times.add(Duration::from_micros((now + CLOCK - sent) % CLOCK));
            }
            chunks += 1;
            taken += end + 6;
        }
        text.drain(..taken);
    }
    match chunks {
        STREAM_CHUNKS => Ok((times, frames)),
        _ => Err(format!("a stream ended after {chunks} of {STREAM_CHUNKS} chunks").into()),
    }
}

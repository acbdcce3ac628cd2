//! The scripted model: an OpenAI-compatible endpoint that costs next to nothing.
//!
//! What it answers depends on the request alone: on the word in the last question, and on how
//! many results of tools stand behind it. Each chunk is one write. It keeps the last request.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime},
};

use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep_until},
};

use crate::{Failure, question::QUESTIONS};

/// The word in a question that asks for two tools and then an answer of [`RUN_CHUNKS`].
pub(crate) const RUN_WORD: &str = "bench-run";
/// The word in a question that asks for a stream at [`CHUNKS_PER_SECOND`].
pub(crate) const STREAM_WORD: &str = "bench-stream";
/// Chunks of the answer of a run.
pub(crate) const RUN_CHUNKS: usize = 200;
/// Chunks of a stream.
pub(crate) const STREAM_CHUNKS: usize = 300;
/// The rate of a stream.
pub(crate) const CHUNKS_PER_SECOND: u32 = 50;
/// The path that gives the last request's body.
pub(crate) const LAST_REQUEST: &str = "/last";

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                      transfer-encoding: chunked\r\n\r\n";

/// Microseconds of a clock that all processes of a run share; eight digits, so that stamps look
/// like numbers of an answer and not like secrets.
pub(crate) fn stamp() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros() % 100_000_000).unwrap_or_default()
}

#[derive(Default)]
struct Shared {
    last: Mutex<Vec<u8>>,
    streams: AtomicU32,
}

#[derive(Deserialize)]
struct Request {
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    #[serde(default)]
    content: serde_json::Value,
}

/// Serves until the process is ended.
pub(crate) fn serve() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared::default());
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                if let Err(error) = converse(stream, &shared).await {
                    eprintln!("scripted model: {error}");
                }
            });
        }
    })
}

async fn converse(stream: TcpStream, shared: &Shared) -> Result<(), Failure> {
    let mut stream = BufReader::new(stream);
    loop {
        let Some((path, body)) = read_request(&mut stream).await? else { return Ok(()) };
        if path == LAST_REQUEST {
            let last = shared.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", last.len());
            stream.write_all(&[head.as_bytes(), &last].concat()).await?;
            continue;
        }
        stream.write_all(HEAD).await?;
        answer(&mut stream, shared, &body).await?;
        *shared.last.lock().unwrap_or_else(PoisonError::into_inner) = body;
        write_event(&mut stream, "[DONE]").await?;
        stream.write_all(b"0\r\n\r\n").await?;
    }
}

/// The path and the body of the next request; none at the end of the connection.
async fn read_request(
    stream: &mut BufReader<TcpStream>,
) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let (mut path, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if path.is_empty() {
            line.split(' ').nth(1).unwrap_or_default().clone_into(&mut path);
        } else if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Some((path, body)))
}

async fn answer(
    stream: &mut BufReader<TcpStream>,
    shared: &Shared,
    body: &[u8],
) -> Result<(), Failure> {
    let request: Request = serde_json::from_slice(body)?;
    let asked = request.messages.iter().rposition(|message| message.role == "user");
    let since = request.messages.get(asked.unwrap_or(0)..).unwrap_or_default();
    let question = since.first().and_then(|message| message.content.as_str()).unwrap_or_default();
    let has_results = since.iter().any(|message| message.role == "tool");
    if question.contains(STREAM_WORD) {
        // Streams are spread over the time between two chunks of one.
        let nth = shared.streams.fetch_add(1, Ordering::Relaxed) % 100;
        let period = Duration::from_secs(1) / CHUNKS_PER_SECOND;
        let begun = Instant::now() + period * nth / 100;
        for at in 0..STREAM_CHUNKS {
            sleep_until(begun + period * u32::try_from(at)?).await;
            let text = format!("the value was {} then, ", stamp());
            write_text(stream, &text).await?;
        }
    } else if question.contains(RUN_WORD) && !has_results {
        for (index, tool) in ["explain_secure_score", "list_security_alerts"].iter().enumerate() {
            let call = serde_json::json!({"tool_calls": [{"index": index, "type": "function",
                "id": format!("call_{index}"), "function": {"name": tool, "arguments": "{}"}}]});
            write_delta(stream, &call, "null").await?;
        }
        return write_delta(stream, &serde_json::json!({}), "\"tool_calls\"").await;
    } else if let Some((_, tool, arguments)) =
        QUESTIONS.iter().find(|(asked, ..)| !has_results && question.contains(asked))
    {
        let call = serde_json::json!({"tool_calls": [{"index": 0, "type": "function",
            "id": "call_0", "function": {"name": tool, "arguments": arguments}}]});
        write_delta(stream, &call, "null").await?;
        return write_delta(stream, &serde_json::json!({}), "\"tool_calls\"").await;
    } else {
        for at in 0..RUN_CHUNKS {
            let text =
                if at % 40 == 39 { " as the list says [e1]," } else { " and then some words" };
            write_text(stream, text).await?;
        }
    }
    write_delta(stream, &serde_json::json!({}), "\"stop\"").await
}

async fn write_text(stream: &mut BufReader<TcpStream>, text: &str) -> Result<(), Failure> {
    write_delta(stream, &serde_json::json!({ "content": text }), "null").await
}

async fn write_delta(
    stream: &mut BufReader<TcpStream>,
    delta: &serde_json::Value,
    finish: &str,
) -> Result<(), Failure> {
    let data = format!(
        r#"{{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"scripted","choices":[{{"index":0,"delta":{delta},"finish_reason":{finish}}}]}}"#
    );
    write_event(stream, &data).await
}

/// One event, one chunk, one write.
async fn write_event(stream: &mut BufReader<TcpStream>, data: &str) -> Result<(), Failure> {
    let chunk = format!("{:x}\r\ndata: {data}\n\n\r\n", data.len() + 8);
    stream.write_all(chunk.as_bytes()).await?;
    // Whoever reads gets to run, as between the tokens of a real model.
    tokio::task::yield_now().await;
    Ok(())
}

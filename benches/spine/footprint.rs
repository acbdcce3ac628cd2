//! What the product weighs: at start with no estate, and for each idle connection.

use std::time::Duration;

use crate::{
    Failure,
    chat::Chat,
    figures::{Times, judged, line, section},
    process::{Listening, scratch},
};

/// Starts that are measured, each with a new data directory and once more with the same.
const STARTS: usize = 10;
/// Idle connections.
const CONNECTIONS: usize = 1_000;
/// How long memory is left to settle.
const SETTLE: Duration = Duration::from_millis(500);
/// No Azure is there, and none is needed to be ready.
const ARGUMENTS: [&str; 7] = [
    "serve",
    "--listen",
    "127.0.0.1:0",
    "--data",
    "data",
    "--azure-endpoint",
    "http://127.0.0.1:9",
];

/// Prints memory and time to ready.
pub(crate) async fn measure() -> Result<(), Failure> {
    let (mut first, mut again) = (Times::default(), Times::default());
    let mut resident = 0;
    for _ in 0..STARTS {
        let data = scratch()?;
        for times in [&mut first, &mut again] {
            let product = Listening::product(&ARGUMENTS, data.path())?;
            times.add(product.ready_after);
            tokio::time::sleep(Duration::from_millis(50)).await;
            resident = resident.max(product.resident_bytes()?);
        }
    }
    section(&format!("Start with no estate ({STARTS} starts)"));
    line("from its start to `listening on`, new data directory", first.spread());
    line("from its start to `listening on`, known data directory", again.spread());
    judged("time to ready (median, new data directory)", first.median_ms(), 100.0, "ms");
    judged("resident memory (most of all starts)", mib(resident), 25.0, "MiB");
    connections().await
}

async fn connections() -> Result<(), Failure> {
    let data = scratch()?;
    let product = Listening::product(&ARGUMENTS, data.path())?;
    let mut warm = Chat::connect(&product.url).await?;
    let thread_id = warm.new_thread().await?;
    tokio::time::sleep(SETTLE).await;
    let before = product.resident_bytes()?;
    let mut chats = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let mut chat = Chat::connect(&product.url).await?;
        chat.follow(&thread_id).await?;
        chats.push(chat);
    }
    tokio::time::sleep(SETTLE).await;
    let followed = product.resident_bytes()?;
    for chat in &mut chats {
        chat.new_thread().await?;
    }
    tokio::time::sleep(SETTLE).await;
    let with_threads = product.resident_bytes()?;
    section(&format!("{CONNECTIONS} idle connections, each following a thread"));
    let each =
        |bytes: u64, than: u64| bytes.saturating_sub(than) as f64 / CONNECTIONS as f64 / 1024.0;
    judged("memory of an idle connection", each(followed, before), 16.0, "KiB");
    let live = each(with_threads, followed);
    line("and of a live thread of its own", format!("{live:.2} KiB"));
    line("resident memory with all of them", format!("{:.1} MiB", mib(with_threads)));
    Ok(())
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

//! Asking: one question after the other over the real protocol.

use std::time::Duration;

use serde_json::Value;

use crate::{
    cli::{
        ask::transcript::Transcript,
        client::{ClientError, Happening, Link, Trust, Whereabouts, read_id},
    },
    protocol::{
        Command, CreateThread, Frame, MessageId, Outcome, RunId, StartRun, Subscribe, ThreadId,
        Unsubscribe, UserMessage, WhenBusy,
    },
};

/// How long a connection that was cut is tried again.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of one question.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    /// The calls, each a tool and its arguments.
    pub(super) calls: Vec<(String, Value)>,
    /// What was said last.
    pub(super) text: String,
    /// What the claim check found no support for.
    pub(super) unsupported: Vec<String>,
    /// How the run ended, where it did not complete.
    pub(super) ended: Option<String>,
    /// The model that answered.
    pub(super) model: Option<String>,
}

/// A connection that asks.
pub(super) struct Asker {
    link: Link,
}

impl Asker {
    /// Connects.
    pub(super) async fn connect(
        whereabouts: Whereabouts,
        trust: Trust,
    ) -> Result<Self, ClientError> {
        let (link, _) = Link::connect(whereabouts, trust, PATIENCE).await?;
        Ok(Self { link })
    }

    /// A new thread, followed.
    pub(super) async fn thread(&mut self) -> Result<ThreadId, ClientError> {
        let create =
            |id| Command::CreateThread(CreateThread { id, title: None, scope: Vec::new() });
        let created = self.link.ask(create, |_| {}).await?;
        let thread_id = read_id(&created, "threadId")?;
        let subscribe =
            |id| Command::Subscribe(Subscribe { id, thread_id, after: None, last: None });
        self.link.ask(subscribe, |_| {}).await?;
        Ok(thread_id)
    }

    /// Follows a thread no more.
    pub(super) async fn leave(&mut self, thread_id: ThreadId) -> Result<(), ClientError> {
        let leave = |id| Command::Unsubscribe(Unsubscribe { id, thread_id });
        self.link.ask(leave, |_| {}).await.map(drop)
    }

    /// Asks a question in a thread and waits for the end of its run.
    pub(super) async fn ask(
        &mut self,
        thread_id: ThreadId,
        question: &str,
    ) -> Result<Answer, ClientError> {
        let message = UserMessage { id: MessageId::new(), text: question.to_owned() };
        let when_busy = WhenBusy::Queue;
        let start =
            |id| Command::StartRun(StartRun { id, thread_id, message, when_busy, limits: None });
        let started = self.link.ask(start, |_| {}).await?;
        let run_id: RunId = read_id(&started, "runId")?;
        let mut transcript = Transcript::default();
        while transcript.outcome().is_none() {
            match self.link.next().await {
                Some(Happening::Frame(Frame::Deleted { .. })) => {
                    return Err(ClientError::Nowhere("the thread was deleted".to_owned()));
                }
                Some(Happening::Frame(frame)) => transcript.take(&frame, run_id),
                Some(Happening::Lost(_) | Happening::Back(_)) => {}
                Some(Happening::StartedOver) => transcript = Transcript::default(),
                Some(Happening::Gone(error)) => return Err(error),
                None => return Err(ClientError::Over),
            }
        }
        Ok(read(&transcript))
    }

    /// Ends the connection.
    pub(super) async fn close(self) {
        self.link.close().await;
    }
}

fn read(transcript: &Transcript) -> Answer {
    let told = transcript.json();
    let of = |key: &str| told.get(key).cloned().unwrap_or_default();
    let rows = |key: &str| of(key).as_array().cloned().unwrap_or_default();
    let calls = rows("toolCalls").into_iter().map(|call| {
        let name = call.get("name").and_then(Value::as_str).unwrap_or_default();
        (name.to_owned(), call.get("arguments").cloned().unwrap_or_default())
    });
    let unsupported = rows("unsupported").into_iter().map(|one| {
        one.get("text").and_then(Value::as_str).map_or_else(|| one.to_string(), str::to_owned)
    });
    let ended = match transcript.outcome() {
        Some(Outcome::Completed) | None => None,
        Some(_) => Some(of("outcome").to_string()),
    };
    Answer {
        calls: calls.collect(),
        text: transcript.answer().to_owned(),
        unsupported: unsupported.collect(),
        ended,
        model: of("model").as_str().map(str::to_owned),
    }
}

//! The thread log: the one door through which anything happens to a thread.
//!
//! Decide, number, store, fold, show: in that order, under one lock. What the store has not
//! taken is not shown and not folded.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::{
    clock::Clock,
    protocol::{
        Epoch, ErrorCode, Event, EventRecord, MAX_EVENT_BYTES, RunId, Seq, ThreadId, WireError,
    },
    store::{Append, EncodedEvent, NewEvidence, NewReply, Store, StoreError},
    thread::{FoldError, ThreadState},
};

use super::{
    hub::{EndsLive, Hub, StoredFrame},
    meters,
};

/// Events read at once when a log is replayed.
const REPLAY_PAGE: u32 = 512;

/// Why the agent could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The command cannot be done; the client is told why.
    #[error(transparent)]
    Refused(#[from] WireError),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The log of a thread is damaged.
    #[error("the log of thread {thread_id} is damaged")]
    Damaged {
        /// The thread.
        thread_id: ThreadId,
        /// What does not fit.
        #[source]
        source: FoldError,
    },
    /// A fault of ours.
    #[error("{0}")]
    Internal(&'static str),
}

impl AgentError {
    /// The kind in one word, for logs: the messages may hold what a client sent.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Store(_) => "store",
            Self::Damaged { .. } => "damaged",
            Self::Internal(_) => "internal",
        }
    }
}

/// What happens to a thread in one transaction.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The events, in order.
    pub(super) events: Vec<Event>,
    /// The results they speak of.
    pub(super) evidence: Vec<NewEvidence>,
    /// The reply to the command that did it.
    pub(super) reply: Option<NewReply>,
}

impl Batch {
    /// A batch of events alone.
    pub(super) fn of(events: Vec<Event>) -> Self {
        Self { events, ..Self::default() }
    }

    /// The batch, answering a command too.
    pub(super) fn replying(mut self, reply: Option<NewReply>) -> Self {
        self.reply = reply;
        self
    }
}

/// The log of one live thread: its state, its store and its followers.
#[derive(Debug)]
pub struct ThreadLog {
    /// Its followers' meeting point.
    pub hub: Arc<Hub>,
    pub(super) store: Store,
    pub(super) clock: Clock,
    /// `None` when a failed append left it unknown: it is read again before the next use.
    state: Mutex<Option<ThreadState>>,
}

impl ThreadLog {
    /// The log of a new thread, whose first event is `created`.
    pub(super) async fn create(
        store: Store,
        clock: Clock,
        created: Event,
        reply: impl FnOnce(ThreadId) -> Option<NewReply>,
    ) -> Result<Arc<Self>, AgentError> {
        let thread_id = ThreadId::new();
        let epoch = Epoch::new();
        let record = EventRecord { seq: 1, at: clock.now(), event: created };
        let state = ThreadState::begin(&record)
            .map_err(|source| AgentError::Damaged { thread_id, source })?;
        let hub = Arc::new(Hub::new(thread_id, epoch, 0));
        let log = Arc::new(Self { hub, store, clock, state: Mutex::new(None) });
        let batch = Batch::default().replying(reply(thread_id));
        let events = vec![encode(&record)?];
        let frames = log.frames(&events);
        log.store.append(log.append_of(&state, 0, events, batch)).await?;
        log.hub.publish(frames, EndsLive::No);
        *log.state.lock().await = Some(state);
        Ok(log)
    }

    /// The log of a thread that is in the store.
    ///
    /// # Errors
    /// [`AgentError::Refused`] (`notFound`) when it is not, [`AgentError::Store`] and
    /// [`AgentError::Damaged`].
    pub(super) async fn open(
        store: Store,
        clock: Clock,
        thread_id: ThreadId,
    ) -> Result<Arc<Self>, AgentError> {
        let Some(standing) = store.thread(thread_id).await? else {
            return Err(not_found(thread_id).into());
        };
        let hub = Arc::new(Hub::new(thread_id, standing.epoch, standing.head_seq));
        let log = Arc::new(Self { hub, store, clock, state: Mutex::new(None) });
        let state = log.replay().await?;
        log.hub.skip_to(state.head_seq);
        *log.state.lock().await = Some(state);
        Ok(log)
    }

    /// The thread.
    #[must_use]
    pub fn thread_id(&self) -> ThreadId {
        self.hub.thread_id
    }

    /// The incarnation of its log.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.hub.epoch
    }

    /// Looks at the state.
    ///
    /// # Errors
    /// [`AgentError::Store`] and [`AgentError::Damaged`] when it has to be read again.
    pub async fn read<T>(&self, look: impl FnOnce(&ThreadState) -> T) -> Result<T, AgentError> {
        let mut guard = self.state.lock().await;
        let state = match guard.take() {
            Some(state) => state,
            None => self.replay().await?,
        };
        Ok(look(guard.insert(state)))
    }

    /// Decides on the state as it is and makes what was decided happen, or nothing.
    ///
    /// A log that somebody else wrote to is read again and decided on once more. Call it from a
    /// task that a client cannot drop: what is stored must also be shown.
    pub(super) async fn append<T>(
        &self,
        mut decide: impl FnMut(&ThreadState, Timestamp) -> Result<(Batch, T), AgentError>,
    ) -> Result<T, AgentError> {
        match self.append_once(&mut decide).await {
            Err(AgentError::Store(StoreError::Conflict { .. })) => {
                self.append_once(&mut decide).await
            }
            done => done,
        }
    }

    async fn append_once<T>(
        &self,
        decide: &mut impl FnMut(&ThreadState, Timestamp) -> Result<(Batch, T), AgentError>,
    ) -> Result<T, AgentError> {
        let mut guard = self.state.lock().await;
        let mut state = match guard.take() {
            Some(state) => state,
            None => self.replay().await?,
        };
        let at = self.clock.now().max(state.updated_at);
        let (batch, answer) = match decide(&state, at) {
            Ok(decided) => decided,
            Err(error) => {
                *guard = Some(state);
                return Err(error);
            }
        };
        if batch.events.is_empty() && batch.reply.is_none() {
            *guard = Some(state);
            return Ok(answer);
        }
        // From here on `guard` is `None` until the store has taken it: an early return leaves
        // the state unknown, and it is read again.
        let head = state.head_seq;
        let (events, ends_live) = self.fold(&mut state, &batch.events, at)?;
        let ends = meters::ends_of(&batch.events);
        let frames = self.frames(&events);
        self.store.append(self.append_of(&state, head, events, batch)).await?;
        self.hub.publish(frames, ends_live);
        meters::count_ends(ends, &state, at);
        *guard = Some(state);
        Ok(answer)
    }

    fn fold(
        &self,
        state: &mut ThreadState,
        events: &[Event],
        at: Timestamp,
    ) -> Result<(Vec<EncodedEvent>, EndsLive), AgentError> {
        let mut ends_live = EndsLive::No;
        let mut encoded = Vec::with_capacity(events.len());
        for event in events {
            let record = EventRecord { seq: state.head_seq + 1, at, event: event.clone() };
            match event {
                Event::AssistantMessage(message) => ends_live = EndsLive::Of(message.run_id),
                Event::RunFinished(finished) => ends_live = EndsLive::Of(finished.run_id),
                _ => {}
            }
            state
                .apply(&record)
                .map_err(|source| AgentError::Damaged { thread_id: self.thread_id(), source })?;
            encoded.push(encode(&record)?);
        }
        Ok((encoded, ends_live))
    }

    fn append_of(
        &self,
        state: &ThreadState,
        expected_head: Seq,
        events: Vec<EncodedEvent>,
        batch: Batch,
    ) -> Append {
        Append {
            thread_id: self.thread_id(),
            expected_head,
            events,
            standing: state.standing(self.thread_id(), self.epoch()),
            participants: state.participants.clone(),
            open_runs: u32::try_from(state.open_runs()).unwrap_or(u32::MAX),
            evidence: batch.evidence,
            reply: batch.reply,
        }
    }

    fn frames(&self, events: &[EncodedEvent]) -> Vec<StoredFrame> {
        events.iter().map(|event| self.frame_of(event)).collect()
    }

    /// The `event` frame of a stored event.
    #[must_use]
    pub fn frame_of(&self, event: &EncodedEvent) -> StoredFrame {
        let mut json = Vec::with_capacity(event.json.len() + 160);
        json.extend_from_slice(br#"{"type":"event","threadId":""#);
        json.extend_from_slice(self.thread_id().to_string().as_bytes());
        json.extend_from_slice(br#"","seq":"#);
        json.extend_from_slice(event.seq.to_string().as_bytes());
        json.extend_from_slice(br#","at":""#);
        json.extend_from_slice(event.at.to_string().as_bytes());
        json.extend_from_slice(br#"","event":"#);
        json.extend_from_slice(&event.json);
        json.push(b'}');
        StoredFrame { seq: event.seq, json: json.into() }
    }

    /// At most `limit` events after `after`, oldest first.
    ///
    /// # Errors
    /// [`AgentError::Store`].
    pub async fn events_after(
        &self,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<EncodedEvent>, AgentError> {
        Ok(self.store.events(self.thread_id(), after, limit).await?)
    }

    /// At most `limit` events before `before`, oldest first.
    ///
    /// # Errors
    /// [`AgentError::Store`].
    pub async fn events_before(
        &self,
        before: Seq,
        limit: u32,
    ) -> Result<Vec<EncodedEvent>, AgentError> {
        Ok(self.store.events_before(self.thread_id(), before, limit).await?)
    }

    /// A stored event, decoded.
    ///
    /// # Errors
    /// [`AgentError::Internal`] when it is of a newer version or damaged.
    pub fn record_of(event: &EncodedEvent) -> Result<EventRecord, AgentError> {
        decode(event)
    }

    async fn replay(&self) -> Result<ThreadState, AgentError> {
        let damaged = |source| AgentError::Damaged { thread_id: self.thread_id(), source };
        let mut state: Option<ThreadState> = None;
        loop {
            let after = state.as_ref().map_or(0, |state| state.head_seq);
            let page = self.store.events(self.thread_id(), after, REPLAY_PAGE).await?;
            let Some(last) = page.last().map(|event| event.seq) else { break };
            for event in &page {
                let record = decode(event)?;
                match &mut state {
                    Some(state) => state.apply(&record).map_err(damaged)?,
                    None => state = Some(ThreadState::begin(&record).map_err(damaged)?),
                }
            }
            self.hub.skip_to(last);
        }
        state.ok_or_else(|| not_found(self.thread_id()).into())
    }
}

fn encode(record: &EventRecord) -> Result<EncodedEvent, AgentError> {
    let json = serde_json::to_vec(&record.event)
        .map_err(|_| AgentError::Internal("an event could not be encoded"))?;
    if json.len() > MAX_EVENT_BYTES {
        return Err(AgentError::Internal("an event is larger than its writer should allow"));
    }
    Ok(EncodedEvent { seq: record.seq, at: record.at, json: Bytes::from(json) })
}

fn decode(event: &EncodedEvent) -> Result<EventRecord, AgentError> {
    let decoded = serde_json::from_slice(&event.json)
        .map_err(|_| AgentError::Internal("a stored event is of a newer version or damaged"))?;
    Ok(EventRecord { seq: event.seq, at: event.at, event: decoded })
}

/// There is no such thread, or none that the asker may see.
pub(super) fn not_found(thread_id: ThreadId) -> WireError {
    WireError::new(ErrorCode::NotFound, format!("there is no thread {thread_id}"))
}

/// There is no such run in the thread.
pub(super) fn run_not_found(run_id: RunId) -> WireError {
    WireError::new(ErrorCode::NotFound, format!("there is no run {run_id} in this thread"))
}

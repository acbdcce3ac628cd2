//! One connection: a client's commands in, replies, events and live text out.
//!
//! It holds cursors, never queues: what a slow client has not read stays in the log and in the
//! live text, and is sent in larger pieces later.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::{
    sync::{Mutex, Notify, broadcast},
    time::{Instant, MissedTickBehavior},
};
use tracing::Instrument as _;

use crate::{
    agent::{Asker, Listener},
    protocol::{
        CloseCode, Command, ConnectionId, ErrorCode, Frame, Goaway, GoawayReason, Hello,
        MAX_FRAME_IN_BYTES, Notice, Subscribe, WireError,
    },
};

use super::{
    Edge, command, condition,
    ending::{Closing, Step, broken, in_time, too_big},
    error::wire,
    subscription::{News, Subscription, encode},
    welcome::{MAX_SUBSCRIPTIONS, welcome},
    ws::close_frame,
};

/// Commands of one connection that may be at work at once.
const MAX_COMMANDS: usize = 32;
/// Heartbeats that a client may leave unanswered.
const MAX_UNHEARD_BEATS: u32 = 2;
/// How long a client has to take its close frame and say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long one that did not read has for it: much of what was sent is still on its way.
const SLOW_FAREWELL: Duration = Duration::from_secs(5);
/// Jitter of the reconnect that a `goaway` asks for, in milliseconds.
const RECONNECT_JITTER_MS: u64 = 3_000;

/// One client's connection.
pub(super) struct Connection {
    edge: Edge,
    socket: WebSocket,
    id: ConnectionId,
    client: Option<Client>,
    subscriptions: Vec<Subscription>,
    at_work: FuturesUnordered<BoxFuture<'static, Option<Frame>>>,
    wake: Listener,
    notices: broadcast::Receiver<Notice>,
    /// Heartbeats since the client was last heard.
    unheard_beats: u32,
    /// Taken by commands that must happen in the order they came.
    turn: Arc<Mutex<()>>,
}

/// What a client said of itself.
struct Client {
    asker: Asker,
    deltas: bool,
}

impl Connection {
    pub(super) fn new(edge: Edge, id: ConnectionId, socket: WebSocket) -> Self {
        let notices = edge.agent.notices();
        Self {
            edge,
            socket,
            id,
            client: None,
            subscriptions: Vec::new(),
            at_work: FuturesUnordered::new(),
            wake: Arc::new(Notify::new()),
            notices,
            unheard_beats: 0,
            turn: Arc::default(),
        }
    }

    /// Speaks until either side ends it.
    pub(super) async fn run(mut self) {
        let end = self.speak().await;
        for subscription in &self.subscriptions {
            subscription.session.log.hub.forget(&self.wake);
        }
        match end {
            Some(Closing(code, reason)) => self.say_goodbye(code, &reason).await,
            // The close is answered by reading on.
            None => self.hear_out(FAREWELL).await,
        }
    }

    /// Ends it before a word is spoken.
    pub(super) async fn turn_away(mut self, code: CloseCode, reason: &str) {
        self.say_goodbye(code, reason).await;
    }

    async fn say_goodbye(&mut self, code: CloseCode, reason: &str) {
        // The reason may hold the client's words.
        tracing::debug!(close.code = code.number(), "closing");
        let close = Message::Close(Some(close_frame(code, reason)));
        let patience = match code {
            CloseCode::SlowReader => SLOW_FAREWELL,
            _ => FAREWELL,
        };
        let sending = tokio::time::timeout(patience, self.socket.send(close));
        if let Ok(Ok(())) = sending.await {
            self.hear_out(FAREWELL).await;
        }
    }

    /// Reads until the client has gone: closing with something unread would cut off the last
    /// words on their way.
    async fn hear_out(&mut self, patience: Duration) {
        let gone = async {
            while let Some(heard) = self.socket.recv().await {
                if heard.is_err() {
                    // What comes is not understood any more; its sender still reads.
                    std::future::pending::<()>().await;
                }
            }
        };
        // A client that stays longer is left.
        let _ = tokio::time::timeout(patience, gone).await;
    }

    async fn speak(&mut self) -> Option<Closing> {
        let max_age = Instant::now() + self.edge.settings.max_age;
        let mut heartbeat = tokio::time::interval(self.edge.settings.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        let draining = self.edge.draining.clone();
        loop {
            let more = match self.pump().await {
                ControlFlow::Continue(more) => more,
                ControlFlow::Break(end) => return end,
            };
            let step = tokio::select! {
                frame = self.socket.recv() => self.take(frame).await,
                Some(reply) = self.at_work.next(), if !self.at_work.is_empty() => {
                    match reply {
                        Some(frame) => self.send(&frame).await,
                        None => Step::Continue(()),
                    }
                }
                () = self.wake.notified() => Step::Continue(()),
                () = std::future::ready(()), if more => Step::Continue(()),
                notice = self.notices.recv() => self.tell(notice).await,
                _ = heartbeat.tick() => self.beat().await,
                () = draining.cancelled() => self.send_away(GoawayReason::Drain).await,
                () = tokio::time::sleep_until(max_age) => {
                    self.send_away(GoawayReason::MaxAge).await
                }
            };
            if let ControlFlow::Break(end) = step {
                return end;
            }
        }
    }

    /// Sends a piece of what each thread has; says whether there may be more.
    async fn pump(&mut self) -> ControlFlow<Option<Closing>, bool> {
        let Some(client) = &self.client else { return ControlFlow::Continue(false) };
        let deltas = client.deltas;
        let mut more = false;
        let mut at = 0;
        while let Some(subscription) = self.subscriptions.get_mut(at) {
            match subscription.next(deltas).await {
                Ok(News::Nothing) => at += 1,
                Ok(News::Frames(frames)) => {
                    more = true;
                    at += 1;
                    for frame in frames {
                        self.feed(frame).await?;
                    }
                }
                Ok(News::Deleted) => {
                    let thread_id = subscription.thread_id();
                    self.subscriptions.remove(at);
                    self.feed(encode(&Frame::Deleted { thread_id })).await?;
                    more = true;
                }
                Err(error) => {
                    let error = wire(error);
                    let message = error.message.clone();
                    self.feed(encode(&Frame::Error { error })).await?;
                    self.flush().await?;
                    return ControlFlow::Break(Some(Closing(CloseCode::Internal, message)));
                }
            }
        }
        if more {
            self.flush().await?;
        }
        ControlFlow::Continue(more)
    }

    async fn take(&mut self, frame: Option<Result<Message, axum::Error>>) -> Step {
        self.unheard_beats = 0;
        match frame {
            None | Some(Ok(Message::Close(_))) => Step::Break(None),
            Some(Ok(Message::Text(text))) if text.len() > MAX_FRAME_IN_BYTES => {
                Step::Break(Some(too_big()))
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Step::Continue(()),
            Some(Ok(Message::Text(text))) => self.read(text.as_str()).await,
            Some(Ok(Message::Binary(_))) => {
                let error = WireError::new(ErrorCode::BadFrame, "frames are JSON text");
                self.refuse(error).await
            }
            Some(Err(error)) => Step::Break(broken(&error)),
        }
    }

    async fn read(&mut self, text: &str) -> Step {
        match command::read(text) {
            command::Read::Command(command) => self.obey(*command).await,
            command::Read::Wrong(id, error) => self.send(&command::refusal(id, error)).await,
            command::Read::BadFrame(error) => self.refuse(error).await,
        }
    }

    async fn obey(&mut self, command: Command) -> Step {
        let asker = match (&command, &self.client) {
            (Command::Hello(_) | Command::Ping(_), _) => None,
            (_, Some(client)) => Some(client.asker.clone()),
            (_, None) => {
                let message = "say `hello` first";
                return self.refuse(WireError::new(ErrorCode::BadFrame, message)).await;
            }
        };
        match (command, asker) {
            (Command::Hello(hello), _) => self.welcome(&hello).await,
            (Command::Ping(ping), _) => self.send(&Frame::Pong { t: ping.t }).await,
            (Command::Subscribe(subscribe), Some(asker)) => self.follow(subscribe, &asker).await,
            (Command::Unsubscribe(unsubscribe), _) => {
                self.unfollow(unsubscribe.thread_id);
                let result = serde_json::json!({ "threadId": unsubscribe.thread_id });
                self.send(&command::answer(unsubscribe.id, result)).await
            }
            (command, Some(asker)) => self.begin(asker, command).await,
            (_, None) => Step::Continue(()),
        }
    }

    async fn welcome(&mut self, hello: &Hello) -> Step {
        let time_zone = command::time_zone_of(hello);
        let asker = Asker { principal: self.edge.principal().id, time_zone };
        self.client = Some(Client { asker, deltas: hello.deltas });
        let welcome = welcome(&self.edge, self.id);
        tracing::debug!(deltas = hello.deltas, "a client said hello");
        self.send(&Frame::Welcome(Box::new(welcome))).await?;
        let condition = *self.edge.agent.store().condition().borrow();
        match condition::notice(condition) {
            Some(notice) => self.send(&Frame::Notice(notice)).await,
            None => Step::Continue(()),
        }
    }

    async fn follow(&mut self, subscribe: Subscribe, asker: &Asker) -> Step {
        let id = subscribe.id.clone();
        let follows = |s: &Subscription| s.thread_id() == subscribe.thread_id;
        if self.subscriptions.len() >= MAX_SUBSCRIPTIONS && !self.subscriptions.iter().any(follows)
        {
            let message = format!("a connection follows at most {MAX_SUBSCRIPTIONS} threads");
            let error = WireError::new(ErrorCode::RateLimited, message);
            return self.send(&command::refusal(id, error)).await;
        }
        let subscription = match begin_following(&self.edge, &subscribe, asker).await {
            Ok(subscription) => subscription,
            Err(error) => return self.send(&command::refusal(id, error)).await,
        };
        // The listener first: what happens from here on wakes this connection.
        subscription.session.log.hub.listen(&self.wake);
        self.subscriptions.retain(|known| !follows(known));
        let result = command::subscribed_result(&subscription.session);
        self.send(&command::answer(id, result)).await?;
        let deltas = self.client.as_ref().is_some_and(|client| client.deltas);
        let subscribed = subscription.subscribed(deltas);
        self.subscriptions.push(subscription);
        self.send(&subscribed).await
    }

    fn unfollow(&mut self, thread_id: crate::protocol::ThreadId) {
        for gone in self.subscriptions.extract_if(.., |s| s.thread_id() == thread_id) {
            gone.session.log.hub.forget(&self.wake);
        }
    }

    /// Sets a command going that changes something; others are answered meanwhile.
    async fn begin(&mut self, asker: Asker, command: Command) -> Step {
        if self.at_work.len() >= MAX_COMMANDS {
            let message = "too many commands at once; wait for replies";
            let error = WireError::retryable(ErrorCode::RateLimited, message, 1_000);
            return match command::id_of(&command) {
                Some(id) => self.send(&command::refusal(id, error)).await,
                None => Step::Continue(()),
            };
        }
        let turn = command::is_ordered(&command).then(|| Arc::clone(&self.turn));
        let agent = self.edge.agent.clone();
        let span = command::span_of(&command);
        self.at_work.push(Box::pin(async move {
            // The turn is fair, and commands come to it in the order they were read.
            let _turn = match turn {
                Some(turn) => Some(turn.lock_owned().await),
                None => None,
            };
            command::change(agent, asker, command).instrument(span).await
        }));
        Step::Continue(())
    }

    async fn tell(&mut self, notice: Result<Notice, broadcast::error::RecvError>) -> Step {
        let Ok(notice) = notice else { return Step::Continue(()) };
        let concerns = match notice.thread_id {
            Some(id) => self.subscriptions.iter().any(|s| s.thread_id() == id),
            None => true,
        };
        if concerns && self.client.is_some() {
            return self.send(&Frame::Notice(notice)).await;
        }
        Step::Continue(())
    }

    async fn beat(&mut self) -> Step {
        if self.unheard_beats >= MAX_UNHEARD_BEATS {
            let reason = "nothing was heard from the client".to_owned();
            return Step::Break(Some(Closing(CloseCode::GoingAway, reason)));
        }
        self.unheard_beats += 1;
        self.put(Message::Ping(Bytes::new())).await?;
        self.flush().await
    }

    async fn send_away(&mut self, reason: GoawayReason) -> Step {
        let reconnect_after_ms = 250 + fastrand::u64(0..RECONNECT_JITTER_MS);
        self.send(&Frame::Goaway(Goaway { reason, reconnect_after_ms })).await?;
        Step::Break(Some(Closing(CloseCode::Restart, "connect again".to_owned())))
    }

    async fn refuse(&mut self, error: WireError) -> Step {
        let message = error.message.clone();
        self.send(&Frame::Error { error }).await?;
        Step::Break(Some(Closing(CloseCode::BadFrame, message)))
    }

    async fn send(&mut self, frame: &Frame) -> Step {
        self.feed(encode(frame)).await?;
        self.flush().await
    }

    async fn feed(&mut self, frame: Bytes) -> Step {
        match Utf8Bytes::try_from(frame) {
            Ok(text) => self.put(Message::Text(text)).await,
            Err(error) => {
                tracing::error!(%error, "a frame is not UTF-8");
                let reason = "a frame could not be sent".to_owned();
                Step::Break(Some(Closing(CloseCode::Internal, reason)))
            }
        }
    }

    async fn put(&mut self, message: Message) -> Step {
        let sending = self.socket.feed(message);
        in_time(self.edge.settings.send_timeout, sending).await
    }

    async fn flush(&mut self) -> Step {
        let flushing = self.socket.flush();
        in_time(self.edge.settings.send_timeout, flushing).await
    }
}

async fn begin_following(
    edge: &Edge,
    subscribe: &Subscribe,
    asker: &Asker,
) -> Result<Subscription, WireError> {
    let opened = edge.agent.open(&asker.principal, subscribe.thread_id).await;
    let session = opened.map_err(wire)?;
    let cursor = command::start_of(&session, subscribe)?;
    Ok(Subscription::new(session, cursor))
}

//! What must not be lost with a connection: how far a thread was read, and what was asked.
//!
//! Pure bookkeeping: it reads frames and says what to send, and knows no socket.

use serde_json::Value;
use tokio::sync::oneshot;

use super::{ClientError, command_id};
use crate::protocol::{
    Command, CommandId, Epoch, Frame, Reply, Seq, Subscribe, ThreadId, Unsubscribe,
};

/// Who waits for the reply to a command.
pub(super) type Answer = oneshot::Sender<Result<Value, ClientError>>;

/// A command and who waits for its reply.
pub(super) struct Order {
    pub(super) id: CommandId,
    pub(super) command: Command,
    pub(super) answer: Answer,
}

/// What is to be done about a frame.
pub(super) enum Taken {
    /// Nothing: it was ours, or is known.
    Nothing,
    /// People see it.
    Show(Frame),
    /// Events are missing: this asks for them.
    AskAgain(Command),
    /// The log is another one than before; all is sent again.
    StartedOver(Frame),
}

/// The state of a conversation, whatever becomes of its connections.
#[derive(Default)]
pub(super) struct Speech {
    unanswered: Vec<Order>,
    followed: Option<Followed>,
}

struct Followed {
    thread_id: ThreadId,
    /// Events to begin with.
    last: Option<u32>,
    epoch: Option<Epoch>,
    seq: Seq,
    /// A subscription of the link's own, that nobody waits for.
    again: Option<CommandId>,
}

impl Speech {
    /// Takes a command that shall be answered once; says what to send.
    pub(super) fn order(&mut self, order: Order) -> Vec<Command> {
        let mut send = Vec::new();
        if let Command::Subscribe(subscribe) = &order.command {
            let before = self.followed.replace(Followed::of(subscribe));
            if let Some(before) = before.filter(|one| one.thread_id != subscribe.thread_id) {
                send.extend(before.farewell());
            }
        }
        send.push(order.command.clone());
        self.unanswered.push(order);
        send
    }

    /// What a new connection is told first: the subscription from where it was cut, then every
    /// command that has no reply. The server answers a repeat with the first reply.
    pub(super) fn begin_again(&mut self) -> Vec<Command> {
        let mut send = Vec::new();
        let asked = self.unanswered.iter().find_map(|order| match &order.command {
            Command::Subscribe(_) => Some(order.id.clone()),
            _ => None,
        });
        if let Some(followed) = &mut self.followed {
            send.extend(followed.subscribe(asked));
        }
        let others = self.unanswered.iter().map(|order| &order.command);
        send.extend(others.filter(|one| !matches!(one, Command::Subscribe(_))).cloned());
        send
    }

    /// Reads a frame.
    pub(super) fn take(&mut self, frame: Frame) -> Taken {
        match frame {
            Frame::Reply(reply) => self.settle(reply),
            Frame::Welcome(_) | Frame::Pong { .. } => Taken::Nothing,
            Frame::Notice(_) | Frame::Goaway(_) | Frame::Error { .. } => Taken::Show(frame),
            Frame::Subscribed(_)
            | Frame::Event(_)
            | Frame::Delta(_)
            | Frame::CaughtUp { .. }
            | Frame::Deleted { .. } => match &mut self.followed {
                Some(followed) => followed.take(frame),
                None => Taken::Nothing,
            },
        }
    }

    /// Tells everybody who waits that no reply will come.
    pub(super) fn give_up(self) {
        for order in self.unanswered {
            // Who does not wait any more need not know.
            let _ = order.answer.send(Err(ClientError::Over));
        }
    }

    fn settle(&mut self, reply: Reply) -> Taken {
        let Some(at) = self.unanswered.iter().position(|order| order.id == reply.id) else {
            return self.settle_own(&reply);
        };
        let order = self.unanswered.remove(at);
        if reply.error.is_some() && matches!(order.command, Command::Subscribe(_)) {
            self.followed = None;
        }
        let answer = match reply.error {
            Some(error) => Err(error.into()),
            None => Ok(reply.result.unwrap_or_default()),
        };
        // Who does not wait any more need not know.
        let _ = order.answer.send(answer);
        Taken::Nothing
    }

    /// A subscription of ours that fails: the thread is gone.
    fn settle_own(&mut self, reply: &Reply) -> Taken {
        let gone = self
            .followed
            .take_if(|one| one.again.as_ref() == Some(&reply.id) && reply.error.is_some());
        gone.map_or(Taken::Nothing, |one| Taken::Show(Frame::Deleted { thread_id: one.thread_id }))
    }
}

impl Followed {
    fn of(subscribe: &Subscribe) -> Self {
        Self {
            thread_id: subscribe.thread_id,
            last: subscribe.last,
            epoch: None,
            seq: 0,
            again: None,
        }
    }

    fn subscribe(&mut self, asked: Option<CommandId>) -> Option<Command> {
        let id = match asked {
            Some(id) => id,
            None => self.again.insert(command_id().ok()?).clone(),
        };
        let after =
            self.epoch.filter(|_| self.seq > 0).map(|epoch| format!("{epoch}:{}", self.seq));
        let last = if after.is_some() { None } else { self.last };
        Some(Command::Subscribe(Subscribe { id, thread_id: self.thread_id, after, last }))
    }

    fn farewell(&self) -> Option<Command> {
        let id = command_id().ok()?;
        Some(Command::Unsubscribe(Unsubscribe { id, thread_id: self.thread_id }))
    }

    fn take(&mut self, frame: Frame) -> Taken {
        match &frame {
            Frame::Subscribed(begun) if begun.thread_id == self.thread_id => {
                let before = self.epoch.replace(begun.epoch);
                if before.is_some_and(|before| before != begun.epoch) {
                    self.seq = 0;
                    return Taken::StartedOver(frame);
                }
            }
            Frame::Event(event) if event.thread_id == self.thread_id => {
                if event.seq <= self.seq {
                    return Taken::Nothing;
                }
                if self.seq > 0 && event.seq > self.seq + 1 {
                    return self.subscribe(None).map_or(Taken::Nothing, Taken::AskAgain);
                }
                self.seq = event.seq;
            }
            Frame::Delta(delta) if delta.thread_id == self.thread_id => {}
            Frame::CaughtUp { thread_id, .. } | Frame::Deleted { thread_id }
                if *thread_id == self.thread_id => {}
            // Of a thread that is followed no more.
            _ => return Taken::Nothing,
        }
        Taken::Show(frame)
    }
}

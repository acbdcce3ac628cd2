//! A conversation that outlives its connections.
//!
//! One task speaks with the server. When the connection ends (a cut, a `goaway`, a restart) it
//! finds the server again, subscribes from where it was and repeats what has no reply, so that
//! nothing is lost and nothing is done twice.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

use super::{
    Address, ClientError, Socket, Trust, command_id,
    speech::{Order, Speech, Taken},
};
use crate::protocol::{Command, CommandId, Frame, Ping, Welcome};

/// Happenings that may wait to be shown; the server coalesces what is not read.
const HAPPENINGS: usize = 256;
/// The first wait before a new connection; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Heartbeats without a word after which a server is gone.
const UNHEARD_BEATS: u32 = 2;

/// Finds the server: it may be another one after a restart.
pub(in crate::cli) type Whereabouts =
    Arc<dyn Fn() -> BoxFuture<'static, Result<Address, ClientError>> + Send + Sync>;

/// What happens on a link.
pub(in crate::cli) enum Happening {
    /// The server sent this.
    Frame(Frame),
    /// The connection ended; another is tried.
    Lost(ClientError),
    /// There is a connection again.
    Back(Box<Welcome>),
    /// The log of the thread is another one than before.
    StartedOver,
    /// There will be no connection any more.
    Gone(ClientError),
}

/// A conversation with a server.
pub(in crate::cli) struct Link {
    orders: mpsc::Sender<Order>,
    happenings: mpsc::Receiver<Happening>,
    early: VecDeque<Happening>,
    worker: tokio::task::JoinHandle<()>,
}

impl Link {
    /// Connects; later connections are made for as long as `patience` from each cut.
    ///
    /// # Errors
    /// Any [`ClientError`] of the first connection.
    pub(in crate::cli) async fn connect(
        whereabouts: Whereabouts,
        trust: Trust,
        patience: Duration,
    ) -> Result<(Self, Welcome), ClientError> {
        let address = whereabouts().await?;
        let (socket, welcome) = Socket::open(&address, &trust).await?;
        let (orders, taken) = mpsc::channel(16);
        let (told, happenings) = mpsc::channel(HAPPENINGS);
        let worker = Worker {
            whereabouts,
            trust,
            patience,
            beat: beat_of(&welcome),
            wait: None,
            orders: taken,
            told,
            speech: Speech::default(),
        };
        let worker = tokio::spawn(worker.run(socket));
        Ok((Self { orders, happenings, early: VecDeque::new(), worker }, welcome))
    }

    /// Asks for something and waits for its one reply; what happens meanwhile comes from
    /// [`Self::next`], troubles are told at once.
    ///
    /// # Errors
    /// [`ClientError::Refused`]; [`ClientError::Over`] when the link is gone.
    pub(in crate::cli) async fn ask(
        &mut self,
        command: impl FnOnce(CommandId) -> Command,
        mut trouble: impl FnMut(&Happening),
    ) -> Result<Value, ClientError> {
        let id = command_id()?;
        let (answer, mut answered) = oneshot::channel();
        let order = Order { command: command(id.clone()), id, answer };
        self.orders.send(order).await.map_err(|_| ClientError::Over)?;
        loop {
            tokio::select! {
                biased;
                answer = &mut answered => return answer.map_err(|_| ClientError::Over)?,
                happening = self.happenings.recv() => match happening {
                    Some(happening @ (Happening::Lost(_) | Happening::Back(_))) => {
                        trouble(&happening);
                    }
                    Some(Happening::Gone(error)) => return Err(error),
                    Some(happening) => self.early.push_back(happening),
                    None => return Err(ClientError::Over),
                },
            }
        }
    }

    /// Asks for something whose reply nobody waits for; it is asked again until there is one.
    ///
    /// # Errors
    /// [`ClientError::Over`] when the link is gone.
    pub(in crate::cli) async fn tell(
        &mut self,
        command: impl FnOnce(CommandId) -> Command,
    ) -> Result<(), ClientError> {
        let id = command_id()?;
        let (answer, _) = oneshot::channel();
        let order = Order { command: command(id.clone()), id, answer };
        self.orders.send(order).await.map_err(|_| ClientError::Over)
    }

    /// The next thing that happens; none when the link is gone. A caller may stop waiting at any
    /// time.
    pub(in crate::cli) async fn next(&mut self) -> Option<Happening> {
        match self.early.pop_front() {
            Some(happening) => Some(happening),
            None => self.happenings.recv().await,
        }
    }

    /// Ends the conversation; what runs goes on in the server.
    pub(in crate::cli) async fn close(self) {
        drop((self.orders, self.happenings));
        // A server that does not take the goodbye is left.
        let _ = timeout(Duration::from_secs(2), self.worker).await;
    }
}

struct Worker {
    whereabouts: Whereabouts,
    trust: Trust,
    patience: Duration,
    beat: Duration,
    /// How long the server asked to wait.
    wait: Option<Duration>,
    orders: mpsc::Receiver<Order>,
    told: mpsc::Sender<Happening>,
    speech: Speech,
}

impl Worker {
    async fn run(mut self, mut socket: Socket) {
        loop {
            let Err(error) = self.speak(&mut socket).await else {
                socket.close().await;
                break;
            };
            match self.find_again(error).await {
                Some(found) => socket = found,
                None => break,
            }
        }
        self.speech.give_up();
    }

    /// Speaks until the link is let go or the connection ends.
    async fn speak(&mut self, socket: &mut Socket) -> Result<(), ClientError> {
        for command in self.speech.begin_again() {
            socket.send(&command).await?;
        }
        let mut beat = interval(self.beat);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        let mut unheard = 0;
        loop {
            tokio::select! {
                frame = socket.next() => {
                    unheard = 0;
                    if let Some(command) = self.take(frame?).await {
                        socket.send(&command).await?;
                    }
                }
                order = self.orders.recv() => {
                    let Some(order) = order else { return Ok(()) };
                    for command in self.speech.order(order) {
                        socket.send(&command).await?;
                    }
                }
                _ = beat.tick() => {
                    if unheard >= UNHEARD_BEATS {
                        return Err(ClientError::Closed(None));
                    }
                    unheard += 1;
                    let t = jiff::Timestamp::now().as_millisecond();
                    socket.send(&Command::Ping(Ping { t })).await?;
                }
            }
        }
    }

    /// Hands a frame on; says what to send because of it.
    async fn take(&mut self, frame: Frame) -> Option<Command> {
        if let Frame::Goaway(goaway) = &frame {
            self.wait = Some(Duration::from_millis(goaway.reconnect_after_ms));
        }
        match self.speech.take(frame) {
            Taken::Nothing => {}
            Taken::Show(frame) => self.tell(Happening::Frame(frame)).await,
            Taken::AskAgain(command) => return Some(command),
            Taken::StartedOver(frame) => {
                self.tell(Happening::StartedOver).await;
                self.tell(Happening::Frame(frame)).await;
            }
        }
        None
    }

    /// Tries until there is a connection, or patience ends.
    async fn find_again(&mut self, error: ClientError) -> Option<Socket> {
        if error.is_final() {
            self.tell(Happening::Gone(error)).await;
            return None;
        }
        self.tell(Happening::Lost(error)).await;
        let give_up_at = Instant::now() + self.patience;
        let mut wait = self.wait.take().unwrap_or(FIRST_WAIT);
        loop {
            tokio::select! {
                () = sleep(wait) => {}
                () = self.told.closed() => return None,
            }
            let error = match self.try_once().await {
                Ok((socket, welcome)) => {
                    self.beat = beat_of(&welcome);
                    self.tell(Happening::Back(Box::new(welcome))).await;
                    return Some(socket);
                }
                Err(error) => error,
            };
            if error.is_final() || Instant::now() >= give_up_at {
                self.tell(Happening::Gone(error)).await;
                return None;
            }
            wait = (wait * 2).clamp(FIRST_WAIT, LONGEST_WAIT).mul_f64(0.5 + fastrand::f64() / 2.0);
        }
    }

    async fn try_once(&self) -> Result<(Socket, Welcome), ClientError> {
        let address = (self.whereabouts)().await?;
        Socket::open(&address, &self.trust).await
    }

    async fn tell(&self, happening: Happening) {
        // Nobody listens when the link is being let go.
        let _ = self.told.send(happening).await;
    }
}

fn beat_of(welcome: &Welcome) -> Duration {
    Duration::from_millis(welcome.limits.heartbeat_ms.max(1_000))
}

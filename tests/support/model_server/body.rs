//! A script played over a socket: each write is a chunk of its own.

use std::{collections::VecDeque, io, time::Duration};

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use futures_util::stream;
use tokio::{
    sync::watch,
    task::yield_now,
    time::{Instant, sleep_until},
};

use super::script::{Ending, Script, Step, text_chunk};

/// Plays a script. `hung_up` counts the clients that went before its end.
pub(super) async fn respond(script: Script, hung_up: watch::Sender<usize>) -> Response {
    if let Some(gate) = &script.before {
        gate.pass().await;
    }
    let mut response = Response::builder().status(script.status);
    for (name, value) in &script.headers {
        response = response.header(name, value);
    }
    let player = Player {
        steps: script.steps.into(),
        ending: script.ending,
        started_at: Instant::now(),
        is_over: false,
        hung_up,
    };
    let body = stream::unfold(player, |mut player| async move {
        player.next().await.map(|frame| (frame, player))
    });
    response.body(Body::from_stream(body)).unwrap()
}

struct Player {
    steps: VecDeque<Step>,
    ending: Ending,
    started_at: Instant,
    is_over: bool,
    hung_up: watch::Sender<usize>,
}

impl Player {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        loop {
            match self.steps.front_mut() {
                Some(Step::Write(_)) => {
                    let Some(Step::Write(bytes)) = self.steps.pop_front() else { continue };
                    return Some(Ok(bytes));
                }
                Some(Step::Gate(gate)) => {
                    gate.clone().pass().await;
                    self.steps.pop_front();
                }
                Some(Step::Paced { sent, count, .. }) if sent == count => {
                    self.steps.pop_front();
                }
                Some(Step::Paced { sent, per_second, text, .. }) => {
                    if *sent == 0 {
                        self.started_at = Instant::now();
                    }
                    let after = Duration::from_secs_f64(*sent as f64 / *per_second);
                    sleep_until(self.started_at + after).await;
                    let chunk = text_chunk(&text(*sent));
                    *sent += 1;
                    return Some(Ok(chunk));
                }
                Some(Step::Repeat { bytes }) => return Some(Ok(bytes.clone())),
                None => return self.end().await,
            }
        }
    }

    async fn end(&mut self) -> Option<io::Result<Bytes>> {
        match self.ending {
            Ending::Close => {
                self.is_over = true;
                None
            }
            Ending::Cut if self.is_over => None,
            Ending::Cut => {
                // What was written is flushed only when the body has nothing more for now.
                yield_now().await;
                self.is_over = true;
                Some(Err(io::Error::other("cut, as scripted")))
            }
            Ending::Hang => std::future::pending().await,
        }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        if !self.is_over {
            self.hung_up.send_modify(|n| *n += 1);
        }
    }
}

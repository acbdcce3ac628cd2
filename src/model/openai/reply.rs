//! One reply as it comes: reads the body, under three time limits, into the decoder.
//!
//! There is no task and no queue: the stream reads from the socket when it is asked for more, so
//! a slow reader slows the endpoint, and dropping it drops the request.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use reqwest::Response;
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    attempt::describe,
    decoder::{Decoded, Decoder},
    settings::OpenAiSettings,
};
use crate::model::ModelStream;

/// How long we wait for the usage and the end of the stream once the model is done.
const AFTER_FINISH: Duration = Duration::from_secs(2);
/// How long the rest of a body is waited for, so that its connection can be used again.
const REST: Duration = Duration::from_secs(1);

/// A reply that is being read.
pub(super) struct Reply {
    response: Option<Response>,
    decoder: Decoder,
    silence: Duration,
    reply_timeout: Duration,
    deadline: Instant,
    /// When a model that is done will be taken at its word.
    finished_by: Option<Instant>,
}

impl Reply {
    /// Goes on after the first bytes.
    pub(super) fn new(
        first: &Bytes,
        response: Response,
        mut decoder: Decoder,
        settings: &OpenAiSettings,
    ) -> Self {
        decoder.push(first);
        Self {
            response: Some(response),
            decoder,
            silence: settings.silence_timeout,
            reply_timeout: settings.reply_timeout,
            deadline: Instant::now() + settings.reply_timeout,
            finished_by: None,
        }
    }

    /// The stream of its events.
    pub(super) fn into_stream(self) -> ModelStream {
        stream::unfold(Box::new(self), |mut reply| async move {
            reply.next().await.map(|event| (event, reply))
        })
        .boxed()
    }

    async fn next(&mut self) -> Option<Decoded> {
        loop {
            if self.decoder.is_over() {
                self.release();
            }
            if let Some(event) = self.decoder.pop() {
                return Some(event);
            }
            self.read().await?;
        }
    }

    /// Reads once. `None` when there is nothing to read any more.
    async fn read(&mut self) -> Option<()> {
        let response = self.response.as_mut()?;
        let now = Instant::now();
        if self.decoder.has_finish() {
            self.finished_by.get_or_insert(now + AFTER_FINISH);
        }
        let until = (now + self.silence).min(self.deadline);
        let until = self.finished_by.map_or(until, |by| until.min(by));
        match timeout_at(until, response.chunk()).await {
            Ok(Ok(Some(bytes))) => self.decoder.push(&bytes),
            Ok(Ok(None)) => {
                self.response = None;
                self.decoder.close();
            }
            Ok(Err(error)) => {
                self.response = None;
                self.decoder.cut(&format!("the connection broke: {}", describe(&error)));
            }
            Err(_) => {
                self.response = None;
                let why = match until == self.deadline {
                    true => format!("it took longer than {:?} in all", self.reply_timeout),
                    false => format!("nothing came for {:?}", self.silence),
                };
                self.decoder.cut(&why);
            }
        }
        Some(())
    }

    /// Lets go of the response. After a proper end only the body's last bytes are missing: read
    /// them, and the next request needs no new connection.
    fn release(&mut self) {
        let Some(mut response) = self.response.take() else { return };
        if self.decoder.has_finish() {
            tokio::spawn(timeout(REST, async move {
                if let Ok(Some(_)) = response.chunk().await {
                    let _ = response.chunk().await;
                }
            }));
        }
    }
}

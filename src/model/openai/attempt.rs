//! From a request to the first byte of its reply: sending, and trying again while that may help.
//!
//! What may help is decided here: no connection, 408, 429 and 5xx do; a refusal does not, nor
//! does a time-out, whose wait has been spent. It does not read the reply.

use std::{error::Error as _, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use tokio::time::{sleep, timeout};

use super::{
    AskUsage, OpenAi,
    complaint::Complaint,
    refusal::{Refusal, RefusalKind, read_refusal},
};
use crate::{
    model::{ModelError, ModelRequest},
    retry::parse_retry_after,
};

/// What came of a request.
pub(super) enum Begun {
    /// A reply has begun.
    Reply { first: Bytes, response: Response, complaint: Complaint },
    /// The provider's filter took the question itself.
    Filtered,
}

/// Why one attempt came to nothing.
enum Failure {
    /// Trying again may help.
    Passing { reason: String, retry_after: Option<Duration> },
    /// The endpoint is down, and trying again at once does not help.
    Down { reason: String, retry_after: Option<Duration> },
    /// The endpoint refused the request.
    Refused(Refusal),
}

impl OpenAi {
    /// Asks until a reply begins, or until it is clear that none will.
    ///
    /// # Errors
    /// [`ModelError::Unavailable`] or [`ModelError::Refused`].
    pub(super) async fn begin(&self, request: &Arc<ModelRequest>) -> Result<Begun, ModelError> {
        let mut usage = self.asks_usage();
        let mut body = self.body(request, usage)?;
        let mut attempt = 1;
        loop {
            let limit = self.settings.first_byte_timeout;
            let failure = match timeout(limit, self.attempt(request, body.clone())).await {
                Ok(Ok(begun)) => return Ok(begun),
                Ok(Err(failure)) => failure,
                Err(_) => {
                    let reason = format!("no answer came within {limit:?}");
                    Failure::Down { reason, retry_after: None }
                }
            };
            let (reason, retry_after, wait) = match failure {
                Failure::Refused(Refusal { kind, status, reason }) => match (kind, usage) {
                    (RefusalKind::Filtered, _) => return Ok(Begun::Filtered),
                    (RefusalKind::UsageUnknown, AskUsage::Yes) => {
                        usage = self.forget_usage();
                        body = self.body(request, usage)?;
                        continue;
                    }
                    (RefusalKind::UsageUnknown, AskUsage::No)
                    | (RefusalKind::QuotaSpent | RefusalKind::Plain, _) => {
                        let endpoint = self.endpoint.label.clone();
                        return Err(ModelError::Refused { endpoint, status, reason });
                    }
                },
                Failure::Down { reason, retry_after } => (reason, retry_after, None),
                Failure::Passing { reason, retry_after } => {
                    let wait = self.settings.retry.delay(attempt, retry_after, fastrand::f64());
                    (reason, retry_after, wait)
                }
            };
            let Some(wait) = wait else {
                let endpoint = self.endpoint.label.clone();
                return Err(ModelError::Unavailable { endpoint, reason, retry_after });
            };
            let (endpoint, wait_ms) = (&self.endpoint.label, wait.as_millis());
            tracing::warn!(%endpoint, attempt, wait_ms, %reason, "Model request failed, trying again");
            sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, request: &Arc<ModelRequest>, body: Bytes) -> Result<Begun, Failure> {
        let down = |reason| Failure::Down { reason, retry_after: None };
        let passing = |reason| Failure::Passing { reason, retry_after: None };
        let credentials = self.endpoint.credentials().await;
        let credentials = credentials.map_err(|why| down(format!("there is no token: {why}")))?;
        let mut sending = self
            .http
            .post(self.endpoint.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream, application/json")
            // A compressed stream comes in bursts.
            .header(ACCEPT_ENCODING, "identity")
            .body(body);
        let mut secret = None;
        if let Some((name, value, its_secret)) = credentials {
            sending = sending.header(name, value);
            secret = Some(its_secret);
        }
        let complaint = Complaint::new(request.clone(), secret);
        let mut response = sending.send().await.map_err(|error| no_connection(&error))?;
        if !response.status().is_success() {
            return Err(read_failure(response, &complaint).await);
        }
        loop {
            match response.chunk().await {
                Ok(Some(first)) if first.is_empty() => {}
                Ok(Some(first)) => return Ok(Begun::Reply { first, response, complaint }),
                Ok(None) => return Err(passing("it answered with nothing".to_owned())),
                Err(error) => {
                    return Err(passing(format!("the connection broke: {}", describe(&error))));
                }
            }
        }
    }
}

fn no_connection(error: &reqwest::Error) -> Failure {
    let reason = format!("no connection: {}", describe(error));
    match error.is_timeout() {
        true => Failure::Down { reason, retry_after: None },
        false => Failure::Passing { reason, retry_after: None },
    }
}

async fn read_failure(response: Response, complaint: &Complaint) -> Failure {
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let may_retry = response.headers().get("x-should-retry").is_none_or(|v| v != "false");
    let refusal = read_refusal(response, complaint).await;
    if !is_down(status) {
        return Failure::Refused(refusal);
    }
    let reason = format!("it answered {status}: {}", refusal.reason);
    match may_retry && refusal.kind != RefusalKind::QuotaSpent {
        true => Failure::Passing { reason, retry_after },
        false => Failure::Down { reason, retry_after },
    }
}

fn is_down(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

/// The wait that the endpoint asks for; the finer of its headers first.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let millis = |name: &str| {
        let millis: f64 = text(name)?.trim().parse().ok()?;
        Duration::try_from_secs_f64(millis / 1000.0).ok()
    };
    millis("retry-after-ms")
        .or_else(|| millis("x-ms-retry-after-ms"))
        .or_else(|| parse_retry_after(text(RETRY_AFTER.as_str())?, jiff::Timestamp::now()))
}

/// The innermost cause of a failed request, which is the one that says something. Without the
/// address: its query is nobody's business.
pub(super) fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| "the request could not be sent".to_owned(), ToString::to_string)
}

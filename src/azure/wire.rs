//! One call on the wire: token, headers, time-out, byte cap, retries, counting.
//!
//! Owns how a request that is safe to repeat is sent. It must not know operations, paging or
//! what an answer means. Everything sent here is a read, so everything may be repeated; writes
//! will not come this way.
//!
//! This is the only place that attaches a token, and it does so only for the service's origin.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Response};
use tokio::sync::{Semaphore, broadcast};
use url::Url;

use super::client::ClientSettings;
use super::credential::{Credential, CredentialError};
use super::error::envelope::error_of;
use super::error::{ArmError, UnreachableReason};
use super::http::{Http, root_cause};
use super::notice::{self, Notice};
use super::path::ArmPath;
use super::stats::{CallStats, CallTotals};

/// Everything needed to send a read to one service.
#[derive(Debug)]
pub(in crate::azure) struct Wire {
    base: Url,
    scope: String,
    http: Http,
    credential: Credential,
    settings: ClientSettings,
    slots: Semaphore,
    notices: broadcast::Sender<Notice>,
}

/// A request that is safe to repeat.
#[derive(Debug)]
pub(in crate::azure) struct Call<'a> {
    pub(in crate::azure) url: Url,
    /// A GET without, a POST with one, which may be empty.
    pub(in crate::azure) post: Option<Bytes>,
    /// The `Prefer` header.
    pub(in crate::azure) prefer: Option<&'static str>,
    pub(in crate::azure) stats: &'a [Arc<CallStats>],
}

/// A success, whole.
#[derive(Debug)]
pub(in crate::azure) struct Answer {
    pub(in crate::azure) status: u16,
    pub(in crate::azure) headers: HeaderMap,
    pub(in crate::azure) body: Bytes,
    pub(in crate::azure) path: String,
}

impl Wire {
    pub(in crate::azure) fn new(
        (base, scope): (Url, String),
        credential: Credential,
        http: Http,
        settings: ClientSettings,
    ) -> Self {
        Self {
            base,
            scope,
            http,
            credential,
            slots: Semaphore::new(settings.max_concurrent.max(1)),
            settings,
            notices: broadcast::channel(notice::CAPACITY).0,
        }
    }

    /// The same for another service of the cloud: its own origin, its own token.
    pub(in crate::azure) fn beside(&self, (base, scope): (Url, String)) -> Self {
        Self {
            base,
            scope,
            http: self.http.clone(),
            credential: self.credential.clone(),
            slots: Semaphore::new(self.settings.max_concurrent.max(1)),
            settings: self.settings.clone(),
            notices: self.notices.clone(),
        }
    }

    pub(in crate::azure) fn base(&self) -> &Url {
        &self.base
    }

    pub(in crate::azure) fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Sends until there is an answer, an error not worth repeating, or no patience left.
    pub(in crate::azure) async fn send(&self, call: &Call<'_>) -> Result<Answer, ArmError> {
        let path = shown_path(&call.url);
        if !same_origin(&self.base, &call.url) {
            return Err(ArmError::ForeignLink { path, to: origin_of(&call.url) });
        }
        count(call.stats, CallTotals { calls: 1, ..CallTotals::default() });
        let mut failed_attempts = 0;
        loop {
            // On the heap: a tool holds one future for each of its reads.
            let error = match Box::pin(self.attempt(call, &path)).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            failed_attempts += 1;
            match self.wait_before_next(&error, failed_attempts) {
                Some(wait) => {
                    self.tell_waiting(&path, &error, failed_attempts, wait);
                    tokio::time::sleep(wait).await;
                }
                None => {
                    self.tell_given_up(&path, &error);
                    return Err(error);
                }
            }
        }
    }

    fn wait_before_next(&self, error: &ArmError, failed_attempts: u32) -> Option<Duration> {
        if failed_attempts >= most_attempts(error) {
            return None;
        }
        let asked = error.fault().and_then(|fault| fault.retry_after);
        self.settings.retry.delay(failed_attempts, asked, fastrand::f64())
    }

    async fn attempt(&self, call: &Call<'_>, path: &str) -> Result<Answer, ArmError> {
        let client = self.http.client_for(&call.url)?;
        let token = self.credential.token(&self.scope).await?;
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()))
            .map_err(|_| CredentialError::Unusable)?;
        bearer.set_sensitive(true);
        let method = if call.post.is_some() { Method::POST } else { Method::GET };
        let mut request = client
            .request(method, call.url.clone())
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, "application/json")
            .header("x-ms-client-request-id", uuid::Uuid::now_v7().to_string());
        if let Some(prefer) = call.prefer {
            request = request.header("prefer", prefer);
        }
        if let Some(body) = &call.post {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        // The semaphore is never closed; without a slot the call would only be less polite.
        let _slot = self.slots.acquire().await;
        count(call.stats, CallTotals { attempts: 1, ..CallTotals::default() });
        let exchange = async {
            let response = request.send().await;
            let response = response.map_err(|error| self.unreachable(path, &error))?;
            self.read(call, path, response).await
        };
        let begun = Instant::now();
        let done = tokio::time::timeout(self.settings.attempt_timeout, exchange).await;
        measure(done.as_ref().ok(), begun.elapsed());
        match done {
            Ok(result) => result,
            Err(_) => Err(ArmError::Unreachable {
                host: origin_of(&self.base),
                path: path.to_owned(),
                reason: UnreachableReason::TimedOut,
                detail: format!("nothing complete in {:?}", self.settings.attempt_timeout),
            }),
        }
    }

    async fn read(
        &self,
        call: &Call<'_>,
        path: &str,
        mut response: Response,
    ) -> Result<Answer, ArmError> {
        let status = response.status().as_u16();
        if (300..400).contains(&status) {
            let to = redirect_target(&call.url, response.headers());
            return Err(ArmError::Redirected { path: path.to_owned(), status, to });
        }
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        let whole = self.read_body(path, &mut response, &mut body).await;
        count(
            call.stats,
            CallTotals {
                bytes: body.len() as u64,
                throttled: u64::from(status == 429),
                ..CallTotals::default()
            },
        );
        if status >= 400 {
            // The status says enough, even when the body broke off or would not end.
            return Err(error_of(status, &headers, &body, path));
        }
        whole?;
        Ok(Answer { status, headers, body: body.freeze(), path: path.to_owned() })
    }

    async fn read_body(
        &self,
        path: &str,
        response: &mut Response,
        body: &mut BytesMut,
    ) -> Result<(), ArmError> {
        let limit_bytes = self.settings.max_response_bytes;
        loop {
            let chunk = response.chunk().await;
            match chunk.map_err(|error| self.unreachable(path, &error))? {
                Some(chunk) if body.len() + chunk.len() > limit_bytes => {
                    return Err(ArmError::TooLarge { path: path.to_owned(), limit_bytes });
                }
                Some(chunk) => body.extend_from_slice(&chunk),
                None => return Ok(()),
            }
        }
    }

    fn unreachable(&self, path: &str, error: &reqwest::Error) -> ArmError {
        let reason = if error.is_connect() {
            UnreachableReason::Connect
        } else if error.is_timeout() {
            UnreachableReason::TimedOut
        } else {
            UnreachableReason::Cut
        };
        ArmError::Unreachable {
            host: origin_of(&self.base),
            path: path.to_owned(),
            reason,
            detail: root_cause(error),
        }
    }

    fn tell_waiting(&self, path: &str, error: &ArmError, failed_attempts: u32, wait: Duration) {
        tracing::debug!(path, failed_attempts, wait_ms = wait.as_millis() as u64, "retrying");
        let path = path.to_owned();
        let notice = match error {
            ArmError::Throttled { .. } if wait < self.settings.notice_after => return,
            ArmError::Throttled { .. } => Notice::Throttled { path, wait },
            other => Notice::Unsteady { path, problem: short_problem(other), failed_attempts },
        };
        // Nobody listening is fine.
        let _ = self.notices.send(notice);
    }

    fn tell_given_up(&self, path: &str, error: &ArmError) {
        if let ArmError::Throttled { retry_after, .. } = error {
            let retry_after = *retry_after;
            let _ = self.notices.send(Notice::ThrottledOut { path: path.to_owned(), retry_after });
        }
    }
}

/// Counts one request by what came of it; none where nothing came in time.
fn measure(done: Option<&Result<Answer, ArmError>>, took: Duration) {
    let status = match done {
        Some(Ok(answer)) => Some(answer.status),
        Some(Err(error)) => error.fault().map(|fault| fault.status),
        None => None,
    };
    let class = match status {
        Some(429) => "429",
        Some(200..300) => "2xx",
        Some(300..400) => "3xx",
        Some(400..500) => "4xx",
        Some(500..600) => "5xx",
        Some(_) | None => "none",
    };
    metrics::counter!("opscopilot_azure_requests_total", "status" => class).increment(1);
    metrics::histogram!("opscopilot_azure_request_duration_seconds").record(took);
    if status == Some(429) {
        metrics::counter!("opscopilot_azure_throttled_total").increment(1);
    }
}

/// How often a call that fails like this is sent at most: a hang is repeated once, because each
/// repetition costs the whole time-out.
fn most_attempts(error: &ArmError) -> u32 {
    match error {
        ArmError::Unreachable { reason: UnreachableReason::TimedOut, .. } => 2,
        ArmError::Unreachable { .. } | ArmError::Throttled { .. } => u32::MAX,
        other => match other.fault().map(|fault| fault.status) {
            Some(408 | 500 | 502 | 503 | 504) => u32::MAX,
            Some(_) | None => 1,
        },
    }
}

fn short_problem(error: &ArmError) -> String {
    match error.fault() {
        Some(fault) => format!("HTTP {} {}", fault.status, fault.code),
        None => "no complete answer".to_owned(),
    }
}

/// Adds `more` to each of `stats`.
pub(in crate::azure) fn count(stats: &[Arc<CallStats>], more: CallTotals) {
    for counter in stats {
        counter.add(more);
    }
}

/// Same scheme, host and port, and nobody's name in front of the host.
pub(in crate::azure) fn same_origin(base: &Url, url: &Url) -> bool {
    base.scheme() == url.scheme()
        && base.host() == url.host()
        && base.port_or_known_default() == url.port_or_known_default()
        && url.username().is_empty()
        && url.password().is_none()
}

/// Scheme, host and port of `url`, to be shown.
pub(in crate::azure) fn origin_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("…");
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}

fn redirect_target(from: &Url, headers: &HeaderMap) -> String {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    match location.and_then(|location| from.join(location).ok()) {
        Some(url) => origin_of(&url),
        None => "nowhere".to_owned(),
    }
}

/// The path for people: decoded, without query.
fn shown_path(url: &Url) -> String {
    match ArmPath::parse_encoded(url.path()) {
        Ok(path) => path.to_string(),
        Err(_) => url.path().to_owned(),
    }
}

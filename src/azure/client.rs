//! The Azure Resource Manager client: what `app` holds, and the reader it hands out.
//!
//! Owns reads: one object, a list over its pages, a query. It must not know tools, scopes of a
//! thread or any single operation.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::broadcast;
use url::Url;

use super::cloud::Cloud;
use super::credential::Credential;
use super::error::ArmError;
use super::http::Http;
use super::logs::LogsWay;
use super::notice::Notice;
use super::page::{Envelope, ListPage, PageLimits, Trail};
use super::path::ArmPath;
use super::request::{ArmGet, NotAQuery, QueryPost, is_query, url_of};
use super::shared_reads::{Asked, SharedReads};
use super::stats::{CallStats, CallTotals};
use super::wire::{Answer, Call, Wire, count, origin_of, same_origin};
use crate::retry::RetryPolicy;

/// How the client behaves. The default suits a person waiting for an answer.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// How often and how patiently a read is repeated.
    pub retry: RetryPolicy,
    /// Requests under way at once.
    pub max_concurrent: usize,
    /// The longest answer read, in bytes after decompression.
    pub max_response_bytes: usize,
    /// The time one attempt may take from connecting to its last byte.
    pub attempt_timeout: Duration,
    /// A throttled call that waits at least this long is announced by a [`Notice`].
    pub notice_after: Duration,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            max_concurrent: 16,
            max_response_bytes: 16 * 1024 * 1024,
            attempt_timeout: Duration::from_secs(45),
            notice_after: Duration::from_secs(2),
        }
    }
}

/// The one client of a process, cheap to clone. Tools never see it: they get [`ArmReader`]s.
#[derive(Clone, Debug)]
pub struct ArmClient {
    cloud: Arc<Cloud>,
    wire: Arc<Wire>,
    logs: LogsWay,
    totals: Arc<CallStats>,
}

/// Sends reads, nothing else. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ArmReader {
    cloud: Arc<Cloud>,
    wire: Arc<Wire>,
    pub(in crate::azure) logs: LogsWay,
    stats: Arc<[Arc<CallStats>]>,
    shared: Option<Arc<SharedReads>>,
}

impl ArmClient {
    /// A client of `cloud`'s Resource Manager.
    ///
    /// # Errors
    /// [`ArmError::Credential`] when the credential must not be used for this cloud,
    /// [`ArmError::Http`] when no connection to it could ever be made.
    pub fn new(
        cloud: &Cloud,
        credential: Credential,
        http: Http,
        settings: ClientSettings,
    ) -> Result<Self, ArmError> {
        credential.check_allowed_for(cloud)?;
        let base = cloud.arm_endpoint();
        http.client_for(&base)?;
        let service = (base, cloud.arm_scope().unwrap_or_default());
        let is_token = credential.is_fixed();
        let wire = Arc::new(Wire::new(service, credential, http, settings));
        let logs = LogsWay::of(cloud, &wire, is_token);
        Ok(Self { cloud: Arc::new(cloud.clone()), wire, logs, totals: Arc::default() })
    }

    /// A reader, counted in this client's totals.
    #[must_use]
    pub fn reader(&self) -> ArmReader {
        let stats = Arc::new([Arc::clone(&self.totals)]);
        let (cloud, wire) = (Arc::clone(&self.cloud), Arc::clone(&self.wire));
        ArmReader { cloud, wire, logs: self.logs.clone(), stats, shared: None }
    }

    /// What this client tells people while they wait. A receiver that lags loses the oldest.
    #[must_use]
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.wire.notices()
    }

    /// What all readers of this client have cost until now.
    #[must_use]
    pub fn totals(&self) -> CallTotals {
        self.totals.totals()
    }

    /// The endpoint: scheme, host and port.
    #[must_use]
    pub fn endpoint(&self) -> &Url {
        self.wire.base()
    }
}

impl ArmReader {
    /// The same reader with a counter of its own, beside those it has.
    #[must_use]
    pub fn counted(&self) -> (Self, Arc<CallStats>) {
        let own = Arc::new(CallStats::default());
        let stats = self.stats.iter().chain([&own]).map(Arc::clone).collect();
        (Self { stats, ..self.clone() }, own)
    }

    /// The same reader, whose clones share what they read: what is asked twice costs one request.
    /// For work that is done at one moment under one identity, and no longer.
    #[must_use]
    pub fn sharing(&self) -> Self {
        Self { shared: Some(Arc::default()), ..self.clone() }
    }

    /// The cloud that is read.
    #[must_use]
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Reads one object. An empty answer reads as `null`, so an `Option` takes it.
    ///
    /// # Errors
    /// [`ArmError`]: any variant but `TooManyScopes` and `NotAQuery`.
    pub async fn get<T: DeserializeOwned>(&self, get: &ArmGet) -> Result<T, ArmError> {
        let answer = self.send(self.url_of(&get.path, &get.query), Verb::Get).await?;
        parse(&answer)
    }

    /// Reads a list over its pages, up to `limits`. A page that fails fails the list: what is
    /// missing is never shown as an empty rest.
    ///
    /// # Errors
    /// [`ArmError`], among them `ForeignLink` and, for pages that go round in circles,
    /// `BadAnswer`.
    pub async fn list<T: DeserializeOwned>(
        &self,
        get: &ArmGet,
        limits: PageLimits,
    ) -> Result<ListPage<T>, ArmError> {
        self.pages(self.url_of(&get.path, &get.query), Verb::Get, limits).await
    }

    /// Sends a query POST. An empty answer (204) reads as `null`, so an `Option` takes it.
    ///
    /// # Errors
    /// [`ArmError`].
    pub async fn query<T: DeserializeOwned>(
        &self,
        post: &QueryPost,
        body: &impl Serialize,
    ) -> Result<T, ArmError> {
        let verb = Verb::Post(encode(body)?);
        let answer = self.send(self.url_of(&post.path, &post.query), verb).await?;
        parse(&answer)
    }

    /// Sends a query POST that answers a list. Its further pages are POSTed without a body, as
    /// policy states and remediations want it.
    ///
    /// # Errors
    /// [`ArmError`], among them `ForeignLink`, and `NotAQuery` for a link to another operation.
    pub async fn query_list<T: DeserializeOwned>(
        &self,
        post: &QueryPost,
        body: &impl Serialize,
        limits: PageLimits,
    ) -> Result<ListPage<T>, ArmError> {
        let verb = Verb::Post(encode(body)?);
        self.pages(self.url_of(&post.path, &post.query), verb, limits).await
    }

    /// Sends the next page of a query that repeats its body at a link, as Cost Management does.
    ///
    /// # Errors
    /// [`ArmError`], among them `ForeignLink`, and `NotAQuery` for a link to another operation.
    pub async fn query_link<T: DeserializeOwned>(
        &self,
        post: &QueryPost,
        link: &str,
        body: &impl Serialize,
    ) -> Result<T, ArmError> {
        let verb = Verb::Post(encode(body)?);
        let url = self.follow(&self.url_of(&post.path, &post.query), link, &verb)?;
        let answer = self.send(url, verb).await?;
        parse(&answer)
    }

    pub(in crate::azure) fn count_pages(&self, pages: u64) {
        count(&self.stats, CallTotals { pages, ..CallTotals::default() });
    }

    async fn pages<T: DeserializeOwned>(
        &self,
        first: Url,
        mut verb: Verb,
        limits: PageLimits,
    ) -> Result<ListPage<T>, ArmError> {
        let mut list = ListPage { items: Vec::new(), truncated: false, pages: 0 };
        let mut trail = Trail::default();
        let mut url = first;
        trail.is_new(url.as_str());
        loop {
            let answer = self.send(url.clone(), verb.clone()).await?;
            self.count_pages(1);
            list.pages += 1;
            let page = Envelope::parse(json_of(&answer))
                .map_err(|problem| bad_answer(&answer, problem))?;
            for item in page.items {
                if list.items.len() >= limits.max_items {
                    list.truncated = true;
                    return Ok(list);
                }
                let item = serde_json::from_value(item);
                list.items.push(item.map_err(|error| bad_answer(&answer, error.to_string()))?);
            }
            let Some(link) = page.next else {
                return Ok(list);
            };
            if list.pages >= limits.max_pages || list.items.len() >= limits.max_items {
                list.truncated = true;
                return Ok(list);
            }
            verb = verb.without_body();
            let next = self.follow(&url, &link, &verb)?;
            if !trail.is_new(next.as_str()) {
                let problem = "its next page is one already read".to_owned();
                return Err(bad_answer(&answer, problem));
            }
            url = next;
        }
    }

    /// The URL of a link in an answer to `from`, when it may be followed.
    fn follow(&self, from: &Url, link: &str, verb: &Verb) -> Result<Url, ArmError> {
        let foreign = |to| ArmError::ForeignLink { path: from.path().to_owned(), to };
        let url = from.join(link).map_err(|_| foreign("something that is no URL".to_owned()))?;
        if !same_origin(self.wire.base(), &url) {
            return Err(foreign(origin_of(&url)));
        }
        if let Verb::Post(_) = verb {
            let path = ArmPath::parse_encoded(url.path())?;
            if !is_query(&path) {
                return Err(NotAQuery(path.to_string()).into());
            }
        }
        Ok(url)
    }

    fn url_of(&self, path: &ArmPath, query: &[(String, String)]) -> Url {
        url_of(self.wire.base(), path, query)
    }

    async fn send(&self, url: Url, verb: Verb) -> Result<Arc<Answer>, ArmError> {
        let post = match verb {
            Verb::Get => None,
            Verb::Post(body) => Some(body),
        };
        self.send_by(&self.wire, Call { url, post, prefer: None, stats: &self.stats }).await
    }

    /// Sends a query of logs by its own wire, or by this one where it has none.
    pub(in crate::azure) async fn send_logs<T: DeserializeOwned>(
        &self,
        wire: Option<&Wire>,
        (path, query): (&ArmPath, &[(String, String)]),
        (body, prefer): (&impl Serialize, &'static str),
    ) -> Result<T, ArmError> {
        let wire = wire.unwrap_or(&self.wire);
        let url = url_of(wire.base(), path, query);
        let post = Some(encode(body)?);
        let call = Call { url, post, prefer: Some(prefer), stats: &self.stats };
        parse(&*self.send_by(wire, call).await?)
    }

    async fn send_by(&self, wire: &Wire, call: Call<'_>) -> Result<Arc<Answer>, ArmError> {
        let asked = Asked { url: call.url.clone(), post: call.post.clone() };
        // On the heap: a tool that reads several things at once would hold it inline for each.
        let sending = Box::pin(wire.send(&call));
        match &self.shared {
            None => sending.await.map(Arc::new),
            Some(shared) => shared.answer(asked, sending).await,
        }
    }
}

#[derive(Clone, Debug)]
enum Verb {
    Get,
    Post(Bytes),
}

impl Verb {
    fn without_body(self) -> Self {
        match self {
            Self::Get => Self::Get,
            Self::Post(_) => Self::Post(Bytes::new()),
        }
    }
}

fn encode(body: &impl Serialize) -> Result<Bytes, ArmError> {
    // Our own bodies are maps with string keys; one that is not is told like an answer.
    serde_json::to_vec(body).map(Bytes::from).map_err(|error| ArmError::BadAnswer {
        path: "a request body".to_owned(),
        status: 0,
        problem: error.to_string(),
    })
}

fn parse<T: DeserializeOwned>(answer: &Answer) -> Result<T, ArmError> {
    serde_json::from_slice(json_of(answer)).map_err(|error| {
        let kind = answer.headers.get(reqwest::header::CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("none");
        let length = answer.body.len();
        bad_answer(answer, format!("{error} (content type {kind}, {length} bytes)"))
    })
}

/// The body without a byte-order mark; `null` where there is none.
fn json_of(answer: &Answer) -> &[u8] {
    let body = answer.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&answer.body);
    if body.is_empty() { b"null" } else { body }
}

fn bad_answer(answer: &Answer, problem: String) -> ArmError {
    ArmError::BadAnswer { path: answer.path.clone(), status: answer.status, problem }
}

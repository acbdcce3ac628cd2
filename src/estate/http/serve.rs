//! The socket: takes requests one by one through identification, throttling and the providers,
//! and writes them into the ledger.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State as Shared},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::{
    answer::Answer,
    call::{Call, Method},
    error::ArmError,
    faults::Faults,
    headers::{self, RequestIds},
    ledger::{Ledger, LedgerEntry},
    path::{ArmPath, Query, is_api_version},
    queried,
    throttle::{self, Draw, Drawn, Owner, Throttle},
};
use crate::estate::{
    access::Principal, journal::EstateError, options::Options, providers, state::State,
};

/// The largest request body that is read.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// An estate that is being served. Dropping it leaves the estate running until the runtime ends.
#[derive(Debug)]
pub struct RunningEstate {
    address: SocketAddr,
    site: Arc<Site>,
    stop: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

impl RunningEstate {
    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The endpoint, `http://address`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The latest requests, oldest first.
    #[must_use]
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.site.ledger.entries()
    }

    /// The instant the world's stories are told relative to.
    #[must_use]
    pub fn anchor(&self) -> jiff::Timestamp {
        self.site.state.world.anchor
    }

    /// Waits until it ends, which it does only when it is shut down or fails.
    ///
    /// # Errors
    /// [`EstateError::Listen`].
    pub async fn ended(self) -> Result<(), EstateError> {
        // The sender must live on, else the server takes its end for the order to stop.
        let _stop = self.stop;
        self.task.await.unwrap_or(Ok(())).map_err(EstateError::Listen)
    }

    /// Stops accepting, answers what is being answered, and returns.
    ///
    /// # Errors
    /// [`EstateError::Listen`].
    pub async fn shut_down(self) -> Result<(), EstateError> {
        let _ = self.stop.send(true);
        self.task.await.unwrap_or(Ok(())).map_err(EstateError::Listen)
    }
}

/// Everything a request needs.
#[derive(Debug)]
struct Site {
    state: State,
    throttle: Throttle,
    faults: Faults,
    ledger: Ledger,
    page_size: usize,
    requests: AtomicU64,
}

/// Serves an estate on `listener` until it is shut down.
///
/// # Errors
/// [`EstateError`]: the stored world is another or in use, or a file or socket cannot be used.
pub fn serve(listener: TcpListener, options: Options) -> Result<RunningEstate, EstateError> {
    let address = listener.local_addr().map_err(EstateError::Listen)?;
    let site = Arc::new(Site {
        state: State::open(&options)?,
        throttle: Throttle::new(options.throttling),
        ledger: Ledger::open(options.ledger.as_deref())?,
        faults: Faults::new(options.faults),
        page_size: options.page_size.max(1),
        requests: AtomicU64::new(0),
    });
    let router = Router::new().fallback(handle).with_state(Arc::clone(&site));
    let (stop, mut stopped) = watch::channel(false);
    let signal = async move {
        // Ends on the order to stop; a dropped handle is no order.
        if stopped.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let task =
        tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(signal).into_future());
    Ok(RunningEstate { address, site, stop, task })
}

/// A request's parts, owned, so that the answer can be computed on a blocking thread.
struct Inbound {
    method: Method,
    raw_path: String,
    raw_query: String,
    headers: HeaderMap,
    body: Bytes,
    ids: RequestIds,
}

/// What goes out, and what the ledger says of it.
struct Outbound {
    result: Result<Answer, ArmError>,
    principal: &'static str,
    limits: Option<(Owner, Draw, Drawn)>,
}

impl Outbound {
    const fn refused(error: ArmError) -> Self {
        Self { result: Err(error), principal: "", limits: None }
    }
}

async fn handle(Shared(site): Shared<Arc<Site>>, request: Request) -> Response<Body> {
    let started = Instant::now();
    let now = site.state.clock.now();
    let (parts, body) = request.into_parts();
    let (delay, fault) = site.faults.strike(parts.uri.path());
    tokio::time::sleep(delay).await;
    let number = site.requests.fetch_add(1, Ordering::Relaxed);
    let mut inbound = Inbound {
        method: Method::of(parts.method.as_str()),
        raw_path: parts.uri.path().to_owned(),
        raw_query: parts.uri.query().unwrap_or_default().to_owned(),
        ids: RequestIds::new(site.state.world.chance, number, now, &parts.headers),
        headers: parts.headers,
        body: Bytes::new(),
    };
    let refusal = match (to_bytes(body, BODY_LIMIT).await, fault) {
        (_, Some(error)) => Some(error),
        (Err(_), None) => Some(ArmError::too_large()),
        (Ok(body), None) => {
            inbound.body = body;
            None
        }
    };
    let inbound = Arc::new(inbound);
    let outbound = match refusal {
        Some(error) => Outbound::refused(error),
        None => answered(&site, &inbound).await,
    };
    let (response, bytes) = write(&outbound, &inbound);
    site.ledger.record(LedgerEntry {
        at: now,
        method: parts.method.as_str().to_owned(),
        path: inbound.raw_path.clone(),
        query: inbound.raw_query.clone(),
        tables: queried::tables(&inbound.body),
        status: response.status().as_u16(),
        principal: outbound.principal.to_owned(),
        bytes,
        duration_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
    });
    response
}

/// The answer, computed where it may take its time: a query over a large world does.
async fn answered(site: &Arc<Site>, inbound: &Arc<Inbound>) -> Outbound {
    let (site, inbound) = (Arc::clone(site), Arc::clone(inbound));
    let work = tokio::task::spawn_blocking(move || answer(&site, &inbound));
    work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a provider of the sample estate failed");
        Outbound::refused(ArmError::internal())
    })
}

/// From a request to its answer, in ARM's order of checks.
fn answer(site: &Site, inbound: &Inbound) -> Outbound {
    let host = headers::text(&inbound.headers, "host").unwrap_or("localhost");
    let base = format!("http://{host}");
    let principal = match identify(site, inbound, &base) {
        Ok(principal) => principal,
        Err(error) => return Outbound::refused(error),
    };
    let name = principal.name;
    let path = ArmPath::parse(&inbound.raw_path);
    let query = Query::parse(&inbound.raw_query);
    let owner = owner(&path, name);
    let draw =
        if providers::is_resource_graph(&path) { Draw::Queries } else { Draw::of(inbound.method) };
    let drawn = site.throttle.draw(owner.clone(), draw);
    let result = match drawn {
        Drawn::Refused(seconds) if draw == Draw::Queries => Err(providers::query_quota(seconds)),
        Drawn::Refused(seconds) => Err(throttle::too_many(&owner, draw, seconds)),
        Drawn::Granted(left) => check_version(&path, &query).and_then(|()| {
            let call = Call {
                state: &site.state,
                method: inbound.method,
                path,
                query,
                body: &inbound.body,
                principal,
                base: &base,
                raw_path: &inbound.raw_path,
                page_size: site.page_size,
                correlation: inbound.ids.correlation(),
                prefer: headers::text(&inbound.headers, "prefer").unwrap_or_default(),
            };
            providers::answer(&call, left)
        }),
    };
    Outbound { result, principal: name, limits: Some((owner, draw, drawn)) }
}

/// Whom the bearer token stands for.
fn identify(site: &Site, inbound: &Inbound, base: &str) -> Result<Principal, ArmError> {
    let token = headers::bearer(&inbound.headers).ok_or_else(|| {
        let message = "Authentication failed. The 'Authorization' header is missing.";
        ArmError::unauthenticated("AuthenticationFailed", message, base)
    })?;
    site.state.directory.principal(token).ok_or_else(|| {
        let message = "The access token is invalid: there is no such sample user.";
        ArmError::unauthenticated("InvalidAuthenticationToken", message, base)
    })
}

fn check_version(path: &ArmPath, query: &Query) -> Result<(), ArmError> {
    // The queries of logs have their version in the path.
    if providers::is_data_plane(path) {
        return Ok(());
    }
    match query.get("api-version") {
        None | Some("") => Err(ArmError::missing_api_version()),
        Some(version) if is_api_version(version) => Ok(()),
        Some(version) => Err(ArmError::invalid_api_version(version)),
    }
}

fn owner(path: &ArmPath, principal: &'static str) -> Owner {
    let is_subscription =
        path.scope.first().is_some_and(|word| word.eq_ignore_ascii_case("subscriptions"));
    let subscription = path.scope.get(1).filter(|_| is_subscription);
    Owner {
        subscription: subscription.map(|s| s.to_ascii_lowercase()).unwrap_or_default(),
        principal,
    }
}

/// The response, and the bytes of its body.
fn write(outbound: &Outbound, inbound: &Inbound) -> (Response<Body>, usize) {
    let (status, body, extra) = match &outbound.result {
        Ok(answer) => (answer.status, answer.body.clone(), &answer.headers),
        Err(error) => {
            let envelope = serde_json::to_vec(&error.envelope()).unwrap_or_default();
            (error.status, Some(Bytes::from(envelope)), &error.headers)
        }
    };
    let bytes = body.as_ref().map_or(0, Bytes::len);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let out = response.headers_mut();
    headers::write_fixed(out);
    inbound.ids.write(&inbound.headers, out);
    if let Some((owner, draw, drawn)) = &outbound.limits
        && *draw != Draw::Queries
    {
        headers::write_limits(out, owner, *draw, *drawn);
    }
    for (name, value) in extra {
        headers::put(out, name, value);
    }
    // An empty answer has no content type: a client would try to parse it.
    if let Some(body) = body {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        out.insert(header::CONTENT_TYPE, json);
        *response.body_mut() = Body::from(body);
    }
    (response, bytes)
}

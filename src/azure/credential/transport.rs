//! The road of `azure_identity` to its endpoints: our HTTP clients, and nobody else's.
//!
//! Owns the transport and where a request really goes. It must not know what is asked for.

use std::pin::Pin;

use azure_core::error::{Error, ErrorKind};
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use url::Url;

use crate::azure::http::Http;
use crate::azure::wire::same_origin;

/// Sends through [`Http`], which never proxies this machine or its metadata service.
#[derive(Debug)]
pub(super) struct IdentityTransport {
    pub(super) http: Http,
    pub(super) reroutes: Vec<Reroute>,
}

/// Requests to the origin `from` go to the origin `to`. `azure_identity` takes https
/// authorities and the link-local metadata service only; this lets it reach a loopback one.
#[derive(Debug)]
pub(super) struct Reroute {
    pub(super) from: Url,
    pub(super) to: Url,
}

impl IdentityTransport {
    fn route(&self, url: &Url) -> Url {
        let hit = self
            .reroutes
            .iter()
            .find(|reroute| same_origin(&reroute.from, url));
        let Some(reroute) = hit else {
            return url.clone();
        };
        let mut to = reroute.to.clone();
        to.set_path(url.path());
        to.set_query(url.query());
        to
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = azure_core::Result<AsyncRawResponse>> + Send + 'a>>;

impl HttpClient for IdentityTransport {
    fn execute_request<'s, 'r, 'a>(&'s self, request: &'r Request) -> Answer<'a>
    where
        's: 'a,
        'r: 'a,
        Self: 'a,
    {
        Box::pin(async move {
            let url = self.route(request.url());
            let client = self
                .http
                .client_for(&url)
                .map_err(|error| Error::with_error(ErrorKind::Io, error, "no HTTP client"))?;
            let mut routed = request.clone();
            *routed.url_mut() = url;
            client.execute_request(&routed).await
        })
    }
}

//! Who may speak to us at all: loopback names, and pages that we served.
//!
//! A page of another site must not reach an operator's copilot through the operator's browser,
//! not even under a name that resolves to loopback.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::protocol::{ErrorCode, WireError};

use super::{Edge, error::HttpError};

/// Which pages may speak to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginPolicy {
    /// It may.
    Allowed,
    /// The request was sent to a name that is not ours.
    ForeignHost,
    /// The page is of another site.
    ForeignOrigin,
}

/// Refuses requests under foreign names and from foreign pages.
pub(super) async fn check(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let message = match judge(request.headers(), &edge.settings.allowed_origins) {
        OriginPolicy::Allowed => return next.run(request).await,
        OriginPolicy::ForeignHost => {
            "this service answers to loopback names only (localhost, 127.0.0.1, [::1])"
        }
        OriginPolicy::ForeignOrigin => {
            "pages of other sites may not use this service; allow one with --allow-origin"
        }
    };
    HttpError::from(WireError::new(ErrorCode::Forbidden, message)).into_response()
}

fn judge(headers: &HeaderMap, allowed: &[String]) -> OriginPolicy {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(host) = text(header::HOST).filter(|host| is_loopback(host)) else {
        return OriginPolicy::ForeignHost;
    };
    let Some(origin) = text(header::ORIGIN) else {
        return if headers.contains_key(header::ORIGIN) {
            OriginPolicy::ForeignOrigin
        } else {
            OriginPolicy::Allowed
        };
    };
    let own = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    let same = own.is_some_and(|own| own.eq_ignore_ascii_case(host));
    if same || allowed.iter().any(|known| known.eq_ignore_ascii_case(origin)) {
        OriginPolicy::Allowed
    } else {
        OriginPolicy::ForeignOrigin
    }
}

/// Whether a `Host` value is a loopback name, with or without a port.
fn is_loopback(host: &str) -> bool {
    let Ok(url) = url::Url::parse(&format!("http://{host}/")) else { return false };
    if url.path() != "/" || !url.username().is_empty() || url.query().is_some() {
        return false;
    }
    match url.host() {
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_and_own_pages_are_answered() {
        let allowed = ["http://localhost:5173".to_owned()];
        for (host, origin, wanted) in [
            ("127.0.0.1:80", None, OriginPolicy::Allowed),
            ("localhost:80", Some("http://localhost:80"), OriginPolicy::Allowed),
            ("[::1]:80", Some("http://[::1]:80"), OriginPolicy::Allowed),
            ("localhost:80", Some("http://localhost:5173"), OriginPolicy::Allowed),
            ("localhost:80", Some("http://localhost:81"), OriginPolicy::ForeignOrigin),
            ("localhost:80", Some("null"), OriginPolicy::ForeignOrigin),
            ("localhost:80", Some("https://evil.example"), OriginPolicy::ForeignOrigin),
            ("evil.example:80", None, OriginPolicy::ForeignHost),
            ("127.0.0.1.evil.example", None, OriginPolicy::ForeignHost),
            ("localhost@evil.example", None, OriginPolicy::ForeignHost),
            ("169.254.169.254", None, OriginPolicy::ForeignHost),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(judge(&headers, &allowed), wanted, "{host} {origin:?}");
        }
        assert_eq!(judge(&HeaderMap::new(), &[]), OriginPolicy::ForeignHost);
    }
}

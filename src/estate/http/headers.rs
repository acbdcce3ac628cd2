//! The headers every answer of ARM has.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::Timestamp;

use super::throttle::{Draw, Drawn, Owner};
use crate::estate::chance::Chance;

/// The ids of one request.
#[derive(Clone, Debug)]
pub(super) struct RequestIds {
    request: String,
    correlation: String,
    routing: String,
}

impl RequestIds {
    /// The ids of the `number`th request. A caller's own correlation id is kept.
    pub(super) fn new(chance: Chance, number: u64, now: Timestamp, request: &HeaderMap) -> Self {
        let chance = chance.nth(number);
        let given = text(request, "x-ms-correlation-request-id")
            .filter(|id| uuid::Uuid::try_parse(id).is_ok());
        let correlation = given.map_or_else(|| chance.child("correlation").guid(), str::to_owned);
        let time = now.strftime("%Y%m%dT%H%M%SZ");
        Self {
            request: chance.child("request").guid(),
            routing: format!("WESTEUROPE:{time}:{correlation}"),
            correlation,
        }
    }

    /// What links everything this request does.
    pub(super) fn correlation(&self) -> &str {
        &self.correlation
    }

    /// Writes them into an answer, with the caller's own id where it asked for that.
    pub(super) fn write(&self, request: &HeaderMap, answer: &mut HeaderMap) {
        put(answer, "x-ms-request-id", &self.request);
        put(answer, "x-ms-correlation-request-id", &self.correlation);
        put(answer, "x-ms-routing-request-id", &self.routing);
        let wants = text(request, "x-ms-return-client-request-id")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        if let (true, Some(id)) = (wants, request.get("x-ms-client-request-id")) {
            answer.insert("x-ms-client-request-id", id.clone());
        }
    }
}

/// What never changes.
pub(super) fn write_fixed(answer: &mut HeaderMap) {
    for (name, value) in [
        ("cache-control", "no-cache"),
        ("pragma", "no-cache"),
        ("expires", "-1"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
    ] {
        put(answer, name, value);
    }
}

/// What is left of the caller's bucket.
pub(super) fn write_limits(answer: &mut HeaderMap, owner: &Owner, draw: Draw, drawn: Drawn) {
    let left = match drawn {
        Drawn::Granted(left) => left,
        Drawn::Refused(_) => 0,
    };
    let word = draw.word();
    if owner.subscription.is_empty() {
        put(answer, &format!("x-ms-ratelimit-remaining-tenant-{word}"), &left.to_string());
        return;
    }
    put(answer, &format!("x-ms-ratelimit-remaining-subscription-{word}"), &left.to_string());
    // All callers together have fifteen times as much; the sample estate has few callers.
    let spent = match draw {
        Draw::Reads | Draw::Queries => 250_u32,
        Draw::Writes | Draw::Deletes => 200,
    };
    let global = (spent * 15).saturating_sub(spent.saturating_sub(left));
    let name = format!("x-ms-ratelimit-remaining-subscription-global-{word}");
    put(answer, &name, &global.to_string());
}

/// Sets a header; a value that is none is left out.
pub(super) fn put(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) =
        (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
    {
        headers.insert(name, value);
    }
}

/// A header's text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The bearer token.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

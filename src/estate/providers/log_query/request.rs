//! What a query of logs asks for: its text, the time it is about, further workspaces.

use jiff::{Span, SpanRelativeTo, Timestamp};
use serde::Deserialize;

use super::failure::Failure;
use crate::estate::http::call::{Call, Method};

/// The body of a query.
#[derive(Debug, Default, Deserialize)]
struct Body {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    timespan: Option<String>,
    #[serde(default)]
    workspaces: Option<Vec<String>>,
}

/// One query of a batch.
#[derive(Debug, Deserialize)]
pub(super) struct One {
    pub(super) id: String,
    pub(super) workspace: String,
    #[serde(default)]
    body: Body,
    #[serde(default)]
    headers: Option<std::collections::HashMap<String, String>>,
}

#[derive(Debug, Deserialize)]
struct Batch {
    requests: Vec<One>,
}

/// A query as it is run.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) query: String,
    pub(super) workspaces: Vec<String>,
    timespan: Option<String>,
    prefer: String,
}

impl One {
    pub(super) fn asked(&self) -> Result<Asked, Failure> {
        let headers = self.headers.iter().flatten();
        let mut prefer = headers.filter(|(name, _)| name.eq_ignore_ascii_case("prefer"));
        let prefer = prefer.next().map(|(_, value)| value.clone()).unwrap_or_default();
        Asked::of(
            Body {
                query: self.body.query.clone(),
                timespan: self.body.timespan.clone(),
                workspaces: self.body.workspaces.clone(),
            },
            prefer,
        )
    }
}

impl Asked {
    fn of(body: Body, prefer: String) -> Result<Self, Failure> {
        let query = body.query.filter(|query| !query.trim().is_empty());
        let missing = || Failure::argument("QueryValidationError", "The query is missing.");
        Ok(Self {
            query: query.ok_or_else(missing)?,
            timespan: body.timespan.filter(|span| !span.trim().is_empty()),
            workspaces: body.workspaces.unwrap_or_default(),
            prefer,
        })
    }

    pub(super) fn prefers(&self, what: &str) -> bool {
        self.prefer.contains(what)
    }

    /// The first instant and the last that are asked for: a length before now, two instants, or
    /// an instant and a length.
    pub(super) fn span(
        &self,
        now: Timestamp,
    ) -> Result<(Option<Timestamp>, Option<Timestamp>), Failure> {
        let Some(text) = self.timespan.as_deref().map(str::trim) else { return Ok((None, None)) };
        let read = || {
            Some(match text.split_once('/') {
                None => (before(now, text)?, now),
                Some((start, end)) => match (start.parse(), end.parse()) {
                    (Ok(start), Ok(end)) => (start, end),
                    (Ok(start), Err(_)) => (start, after(start, end)?),
                    (Err(_), Ok(end)) => (before(end, start)?, end),
                    (Err(_), Err(_)) => return None,
                },
            })
        };
        let wrong = || {
            Failure::argument(
                "InvalidTimespan",
                "The timespan is not valid: give an ISO 8601 duration or interval.",
            )
        };
        read().map(|(from, to)| (Some(from), Some(to))).ok_or_else(wrong)
    }
}

fn nanoseconds(text: &str) -> Option<jiff::SignedDuration> {
    let span: Span = text.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

fn before(at: Timestamp, length: &str) -> Option<Timestamp> {
    at.checked_sub(nanoseconds(length)?).ok()
}

fn after(at: Timestamp, length: &str) -> Option<Timestamp> {
    at.checked_add(nanoseconds(length)?).ok()
}

/// The query of a request: the body of a POST, or the parameters of a GET.
pub(super) fn read(call: &Call<'_>) -> Result<Asked, Failure> {
    let body = match call.method {
        Method::Get => {
            let text = |name: &str| call.query.get(name).map(str::to_owned);
            let workspaces = text("workspaces");
            Body {
                query: text("query"),
                timespan: text("timespan"),
                workspaces: workspaces
                    .map(|list| list.split(',').map(|one| one.trim().to_owned()).collect()),
            }
        }
        Method::Post => serde_json::from_slice(call.body)
            .map_err(|error| Failure::argument("InvalidJsonBody", &error.to_string()))?,
        Method::Head | Method::Put | Method::Patch | Method::Delete | Method::Other => {
            return Err(Failure::path());
        }
    };
    Asked::of(body, String::new())
}

/// The queries of a batch.
pub(super) fn batch(call: &Call<'_>) -> Result<Vec<One>, Failure> {
    let batch: Batch = serde_json::from_slice(call.body)
        .map_err(|error| Failure::argument("InvalidJsonBody", &error.to_string()))?;
    Ok(batch.requests)
}

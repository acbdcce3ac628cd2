//! Lists below each part of the boundary, a few at a time; a part that fails is in the coverage.

use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

use crate::{
    azure::ApiVersion,
    tools::{
        context::{FilteredRead, ListRead, Operation, Pages, ReadContext, Subscription},
        error::ToolError,
    },
};

const CONCURRENT: usize = 4;

/// The rows of all parts.
///
/// # Errors
/// The first failure when nothing could be read.
pub(super) async fn each(
    cx: &ReadContext,
    over: &[Subscription],
    operation: Operation<'_>,
) -> Result<Vec<Map<String, Value>>, ToolError> {
    let mut asked = Vec::new();
    for part in cx.bounds().parts(over) {
        asked.push(one(cx, part.to_string(), operation));
    }
    let answers: Answers = stream::iter(asked).buffered(CONCURRENT).collect().await;
    joined(cx, answers)
}

/// Reservations to buy below each subscription, narrowed by a filter.
///
/// # Errors
/// As [`each`].
pub(super) async fn filtered(
    cx: &ReadContext,
    over: &[Subscription],
    (action, filter): (&str, &str),
) -> Result<Vec<Map<String, Value>>, ToolError> {
    let mut asked = Vec::new();
    for one in over {
        asked.push(reservations(cx, one.scope(), (action, filter)));
    }
    let answers: Answers = stream::iter(asked).buffered(CONCURRENT).collect().await;
    joined(cx, answers)
}

async fn reservations(cx: &ReadContext, scope: String, (action, filter): (&str, &str)) -> Answer {
    let query = [("$filter", filter.to_owned())];
    let list = ListRead {
        scope: &scope,
        below: "/providers/Microsoft.Consumption/reservationRecommendations",
        version: ApiVersion::new("2024-08-01"),
        action,
        pages: Pages::All,
    };
    let read = FilteredRead { list, within: &scope, query: &query };
    let answer = cx.list_within(&read).await.map(|listed| listed.rows);
    (scope, answer)
}

type Answer = (String, Result<Vec<Map<String, Value>>, ToolError>);
type Answers = Vec<Answer>;

fn joined(cx: &ReadContext, answers: Answers) -> Result<Vec<Map<String, Value>>, ToolError> {
    let mut all = Vec::new();
    let mut first_error = None;
    let mut is_read = false;
    for (scope, answer) in answers {
        match answer {
            Ok(rows) => {
                is_read = true;
                cx.read_at(&scope);
                all.extend(rows);
            }
            Err(error) => {
                cx.failed(&scope, &error);
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) if !is_read => Err(error),
        Some(_) | None => Ok(all),
    }
}

async fn one(cx: &ReadContext, scope: String, operation: Operation<'_>) -> Answer {
    let answer = cx.list(&operation.below(&scope)).await;
    (scope, answer)
}

//! Lists read below several places of the boundary, a few at a time.
//!
//! Owns how many are asked and what is noted of those that fail. It must not know any operation.

use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

use crate::tools::{
    context::{Operation, ReadContext, Subscription},
    error::ToolError,
    present::count_of,
};

/// Places asked in one call.
const MAX_PLACES: usize = 64;
const CONCURRENT_READS: usize = 4;

/// What a list gave at a place.
pub(super) type AtPlace = (String, Result<Vec<Map<String, Value>>, ToolError>);

/// The parts of the boundary within subscriptions, as ARM ids.
pub(super) fn of(cx: &ReadContext, over: &[Subscription]) -> Vec<String> {
    cx.bounds().parts(over).iter().map(ToString::to_string).collect()
}

/// Reads a list at each place, in their order; what failed is left to the caller.
pub(super) async fn each(
    cx: &ReadContext,
    places: &[String],
    operation: Operation<'_>,
) -> Vec<AtPlace> {
    let mut asked = Vec::new();
    for place in places.iter().take(MAX_PLACES) {
        asked.push(one(cx, place, operation));
    }
    stream::iter(asked).buffered(CONCURRENT_READS).collect().await
}

/// Notes that places beyond the most were not asked.
pub(super) fn note_rest(cx: &ReadContext, places: &[String], what: &str) {
    if let Some(rest) = places.len().checked_sub(MAX_PLACES).filter(|rest| *rest > 0) {
        let rest = count_of(rest as u64, "more scope");
        cx.note("/", "NotChecked", &format!("{rest} in scope: {what} not read"));
    }
}

async fn one(cx: &ReadContext, place: &str, operation: Operation<'_>) -> AtPlace {
    (place.to_owned(), cx.list(&operation.below(place)).await)
}

//! `Microsoft.ResourceHealth` (2024-02-01): which of its operations a path is.

mod events;
mod metadata;
mod statuses;

use crate::estate::http::{answer::Answer, call::Call, error::ArmError};

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["availabilitystatuses"] => statuses::list(call),
        ["availabilitystatuses", "current"] => statuses::current(call),
        ["childavailabilitystatuses"] => statuses::list(call),
        ["childavailabilitystatuses", "current"] => statuses::current(call),
        ["childresources"] => statuses::children(call),
        ["metadata"] => metadata::list(call),
        ["metadata", name] => metadata::get(call, name),
        ["events"] => events::list(call),
        ["events", id] => events::get(call, id),
        ["events", id, "fetcheventdetails"] => events::details(call, id),
        ["events", id, "impactedresources"] => events::impacted(call, id),
        ["events", id, "impactedresources", name] => events::impacted_one(call, id, name),
        ["events", id, "listsecurityadvisoryimpactedresources"] => events::advised(call, id),
        ["emergingissues"] => events::emerging(call),
        ["emergingissues", name] => events::emerging_one(call, name),
        _ => return None,
    })
}

//! Coverage of a run from the coverages of its calls.

use crate::protocol::Coverage;

/// What several calls looked at together: scopes and failures once each, rows added up, and the
/// age of the oldest answer. A total is known where every call that was cut knows its own.
#[must_use]
pub fn merge_coverage<'a>(parts: impl Iterator<Item = &'a Coverage>) -> Coverage {
    let mut whole = Coverage::default();
    let mut total = 0_u64;
    let mut cut = false;
    for part in parts {
        for scope in &part.scopes {
            if !whole.scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) {
                whole.scopes.push(scope.clone());
            }
        }
        for failure in &part.failures {
            if !whole.failures.contains(failure) {
                whole.failures.push(failure.clone());
            }
        }
        whole.rows = whole.rows.saturating_add(part.rows);
        total = part.total.unwrap_or_default().max(part.rows).saturating_add(total);
        cut |= part.total.is_some_and(|total| total > part.rows);
        whole.data_at = match (whole.data_at, part.data_at) {
            (Some(known), Some(new)) => Some(known.min(new)),
            (known, new) => known.or(new),
        };
    }
    whole.total = cut.then_some(total);
    whole
}

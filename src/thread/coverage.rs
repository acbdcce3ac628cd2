//! Coverage of a run from the coverages of its calls.

use crate::protocol::Coverage;

/// What several calls looked at together: scopes and failures once each, rows added up, and the
/// age of the oldest answer. Of a call that names only some of its scopes or failures, its count
/// is the least there are. A total is known where every call that was cut knows its own.
#[must_use]
pub fn merge_coverage<'a>(parts: impl Iterator<Item = &'a Coverage>) -> Coverage {
    let mut whole = Coverage::default();
    let mut total = 0_u64;
    let mut cut = false;
    let (mut scopes, mut failures) = (0_u64, 0_u64);
    for part in parts {
        scopes = scopes.max(part.scope_count());
        failures = failures.max(part.failure_count());
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
    whole.scopes_total = (scopes > whole.scope_count()).then_some(scopes);
    whole.failures_total = (failures > whole.failure_count()).then_some(failures);
    whole.total = cut.then_some(total);
    whole
}

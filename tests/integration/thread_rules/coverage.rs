//! Coverage: what several calls looked at together.

use opscopilot::{
    protocol::{Coverage, CoverageFailure},
    thread::merge_coverage,
};
use proptest::prelude::*;

fn part(scopes: &[&str], rows: u64, total: Option<u64>) -> Coverage {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    Coverage { scopes, rows, total, ..Coverage::default() }
}

#[test]
fn scopes_and_failures_are_named_once() {
    let failure = CoverageFailure {
        scope: "/subscriptions/3".to_owned(),
        code: "AuthorizationFailed".to_owned(),
        message: "No rights.".to_owned(),
    };
    let mut first = part(&["/subscriptions/1", "/subscriptions/A"], 1, None);
    first.failures.push(failure.clone());
    let mut second = part(&["/Subscriptions/a", "/subscriptions/2"], 2, None);
    second.failures.push(failure.clone());
    let whole = merge_coverage([&first, &second].into_iter());
    assert_eq!(whole.scopes, ["/subscriptions/1", "/subscriptions/A", "/subscriptions/2"]);
    assert_eq!(whole.failures, [failure]);
    assert_eq!((whole.rows, whole.total), (3, None));
}

#[test]
fn a_total_is_given_only_where_something_was_cut() {
    let cut = part(&[], 50, Some(120));
    let whole = part(&[], 7, None);
    let merged = merge_coverage([&cut, &whole].into_iter());
    assert_eq!((merged.rows, merged.total), (57, Some(127)));
    let complete = part(&[], 7, Some(7));
    assert_eq!(merge_coverage([&complete, &whole].into_iter()).total, None);
}

#[test]
fn the_age_is_that_of_the_oldest_answer() {
    let mut parts = [part(&[], 0, None), part(&[], 0, None), part(&[], 0, None)];
    parts[0].data_at = Some("2026-11-03T09:00:00Z".parse().unwrap());
    parts[2].data_at = Some("2026-11-02T09:00:00Z".parse().unwrap());
    assert_eq!(merge_coverage(parts.iter()).data_at, parts[2].data_at);
}

proptest! {
    #[test]
    fn merging_any_figures_never_overflows(
        figures in proptest::collection::vec((any::<u64>(), any::<Option<u64>>()), 0..6),
    ) {
        let parts: Vec<_> = figures.iter().map(|(rows, total)| part(&[], *rows, *total)).collect();
        let whole = merge_coverage(parts.iter());
        prop_assert!(whole.total.is_none_or(|total| total >= whole.rows));
    }
}

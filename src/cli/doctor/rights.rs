//! Which rights are missing for which operations, at which subscriptions.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use tokio::time::timeout;

use super::report::{Check, Report};
use crate::tools::{
    ReadContext, Registry, Subscription, ToolError, context::Rights, error::role_for,
};

/// Subscriptions whose rights are read.
const MAX_SUBSCRIPTIONS: usize = 16;
const CONCURRENT_READS: usize = 4;

/// What lacks one action.
#[derive(Debug, Default)]
struct Missing {
    operations: BTreeSet<String>,
    places: BTreeSet<String>,
}

/// What is missing: by the role that would give it, by action.
type ByRole = BTreeMap<&'static str, BTreeMap<String, Missing>>;

/// Compares what Azure says the identity may do with what the operations need.
pub(super) async fn check(
    cx: &ReadContext,
    seen: &[Subscription],
    registry: &Registry,
    patience: Duration,
    report: &mut Report,
) {
    let looked = seen.len().min(MAX_SUBSCRIPTIONS);
    let Ok(read) = timeout(patience, read_all(cx, seen)).await else {
        let text = format!("not read within {} s", patience.as_secs());
        report.add(Check::warn("rights", text, "--timeout waits longer"));
        return;
    };
    let mut missing = ByRole::new();
    let mut unread: Vec<String> = Vec::new();
    let mut conditional = false;
    for (subscription, rights) in read {
        let name = subscription.name.as_str();
        match rights {
            Ok(rights) => {
                conditional |= rights.conditional();
                compare(&rights, name, registry, &mut missing);
            }
            Err(error) => unread.push(format!("{name}: {error}")),
        }
    }
    if let Some(first) = unread.first() {
        let text = format!("not read at {} of {looked} subscriptions: {first}", unread.len());
        report.add(Check::warn("rights", text, "give the identity the role Reader there"));
    }
    if missing.is_empty() && unread.is_empty() {
        let but = if conditional { "; a condition on a role may narrow that" } else { "" };
        let text = format!("every operation has what it needs at {looked} subscriptions{but}");
        report.add(Check::ok("rights", text));
    }
    for (role, actions) in missing {
        let text = format!("the role {role} is missing for {} actions", actions.len());
        let todo = format!(
            "give the identity the role {role} there; until then answers name what they lack"
        );
        let line = |(action, missing): (&String, &Missing)| {
            let (places, operations) = (joined(&missing.places), joined(&missing.operations));
            format!("{action} at {places}: {operations}")
        };
        let details = actions.iter().map(line).collect();
        report.add(Check::warn("rights", text, &todo).with(details));
    }
    if looked < seen.len() {
        let text = format!("only the first {looked} of {} subscriptions were checked", seen.len());
        report.add(Check::warn("rights", text, "--allow-subscription narrows them"));
    }
}

async fn read_all<'a>(
    cx: &ReadContext,
    seen: &'a [Subscription],
) -> Vec<(&'a Subscription, Result<Rights, ToolError>)> {
    let mut reads = Vec::new();
    for subscription in seen.iter().take(MAX_SUBSCRIPTIONS) {
        reads.push(async move { (subscription, cx.rights(&subscription.scope()).await) });
    }
    stream::iter(reads).buffered(CONCURRENT_READS).collect().await
}

fn compare(rights: &Rights, place: &str, registry: &Registry, missing: &mut ByRole) {
    for spec in registry.specs() {
        for action in spec.actions.iter().filter(|action| !rights.allow(action)) {
            let of_role = missing.entry(role_for(action)).or_default();
            let entry = of_role.entry(action.clone()).or_default();
            entry.operations.insert(spec.name.clone());
            entry.places.insert(place.to_owned());
        }
    }
}

fn joined(texts: &BTreeSet<String>) -> String {
    texts.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

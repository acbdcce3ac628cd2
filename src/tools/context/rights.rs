//! Whether the identity has a right, by what Azure says it may do at a scope.
//!
//! Owns the rule of `Permissions_List…`: an action is allowed when one entry has a pattern for
//! it in `actions` and none in its own `notActions`. It must not know who asks.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};
use tokio::sync::OnceCell;

use super::{CONCURRENT_READS, GraphRead, Operation, Pages, ReadContext, Subscription};
use crate::{
    azure::{ApiVersion, kql_text::KqlText},
    tools::{
        error::ToolError,
        present::count_of,
        rows::{Row, subscriptions_of},
    },
};

/// Scopes whose rights are checked in one call.
const MAX_SCOPES: usize = 16;

const PERMISSIONS: Operation<'_> = Operation {
    below: "/providers/Microsoft.Authorization/permissions",
    version: ApiVersion::new("2022-04-01"),
    action: "Microsoft.Authorization/permissions/read",
    pages: Pages::All,
};

/// What the identity may do at a scope, as `Permissions_List…` tells it.
#[derive(Clone, Debug, Default)]
pub struct Rights(Vec<Map<String, Value>>);

impl Rights {
    /// Whether an entry allows the action and does not exclude it again.
    #[must_use]
    pub fn allow(&self, action: &str) -> bool {
        allows(&self.0, action)
    }

    /// Whether a condition of a role assignment stands behind a part of the rights.
    #[must_use]
    pub fn conditional(&self) -> bool {
        self.0.iter().any(|entry| entry.get("condition").is_some_and(Value::is_string))
    }
}

impl ReadContext {
    /// What the identity may do at a scope inside the boundary, asked once a call
    /// (`Permissions_ListForResource…`, api-version 2022-04-01).
    ///
    /// # Errors
    /// [`ToolError::Rejected`] outside the boundary, else what the list failed with.
    pub async fn rights(&self, scope: &str) -> Result<Rights, ToolError> {
        let cell = self.known_rights.of(scope);
        let read = || async { self.list(&PERMISSIONS.below(scope)).await.map(Rights) };
        cell.get_or_try_init(read).await.cloned()
    }

    /// Learns whether the subscriptions that gave no row may be read at all: Resource Graph
    /// leaves out what may not be read. `seen` are the ids, in lower case, of those that gave
    /// one. What is missing is in the coverage.
    ///
    /// One query asks who has any of `rows`, whatever the call filtered; only who has none of those either is
    /// asked for the identity's rights.
    ///
    /// # Errors
    /// [`ToolError::Denied`] when nothing was seen and no scope allows the action, else what the
    /// query failed with.
    pub async fn check_silent(
        &self,
        over: &[Subscription],
        seen: &BTreeSet<String>,
        (rows, action): (&str, &str),
    ) -> Result<(), ToolError> {
        let silent = without(over, seen);
        if silent.is_empty() {
            return Ok(());
        }
        let mut with_rows = match self.bounds().is_narrow() && !seen.is_empty() {
            true => WithRows::default(),
            false => self.with_rows(&silent, rows).await?,
        };
        with_rows.any |= !seen.is_empty();
        with_rows.ids.extend(seen.iter().cloned());
        self.check_without_rows(over, &with_rows, action).await
    }

    /// Which subscriptions have any of the rows of a query, for [`Self::check_without_rows`].
    ///
    /// # Errors
    /// [`ToolError`].
    pub async fn with_rows(
        &self,
        over: &[Subscription],
        rows: &str,
    ) -> Result<WithRows, ToolError> {
        let bound = self.bounds().filter(over).filter(|_| self.bounds().is_narrow());
        let bound = bound.map(|filter| format!("| where {filter}\n")).unwrap_or_default();
        let rows = rows.trim_end();
        // Which, not how many: that need not look at every row of a large table.
        let which = "| distinct subscriptionId";
        let text = KqlText::verbatim(format!("{rows}\n{bound}{which}"));
        let answer = self.graph(&GraphRead { text, over, max_rows: 1_000 }).await?;
        let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
        Ok(WithRows { ids: subscriptions_of(&rows), any: !rows.is_empty() })
    }

    /// Checks that `action` is allowed where a subscription has no rows.
    ///
    /// # Errors
    /// [`ToolError::Denied`] when there are no rows at all and no scope allows it.
    pub async fn check_without_rows(
        &self,
        over: &[Subscription],
        with_rows: &WithRows,
        action: &str,
    ) -> Result<(), ToolError> {
        let mut silent = without(over, &with_rows.ids);
        // A row says which subscription it is of, not which part of a narrower scope.
        if self.bounds().is_narrow() && self.bounds().parts(over).len() > 1 {
            silent = over.to_vec();
        }
        if silent.is_empty() {
            return Ok(());
        }
        match self.check_allowed(&silent, action).await {
            Err(error) if !with_rows.any => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Checks that `action` is allowed at the subscriptions, or at the parts of a narrower scope:
    /// for a query that found nothing. A scope that lacks the right is in the coverage.
    ///
    /// # Errors
    /// [`ToolError::Denied`] when no scope allows it.
    pub async fn check_allowed(
        &self,
        over: &[Subscription],
        action: &str,
    ) -> Result<(), ToolError> {
        let scopes: Vec<String> =
            self.bounds().parts(over).iter().map(ToString::to_string).collect();
        if let Some(rest) = scopes.len().checked_sub(MAX_SCOPES).filter(|rest| *rest > 0) {
            let what = format!(
                "{} gave no rows, and whether they may be read was not checked",
                count_of(rest as u64, "more scope")
            );
            self.note("/", "NotChecked", &what);
        }
        let mut asked = Vec::new();
        for scope in scopes.iter().take(MAX_SCOPES) {
            asked.push(self.verdict(scope, action));
        }
        let mut denied = None;
        let mut unknown_or_allowed = scopes.len() > MAX_SCOPES;
        let verdicts: Vec<_> = stream::iter(asked).buffered(CONCURRENT_READS).collect().await;
        for (scope, verdict) in verdicts {
            match verdict {
                Ok(()) => unknown_or_allowed = true,
                Err(error @ ToolError::Denied { .. }) => {
                    self.failed(scope, &error);
                    denied.get_or_insert(error);
                }
                Err(error) => {
                    unknown_or_allowed = true;
                    let what = format!("rights were not checked ({})", error.code());
                    self.note(scope, "NotChecked", &what);
                }
            }
        }
        match denied {
            Some(error) if !unknown_or_allowed => Err(error),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the action is allowed at a scope. Every role that reads anything may read its own
    /// permissions, so that a denial of those is one too.
    async fn verdict<'a>(&self, scope: &'a str, action: &str) -> (&'a str, Result<(), ToolError>) {
        let verdict = match self.rights(scope).await {
            Ok(rights) if !rights.allow(action) => Err(ToolError::denied(action, scope)),
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        (scope, verdict)
    }
}

fn without(over: &[Subscription], seen: &BTreeSet<String>) -> Vec<Subscription> {
    over.iter().filter(|one| !seen.contains(&one.id.to_lowercase())).cloned().collect()
}

/// Which subscriptions have rows of a table.
#[derive(Clone, Debug, Default)]
pub struct WithRows {
    ids: BTreeSet<String>,
    any: bool,
}

/// What was learnt of rights in a call, by scope.
#[derive(Debug, Default)]
pub(super) struct KnownRights(Mutex<BTreeMap<String, Arc<OnceCell<Rights>>>>);

impl KnownRights {
    fn of(&self, scope: &str) -> Arc<OnceCell<Rights>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(scope.to_lowercase()).or_default())
    }
}

/// The rule for entries of `actions` and `notActions`, which roles have too.
#[must_use]
pub fn allows(entries: &[Map<String, Value>], action: &str) -> bool {
    entries.iter().any(|entry| {
        let entry = Value::Object(entry.clone());
        let has = |key| {
            let patterns = Row::of(&entry).map(|row| row.list(key)).unwrap_or_default();
            patterns.iter().filter_map(Value::as_str).any(|pattern| matches(pattern, action))
        };
        has("actions") && !has("notActions")
    })
}

/// Whether a pattern means an action: in any case, `*` across slashes.
#[must_use]
pub fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| action.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            let Some((_, after)) = rest.split_once(middle) else { return false };
            rest = after;
        }
    }
    match last {
        Some(end) => rest.ends_with(end),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patterns_mean_what_azure_means_by_them() {
        let vm = "Microsoft.Compute/virtualMachines/read";
        for pattern in ["*", "*/read", "microsoft.compute/*", "Microsoft.Compute/*/read", vm] {
            assert!(matches(pattern, vm), "{pattern}");
        }
        for pattern in ["", "*/write", "Microsoft.Security/*/read", "Microsoft.Compute/read", "*x*"]
        {
            assert!(!matches(pattern, vm), "{pattern}");
        }
        let entry = |value: Value| value.as_object().cloned().unwrap();
        let own = entry(json!({"actions": ["*"], "notActions": ["Microsoft.Compute/*"]}));
        assert!(!allows(std::slice::from_ref(&own), vm));
        assert!(allows(&[own, entry(json!({"actions": ["*/read"]}))], vm));
    }
}

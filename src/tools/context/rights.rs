//! Whether the identity has a right, by what Azure says it may do at a scope.
//!
//! Owns the rule of `Permissions_List…`: an action is allowed when one entry has a pattern for
//! it in `actions` and none in its own `notActions`. It must not know who asks.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Operation, Pages, ReadContext, Subscription};
use crate::{
    azure::ApiVersion,
    tools::{error::ToolError, rows::Row},
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
    /// What the identity may do at a scope inside the boundary
    /// (`Permissions_ListForResource…`, api-version 2022-04-01).
    ///
    /// # Errors
    /// [`ToolError::Rejected`] outside the boundary, else what the list failed with.
    pub async fn rights(&self, scope: &str) -> Result<Rights, ToolError> {
        self.list(&PERMISSIONS.below(scope)).await.map(Rights)
    }

    /// [`Self::check_allowed`] for the subscriptions that gave no row; `seen` are the ids, in
    /// lower case, of those that did. An answer that has rows stands, with what is missing in the
    /// coverage.
    ///
    /// # Errors
    /// [`ToolError::Denied`] when nothing was seen and no scope allows the action.
    pub async fn check_silent(
        &self,
        over: &[Subscription],
        seen: &BTreeSet<String>,
        action: &str,
    ) -> Result<(), ToolError> {
        let silent: Vec<Subscription> =
            over.iter().filter(|one| !seen.contains(&one.id.to_lowercase())).cloned().collect();
        if silent.is_empty() || (self.bounds().is_narrow() && !seen.is_empty()) {
            return Ok(());
        }
        match self.check_allowed(&silent, action).await {
            Err(error) if seen.is_empty() => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Checks that `action` is allowed at the subscriptions, or at the parts of a narrower scope:
    /// for a query that found nothing, since Resource Graph leaves out what may not be read.
    /// A scope that lacks the right is in the coverage.
    ///
    /// # Errors
    /// [`ToolError::Denied`] when no scope allows it.
    pub async fn check_allowed(
        &self,
        over: &[Subscription],
        action: &str,
    ) -> Result<(), ToolError> {
        let scopes: Vec<String> = if self.bounds().is_narrow() {
            self.bounds().scope().ids().iter().map(ToString::to_string).collect()
        } else {
            over.iter().map(Subscription::scope).collect()
        };
        let mut denied = None;
        let mut unknown_or_allowed = false;
        for scope in scopes.iter().take(MAX_SCOPES) {
            match self.rights(scope).await {
                Ok(rights) if !rights.allow(action) => {
                    let error = ToolError::denied(action, scope);
                    self.failed(scope, &error);
                    denied.get_or_insert(error);
                }
                Ok(_) => unknown_or_allowed = true,
                // Every role that reads anything may read its own permissions.
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

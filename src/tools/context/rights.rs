//! Whether the identity has a right, by what Azure says it may do at a scope.
//!
//! Owns the rule of `Permissions_List…`: an action is allowed when one entry has a pattern for
//! it in `actions` and none in its own `notActions`. It must not know who asks.

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

impl ReadContext {
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
            match self.list(&PERMISSIONS.below(scope)).await {
                Ok(entries) if !allows(&entries, action) => {
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
                    self.note(scope, "NotChecked", &format!("rights were not checked: {error}"));
                }
            }
        }
        match denied {
            Some(error) if !unknown_or_allowed => Err(error),
            Some(_) | None => Ok(()),
        }
    }
}

fn allows(entries: &[Map<String, Value>], action: &str) -> bool {
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
fn matches(pattern: &str, action: &str) -> bool {
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

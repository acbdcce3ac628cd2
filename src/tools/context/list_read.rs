//! Which list is read: an operation and the scope it is below.

use crate::azure::ApiVersion;

/// A list operation below a subscription.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// The path below the scope, e.g. `/providers/Microsoft.Security/secureScores`.
    pub below: &'a str,
    /// The version.
    pub version: ApiVersion,
    /// The right that it needs.
    pub action: &'a str,
    /// How much of the list is read.
    pub pages: Pages,
}

/// How much of a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// All of it, up to the limit of the context.
    All,
    /// The first page: enough to learn whether it may be read.
    First,
}

impl<'a> Operation<'a> {
    /// The operation below a scope.
    #[must_use]
    pub fn below(self, scope: &'a str) -> ListRead<'a> {
        ListRead {
            scope,
            below: self.below,
            version: self.version,
            action: self.action,
            pages: self.pages,
        }
    }
}

/// A list to read.
#[derive(Clone, Copy, Debug)]
pub struct ListRead<'a> {
    /// The ARM id that it is below; empty is the tenant.
    pub scope: &'a str,
    /// The path below the scope.
    pub below: &'a str,
    /// The version.
    pub version: ApiVersion,
    /// The right that it needs.
    pub action: &'a str,
    /// How much of the list is read.
    pub pages: Pages,
}

//! What a call or a run looked at, and what it could not see.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was looked at: it ends every answer, so that nobody takes a part for the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// ARM ids of the scopes that were read; names of subscriptions are shown by the client.
    pub scopes: Vec<String>,
    /// How many scopes were read, where that is more than `scopes` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes_total: Option<u64>,
    /// Rows that were returned.
    pub rows: u64,
    /// Rows there are, where the source says so and it is more than was returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Scopes that could not be read, and why.
    pub failures: Vec<CoverageFailure>,
    /// How many could not be read, where that is more than `failures` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures_total: Option<u64>,
    /// How old the data is: the instant of the oldest answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub data_at: Option<Timestamp>,
}

impl Coverage {
    /// How many scopes were read.
    #[must_use]
    pub fn scope_count(&self) -> u64 {
        self.scopes_total.unwrap_or_default().max(self.scopes.len() as u64)
    }

    /// How many could not be read.
    #[must_use]
    pub fn failure_count(&self) -> u64 {
        self.failures_total.unwrap_or_default().max(self.failures.len() as u64)
    }
}

/// A scope that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoverageFailure {
    /// The ARM id of the scope, or the tool where no scope is known.
    pub scope: String,
    /// The error code, ARM's own where there is one.
    pub code: String,
    /// What happened, in a sentence.
    pub message: String,
}

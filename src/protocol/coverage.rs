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
    /// Rows that were returned.
    pub rows: u64,
    /// Rows there are, where the source says so and it is more than was returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Scopes that could not be read, and why.
    pub failures: Vec<CoverageFailure>,
    /// How old the data is: the instant of the oldest answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub data_at: Option<Timestamp>,
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

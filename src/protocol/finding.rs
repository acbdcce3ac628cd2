//! Findings: what a typed result means, as sentences that code wrote.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One sentence that a tool derives from its own result. The planner writes answers from these
/// and never parses prose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The part it plays in an answer.
    pub kind: FindingKind,
    /// How good or bad it is.
    pub tone: FindingTone,
    /// The sentence, plain text, without a citation. Names of resources in backticks.
    pub text: String,
    /// The ARM id of the resource it is about, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Where that resource opens in the Azure portal, an https URL; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal_url: Option<String>,
}

/// The part a finding plays in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FindingKind {
    /// The answer in one sentence.
    Headline,
    /// A fact that supports it; ranked, most important first.
    Detail,
    /// What to do next.
    Action,
    /// What the answer does not cover.
    Caveat,
}

/// How good or bad a finding is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum FindingTone {
    /// Nothing to do.
    Good,
    /// Neither good nor bad.
    Neutral,
    /// Worth a look.
    Warning,
    /// Worth dropping other work for.
    Critical,
}

//! The agent's own tools: offered like any other, answered by the agent itself.
//!
//! Owns their names, arguments and specs. How they are answered is the agent's; the text of a
//! page of evidence is made by [`super::digest::page`].

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{registry::ToolSpec, schema};
use crate::protocol::{Effect, Pillar};

/// Finds further tools.
pub const FIND_TOOLS: &str = "find_tools";
/// Pages a stored result.
pub const READ_EVIDENCE: &str = "read_evidence";
/// The names that no other tool may have.
pub const NAMES: &[&str] = &[FIND_TOOLS, READ_EVIDENCE, "start_workflow"];

/// The arguments of `find_tools`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FindTools {
    /// What is to be read, in a few words, e.g. `failed backup jobs`.
    pub query: String,
}

/// The arguments of `read_evidence`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadEvidence {
    /// The id of the result, e.g. `e2`.
    pub evidence_id: String,
    /// Rows to pass over. Default 0.
    #[serde(default)]
    pub offset: u32,
    /// Rows at most, 1 to 200. Default 50.
    #[serde(default = "default_limit")]
    pub limit: u32,
    /// The fields wanted, e.g. `["id", "location"]`. Default all.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Only rows that hold this text, in any case.
    #[serde(default)]
    pub contains: Option<String>,
}

fn default_limit() -> u32 {
    50
}

/// The specs of the agent's own tools, in the order they are offered.
#[must_use]
pub fn specs() -> Vec<ToolSpec> {
    vec![
        own(
            (FIND_TOOLS, "Find tools"),
            "Finds further tools when none of those offered can answer the question. They can be \
             called from the next step on.",
            schema::of_input::<FindTools>(),
        ),
        own(
            (READ_EVIDENCE, "Read evidence"),
            "Reads more rows or fields of a result that was shown only in part. Use it before \
             calling the same tool again.",
            schema::of_input::<ReadEvidence>(),
        ),
    ]
}

fn own((name, title): (&str, &str), description: &str, input: serde_json::Value) -> ToolSpec {
    ToolSpec {
        name: name.to_owned(),
        title: title.to_owned(),
        pillar: Pillar::Across,
        effect: Effect::Read,
        actions: Vec::new(),
        description: description.to_owned(),
        asks: Vec::new(),
        input_schema: Arc::new(input),
        output_schema: Arc::new(json!({ "type": "string" })),
    }
}

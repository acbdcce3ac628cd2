//! Metrics as the tools of this room read them: definitions, operators' words for them, figures.
//!
//! It must not know any tool.

pub(super) mod definition;
pub(super) mod figures;
pub(super) mod grain;
pub(super) mod subject;
pub(super) mod unit;
pub(super) mod words;

/// The right to values.
pub(super) const METRICS_ACTION: &str = "Microsoft.Insights/metrics/read";
/// The right to learn which metrics there are.
pub(super) const DEFINITIONS_ACTION: &str = "Microsoft.Insights/metricDefinitions/read";

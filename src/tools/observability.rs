//! Azure Monitor and health: what fires, what changed and by whom, what is down.

mod alert;
mod get_activity_log;
mod get_alert;
mod get_metrics;
mod list_alerts;
mod list_diagnostic_gaps;
mod list_log_tables;
mod list_metric_definitions;
mod list_resource_changes;
mod list_resource_health;
mod list_service_health;
mod metric;
mod named;
mod narrowed;
mod over_time;
mod query_logs;
mod rank_by_metric;
mod summarize_alerts;

use std::sync::Arc;

use super::tool::{AnyTool, boxed};

pub use get_activity_log::GetActivityLog;
pub use get_alert::GetAlert;
pub use get_metrics::GetMetrics;
pub use list_alerts::ListAlerts;
pub use list_diagnostic_gaps::ListDiagnosticGaps;
pub use list_log_tables::ListLogTables;
pub use list_metric_definitions::ListMetricDefinitions;
pub use list_resource_changes::ListResourceChanges;
pub use list_resource_health::ListResourceHealth;
pub use list_service_health::ListServiceHealth;
pub use query_logs::QueryLogs;
pub use rank_by_metric::RankByMetric;
pub use summarize_alerts::SummarizeAlerts;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![
        boxed(GetActivityLog),
        boxed(GetAlert),
        boxed(GetMetrics),
        boxed(ListAlerts),
        boxed(ListDiagnosticGaps),
        boxed(ListLogTables),
        boxed(ListMetricDefinitions),
        boxed(ListResourceChanges),
        boxed(ListResourceHealth),
        boxed(ListServiceHealth),
        boxed(QueryLogs),
        boxed(RankByMetric),
        boxed(SummarizeAlerts),
    ]
}

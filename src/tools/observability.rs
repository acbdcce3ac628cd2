//! Azure Monitor and health: what fires, what changed and by whom, what is down.

mod alert;
mod get_activity_log;
mod get_alert;
mod list_alerts;
mod list_resource_changes;
mod list_resource_health;
mod list_service_health;
mod named;
mod narrowed;
mod over_time;
mod summarize_alerts;

pub use get_activity_log::GetActivityLog;
pub use get_alert::GetAlert;
pub use list_alerts::ListAlerts;
pub use list_resource_changes::ListResourceChanges;
pub use list_resource_health::ListResourceHealth;
pub use list_service_health::ListServiceHealth;
pub use summarize_alerts::SummarizeAlerts;

//! Metrics, the history and the rules of alerts, what outages hit.

use super::table::{Row, on};

/// Words of metrics and alert rules.
pub(super) const TABLE: &[Row] = &[
    on("+cpu|memory|ram|iops|throughput|latency|bandwidth|utilization|utilisation|disk_usage|availability_metric|transactions|availability_metrics -alert|rule|quota|recommendation|definition|cost", "get_metrics").knows("usage trend trends chart graph over time high load used percentage"),
    on("metric -definition|available|alert|rule|which_metrics|what_metrics", "get_metrics").knows("trend chart graph show values value query"),
    on("performance|load|utilization|usage trend|chart|graph|history|@resource -cost|alert|carbon|app|recommendation", "get_metrics").knows("over time"),
    on("metric definition|available|exist|supported|which_metrics|what_metrics", "list_metric_definitions").knows("have list what which"),
    on("which_metrics|what_metrics", "list_metric_definitions"),
    on("top|highest|most|busiest|hottest|hot|lowest|least|overloaded|heatmap|rank|ranking|which +cpu|memory|ram|iops|latency|latencies|throughput|disk|network|loaded|load|transactions|utilization|busy -cost|alert|recommendation|rule|@resource|log|vulnerable|resources|disks|networks", "rank_by_metric").knows("usage by using use storage high"),
    on("busiest|hottest|overloaded|most_loaded vm|machine|server|database|account|resource|plan|cluster|app", "rank_by_metric"),
    on("alert history|timeline|closed_by|who_acknowledged|who_closed -rule|security", "get_alert_history").knows("states changed"),
    on("who acknowledged|closed alert", "get_alert_history"),
    on("alert_rule|metric_alert|log_alert|activity_log_alert -noisiest|noisy|most|fired|firing|fires|fire|detail|details", "list_alert_rules").knows("disabled enabled configured list"),
    on("rule alert +disabled|enabled|configured|threshold|thresholds|list|all|no|without -noisiest|noisy|most|fired|firing", "list_alert_rules"),
    on("alert_rule detail|details|explain|describe|threshold|condition|named|called", "get_alert_rule"),
    on("action_group|who notified|notify|paged|e-mailed|emailed", "list_action_groups").knows("notify notified email sms webhook receivers receiver alerts"),
    on("action_group", "list_action_groups").knows("notify notified email sms webhook receivers receiver alerts"),
    on("who is|gets|get notified|paged|alerted|emailed", "list_action_groups").knows("alert alerts fires when"),
    on("alert_processing|processing_rule|suppression_rule|alert_suppression", "list_alert_processing_rules").knows("rule rules suppress suppressed"),
    on("suppressed|suppress|suppressing|muted alert|notification", "list_alert_processing_rules"),
    on("impacted|affected|hit resource|which|what|vm|my outage|maintenance|incident|service_issue|event|advisory|service_health -alert|path", "list_impacted_resources").knows("by"),
    on("impacted_resource|affected_resource -alert|path|recommendation", "list_impacted_resources"),
];

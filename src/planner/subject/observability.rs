//! Metrics, the history and the rules of alerts, what outages hit.

use super::table::{Row, on};

/// Words of metrics and alert rules.
pub(super) const TABLE: &[Row] = &[
    on("+cpu|memory|ram|iops|dtu|dtus|response_time|network_in|network_out|disk_latency|throughput|latency|bandwidth|utilization|utilisation|disk_usage|availability_metric|transactions|availability_metrics -alert|rule|quota|recommendation|definition|cost", "get_metrics").knows("usage trend trends chart graph over time high load used percentage"),
    on("metric -definition|available|alert|rule|which_metrics|what_metrics", "get_metrics").knows("trend chart graph show values value query"),
    on("performance|load|utilization|usage trend|chart|graph|history|@resource -cost|alert|carbon|app|recommendation", "get_metrics").knows("over time"),
    on("+requests|errors|exceptions|dtu @resource -alert|rule|log|logs|failed|exception|sign_in|access|definition|backup|recommendation|list", "get_metrics").knows("many much did get had have serve served number over time"),
    on("metric definition|available|exist|supported|which_metrics|what_metrics", "list_metric_definitions").knows("have list what which"),
    on("which_metrics|what_metrics", "list_metric_definitions"),
    on("top|highest|most|busiest|hottest|hot|lowest|least|overloaded|heatmap|rank|ranking|which +cpu|memory|ram|iops|latency|latencies|throughput|disk|network|loaded|load|transactions|utilization|busy -cost|alert|recommendation|rule|@resource|log|vulnerable|resources|disks|networks", "rank_by_metric").knows("usage by using use storage high"),
    on("lowest|least|idle|idlest|quietest +cpu|memory|ram|iops|latency|throughput|load|transactions|utilization|requests|traffic -cost|alert|recommendation|rule|@resource", "rank_by_metric").with(&[("order", "lowest")]).knows("which usage have has"),
    on("rank|highest|most +requests|errors|transactions|traffic|dtu -cost|alert|recommendation|rule|@resource|log|logs", "rank_by_metric").knows("which by usage have has"),
    on("busiest|hottest|overloaded|most_loaded vm|machine|server|database|account|resource|plan|cluster|app", "rank_by_metric"),
    on("alert_history|alerts_history|history_of_alerts|history_of_our_alerts|alerts_timeline|alert_timeline -security", "get_alert_history").knows("states changed"),
    on("who acknowledged|closed alert", "get_alert_history"),
    on("alert_rule|metric_alert|log_alert|activity_log_alert -noisiest|noisy|most|fired|firing|fires|fire|detail|details", "list_alert_rules").knows("disabled enabled configured list"),
    on("rule alert +disabled|enabled|configured|threshold|thresholds|list|all|no|without -noisiest|noisy|most|fired|firing", "list_alert_rules"),
    on("alert_rule|rule without|no|missing|lack action_group|notification|receiver", "list_alert_rules").with(&[("only", "noActionGroup")]).knows("an any the which have has group groups action"),
    on("alert_rule|rule target|resource gone|deleted|missing|exist|exists -policy|firewall", "list_alert_rules").with(&[("only", "targetGone")]).knows("which whose longer no with is are"),
    on("alert_rule detail|details|explain|describe|threshold|condition|named|called", "get_alert_rule"),
    on("action_group|who notified|notify|paged|e-mailed|emailed", "list_action_groups").knows("notify notified email sms webhook receivers receiver alerts"),
    on("action_group", "list_action_groups").knows("notify notified email sms webhook receivers receiver alerts"),
    on("who is|gets|get notified|paged|alerted|emailed", "list_action_groups").knows("alert alerts fires when"),
    on("alert_processing|processing_rule|suppression_rule|alert_suppression", "list_alert_processing_rules").knows("rule rules suppress suppressed"),
    on("suppressed|suppress|suppressing|muted alert|notification", "list_alert_processing_rules"),
    on("impacted|affected|hit resource|which|what|vm|my outage|maintenance|incident|service_issue|event|advisory|service_health -alert|path", "list_impacted_resources").knows("by"),
    on("impacted|affected|hit|restart|concerned resource|which|what|vm|machine|my planned_maintenance|maintenance -alert|path", "list_impacted_resources").with(&[("kind", "PlannedMaintenance")]).knows("by planned will be"),
    on("impacted_resource|affected_resource -alert|path|recommendation", "list_impacted_resources"),
];

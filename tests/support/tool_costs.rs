//! What a question costs Azure: each tool asked once of an estate, its requests and pages counted
//! in the estate's ledger, and what the definitions of questions cost a model.

use std::collections::BTreeSet;

use opscopilot::{
    azure::{
        ArmClient, ArmReader, ClientSettings, Cloud, Credential, Http, HttpSettings, ScopeSet,
        Secret,
    },
    estate::{self, Clock, LedgerEntry, Options},
    tools::{Bounds, OfferContext, ReadContext, Registry, Router, ToolSpec, own, present::Moment},
};
use tokio::net::TcpListener;

/// A call of every tool, as a question makes it.
pub(crate) const CALLS: &[(&str, &str)] = &[
    ("check_access", "{}"),
    ("count_resources", "{}"),
    ("explain_secure_score", "{}"),
    ("get_licensing", "{}"),
    ("get_onboarding_status", "{}"),
    ("list_locks", "{}"),
    ("list_management_groups", "{}"),
    ("list_role_assignments", "{}"),
    ("list_tags", "{}"),
    ("list_untagged_resources", "{}"),
    ("find_resources", r#"{"type": "vm"}"#),
    ("find_heartbeat_gaps", "{}"),
    ("find_noisy_resources", "{}"),
    ("get_activity_log", "{}"),
    ("get_alert", r#"{"alert": "VM availability"}"#),
    ("get_alert_history", "{}"),
    ("get_alert_rule", r#"{"rule": "VM availability"}"#),
    ("forecast_cost", "{}"),
    ("get_advisor_recommendation", "{}"),
    ("get_carbon_emissions", "{}"),
    ("get_cost", "{}"),
    ("list_advisor_recommendations", "{}"),
    ("list_budgets", "{}"),
    ("list_cost_alerts", "{}"),
    ("list_cost_movers", "{}"),
    ("list_idle_resources", "{}"),
    ("list_reservation_advice", "{}"),
    ("get_metrics", r#"{"resource": "vm-api-02"}"#),
    ("get_backup_job", r#"{"resource": "vm-erp-01"}"#),
    ("get_backup_policy", r#"{"policy": "policy-erp-daily"}"#),
    ("get_resource", r#"{"resource": "vm-api-02"}"#),
    ("get_plan_coverage", "{}"),
    ("get_secure_score", "{}"),
    ("get_security_alert", r#"{"alert": "brute force"}"#),
    ("get_security_recommendation", r#"{"recommendation": "management ports closed"}"#),
    ("investigate_resource", r#"{"resource": "vm-api-02"}"#),
    ("list_alert_suppression_rules", "{}"),
    ("list_alerts", "{}"),
    ("list_app_dependencies", "{}"),
    ("list_app_exceptions", "{}"),
    ("list_app_failures", "{}"),
    ("list_attack_paths", "{}"),
    ("list_data_collection_rules", "{}"),
    ("list_diagnostic_gaps", "{}"),
    ("list_guest_changes", "{}"),
    ("list_log_tables", "{}"),
    ("list_machine_inventory", "{}"),
    ("list_exposed_machines", "{}"),
    ("list_governance_assignments", "{}"),
    ("list_governance_rules", "{}"),
    ("list_just_in_time_access", "{}"),
    ("list_open_ports", "{}"),
    ("list_public_addresses", "{}"),
    ("list_action_groups", "{}"),
    ("list_alert_processing_rules", "{}"),
    ("list_alert_rules", "{}"),
    ("list_impacted_resources", "{}"),
    ("list_metric_definitions", r#"{"type": "vm"}"#),
    ("list_backup_instances", "{}"),
    ("list_backup_jobs", "{}"),
    ("list_backup_policies", "{}"),
    ("list_protected_items", "{}"),
    ("list_recovery_plans", "{}"),
    ("list_recovery_points", r#"{"resource": "vm-erp-01"}"#),
    ("get_machine_configuration_report", r#"{"machine": "vm-web-01", "only": "all"}"#),
    ("list_end_of_support", "{}"),
    ("list_machine_configurations", "{}"),
    ("list_maintenance_configurations", "{}"),
    ("list_missing_updates", "{}"),
    ("list_noncompliant_resources", "{}"),
    ("list_patch_runs", "{}"),
    ("list_pending_patches", "{}"),
    ("list_policy_assignments", "{}"),
    ("list_policy_definitions", "{}"),
    ("list_policy_exemptions", "{}"),
    ("list_policy_remediations", "{}"),
    ("list_unscheduled_machines", "{}"),
    ("summarize_patch_compliance", "{}"),
    ("summarize_policy_compliance", "{}"),
    ("list_regulatory_compliance", "{}"),
    ("list_replicated_items", "{}"),
    ("list_replication_jobs", "{}"),
    ("list_resource_assessments", r#"{"resource": "vm-web-01"}"#),
    ("list_resource_changes", "{}"),
    ("list_resource_groups", "{}"),
    ("list_resource_health", "{}"),
    ("list_resource_protections", "{}"),
    ("list_security_alerts", "{}"),
    ("list_security_controls", "{}"),
    ("list_security_recommendations", "{}"),
    ("list_service_health", "{}"),
    ("list_subscriptions", "{}"),
    ("list_system_events", "{}"),
    ("list_workspaces", "{}"),
    ("query_logs", r#"{"query": "Heartbeat | summarize n = count()"}"#),
    ("list_unprotected_resources", "{}"),
    ("list_vaults", "{}"),
    ("list_zone_redundancy", "{}"),
    ("list_vulnerabilities", "{}"),
    ("query_resources", r#"{"query": "resources | summarize n = count() by type"}"#),
    ("rank_by_metric", r#"{"type": "vm", "metric": "cpu"}"#),
    ("rank_actions", "{}"),
    ("summarize_alerts", "{}"),
    ("summarize_operations", "{}"),
    ("summarize_app_errors", "{}"),
    ("summarize_app_requests", "{}"),
    ("summarize_log_volume", "{}"),
    ("summarize_business_continuity", "{}"),
    ("summarize_recommendations", "{}"),
    ("summarize_security", "{}"),
    ("summarize_sign_ins", "{}"),
];

/// Questions as operators ask them.
pub(crate) const QUESTIONS: &[&str] = &[
    "Why is vm-api-02 down?",
    "Give me a security overview",
    "What changed in production since yesterday?",
    "Which alerts are firing and what should I look at first?",
    "How do we improve our secure score?",
    "Is there an Azure outage, and which of my resources does it affect?",
    "Who deleted the VM and was it allowed to?",
    "List all virtual machines in my subscription",
];

/// Whatever goes wrong, as a sentence.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What one call costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) tool: &'static str,
    /// Requests without those for further pages.
    pub(crate) requests: usize,
    /// Of these, what Azure answers for one subscription, region or vault at a time.
    pub(crate) places: usize,
    /// Requests for further pages of a list.
    pub(crate) pages: usize,
}

/// What each tool costs on an estate `scale` times as large.
///
/// # Errors
/// A sentence, when the estate cannot be served or a tool fails.
pub(crate) async fn of_tools(scale: u32) -> Result<Vec<Cost>, Failure> {
    let requests = requests(scale).await?;
    Ok(requests.iter().map(|(tool, own)| cost(tool, own)).collect())
}

/// What each tool asks of an estate `scale` times as large, as its ledger has it.
///
/// # Errors
/// A sentence, when the estate cannot be served or a tool fails.
pub(crate) async fn requests(scale: u32) -> Result<Vec<(&'static str, Vec<LedgerEntry>)>, Failure> {
    let anchor: jiff::Timestamp = "2026-03-02T09:00:00Z".parse()?;
    let options = Options {
        seed: Some(1),
        scale: Some(scale),
        anchor: Some(anchor),
        clock: Clock::Frozen,
        ..Options::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let estate = estate::serve(listener, options)?;
    let registry = Registry::built_in()?;
    let reader = reader(&estate.endpoint())?;
    let (mut requests, mut failures) = (Vec::new(), Vec::new());
    for (tool, arguments) in CALLS {
        let at = Moment { now: anchor, zone: jiff::tz::TimeZone::UTC };
        let bounds = Bounds::new(ScopeSet::default(), Vec::new());
        let cx = ReadContext::new(reader.clone(), bounds, at);
        let before = estate.ledger().len();
        let arguments = serde_json::from_str(arguments)?;
        match registry.run(tool, &cx, arguments).await {
            Ok(_) => requests.push((*tool, estate.ledger().split_off(before))),
            Err(error) => failures.push(format!("{tool}: {error}")),
        }
    }
    match failures.is_empty() {
        true => Ok(requests),
        false => Err(failures.join("; ").into()),
    }
}

fn cost(tool: &'static str, own: &[LedgerEntry]) -> Cost {
    let further = |query: &str| query.to_ascii_lowercase().contains("skiptoken");
    let pages = own.iter().filter(|entry| further(&entry.query)).count();
    // Metrics of many resources are answered a region of a subscription at a time.
    let region = |query: &str| {
        let mut parts = query.split('&');
        parts.find_map(|part| part.strip_prefix("region=")).unwrap_or_default().to_owned()
    };
    // Two lists of one subscription are two answers for it; single resources are no places.
    let places = own.iter().filter_map(|entry| {
        let path = entry.path.to_ascii_lowercase();
        path.split('/').nth(2).filter(|id| id.len() == 36)?;
        let of_vault = path.contains("/microsoft.recoveryservices/vaults/")
            && !path.contains("/microsoft.insights/");
        let whole = of_vault || !path.contains("/resourcegroups/");
        whole.then(|| (path, region(&entry.query)))
    });
    let places: BTreeSet<(String, String)> = places.collect();
    Cost { tool, requests: own.len() - pages, places: places.len(), pages }
}

fn reader(endpoint: &str) -> Result<ArmReader, Failure> {
    let cloud = Cloud::custom(endpoint, None)?;
    let http = Http::new(&HttpSettings::default())?;
    let credential = Credential::fixed(Secret::new("sample:operator".to_owned()))?;
    Ok(ArmClient::new(&cloud, credential, http, ClientSettings::default())?.reader())
}

/// How many tools each question is offered, and the tokens (bytes / 4) of their definitions.
///
/// # Errors
/// A sentence, when the tools cannot be loaded.
pub(crate) fn of_definitions() -> Result<Vec<(&'static str, usize, usize)>, Failure> {
    let registry = Registry::built_in()?;
    let router = Router::new(&registry);
    let own = own::specs();
    let tokens = |name: &String| {
        let spec = registry.spec(name).or_else(|| own.iter().find(|one| one.name == *name));
        spec.map_or(0, ToolSpec::tokens)
    };
    let of = |question: &&'static str| {
        let offered = router.offer(question, OfferContext::default());
        (*question, offered.len(), offered.iter().map(tokens).sum())
    };
    Ok(QUESTIONS.iter().map(of).collect())
}

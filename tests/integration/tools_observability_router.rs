//! Questions about alerts, changes and health find the right tool among the first three.

use opscopilot::tools::{Registry, Router, ToolSpec};

fn check(tool: &str, questions: &[&str]) {
    let router = Router::new(&Registry::built_in().unwrap());
    let wrong: Vec<String> = questions
        .iter()
        .filter_map(|question| {
            let ranked = router.rank(question);
            let first = &ranked[..ranked.len().min(3)];
            let is_found = first.iter().any(|(name, _)| name == tool);
            (!is_found).then(|| format!("{question}: {first:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "not for {tool}:\n{}", wrong.join("\n"));
}

#[test]
fn questions_about_what_fires_are_for_list_alerts() {
    check(
        "list_alerts",
        &[
            "which alerts are firing?",
            "Are there any alerts for my resource?",
            "How many critical alerts do I have?",
            "show me open alerts in production",
            "list fired alerts",
            "any Sev1 alerts on vm-api-02 since yesterday?",
            "show resolved alerts from last week",
            "what azure monitor alerts are active right now",
            "which alerts has nobody acknowledged",
        ],
    );
}

#[test]
fn questions_about_one_alert_are_for_get_alert() {
    check(
        "get_alert",
        &[
            "Start an investigation for my alert: `/subscriptions/SUB_ID/resourcegroups/RESOURCE_GROUP/providers/microsoft.insights/components/COMPONENT_NAME/providers/Microsoft.AlertsManagement/alerts/ALERT_ID`",
            "Troubleshoot this alert: `/subscriptions/SUB_ID/resourcegroups/RG/providers/microsoft.insights/components/C/providers/Microsoft.AlertsManagement/alerts/ALERT_ID`",
            "Can you help with this alert? The ID is `/subscriptions/S/resourcegroups/R/providers/microsoft.insights/components/C/providers/Microsoft.AlertsManagement/alerts/A`",
            "why did the VM availability alert fire?",
            "who acknowledged this alert?",
            "show the history of that alert",
            "what was the threshold and measured value of the CPU alert",
        ],
    );
}

#[test]
fn questions_for_an_overview_of_alerts_are_for_summarize_alerts() {
    check(
        "summarize_alerts",
        &[
            "Catch me up on alerts",
            "summarize alerts of the last week",
            "alert summary please",
            "which rules are the noisiest?",
            "alerts by severity and state",
            "which resources have most alerts",
            "alert trend of the last 30 days",
        ],
    );
}

#[test]
fn questions_about_who_did_what_are_for_the_activity_log() {
    check(
        "get_activity_log",
        &[
            "who deleted the storage account?",
            "who restarted vm-api-02 last night?",
            "show me the activity log",
            "what failed operations were there today?",
            "What recent changes were made to resources in my resource group? Check the Activity Log.",
            "audit log for rg-web-prod-weu",
            "what did jonas.weber@northlight.example do yesterday",
            "who stopped the machine",
        ],
    );
}

#[test]
fn questions_about_changes_are_for_list_resource_changes() {
    check(
        "list_resource_changes",
        &[
            "What changed in my container app in the last week?",
            "What changed in my web app last week?",
            "what changed since yesterday",
            "Are there any configuration changes impacting my resource?",
            "which properties of vm-api-02 changed",
            "what was changed in production in the last 24 hours?",
            "show recent changes",
            "who changed the vm size?",
        ],
    );
}

#[test]
fn questions_about_availability_are_for_list_resource_health() {
    check(
        "list_resource_health",
        &[
            "Check resource health for degraded or unavailable resources",
            "What resources in resource group rg-ops have health issues?",
            "What is the Azure Resource Health availability status of the storage account stx?",
            "is anything down right now?",
            "Help me investigate why my VM is unhealthy.",
            "why is vm-api-02 down?",
            "is vm-web-01 healthy?",
            "which resources are degraded",
        ],
    );
}

#[test]
fn questions_about_azure_itself_are_for_list_service_health() {
    check(
        "list_service_health",
        &[
            "List active service health events in my subscription",
            "List active Azure Service Health incidents",
            "Am I impacted by any service health events?",
            "Is the event with tracking ID 9TKC-XB8 still active?",
            "What is the status of the event with tracking ID 9TKC-XB8?",
            "What service issues have occurred in the last 30 days?",
            "Show me planned maintenance events for my Azure services",
            "is there an outage in East US 2?",
            "any health advisories?",
        ],
    );
}

#[test]
fn the_tools_cost_few_tokens() {
    let registry = Registry::built_in().unwrap();
    let names = [
        "get_activity_log",
        "get_alert",
        "list_alerts",
        "list_resource_changes",
        "list_resource_health",
        "list_service_health",
        "summarize_alerts",
    ];
    let tokens: Vec<usize> =
        names.iter().map(|name| registry.spec(name).map_or(0, ToolSpec::tokens)).collect();
    assert!(tokens.iter().all(|one| (100..=400).contains(one)), "{tokens:?}");
    assert!(tokens.iter().sum::<usize>() <= 2_200, "{tokens:?}");
}

//! Which provider answers a request: the whole URL surface of the estate on one screen. A
//! provider is a file that answers its namespace; adding one is adding a line here.

mod advisor;
mod alerts_management;
mod authorization;
mod carbon;
mod conditions;
mod consumption;
mod cost_management;
mod data_protection;
mod filter;
mod graph;
mod groups;
mod guest_configuration;
mod insights;
mod log_query;
mod maintenance;
mod managed_ops;
mod management;
mod namespaces;
mod operational_insights;
mod policy;
mod policy_insights;
mod recovery_services;
mod resource_health;
mod resources;
mod security;
mod subscriptions;
mod tags;

use super::http::{answer::Answer, call::Call, error::ArmError, path::ArmPath};

pub(super) use graph::query_quota;
pub(super) use insights::activity;

/// A provider: `None` where the path is not one of its own.
type Provider = fn(&Call<'_>) -> Option<Result<Answer, ArmError>>;

/// Providers by namespace. What none of them answers is a resource.
const PROVIDERS: &[(&str, Provider)] = &[
    ("Microsoft.Advisor", advisor::answer),
    ("Microsoft.AlertsManagement", alerts_management::answer),
    ("Microsoft.Authorization", authorization::answer),
    ("Microsoft.Carbon", carbon::answer),
    ("Microsoft.Consumption", consumption::answer),
    ("Microsoft.CostManagement", cost_management::answer),
    ("Microsoft.DataProtection", data_protection::answer),
    ("Microsoft.GuestConfiguration", guest_configuration::answer),
    ("Microsoft.Insights", insights::answer),
    ("Microsoft.Maintenance", maintenance::answer),
    ("Microsoft.ManagedOps", managed_ops::answer),
    ("Microsoft.Management", management::answer),
    ("Microsoft.RecoveryServices", recovery_services::answer),
    ("Microsoft.PolicyInsights", policy_insights::answer),
    ("Microsoft.OperationalInsights", operational_insights::answer),
    ("Microsoft.ResourceHealth", resource_health::answer),
    ("Microsoft.Resources", tags::answer),
    ("Microsoft.Security", security::answer),
];

/// Answers an authenticated call. `queries_left` is what is left of the caller's Resource Graph
/// quota.
pub(super) fn answer(call: &Call<'_>, queries_left: u32) -> Result<Answer, ArmError> {
    if is_resource_graph(&call.path) {
        return graph::answer(call, queries_left);
    }
    if is_data_plane(&call.path) {
        return log_query::answer(call);
    }
    let Some(namespace) = &call.path.namespace else {
        return without_provider(call);
    };
    let own = PROVIDERS.iter().find(|(name, _)| name.eq_ignore_ascii_case(namespace));
    own.and_then(|(_, provider)| provider(call)).unwrap_or_else(|| resources::typed(call))
}

/// Whether the path is Resource Graph's query operation, which has a quota of its own.
pub(super) fn is_resource_graph(path: &ArmPath) -> bool {
    path.scope.is_empty()
        && path
            .namespace
            .as_deref()
            .is_some_and(|n| n.eq_ignore_ascii_case("Microsoft.ResourceGraph"))
        && matches!(path.rest.as_slice(), [word] if word.eq_ignore_ascii_case("resources"))
}

/// Whether the path is one of the queries of logs, which Azure serves on a host of their own.
pub(super) fn is_data_plane(path: &ArmPath) -> bool {
    path.scope.first().is_some_and(|word| word.eq_ignore_ascii_case("v1"))
}

/// Paths with no namespace: the tenant's, the subscription's and the resource group's own.
fn without_provider(call: &Call<'_>) -> Result<Answer, ArmError> {
    let scope = call.path.lower_scope();
    let words: Vec<&str> = scope.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tenants"] => subscriptions::tenants(call),
        ["providers"] => namespaces::list(call, None),
        ["subscriptions"] => subscriptions::list(call),
        ["subscriptions", id] => subscriptions::get(call, id),
        ["subscriptions", id, "locations"] => subscriptions::locations(call, id),
        ["subscriptions", id, "providers"] => namespaces::list(call, Some(id)),
        ["subscriptions", id, "metrics:getbatch"] => insights::metrics::batch(call, id),
        ["subscriptions", id, "resources"] => resources::in_subscription(call, id),
        ["subscriptions", id, "resourcegroups"] => groups::list(call, id),
        ["subscriptions", _, "resourcegroups", _] => groups::get(call),
        ["subscriptions", _, "resourcegroups", _, "resources"] => resources::in_group(call),
        _ => Err(ArmError::not_found(&format!("The path '{}'", call.raw_path))),
    }
}

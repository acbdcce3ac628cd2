//! What is counted and which providers are registered.

use std::collections::BTreeMap;

use serde_json::Value;

use super::PROVIDERS_ACTION;
use crate::{
    azure::ApiVersion,
    tools::{
        context::{GraphRead, Operation, Pages, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        scope::places,
    },
};

/// The providers behind what operators ask here.
const NEEDED: [&str; 11] = [
    "Microsoft.AlertsManagement",
    "Microsoft.DataProtection",
    "Microsoft.GuestConfiguration",
    "Microsoft.Insights",
    "Microsoft.Maintenance",
    "Microsoft.ManagedOps",
    "Microsoft.OperationalInsights",
    "Microsoft.PolicyInsights",
    "Microsoft.RecoveryServices",
    "Microsoft.ResourceHealth",
    "Microsoft.Security",
];

const MACHINES: &str = "\
| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines')
| project subscriptionId, machine = tolower(id)
| join kind=leftouter (insightsresources
    | where type =~ 'microsoft.insights/datacollectionruleassociations'
    | extend machine = tostring(split(tolower(id), '/providers/microsoft.insights/')[0])
    | summarize rules = count() by machine) on machine
| join kind=leftouter (resources
    | where type in~ ('microsoft.compute/virtualmachines/extensions', 'microsoft.hybridcompute/machines/extensions')
    | where name in~ ('AzureMonitorWindowsAgent', 'AzureMonitorLinuxAgent')
    | extend machine = tostring(split(tolower(id), '/extensions/')[0])
    | summarize agents = count() by machine) on machine
| summarize machines = count(), watched = countif(coalesce(rules, 0) + coalesce(agents, 0) > 0)
    by subscriptionId";

const WORKSPACES: &str = "\
| where type =~ 'microsoft.operationalinsights/workspaces'
| summarize workspaces = count() by subscriptionId";

const PLANS: &str = "\
| where type =~ 'microsoft.security/pricings' and isempty(resourceGroup)
| where tostring(properties.deprecated) !~ 'true'
| summarize plansOn = countif(tostring(properties.pricingTier) !~ 'Free'),
    plansOff = countif(tostring(properties.pricingTier) =~ 'Free') by subscriptionId";

/// What was counted in a subscription.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) machines: u64,
    pub(super) watched: u64,
    pub(super) workspaces: u64,
    /// Plans on and off; absent where no plan may be seen.
    pub(super) plans: Option<(u64, u64)>,
}

/// Counts by bare subscription id in lower case.
pub(super) async fn counts(
    cx: &ReadContext,
    over: &[Subscription],
) -> Result<BTreeMap<String, Counts>, ToolError> {
    let read = |table: &'static str, query: &'static str| async move {
        let text = cx.whole_query(table, query, &[])?;
        cx.graph(&GraphRead { text, over, max_rows: 5_000 }).await
    };
    let (machines, workspaces, plans) = tokio::try_join!(
        read("resources", MACHINES),
        read("resources", WORKSPACES),
        read("securityresources", PLANS)
    )?;
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    let rows = machines.rows.into_iter().chain(workspaces.rows).chain(plans.rows);
    for row in rows.map(Value::Object) {
        let Some((row, id)) =
            Row::of(&row).and_then(|row| Some((row, row.text("subscriptionId")?)))
        else {
            cx.skipped("/", 1);
            continue;
        };
        let own = counts.entry(id.to_lowercase()).or_default();
        if let (Some(machines), Some(watched)) = (row.count("machines"), row.count("watched")) {
            (own.machines, own.watched) = (machines, watched);
        }
        own.workspaces = row.count("workspaces").unwrap_or(own.workspaces);
        own.plans = row.count("plansOn").zip(row.count("plansOff")).or(own.plans);
    }
    Ok(counts)
}

/// Needed providers that are not registered, by the subscription's ARM id. What fails is in the
/// coverage.
pub(super) async fn not_registered(
    cx: &ReadContext,
    scopes: &[String],
) -> BTreeMap<String, Vec<String>> {
    let operation = Operation {
        below: "/providers",
        version: ApiVersion::new("2024-07-01"),
        action: PROVIDERS_ACTION,
        pages: Pages::All,
    };
    let mut found = BTreeMap::new();
    for (scope, answer) in places::each(cx, scopes, operation).await {
        match answer {
            Ok(rows) => {
                let names = rows.iter().map(Row::over).filter_map(|row| {
                    let name = row.text("namespace")?;
                    let state = row.text("registrationState")?;
                    let needed = NEEDED.iter().find(|one| one.eq_ignore_ascii_case(&name))?;
                    let is_ready = state.eq_ignore_ascii_case("Registered")
                        || state.eq_ignore_ascii_case("Registering");
                    (!is_ready).then(|| (*needed).to_owned())
                });
                found.insert(scope, names.collect());
            }
            Err(error) => cx.part_failed(&scope, "providers", &error),
        }
    }
    found
}

//! `list_unscheduled_machines`: machines that no maintenance configuration covers.
//!
//! Owns the question which machines are left over: those with no assignment of their own and that
//! fit no filter of an assignment at their subscription or group. Tables `resources` and
//! `maintenanceresources`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::covering::{self, COVERS_ACTION, MACHINES_ACTION};
use crate::{
    azure::kql_literal::Literal,
    protocol::Pillar,
    tools::{
        arguments::{given, group_given, limit_of},
        context::{GRAPH_ACTION, GraphRead, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod telling;

/// Lists machines without a patch schedule.
#[derive(Clone, Copy, Debug)]
pub struct ListUnscheduledMachines;

const LIMITS: (u32, u32) = (50, 500);

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only this resource group.
    resource_group: Option<String>,
    /// Only `Windows` or `Linux`.
    os: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Machines at most, 1 to 500. Default 50.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many machines are looked at.
    machine_count: u64,
    /// How many of them no schedule covers.
    total: u64,
    /// The machines, by resource group.
    machines: Vec<Machine>,
}

/// A machine that nothing patches on a schedule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Machine {
    /// The ARM id.
    id: String,
    /// Its name.
    name: Untrusted<String>,
    /// `Windows` or `Linux`.
    os: String,
    /// Its resource group.
    resource_group: Untrusted<String>,
    /// Its region.
    location: String,
    /// The subscription's name.
    subscription: Untrusted<String>,
    /// How it is patched otherwise: `AutomaticByOS`, `AutomaticByPlatform`, `Manual`, `ImageDefault`.
    patch_mode: Option<String>,
    /// How many tags it has: filters of schedules often ask for one.
    tags: u64,
}

impl Tool for ListUnscheduledMachines {
    const NAME: &'static str = "list_unscheduled_machines";
    const TITLE: &'static str = "List machines without a patch schedule";
    const PILLAR: Pillar = Pillar::Configuration;
    const DESCRIPTION: &'static str = "Lists machines that no maintenance configuration covers, by \
        its own assignment or by a dynamic scope.";
    const ASKS: &'static [&'static str] = &[
        "Which machines have no patch schedule?",
        "Which VMs are not covered by a maintenance configuration?",
        "Machines without scheduled patching",
        "Are there unscheduled servers in Update Manager?",
        "Which servers are never patched automatically?",
    ];
    const ACTIONS: &'static [RbacAction] = &[MACHINES_ACTION, COVERS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        // Who may not see assignments would be told that nothing is covered.
        cx.check_allowed(&over, COVERS_ACTION).await?;
        let covered = covering::dynamic(cx, &over).await?;
        let covered: Vec<String> = covered.iter().map(covering::Dynamic::condition).collect();
        let is_covered = match covered.is_empty() {
            true => "false".to_owned(),
            false => covered.join(" or "),
        };
        let own = given(input.os.as_deref());
        let mut values = vec![("os", Literal::Text(own.unwrap_or_default().to_owned()))];
        let group = group_given(input.resource_group.as_deref());
        values.push(("group", Literal::Text(group.unwrap_or_default().to_owned())));
        let asked = Asked { over: &over, is_covered: &is_covered, values: &values };
        let counted = asked.read(cx, (COUNTED, 1)).await?;
        let counted = counted.first().and_then(Row::of);
        let count = |key| counted.and_then(|row| row.count(key)).unwrap_or(0);
        let (machine_count, total) = (count("machines"), count("unscheduled"));
        if machine_count == 0 {
            cx.check_allowed(&over, MACHINES_ACTION).await?;
        }
        let rest = format!("{LISTED}\n| take {limit}");
        let found = asked.read(cx, (&rest, limit)).await?;
        let machines = found.iter().filter_map(|row| {
            let row = Row::of(row)?;
            Some(Machine {
                id: row.text("id")?,
                name: Untrusted::new(&row.text("name").unwrap_or_default()),
                os: row.text("os").unwrap_or_default(),
                resource_group: Untrusted::new(&row.text("resourceGroup").unwrap_or_default()),
                location: row.text("location").unwrap_or_default(),
                subscription: visible.name_of(&row.text("subscriptionId").unwrap_or_default()),
                patch_mode: row.text("patchMode"),
                tags: row.count("tagCount").unwrap_or(0),
            })
        });
        Ok(Output { machine_count, total, machines: machines.collect() })
    }
}

/// The machines that are asked for, and which of them are covered.
#[derive(Clone, Copy)]
struct Asked<'a> {
    over: &'a [Subscription],
    is_covered: &'a str,
    values: &'a [(&'a str, Literal)],
}

impl Asked<'_> {
    async fn read(
        &self,
        cx: &ReadContext,
        (rest, max_rows): (&str, usize),
    ) -> Result<Vec<Value>, ToolError> {
        let text = format!("{MACHINES}| extend covered = {}\n{rest}", self.is_covered);
        let text = cx.query(("resources", self.over), &text, self.values)?;
        let answer = cx.graph(&GraphRead { text, over: self.over, max_rows }).await?;
        Ok(answer.rows.into_iter().map(Value::Object).collect())
    }
}

/// Machines, with a column for whether each has an assignment of its own.
const MACHINES: &str = "| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines')
| extend os = coalesce(tostring(properties.storageProfile.osDisk.osType), tostring(properties.osType))
| where isempty({{os}}) or os =~ {{os}}
| where isempty({{group}}) or resourceGroup =~ {{group}}
| extend machine = tolower(id)
| join kind=leftouter (
    maintenanceresources
    | where type =~ 'microsoft.maintenance/configurationassignments'
    | where tostring(properties.resourceId) contains '/providers/'
    | summarize own = count() by machine = tolower(tostring(properties.resourceId))
    ) on machine
";

const COUNTED: &str =
    "| summarize machines = count(), unscheduled = countif(isnull(own) and not(covered))";

const LISTED: &str = "| where isnull(own) and not(covered)
| extend patchMode = coalesce(tostring(properties.osProfile.windowsConfiguration.patchSettings.patchMode), \
tostring(properties.osProfile.linuxConfiguration.patchSettings.patchMode)), tagCount = array_length(bag_keys(tags))
| project id, name, os, resourceGroup, location, subscriptionId, patchMode, tagCount
| order by resourceGroup asc, name asc";

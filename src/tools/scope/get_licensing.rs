//! `get_licensing`: what is paid for where: Defender plans, Log Analytics tiers and retention,
//! Windows and SQL licences, and what an enrollment of machines would add.
//!
//! Reads two queries of Resource Graph and each subscription's enrollment
//! (`ManagedOps_List`, 2025-07-28-preview). Prices are not its business.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::enrollment::{self, ENROLLMENT_ACTION, Stage};
use crate::{
    protocol::Pillar,
    tools::{
        context::{GRAPH_ACTION, GraphRead, RESOURCES_ACTION, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod telling;

const PLANS_ACTION: &str = "Microsoft.Security/pricings/read";

const PLANS: &str = "\
| where type =~ 'microsoft.security/pricings' and isempty(resourceGroup)
| where tostring(properties.deprecated) !~ 'true'
| extend isOn = iff(tostring(properties.pricingTier) =~ 'Free', 0, 1)
| project subscriptionId, area = 'plan', item = name, detail = tostring(properties.subPlan),
    paid = isOn, amount = 1
| order by subscriptionId asc, item asc";

const RESOURCES: &str = "\
| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines',
    'microsoft.operationalinsights/workspaces', 'microsoft.sql/servers/databases',
    'microsoft.sql/servers/elasticpools', 'microsoft.sql/managedinstances',
    'microsoft.sqlvirtualmachine/sqlvirtualmachines')
| extend kind = tolower(type), licence = tostring(properties.licenseType)
| extend area = case(kind endswith '/workspaces', 'workspace', kind contains 'microsoft.sql', 'sql',
    tostring(properties.storageProfile.osDisk.osType) =~ 'Windows', 'windows',
    kind endswith '/virtualmachines', 'linux', 'arc')
| extend licence = iff(kind endswith '/sqlvirtualmachines', tostring(properties.sqlServerLicenseType), licence)
| where area != 'sql' or isnotempty(licence)
| extend item = case(
    area == 'workspace', tostring(coalesce(tostring(properties.sku.name), tostring(sku.name))),
    area == 'arc', 'Arc machine',
    isempty(licence), 'none', licence)
| extend detail = iff(area == 'workspace', tostring(properties.retentionInDays), '')
| extend paid = case(area == 'workspace', iff(item =~ 'Free', 0, 1),
    area == 'windows', iff(item in~ ('Windows_Server', 'Windows_Client'), 0, 1),
    area == 'sql', iff(item in~ ('BasePrice', 'AHUB', 'DR'), 0, 1),
    area == 'linux', iff(item in~ ('none', 'RHEL_BYOS', 'SLES_BYOS'), 0, 1), 0)
| summarize amount = count() by subscriptionId, area, item, detail, paid
| order by subscriptionId asc, area asc, item asc, detail asc";

/// Tells what is paid for.
#[derive(Clone, Copy, Debug)]
pub struct GetLicensing;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// What a licence or plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Area {
    /// A plan of Defender for Cloud.
    Plan,
    /// A Log Analytics workspace: the item is its tier, the detail days of retention.
    Workspace,
    /// Windows on machines: the item is `licenseType`, `none` where Azure sells the licence.
    Windows,
    /// SQL: the item is the licence type.
    Sql,
    /// Linux on machines.
    Linux,
    /// Machines of Azure Arc.
    Arc,
}

impl Area {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "plan" => Self::Plan,
            "workspace" => Self::Workspace,
            "windows" => Self::Windows,
            "sql" => Self::Sql,
            "linux" => Self::Linux,
            "arc" => Self::Arc,
            _ => return None,
        })
    }
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Defender plans that are on, over the subscriptions.
    plans_on: u64,
    /// Defender plans that are off.
    plans_off: u64,
    /// Log Analytics workspaces.
    workspaces: u64,
    /// Windows machines whose licence Azure sells.
    windows_paid: u64,
    /// Windows machines with a licence of one's own (hybrid benefit).
    windows_own: u64,
    /// SQL databases and machines whose licence Azure sells.
    sql_paid: u64,
    /// SQL with a licence of one's own.
    sql_own: u64,
    /// What there is, by subscription.
    licences: Vec<Licence>,
    /// Subscriptions that are not enrolled, with what an enrollment would add.
    not_enrolled: Vec<NotEnrolled>,
}

/// A plan, or how many resources have a licence.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Licence {
    /// The name of the subscription.
    subscription: Untrusted<String>,
    /// What it is for.
    area: Area,
    /// Azure's name of it.
    item: String,
    /// The part of a plan, or the days of retention.
    detail: Option<String>,
    /// Whether Azure bills it as such.
    paid: bool,
    /// How many resources; 1 for a plan.
    amount: u64,
}

/// A subscription whose machines are not enrolled.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NotEnrolled {
    /// The name.
    subscription: Untrusted<String>,
    /// Machines that an enrollment would take in.
    machines: u64,
    /// Paid plans that the security tier would turn on besides.
    would_add: Vec<String>,
}

impl Tool for GetLicensing {
    const NAME: &'static str = "get_licensing";
    const TITLE: &'static str = "Licensing and paid plans";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Tells what is paid for where: Defender plans, Log Analytics \
        tiers and retention, Windows and SQL licences (hybrid benefit), and what an enrollment \
        would add.";
    const ASKS: &'static [&'static str] = &[
        "Which paid plans are on where?",
        "What licensing do I pay for?",
        "Which machines use Azure Hybrid Benefit?",
        "What would an enrollment add?",
        "Which Log Analytics tier and retention do we have?",
        "Where do we pay for Windows or SQL licences?",
    ];
    const ACTIONS: &'static [RbacAction] =
        &[PLANS_ACTION, ENROLLMENT_ACTION, RESOURCES_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("Licensing")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let licences = read(cx, &over, visible).await?;
        let scopes: Vec<String> = over.iter().map(Subscription::scope).collect();
        let not_enrolled: Vec<Untrusted<String>> = enrollment::read(cx, &scopes)
            .await
            .into_iter()
            .filter(|(_, own)| own.stage == Stage::NotEnrolled)
            .map(|(scope, _)| visible.name_of(scope.rsplit('/').next().unwrap_or_default()))
            .collect();
        if licences.is_empty() {
            cx.check_allowed(&over, PLANS_ACTION).await?;
        }
        Ok(Output::of(licences, not_enrolled))
    }
}

async fn read(
    cx: &ReadContext,
    over: &[Subscription],
    visible: &Visible,
) -> Result<Vec<Licence>, ToolError> {
    let ask = |table: &'static str, query: &'static str| async move {
        let text = cx.whole_query(table, query, &[])?;
        cx.graph(&GraphRead { text, over, max_rows: 5_000 }).await
    };
    let (plans, resources) =
        tokio::try_join!(ask("securityresources", PLANS), ask("resources", RESOURCES))?;
    if plans.truncated || resources.truncated {
        cx.note("/", "Truncated", "there is more than was read");
    }
    let mut licences = Vec::new();
    for row in plans.rows.into_iter().chain(resources.rows).map(Value::Object) {
        let read = Row::of(&row).and_then(|row| Licence::of(row, visible));
        cx.skipped("/", usize::from(read.is_none()));
        licences.extend(read);
    }
    Ok(licences)
}

impl Licence {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        Some(Self {
            subscription: visible.name_of(&row.text("subscriptionId")?),
            area: Area::of(&row.text("area")?)?,
            item: row.text("item").unwrap_or_else(|| "unknown".to_owned()),
            detail: row.text("detail"),
            paid: row.count("paid")? > 0,
            amount: row.count("amount")?,
        })
    }

    fn is(&self, area: Area, paid: bool) -> bool {
        self.area == area && self.paid == paid
    }
}

impl Output {
    fn of(licences: Vec<Licence>, not_enrolled: Vec<Untrusted<String>>) -> Self {
        let sum = |area: Area, paid: bool| -> u64 {
            licences.iter().filter(|one| one.is(area, paid)).map(|one| one.amount).sum()
        };
        let missing = |subscription: Untrusted<String>| {
            let own = || licences.iter().filter(|one| one.subscription == subscription);
            let machines = own()
                .filter(|one| matches!(one.area, Area::Windows | Area::Linux | Area::Arc))
                .map(|one| one.amount)
                .sum();
            let would_add =
                [("VirtualMachines", "Defender for Servers"), ("CloudPosture", "Defender CSPM")]
                    .into_iter()
                    .filter(|(plan, _)| {
                        own().any(|one| {
                            one.is(Area::Plan, false) && one.item.eq_ignore_ascii_case(plan)
                        })
                    })
                    .map(|(_, title)| title.to_owned())
                    .collect();
            NotEnrolled { machines, would_add, subscription: subscription.clone() }
        };
        Self {
            plans_on: sum(Area::Plan, true),
            plans_off: sum(Area::Plan, false),
            workspaces: sum(Area::Workspace, true) + sum(Area::Workspace, false),
            windows_paid: sum(Area::Windows, true),
            windows_own: sum(Area::Windows, false),
            sql_paid: sum(Area::Sql, true),
            sql_own: sum(Area::Sql, false),
            not_enrolled: not_enrolled.into_iter().map(missing).collect(),
            licences,
        }
    }
}

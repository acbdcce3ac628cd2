//! `list_unprotected_resources`: what Azure Backup could protect and does not.
//!
//! Owns the arguments, and the reading of what a vault has found in machines
//! (`BackupProtectableItems_List`, 2024-04-01); the rest is read by `protectable`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    items::{ITEMS, ITEMS_ACTION},
    protectable::{self, PROTECTABLE, Protectable, Share},
    table::{Asked, Table},
};
use crate::{
    azure::{ApiVersion, kql_literal::Literal},
    protocol::Pillar,
    tools::{
        arguments::{given, limit_of},
        context::{
            FilteredRead, GRAPH_ACTION, ListRead, Pages, RESOURCES_ACTION, ReadContext,
            Subscription, Visible,
        },
        error::ToolError,
        rows::{Row, subscriptions_of},
        tool::{RbacAction, Tool, one_or_many},
        untrusted::Untrusted,
    },
};

mod telling;

/// Lists unprotected resources.
#[derive(Clone, Copy, Debug)]
pub struct ListUnprotectedResources;

const PROTECTABLE_ACTION: &str = "Microsoft.RecoveryServices/Vaults/backupProtectableItems/read";
const LIMITS: (u32, u32) = (50, 500);
/// Vaults that are asked what they have found in machines.
const MAX_VAULTS: usize = 8;

const VAULTS: (&str, &str) = (
    "resources",
    "\
| where type =~ 'microsoft.recoveryservices/vaults'
| extend target = id, vault = name, friendly = name
",
);
const LISTED: &str = "\
| where not(protected)
| extend environment = iff(isempty(tostring(tags.env)), tostring(tags.environment), tostring(tags.env))
| extend production = iff(environment startswith 'prod' or (isempty(environment) and resourceGroup has 'prod' and not(resourceGroup contains 'nonprod' or resourceGroup contains 'non-prod')), 0, 1)
| extend rank = case(sort =~ 'microsoft.compute/virtualmachines', 0, sort =~ 'microsoft.containerservice/managedclusters', 1, sort =~ 'microsoft.dbforpostgresql/flexibleservers', 2, sort =~ 'microsoft.storage/storageaccounts', 3, 4)
| project id, name, sort, location, resourceGroup, subscriptionId, rank, production
| order by production asc, rank asc, id asc";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only these types. Default all.
    #[serde(rename = "type", default, deserialize_with = "one_or_many")]
    kind: Vec<Protectable>,
    /// Vault by name or ARM id: lists what it has found and does not protect, SQL databases in
    /// VMs included.
    vault: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Resources at most, 1 to 500. Default 50; all are counted anyway.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many resources are not protected.
    total: u64,
    /// How many of each type could be and are; empty where a vault was asked.
    types: Vec<Share>,
    /// The resources, production first, then machines before the rest.
    resources: Vec<Unprotected>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
    /// Whether a vault was asked what it has found.
    of_vault: bool,
}

/// Something that is not protected.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Unprotected {
    /// The ARM id; of a database that of its item in the vault.
    id: String,
    /// What it is called.
    name: Untrusted<String>,
    /// What it is, in words.
    kind: Untrusted<String>,
    /// Where: the resource group, or the machine of a database.
    place: Untrusted<String>,
    /// The subscription's name.
    subscription: Untrusted<String>,
}

impl Tool for ListUnprotectedResources {
    const NAME: &'static str = "list_unprotected_resources";
    const TITLE: &'static str = "List resources without backup";
    const PILLAR: Pillar = Pillar::Resiliency;
    const DESCRIPTION: &'static str = "Lists VMs, AKS clusters, PostgreSQL servers, storage \
        accounts and unattached disks that could be backed up and are not; of one vault also SQL \
        databases in VMs.";
    const ASKS: &'static [&'static str] = &[
        "Which VMs have no backup?",
        "Find all resources that are not protected by Azure Backup",
        "List unprotected resources",
        "Which resources are not backed up?",
        "Show me all items that can be backed up in vault rsv-backup-prod-weu",
        "Find unprotected SQL databases discovered by backup vaults",
        "What share of our VMs is protected?",
        "Do we have machines without any protection?",
    ];
    const ACTIONS: &'static [RbacAction] =
        &[RESOURCES_ACTION, ITEMS_ACTION, PROTECTABLE_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        if let Some(vault) = given(input.vault.as_ref()) {
            return of_vaults(cx, (visible, &over), (vault, limit)).await;
        }
        let mut table = Table::of(cx, &over, PROTECTABLE);
        let group = Asked { group: input.resource_group.as_ref(), ..Asked::default() };
        table.keep(group).await?;
        if !input.kind.is_empty() {
            let types = input.kind.iter().map(|one| one.arm_type().to_owned()).collect();
            table.step("| where sort in~ {{types}}", &[("types", Literal::Texts(types))]);
        }
        let types = protectable::shares(&table).await?;
        let found = table.read(LISTED, limit).await?;
        check(cx, &over, &table).await?;
        let resources = found.each().filter_map(|row| Unprotected::of(row, visible));
        let resources: Vec<Unprotected> = resources.collect();
        cx.skipped("/", found.rows.len() - resources.len());
        Ok(Output { total: found.total, types, resources, asked: table.asked(), of_vault: false })
    }
}

/// Whether what is protected may be seen everywhere: without that right all would seem open.
async fn check(
    cx: &ReadContext,
    over: &[Subscription],
    table: &Table<'_>,
) -> Result<(), ToolError> {
    table.check_rights(RESOURCES_ACTION).await?;
    let items = Table::of(cx, over, ITEMS);
    let seen = items.counts("| summarize n = count() by subscriptionId").await?;
    let rows = format!("{}\n{}", ITEMS.0, ITEMS.1);
    cx.check_silent(over, &subscriptions_of(&seen.rows), (&rows, ITEMS_ACTION)).await
}

/// What vaults of a name have found and do not protect.
async fn of_vaults(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    (vault, limit): (&str, usize),
) -> Result<Output, ToolError> {
    let mut table = Table::of(cx, over, VAULTS);
    let vault = vault.to_owned();
    table.keep(Asked { vault: Some(&vault), ..Asked::default() }).await?;
    if vault.starts_with('/') {
        // A vault is not below itself.
        table = Table::of(cx, over, VAULTS);
        cx.check(&vault).await?;
        let id = Literal::Text(vault.trim_end_matches('/').to_owned());
        table.step("| where id =~ {{vaultId}}", &[("vaultId", id)]);
    }
    let found =
        table.read("| project id, name, subscriptionId | order by id asc", MAX_VAULTS).await?;
    if found.rows.is_empty() {
        table.check_rights("Microsoft.RecoveryServices/Vaults/read").await?;
        return Err(ToolError::wrong(
            "vault",
            "no Recovery Services vault in scope is called that",
        ));
    }
    let mut open = Vec::new();
    for row in found.each() {
        let Some(id) = row.text("id") else { continue };
        let subscription = visible.name_of(&row.text("subscriptionId").unwrap_or_default());
        for management in ["AzureIaasVM", "AzureWorkload"] {
            open.extend(
                found_by(cx, &id, management)
                    .await?
                    .iter()
                    .filter_map(|value| Unprotected::found(Row::of(value)?, &subscription)),
            );
        }
    }
    if found.total > found.rows.len() as u64 {
        let rest = found.total - found.rows.len() as u64;
        cx.note("/", "NotRead", &format!("{rest} more vaults fit and were not asked"));
    }
    let total = open.len() as u64;
    open.truncate(limit);
    Ok(Output { total, types: Vec::new(), resources: open, asked: table.asked(), of_vault: true })
}

async fn found_by(
    cx: &ReadContext,
    vault: &str,
    management: &str,
) -> Result<Vec<Value>, ToolError> {
    let list = ListRead {
        scope: vault,
        below: "/backupProtectableItems",
        version: ApiVersion::new("2024-04-01"),
        action: PROTECTABLE_ACTION,
        pages: Pages::All,
    };
    let query = [("$filter", format!("backupManagementType eq '{management}'"))];
    let listed = cx.list_within(&FilteredRead { list, within: vault, query: &query }).await?;
    cx.read_at(vault);
    Ok(listed.rows.into_iter().map(Value::Object).collect())
}

impl Unprotected {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let sort = row.text("sort").unwrap_or_default();
        let known = Protectable::ALL.into_iter().find(|one| one.arm_type() == sort);
        Some(Self {
            id: row.text("id")?,
            name: Untrusted::new(&row.text("name")?),
            kind: Untrusted::new(&known.map_or(sort, |one| one.noun().to_owned())),
            place: Untrusted::new(&row.text("resourceGroup").unwrap_or_default()),
            subscription: visible.name_of(&row.text("subscriptionId").unwrap_or_default()),
        })
    }

    fn found(row: Row<'_>, subscription: &Untrusted<String>) -> Option<Self> {
        let state = row.text("properties.protectionState").unwrap_or_default();
        (!state.eq_ignore_ascii_case("Protected")).then_some(())?;
        let machine = row.text("properties.virtualMachineId");
        let kind = row.text("properties.protectableItemType").unwrap_or_default();
        let place =
            row.text("properties.serverName").or_else(|| row.text("properties.resourceGroup"));
        Some(Self {
            id: machine.or_else(|| row.text("id"))?,
            name: Untrusted::new(&row.text("properties.friendlyName")?),
            kind: Untrusted::new(&super::items::kind_words(&kind)),
            place: Untrusted::new(&place.unwrap_or_default()),
            subscription: subscription.clone(),
        })
    }
}

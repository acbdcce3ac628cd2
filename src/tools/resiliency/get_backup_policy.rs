//! `get_backup_policy`: a backup policy in words: when it runs, how long points are kept, and
//! what it covers.
//!
//! Owns the finding of the policy and what it covers; table `recoveryservicesresources`. What its
//! schedule means is in `meaning`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    items::{self, ITEMS_ACTION, Item},
    table::{Asked, Table, vault_id},
};
use crate::{
    azure::kql_literal::Literal,
    protocol::Pillar,
    tools::{
        context::{GRAPH_ACTION, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod meaning;
mod telling;

/// Gets a backup policy.
#[derive(Clone, Copy, Debug)]
pub struct GetBackupPolicy;

const POLICIES_ACTION: &str = "Microsoft.RecoveryServices/Vaults/backupPolicies/read";
const DATA_POLICIES_ACTION: &str = "Microsoft.DataProtection/backupVaults/backupPolicies/read";
/// Policies of one name that are told; vaults often share the name of one.
const MAX_POLICIES: usize = 5;
const MAX_ITEMS: usize = 50;

/// The table and its columns; policies protect nothing themselves, so that they are about their
/// vault.
const POLICIES: (&str, &str) = (
    "recoveryservicesresources",
    "\
| where type in~ ('microsoft.recoveryservices/vaults/backuppolicies', 'microsoft.dataprotection/backupvaults/backuppolicies')
| extend parts = split(id, '/'), friendly = name
| extend vault = tostring(parts[8]), target = strcat_array(array_slice(parts, 0, 8), '/')
",
);
const EXACT_FIRST: &str = "\
| extend exact = name =~ {{policy}}
| project id, name, subscriptionId, vault, properties, exact
| order by exact desc, id asc";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// The policy: its name or a part of it, or its ARM id.
    policy: String,
    /// Part of the vault's name, or its ARM id, where several have a policy of that name.
    vault: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The policies of that name, one a vault; at most 5.
    policies: Vec<Policy>,
    /// How many there are.
    total: u64,
}

/// A policy.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Policy {
    /// The ARM id.
    id: String,
    /// Its name.
    name: Untrusted<String>,
    /// The vault's name.
    vault: Untrusted<String>,
    /// What it is for, e.g. `VM`.
    kind: Untrusted<String>,
    /// When it runs, in words, one sentence a schedule.
    schedule: Vec<Untrusted<String>>,
    /// How long recovery points are kept, in words.
    retention: Vec<Untrusted<String>>,
    /// What else it says, in words.
    settings: Vec<Untrusted<String>>,
    /// How many items it covers.
    covers: u64,
    /// How many of them fail.
    failing: u64,
    /// The items, failing ones first; at most 50.
    items: Vec<Item>,
    /// The subscription's name.
    subscription: Untrusted<String>,
}

impl Tool for GetBackupPolicy {
    const NAME: &'static str = "get_backup_policy";
    const TITLE: &'static str = "Get a backup policy";
    const PILLAR: Pillar = Pillar::Resiliency;
    const DESCRIPTION: &'static str = "Gets one backup policy by name: schedule and retention in \
        words, snapshot settings, and the items that it covers.";
    const ASKS: &'static [&'static str] = &[
        "Show me the details of backup policy policy-erp-daily",
        "Get backup policy from vault",
        "How long are backups kept?",
        "When does the backup policy run?",
        "What is the retention of the daily backup policy?",
        "Which items does this backup policy cover?",
        "Which VMs use the policy policy-daily-30d?",
    ];
    const ACTIONS: &'static [RbacAction] =
        &[POLICIES_ACTION, DATA_POLICIES_ACTION, ITEMS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let wanted = input.policy.trim().trim_matches('`').trim_end_matches('/');
        if wanted.is_empty() {
            return Err(ToolError::wrong("policy", "give the policy's name or ARM id"));
        }
        let mut table = Table::of(cx, &over, POLICIES);
        // The name of the policy may have been taken for the vault's as well.
        let vault = input.vault.as_ref();
        let vault = vault.filter(|vault| !vault.trim().eq_ignore_ascii_case(wanted));
        table.keep(Asked { vault, ..Asked::default() }).await?;
        let name = wanted.rsplit('/').next().unwrap_or(wanted);
        let clause = if wanted.starts_with('/') {
            cx.check(wanted).await?;
            "| where id =~ {{policyId}} and name contains {{policy}}"
        } else {
            "| where name contains {{policy}} and isnotempty({{policyId}})"
        };
        let values = [
            ("policy", Literal::Text(name.to_owned())),
            ("policyId", Literal::Text(wanted.to_owned())),
        ];
        table.step(clause, &values);
        let found = table.read(EXACT_FIRST, MAX_POLICIES).await?;
        if found.rows.is_empty() {
            table.check_rights(POLICIES_ACTION).await?;
            return Ok(Output { policies: Vec::new(), total: 0 });
        }
        // One that has just this name is meant before those that only have it as a part.
        let exact = found.each().filter(|row| row.is_true("exact")).count();
        let total = if exact > 0 && exact < found.rows.len() { exact as u64 } else { found.total };
        let wanted = if exact > 0 { exact } else { found.rows.len() };
        let mut policies = Vec::new();
        for row in found.each().take(wanted) {
            policies.extend(Policy::read(cx, (visible, &over), row).await?);
        }
        Ok(Output { policies, total })
    }
}

impl Policy {
    async fn read(
        cx: &ReadContext,
        (visible, over): (&Visible, &[Subscription]),
        row: Row<'_>,
    ) -> Result<Option<Self>, ToolError> {
        let (Some(id), Some(name)) = (row.text("id"), row.text("name")) else {
            return Ok(None);
        };
        let mut table = items::table(cx, over, (Asked::default(), &[])).await?;
        items::of_policy(&mut table, &id);
        let (items, found) = items::listed(&table, (cx, visible), MAX_ITEMS).await?;
        let failing = if found.total == 0 { 0 } else { items::failing(&table).await? };
        let meant = meaning::of(row);
        let all = |texts: &[String]| texts.iter().map(|one| Untrusted::new(one)).collect();
        let vault = row.text("vault").unwrap_or_else(|| vault_id(&id));
        Ok(Some(Self {
            name: Untrusted::new(&name),
            vault: Untrusted::new(&vault),
            kind: Untrusted::new(&meant.kind),
            schedule: all(&meant.schedule),
            retention: all(&meant.retention),
            settings: all(&meant.settings),
            covers: found.total,
            failing,
            items,
            subscription: visible.name_of(&row.text("subscriptionId").unwrap_or_default()),
            id,
        }))
    }
}

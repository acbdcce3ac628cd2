//! `list_protected_items`: what is backed up, where, and how its last backup went; failing first.
//!
//! Owns the arguments and how the list is told; rows are read by `items`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    items::{self, INSTANCES_ACTION, ITEMS_ACTION, Item, Kind},
    table::Asked,
};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::limit_of,
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        present::{
            Moment, Present, Presentation, about, action, after_space, cell, column, count_of,
            detail, grouped, headline, of_counted, part_of,
        },
        tool::{RbacAction, Tool, one_or_many},
        untrusted::Untrusted,
    },
};

/// Lists protected items.
#[derive(Clone, Copy, Debug)]
pub struct ListProtectedItems;

const LIMITS: (u32, u32) = (50, 500);
const TOLD: usize = 8;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Part of the vault's name, or its ARM id.
    vault: Option<String>,
    /// Part of the protected resource's name, or its ARM id.
    resource: Option<String>,
    /// Only these kinds. Default all.
    #[serde(rename = "type", default, deserialize_with = "one_or_many")]
    kind: Vec<Kind>,
    /// Only failing or only healthy ones. Default both, failing first.
    health: Option<Health>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Items at most, 1 to 500. Default 50; all are counted anyway.
    limit: Option<u32>,
}

/// How an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Health {
    #[serde(alias = "unhealthy", alias = "failed")]
    Failing,
    Healthy,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many items fit.
    total: u64,
    /// How many of them fail.
    failing: u64,
    /// The items, failing ones first, then those with the oldest recovery point.
    items: Vec<Item>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

impl Tool for ListProtectedItems {
    const NAME: &'static str = "list_protected_items";
    const TITLE: &'static str = "List backup items";
    const PILLAR: Pillar = Pillar::Resiliency;
    const DESCRIPTION: &'static str = "Lists what Azure Backup protects (VMs, SQL in VMs, blobs, \
        disks, AKS): vault, policy, last backup, newest recovery point; failing first.";
    const ASKS: &'static [&'static str] = &[
        "Which backups are failing?",
        "Is this machine backed up?",
        "List protected items in vault rsv-backup-prod-weu",
        "When was the last backup of my VMs?",
        "Show backup items and their health",
        "Get protected item details",
        "Which machines are protected by Azure Backup?",
        "Backup status of the SQL databases",
    ];
    const ACTIONS: &'static [RbacAction] = &[ITEMS_ACTION, INSTANCES_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let asked = Asked {
            vault: input.vault.as_ref(),
            resource: input.resource.as_ref(),
            group: input.resource_group.as_ref(),
        };
        let mut table = items::table(cx, &over, (asked, &input.kind)).await?;
        match input.health {
            Some(Health::Failing) => table.step("| where failing", &[]),
            Some(Health::Healthy) => {
                table.step("| where not(failing)", &[]);
                table.said("that are healthy");
            }
            None => {}
        }
        let (items, found) = items::listed(&table, (cx, visible), limit).await?;
        table.check_rights(ITEMS_ACTION).await?;
        let failing = match found.total {
            0 => 0,
            _ => items::failing(&table).await?,
        };
        Ok(Output { total: found.total, failing, items, asked: table.asked() })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("items");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.items.len() as u64;
        let mut findings = vec![self.headline()];
        findings.extend(self.items.iter().take(TOLD).map(|item| {
            let (tone, text) = item.told(at);
            about(detail(tone, text), &item.resource_id)
        }));
        if let Some(item) = self.items.first().filter(|item| item.failing) {
            let text =
                format!("Look at the last failed job of `{}`: it says why.", item.name.marked());
            findings.push(about(action(text), &item.resource_id));
        }
        findings.extend(part_of((rows, self.total), "items are listed, failing ones first."));
        let counted = of_counted((rows, self.total), count_of(self.total, "protected item"));
        Presentation {
            summary: format!("{counted}, {} failing", grouped(self.failing)),
            findings,
            views: if self.items.is_empty() { Vec::new() } else { vec![self.view()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        let (total, failing) = (grouped(self.total), grouped(self.failing));
        match (self.total, self.failing) {
            (0, _) => headline(
                FindingTone::Warning,
                format!("Azure Backup protects nothing{asked} that can be seen here."),
            ),
            (1, 0) => headline(
                FindingTone::Good,
                format!("1 item is protected{asked}, and its last backup went well."),
            ),
            (1, _) => headline(
                FindingTone::Critical,
                format!("1 item is protected{asked}, and it fails."),
            ),
            (_, 0) => headline(
                FindingTone::Good,
                format!("{total} items are protected{asked}, and none of them fails."),
            ),
            (all, some) if all == some => headline(
                FindingTone::Critical,
                format!("{total} protected items{asked} fail, or their protection is stopped."),
            ),
            (_, 1) => headline(
                FindingTone::Critical,
                format!("1 of {total} protected items{asked} fails."),
            ),
            _ => headline(
                FindingTone::Critical,
                format!("{failing} of {total} protected items{asked} fail."),
            ),
        }
    }

    fn view(&self) -> View {
        let row = |item: &Item| {
            vec![
                cell(&item.resource_id),
                cell(item.name.as_str()),
                cell(item.kind.as_str()),
                if item.failing { "Failing".into() } else { "OK".into() },
                item.last_backup_at.clone().into(),
                item.newest_point_at.clone().into(),
                cell(item.policy.as_str()),
                cell(item.vault.as_str()),
            ]
        };
        View::Table {
            title: "Backup items".to_owned(),
            columns: vec![
                column("resource", "Resource", ColumnKind::Resource),
                column("name", "Item", ColumnKind::Text),
                column("kind", "Kind", ColumnKind::Text),
                column("health", "Backup", ColumnKind::Text),
                column("lastBackupAt", "Last backup", ColumnKind::Instant),
                column("newestPointAt", "Newest recovery point", ColumnKind::Instant),
                column("policy", "Policy", ColumnKind::Text),
                column("vault", "Vault", ColumnKind::Text),
            ],
            rows: self.items.iter().map(row).collect(),
            total: self.total,
        }
    }
}

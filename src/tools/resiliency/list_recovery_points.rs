//! `list_recovery_points`: what of one resource can be restored, newest first.
//!
//! Owns the choice of the item and the reading of its points: `RecoveryPoints_List` of Backup and
//! of Data Protection (2024-04-01).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    items::{self, ITEMS_ACTION, Item},
    table::Asked,
};
use crate::{
    azure::ApiVersion,
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::limit_of,
        context::{
            FilteredRead, GRAPH_ACTION, ListRead, Pages, ReadContext, Subscription, Visible,
        },
        error::ToolError,
        present::{
            Moment, Present, Presentation, about, caveat, cell, column, count_of, detail, headline,
            of_counted, part_of,
        },
        rows::{self, Row},
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

/// Lists recovery points.
#[derive(Clone, Copy, Debug)]
pub struct ListRecoveryPoints;

const POINTS_ACTION: &str = "Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints/read";
const DATA_POINTS_ACTION: &str =
    "Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints/read";
const LIMITS: (u32, u32) = (20, 500);
const TOLD: usize = 3;
/// Items that a name is compared over.
const MAX_CANDIDATES: usize = 20;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// The protected resource: its name or ARM id; a database by its own name.
    resource: String,
    /// Part of the vault's name, or its ARM id.
    vault: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Points at most, 1 to 500. Default 20, the newest.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// What they are points of.
    item: Item,
    /// How many points there are.
    total: u64,
    /// The oldest of all.
    oldest_at: Option<String>,
    /// The points, newest first.
    points: Vec<Point>,
    /// Names of other protected items that the name would fit.
    others: Vec<Untrusted<String>>,
}

/// A recovery point.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Point {
    /// Its name.
    name: Untrusted<String>,
    /// The instant that it restores.
    at: String,
    /// `AppConsistent`, `FileSystemConsistent`, `CrashConsistent`, `Full`, `Incremental`, …
    consistency: Option<Untrusted<String>>,
    /// Where it is kept, e.g. `InstantRP` and `HardenedRP`.
    tiers: Vec<Untrusted<String>>,
    /// When it is deleted.
    expires_at: Option<String>,
}

impl Tool for ListRecoveryPoints {
    const NAME: &'static str = "list_recovery_points";
    const TITLE: &'static str = "List recovery points";
    const PILLAR: Pillar = Pillar::Resiliency;
    const DESCRIPTION: &'static str = "Lists the recovery points of one protected resource: \
        newest and oldest, consistency, tiers, expiry.";
    const ASKS: &'static [&'static str] = &[
        "List available recovery points of a machine",
        "What is the newest recovery point of this VM?",
        "Which restore points exist?",
        "How far back can I restore the VM?",
        "From when can we restore the ERP server?",
        "Is the last recovery point application consistent?",
        "Get recovery points for protected item",
    ];
    const ACTIONS: &'static [RbacAction] =
        &[POINTS_ACTION, DATA_POINTS_ACTION, ITEMS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let (item, others) = find(cx, (visible, &over), &input).await?;
        let mut points = read(cx, &item).await?;
        points.sort_by(|a, b| b.at.cmp(&a.at));
        let total = points.len() as u64;
        let oldest_at = points.last().map(|point| point.at.clone());
        points.truncate(limit);
        Ok(Output { item, total, oldest_at, points, others })
    }
}

/// The item that is meant: one with just this name, a machine before the databases in it.
async fn find(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    input: &Input,
) -> Result<(Item, Vec<Untrusted<String>>), ToolError> {
    let asked = input.resource.trim().trim_matches('`').trim_end_matches('/');
    if asked.is_empty() {
        return Err(ToolError::wrong("resource", "give the name or the ARM id of the resource"));
    }
    let wanted =
        Asked { vault: input.vault.as_ref(), resource: Some(&input.resource), group: None };
    let table = items::table(cx, over, (wanted, &[])).await?;
    let (mut items, _) = items::listed(&table, (cx, visible), MAX_CANDIDATES).await?;
    if items.is_empty() {
        table.check_rights(ITEMS_ACTION).await?;
        return Err(ToolError::wrong(
            "resource",
            "no protected item in scope is called that, so it has no recovery points that can be \
             seen; list_protected_items has the names, list_unprotected_resources what has none",
        ));
    }
    let name = asked.rsplit('/').next().unwrap_or(asked);
    let rank = |item: &Item| {
        let is_it = |text: &str| text.eq_ignore_ascii_case(name);
        let own = item.resource_id.rsplit('/').next().unwrap_or_default();
        (!is_it(item.name.as_str()), !is_it(own), item.name.as_str().to_owned())
    };
    items.sort_by_key(rank);
    let item = items.remove(0);
    let others = items.into_iter().take(8).map(|item| item.name).collect();
    Ok((item, others))
}

async fn read(cx: &ReadContext, item: &Item) -> Result<Vec<Point>, ToolError> {
    let list = ListRead {
        scope: &item.id,
        below: "/recoveryPoints",
        version: ApiVersion::new("2024-04-01"),
        action: if item.is_data_protection() { DATA_POINTS_ACTION } else { POINTS_ACTION },
        pages: Pages::All,
    };
    let read = FilteredRead { list, within: &item.resource_id, query: &[] };
    let listed = cx.list_within(&read).await?;
    let given = listed.rows.len();
    let points = listed.rows.into_iter().filter_map(|row| Point::of(&Value::Object(row)));
    let points: Vec<Point> = points.collect();
    cx.skipped(&item.id, given - points.len());
    Ok(points)
}

impl Point {
    fn of(value: &Value) -> Option<Self> {
        let row = Row::of(value)?;
        let of = |key: &str| format!("properties.{key}");
        let at = row.instant(&of("recoveryPointTime"));
        let at = at.or_else(|| row.instant(&of("recoveryPointTimeInUTC")))?;
        let said = |key: &str| row.text(&of(key)).map(|text| Untrusted::new(&text));
        let mut tiers = row.list(&of("recoveryPointTierDetails"));
        if tiers.is_empty() {
            tiers = row.list(&of("recoveryPointDataStoresDetails"));
        }
        // A point that was only a snapshot once says so with a status.
        let tiers = tiers.iter().filter_map(|tier| {
            let tier = Row::of(tier)?;
            let gone = tier.text("status").is_some_and(|one| one != "Valid" && one != "Rehydrated");
            (!gone).then(|| tier.text("type")).flatten()
        });
        let expires = row.instant(&of("recoveryPointProperties.expiryTime"));
        let expires = expires.or_else(|| row.instant(&of("expiryTime")));
        Some(Self {
            name: Untrusted::new(&row.text("name")?),
            at: at.to_string(),
            consistency: said("recoveryPointType").or_else(|| said("type")),
            tiers: tiers.map(|tier| Untrusted::new(&tier)).collect(),
            expires_at: expires.map(|at| at.to_string()),
        })
    }

    fn told(&self, at: &Moment) -> String {
        let when = rows::instant(&self.at);
        let when = when.map_or_else(
            || self.at.clone(),
            |when| format!("{} ({})", at.ago(when), at.local(when)),
        );
        let mut parts: Vec<String> = self.consistency.iter().map(Untrusted::marked).collect();
        parts.extend(self.tiers.iter().map(Untrusted::marked));
        if parts.is_empty() { when } else { format!("{when}: {}", parts.join(", ")) }
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("points");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.points.len() as u64;
        let counted = of_counted((rows, self.total), count_of(self.total, "recovery point"));
        Presentation {
            summary: counted,
            findings: self.findings(at),
            views: if self.points.is_empty() { Vec::new() } else { vec![self.view()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![about(self.headline(at), &self.item.resource_id)];
        let (tone, text) = self.item.told(at);
        findings.push(about(detail(tone, text), &self.item.resource_id));
        let told = self.points.iter().skip(1).take(TOLD);
        findings.extend(
            told.map(|one| detail(FindingTone::Neutral, format!("Before that {}.", one.told(at)))),
        );
        if !self.others.is_empty() {
            let names: Vec<String> =
                self.others.iter().map(|one| format!("`{}`", one.marked())).collect();
            let text = format!("Other items fit that name too: {}.", names.join(", "));
            findings.push(caveat(text));
        }
        let rows = self.points.len() as u64;
        findings.extend(part_of((rows, self.total), "points are listed, newest first."));
        findings
    }

    fn headline(&self, at: &Moment) -> Finding {
        let name = self.item.name.marked();
        let Some(newest) = self.points.first() else {
            return match self.item.is_data_protection() && self.item.last_backup.is_none() {
                true => headline(
                    FindingTone::Neutral,
                    format!(
                        "`{name}` has no recovery points of its own: it is protected all the time, \
                         and any instant within the retention of its policy can be restored."
                    ),
                ),
                false => headline(
                    FindingTone::Critical,
                    format!(
                        "`{name}` is configured for backup, but has no recovery point: nothing can be restored."
                    ),
                ),
            };
        };
        let old = rows::instant(&newest.at)
            .is_some_and(|when| at.now.as_second() - when.as_second() > 36 * 3600);
        let tone = if old || self.item.failing { FindingTone::Critical } else { FindingTone::Good };
        let oldest = self.oldest_at.as_deref().and_then(rows::instant);
        let oldest = oldest
            .filter(|_| self.total > 1)
            .map(|when| format!("; the oldest is of {}", at.local(when)));
        let counted = count_of(self.total, "recovery point");
        let text = format!(
            "`{name}` has {counted}; the newest is of {}{}.",
            newest.told(at),
            oldest.unwrap_or_default()
        );
        headline(tone, text)
    }

    fn view(&self) -> View {
        let row = |point: &Point| {
            let tiers: Vec<String> =
                point.tiers.iter().map(|one| one.as_str().to_owned()).collect();
            vec![
                point.at.clone().into(),
                cell(point.consistency.as_ref().map_or("", |one| one.as_str())),
                cell(&tiers.join(", ")),
                point.expires_at.clone().into(),
                cell(point.name.as_str()),
            ]
        };
        View::Table {
            title: "Recovery points".to_owned(),
            columns: vec![
                column("at", "Restores", ColumnKind::Instant),
                column("consistency", "Consistency", ColumnKind::Text),
                column("tiers", "Kept in", ColumnKind::Text),
                column("expiresAt", "Expires", ColumnKind::Instant),
                column("name", "Point", ColumnKind::Text),
            ],
            rows: self.points.iter().map(row).collect(),
            total: self.total,
        }
    }
}

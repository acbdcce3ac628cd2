//! What is backed up: items of Recovery Services vaults and instances of backup vaults, in one
//! form. Table `recoveryservicesresources`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::{Asked, Found, Table};
use crate::{
    azure::kql_literal::Literal,
    protocol::FindingTone,
    tools::{
        context::{ReadContext, Subscription, Visible},
        error::ToolError,
        present::Moment,
        rows::{self, Row},
        untrusted::{Untrusted, cut},
    },
};

/// The right to see what is backed up.
pub(super) const ITEMS_ACTION: &str = "Microsoft.RecoveryServices/Vaults/backupProtectedItems/read";
/// The same of backup vaults.
pub(super) const INSTANCES_ACTION: &str =
    "Microsoft.DataProtection/backupVaults/backupInstances/read";

/// The table and its columns. Backup vaults do not say in an instance how its last backup went:
/// their jobs do.
pub(super) const ITEMS: (&str, &str) = (
    "recoveryservicesresources",
    "\
| where type in~ ('microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems', 'microsoft.dataprotection/backupvaults/backupinstances')
| extend own = tolower(id),
    isData = type =~ 'microsoft.dataprotection/backupvaults/backupinstances',
    target = iff(isempty(tostring(properties.sourceResourceId)), tostring(properties.dataSourceInfo.resourceID), tostring(properties.sourceResourceId)),
    vault = tostring(split(id, '/')[8]),
    friendly = tostring(properties.friendlyName)
| extend kind = iff(isData, tostring(properties.dataSourceInfo.datasourceType), tostring(properties.workloadType)),
    policyId = iff(isData, tostring(properties.policyInfo.policyId), tostring(properties.policyId)),
    state = iff(isempty(tostring(properties.currentProtectionState)), tostring(properties.protectionState), tostring(properties.currentProtectionState))
| join kind=leftouter (recoveryservicesresources
    | where type =~ 'microsoft.dataprotection/backupvaults/backupjobs'
    | where tostring(properties.operationCategory) =~ 'Backup'
    | extend own = tolower(tostring(properties.backupInstanceId)), jobAt = todatetime(properties.startTime), jobStatus = tostring(properties.status)
    | summarize arg_max(jobAt, jobStatus) by own) on own
| extend last = iff(isData, jobStatus, tostring(properties.lastBackupStatus)),
    lastAt = iff(isData, jobAt, todatetime(properties.lastBackupTime)),
    pointAt = todatetime(properties.lastRecoveryPoint)
| extend failing = last =~ 'Failed' or tostring(properties.healthStatus) =~ 'ActionRequired' or tostring(properties.protectionStatus) =~ 'Unhealthy'
    or state in~ ('ProtectionError', 'ProtectionStopped', 'ConfiguringProtectionFailed', 'BackupsSuspended', 'BackupSchedulesSuspended', 'ProtectionPaused', 'SoftDeleted')
",
);

const LISTED: &str = "\
| project id, subscriptionId, target, vault, friendly, kind, policyId, state, last, lastAt, pointAt, failing
| order by failing desc, pointAt asc, id asc";

/// A kind of what is backed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    #[serde(
        alias = "VM",
        alias = "vms",
        alias = "VMs",
        alias = "virtualMachine",
        alias = "virtual machines",
        alias = "machines"
    )]
    Vm,
    #[serde(
        alias = "SQL",
        alias = "sqlDatabase",
        alias = "database",
        alias = "databases",
        alias = "sql databases"
    )]
    Sql,
    #[serde(
        alias = "blob",
        alias = "storage",
        alias = "storageAccount",
        alias = "storage accounts"
    )]
    Blobs,
    #[serde(alias = "disk", alias = "managed disks")]
    Disks,
    #[serde(alias = "AKS", alias = "kubernetes", alias = "cluster")]
    Aks,
    #[serde(alias = "fileShare", alias = "azureFiles")]
    Files,
    #[serde(alias = "postgres", alias = "PostgreSQL")]
    Postgresql,
}

impl Kind {
    /// What its rows have as `kind`, in part.
    fn part(self) -> &'static str {
        match self {
            Self::Vm => "VM",
            Self::Sql => "SQL",
            Self::Blobs => "blobServices",
            Self::Disks => "/disks",
            Self::Aks => "managedClusters",
            Self::Files => "FileShare",
            Self::Postgresql => "PostgreSQL",
        }
    }
}

/// What a kind is called, from what Azure calls it.
pub(super) fn kind_words(kind: &str) -> String {
    let has = |part: &str| kind.to_ascii_lowercase().contains(part);
    let known = match () {
        () if kind.eq_ignore_ascii_case("VM") || has("virtualmachines") => "VM",
        () if has("postgresql") => "PostgreSQL server",
        () if has("sql") => "SQL database in a VM",
        () if has("saphana") => "SAP HANA database",
        () if has("fileshare") => "file share",
        () if has("blobservices") => "blobs",
        () if has("/disks") => "disk",
        () if has("managedclusters") => "AKS cluster",
        () => "",
    };
    if known.is_empty() { cut(kind, 60).into_owned() } else { known.to_owned() }
}

/// Something that is backed up.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    /// The ARM id of the item in its vault.
    pub(super) id: String,
    /// What it is called.
    pub(super) name: Untrusted<String>,
    /// What it is, e.g. `VM` or `blobs`.
    pub(super) kind: Untrusted<String>,
    /// The ARM id of the resource.
    pub(super) resource_id: String,
    /// The vault's name.
    pub(super) vault: Untrusted<String>,
    /// The policy's name.
    pub(super) policy: Untrusted<String>,
    /// The state of the protection, e.g. `ProtectionConfigured`.
    pub(super) state: Untrusted<String>,
    /// Whether its last backup failed or its protection is broken or stopped.
    pub(super) failing: bool,
    /// How the last backup ended; absent where backups have no jobs.
    pub(super) last_backup: Option<Untrusted<String>>,
    /// When it began.
    pub(super) last_backup_at: Option<String>,
    /// The newest recovery point; absent where there is none or it is continuous.
    pub(super) newest_point_at: Option<String>,
    /// The subscription's name.
    pub(super) subscription: Untrusted<String>,
}

impl Item {
    pub(super) fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = row.text("id")?;
        let said = |key| row.text(key).map(|text| Untrusted::new(&text));
        let at = |key| row.instant(key).map(|at| at.to_string());
        let policy = row.text("policyId").unwrap_or_default();
        let policy = policy.rsplit('/').next().unwrap_or_default();
        let subscription = row.text("subscriptionId").unwrap_or_default();
        Some(Self {
            name: said("friendly").or_else(|| said("target"))?,
            kind: Untrusted::new(&kind_words(&row.text("kind").unwrap_or_default())),
            resource_id: row.text("target").unwrap_or_default(),
            vault: said("vault").unwrap_or_else(|| Untrusted::new("")),
            policy: Untrusted::new(policy),
            state: said("state").unwrap_or_else(|| Untrusted::new("Unknown")),
            failing: row.is_true("failing"),
            last_backup: said("last"),
            last_backup_at: at("lastAt"),
            newest_point_at: at("pointAt"),
            subscription: visible.name_of(&subscription),
            id,
        })
    }

    /// Whether it is in a backup vault.
    pub(super) fn is_data_protection(&self) -> bool {
        self.id.to_ascii_lowercase().contains("/providers/microsoft.dataprotection/")
    }

    /// `` `vm-erp-01` (VM, policy `p` in vault `v`): last backup Failed 6 hours ago; … ``.
    pub(super) fn told(&self, at: &Moment) -> (FindingTone, String) {
        let mut text = format!(
            "`{}` ({}, policy `{}` in `{}`)",
            self.name.marked(),
            self.kind.marked(),
            self.policy.marked(),
            self.vault.marked()
        );
        match (&self.last_backup, self.last_backup_at.as_deref().and_then(rows::instant)) {
            (Some(status), Some(when)) => text.push_str(&format!(
                ": last backup {} {} ({})",
                status.marked().to_lowercase(),
                at.ago(when),
                at.local(when)
            )),
            (Some(status), None) => {
                text.push_str(&format!(": last backup {}", status.marked().to_lowercase()));
            }
            (None, _) => text.push_str(&format!(": {}", self.state.marked())),
        }
        if let Some(point) = self.newest_point_at.as_deref().and_then(rows::instant) {
            let (ago, local) = (at.ago(point), at.local(point));
            text.push_str(&format!("; the newest recovery point is of {ago} ({local})"));
        }
        let tone = if self.failing { FindingTone::Critical } else { FindingTone::Good };
        (tone, format!("{text}."))
    }
}

/// The table of what is backed up, narrowed.
pub(super) async fn table<'a>(
    cx: &'a ReadContext,
    over: &'a [Subscription],
    (asked, kinds): (Asked<'_>, &[Kind]),
) -> Result<Table<'a>, ToolError> {
    let mut table = Table::of(cx, over, ITEMS);
    table.keep(asked).await?;
    if !kinds.is_empty() {
        let clauses: Vec<String> =
            kinds.iter().map(|one| format!("kind contains '{}'", one.part())).collect();
        // `kind` is a column of every table, so that its own is told apart first.
        table.step(&format!("| where {}", clauses.join(" or ")), &[]);
        let words: Vec<String> = kinds.iter().map(|one| kind_words(one.part())).collect();
        table.said(&format!("of kind {}", words.join(" or ")));
    }
    Ok(table)
}

/// Keeps items of a policy, by its id.
pub(super) fn of_policy(table: &mut Table<'_>, id: &str) {
    let id = Literal::Text(id.to_owned());
    table.step("| where policyId =~ {{policyId}}", &[("policyId", id)]);
}

/// The items of a table, failing ones first.
pub(super) async fn listed(
    table: &Table<'_>,
    (cx, visible): (&ReadContext, &Visible),
    limit: usize,
) -> Result<(Vec<Item>, Found), ToolError> {
    let found = table.read(LISTED, limit).await?;
    let items: Vec<Item> = found.each().filter_map(|row| Item::of(row, visible)).collect();
    cx.skipped("/", found.rows.len() - items.len());
    Ok((items, found))
}

/// How many items of a table fail.
pub(super) async fn failing(table: &Table<'_>) -> Result<u64, ToolError> {
    let found = table.counts("| where failing | summarize n = count()").await?;
    Ok(found.each().next().and_then(|row| row.count("n")).unwrap_or(0))
}

/// How many items a table has, and how many of them fail.
pub(super) async fn counts(table: &Table<'_>) -> Result<(u64, u64), ToolError> {
    let found = table.counts("| summarize n = count(), bad = countif(failing)").await?;
    let row = found.rows.first().and_then(Row::of);
    let count = |key| row.and_then(|row| row.count(key)).unwrap_or(0);
    Ok((count("n"), count("bad")))
}

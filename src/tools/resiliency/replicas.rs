//! What Site Recovery replicates, and the vaults it replicates into. Table
//! `recoveryservicesresources`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::table::{Asked, Table};
use crate::tools::{
    context::{ReadContext, Subscription},
    error::ToolError,
    rows::Row,
};

/// The right to see replicated machines.
pub(super) const REPLICAS_ACTION: &str =
    "Microsoft.RecoveryServices/vaults/replicationProtectedItems/read";
/// Days after which a failover that was not tested again counts as not tested.
pub(super) const DRILL_DAYS: i64 = 180;
/// Vaults whose plans or jobs are read one by one.
const MAX_VAULTS: usize = 8;
/// Machines whose tests are looked up.
const MAX_MACHINES: usize = 5_000;

/// The table and its columns.
pub(super) const REPLICAS: (&str, &str) = (
    "recoveryservicesresources",
    "\
| where type =~ 'microsoft.recoveryservices/vaults/replicationfabrics/replicationprotectioncontainers/replicationprotecteditems'
| extend target = tostring(properties.providerSpecificDetails.fabricObjectId), vault = tostring(split(id, '/')[8]), friendly = tostring(properties.friendlyName),
    health = tostring(properties.replicationHealth), testAt = todatetime(properties.lastSuccessfulTestFailoverTime)
| extend vaultId = strcat_array(array_slice(split(id, '/'), 0, 8), '/')
",
);

/// The ids of the vaults that something is replicated into, as far as they are read one by one;
/// more than those are in the coverage.
pub(super) async fn vaults(
    cx: &ReadContext,
    over: &[Subscription],
    vault: Option<&String>,
) -> Result<Vec<String>, ToolError> {
    let mut table = Table::of(cx, over, REPLICAS);
    table.keep(Asked { vault, ..Asked::default() }).await?;
    let found = table
        .counts("| summarize machines = count() by vaultId | order by machines desc, vaultId asc")
        .await?;
    if found.rows.is_empty() {
        table.check_rights(REPLICAS_ACTION).await?;
    }
    let mut ids: Vec<String> = found.each().filter_map(|row| row.text("vaultId")).collect();
    let rest = ids.len().saturating_sub(MAX_VAULTS);
    if rest > 0 {
        let what = format!("{rest} more vaults with replicated machines were not read");
        cx.note("/", "NotRead", &what);
    }
    ids.truncate(MAX_VAULTS);
    Ok(ids)
}

/// When the failover of replicated machines was last tested with success, by id in lower case.
pub(super) async fn tests(
    cx: &ReadContext,
    over: &[Subscription],
    vault: Option<&String>,
) -> Result<BTreeMap<String, Option<Timestamp>>, ToolError> {
    let mut table = Table::of(cx, over, REPLICAS);
    table.keep(Asked { vault, ..Asked::default() }).await?;
    let found = table.read("| project id, testAt | order by id asc", MAX_MACHINES).await?;
    let tests = found
        .each()
        .filter_map(|row| Some((row.text("id")?.to_lowercase(), row.instant("testAt"))));
    Ok(tests.collect())
}

/// How replication is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) machines: u64,
    pub(super) critical: u64,
    pub(super) warning: u64,
    pub(super) untested: u64,
    pub(super) overdue: u64,
}

/// How replication is, counted.
pub(super) async fn counts(table: &Table<'_>) -> Result<Counts, ToolError> {
    let found = table
        .counts(&format!(
            "| summarize machines = count(), critical = countif(health =~ 'Critical'), warning = countif(health =~ 'Warning'), \
             untested = countif(isnull(testAt)), overdue = countif(testAt < ago({DRILL_DAYS}d))"
        ))
        .await?;
    let row = found.rows.first().and_then(Row::of);
    let count = |key| row.and_then(|row| row.count(key)).unwrap_or(0);
    Ok(Counts {
        machines: count("machines"),
        critical: count("critical"),
        warning: count("warning"),
        untested: count("untested"),
        overdue: count("overdue"),
    })
}

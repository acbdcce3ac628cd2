//! What Azure Backup could protect, and whether it does, by one query over both tables.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::Table;
use crate::tools::{error::ToolError, rows::Row, untrusted::Untrusted};

/// The table of what can be protected. A disk of a machine is protected with it, so that only
/// disks that belong to none count for themselves; SQL databases of Azure's own service are backed
/// up by it.
pub(super) const PROTECTABLE: (&str, &str) = (
    "resources",
    "\
| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.compute/disks', 'microsoft.storage/storageaccounts', 'microsoft.containerservice/managedclusters', 'microsoft.dbforpostgresql/flexibleservers')
| where type !~ 'microsoft.compute/disks' or isempty(tostring(managedBy))
| extend target = id, vault = '', friendly = name, own = tolower(id), sort = tolower(type)
| join kind=leftouter (recoveryservicesresources
    | where type in~ ('microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems', 'microsoft.dataprotection/backupvaults/backupinstances')
    | extend source = iff(isempty(tostring(properties.sourceResourceId)), tostring(properties.dataSourceInfo.resourceID), tostring(properties.sourceResourceId)),
        workload = tostring(properties.workloadType)
    | where workload !in~ ('SQLDataBase', 'SAPHanaDatabase', 'SAPAseDatabase')
    | summarize items = count() by own = tolower(source)) on own
| extend protected = isnotnull(items) and items > 0
",
);

/// A type of resource that can be protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum Protectable {
    #[serde(
        alias = "VM",
        alias = "vms",
        alias = "VMs",
        alias = "virtualMachine",
        alias = "virtual machines",
        alias = "machines"
    )]
    Vm,
    #[serde(alias = "disk", alias = "managed disks")]
    Disks,
    #[serde(
        alias = "blobs",
        alias = "storageAccount",
        alias = "storage accounts",
        alias = "storage account"
    )]
    Storage,
    #[serde(alias = "AKS", alias = "kubernetes", alias = "clusters", alias = "aks clusters")]
    Aks,
    #[serde(alias = "postgres", alias = "PostgreSQL")]
    Postgresql,
}

impl Protectable {
    pub(super) const ALL: [Self; 5] =
        [Self::Vm, Self::Aks, Self::Postgresql, Self::Storage, Self::Disks];

    /// The ARM type, in lower case.
    pub(super) fn arm_type(self) -> &'static str {
        match self {
            Self::Vm => "microsoft.compute/virtualmachines",
            Self::Disks => "microsoft.compute/disks",
            Self::Storage => "microsoft.storage/storageaccounts",
            Self::Aks => "microsoft.containerservice/managedclusters",
            Self::Postgresql => "microsoft.dbforpostgresql/flexibleservers",
        }
    }

    /// One of them in words.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Vm => "VM",
            Self::Disks => "unattached disk",
            Self::Storage => "storage account",
            Self::Aks => "AKS cluster",
            Self::Postgresql => "PostgreSQL server",
        }
    }
}

/// How many of a type are protected.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Share {
    /// The ARM type, in lower case.
    #[serde(rename = "type")]
    pub(super) kind: Untrusted<String>,
    /// How many can be protected.
    pub(super) total: u64,
    /// How many are.
    pub(super) protected: u64,
}

impl Share {
    /// How many are not.
    pub(super) fn unprotected(&self) -> u64 {
        self.total.saturating_sub(self.protected)
    }

    /// One of them in words.
    pub(super) fn noun(&self) -> String {
        let known = Protectable::ALL.into_iter().find(|one| one.arm_type() == self.kind.as_str());
        known.map_or_else(|| self.kind.marked(), |one| one.noun().to_owned())
    }

    fn of(row: Row<'_>) -> Option<Self> {
        let total = row.count("total")?;
        Some(Self {
            kind: Untrusted::new(&row.text("sort")?),
            total,
            protected: row.count("kept").unwrap_or(0).min(total),
        })
    }
}

/// The protected share by type, in the order of [`Protectable::ALL`].
pub(super) async fn shares(table: &Table<'_>) -> Result<Vec<Share>, ToolError> {
    let found =
        table.counts("| summarize total = count(), kept = countif(protected) by sort").await?;
    let mut shares: Vec<Share> = found.each().filter_map(Share::of).collect();
    let rank = |share: &Share| {
        Protectable::ALL.iter().position(|one| one.arm_type() == share.kind.as_str())
    };
    shares.sort_by_key(|share| rank(share).unwrap_or(usize::MAX));
    Ok(shares)
}

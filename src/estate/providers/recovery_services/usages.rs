//! How much a vault holds: `Usages_ListByVaults`, `ReplicationUsages_List`,
//! `BackupUsageSummaries_List` (2024-04-01).

use serde_json::{Value, json};

use super::{super::conditions::Conditions, require};
use crate::estate::{
    http::{answer::Answer, call::Call, error::ArmError},
    recovery::{
        item::{self, Item, What},
        job,
        replica::{self, Health},
    },
    world::{DAY, ResourceIx},
};

fn usage(unit: &str, name: &str, told: &str, value: u64) -> Value {
    json!({
        "unit": unit,
        "currentValue": value,
        "limit": -1,
        "name": { "value": name, "localizedValue": told },
    })
}

fn count(items: &[Item], fits: impl Fn(&Item) -> bool) -> u64 {
    items.iter().filter(|item| fits(item)).count() as u64
}

pub(super) fn usages(call: &Call<'_>, vault: ResourceIx) -> Result<Answer, ArmError> {
    require(call, vault, "usages")?;
    let world = call.world();
    let items: Vec<Item> = item::in_vault(world, vault).collect();
    let machines = count(&items, |item| item.what == What::Machine);
    let critical = count(&items, |item| item.trouble(world).is_some());
    let jobs = job::in_vault(world, vault);
    let failed = jobs.iter().filter(|job| job.started < DAY && job.failure.is_some()).count();
    let stored = items.iter().map(|item| 30_000_000_000 + item.chance(world).below(1 << 38));
    let count = |name, told, value| usage("Count", name, told, value);
    Answer::list(&[
        count("ProtectedItemCount", "Backup items", items.len() as u64),
        count("ProtectedItemCriticalCount", "Critical", critical),
        count("ProtectedItemWarningCount", "Warning", 0),
        count("IaaSVMProtectedItemCount", "Azure Virtual Machines", machines),
        count("IaaSVMProtectedItemCriticalCount", "Critical", critical),
        count("IaaSVMProtectedItemWarningCount", "Warning", 0),
        count("InProgressJobsCount", "In progress", 0),
        count("FailedJobsCount", "Failed", failed as u64),
        usage("Bytes", "GRSStorageUsage", "Cloud - GRS", stored.sum()),
        count("ManagedInstances", "Protected Instances", items.len() as u64),
    ])
}

pub(super) fn summaries(call: &Call<'_>, vault: ResourceIx) -> Result<Answer, ArmError> {
    require(call, vault, "backupUsageSummaries")?;
    let filter = Conditions::of(call, &["type"])?;
    let world = call.world();
    let items: Vec<Item> = item::in_vault(world, vault).collect();
    let wanted = filter.0.iter().flatten().next().map_or("", |one| one.value.as_str());
    let is_containers = match wanted.to_ascii_lowercase().as_str() {
        "backupprotecteditemcountsummary" => false,
        "backupprotectioncontainercountsummary" => true,
        _ => {
            return Err(ArmError::bad_request(
                "The filter must be type eq 'BackupProtectedItemCountSummary' or type eq \
                 'BackupProtectionContainerCountSummary'.",
            ));
        }
    };
    let of = |management: &str| {
        let own = items.iter().filter(|item| item.management() == management);
        if is_containers {
            let names: std::collections::HashSet<String> =
                own.map(|item| item.container(world)).collect();
            names.len() as u64
        } else {
            own.count() as u64
        }
    };
    Answer::list(&[
        usage("Count", "AzureIaasVM", "Azure Virtual Machine", of("AzureIaasVM")),
        usage("Count", "AzureWorkload", "SQL in Azure VM", of("AzureWorkload")),
        usage("Count", "AzureStorage", "Azure Storage (Azure Files)", 0),
        usage("Count", "MAB", "Azure Backup Agent", 0),
        usage("Count", "AzureBackupServer", "Azure Backup Server", 0),
    ])
}

pub(super) fn replication(call: &Call<'_>, vault: ResourceIx) -> Result<Answer, ArmError> {
    require(call, vault, "replicationUsages")?;
    let world = call.world();
    let replicas = replica::in_vault(world, vault);
    let ill = replicas.iter().filter(|one| one.health(world) != Health::Normal).count();
    let jobs = replica::job::in_vault(world, vault);
    let failed = jobs.iter().filter(|job| job.state() == "Failed").count();
    let events = replica::event::in_vault(world, vault).len();
    Answer::list(&[json!({
        "monitoringSummary": {
            "unHealthyVmCount": ill,
            "unHealthyProviderCount": 0,
            "eventsCount": events,
            "deprecatedProviderCount": 0,
            "supportedProviderCount": 0,
            "unsupportedProviderCount": 0,
        },
        "jobsSummary": { "failedJobs": failed, "suspendedJobs": 0, "inProgressJobs": 0 },
        "protectedItemCount": replicas.len(),
        "registeredServersCount": 0,
        "recoveryPlanCount": replica::plan::in_vault(world, vault).len(),
    })])
}

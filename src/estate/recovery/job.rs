//! Backup jobs of a Recovery Services vault: one a night and item, as far back as they are shown.

use serde_json::{Value, json};

use super::{
    Failure, extend, iso_seconds,
    item::{self, Item, What},
};
use crate::estate::{
    clock::stamp,
    stories::backup_policy,
    world::{ResourceIx, World},
};

/// Nights whose jobs are shown.
pub(crate) const NIGHTS: usize = 14;

/// A backup of one night.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    pub(crate) item: Item,
    pub(crate) night: usize,
    /// Minutes before the anchor.
    pub(crate) started: i64,
    /// Its length in seconds.
    pub(crate) seconds: i64,
    pub(crate) failure: Option<&'static Failure>,
}

/// The job of a night.
fn of_night(world: &World, item: Item, night: usize) -> Job {
    let failure = item.failure(world, night);
    let chance = item.chance(world).child("length").nth(night as u64);
    let spread = |below| i64::try_from(chance.below(below)).unwrap_or(0);
    let seconds = match (failure, item.what) {
        (Some(_), _) => 130 + spread(90),
        (None, What::Machine) => 20 * 60 + spread(50 * 60),
        (None, What::Database(_)) => 4 * 60 + spread(9 * 60),
    };
    Job { item, night, started: item.began(world, night), seconds, failure }
}

/// The last job of an item.
pub(crate) fn newest(world: &World, item: Item) -> Job {
    of_night(world, item, 0)
}

/// The jobs of an item, newest first.
pub(crate) fn of_item(world: &World, item: Item) -> impl Iterator<Item = Job> + '_ {
    (0..NIGHTS).map(move |night| of_night(world, item, night))
}

/// The jobs of a vault, newest first.
pub(crate) fn in_vault(world: &World, vault: ResourceIx) -> Vec<Job> {
    let items = item::in_vault(world, vault);
    let mut jobs: Vec<Job> = items.flat_map(|item| of_item(world, item)).collect();
    jobs.sort_by_key(|job| job.started);
    jobs
}

impl Job {
    /// Its name, a GUID.
    pub(crate) fn name(&self, world: &World) -> String {
        self.item.chance(world).child("job").nth(self.night as u64).guid()
    }

    /// `Completed` or `Failed`.
    pub(crate) const fn status(&self) -> &'static str {
        if self.failure.is_some() { "Failed" } else { "Completed" }
    }

    /// Its id.
    pub(crate) fn id(&self, world: &World) -> String {
        format!("{}/backupJobs/{}", world.resource_id(self.item.vault), self.name(world))
    }

    /// The REST body, as lists have it.
    pub(crate) fn body(&self, world: &World) -> Value {
        let ended = world.ago(self.started) + jiff::SignedDuration::from_secs(self.seconds);
        let mut body = json!({
            "id": self.id(world),
            "name": self.name(world),
            "type": "Microsoft.RecoveryServices/vaults/backupJobs",
            "properties": {
                "jobType": "AzureIaaSVMJob",
                "operation": "Backup",
                "status": self.status(),
                "backupManagementType": self.item.management(),
                "entityFriendlyName": self.item.friendly_name(world),
                "startTime": stamp(world.ago(self.started)),
                "endTime": stamp(ended),
                "duration": iso_seconds(self.seconds),
                "activityId": self.item.chance(world).child("activity").nth(self.night as u64).guid(),
            },
        });
        extend(&mut body, self.own(world));
        if let Some(failure) = self.failure {
            extend(&mut body, json!({ "errorDetails": [error_detail(failure)] }));
        }
        body
    }

    fn own(&self, world: &World) -> Value {
        let retriable = if self.failure.is_some() { json!(["Retriable"]) } else { json!([]) };
        match self.item.what {
            What::Machine => json!({
                "virtualMachineVersion": "Compute",
                "containerName": self.item.container(world),
                "isUserTriggered": false,
                "actionsInfo": retriable,
            }),
            What::Database(name) => json!({
                "jobType": "AzureWorkloadJob",
                "workloadType": "SQLDataBase",
                "entityFriendlyName": format!(
                    "{} [{}]",
                    name.to_ascii_lowercase(),
                    self.item.machine_name(world)
                ),
                "actionsInfo": retriable,
            }),
        }
    }

    /// The REST body with the details that a single job has.
    pub(crate) fn detailed(&self, world: &World) -> Value {
        let mut body = self.body(world);
        extend(&mut body, json!({ "extendedInfo": self.extended(world) }));
        body
    }

    fn extended(&self, world: &World) -> Value {
        let policy = self.item.policy(world).name();
        if let What::Database(name) = self.item.what {
            return json!({
                "tasksList": [{ "taskId": "Differential backup", "status": self.status() }],
                "propertyBag": {
                    "Backup Type": "Differential",
                    "Data Transferred (in MB)": self.megabytes(world).to_string(),
                    "Data Source": name,
                    "Policy Name": policy,
                },
            });
        }
        let (first, second) = if self.failure.is_some() {
            (("Failed", self.seconds), ("Skipped", 0))
        } else {
            (("Completed", self.seconds / 8), ("Completed", self.seconds - self.seconds / 8))
        };
        let task = |name: &str, (status, seconds): (&str, i64)| json!({ "taskId": name, "duration": iso_seconds(seconds), "status": status });
        let mut bag = json!({ "VM Name": self.item.machine_name(world), "Policy Name": policy });
        if let (Some(bag), None) = (bag.as_object_mut(), self.failure) {
            bag.insert("Backup Size".into(), json!(format!("{} MB", self.megabytes(world))));
        }
        let mut info = json!({
            "tasksList": [task("Take Snapshot", first), task("Transfer data to vault", second)],
            "propertyBag": bag,
            "progressPercentage": 100.0,
        });
        if let (Some(info), Some(message)) = (info.as_object_mut(), self.cause()) {
            info.insert("dynamicErrorMessage".into(), json!(message));
        }
        info
    }

    /// What stood behind a failure, where Azure says.
    fn cause(&self) -> Option<&'static str> {
        self.failure.filter(|failure| **failure == super::DENIED).map(|_| backup_policy::DENIED.1)
    }

    fn megabytes(&self, world: &World) -> u64 {
        400 + self.item.chance(world).child("size").nth(self.night as u64).below(24_000)
    }

    /// The body of a row of Resource Graph.
    pub(crate) fn graph_body(&self, world: &World) -> Value {
        let mut body = self.body(world);
        let item = self.item;
        let more = json!({
            "dataSourceInfo": item.data_source(world),
            "backupInstanceId": item.id(world),
            "backupInstanceFriendlyName": item.friendly_name(world),
            "policyName": item.policy(world).name(),
            "vaultName": world.resource(item.vault).map(|r| r.name.to_string()),
            "isUserTriggered": false,
            "extendedInfo": self.extended(world),
        });
        extend(&mut body, more);
        body
    }
}

fn error_detail(failure: &'static Failure) -> Value {
    json!({
        "errorCode": failure.code,
        "errorTitle": failure.title,
        "errorString": failure.message,
        "recommendations": [failure.recommendation],
    })
}

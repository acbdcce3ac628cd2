//! Jobs of backup vaults (2024-04-01): one a night of what is backed up by night. Blobs are
//! protected all the time and have no jobs.

use serde_json::{Value, json};

use super::{DataKind, Instance, in_vault as instances};
use crate::estate::{
    clock::stamp,
    recovery::{Failure, extend},
    world::{ResourceIx, World},
};

/// Nights whose jobs are shown, which is as long as points are kept.
const NIGHTS: usize = 7;

/// A backup of one night.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DataJob {
    pub(crate) instance: Instance,
    pub(crate) night: usize,
    /// Minutes before the anchor.
    pub(crate) started: i64,
    pub(crate) seconds: i64,
    pub(crate) failure: Option<&'static Failure>,
}

/// The jobs of an instance, newest first.
pub(crate) fn of_instance(world: &World, instance: Instance) -> impl Iterator<Item = DataJob> + '_ {
    let nights = if instance.kind == DataKind::Blobs { 0 } else { NIGHTS };
    (0..nights).map(move |night| {
        let length = instance.chance(world).child("length").nth(night as u64).below(600);
        DataJob {
            instance,
            night,
            started: instance.began(world, night),
            seconds: 60 + i64::try_from(length).unwrap_or(0),
            failure: instance.failure(world, night),
        }
    })
}

/// The jobs of a vault, newest first.
pub(crate) fn in_vault(world: &World, vault: ResourceIx) -> Vec<DataJob> {
    let all = instances(world, vault).flat_map(|instance| of_instance(world, instance));
    let mut jobs: Vec<DataJob> = all.collect();
    jobs.sort_by_key(|job| job.started);
    jobs
}

impl DataJob {
    /// Its name, a GUID.
    pub(crate) fn name(&self, world: &World) -> String {
        self.instance.chance(world).child("job").nth(self.night as u64).guid()
    }

    /// `Completed` or `Failed`.
    pub(crate) const fn status(&self) -> &'static str {
        if self.failure.is_some() { "Failed" } else { "Completed" }
    }

    /// The REST body, which Resource Graph shows as it is.
    pub(crate) fn body(&self, world: &World) -> Value {
        let instance = self.instance;
        let vault = world.resource_id(instance.vault);
        let name = self.name(world);
        let mut body = json!({
            "id": format!("{vault}/backupJobs/{name}"),
            "name": name,
            "type": "Microsoft.DataProtection/backupVaults/backupJobs",
            "properties": self.shared(world),
        });
        extend(&mut body, self.subject(world));
        if let Some(failure) = self.failure {
            let error = json!({
                "code": failure.title,
                "message": failure.message,
                "recommendedAction": [failure.recommendation],
                "isRetryable": true,
                "isUserError": true,
                "target": "",
            });
            extend(&mut body, json!({ "errorDetails": [error] }));
        }
        body
    }

    fn shared(&self, world: &World) -> Value {
        let (minutes, seconds) = (self.seconds / 60, self.seconds % 60);
        let ended = world.ago(self.started) + jiff::SignedDuration::from_secs(self.seconds);
        let activity = self.instance.chance(world).child("activity").nth(self.night as u64);
        json!({
            "activityID": activity.guid(),
            "operation": "Backup",
            "operationCategory": "Backup",
            "status": self.status(),
            "startTime": stamp(world.ago(self.started)),
            "endTime": stamp(ended),
            "duration": format!("00:{minutes:02}:{seconds:02}.9700000"),
            "isUserTriggered": false,
            "progressEnabled": false,
            "supportedActions": [],
            "backupInstanceId": self.instance.id(world),
            "backupInstanceFriendlyName": self.instance.source_name(world),
            "policyId": self.instance.policy().id(world, self.instance.vault),
            "policyName": self.instance.policy().name(),
        })
    }

    fn subject(&self, world: &World) -> Value {
        let instance = self.instance;
        let group = world.resource(instance.source).and_then(|r| world.group(r.group));
        let subscription = group.and_then(|g| world.subscription(g.subscription));
        let subscription = subscription.map(|s| s.id.as_str());
        json!({
            "subscriptionId": subscription,
            "sourceSubscriptionID": subscription,
            "sourceResourceGroup": group.map(|g| g.name.as_str()),
            "dataSourceId": world.resource_id(instance.source),
            "dataSourceName": instance.source_name(world),
            "dataSourceSetName": instance.source_name(world),
            "dataSourceType": instance.kind.datasource(),
            "dataSourceLocation": instance.region(world),
            "vaultName": world.resource(instance.vault).map(|r| r.name.to_string()),
        })
    }
}

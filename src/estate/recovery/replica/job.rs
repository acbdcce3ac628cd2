//! Jobs of Site Recovery (2024-04-01): the failover tests of the last months and what cleaned up
//! after them.

use serde_json::{Value, json};

use super::{Site, sites};
use crate::estate::{
    clock::stamp,
    world::{DAY, ResourceIx, World},
};

/// Minutes that jobs are kept.
const KEPT: i64 = 90 * DAY;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scenario {
    Test,
    /// A test that went wrong.
    FailedTest,
    CleanUp,
}

/// A job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplicationJob<'a> {
    vault: ResourceIx,
    site: Site<'a>,
    scenario: Scenario,
    /// Minutes before the anchor.
    pub(crate) started: i64,
}

/// The jobs of a vault, newest first.
pub(crate) fn in_vault(world: &World, vault: ResourceIx) -> Vec<ReplicationJob<'_>> {
    let mut jobs = Vec::new();
    for site in sites(world, vault) {
        let job = |scenario, started| ReplicationJob { vault, site, scenario, started };
        if let Some(at) = site.failed_drill() {
            jobs.extend([job(Scenario::FailedTest, at), job(Scenario::CleanUp, at - 95)]);
        }
        if let Some(at) = site.drilled(world) {
            jobs.extend([job(Scenario::Test, at), job(Scenario::CleanUp, at - 180)]);
        }
    }
    jobs.retain(|job| job.started <= KEPT);
    jobs.sort_by_key(|job| job.started);
    jobs
}

/// What stopped a test, in Azure's words.
const NO_QUOTA: (&str, &str, &str, &str) = (
    "28031",
    "Site Recovery wasn't able to create a failed over virtual machine in Azure.",
    "There isn't sufficient quota available to create the virtual machines in the target region.",
    "Ask for more quota of the machine family in the target region, then test again.",
);

impl ReplicationJob<'_> {
    /// Its name, a GUID.
    pub(crate) fn name(&self, world: &World) -> String {
        let chance = world.chance.child("replication-job").nth(u64::from(self.site.group.0));
        chance.nth(self.started.unsigned_abs()).guid()
    }

    /// `TestFailover` or `TestFailoverCleanup`.
    pub(crate) const fn scenario(&self) -> &'static str {
        match self.scenario {
            Scenario::Test | Scenario::FailedTest => "TestFailover",
            Scenario::CleanUp => "TestFailoverCleanup",
        }
    }

    /// `Succeeded` or `Failed`.
    pub(crate) const fn state(&self) -> &'static str {
        match self.scenario {
            Scenario::Test | Scenario::CleanUp => "Succeeded",
            Scenario::FailedTest => "Failed",
        }
    }

    /// The plan that it ran.
    pub(crate) fn plan(&self) -> String {
        self.site.plan_name()
    }

    /// What stopped it, as health errors have it.
    pub(crate) fn health_errors(&self) -> Vec<Value> {
        let (code, message, causes, action) = NO_QUOTA;
        let error = (self.scenario == Scenario::FailedTest).then(|| {
            json!({
                "errorCode": code,
                "errorLevel": "Error",
                "errorMessage": message,
                "possibleCauses": causes,
                "recommendedAction": action,
            })
        });
        error.into_iter().collect()
    }

    /// Seconds that it took.
    const fn seconds(&self) -> i64 {
        match self.scenario {
            Scenario::Test => 24 * 60 + 18,
            Scenario::FailedTest => 9 * 60 + 41,
            Scenario::CleanUp => 6 * 60 + 5,
        }
    }

    /// The REST body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let begins = world.ago(self.started);
        let ended = begins + jiff::SignedDuration::from_secs(self.seconds());
        let name = self.name(world);
        let chance = world.chance.child(&name);
        json!({
            "id": format!("{}/replicationJobs/{name}", world.resource_id(self.vault)),
            "name": name,
            "type": "Microsoft.RecoveryServices/vaults/replicationJobs",
            "properties": {
                "activityId": format!("{} ActivityId: {}", chance.guid(), chance.nth(1).guid()),
                "scenarioName": self.scenario(),
                "friendlyName": match self.scenario {
                    Scenario::Test | Scenario::FailedTest => "Test failover",
                    Scenario::CleanUp => "Test failover cleanup",
                },
                "state": self.state(),
                "stateDescription": match self.scenario {
                    Scenario::Test | Scenario::CleanUp => "Completed",
                    Scenario::FailedTest => "Failed",
                },
                "tasks": self.tasks(world),
                "errors": self.errors(world),
                "startTime": stamp(begins),
                "endTime": stamp(ended),
                "allowedActions": [],
                "targetObjectId": chance.nth(2).guid(),
                "targetObjectName": self.plan(),
                "targetInstanceType": "RecoveryPlan",
                "customDetails": {
                    "instanceType": if self.scenario == Scenario::CleanUp { "AsrJobDetails" } else { "TestFailoverJobDetails" },
                    "affectedObjectDetails": {},
                },
            },
        })
    }

    fn tasks(&self, world: &World) -> Vec<Value> {
        let steps: &[(&str, &str)] = match self.scenario {
            Scenario::Test | Scenario::FailedTest => &[
                ("PrerequisitesCheckTask", "Prerequisites check for test failover"),
                ("CreateTestEnvironmentTask", "Create test environment"),
                ("CreateTestVirtualMachinesTask", "Create test virtual machines"),
                ("StartTestVirtualMachinesTask", "Start the virtual machines"),
            ],
            Scenario::CleanUp => &[("CleanUpTestTask", "Clean up test virtual machines")],
        };
        let share = self.seconds() / i64::try_from(steps.len()).unwrap_or(1).max(1);
        let mut at = world.ago(self.started);
        let chance = world.chance.child(&self.name(world)).child("task");
        let mut tasks = Vec::new();
        for (number, (name, friendly)) in (0_u64..).zip(steps) {
            let state = match (self.scenario, number) {
                (Scenario::FailedTest, 2) => "Failed",
                (Scenario::FailedTest, 3) => "Skipped",
                _ => "Succeeded",
            };
            let ended = at + jiff::SignedDuration::from_secs(share);
            tasks.push(json!({
                "taskId": chance.nth(number).guid(),
                "name": name,
                "friendlyName": friendly,
                "state": state,
                "stateDescription": state,
                "taskType": "TaskDetails",
                "startTime": stamp(at),
                "endTime": stamp(ended),
                "allowedActions": [],
                "errors": if state == "Failed" { self.errors(world) } else { Vec::new() },
            }));
            at = ended;
        }
        tasks
    }

    fn errors(&self, world: &World) -> Vec<Value> {
        let (code, message, causes, action) = NO_QUOTA;
        let error = (self.scenario == Scenario::FailedTest).then(|| {
            json!({
                "serviceErrorDetails": {
                    "code": code,
                    "message": message,
                    "possibleCauses": causes,
                    "recommendedAction": action,
                    "activityId": world.chance.child(&self.name(world)).nth(1).guid(),
                },
                "errorLevel": "Error",
                "creationTime": stamp(world.ago(self.started - 7)),
                "taskId": world.chance.child(&self.name(world)).child("task").nth(2).guid(),
            })
        });
        error.into_iter().collect()
    }
}

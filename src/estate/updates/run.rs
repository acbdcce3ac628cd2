//! What became of a machine's patch windows within the last 30 days: an installation each, with
//! the patches it was to bring. The billing machines missed their last two.

use serde_json::{Map, Value, json};

use super::{
    assessment::{self, Patch},
    schedule::{self, Plan},
};
use crate::estate::{
    chance::Chance,
    clock::stamp,
    stories::pending_patches,
    world::{ResourceIx, World, mark::Mark},
};

/// What came of a window on one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    /// Something did not install.
    Warnings,
    /// Nothing was installed: the window was over first.
    Missed,
    /// The machine was off.
    Off,
}

/// One window on one machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) machine: ResourceIx,
    pub(crate) plan: Plan,
    /// Minutes before the anchor at which the window opened.
    pub(crate) opened: i64,
    pub(crate) outcome: Outcome,
    chance: Chance,
    is_linux: bool,
}

/// What a window brings that was installed: neither is missing any more.
const PAST_WINDOWS: [Patch; 2] = [
    Patch {
        id: "KB5043050",
        name: "Cumulative Update for Microsoft server operating system version 21H2 for x64-based Systems (KB5043050)",
        classification: "Security",
        reboots: true,
        published: 70,
    },
    Patch {
        id: "KB2267602",
        name: "Security Intelligence Update for Microsoft Defender Antivirus (KB2267602)",
        classification: "Definition",
        reboots: false,
        published: 3,
    },
];
const PAST_LINUX: [Patch; 2] = [
    Patch { id: "curl", name: "curl", classification: "Security", reboots: false, published: 33 },
    Patch {
        id: "linux-base",
        name: "linux-base",
        classification: "Security",
        reboots: true,
        published: 45,
    },
];
/// What fails now and then.
const STUBBORN: [Patch; 2] = [
    Patch {
        id: "KB5046547",
        name: "Cumulative Update for .NET Framework 3.5, 4.8 and 4.8.1 for Microsoft server operating system version 21H2 (KB5046547)",
        classification: "Security",
        reboots: false,
        published: 14,
    },
    Patch {
        id: "openssl",
        name: "openssl",
        classification: "Security",
        reboots: false,
        published: 19,
    },
];

/// The runs of a machine within 30 days, the latest first.
pub(crate) fn of_machine(world: &World, ix: ResourceIx) -> Vec<Run> {
    let (Some(plan), Some(resource)) = (schedule::of_machine(world, ix), world.resource(ix)) else {
        return Vec::new();
    };
    let created = i64::from(resource.created);
    let windows = plan.windows().enumerate().filter(|(_, opened)| *opened < created);
    let lacks = resource.marks.has(Mark::MissingUpdates);
    let runs = windows.map(|(round, opened)| {
        let chance = resource.chance.child("patch-run").nth(u64::try_from(round).unwrap_or(0));
        let outcome = match plan {
            Plan::Billing if round < pending_patches::WINDOWS.len() => Outcome::Missed,
            _ if resource.marks.has(Mark::Deallocated) && round == 0 => Outcome::Off,
            _ if round == 0 && lacks => Outcome::Warnings,
            _ if chance.percent(6) => Outcome::Warnings,
            _ => Outcome::Succeeded,
        };
        let is_linux = resource.marks.has(Mark::Linux);
        Run { machine: ix, plan, opened, outcome, chance, is_linux }
    });
    runs.collect()
}

impl Run {
    /// The GUID of the installation.
    pub(crate) fn name(&self) -> String {
        self.chance.child("installation").guid()
    }

    /// Minutes before the anchor at which it ended. A missed window ends when its story says so.
    pub(crate) fn ended(&self) -> i64 {
        match self.outcome {
            Outcome::Missed => self.opened - self.plan.open_for(),
            Outcome::Off => self.opened - 2,
            Outcome::Succeeded | Outcome::Warnings => {
                let minutes = i64::try_from(self.chance.child("took").below(50)).unwrap_or(0);
                self.opened - 25 - minutes
            }
        }
    }

    /// Why it did not do all it should.
    fn error(&self) -> Option<(&'static str, &'static str)> {
        match self.outcome {
            Outcome::Succeeded => None,
            Outcome::Missed => Some(pending_patches::ERROR),
            Outcome::Off => Some((
                "MachineNotRunning",
                "The machine was not running when the maintenance window opened.",
            )),
            Outcome::Warnings => Some((
                "PatchInstallationFailed",
                "Some updates could not be installed: an installer of another product held the lock.",
            )),
        }
    }

    /// `Succeeded`, `CompletedWithWarnings` or `Failed`.
    const fn status(&self) -> &'static str {
        match self.outcome {
            Outcome::Succeeded => "Succeeded",
            Outcome::Warnings => "CompletedWithWarnings",
            Outcome::Missed | Outcome::Off => "Failed",
        }
    }

    /// Each patch and what became of it.
    pub(crate) fn patches(&self, world: &World) -> Vec<(Patch, &'static str)> {
        let past = if self.is_linux { PAST_LINUX } else { PAST_WINDOWS };
        let [windows, linux] = STUBBORN;
        let stubborn = if self.is_linux { linux } else { windows };
        match self.outcome {
            Outcome::Succeeded => past.into_iter().map(|patch| (patch, "Installed")).collect(),
            Outcome::Warnings => {
                let installed = past.into_iter().map(|patch| (patch, "Installed"));
                installed.chain([(stubborn, "Failed")]).collect()
            }
            Outcome::Missed => {
                let lacking = assessment::of_machine(world, self.machine);
                let lacking = lacking.map(|found| found.patches).unwrap_or_default();
                lacking.into_iter().map(|patch| (patch, "Pending")).collect()
            }
            Outcome::Off => Vec::new(),
        }
    }

    /// The properties of the row of the installation.
    pub(crate) fn properties(&self, world: &World) -> Value {
        let patches = self.patches(world);
        let count = |state: &str| patches.iter().filter(|(_, is)| *is == state).count();
        let reboots = count("Installed") > 0 && patches.iter().any(|(patch, _)| patch.reboots);
        let error = self
            .error()
            .map(|(code, message)| json!({ "code": code, "message": message, "details": [] }));
        json!({
            "installationActivityId": self.name(),
            "status": self.status(),
            "startedBy": "Platform",
            "osType": if self.is_linux { "Linux" } else { "Windows" },
            "patchServiceUsed": if self.is_linux { "APT" } else { "WU-WSUS" },
            "startDateTime": stamp(world.ago(self.opened)),
            "lastModifiedDateTime": stamp(world.ago(self.ended())),
            "maintenanceWindowExceeded": self.outcome == Outcome::Missed,
            "rebootStatus": match self.outcome {
                Outcome::Missed => "Required",
                _ if reboots => "Completed",
                _ => "NotNeeded",
            },
            "installedPatchCount": count("Installed"),
            "failedPatchCount": count("Failed"),
            "pendingPatchCount": count("Pending"),
            "notSelectedPatchCount": 0,
            "excludedPatchCount": 0,
            "maintenanceRunId": self.plan.run_id(world, self.opened),
            "errorDetails": error,
        })
    }

    /// The properties of one patch of it.
    pub(crate) fn patch_properties(
        &self,
        world: &World,
        (patch, state): &(Patch, &'static str),
    ) -> Map<String, Value> {
        let mut properties = patch.properties(world, self.ended(), self.is_linux);
        properties.insert("installationState".into(), json!(state));
        properties
    }

    /// `lastPatchInstallationSummary` of the machine's instance view.
    pub(crate) fn summary(&self, world: &World) -> Value {
        let mut summary = self.properties(world);
        if let Some(members) = summary.as_object_mut() {
            for (from, to) in
                [("startDateTime", "startTime"), ("lastModifiedDateTime", "lastModifiedTime")]
            {
                let value = members.remove(from).unwrap_or_default();
                members.insert(to.into(), value);
            }
            let error = members.remove("errorDetails").unwrap_or_default();
            if !error.is_null() {
                members.insert("error".into(), error);
            }
            for other in
                ["osType", "patchServiceUsed", "startedBy", "rebootStatus", "maintenanceRunId"]
            {
                members.remove(other);
            }
        }
        summary
    }

    /// `Completed` or `Failed`, as a maintenance run tells it.
    pub(crate) const fn update_status(&self) -> &'static str {
        match self.outcome {
            Outcome::Succeeded | Outcome::Warnings => "Completed",
            Outcome::Missed | Outcome::Off => "Failed",
        }
    }

    /// The ARM body of the machine's part in the maintenance run.
    pub(crate) fn apply_update(&self, world: &World) -> Value {
        let id = world.resource_id(self.machine);
        let name = self.chance.child("apply-update").guid();
        json!({
            "id": format!("{id}/providers/Microsoft.Maintenance/applyUpdates/{name}"),
            "name": name,
            "type": "Microsoft.Maintenance/applyUpdates",
            "properties": {
                "resourceId": id,
                "status": self.update_status(),
                "lastUpdateTime": stamp(world.ago(self.ended())),
                "maintenanceScope": "InGuestPatch",
                "maintenanceConfigurationId": self.plan.id(world),
                "correlationId": self.plan.run_id(world, self.opened),
                "startDateTime": stamp(world.ago(self.opened)),
                "endDateTime": stamp(world.ago(self.ended())),
                "errorCode": self.error().map(|(code, _)| code),
                "errorMessage": self.error().map(|(_, message)| message),
            },
        })
    }
}

impl Plan {
    /// The id of the run of a window.
    pub(crate) fn run_id(self, world: &World, opened: i64) -> String {
        let date = world.ago(opened).strftime("%Y%m%d%H%M00").to_string();
        format!("{}/applyUpdates/{date}", self.id(world))
    }
}

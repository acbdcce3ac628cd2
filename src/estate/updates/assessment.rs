//! What a machine was found to lack when it last looked. The missing updates are those behind
//! Defender's recommendation; what is neither critical nor about security comes on top.

use serde_json::{Map, Value, json};

use super::schedule;
use crate::estate::{
    chronicle::stopped_minutes_ago,
    clock::stamp,
    defender::{assessment as defender, sub_assessment},
    world::{DAY, ResourceIx, World, kind::Kind, mark::Mark},
};

/// The key of Defender's recommendation on system updates.
const UPDATES: &str = "e1145ab1-eb4f-43d8-911b-36ddf771d13f";

/// Minutes for which Resource Graph keeps an assessment.
const KEPT: i64 = 7 * DAY;

/// An update that a machine lacks.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    /// The number of the article, or the package.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// As Update Manager classifies it.
    pub(crate) classification: &'static str,
    pub(crate) reboots: bool,
    /// Days before the anchor at which it was published.
    pub(crate) published: i64,
}

/// What is neither critical nor about security.
const OTHER_WINDOWS: Patch = Patch {
    id: "KB5001716",
    name: "Update for Windows Update Service components (KB5001716)",
    classification: "Updates",
    reboots: false,
    published: 41,
};
const OTHER_LINUX: Patch =
    Patch { id: "tzdata", name: "tzdata", classification: "Other", reboots: false, published: 24 };

/// The last look of a machine for what it lacks.
#[derive(Clone, Debug)]
pub(crate) struct Assessment {
    pub(crate) machine: ResourceIx,
    pub(crate) patches: Vec<Patch>,
    /// Minutes before the anchor.
    pub(crate) at: i64,
    /// `Platform` or `User`.
    started_by: &'static str,
    is_linux: bool,
    pub(crate) reboot_pending: bool,
}

/// The assessment of a machine that Resource Graph still has: of the last seven days.
pub(crate) fn of_machine(world: &World, ix: ResourceIx) -> Option<Assessment> {
    let resource = world.resource(ix).filter(|r| r.kind == Kind::VirtualMachine)?;
    let marks = resource.marks;
    let chance = resource.chance.child("patch-assessment");
    let stopped = stopped_minutes_ago(world, ix).unwrap_or(0);
    let is_periodic = !marks.has(Mark::NoPeriodicAssessment);
    // A machine that does not look by itself is known to lack something only if somebody looked.
    if !is_periodic && !marks.has(Mark::MissingUpdates) {
        return None;
    }
    let (spread, started_by) = if is_periodic { (20 * 60, "Platform") } else { (6 * DAY, "User") };
    let at = stopped + 40 + i64::try_from(chance.below(spread.unsigned_abs())).unwrap_or(0);
    if at > KEPT {
        return None;
    }
    let is_linux = marks.has(Mark::Linux);
    let mut patches = missing(world, ix);
    if chance.child("other").percent(if patches.is_empty() { 25 } else { 60 }) {
        patches.push(if is_linux { OTHER_LINUX } else { OTHER_WINDOWS });
    }
    // The billing machines were to be restarted when their window was over.
    let is_waiting = schedule::of_machine(world, ix) == Some(schedule::Plan::Billing);
    let reboots = patches.iter().any(|patch| patch.reboots);
    let reboot_pending = reboots && (is_waiting || chance.child("reboot").percent(20));
    Some(Assessment { machine: ix, patches, at, started_by, is_linux, reboot_pending })
}

/// The updates behind Defender's recommendation.
fn missing(world: &World, ix: ResourceIx) -> Vec<Patch> {
    let findings = defender::of_resource(world, ix).filter(|f| f.assessment.id == UPDATES);
    let subs = findings.flat_map(|finding| sub_assessment::of_finding(world, finding));
    let patch = |sub: sub_assessment::SubAssessment| Patch {
        id: sub.id(),
        name: sub.title(),
        classification: if sub.is_critical() { "Critical" } else { "Security" },
        reboots: sub.needs_reboot(),
        published: published(sub.id()),
    };
    subs.map(patch).collect()
}

/// Days before the anchor: updates come out once a month, the older the first.
fn published(id: &str) -> i64 {
    match id {
        "KB5044281" => 43,
        "KB890830" => 15,
        "KB5046616" | "KB5046547" => 14,
        "linux-image-azure" => 11,
        "openssl" => 19,
        _ => 27,
    }
}

impl Patch {
    fn reboot(&self) -> &'static str {
        if self.reboots { "CanRequestReboot" } else { "NeverReboots" }
    }

    /// The properties of a row of software patches.
    pub(crate) fn properties(&self, world: &World, at: i64, is_linux: bool) -> Map<String, Value> {
        let mut properties = Map::new();
        for (name, value) in [
            ("patchName", json!(self.name)),
            ("classifications", json!([self.classification])),
            ("rebootBehavior", json!(self.reboot())),
            ("rebootRequired", json!(self.reboots)),
            ("publishedDateTime", json!(stamp(world.ago(self.published * DAY)))),
            ("lastModifiedDateTime", json!(stamp(world.ago(at)))),
        ] {
            properties.insert(name.into(), value);
        }
        if is_linux {
            properties.insert("version".into(), json!(format!("{}-ubuntu2", self.published)));
        } else {
            properties.insert("kbId".into(), json!(self.id.trim_start_matches("KB")));
        }
        properties
    }
}

impl Assessment {
    /// The number of patches of a classification.
    pub(crate) fn count(&self, classification: &str) -> usize {
        self.patches.iter().filter(|patch| patch.classification == classification).count()
    }

    /// Critical and security patches.
    pub(crate) fn grave(&self) -> usize {
        self.count("Critical") + self.count("Security")
    }

    fn by_classification(&self) -> Value {
        if self.is_linux {
            return json!({
                "critical": self.count("Critical"),
                "security": self.count("Security"),
                "other": self.count("Other"),
            });
        }
        json!({
            "critical": self.count("Critical"),
            "security": self.count("Security"),
            "updateRollup": 0,
            "featurePack": 0,
            "servicePack": 0,
            "definition": 0,
            "tools": 0,
            "updates": self.count("Updates"),
        })
    }

    /// Whether it is a Linux machine's.
    pub(crate) const fn is_linux(&self) -> bool {
        self.is_linux
    }

    /// The properties of the row of the assessment.
    pub(crate) fn properties(&self, world: &World) -> Value {
        json!({
            "rebootPending": self.reboot_pending,
            "patchServiceUsed": if self.is_linux { "APT" } else { "WU-WSUS" },
            "osType": if self.is_linux { "Linux" } else { "Windows" },
            "startDateTime": stamp(world.ago(self.at + 2)),
            "lastModifiedDateTime": stamp(world.ago(self.at)),
            "startedBy": self.started_by,
            "status": "Succeeded",
            "errorDetails": Value::Null,
            "availablePatchCountByClassification": self.by_classification(),
        })
    }

    /// `availablePatchSummary` of the machine's instance view.
    pub(crate) fn summary(&self, world: &World) -> Value {
        let activity = world.resource(self.machine).map(|r| r.chance.child("assessment").guid());
        json!({
            "status": "Succeeded",
            "assessmentActivityId": activity,
            "rebootPending": self.reboot_pending,
            "criticalAndSecurityPatchCount": self.grave(),
            "otherPatchCount": self.patches.len() - self.grave(),
            "startTime": stamp(world.ago(self.at + 2)),
            "lastModifiedTime": stamp(world.ago(self.at)),
        })
    }
}

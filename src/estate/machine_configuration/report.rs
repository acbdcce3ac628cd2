//! A report of a machine on one configuration: every setting, and why it fits or does not.

use serde_json::{Value, json};

use super::{Assignment, Setting, Status};
use crate::estate::{
    chance::Chance,
    clock::stamp,
    world::{World, kind::Kind},
};

/// A report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    pub(super) of: Assignment,
    /// Minutes before the anchor at which it ended.
    pub(super) at: i64,
}

impl Report {
    fn chance(&self, world: &World) -> Chance {
        let own = world.resource(self.of.machine).map_or(world.chance, |r| r.chance);
        own.child(self.of.configuration.name())
    }

    /// The GUID that names it.
    pub(crate) fn name(&self, world: &World) -> String {
        self.chance(world).nth(self.at.unsigned_abs()).guid()
    }

    /// The ARM id.
    pub(crate) fn id(&self, world: &World) -> String {
        format!("{}/reports/{}", self.of.id(world), self.name(world))
    }

    /// Which settings fail: some of them, the first always, so that a status has a reason.
    fn fails(&self, world: &World, number: usize, setting: &Setting) -> bool {
        self.of.status == Status::NonCompliant
            && (number == 0 || self.chance(world).child(setting.name).percent(45))
    }

    fn resources(&self, world: &World) -> Vec<Value> {
        let settings = self.of.settings().iter().enumerate();
        let told = settings.map(|(number, setting)| {
            let fails = self.fails(world, number, setting);
            let (status, phrase, code) = if fails {
                ("NonCompliant", setting.failing, setting.code)
            } else {
                ("Compliant", "The setting is as expected.", "BaselineRulePass")
            };
            json!({
                "complianceStatus": status,
                "assignmentResourceSettingName": setting.name,
                "resourceId": setting.id,
                "reasons": [{ "phrase": phrase, "code": code }],
                "properties": {
                    "ConfigurationName": self.of.configuration.name(),
                    "ResourceId": setting.id,
                    "Severity": setting.severity,
                    "ExpectedValue": setting.expected,
                },
            })
        });
        told.collect()
    }

    /// `latestAssignmentReport` of the assignment.
    pub(super) fn latest(&self, world: &World) -> Value {
        let machine = world.resource(self.of.machine);
        let (start, end) = (stamp(world.ago(self.at + 1)), stamp(world.ago(self.at)));
        json!({
            "id": self.id(world),
            "reportId": self.name(world),
            "assignment": self.assignment(),
            "vm": {
                "id": world.resource_id(self.of.machine),
                "uuid": machine.filter(|r| r.kind == Kind::VirtualMachine)
                    .map(|r| r.chance.child("vm-id").guid()),
            },
            "startTime": start,
            "endTime": end,
            "complianceStatus": self.of.status.word(),
            "operationType": "Consistency",
            "resources": self.resources(world),
        })
    }

    fn assignment(&self) -> Value {
        json!({
            "name": self.of.configuration.name(),
            "configuration": {
                "name": self.of.configuration.name(),
                "version": self.of.configuration.version(),
            },
        })
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let mut properties = self.latest(world);
        let job = self.chance(world).child("job").nth(self.at.unsigned_abs()).guid();
        if let Some(members) = properties.as_object_mut() {
            members.remove("id");
            members.remove("operationType");
            let resources = members.remove("resources").unwrap_or_default();
            let details = json!({
                "complianceStatus": members.get("complianceStatus"),
                "startTime": members.get("startTime"),
                "endTime": members.get("endTime"),
                "jobId": job,
                "operationType": "Consistency",
                "resources": resources,
            });
            members.insert("details".into(), details);
        }
        json!({ "id": self.id(world), "name": self.name(world), "properties": properties })
    }
}

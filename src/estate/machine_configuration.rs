//! Machine configuration of the sample estate: which settings are checked inside which machine,
//! and what the last report says. The security baseline follows from the same mark as Defender's
//! recommendation on it. Knows no HTTP.

mod report;
mod setting;

use serde_json::{Value, json};

use setting::Setting;

use super::{
    clock::stamp,
    world::{DAY, ResourceIx, World, kind::Kind, mark::Mark},
};

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Configuration {
    WindowsBaseline,
    LinuxBaseline,
    SecureProtocols,
}

/// How a machine stands with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Compliant,
    NonCompliant,
    /// Nothing was reported: the extension is missing, or the machine is off.
    Pending,
}

/// A configuration on a machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assignment {
    pub(crate) machine: ResourceIx,
    pub(crate) configuration: Configuration,
    pub(crate) status: Status,
}

impl Configuration {
    const ALL: [Self; 3] = [Self::WindowsBaseline, Self::LinuxBaseline, Self::SecureProtocols];

    /// The name of the configuration and of its assignment.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::WindowsBaseline => "AzureWindowsBaseline",
            Self::LinuxBaseline => "AzureLinuxBaseline",
            Self::SecureProtocols => "SecureWebServer",
        }
    }

    const fn version(self) -> &'static str {
        match self {
            Self::WindowsBaseline => "1.7.0.0",
            Self::LinuxBaseline => "1.15.0.0",
            Self::SecureProtocols => "1.2.0.0",
        }
    }

    /// Whether it only tells, or also sets.
    const fn assignment_type(self) -> &'static str {
        match self {
            Self::WindowsBaseline | Self::LinuxBaseline => "Audit",
            Self::SecureProtocols => "ApplyAndMonitor",
        }
    }

    const fn is_for(self, is_linux: bool) -> bool {
        match self {
            Self::LinuxBaseline => is_linux,
            Self::WindowsBaseline | Self::SecureProtocols => !is_linux,
        }
    }
}

/// The configurations of a machine, in a fixed order; none of what is no machine.
pub(crate) fn of_machine(world: &World, ix: ResourceIx) -> impl Iterator<Item = Assignment> + '_ {
    let machine = world.resource(ix).filter(|r| r.kind == Kind::VirtualMachine);
    machine.into_iter().flat_map(move |resource| {
        let is_linux = resource.marks.has(Mark::Linux);
        let fitting = Configuration::ALL.into_iter().filter(move |one| one.is_for(is_linux));
        fitting.map(move |configuration| Assignment {
            machine: ix,
            configuration,
            status: status(world, ix, configuration),
        })
    })
}

fn status(world: &World, ix: ResourceIx, configuration: Configuration) -> Status {
    let Some(resource) = world.resource(ix) else {
        return Status::Pending;
    };
    let marks = resource.marks;
    if marks.has(Mark::Deallocated) || marks.has(Mark::NoGuestConfiguration) {
        return Status::Pending;
    }
    let is_bad = match configuration {
        Configuration::WindowsBaseline | Configuration::LinuxBaseline => {
            marks.has(Mark::WeakBaseline)
        }
        Configuration::SecureProtocols => resource.chance.child("protocols").percent(18),
    };
    if is_bad { Status::NonCompliant } else { Status::Compliant }
}

/// Whether a Windows machine that runs fulfils the configuration of secure protocols; `None`
/// where it is not looked at.
pub(crate) fn secure_protocols(world: &World, ix: ResourceIx) -> Option<bool> {
    let runs = !world.has(ix, Mark::Deallocated);
    let own = of_machine(world, ix)
        .find(|own| own.configuration == Configuration::SecureProtocols)
        .filter(|_| runs)?;
    Some(own.status == Status::Compliant)
}

impl Status {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Compliant => "Compliant",
            Self::NonCompliant => "NonCompliant",
            Self::Pending => "Pending",
        }
    }
}

impl Assignment {
    /// The settings that the configuration checks.
    fn settings(&self) -> &'static [Setting] {
        setting::of(self.configuration)
    }

    /// The ARM id.
    pub(crate) fn id(&self, world: &World) -> String {
        let machine = world.resource_id(self.machine);
        let name = self.configuration.name();
        format!(
            "{machine}/providers/Microsoft.GuestConfiguration/guestConfigurationAssignments/{name}"
        )
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let group = world.resource(self.machine).and_then(|r| world.group(r.group));
        let (name, version) = (self.configuration.name(), self.configuration.version());
        let latest = self.reports(world).into_iter().next();
        let checked = latest.as_ref().map(|report| stamp(world.ago(report.at)));
        let content = format!(
            "https://oaasguestconfigac2s1.blob.core.windows.net/builtinconfig/{name}/{name}_{version}.zip"
        );
        json!({
            "id": self.id(world),
            "name": name,
            "type": "Microsoft.GuestConfiguration/guestConfigurationAssignments",
            "location": group.map(|g| g.region.name()),
            "properties": {
                "guestConfiguration": {
                    "name": name,
                    "version": version,
                    "kind": "DSC",
                    "contentUri": content,
                    "contentHash": self.chance(world, "content").to_uppercase().replace('-', ""),
                    "assignmentType": self.configuration.assignment_type(),
                    "configurationParameter": [],
                    "configurationSetting": Value::Null,
                },
                "complianceStatus": self.status.word(),
                "lastComplianceStatusChecked": checked,
                "latestReportId": latest.as_ref().map(|report| report.id(world)),
                "latestAssignmentReport": latest.as_ref().map(|report| report.latest(world)),
                "assignmentHash": self.chance(world, "hash").to_uppercase().replace('-', ""),
                "context": "Azure policy A",
                "resourceType": "VMs",
                "provisioningState": "Succeeded",
            },
        })
    }

    fn chance(&self, world: &World, label: &str) -> String {
        let own = world.resource(self.machine).map_or(world.chance, |r| r.chance);
        own.child(self.configuration.name()).child(label).guid()
    }

    /// Its reports, the latest first; one in six hours, of which the last four are kept.
    pub(crate) fn reports(&self, world: &World) -> Vec<report::Report> {
        if self.status == Status::Pending {
            return Vec::new();
        }
        let own = world.resource(self.machine).map_or(world.chance, |r| r.chance);
        let first = i64::try_from(own.child("report").below(6 * 60)).unwrap_or(0);
        let age = world.resource(self.machine).map_or(DAY, |r| i64::from(r.created));
        let at = (0..4).map(|round| first + 5 + round * 6 * 60).filter(|at| *at < age);
        at.map(|at| report::Report { of: *self, at }).collect()
    }
}

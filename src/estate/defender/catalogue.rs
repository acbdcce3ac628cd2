//! The recommendations Defender can make: what each checks, on which kinds of resource, and how
//! grave it is. Names and keys are the published ones.

mod data;
mod identity;
mod machines;

use serde_json::{Value, json};

use super::control::Control;
use crate::estate::world::{
    kind::Kind,
    mark::{Mark, Marks},
};

/// How grave a recommendation or an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    Informational,
    Low,
    Medium,
    High,
}

impl Severity {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Informational => "Informational",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }
}

/// What a recommendation applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applies {
    /// The subscription itself.
    Subscription,
    /// Every resource of these kinds.
    To(&'static [Kind]),
    /// Machines that run, with the named operating system or any.
    Machines(Machines),
}

/// Which virtual machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machines {
    All,
    /// Those an agent can look into: not deallocated.
    Running,
    RunningLinux,
    RunningWindows,
    /// Those with a public address.
    Public,
}

/// A recommendation.
#[derive(Debug)]
pub(crate) struct Assessment {
    /// The assessment key.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) control: Control,
    pub(crate) applies: Applies,
    /// The mark that makes a resource unhealthy.
    pub(crate) flaw: Mark,
    pub(crate) severity: Severity,
    pub(crate) category: &'static str,
    /// The GUID of the built-in policy behind it.
    pub(crate) policy: &'static str,
    pub(crate) description: &'static str,
    pub(crate) remediation: &'static str,
}

/// What became of one recommendation on one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Healthy,
    Unhealthy,
    /// The resource cannot be looked at now.
    NotApplicable,
}

impl Assessment {
    /// Whether the recommendation is ever made on this kind.
    pub(crate) fn concerns(&self, kind: Kind) -> bool {
        match self.applies {
            Applies::Subscription => false,
            Applies::To(kinds) => kinds.contains(&kind),
            Applies::Machines(_) => kind == Kind::VirtualMachine,
        }
    }

    /// The health of a resource that the recommendation concerns; `None` where it is not made.
    pub(crate) const fn health(&self, marks: Marks) -> Option<Health> {
        if let Applies::Machines(which) = self.applies {
            let is_linux = marks.has(Mark::Linux);
            match which {
                Machines::RunningLinux if !is_linux => return None,
                Machines::RunningWindows if is_linux => return None,
                Machines::Public if !marks.has(Mark::Public) => return None,
                Machines::All | Machines::Public => {}
                Machines::Running | Machines::RunningLinux | Machines::RunningWindows => {
                    if marks.has(Mark::Deallocated) {
                        return Some(Health::NotApplicable);
                    }
                }
            }
        }
        Some(if marks.has(self.flaw) { Health::Unhealthy } else { Health::Healthy })
    }

    /// The properties ARM shows as the recommendation's metadata.
    pub(crate) fn metadata_properties(&self) -> Value {
        let (impact, effort) = match self.severity {
            Severity::High => ("High", "Moderate"),
            Severity::Medium => ("Moderate", "Low"),
            Severity::Low | Severity::Informational => ("Low", "Low"),
        };
        json!({
            "displayName": self.name,
            "policyDefinitionId":
                format!("/providers/Microsoft.Authorization/policyDefinitions/{}", self.policy),
            "description": self.description,
            "remediationDescription": self.remediation,
            "categories": [self.category],
            "severity": self.severity.word(),
            "userImpact": impact,
            "implementationEffort": effort,
            "threats": ["accountBreach", "dataExfiltration", "maliciousInsider"],
            "preview": false,
            "assessmentType": "BuiltIn",
            "publishDates": { "GA": "06/01/2021", "public": "06/01/2021" },
        })
    }

    /// The metadata resource.
    pub(crate) fn metadata(&self) -> Value {
        json!({
            "id": format!("/providers/Microsoft.Security/assessmentMetadata/{}", self.id),
            "name": self.id,
            "type": "Microsoft.Security/assessmentMetadata",
            "properties": self.metadata_properties(),
        })
    }
}

/// Every recommendation, in a fixed order.
pub(crate) fn all() -> impl Iterator<Item = &'static Assessment> {
    identity::ASSESSMENTS.iter().chain(machines::ASSESSMENTS).chain(data::ASSESSMENTS)
}

/// The recommendation of this key.
pub(crate) fn find(id: &str) -> Option<&'static Assessment> {
    all().find(|assessment| assessment.id.eq_ignore_ascii_case(id))
}

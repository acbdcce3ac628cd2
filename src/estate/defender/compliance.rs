//! Regulatory compliance: standards, their controls, and how the recommendations behind each
//! control stand. Every figure is counted from the assessments.

mod standards;

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    assessment,
    catalogue::{self, Assessment, Health},
    control::Control,
};
use crate::estate::world::{SubscriptionIx, World, company::Environment};

/// A standard.
#[derive(Debug)]
pub(crate) struct Standard {
    pub(crate) name: &'static str,
    /// Only production has to keep to it.
    is_for_production: bool,
    requirements: &'static [Requirement],
}

/// A control of a standard.
#[derive(Debug)]
pub(crate) struct Requirement {
    pub(crate) id: &'static str,
    description: &'static str,
    /// The security controls whose recommendations check it; none where nothing can.
    controls: &'static [Control],
    /// Single recommendations besides.
    besides: &'static [&'static str],
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Failed,
    Passed,
    Skipped,
    Unsupported,
}

impl Standing {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Failed => "Failed",
            Self::Passed => "Passed",
            Self::Skipped => "Skipped",
            Self::Unsupported => "Unsupported",
        }
    }
}

/// Resources of one recommendation in one subscription.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl Tally {
    const fn standing(self) -> Standing {
        if self.failed > 0 {
            Standing::Failed
        } else if self.passed > 0 {
            Standing::Passed
        } else {
            Standing::Skipped
        }
    }
}

/// The recommendations of a subscription, counted once.
#[derive(Debug)]
pub(crate) struct Compliance {
    prefix: String,
    environment: Environment,
    tallies: HashMap<&'static str, Tally>,
}

impl Compliance {
    /// Counts the recommendations of a subscription.
    pub(crate) fn of(world: &World, ix: SubscriptionIx) -> Self {
        let mut tallies: HashMap<&'static str, Tally> = HashMap::new();
        for finding in assessment::within(world, ix) {
            let tally = tallies.entry(finding.assessment.id).or_default();
            match finding.health {
                Health::Healthy => tally.passed += 1,
                Health::Unhealthy => tally.failed += 1,
                Health::NotApplicable => tally.skipped += 1,
            }
        }
        Self {
            prefix: format!(
                "{}/providers/Microsoft.Security/regulatoryComplianceStandards",
                world.subscription_id(ix)
            ),
            environment: world.subscription(ix).map_or(Environment::Sandbox, |s| s.environment),
            tallies,
        }
    }

    /// The standards the subscription has to keep to.
    pub(crate) fn standards(&self) -> impl Iterator<Item = &'static Standard> + '_ {
        standards::STANDARDS.iter().filter(|standard| {
            !standard.is_for_production || self.environment == Environment::Production
        })
    }

    /// The standard of this name, if the subscription has to keep to it.
    pub(crate) fn find(&self, name: &str) -> Option<&'static Standard> {
        self.standards().find(|standard| standard.name.eq_ignore_ascii_case(name))
    }

    fn tally(&self, assessment: &Assessment) -> Option<Tally> {
        self.tallies.get(assessment.id).copied()
    }

    /// The recommendations behind a control that say anything here.
    pub(crate) fn assessments<'a>(
        &'a self,
        requirement: &'static Requirement,
    ) -> impl Iterator<Item = &'static Assessment> + 'a {
        catalogue::all().filter(|a| requirement.is_checked_by(a) && self.tallies.contains_key(a.id))
    }

    /// Recommendations behind a control that passed, failed and were skipped.
    fn counts(&self, requirement: &'static Requirement) -> [usize; 3] {
        let standings: Vec<Standing> = self
            .assessments(requirement)
            .filter_map(|assessment| self.tally(assessment).map(Tally::standing))
            .collect();
        [Standing::Passed, Standing::Failed, Standing::Skipped]
            .map(|wanted| standings.iter().filter(|own| **own == wanted).count())
    }

    /// How a control stands.
    pub(crate) fn standing(&self, requirement: &'static Requirement) -> Standing {
        if requirement.controls.is_empty() && requirement.besides.is_empty() {
            return Standing::Unsupported;
        }
        let [passed, failed, _] = self.counts(requirement);
        match (passed, failed) {
            (_, 1..) => Standing::Failed,
            (1.., 0) => Standing::Passed,
            (0, 0) => Standing::Skipped,
        }
    }

    /// The ARM body of a standard.
    pub(crate) fn standard_body(&self, standard: &'static Standard) -> Value {
        let standings: Vec<Standing> =
            standard.requirements.iter().map(|requirement| self.standing(requirement)).collect();
        let count = |wanted: Standing| standings.iter().filter(|own| **own == wanted).count();
        let state = [Standing::Failed, Standing::Passed, Standing::Skipped]
            .into_iter()
            .find(|standing| count(*standing) > 0)
            .unwrap_or(Standing::Unsupported);
        json!({
            "id": format!("{}/{}", self.prefix, standard.name),
            "name": standard.name,
            "type": "Microsoft.Security/regulatoryComplianceStandards",
            "properties": {
                "state": state.word(),
                "passedControls": count(Standing::Passed),
                "failedControls": count(Standing::Failed),
                "skippedControls": count(Standing::Skipped),
                "unsupportedControls": count(Standing::Unsupported),
            },
        })
    }

    /// The ARM body of a control.
    pub(crate) fn control_body(
        &self,
        standard: &'static Standard,
        requirement: &'static Requirement,
    ) -> Value {
        let [passed, failed, skipped] = self.counts(requirement);
        json!({
            "id": format!(
                "{}/{}/regulatoryComplianceControls/{}",
                self.prefix, standard.name, requirement.id
            ),
            "name": requirement.id,
            "type": "Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls",
            "properties": {
                "description": requirement.description,
                "state": self.standing(requirement).word(),
                "passedAssessments": passed,
                "failedAssessments": failed,
                "skippedAssessments": skipped,
            },
        })
    }

    /// The ARM body of a recommendation below a control.
    pub(crate) fn assessment_body(
        &self,
        standard: &'static Standard,
        requirement: &'static Requirement,
        assessment: &'static Assessment,
    ) -> Value {
        let tally = self.tally(assessment).unwrap_or_default();
        let subscription = self
            .prefix
            .trim_end_matches("/providers/Microsoft.Security/regulatoryComplianceStandards");
        json!({
            "id": format!(
                "{}/{}/regulatoryComplianceControls/{}/regulatoryComplianceAssessments/{}",
                self.prefix, standard.name, requirement.id, assessment.id
            ),
            "name": assessment.id,
            "type": "Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments",
            "properties": {
                "description": assessment.name,
                "assessmentType": "Assessment",
                "assessmentDetailsLink": format!(
                    "https://management.azure.com{subscription}/providers/Microsoft.Security/assessments/{}",
                    assessment.id
                ),
                "state": tally.standing().word(),
                "passedResources": tally.passed,
                "failedResources": tally.failed,
                "skippedResources": tally.skipped,
                "unsupportedResources": 0,
            },
        })
    }
}

impl Standard {
    /// The controls, in the standard's order.
    pub(crate) fn requirements(&self) -> &'static [Requirement] {
        self.requirements
    }

    /// The control of this id.
    pub(crate) fn find(&self, id: &str) -> Option<&'static Requirement> {
        self.requirements.iter().find(|requirement| requirement.id.eq_ignore_ascii_case(id))
    }
}

impl Requirement {
    fn is_checked_by(&self, assessment: &Assessment) -> bool {
        self.controls.contains(&assessment.control) || self.besides.contains(&assessment.id)
    }
}

//! The secure score: a control scores its maximum times healthy over healthy and unhealthy
//! resources, and a subscription the sum of its controls. A resource is unhealthy for a control
//! when any of the control's recommendations on it is.

use serde_json::{Value, json};

use super::{
    assessment::{self, Finding},
    catalogue::Health,
    control::Control,
};
use crate::estate::world::{SubscriptionIx, World};

/// One control in one subscription.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ControlScore {
    pub(crate) control: Control,
    pub(crate) healthy: u32,
    pub(crate) unhealthy: u32,
    pub(crate) not_applicable: u32,
}

impl ControlScore {
    const fn of(control: Control) -> Self {
        Self { control, healthy: 0, unhealthy: 0, not_applicable: 0 }
    }

    /// What it can add: nothing where no resource is concerned.
    pub(crate) const fn max(&self) -> u32 {
        if self.weight() == 0 { 0 } else { self.control.max_score() }
    }

    /// What it adds, to two decimals.
    pub(crate) fn current(&self) -> f64 {
        if self.weight() == 0 {
            return 0.0;
        }
        let share = f64::from(self.healthy) / f64::from(self.weight());
        rounded(f64::from(self.max()) * share, 2)
    }

    /// The resources that count.
    pub(crate) const fn weight(&self) -> u32 {
        self.healthy + self.unhealthy
    }
}

/// The score of one subscription.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Posture {
    pub(crate) controls: Vec<ControlScore>,
}

impl Posture {
    /// Looks at every resource of a subscription once.
    pub(crate) fn of(world: &World, ix: SubscriptionIx) -> Self {
        let mut posture =
            Self { controls: Control::ALL.into_iter().map(ControlScore::of).collect() };
        posture.count(assessment::of_subscription(world, ix));
        for resource in world.subscription_resources(ix) {
            posture.count(assessment::of_resource(world, resource));
        }
        posture
    }

    /// Counts one resource: for each control the worst of its findings.
    fn count(&mut self, findings: impl Iterator<Item = Finding>) {
        let mut worst = [None::<Health>; Control::ALL.len()];
        for finding in findings {
            let place = worst.get_mut(finding.assessment.control as usize);
            if let Some(place) = place {
                *place = Some(worse(*place, finding.health));
            }
        }
        for (score, health) in self.controls.iter_mut().zip(worst) {
            match health {
                Some(Health::Healthy) => score.healthy += 1,
                Some(Health::Unhealthy) => score.unhealthy += 1,
                Some(Health::NotApplicable) => score.not_applicable += 1,
                None => {}
            }
        }
    }

    /// The highest possible score.
    pub(crate) fn max(&self) -> u32 {
        self.controls.iter().map(ControlScore::max).sum()
    }

    /// The score reached, to two decimals.
    pub(crate) fn current(&self) -> f64 {
        rounded(self.controls.iter().map(ControlScore::current).sum(), 2)
    }

    fn weight(&self) -> u32 {
        self.controls.iter().map(ControlScore::weight).sum()
    }

    /// The properties of the secure score.
    pub(crate) fn properties(&self) -> Value {
        json!({
            "displayName": "ASC score",
            "score": score(self.max(), self.current()),
            "weight": self.weight(),
        })
    }
}

impl ControlScore {
    /// The properties of the control.
    pub(crate) fn properties(&self) -> Value {
        json!({
            "displayName": self.control.display(),
            "healthyResourceCount": self.healthy,
            "unhealthyResourceCount": self.unhealthy,
            "notApplicableResourceCount": self.not_applicable,
            "score": score(self.max(), self.current()),
            "weight": self.weight(),
        })
    }
}

fn score(max: u32, current: f64) -> Value {
    let share = if max == 0 { 0.0 } else { rounded(current / f64::from(max), 4) };
    json!({ "max": max, "current": number(current), "percentage": number(share) })
}

/// Whole numbers without a fraction, as the service writes them.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e9 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 1e9")]
        return json!(value as i64);
    }
    json!(value)
}

fn rounded(value: f64, decimals: i32) -> f64 {
    let factor = 10_f64.powi(decimals);
    (value * factor).round() / factor
}

const fn worse(known: Option<Health>, next: Health) -> Health {
    match (known, next) {
        (Some(Health::Unhealthy), _) | (_, Health::Unhealthy) => Health::Unhealthy,
        (Some(Health::Healthy), _) | (_, Health::Healthy) => Health::Healthy,
        (None | Some(Health::NotApplicable), Health::NotApplicable) => Health::NotApplicable,
    }
}

//! The parts put together, and what of them comes first.

use super::{Count, Issue, Output, Parts};
use crate::tools::{
    security::{
        assessments::{Recommendation, Recommendations},
        plans::Plan,
        score::Scores,
        severity::{self, Severity},
    },
    untrusted::Untrusted,
};

const WORST: usize = 5;
/// A score below this is an issue of its own.
const LOW_SCORE: f64 = 0.5;

/// The result.
pub(super) fn output(parts: Parts) -> Output {
    let scores = parts.scores.as_ref();
    let score = scores.and_then(Scores::overall);
    let alerts: Option<Vec<Count>> = parts.alerts.as_ref().map(|counts| {
        let active = counts.active().into_iter();
        active.map(|(severity, count)| Count { severity: severity.to_owned(), count }).collect()
    });
    let mut off: Vec<Plan> =
        parts.plans.iter().flatten().filter(|one| one.is_off()).cloned().collect();
    off.sort_by_key(|one| std::cmp::Reverse(one.resources.unwrap_or(0)));
    let on = parts
        .plans
        .as_ref()
        .map(|plans| plans.iter().filter(|one| one.on && !one.deprecated).count() as u64);
    let worst: Vec<Recommendation> = parts
        .recommendations
        .iter()
        .flat_map(Recommendations::unfollowed)
        .take(WORST)
        .cloned()
        .collect();
    let mut output = Output {
        score,
        scores: parts.scores.map(|scores| scores.scored).unwrap_or_default(),
        recommendations: parts.recommendations.as_ref().map(by_severity),
        alerts,
        worst_recommendations: worst,
        plans_on: on,
        plans_off: off,
        issues: Vec::new(),
    };
    output.issues = issues(&output);
    output
}

fn by_severity(read: &Recommendations) -> Vec<Count> {
    let known = Severity::WORST_FIRST.into_iter().map(Some).chain([None]);
    let counts = known.map(|severity| {
        let count = read.unfollowed().filter(|one| one.severity == severity).count() as u64;
        let name = severity.map_or("Unknown", Severity::name);
        Count { severity: name.to_owned(), count }
    });
    counts.filter(|one| one.count > 0).collect()
}

/// What is under way comes before what could be better: alerts, then recommendations, then plans
/// and the score, within a severity.
fn issues(output: &Output) -> Vec<Issue> {
    let mut issues = Vec::new();
    for one in output.alerts.iter().flatten() {
        let Some(severity) = Severity::of(&one.severity) else { continue };
        let title = format!("Active {} security alerts", one.severity.to_lowercase());
        let title = Untrusted::new(&title);
        issues.push(Issue { kind: "alerts", severity, title, count: one.count });
    }
    for one in &output.worst_recommendations {
        let Some(severity) = one.severity else { continue };
        let (title, count) = (one.title.clone(), one.unhealthy);
        issues.push(Issue { kind: "recommendation", severity, title, count });
    }
    for (title, count) in unprotected(&output.plans_off) {
        let title = Untrusted::new(&format!("{title} without their Defender plan"));
        issues.push(Issue { kind: "plan", severity: Severity::Medium, title, count });
    }
    let low = output.scores.iter().filter(|one| one.share < LOW_SCORE).count() as u64;
    if low > 0 {
        let title = Untrusted::new("Subscriptions with a secure score below 50 %");
        issues.push(Issue { kind: "score", severity: Severity::Medium, title, count: low });
    }
    issues.sort_by_key(|one| severity::rank(Some(one.severity)));
    issues
}

/// Resources that a plan which is off would protect, by plan, most first.
fn unprotected(off: &[Plan]) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = Vec::new();
    for plan in off {
        let count = plan.resources.unwrap_or(0);
        match counts.iter_mut().find(|(title, _)| title == plan.title.as_str()) {
            Some((_, sum)) => *sum += count,
            None => counts.push((plan.title.as_str().to_owned(), count)),
        }
    }
    counts.retain(|(_, count)| *count > 0);
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

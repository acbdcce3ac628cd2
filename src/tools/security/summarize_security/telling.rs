//! How the summary is told.

use super::{Count, Issue, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, action, caveat, cell, column, count_of, detail, figure,
            grouped, headline, listed, percent,
        },
        security::{
            assessments::Recommendation,
            get_secure_score::{gauge, tone},
            list_security_recommendations::telling::table,
            plans::Plan,
            severity::{self, Severity},
        },
        untrusted::word,
    },
};

const TOLD_RECOMMENDATIONS: usize = 3;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("issues");

    fn present(&self, _: &Moment) -> Presentation {
        Presentation {
            summary: listed(&self.parts()),
            findings: self.findings(),
            views: self.views(),
            rows: self.issues.len() as u64,
            total: None,
        }
    }
}

fn sum(counts: &[Count]) -> u64 {
    counts.iter().map(|one| one.count).sum()
}

fn split(counts: &[Count]) -> String {
    let parts: Vec<String> = counts
        .iter()
        .map(|one| format!("{} {}", grouped(one.count), word(&one.severity)))
        .collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", listed(&parts)) }
}

impl Output {
    /// The figures of the parts that were read.
    fn parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        parts.extend(self.score.map(|share| format!("secure score {}", percent(share))));
        parts.extend(self.alerts.as_ref().map(|all| count_of(sum(all), "active alert")));
        parts.extend(
            self.recommendations
                .as_ref()
                .map(|all| format!("{} not followed", count_of(sum(all), "recommendation"))),
        );
        parts.extend(
            self.plans_on.map(|_| format!("{} off", count_of(self.plans_off.len() as u64, "plan"))),
        );
        parts
    }

    fn findings(&self) -> Vec<Finding> {
        let worst = self.issues.first().map(|one| one.severity);
        let tone = if worst.is_some() { severity::tone(worst) } else { FindingTone::Good };
        let mut text = listed(&self.parts());
        if let Some(first) = text.get(..1) {
            text = format!("{}{}", first.to_uppercase(), text.get(1..).unwrap_or_default());
        }
        let mut findings = vec![headline(tone, format!("{text}."))];
        findings.extend(self.told_alerts());
        findings.extend(self.told_recommendations());
        findings.extend(self.told_score());
        findings.extend(self.told_plans());
        findings.extend(self.next_step());
        findings.extend(self.unread());
        findings
    }

    fn told_alerts(&self) -> Option<Finding> {
        let all = self.alerts.as_ref()?;
        Some(match all.first() {
            None => detail(FindingTone::Good, "There are no active security alerts."),
            Some(worst) => detail(
                severity::tone(Severity::of(&worst.severity)),
                format!("{}{}.", count_of(sum(all), "active security alert"), split(all)),
            ),
        })
    }

    fn told_recommendations(&self) -> Vec<Finding> {
        let Some(all) = &self.recommendations else { return Vec::new() };
        let Some(worst) = all.first() else {
            return vec![detail(FindingTone::Good, "All security recommendations are followed.")];
        };
        let text = format!(
            "{} not followed{}.",
            count_of(sum(all), "security recommendation"),
            split(all)
        );
        let mut findings = vec![detail(severity::tone(Severity::of(&worst.severity)), text)];
        let told = self.worst_recommendations.iter().take(TOLD_RECOMMENDATIONS);
        findings.extend(told.map(Recommendation::told));
        findings
    }

    fn told_score(&self) -> Option<Finding> {
        let share = self.score?;
        let lowest = self.scores.first()?;
        let text = match self.scores.len() {
            1 => format!(
                "The secure score of `{}` is {}: {} of {} points.",
                lowest.subscription.marked(),
                percent(share),
                figure(lowest.current),
                figure(lowest.max)
            ),
            several => format!(
                "The secure score over {several} subscriptions is {}; `{}` is lowest with {}.",
                percent(share),
                lowest.subscription.marked(),
                percent(lowest.share)
            ),
        };
        Some(detail(tone(share), text))
    }

    fn told_plans(&self) -> Option<Finding> {
        let on = self.plans_on?;
        let off = self.plans_off.len() as u64;
        if off == 0 {
            let text = format!("All {} are on.", count_of(on, "Defender plan"));
            return Some(detail(FindingTone::Good, text));
        }
        let at_stake: Vec<String> = self
            .plans_off
            .iter()
            .filter(|one| one.resources > Some(0))
            .take(3)
            .map(|one| {
                let count = count_of(one.resources.unwrap_or(0), "resource");
                format!("`{}` in `{}` ({count})", one.called(), one.subscription.marked())
            })
            .collect();
        let stake = match at_stake.as_slice() {
            [] => "; none of them has resources to protect".to_owned(),
            some => format!("; most at stake with {}", listed(some)),
        };
        let all = count_of(on + off, "Defender plan");
        let tone = match at_stake.is_empty() {
            true => FindingTone::Neutral,
            false => FindingTone::Warning,
        };
        Some(detail(tone, format!("{off} of {all} are off{stake}.")))
    }

    fn next_step(&self) -> Option<Finding> {
        let first = self.issues.first()?;
        let text = match first.kind {
            "alerts" => format!(
                "Look at the {} first: they are under way.",
                match first.count {
                    1 => format!("{} alert", first.severity.name()),
                    more => format!("{more} {} alerts", first.severity.name()),
                }
            ),
            "recommendation" => format!("Begin with `{}`.", first.title.marked()),
            "plan" => "Decide about the Defender plans that are off.".to_owned(),
            _ => "Ask what would raise the secure score.".to_owned(),
        };
        Some(action(text))
    }

    /// The parts that are missing, so that nobody takes silence for good news.
    fn unread(&self) -> Option<Finding> {
        let parts = [
            ("the secure score", self.score.is_none()),
            ("alerts", self.alerts.is_none()),
            ("recommendations", self.recommendations.is_none()),
            ("Defender plans", self.plans_on.is_none()),
        ];
        let missing: Vec<String> = parts
            .into_iter()
            .filter(|(_, missing)| *missing)
            .map(|(name, _)| name.to_owned())
            .collect();
        (!missing.is_empty()).then(|| {
            caveat(format!("This says nothing about {}: not readable here.", listed(&missing)))
        })
    }

    fn views(&self) -> Vec<View> {
        let mut views: Vec<View> = self.score.map(gauge).into_iter().collect();
        if !self.issues.is_empty() {
            views.push(self.issues_table());
        }
        if !self.worst_recommendations.is_empty() {
            let worst = &self.worst_recommendations;
            views.push(table("Worst security recommendations", worst, worst.len() as u64));
        }
        if !self.plans_off.is_empty() {
            views.push(plans_table(&self.plans_off));
        }
        views
    }

    fn issues_table(&self) -> View {
        let row = |one: &Issue| {
            vec![one.severity.name().into(), cell(one.title.as_str()), one.count.into()]
        };
        View::Table {
            title: "What to look at".to_owned(),
            columns: vec![
                column("severity", "Severity", ColumnKind::Severity),
                column("title", "Issue", ColumnKind::Text),
                column("count", "Count", ColumnKind::Number),
            ],
            rows: self.issues.iter().map(row).collect(),
            total: self.issues.len() as u64,
        }
    }
}

fn plans_table(off: &[Plan]) -> View {
    let row = |one: &Plan| {
        vec![one.called().into(), cell(one.subscription.as_str()), one.resources.into()]
    };
    View::Table {
        title: "Defender plans that are off".to_owned(),
        columns: vec![
            column("title", "Plan", ColumnKind::Text),
            column("subscription", "Subscription", ColumnKind::Text),
            column("resources", "Resources", ColumnKind::Number),
        ],
        rows: off.iter().map(row).collect(),
        total: off.len() as u64,
    }
}

//! How plans are told.

use std::collections::BTreeMap;

use super::{Output, Plan};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, action, caveat, cell, column, count_of, detail,
            headline, listed, word_cell,
        },
        untrusted::word,
    },
};

const TOLD: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("plans");

    fn present(&self, _: &Moment) -> Presentation {
        let views = if self.plans.is_empty() { Vec::new() } else { vec![table(&self.plans)] };
        Presentation {
            summary: format!("{} on, {} off", count_of(self.on, "plan"), self.off),
            findings: self.findings(),
            views,
            rows: self.plans.len() as u64,
            total: None,
        }
    }
}

/// A plan that is off, over the subscriptions.
struct Gap<'a> {
    title: String,
    subscriptions: Vec<&'a Plan>,
}

impl Gap<'_> {
    fn resources(&self) -> Option<u64> {
        self.subscriptions.iter().map(|one| one.resources).sum()
    }

    fn told(&self) -> String {
        let names: Vec<String> = self
            .subscriptions
            .iter()
            .take(4)
            .map(|one| match one.resources {
                Some(count) => {
                    format!("`{}` ({})", one.subscription.marked(), count_of(count, "resource"))
                }
                None => format!("`{}`", one.subscription.marked()),
            })
            .collect();
        let more = self.subscriptions.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{} is off in {}{more}.", self.title, listed(&names))
    }
}

/// What is off, most resources first.
fn gaps(plans: &[Plan]) -> Vec<Gap<'_>> {
    let mut by_title: BTreeMap<String, Vec<&Plan>> = BTreeMap::new();
    for plan in plans.iter().filter(|one| one.is_off()) {
        by_title.entry(plan.called()).or_default().push(plan);
    }
    let mut gaps: Vec<Gap<'_>> = by_title
        .into_iter()
        .map(|(title, subscriptions)| Gap { title: format!("`{title}`"), subscriptions })
        .collect();
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.resources().unwrap_or(0)));
    gaps
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let gaps = gaps(&self.plans);
        let mut findings = vec![self.headline(&gaps)];
        for gap in gaps.iter().take(TOLD) {
            let tone = match gap.resources() {
                Some(0) => FindingTone::Neutral,
                Some(_) | None => FindingTone::Warning,
            };
            findings.push(detail(tone, gap.told()));
        }
        findings.extend(self.partly());
        findings.extend(self.extensions());
        let first = gaps.iter().find(|gap| gap.resources() > Some(0));
        findings.extend(first.map(|gap| {
            action(format!(
                "Turn on {} first where its resources matter; plans are billed by resource.",
                gap.title
            ))
        }));
        if self.plans.iter().any(|one| one.is_off() && one.resources.is_none()) {
            findings.push(caveat(
                "Resources are counted where a plan is for types of resource and they may be seen.",
            ));
        }
        findings
    }

    fn headline(&self, gaps: &[Gap<'_>]) -> Finding {
        let over = count_of(self.subscription_count, "subscription");
        let asked = match self.asked.is_empty() {
            true => String::new(),
            false => format!(" for `{}`", self.asked.marked()),
        };
        if self.on + self.off == 0 {
            return headline(FindingTone::Warning, "No Defender plan could be seen in scope.");
        }
        let exposed: u64 = gaps.iter().filter_map(Gap::resources).sum();
        let at_stake = match exposed {
            0 => String::new(),
            some => format!(", which leaves {} without one", count_of(some, "resource")),
        };
        let text = format!(
            "{} of {}{asked} are on over {over}; {} off{at_stake}.",
            self.on,
            count_of(self.on + self.off, "Defender plan"),
            if self.off == 1 { "1 is".to_owned() } else { format!("{} are", self.off) },
        );
        let tone = match (self.off, exposed) {
            (0, _) => FindingTone::Good,
            (_, 0) => FindingTone::Neutral,
            _ => FindingTone::Warning,
        };
        headline(tone, text)
    }

    fn partly(&self) -> Option<Finding> {
        let partly: Vec<String> = self
            .plans
            .iter()
            .filter(|one| one.partly())
            .take(6)
            .map(|one| format!("`{}` in `{}`", one.called(), one.subscription.marked()))
            .collect();
        (!partly.is_empty()).then(|| {
            let text = format!("On, but covering its resources only in part: {}.", listed(&partly));
            detail(FindingTone::Warning, text)
        })
    }

    fn extensions(&self) -> Option<Finding> {
        let off: Vec<String> = self
            .plans
            .iter()
            .filter(|one| one.on && !one.extensions_off.is_empty())
            .take(4)
            .map(|one| {
                let names: Vec<String> =
                    one.extensions_off.iter().take(4).map(|name| word(name)).collect();
                let title = one.called();
                format!("{} of `{title}` in `{}`", listed(&names), one.subscription.marked())
            })
            .collect();
        (!off.is_empty()).then(|| {
            detail(FindingTone::Neutral, format!("Extensions that are off: {}.", off.join("; ")))
        })
    }
}

fn table(plans: &[Plan]) -> View {
    let row = |one: &Plan| {
        let state = match (one.deprecated, one.on) {
            (true, _) => "replaced",
            (false, true) => "on",
            (false, false) => "off",
        };
        vec![
            cell(one.subscription.as_str()),
            one.called().into(),
            state.into(),
            word_cell(one.sub_plan.as_deref().unwrap_or_default()),
            word_cell(one.coverage.as_deref().unwrap_or_default()),
            one.resources.into(),
        ]
    };
    View::Table {
        title: "Defender plans".to_owned(),
        columns: vec![
            column("subscription", "Subscription", ColumnKind::Text),
            column("title", "Plan", ColumnKind::Text),
            column("state", "State", ColumnKind::Text),
            column("subPlan", "Part", ColumnKind::Text),
            column("coverage", "Coverage", ColumnKind::Text),
            column("resources", "Resources", ColumnKind::Number),
        ],
        rows: plans.iter().map(row).collect(),
        total: plans.len() as u64,
    }
}

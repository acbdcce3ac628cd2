//! How licences are told.

use std::collections::BTreeMap;

use super::{Area, Licence, NotEnrolled, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, action, caveat, cell, column, count_of, detail,
            headline, listed, part_of, word_cell,
        },
        scope::enrollment::ESSENTIALS,
        untrusted::{Untrusted, word},
    },
};

const TOLD: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("licences");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.licences.len() as u64;
        Presentation {
            summary: format!("{} on, {} off", count_of(self.plans_on, "plan"), self.plans_off),
            findings: self.findings(),
            views: if rows == 0 { Vec::new() } else { vec![self.table(rows)] },
            rows,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        if self.licences.is_empty() {
            return vec![headline(
                FindingTone::Neutral,
                "Nothing with a plan or a licence is in scope.",
            )];
        }
        let text = format!(
            "{} on and {} off; {}; Windows: {} bought from Azure, {} with hybrid benefit; SQL: {} \
             bought from Azure, {} with hybrid benefit.",
            count_of(self.plans_on, "Defender plan"),
            self.plans_off,
            count_of(self.workspaces, "Log Analytics workspace"),
            count_of(self.windows_paid, "licence"),
            self.windows_own,
            count_of(self.sql_paid, "licence"),
            self.sql_own,
        );
        let mut findings = vec![headline(FindingTone::Neutral, text)];
        findings.extend(self.plans());
        findings.extend(self.workspaces());
        findings.extend(self.enrollments());
        if self.windows_paid + self.sql_paid > 0 {
            findings.push(action(
                "Where licences with Software Assurance are at hand, hybrid benefit saves buying \
                 them again from Azure.",
            ));
        }
        findings.push(caveat("What each costs is told by the tools on cost, not here."));
        findings
    }

    /// The plans that are on, subscription by subscription.
    fn plans(&self) -> Vec<Finding> {
        let mut by: BTreeMap<&Untrusted<String>, Vec<String>> = BTreeMap::new();
        for one in self.licences.iter().filter(|one| one.area == Area::Plan) {
            let own = by.entry(&one.subscription).or_default();
            if one.paid {
                own.push(one.plan());
            }
        }
        let count = by.len() as u64;
        let told = |(name, plans): (&Untrusted<String>, Vec<String>)| {
            let plans =
                if plans.is_empty() { "no Defender plan is on".to_owned() } else { listed(&plans) };
            detail(FindingTone::Neutral, format!("`{}`: {plans}.", name.marked()))
        };
        let mut findings: Vec<Finding> = by.into_iter().take(TOLD).map(told).collect();
        let here = findings.len() as u64;
        findings.extend(part_of((here, count), "subscriptions are told here"));
        findings
    }

    fn workspaces(&self) -> Option<Finding> {
        let mut by: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for one in self.licences.iter().filter(|one| one.area == Area::Workspace) {
            let days = one.detail.as_deref().unwrap_or("unknown");
            *by.entry((&one.item, days)).or_default() += one.amount;
        }
        let tiers: Vec<String> = by
            .into_iter()
            .take(TOLD)
            .map(|((tier, days), count)| {
                format!("{} of tier {} with {} days of retention", count, word(tier), word(days))
            })
            .collect();
        (!tiers.is_empty()).then(|| {
            detail(FindingTone::Neutral, format!("Log Analytics workspaces: {}.", listed(&tiers)))
        })
    }

    fn enrollments(&self) -> Vec<Finding> {
        if self.not_enrolled.is_empty() {
            return Vec::new();
        }
        let told: Vec<String> =
            self.not_enrolled.iter().take(TOLD).map(NotEnrolled::told).collect();
        vec![
            detail(FindingTone::Neutral, format!("Not enrolled: {}.", listed(&told))),
            action(format!(
                "An enrollment would add the essentials ({ESSENTIALS}); its security tier adds \
                 Defender CSPM and Defender for Servers, which are paid; foundational CSPM is free."
            )),
        ]
    }

    fn table(&self, total: u64) -> View {
        let row = |one: &Licence| {
            vec![
                cell(one.subscription.as_str()),
                one.area.title().into(),
                word_cell(&one.item),
                word_cell(one.detail.as_deref().unwrap_or_default()),
                one.state().into(),
                one.amount.into(),
            ]
        };
        View::Table {
            title: "Plans and licences".to_owned(),
            columns: vec![
                column("subscription", "Subscription", ColumnKind::Text),
                column("area", "For", ColumnKind::Text),
                column("item", "Plan, tier or licence", ColumnKind::Text),
                column("detail", "Part or days", ColumnKind::Text),
                column("paid", "State", ColumnKind::Text),
                column("amount", "Resources", ColumnKind::Number),
            ],
            rows: self.licences.iter().map(row).collect(),
            total,
        }
    }
}

impl Area {
    const fn title(self) -> &'static str {
        match self {
            Self::Plan => "Defender",
            Self::Workspace => "Log Analytics",
            Self::Windows => "Windows",
            Self::Sql => "SQL",
            Self::Linux => "Linux",
            Self::Arc => "Azure Arc",
        }
    }
}

impl Licence {
    fn plan(&self) -> String {
        match &self.detail {
            Some(part) => format!("{} ({})", word(&self.item), word(part)),
            None => word(&self.item),
        }
    }

    const fn state(&self) -> &'static str {
        match (self.area, self.paid) {
            (Area::Plan, true) => "on",
            (Area::Plan, false) => "off",
            (Area::Windows | Area::Sql, false) => "own licence",
            (_, true) => "paid",
            (_, false) => "free",
        }
    }
}

impl NotEnrolled {
    fn told(&self) -> String {
        let machines = count_of(self.machines, "machine");
        match self.would_add.as_slice() {
            [] => format!("`{}` ({machines})", self.subscription.marked()),
            plans => format!(
                "`{}` ({machines}; the security tier would add {})",
                self.subscription.marked(),
                listed(plans)
            ),
        }
    }
}

//! How verdicts are told.

use std::collections::BTreeMap;

use super::{Lock, Output, Role, Verdict, capability};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            headline, listed, word_cell,
        },
        untrusted::{mark, word},
    },
};

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("verdicts");

    fn present(&self, _: &Moment) -> Presentation {
        let allowed = self.verdicts.iter().filter(|one| one.allowed).count() as u64;
        let rows = self.verdicts.len() as u64;
        Presentation {
            summary: format!("{allowed} of {} allowed", count_of(rows, "check")),
            findings: if self.one_action { self.about_one() } else { self.overview() },
            views: vec![self.table()],
            rows,
            total: None,
        }
    }
}

impl Output {
    fn split(&self) -> (Vec<&Verdict>, Vec<&Verdict>) {
        self.verdicts.iter().partition(|one| one.allowed)
    }

    fn about_one(&self) -> Vec<Finding> {
        let (allowed, missing) = self.split();
        let Some(first) = self.verdicts.first() else {
            return vec![headline(FindingTone::Warning, "No scope could be checked.")];
        };
        let what = format!("`{}` ({})", first.called(), word(&first.action));
        let all = self.verdicts.len();
        let (tone, text) = match (allowed.as_slice(), missing.as_slice()) {
            (_, []) if all == 1 => {
                (FindingTone::Good, format!("Yes: {what} is allowed at {}.", first.place()))
            }
            (_, []) => (FindingTone::Good, format!("Yes: {what} is allowed at all {all} scopes.")),
            ([], _) if all == 1 => {
                (FindingTone::Warning, format!("No: {what} is not allowed at {}.", first.place()))
            }
            ([], _) => {
                (FindingTone::Warning, format!("No: {what} is not allowed at any of {all} scopes."))
            }
            (some, _) => (
                FindingTone::Warning,
                format!("{what} is allowed at {} of {all} scopes.", some.len()),
            ),
        };
        let mut findings = vec![about(headline(tone, text), &first.scope)];
        if all > 1 {
            findings.extend(missing.iter().take(8).map(|one| one.told()));
        }
        findings.extend(self.way_out(&missing));
        findings.extend(self.locks.iter().take(6).map(Lock::told));
        findings.extend(self.limits());
        findings
    }

    fn way_out(&self, missing: &[&Verdict]) -> Option<Finding> {
        let first = missing.first()?;
        let roles: Vec<String> = self.roles.iter().map(Role::told).collect();
        let who = "an Owner, User Access Administrator or Role Based Access Control Administrator";
        let text = match roles.as_slice() {
            [] => format!("Missing is {}; no role that has it is known here.", word(&first.action)),
            [only] => format!(
                "Missing is {}. Ask {who} to assign the role {only} at {}.",
                word(&first.action),
                first.place()
            ),
            [best, rest @ ..] => format!(
                "Missing is {}. Ask {who} to assign the role {best} at {}; wider roles that have \
                 it too are {}.",
                word(&first.action),
                first.place(),
                listed(rest)
            ),
        };
        Some(action(text))
    }

    fn overview(&self) -> Vec<Finding> {
        let mut by_scope: BTreeMap<&str, (Vec<&Verdict>, Vec<&Verdict>)> = BTreeMap::new();
        for one in &self.verdicts {
            let entry = by_scope.entry(&one.scope).or_default();
            if one.allowed { entry.0.push(one) } else { entry.1.push(one) }
        }
        let (allowed, missing) = self.split();
        let scopes = count_of(by_scope.len() as u64, "scope");
        let (tone, text) = match (allowed.is_empty(), missing.is_empty()) {
            (_, true) => {
                (FindingTone::Good, format!("All that was checked is allowed at {scopes}."))
            }
            (true, false) => (
                FindingTone::Warning,
                format!("Nothing of what was checked is allowed at {scopes}."),
            ),
            (false, false) => (
                FindingTone::Neutral,
                format!(
                    "{} of {} checks at {scopes} are allowed.",
                    allowed.len(),
                    self.verdicts.len()
                ),
            ),
        };
        let mut findings = vec![headline(tone, text)];
        for (scope, (allowed, missing)) in by_scope.into_iter().take(12) {
            let tasks =
                |of: &[&Verdict]| listed(&of.iter().map(|one| one.called()).collect::<Vec<_>>());
            let Some(place) = allowed.first().or(missing.first()).map(|one| one.place()) else {
                continue;
            };
            let text = match (allowed.as_slice(), missing.as_slice()) {
                (may, []) => format!("At {place} allowed: {}.", tasks(may)),
                ([], may_not) => format!("At {place} not allowed: {}.", tasks(may_not)),
                (may, may_not) => {
                    format!("At {place} allowed: {}; not allowed: {}.", tasks(may), tasks(may_not))
                }
            };
            findings.push(about(detail(FindingTone::Neutral, text), scope));
        }
        if !missing.is_empty() {
            findings.push(action("Ask about one action to learn which role allows it."));
        }
        findings.extend(self.limits());
        findings
    }

    /// What the rule cannot see.
    fn limits(&self) -> Vec<Finding> {
        let mut caveats = vec![caveat(
            "These are the rights of the identity that reads Azure here. Deny assignments are not \
             part of this check and can still refuse an action.",
        )];
        if self.conditional {
            caveats.push(caveat(
                "A role assignment has a condition, which can narrow what is allowed.",
            ));
        }
        caveats
    }

    fn table(&self) -> View {
        let row = |one: &Verdict| {
            vec![
                one.called().into(),
                cell(&one.scope),
                if one.allowed { "yes" } else { "no" }.into(),
                word_cell(&one.action),
            ]
        };
        View::Table {
            title: "Rights".to_owned(),
            columns: vec![
                column("task", "To do", ColumnKind::Text),
                column("scope", "At", ColumnKind::Resource),
                column("allowed", "Allowed", ColumnKind::Text),
                column("action", "Azure action", ColumnKind::Text),
            ],
            rows: self.verdicts.iter().map(row).collect(),
            total: self.verdicts.len() as u64,
        }
    }
}

impl Verdict {
    /// The task in a sentence: a known one is our own words, another is what was asked.
    fn called(&self) -> String {
        let task = self.task.as_str();
        if capability::is_known(task) { task.to_owned() } else { word(task) }
    }

    fn place(&self) -> String {
        format!("`{}`", self.scope_name.marked())
    }

    fn told(&self) -> Finding {
        let text = format!("Not at {}: {} is missing.", self.place(), word(&self.action));
        about(detail(FindingTone::Warning, text), &self.scope)
    }
}

impl Role {
    fn told(&self) -> String {
        let own = if self.custom { " (made here)" } else { "" };
        format!("`{}`{own}", self.name.marked())
    }
}

impl Lock {
    fn told(&self) -> Finding {
        let name = self.scope.rsplit('/').next().unwrap_or(&self.scope);
        let notes = self.notes.as_ref().map(|notes| format!(": {}", notes.marked()));
        let text = format!(
            "A lock ({}) on `{}` stands in the way{}",
            word(&self.level),
            mark(name),
            notes.unwrap_or_default()
        );
        about(detail(FindingTone::Warning, format!("{}.", text.trim_end_matches('.'))), &self.scope)
    }
}

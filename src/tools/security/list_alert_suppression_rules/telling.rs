//! How suppression rules are told.

use serde_json::Value;

use super::{Output, Rule};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, caveat, cell, column, count_of, detail, headline,
            sentence, word_cell,
        },
        rows::instant,
        untrusted::{Untrusted, word},
    },
};

const TOLD: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("rules");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.rules.len() as u64;
        Presentation {
            summary: count_of(rows, "suppression rule"),
            findings: self.findings(at),
            views: if self.rules.is_empty() { Vec::new() } else { vec![table(&self.rules)] },
            rows,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let rows = self.rules.len() as u64;
        if rows == 0 {
            let text = "No rule suppresses security alerts there.";
            return vec![headline(FindingTone::Neutral, text)];
        }
        let text = format!("{}, {} in force.", count_of(rows, "suppression rule"), self.enabled);
        let mut findings = vec![headline(FindingTone::Neutral, text)];
        findings.extend(self.rules.iter().take(TOLD).map(|rule| rule.told(at)));
        if self.rules.iter().any(|rule| rule.is_on() && rule.ends_at.is_none()) {
            findings.push(caveat(
                "A rule without an end hides every such alert for good: look at it again from \
                 time to time.",
            ));
        }
        findings
    }
}

impl Rule {
    fn told(&self, at: &Moment) -> Finding {
        let until = self.ends_at.as_deref().and_then(instant);
        let until = until.map_or("without an end".to_owned(), |end| {
            format!("until {} ({})", at.local(end), at.ago(end))
        });
        let of = |text: Option<&Untrusted<String>>| {
            text.map_or(String::new(), |text| format!(": {}", text.marked()))
        };
        let only = self
            .conditions
            .first()
            .map_or(String::new(), |condition| format!(", only where `{}`", condition.marked()));
        let text = format!(
            "`{}` in `{}` ({}) keeps `{}` quiet {until}{only}{}",
            self.name.marked(),
            self.subscription.marked(),
            word(&self.state),
            self.alert_type.marked(),
            of(self.comment.as_ref()),
        );
        let tone = match self.is_on() && self.conditions.is_empty() && self.ends_at.is_none() {
            true => FindingTone::Warning,
            false => FindingTone::Neutral,
        };
        detail(tone, sentence(&text))
    }
}

fn table(rules: &[Rule]) -> View {
    let said =
        |text: Option<&Untrusted<String>>| text.map_or(Value::Null, |text| cell(text.as_str()));
    let rows = rules.iter().map(|one| {
        vec![
            cell(one.name.as_str()),
            cell(one.alert_type.as_str()),
            word_cell(&one.state),
            said(one.reason.as_ref()),
            said(one.comment.as_ref()),
            one.ends_at.as_deref().map_or(Value::Null, word_cell),
            cell(one.subscription.as_str()),
        ]
    });
    View::Table {
        title: "Alert suppression rules".to_owned(),
        columns: vec![
            column("name", "Rule", ColumnKind::Text),
            column("alertType", "Alert", ColumnKind::Text),
            column("state", "State", ColumnKind::Text),
            column("reason", "Reason", ColumnKind::Text),
            column("comment", "Comment", ColumnKind::Text),
            column("endsAt", "Ends", ColumnKind::Instant),
            column("subscription", "Subscription", ColumnKind::Text),
        ],
        rows: rows.collect(),
        total: rules.len() as u64,
    }
}

//! How just-in-time access is told.

use serde_json::Value;

use super::{Machine, Output, Request};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, headline,
            listed, word_cell,
        },
        rows::instant,
        untrusted::mark,
    },
};

const TOLD: usize = 6;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("machines");

    fn present(&self, at: &Moment) -> Presentation {
        let mut views = Vec::new();
        if !self.machines.is_empty() {
            views.push(machines(&self.machines));
        }
        if !self.requests.is_empty() {
            views.push(requests(&self.requests));
        }
        Presentation {
            summary: count_of(self.machines.len() as u64, "machine"),
            findings: self.findings(at),
            views,
            rows: self.machines.len() as u64,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.requests.iter().take(TOLD).map(|one| one.told(at)));
        let names: Vec<String> =
            self.lacking.iter().take(TOLD).map(|id| format!("`{}`", named(id))).collect();
        if !names.is_empty() {
            let more = self.lacking.len() - names.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let text = format!("Without it: {}{more}.", listed(&names));
            findings.push(detail(FindingTone::Warning, text));
            findings.push(action(
                "Turn just-in-time access on where management ports are reachable from outside.",
            ));
        }
        findings
    }

    fn headline(&self) -> Finding {
        let of = match self.asked.is_empty() {
            true => String::new(),
            false => format!(" called like `{}`", self.asked.marked()),
        };
        let has = self.machines.len() as u64;
        let lacking = self.lacking.len() as u64;
        let (tone, text) = match (has, lacking) {
            (0, 0) => (
                FindingTone::Neutral,
                format!("No machine{of} has just-in-time access, and none is said to need it."),
            ),
            (has, 0) => (
                FindingTone::Good,
                format!(
                    "{}{of} with just-in-time access; no machine lacks it.",
                    count_of(has, "machine")
                ),
            ),
            (has, some) => (
                FindingTone::Warning,
                format!(
                    "{}{of} with just-in-time access; {some} more should have it and {} not.",
                    count_of(has, "machine"),
                    if some == 1 { "has" } else { "have" }
                ),
            ),
        };
        headline(tone, text)
    }
}

impl Request {
    fn told(&self, at: &Moment) -> Finding {
        let who = self
            .requestor
            .as_ref()
            .map_or("Somebody".to_owned(), |who| format!("`{}`", who.marked()));
        let when = self.began_at.as_deref().and_then(instant);
        let when =
            when.map_or(String::new(), |began| format!(" {} ({})", at.ago(began), at.local(began)));
        let port =
            self.port.as_ref().map_or(String::new(), |port| format!(" to port {}", mark(port)));
        let why =
            self.justification.as_ref().map_or(String::new(), |why| format!(": {}", why.marked()));
        let text =
            format!("{who} asked for access{port} of `{}`{when}{why}.", named(&self.machine));
        about(detail(FindingTone::Neutral, text), &self.machine)
    }
}

/// The name in an ARM id.
fn named(id: &str) -> String {
    mark(id.rsplit('/').next().unwrap_or(id))
}

fn text(value: Option<&String>) -> Value {
    value.map_or(Value::Null, |text| cell(text))
}

fn machines(machines: &[Machine]) -> View {
    let rows = machines.iter().map(|one| {
        vec![
            cell(&one.id),
            cell(&one.ports.join(", ")),
            text(one.longest.as_ref()),
            cell(one.subscription.as_str()),
        ]
    });
    View::Table {
        title: "Machines with just-in-time access".to_owned(),
        columns: vec![
            column("id", "Machine", ColumnKind::Resource),
            column("ports", "Ports", ColumnKind::Text),
            column("longest", "Open at most", ColumnKind::Text),
            column("subscription", "Subscription", ColumnKind::Text),
        ],
        rows: rows.collect(),
        total: machines.len() as u64,
    }
}

fn requests(requests: &[Request]) -> View {
    let rows = requests.iter().map(|one| {
        vec![
            cell(&one.machine),
            one.requestor.as_ref().map_or(Value::Null, |who| cell(who.as_str())),
            one.began_at.as_deref().map_or(Value::Null, word_cell),
            one.ends_at.as_deref().map_or(Value::Null, word_cell),
            text(one.port.as_ref()),
            text(one.status.as_ref()),
            one.justification.as_ref().map_or(Value::Null, |why| cell(why.as_str())),
        ]
    });
    View::Table {
        title: "Requests for access".to_owned(),
        columns: vec![
            column("machine", "Machine", ColumnKind::Resource),
            column("requestor", "Asked by", ColumnKind::Text),
            column("beganAt", "From", ColumnKind::Instant),
            column("endsAt", "Until", ColumnKind::Instant),
            column("port", "Port", ColumnKind::Text),
            column("status", "Status", ColumnKind::Text),
            column("justification", "Why", ColumnKind::Text),
        ],
        rows: rows.collect(),
        total: requests.len() as u64,
    }
}

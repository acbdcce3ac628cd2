//! What was found: a line a check, or one JSON object.

use std::process::ExitCode;

use serde::Serialize;

use crate::{
    cli::show::{Paper, Sheet, Style, safe_line},
    redact::redact,
};

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Standing {
    Ok,
    Warn,
    Fail,
}

/// One check.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Check {
    name: &'static str,
    status: Standing,
    summary: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_to_do: Option<String>,
}

impl Check {
    /// All is well.
    pub(super) fn ok(name: &'static str, summary: String) -> Self {
        Self { name, status: Standing::Ok, summary, details: Vec::new(), what_to_do: None }
    }

    /// It works, but not all of it.
    pub(super) fn warn(name: &'static str, summary: String, todo: &str) -> Self {
        Self {
            what_to_do: Some(todo.to_owned()),
            status: Standing::Warn,
            ..Self::ok(name, summary)
        }
    }

    /// It does not work.
    pub(super) fn fail(name: &'static str, summary: String, todo: &str) -> Self {
        Self {
            what_to_do: Some(todo.to_owned()),
            status: Standing::Fail,
            ..Self::ok(name, summary)
        }
    }

    /// The same, with a line for each of several things.
    pub(super) fn with(self, details: Vec<String>) -> Self {
        Self { details, ..self }
    }
}

/// What was found so far.
pub(super) struct Report {
    checks: Vec<Check>,
    paper: Paper,
}

impl Report {
    /// A report for people, or as JSON for scripts.
    pub(super) fn new(json: bool) -> Self {
        Self { checks: Vec::new(), paper: Paper::new(if json { Sheet::Blank } else { Sheet::One }) }
    }

    /// Takes a check in, without secrets, and shows it.
    pub(super) fn add(&mut self, mut check: Check) {
        check.summary = safe_line(&redact(&check.summary));
        for line in &mut check.details {
            *line = safe_line(&redact(line));
        }
        check.what_to_do = check.what_to_do.map(|text| safe_line(&redact(&text)));
        let (word, style) = match check.status {
            Standing::Ok => ("ok  ", Style::Good),
            Standing::Warn => ("warn", Style::Warn),
            Standing::Fail => ("FAIL", Style::Bad),
        };
        let word = self.paper.note_ink().paint(style, word);
        self.paper.note(&format!("{word}  {:<14} {}", check.name, check.summary));
        for line in &check.details {
            self.paper.note(&format!("{:>20} {line}", ""));
        }
        if let Some(todo) = &check.what_to_do {
            self.paper.note(&format!("{:>20} → {todo}", ""));
        }
        self.checks.push(check);
    }

    /// Ends it: 0 unless something fails.
    pub(super) fn end(self) -> ExitCode {
        let count = |status| self.checks.iter().filter(|check| check.status == status).count();
        let (fails, warnings) = (count(Standing::Fail), count(Standing::Warn));
        let mut paper = self.paper;
        paper.note(&match (fails, warnings) {
            (0, 0) => "all is well".to_owned(),
            (0, warnings) => format!("it works; {warnings} to look at"),
            (fails, warnings) => format!("{fails} failed, {warnings} to look at"),
        });
        if paper.is_blank() {
            let all = serde_json::json!({ "ok": fails == 0, "checks": self.checks });
            println!("{all:#}");
        }
        ExitCode::from(u8::from(fails > 0))
    }
}

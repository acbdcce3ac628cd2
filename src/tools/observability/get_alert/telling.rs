//! How one alert is told.

use super::{Change, Measured, Output};
use crate::{
    protocol::{Finding, FindingKind, FindingTone, TimelineEntry, View},
    tools::{
        present::{
            Moment, Present, Presentation, action, caveat, count_of, detail, figure, sentence,
        },
        rows,
        untrusted::{Untrusted, mark, word},
    },
};

const TOLD_CHANGES: usize = 4;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("history");

    fn present(&self, at: &Moment) -> Presentation {
        let alert = &self.alert;
        let summary = format!(
            "{} {} {}{}",
            word(&alert.severity),
            alert.name.marked(),
            word(&alert.condition).to_lowercase(),
            alert.on()
        );
        Presentation {
            summary,
            findings: self.findings(at),
            views: self.views(),
            rows: self.history.len() as u64,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![Finding { kind: FindingKind::Headline, ..self.alert.told(at) }];
        findings.extend(self.measured.iter().map(Measured::told));
        if let Some(rule) = self.alert.rule.as_ref().filter(|rule| !rule.is_empty()) {
            let service = self.alert.service.as_deref().map(word).unwrap_or_default();
            let by = if service.is_empty() { String::new() } else { format!(" of {service}") };
            let name = rule.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let text = format!("It was raised by the rule `{}`{by}.", mark(name));
            findings.push(detail(FindingTone::Neutral, text));
        }
        findings.extend(self.history.iter().take(TOLD_CHANGES).map(|one| one.told(at)));
        if self.older > 0 {
            let text = format!("It fired before: {} with this name.", self.before());
            findings.push(detail(FindingTone::Neutral, text));
        }
        if self.others_open > 0 {
            let verb = if self.others_open == 1 { "is" } else { "are" };
            let text = format!(
                "{} on the same resource {verb} open too.",
                count_of(self.others_open, "other alert")
            );
            findings.push(detail(FindingTone::Warning, text));
        }
        findings.extend(self.next_step());
        if self.history_missing {
            findings.push(caveat("Its history could not be read; the coverage says why."));
        }
        findings
    }

    fn before(&self) -> String {
        count_of(self.older, "older alert")
    }

    fn next_step(&self) -> Option<Finding> {
        let text = if self.alert.is_open() && self.alert.target.is_some() {
            "Look at the health of the resource and at what changed on it before the alert fired."
        } else if self.alert.is_open() {
            "Look at what the rule watches, and at what changed before the alert fired."
        } else {
            return None;
        };
        Some(action(text))
    }

    fn views(&self) -> Vec<View> {
        if self.history.is_empty() {
            return Vec::new();
        }
        vec![View::Timeline {
            title: format!("History of {}", self.alert.name.marked()),
            entries: self.history.iter().map(Change::entry).collect(),
            total: self.history.len() as u64,
        }]
    }
}

impl Measured {
    fn told(&self) -> Finding {
        let what = match &self.aggregation {
            Some(aggregation) => format!("{} of `{}`", word(aggregation), self.what.marked()),
            None => format!("`{}`", self.what.marked()),
        };
        let operator = self.operator.as_deref().map(spaced).unwrap_or_default();
        let rule = match self.threshold {
            Some(threshold) if !operator.is_empty() => {
                format!("the rule fires when it is {operator} {}", figure(threshold))
            }
            Some(threshold) => format!("the threshold is {}", figure(threshold)),
            None => "the threshold is not given".to_owned(),
        };
        let value = self.value.map(|value| format!(" was {}", figure(value)));
        let dimensions: Vec<String> = self.dimensions.iter().map(Untrusted::marked).collect();
        let of = if dimensions.is_empty() {
            String::new()
        } else {
            format!(" ({})", dimensions.join(", "))
        };
        let text = match value {
            Some(value) => format!("{what}{of}{value}; {rule}."),
            None => format!("{what}{of}: {rule}."),
        };
        detail(FindingTone::Neutral, text)
    }
}

impl Change {
    fn told(&self, at: &Moment) -> Finding {
        let when = rows::instant(&self.at).map_or_else(String::new, |changed| {
            format!("{} ({})", at.ago(changed), at.local(changed))
        });
        let by = match &self.by {
            Some(by) => format!(" by `{}`", by.marked()),
            None => String::new(),
        };
        let comment = match &self.comment {
            Some(comment) => format!(": {}", comment.marked()),
            None => String::new(),
        };
        let text = format!("{when}: {}{by}{comment}", self.what());
        detail(FindingTone::Neutral, sentence(&text))
    }

    /// `state change from New to Acknowledged`.
    fn what(&self) -> String {
        let event = spaced(&self.event);
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => format!("{event} from {} to {}", word(from), word(to)),
            (None, Some(to)) => format!("{event} to {}", word(to)),
            (Some(_) | None, None) => event,
        }
    }

    fn entry(&self) -> TimelineEntry {
        let by = self.by.as_ref().map(Untrusted::marked);
        let comment = self.comment.as_ref().map(Untrusted::marked);
        let detail: Vec<String> = [by, comment].into_iter().flatten().collect();
        TimelineEntry {
            at: self.at.clone(),
            title: self.what(),
            detail: detail.join(": "),
            tone: match self.event.as_str() {
                "ActionsFailed" => FindingTone::Critical,
                "ActionsSuppressed" | "ActionRuleSuppressed" => FindingTone::Warning,
                _ => FindingTone::Neutral,
            },
            resource_id: None,
            portal_url: None,
        }
    }
}

/// `GreaterThan` as `greater than`; anything but plain words stays marked.
fn spaced(text: &str) -> String {
    if !text.chars().all(|ch| ch.is_ascii_alphabetic() || ch == ' ') {
        return word(text);
    }
    let mut words = String::new();
    for ch in text.chars() {
        if ch.is_ascii_uppercase() && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        words.push(ch.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_azure_read_like_words() {
        assert_eq!(spaced("GreaterThanOrEqual"), "greater than or equal");
        assert_eq!(spaced("Greater Than"), "greater than");
        assert_ne!(spaced("<b>x</b>"), "<b>x</b>");
    }
}

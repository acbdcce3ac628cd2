//! One fired alert, from a row that may lack anything, and its line in an answer.

use uuid::Uuid;

use super::{Alert, Condition, State};
use crate::{
    azure::ResourceId,
    protocol::{Finding, FindingTone},
    tools::{
        context::Visible,
        present::{Moment, about, detail, sentence},
        rows::{self, Row},
        untrusted::{Untrusted, cut, mark, word},
    },
};

impl Alert {
    /// Reads a row; without an id it is none.
    pub(in super::super) fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = row.text("id")?;
        let text = |key: &str| row.text(&format!("properties.essentials.{key}"));
        let said = |key: &str| text(key).map(|text| Untrusted::new(&text));
        let at = |key: &str| Some(rows::instant(&text(key)?)?.to_string());
        let known = |key: &str| {
            let text = text(key).unwrap_or_else(|| "Unknown".to_owned());
            cut(&text, 40).into_owned()
        };
        let rule = text("alertRule");
        let name = row.text("name").filter(|name| Uuid::try_parse(name).is_err());
        let name = name.or_else(|| rule.as_deref().map(|rule| last(rule).to_owned()));
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        let resolved = at("monitorConditionResolvedDateTime");
        let condition = known("monitorCondition");
        Some(Self {
            name: Untrusted::new(name.as_deref().unwrap_or_else(|| last(&id))),
            severity: known("severity"),
            state: known("alertState"),
            service: text("monitorService").map(|text| cut(&text, 60).into_owned()),
            rule: rule.map(|rule| Untrusted::new(&rule)),
            target: text("targetResource"),
            fired_at: at("startDateTime"),
            resolved_at: resolved.filter(|_| Condition::Resolved.is(&condition)),
            condition,
            modified_at: at("lastModifiedDateTime"),
            modified_by: said("lastModifiedUserName"),
            description: said("description"),
            is_suppressed: row.is_true("properties.essentials.actionStatus.isSuppressed"),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            id,
        })
    }

    /// Whether people still have to do something about it.
    pub(in super::super) fn is_open(&self) -> bool {
        Condition::Fired.is(&self.condition) && !State::Closed.is(&self.state)
    }

    /// How bad it is.
    pub(in super::super) fn tone(&self) -> FindingTone {
        match self.severity.to_ascii_lowercase().as_str() {
            _ if !self.is_open() => FindingTone::Neutral,
            "sev0" | "sev1" => FindingTone::Critical,
            "sev2" => FindingTone::Warning,
            _ => FindingTone::Neutral,
        }
    }

    /// The name of what it is about, for a sentence; empty when it is not known.
    pub(in super::super) fn on(&self) -> String {
        let target = self.target.as_deref().filter(|id| !id.is_empty());
        let whole = |id: &str| {
            ResourceId::parse(id).is_ok_and(|id| {
                id.subscription().is_some()
                    && id.resource_group().is_none()
                    && id.provider().is_none()
            })
        };
        match target {
            Some(id) if whole(id) => " on the whole subscription".to_owned(),
            Some(id) => format!(" on `{}`", mark(last(id))),
            None => String::new(),
        }
    }

    /// The alert in a sentence.
    pub(in super::super) fn told(&self, at: &Moment) -> Finding {
        let mut parts = vec![word(&self.severity)];
        if let Some(fired) = self.fired_at.as_deref().and_then(rows::instant) {
            parts.push(format!("fired {} ({})", at.ago(fired), at.local(fired)));
        }
        if let Some(resolved) = self.resolved_at.as_deref().and_then(rows::instant) {
            parts.push(format!("resolved {}", at.ago(resolved)));
        } else if Condition::Resolved.is(&self.condition) {
            parts.push("resolved".to_owned());
        }
        parts.push(word(&self.state).to_lowercase());
        if self.is_suppressed {
            parts.push("notifications suppressed".to_owned());
        }
        let text = format!(
            "`{}` ({}){} in `{}`",
            self.name.marked(),
            parts.join(", "),
            self.on(),
            self.subscription.marked()
        );
        let why = match &self.description {
            Some(why) if !why.is_empty() => sentence(&format!("{text}: {}", why.marked())),
            Some(_) | None => format!("{text}."),
        };
        about(detail(self.tone(), why), self.target.as_deref().unwrap_or(&self.id))
    }
}

fn last(id: &str) -> &str {
    id.trim_end_matches('/').rsplit('/').next().unwrap_or(id)
}

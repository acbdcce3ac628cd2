//! How a resource is told.

use super::{Output, Resource, Setting, properties};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            grouped, headline, listed, word_cell,
        },
        rows,
        scope::resource_types,
        untrusted::{mark, word},
    },
};

const TOLD_SETTINGS: usize = 10;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("resources");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.resources.len() as u64;
        let summary = match self.resources.as_slice() {
            [only] => format!("{} ({})", only.name.marked(), only.called()),
            [] => format!("no resource called {}", self.asked.marked()),
            _ => format!("{} called {}", count_of(self.total, "resource"), self.asked.marked()),
        };
        Presentation {
            summary,
            findings: self.findings(at),
            views: self.views(),
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let asked = self.asked.marked();
        match self.resources.as_slice() {
            [] => vec![
                headline(
                    FindingTone::Neutral,
                    format!("There is no resource or resource group called `{asked}` in scope."),
                ),
                action("Check the spelling, or search with a part of the name."),
            ],
            [only] => {
                let mut findings = only.findings(at);
                if !self.exact {
                    let text =
                        format!("No name is exactly `{asked}`; this is the only one like it.");
                    findings.push(caveat(text));
                }
                findings
            }
            several => {
                let like = if self.exact { "called" } else { "with a name like" };
                let count = grouped(self.total);
                let text = format!("There are {count} resources {like} `{asked}`.");
                let mut findings = vec![headline(FindingTone::Neutral, text)];
                findings.extend(several.iter().map(|one| {
                    about(detail(FindingTone::Neutral, format!("{}.", one.line())), &one.id)
                }));
                findings.push(action("Name the type, the resource group or the ARM id for one."));
                findings
            }
        }
    }

    fn views(&self) -> Vec<View> {
        match self.resources.as_slice() {
            [] => Vec::new(),
            [only] => only.views(),
            several => vec![table_of(several, self.total)],
        }
    }
}

fn table_of(several: &[Resource], total: u64) -> View {
    let row = |one: &Resource| {
        vec![
            cell(&one.id),
            one.called().into(),
            cell(one.resource_group.as_ref().map_or("", |name| name.as_str())),
            cell(one.subscription.as_str()),
        ]
    };
    View::Table {
        title: "Resources".to_owned(),
        columns: vec![
            column("id", "Resource", ColumnKind::Resource),
            column("type", "Type", ColumnKind::Text),
            column("resourceGroup", "Resource group", ColumnKind::Text),
            column("subscription", "Subscription", ColumnKind::Text),
        ],
        rows: several.iter().map(row).collect(),
        total,
    }
}

impl Resource {
    /// What it is called; a type without a word is Azure's text, not ours.
    fn called(&self) -> String {
        let name = resource_types::name_of(&self.kind);
        if name == self.kind { word(&self.kind) } else { name.to_owned() }
    }

    fn line(&self) -> String {
        let mut parts = vec![self.called()];
        parts.extend(self.state.as_deref().map(word));
        parts.extend(self.sku.as_deref().map(word));
        parts.extend(self.location.as_deref().map(word));
        parts.extend(self.resource_group.as_ref().map(|name| format!("group `{}`", name.marked())));
        parts.push(format!("subscription `{}`", self.subscription.marked()));
        format!("`{}`: {}", self.name.marked(), parts.join(", "))
    }

    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let failed =
            self.provisioning_state.as_deref().filter(|one| one.eq_ignore_ascii_case("Failed"));
        let tone = if failed.is_some() { FindingTone::Warning } else { FindingTone::Neutral };
        let mut findings = vec![about(headline(tone, format!("{}.", self.line())), &self.id)];
        let told = |text: String| detail(FindingTone::Neutral, text);
        if failed.is_some() {
            let text = "Its last deployment failed: the provisioning state is Failed.";
            findings.push(detail(FindingTone::Warning, text));
        }
        if let Some(created) = self.created_at.as_deref().and_then(rows::instant) {
            findings.push(told(format!("Created {} ({}).", at.ago(created), at.local(created))));
        }
        let mut settings: Vec<String> =
            properties::important(&self.properties).map(Setting::told).collect();
        settings.dedup();
        settings.truncate(TOLD_SETTINGS);
        if !settings.is_empty() {
            findings.push(told(format!("Settings: {}.", settings.join(", "))));
        }
        findings.push(told(match self.tags.as_slice() {
            [] => "It has no tags.".to_owned(),
            tags => {
                let parts: Vec<String> = tags.iter().take(12).map(Setting::told).collect();
                format!("Tags: {}.", parts.join(", "))
            }
        }));
        findings.extend(self.identity.as_deref().map(|kind| {
            let zones = listed(&self.zones.iter().map(|zone| word(zone)).collect::<Vec<_>>());
            let zones = if zones.is_empty() { zones } else { format!("; zones {zones}") };
            told(format!("Managed identity: {}{zones}.", mark(kind)))
        }));
        findings.extend(self.linked());
        findings
    }

    fn linked(&self) -> Option<Finding> {
        let parts: Vec<String> = self
            .links
            .iter()
            .take(8)
            .map(|link| format!("`{}`", mark(link.id.rsplit('/').next().unwrap_or(&link.id))))
            .collect();
        let more = self.links.len().saturating_sub(parts.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!parts.is_empty())
            .then(|| detail(FindingTone::Neutral, format!("Linked to {}{more}.", listed(&parts))))
    }

    fn views(&self) -> Vec<View> {
        let mut views = vec![self.settings()];
        if !self.links.is_empty() {
            views.push(View::Table {
                title: "Linked resources".to_owned(),
                columns: vec![
                    column("id", "Resource", ColumnKind::Resource),
                    column("setting", "Named by", ColumnKind::Text),
                ],
                rows: self
                    .links
                    .iter()
                    .map(|link| vec![cell(&link.id), word_cell(&link.setting)])
                    .collect(),
                total: self.links.len() as u64,
            });
        }
        views
    }

    fn settings(&self) -> View {
        let tags = self.tags.iter().map(|tag| (format!("tag {}", tag.name.as_str()), &tag.value));
        let settings = self.properties.iter().map(|one| (one.name.as_str().to_owned(), &one.value));
        let rows: Vec<_> = settings
            .chain(tags)
            .map(|(name, value)| vec![word_cell(&name), cell(value.as_str())])
            .collect();
        View::Table {
            title: "Settings and tags".to_owned(),
            columns: vec![
                column("name", "Name", ColumnKind::Text),
                column("value", "Value", ColumnKind::Text),
            ],
            total: rows.len() as u64 + self.more_properties,
            rows,
        }
    }
}

impl Setting {
    fn told(&self) -> String {
        let name = self.name.as_str();
        format!("{} `{}`", word(name.rsplit('.').next().unwrap_or(name)), self.value.marked())
    }
}

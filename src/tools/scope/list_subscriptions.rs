//! `list_subscriptions`: which subscriptions there are, and their state.
//!
//! Reads `Subscriptions_List` (2022-12-01) through the context, and knows nothing below it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        context::ReadContext,
        error::ToolError,
        present::{
            Moment, Present, Presentation, about, cell, column, count_of, detail, headline,
            word_cell,
        },
        tool::{RbacAction, Tool},
        untrusted::{Untrusted, word},
    },
};

/// Lists the subscriptions in scope.
#[derive(Clone, Copy, Debug)]
pub struct ListSubscriptions;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Part of the name, in any case. Default all.
    name: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The subscriptions, by name.
    subscriptions: Vec<Item>,
}

/// A subscription.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    /// The ARM id.
    id: String,
    /// The bare id.
    subscription_id: String,
    /// The name.
    name: Untrusted<String>,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled`, `Deleted` or `Unknown`.
    state: String,
    /// The tenant it belongs to.
    tenant_id: Option<String>,
    /// Its tags, as `name=value`.
    tags: Vec<Untrusted<String>>,
}

impl Tool for ListSubscriptions {
    const NAME: &'static str = "list_subscriptions";
    const TITLE: &'static str = "List subscriptions";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str =
        "Lists the Azure subscriptions in scope with name, id and state.";
    const ASKS: &'static [&'static str] = &[
        "Which subscriptions do I have access to?",
        "List my subscriptions",
        "What subscriptions can you see?",
        "Show all Azure subscriptions and their state",
        "Is any subscription disabled or past due?",
        "What is the id of the production subscription?",
        "Which tenants and subscriptions are in scope?",
    ];
    const ACTIONS: &'static [RbacAction] = &["Microsoft.Resources/subscriptions/read"];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let part = input.name.unwrap_or_default().trim().to_lowercase();
        let wanted = visible
            .inside()
            .iter()
            .filter(|one| part.is_empty() || one.name.as_str().to_lowercase().contains(&part));
        let subscriptions = wanted.map(|one| {
            cx.read_at(&one.scope());
            let tags = one.tags.iter();
            Item {
                id: one.scope(),
                subscription_id: one.id.clone(),
                name: one.name.clone(),
                state: one.state.clone(),
                tenant_id: one.tenant_id.clone(),
                tags: tags
                    .map(|(key, value)| Untrusted::new(&format!("{key}={}", value.as_str())))
                    .collect(),
            }
        });
        Ok(Output { subscriptions: subscriptions.collect() })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("subscriptions");

    fn present(&self, _: &Moment) -> Presentation {
        let count = self.subscriptions.len() as u64;
        let summary = count_of(count, "subscription");
        Presentation {
            findings: self.findings(&summary),
            views: vec![self.table(count)],
            rows: count,
            total: None,
            summary,
        }
    }
}

impl Output {
    fn findings(&self, summary: &str) -> Vec<Finding> {
        let off: Vec<&Item> = self.subscriptions.iter().filter(|one| !one.is_enabled()).collect();
        let mut findings = vec![match (self.subscriptions.len(), off.len()) {
            (0, _) => headline(FindingTone::Neutral, "No subscription in scope has such a name."),
            (1, 0) => headline(FindingTone::Good, "There is 1 subscription, and it is enabled."),
            (_, 0) => headline(FindingTone::Good, format!("There are {summary}, all enabled.")),
            (_, off) => headline(
                FindingTone::Warning,
                format!("There are {summary}; {off} of them not enabled."),
            ),
        }];
        let on = self.subscriptions.iter().filter(|one| one.is_enabled());
        findings.extend(off.iter().copied().chain(on).map(Item::told));
        findings
    }

    fn table(&self, total: u64) -> View {
        View::Table {
            title: "Subscriptions".to_owned(),
            columns: vec![
                column("name", "Name", ColumnKind::Text),
                column("subscriptionId", "Id", ColumnKind::Text),
                column("state", "State", ColumnKind::Text),
            ],
            rows: self
                .subscriptions
                .iter()
                .map(|one| {
                    vec![
                        cell(one.name.as_str()),
                        word_cell(&one.subscription_id),
                        word_cell(&one.state),
                    ]
                })
                .collect(),
            total,
        }
    }
}

impl Item {
    fn is_enabled(&self) -> bool {
        self.state.eq_ignore_ascii_case("Enabled")
    }

    fn told(&self) -> Finding {
        let tone = if self.is_enabled() { FindingTone::Neutral } else { FindingTone::Warning };
        let state = word(&self.state);
        let text =
            format!("`{}` ({}) is {state}.", self.name.marked(), word(&self.subscription_id));
        about(detail(tone, text), &self.id)
    }
}

//! `rank_actions`: what to do first, over all pillars, and why.
//!
//! Owns the order: what is under way comes before what protects, and that before what improves.
//! What there is to do, the tools of the pillars tell.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::asking::{Ask, Others};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::limit_of,
        context::ReadContext,
        error::ToolError,
        present::{
            Moment, Present, Presentation, action, cell, column, count_of, detail, headline,
            part_of,
        },
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod candidates;

/// Ranks what there is to do.
#[derive(Clone, Debug)]
pub struct RankActions {
    others: Others,
}

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Actions at most, 1 to 50. Default 10.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// What to do, first things first.
    actions: Vec<Action>,
    /// How many actions there are in all.
    total: u64,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Action {
    /// Its place, from 1.
    rank: u64,
    /// How soon.
    urgency: Urgency,
    /// The pillar it belongs to.
    #[schemars(with = "String")]
    pillar: Pillar,
    /// What to do.
    title: Untrusted<String>,
    /// Why it stands where it does.
    why: Untrusted<String>,
    /// How many resources, alerts or jobs it concerns.
    count: u64,
    /// The tool that tells more of it.
    tool: &'static str,
}

/// How soon something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Urgency {
    /// Something is down or under attack.
    Now,
    /// Protection is lost, or a way in is open.
    Today,
    /// It improves what works.
    ThisWeek,
}

impl Urgency {
    const fn called(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Today => "today",
            Self::ThisWeek => "this week",
        }
    }

    const fn tone(self) -> FindingTone {
        match self {
            Self::Now => FindingTone::Critical,
            Self::Today => FindingTone::Warning,
            Self::ThisWeek => FindingTone::Neutral,
        }
    }
}

const LIMITS: (u32, u32) = (10, 50);
/// Actions that are told one by one.
const TOLD: usize = 10;

/// What is asked: tool, what it tells of, pillar.
const SOURCES: &[(&str, &str, Pillar)] = &[
    ("list_resource_health", "the health of resources", Pillar::Observability),
    ("list_service_health", "Azure's own health", Pillar::Observability),
    ("list_alerts", "alerts", Pillar::Observability),
    ("list_security_alerts", "security alerts", Pillar::Security),
    ("list_attack_paths", "attack paths", Pillar::Security),
    ("explain_secure_score", "the secure score", Pillar::Security),
    ("list_pending_patches", "updates", Pillar::Configuration),
    ("summarize_business_continuity", "backup and replication", Pillar::Resiliency),
];

impl RankActions {
    pub(super) fn over(others: Others) -> Self {
        Self { others }
    }
}

impl Tool for RankActions {
    const NAME: &'static str = "rank_actions";
    const TITLE: &'static str = "Rank what to do first";
    const PILLAR: Pillar = Pillar::Across;
    const DESCRIPTION: &'static str = "Ranks what to do first over all pillars, each with its \
        reason: outages, attacks, lost protection, then improvements and savings.";
    const ASKS: &'static [&'static str] = &[
        "What should I do first?",
        "What are my top priorities today?",
        "What needs my attention most?",
        "Top actions across all pillars",
        "Prioritize my work",
        "What is most urgent?",
        "Where should I start?",
    ];
    const ACTIONS: &'static [RbacAction] = &["Microsoft.Resources/subscriptions/read"];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let arguments = match &input.subscription {
            Some(subscription) => json!({ "subscription": subscription }),
            None => Value::Null,
        };
        let asks = SOURCES.iter().map(|(tool, what, pillar)| Ask {
            tool,
            what,
            pillar: *pillar,
            arguments: arguments.clone(),
        });
        let answers = self.others.ask(cx, asks.collect()).await?;
        let mut actions: Vec<Action> = answers.iter().flat_map(candidates::of).collect();
        actions.sort_by(|a, b| a.urgency.cmp(&b.urgency).then(b.count.cmp(&a.count)));
        let total = actions.len() as u64;
        actions.truncate(limit);
        for (action, rank) in actions.iter_mut().zip(1..) {
            action.rank = rank;
        }
        Ok(Output { actions, total })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("actions");

    fn present(&self, _: &Moment) -> Presentation {
        let mut findings = vec![self.answer()];
        let told = self.actions.iter().take(TOLD).map(|one| {
            let text = format!(
                "{}. {} ({}, {}): {}",
                one.rank,
                one.title.marked(),
                one.pillar.as_str(),
                one.urgency.called(),
                one.why.marked()
            );
            detail(one.urgency.tone(), text)
        });
        findings.extend(told);
        findings.extend(
            self.actions.first().map(|one| action(format!("Begin with: {}.", one.title.marked()))),
        );
        let rows = self.actions.len() as u64;
        findings.extend(part_of((rows, self.total), "actions are here, first things first."));
        Presentation {
            summary: count_of(self.total, "action"),
            findings,
            views: if self.actions.is_empty() { Vec::new() } else { vec![self.table()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn answer(&self) -> Finding {
        let Some(first) = self.actions.first() else {
            return headline(FindingTone::Good, "Nothing stands out that would have to be done.");
        };
        headline(
            first.urgency.tone(),
            format!("First of {}: {}.", count_of(self.total, "action"), first.title.marked()),
        )
    }

    fn table(&self) -> View {
        let row = |one: &Action| {
            vec![
                one.rank.into(),
                cell(one.title.as_str()),
                one.urgency.called().into(),
                one.pillar.as_str().into(),
                cell(one.why.as_str()),
            ]
        };
        View::Table {
            title: "What to do, first things first".to_owned(),
            columns: vec![
                column("rank", "Rank", ColumnKind::Number),
                column("title", "What to do", ColumnKind::Text),
                column("urgency", "How soon", ColumnKind::Text),
                column("pillar", "Pillar", ColumnKind::Text),
                column("why", "Why", ColumnKind::Text),
            ],
            rows: self.actions.iter().map(row).collect(),
            total: self.total,
        }
    }
}

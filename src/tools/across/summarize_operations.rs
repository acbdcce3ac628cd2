//! `summarize_operations`: the five pillars on one page, the worst first.
//!
//! Owns which tools speak for a pillar and the order of the pillars. It must not know how any of
//! them is read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::asking::{Answer, Ask, FIVE, Others, Sentence, rank};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        context::ReadContext,
        error::ToolError,
        present::{Moment, Present, Presentation, action, column, detail, headline, listed},
        tool::{RbacAction, Tool},
    },
};

/// Summarizes operations.
#[derive(Clone, Debug)]
pub struct SummarizeOperations {
    others: Others,
}

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The pillars, worst first.
    pillars: Vec<State>,
}

/// How a pillar stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct State {
    /// The pillar.
    #[schemars(with = "String")]
    pillar: Pillar,
    /// How good or bad it is: the worst of what is told of it.
    #[schemars(with = "String")]
    tone: FindingTone,
    /// What is told of it, worst first.
    sentences: Vec<Sentence>,
    /// What to do next.
    next: Option<Sentence>,
}

/// What speaks for the pillars: tool, what it tells of, pillar.
const SPEAKERS: &[(&str, &str, Pillar)] = &[
    ("list_service_health", "Azure's own health", Pillar::Observability),
    ("list_resource_health", "the health of resources", Pillar::Observability),
    ("list_alerts", "alerts", Pillar::Observability),
    ("summarize_security", "security", Pillar::Security),
    ("summarize_policy_compliance", "policy compliance", Pillar::Configuration),
    ("summarize_patch_compliance", "updates", Pillar::Configuration),
    ("summarize_business_continuity", "backup and replication", Pillar::Resiliency),
    ("get_cost", "costs", Pillar::Optimization),
    ("list_idle_resources", "idle resources", Pillar::Optimization),
];

impl SummarizeOperations {
    pub(super) fn over(others: Others) -> Self {
        Self { others }
    }
}

impl Tool for SummarizeOperations {
    const NAME: &'static str = "summarize_operations";
    const TITLE: &'static str = "Summarize operations";
    const PILLAR: Pillar = Pillar::Across;
    const DESCRIPTION: &'static str = "Summarizes all five pillars at once: health and alerts, \
        security, policy and updates, backup, cost; the worst first.";
    const ASKS: &'static [&'static str] = &[
        "How are we doing?",
        "Give me an overview of operations",
        "Morning review of my Azure estate",
        "Summarize all pillars",
        "Status report across observability, security, configuration, resiliency and cost",
        "Operations overview for the shift handover",
        "What is the state of operations?",
    ];
    const ACTIONS: &'static [RbacAction] = &["Microsoft.Resources/subscriptions/read"];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let arguments = match &input.subscription {
            Some(subscription) => json!({ "subscription": subscription }),
            None => Value::Null,
        };
        let asks = SPEAKERS.iter().map(|(tool, what, pillar)| Ask {
            tool,
            what,
            pillar: *pillar,
            arguments: arguments.clone(),
        });
        let answers = self.others.ask(cx, asks.collect()).await?;
        let mut pillars: Vec<State> =
            FIVE.into_iter().filter_map(|pillar| State::of(pillar, &answers)).collect();
        pillars.sort_by_key(|state| rank(state.tone));
        Ok(Output { pillars })
    }
}

impl State {
    fn of(pillar: Pillar, answers: &[Answer]) -> Option<Self> {
        let own = || answers.iter().filter(|answer| answer.ask.pillar == pillar);
        let mut sentences: Vec<Sentence> = own().filter_map(Answer::headline).collect();
        sentences.sort_by_key(|one| rank(one.tone));
        let worst = sentences.first()?;
        let of_worst = own().find(|answer| answer.ask.tool == worst.tool);
        Some(Self {
            pillar,
            tone: worst.tone,
            next: of_worst.and_then(|answer| answer.actions().next()),
            sentences,
        })
    }

    fn bad(&self) -> bool {
        rank(self.tone) <= rank(FindingTone::Warning)
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("pillars");

    fn present(&self, _: &Moment) -> Presentation {
        let bad: Vec<String> = self
            .pillars
            .iter()
            .filter(|state| state.bad())
            .map(|state| state.pillar.as_str().to_owned())
            .collect();
        let tone = self.pillars.first().map_or(FindingTone::Neutral, |state| state.tone);
        let text = match bad.as_slice() {
            [] => "Nothing stands out in any pillar.".to_owned(),
            [one] => format!("One pillar needs attention: {one}."),
            some => format!("These need attention, worst first: {}.", listed(some)),
        };
        let mut findings = vec![headline(tone, text)];
        findings.extend(self.pillars.iter().flat_map(State::told));
        let next = self.pillars.iter().filter(|state| state.bad()).filter_map(|state| {
            let next = state.next.as_ref()?;
            Some(action(next.marked()))
        });
        findings.extend(next.take(3));
        Presentation {
            summary: format!("{} of {} pillars need attention", bad.len(), self.pillars.len()),
            findings,
            views: vec![self.table()],
            rows: self.pillars.len() as u64,
            total: None,
        }
    }
}

impl State {
    fn told(&self) -> Vec<Finding> {
        let sentences = self.sentences.iter().enumerate();
        let told = sentences.map(|(at, one)| match at {
            0 => detail(one.tone, format!("{}: {}", capital(self.pillar.as_str()), one.marked())),
            _ => detail(one.tone, one.marked()),
        });
        told.collect()
    }
}

impl Output {
    fn table(&self) -> View {
        let rows = self.pillars.iter().flat_map(|state| {
            state.sentences.iter().map(|one| {
                vec![
                    capital(state.pillar.as_str()).into(),
                    standing(one.tone).into(),
                    one.marked().into(),
                ]
            })
        });
        let rows: Vec<Vec<Value>> = rows.collect();
        View::Table {
            title: "The five pillars".to_owned(),
            columns: vec![
                column("pillar", "Pillar", ColumnKind::Text),
                column("tone", "State", ColumnKind::Text),
                column("text", "What stands out", ColumnKind::Text),
            ],
            total: rows.len() as u64,
            rows,
        }
    }
}

/// A tone as people say it.
const fn standing(tone: FindingTone) -> &'static str {
    match tone {
        FindingTone::Critical => "Needs action",
        FindingTone::Warning => "Watch",
        FindingTone::Neutral => "For information",
        FindingTone::Good => "Good",
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

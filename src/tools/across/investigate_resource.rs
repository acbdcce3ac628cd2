//! `investigate_resource`: everything that the pillars know of one resource, on one line of time.
//!
//! Owns what is asked of a resource, when its trouble began and what came shortly before. It must
//! not know how any of it is read, and it never says that something is the cause: it names what
//! stands next to what.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::asking::{Ask, Others, Sentence};
use crate::{
    protocol::Pillar,
    tools::{
        context::ReadContext,
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod events;
mod telling;

use events::Event;

/// Investigates a resource.
#[derive(Clone, Debug)]
pub struct InvestigateResource {
    others: Others,
}

/// The arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Name of the resource, or its ARM id.
    resource: String,
    /// How far back, such as `24h` or `7d`. Default 7d.
    time_range: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The ARM id of the resource.
    resource_id: String,
    /// Its name.
    name: Untrusted<String>,
    /// How far back was looked.
    time_range: String,
    /// When its trouble began, as Resource Health or its first open alert has it; RFC 3339.
    began_at: Option<String>,
    /// What the trouble is, in a word: its health, or `alert`.
    trouble: Option<String>,
    /// How many hours before the beginning a change counts as near.
    near_hours: u64,
    /// How many changes and operations there were in the hours before.
    near: u64,
    /// What the pillars say of it.
    sections: Vec<Section>,
    /// What happened, newest first.
    events: Vec<Event>,
}

/// What one pillar says.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Section {
    /// The pillar.
    #[schemars(with = "String")]
    pillar: Pillar,
    /// What it tells of.
    what: &'static str,
    /// The answer in a sentence.
    headline: Sentence,
    /// The first facts behind it.
    details: Vec<Sentence>,
}

/// Hours before the trouble in which a change is near it.
const NEAR_HOURS: u64 = 6;
/// Facts kept of a part.
const MAX_DETAILS: usize = 3;

/// Types that Update Manager updates.
const MACHINES: &[&str] = &["microsoft.compute/virtualmachines"];

/// Types that Azure Backup protects.
const PROTECTABLE: &[&str] = &["microsoft.compute/virtualmachines", "microsoft.compute/disks"];

/// Something that is asked of a resource.
struct Part {
    tool: &'static str,
    /// What it tells of.
    what: &'static str,
    pillar: Pillar,
    /// The argument that takes the resource.
    argument: &'static str,
    /// Whether it takes a time range.
    timed: bool,
    /// The types of resource that it is for; none: all.
    kinds: &'static [&'static str],
}

const fn part(tool: &'static str, what: &'static str, pillar: Pillar) -> Part {
    Part { tool, what, pillar, argument: "resource", timed: false, kinds: &[] }
}

const fn timed(tool: &'static str, what: &'static str, pillar: Pillar) -> Part {
    Part { timed: true, ..part(tool, what, pillar) }
}

const PARTS: &[Part] = &[
    part("list_resource_health", "health", Pillar::Observability),
    timed("list_alerts", "alerts", Pillar::Observability),
    timed("list_resource_changes", "changes", Pillar::Observability),
    timed("get_activity_log", "activity", Pillar::Observability),
    timed("get_metrics", "metrics", Pillar::Observability),
    timed("list_security_alerts", "security alerts", Pillar::Security),
    part("list_resource_assessments", "security assessments", Pillar::Security),
    part("list_noncompliant_resources", "policy", Pillar::Configuration),
    Part {
        argument: "machine",
        kinds: MACHINES,
        ..part("list_pending_patches", "updates", Pillar::Configuration)
    },
    Part { kinds: PROTECTABLE, ..part("list_protected_items", "backup", Pillar::Resiliency) },
];

impl InvestigateResource {
    pub(super) fn over(others: Others) -> Self {
        Self { others }
    }
}

impl Tool for InvestigateResource {
    const NAME: &'static str = "investigate_resource";
    const TITLE: &'static str = "Investigate a resource";
    const PILLAR: Pillar = Pillar::Across;
    const DESCRIPTION: &'static str = "Reads all that is known of one resource at once: health, \
        alerts, changes, activity, security, metrics, cost, protection, updates, on one timeline.";
    const ASKS: &'static [&'static str] = &[
        "Why is my machine down?",
        "Investigate this VM",
        "What is wrong with my resource?",
        "Why is my web app slow?",
        "Help me troubleshoot this resource",
        "Show everything about one resource on a timeline",
        "Why is my VM unhealthy?",
    ];
    const ACTIONS: &'static [RbacAction] = &["Microsoft.Resources/subscriptions/resources/read"];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let time_range = input.time_range.unwrap_or_else(|| "7d".to_owned());
        let (id, name, kind) = self.resource(cx, &input.resource).await?;
        let parts = PARTS.iter().filter(|part| {
            part.kinds.is_empty() || part.kinds.iter().any(|one| one.eq_ignore_ascii_case(&kind))
        });
        let asks = parts.map(|part| Ask {
            tool: part.tool,
            what: part.what,
            pillar: part.pillar,
            arguments: match part.timed {
                true => json!({ part.argument: id, "timeRange": time_range }),
                false => json!({ part.argument: id }),
            },
        });
        let answers = self.others.ask(cx, asks.collect()).await?;
        let mut all: Vec<Event> = answers.iter().flat_map(events::of).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.at));
        let (began, trouble) = events::trouble(&answers).unzip();
        let near = began.map_or(0, |at| all.iter_mut().filter_map(|one| one.near(at)).count());
        let sections = answers.iter().filter_map(|answer| {
            Some(Section {
                pillar: answer.ask.pillar,
                what: answer.ask.what,
                headline: answer.headline()?,
                details: answer.details().take(MAX_DETAILS).collect(),
            })
        });
        Ok(Output {
            resource_id: id,
            name: Untrusted::new(&name),
            time_range,
            began_at: began.map(|at: Timestamp| at.to_string()),
            trouble,
            near_hours: NEAR_HOURS,
            near: near as u64,
            sections: sections.collect(),
            events: all,
        })
    }
}

impl InvestigateResource {
    /// The id, name and type of the one resource that is meant.
    async fn resource(
        &self,
        cx: &ReadContext,
        asked: &str,
    ) -> Result<(String, String, String), ToolError> {
        let ask = Ask {
            tool: "get_resource",
            what: "the resource",
            pillar: Pillar::Scope,
            arguments: json!({ "resource": asked }),
        };
        let answers = self.others.ask(cx, vec![ask]).await?;
        let found = answers.first().map_or(&[][..], |one| one.rows("resources"));
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        match found {
            [] => Err(ToolError::wrong("resource", "no resource in scope has that name")),
            [one] => Ok((text(one, "id"), text(one, "name"), text(one, "type"))),
            several => {
                let ids: Vec<String> = several.iter().map(|row| text(row, "id")).collect();
                let rule = format!("several have that name: {}; give one id", ids.join(", "));
                Err(ToolError::wrong("resource", rule))
            }
        }
    }
}

/// The hours before the trouble.
fn near_before(began: Timestamp) -> Timestamp {
    let hours = SignedDuration::from_hours(NEAR_HOURS.cast_signed());
    began.checked_sub(hours).unwrap_or(began)
}

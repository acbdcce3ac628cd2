//! `list_service_health`: what Azure says about its services, and which resources it concerns.
//!
//! Owns the joining of one event's rows, one a subscription, into one event. Table
//! `servicehealthresources`. Events are told for whole subscriptions, so a narrower scope cannot be
//! kept and is refused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    protocol::Pillar,
    tools::{
        arguments::limit_of,
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool, one_or_many},
        untrusted::Untrusted,
    },
};

mod event;
mod reading;
mod telling;

/// Lists service-health events.
#[derive(Clone, Copy, Debug)]
pub struct ListServiceHealth;

const EVENTS_ACTION: &str = "Microsoft.ResourceHealth/events/read";
const LIMITS: (u32, u32) = (20, 100);

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only these kinds. Default all.
    #[serde(default, deserialize_with = "one_or_many")]
    event_type: Vec<EventType>,
    /// Only these statuses. Default Active; with a time range or a tracking id, all.
    #[serde(default, deserialize_with = "one_or_many")]
    status: Vec<EventStatus>,
    /// When the impact began: `30d`, `yesterday`, a date or `start/end`. Default any time.
    time_range: Option<String>,
    /// Part of the name of the Azure service.
    service: Option<String>,
    /// Azure region, e.g. `West Europe` or `westeurope`.
    region: Option<String>,
    /// The tracking id of one event, e.g. `VT12-BC8`.
    tracking_id: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Events at most, 1 to 100. Default 20.
    limit: Option<u32>,
}

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
enum EventType {
    #[serde(alias = "serviceIssue", alias = "outage", alias = "incident")]
    ServiceIssue,
    #[serde(alias = "plannedMaintenance", alias = "maintenance")]
    PlannedMaintenance,
    #[serde(alias = "healthAdvisory", alias = "advisory")]
    HealthAdvisory,
    #[serde(alias = "securityAdvisory")]
    SecurityAdvisory,
}

/// Whether an event is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
enum EventStatus {
    #[serde(alias = "active")]
    Active,
    #[serde(alias = "resolved")]
    Resolved,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many events fit.
    total: u64,
    /// How many of them are active.
    active: u64,
    /// The events: active ones first, outages before the rest, then the latest.
    events: Vec<Event>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
    /// Whether only active events were asked for.
    only_active: bool,
}

/// A service-health event.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Event {
    /// The tracking id.
    tracking_id: Untrusted<String>,
    /// `ServiceIssue`, `PlannedMaintenance`, `HealthAdvisory`, `SecurityAdvisory`, …
    event_type: String,
    /// `Active` or `Resolved`.
    status: String,
    /// What it is about.
    title: Untrusted<String>,
    /// What Azure says.
    summary: Option<Untrusted<String>>,
    /// `Critical`, `Error`, `Warning` or `Informational`.
    level: Option<String>,
    /// When the impact began or will begin.
    began_at: Option<String>,
    /// When it ended or is to end.
    ends_at: Option<String>,
    /// When Azure said something last.
    updated_at: Option<String>,
    /// The services that it concerns.
    services: Vec<Untrusted<String>>,
    /// The regions that it concerns.
    regions: Vec<Untrusted<String>>,
    /// What Azure says to do.
    recommended_actions: Vec<Untrusted<String>>,
    /// The names of the subscriptions that it reaches.
    subscriptions: Vec<Untrusted<String>>,
    /// How many of their resources it concerns, as far as Azure tells.
    impacted: u64,
    /// ARM ids of some of them.
    impacted_resources: Vec<String>,
}

impl Tool for ListServiceHealth {
    const NAME: &'static str = "list_service_health";
    const TITLE: &'static str = "List service health events";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Lists the events of Azure Service Health: outages, planned \
        maintenance, health and security advisories, with services, regions and the impacted \
        resources of the estate.";
    const ASKS: &'static [&'static str] = &[
        "Am I impacted by any service health events?",
        "List active Azure Service Health incidents",
        "Is there an Azure outage in my region?",
        "Show me planned maintenance events for my Azure services",
        "What service issues have occurred in the last 30 days?",
        "Is the event with tracking ID VT12-BC8 still active?",
        "Which of my resources does the outage affect?",
        "Any health or security advisories from Microsoft?",
        "Is Azure itself down?",
    ];
    const ACTIONS: &'static [RbacAction] = &[EVENTS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let wanted = reading::Wanted::of(cx, &input)?;
        cx.bounds().check_whole_subscriptions("service health")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let mut events = reading::events(cx, (visible, &over), &wanted).await?;
        let total = events.len() as u64;
        let active = events.iter().filter(|one| one.is_active()).count() as u64;
        events.truncate(limit);
        reading::impacted(cx, &over, &mut events).await?;
        Ok(Output {
            total,
            active,
            events,
            asked: Untrusted::new(&wanted.asked),
            only_active: wanted.statuses == [EventStatus::Active],
        })
    }
}

impl EventType {
    fn name(self) -> &'static str {
        match self {
            Self::ServiceIssue => "ServiceIssue",
            Self::PlannedMaintenance => "PlannedMaintenance",
            Self::HealthAdvisory => "HealthAdvisory",
            Self::SecurityAdvisory => "SecurityAdvisory",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::ServiceIssue => "service issue",
            Self::PlannedMaintenance => "planned maintenance",
            Self::HealthAdvisory => "health advisory",
            Self::SecurityAdvisory => "security advisory",
        }
    }

    const ALL: [Self; 4] = [
        Self::ServiceIssue,
        Self::PlannedMaintenance,
        Self::HealthAdvisory,
        Self::SecurityAdvisory,
    ];
}

impl EventStatus {
    fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Resolved => "Resolved",
        }
    }
}

//! `list_resource_health`: which resources are down or degraded, and how one of them fared.
//!
//! Owns the choice between many resources and one. Table `healthresources`; of one resource
//! `AvailabilityStatuses_List` (2024-02-01), which also knows types that Resource Graph does not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{alert::Count, named::Named, narrowed::Narrowed};
use crate::{
    azure::kql_literal::Literal,
    protocol::Pillar,
    tools::{
        arguments::{given, limit_of},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        scope::resource_types,
        tool::{RbacAction, Tool, one_or_many},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Lists the health of resources.
#[derive(Clone, Copy, Debug)]
pub struct ListResourceHealth;

const HEALTH_ACTION: &str = "Microsoft.ResourceHealth/AvailabilityStatuses/read";
const LIMITS: (u32, u32) = (50, 500);

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Name of the resource, or its ARM id: of one resource also its history.
    resource: Option<String>,
    /// Only these states. Default all but Available.
    #[serde(default, deserialize_with = "one_or_many")]
    state: Vec<State>,
    /// Only this type, in words such as `vm` or as an ARM type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Resources at most, 1 to 500. Default 50; all are counted anyway.
    limit: Option<u32>,
}

/// How a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
enum State {
    #[serde(alias = "unavailable")]
    Unavailable,
    #[serde(alias = "degraded")]
    Degraded,
    #[serde(alias = "unknown")]
    Unknown,
    #[serde(alias = "available")]
    Available,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many resources have a known health.
    known: u64,
    /// How many there are in each state, worst first.
    by_state: Vec<Count>,
    /// How many of those unavailable were stopped by users or their tools.
    stopped_on_request: u64,
    /// How many fit the states asked for.
    total: u64,
    /// The states asked for.
    states: Vec<State>,
    /// The resources, worst first, then latest; of one resource its history, newest first.
    statuses: Vec<Status>,
    /// The ARM id, when one resource was asked for.
    resource_id: Option<String>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// The health of a resource at a time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Status {
    /// The ARM id of the resource.
    resource_id: String,
    /// `Available`, `Unavailable`, `Degraded` or `Unknown`.
    state: String,
    /// Since when.
    since: Option<String>,
    /// When it was told last.
    reported_at: Option<String>,
    /// In short.
    title: Option<Untrusted<String>>,
    /// What Azure knows of it.
    summary: Option<Untrusted<String>>,
    /// `Unplanned`, `Planned` or `UserInitiated`, where known.
    reason: Option<String>,
    /// Who began it: `Platform Initiated` or `Customer Initiated`.
    context: Option<Untrusted<String>>,
    /// When Azure expects it to be over.
    expected_at: Option<String>,
    /// What Azure says to do.
    recommended_actions: Vec<Untrusted<String>>,
    /// The id of the subscription.
    subscription_id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
}

impl Tool for ListResourceHealth {
    const NAME: &'static str = "list_resource_health";
    const TITLE: &'static str = "List resource health";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Lists the resource health of Azure: what is unavailable or \
        degraded, since when and why, counts by state; of one resource its availability history.";
    const ASKS: &'static [&'static str] = &[
        "Check resource health for degraded or unavailable resources",
        "Is anything down?",
        "Why is my VM down?",
        "Is the machine healthy and available?",
        "What is the availability status of the storage account?",
        "Which resources of a group have health issues?",
        "Which machines are unavailable or degraded right now?",
        "Help me investigate why my VM is unhealthy",
        "Availability history of a resource",
    ];
    const ACTIONS: &'static [RbacAction] = &[HEALTH_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let resource = Named::of(cx, &over, input.resource.as_ref()).await?;
        if let Named::One(id) = &resource
            && id.provider().is_some()
        {
            return reading::one(cx, visible, id, limit).await;
        }
        let mut table = reading::table();
        table.resource(cx, input.resource.as_ref()).await?;
        table.group(input.resource_group.as_ref());
        input.narrow(&mut table)?;
        let states = match input.state {
            states if !states.is_empty() => states,
            _ => vec![State::Unavailable, State::Degraded, State::Unknown],
        };
        let (by_state, stopped_on_request) = reading::by_state(cx, &over, &table).await?;
        table.check_rights(cx, &over, HEALTH_ACTION).await?;
        let (total, statuses) =
            reading::statuses(cx, (visible, &over), &table, (&states, limit)).await?;
        Ok(Output {
            known: by_state.iter().map(|one| one.count).sum(),
            by_state,
            stopped_on_request,
            total,
            states,
            statuses,
            resource_id: None,
            asked: table.asked(),
        })
    }
}

impl Input {
    fn narrow(&self, table: &mut Narrowed) -> Result<(), ToolError> {
        let Some(words) = given(self.kind.as_ref()) else { return Ok(()) };
        let Some(kind) = resource_types::type_of(words) else {
            return Err(ToolError::wrong(
                "type",
                "no such type is known by that word; give the ARM type, e.g. \
                 `Microsoft.Compute/virtualMachines`",
            ));
        };
        table.said(&format!("of type `{}`", resource_types::name_of(&kind)));
        let inside = Literal::Text(format!("/providers/{kind}/"));
        table.step("| where target contains {{typed}}", &[("typed", inside)]);
        Ok(())
    }
}

impl State {
    const ALL: [Self; 4] = [Self::Unavailable, Self::Degraded, Self::Unknown, Self::Available];

    fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "Unavailable",
            Self::Degraded => "Degraded",
            Self::Unknown => "Unknown",
            Self::Available => "Available",
        }
    }
}

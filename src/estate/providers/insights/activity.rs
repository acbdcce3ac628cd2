//! `ActivityLogs_List`: everything that was done to or happened in a subscription within a span
//! of time, newest first.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use serde_json::Value;

use super::{
    super::conditions::{Comparison, Condition, Conditions},
    record::{self, Record},
};
use crate::estate::{
    access::Scope,
    health::{availability, event},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    state::State,
    world::{SubscriptionIx, company::ManagementGroup},
};

const READ: &str = "Microsoft.Insights/eventtypes/values/read";

/// What `$filter` may compare.
const FIELDS: &[&str] = &[
    "eventTimestamp",
    "resourceGroupName",
    "resourceUri",
    "resourceId",
    "resourceProvider",
    "resourceType",
    "correlationId",
    "caller",
    "status",
    "level",
    "levels",
    "category",
    "operationName",
    "eventChannels",
];

pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    let conditions = conjunction(call)?;
    let span = Span::of(&conditions, call.state.clock.now())?;
    match scope {
        Scope::Subscription(ix) => {
            call.require(READ, narrowest(call, scope, &conditions))?;
            page(call, records(call.state, ix, span), &conditions)
        }
        Scope::Tenant => {
            // The tenant's own log: nothing has happened above the subscriptions.
            call.require(READ, Scope::ManagementGroup(ManagementGroup::Root))?;
            page(call, Vec::new(), &conditions)
        }
        Scope::ManagementGroup(_) | Scope::Group(_) | Scope::Resource(_) => {
            Err(ArmError::invalid_type("Microsoft.Insights", "eventtypes"))
        }
    }
}

fn page(
    call: &Call<'_>,
    records: Vec<Record>,
    conditions: &[Condition],
) -> Result<Answer, ArmError> {
    let selected: Option<Vec<&str>> =
        call.query.get("$select").map(|list| list.split(',').map(str::trim).collect());
    let fits = |record: &Record| conditions.iter().all(|condition| fits(record, condition));
    call.page(records.into_iter().filter(fits), |record| {
        let mut body = record.body(call.world());
        if let (Some(selected), Some(members)) = (&selected, body.as_object_mut()) {
            members.retain(|name, _| selected.iter().any(|s| s.eq_ignore_ascii_case(name)));
        }
        Some(body)
    })
}

/// The filter, which must be one conjunction.
fn conjunction(call: &Call<'_>) -> Result<Vec<Condition>, ArmError> {
    let mut any = Conditions::of(call, FIELDS)?.0;
    match (any.pop(), any.is_empty()) {
        (None, _) => Err(missing_start()),
        (Some(all), true) => Ok(all),
        (Some(_), false) => Err(ArmError::bad_request(
            "The activity log joins the conditions of its filter by 'and' only.",
        )),
    }
}

fn missing_start() -> ArmError {
    ArmError::bad_request("The $filter must have a condition 'eventTimestamp ge' with a start.")
}

/// A span of time that the log is asked for.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: Timestamp,
    to: Timestamp,
}

impl Span {
    fn of(conditions: &[Condition], now: Timestamp) -> Result<Self, ArmError> {
        let (mut from, mut to) = (None, now);
        for condition in conditions.iter().filter(|c| c.field == "eventTimestamp") {
            let at = instant(&condition.value)?;
            match condition.comparison {
                Comparison::AtLeast | Comparison::Above => from = Some(at),
                Comparison::AtMost | Comparison::Below => to = at,
                Comparison::Equal | Comparison::NotEqual => return Err(missing_start()),
            }
        }
        let from = from.ok_or_else(missing_start)?;
        // A minute of grace: the caller computed the start before it asked.
        let oldest = SignedDuration::from_hours(90 * 24) + SignedDuration::from_mins(1);
        if now.duration_since(from) > oldest {
            return Err(ArmError::bad_request(
                "The start time cannot be more than 90 days in the past.",
            ));
        }
        if from > to {
            return Err(ArmError::bad_request("The start time cannot be after the end time."));
        }
        Ok(Self { from, to })
    }

    fn contains(self, record: &Record) -> bool {
        (self.from..=self.to).contains(&record.at)
    }
}

/// An instant, a date and time in UTC, or a date.
fn instant(text: &str) -> Result<Timestamp, ArmError> {
    let civil = || {
        let parsed: Result<civil::DateTime, _> = text.parse();
        parsed.and_then(|at| TimeZone::UTC.to_timestamp(at))
    };
    text.parse()
        .or_else(|_| civil())
        .map_err(|_| ArmError::bad_request(format!("'{text}' is no instant of ISO 8601.")))
}

/// Where a right to read is needed: at the resource group or resource that the filter names.
fn narrowest(call: &Call<'_>, scope: Scope, conditions: &[Condition]) -> Scope {
    let world = call.world();
    let Scope::Subscription(ix) = scope else {
        return scope;
    };
    let named = conditions.iter().find_map(|condition| {
        let group = match condition.field {
            "resourceGroupName" => condition.value.as_str(),
            "resourceUri" | "resourceId" => condition.value.split('/').nth(4)?,
            _ => return None,
        };
        world.find_group(ix, group).map(Scope::Group)
    });
    named.unwrap_or(scope)
}

fn fits(record: &Record, condition: &Condition) -> bool {
    let wanted = condition.value.as_str();
    let is = |actual: &str| actual.eq_ignore_ascii_case(wanted);
    let is_equal = match condition.field {
        "resourceGroupName" => is(&record.group),
        // A resource's own events, and those of what lies below it.
        "resourceUri" | "resourceId" => {
            let id = record.resource_id.to_ascii_lowercase();
            let wanted = wanted.trim_end_matches('/').to_ascii_lowercase();
            id == wanted || id.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with('/'))
        }
        "resourceProvider" => is(record.provider()),
        "resourceType" => is(&record.resource_type),
        "correlationId" => is(&record.correlation_id),
        "caller" => is(&record.caller),
        "status" => is(record.status),
        "level" | "levels" => {
            wanted.split(',').any(|level| level.trim().eq_ignore_ascii_case(record.level))
        }
        "category" => is(record.category),
        "operationName" => is(&record.operation),
        // The span is checked before, and every event is in a channel that was asked for.
        _ => return true,
    };
    is_equal == (condition.comparison != Comparison::NotEqual)
}

/// The events of a subscription from one instant to another, newest first, as ARM shows them.
pub(in crate::estate) fn told(
    state: &State,
    ix: SubscriptionIx,
    (from, to): (Timestamp, Timestamp),
) -> Vec<Value> {
    let records = records(state, ix, Span { from, to });
    records.iter().map(|record| record.body(&state.world)).collect()
}

/// The records of a subscription within a span, newest first.
fn records(state: &State, ix: SubscriptionIx, span: Span) -> Vec<Record> {
    let world = &state.world;
    let mut records: Vec<Record> = Vec::new();
    for deed in state.chronicle().deeds() {
        if deed.target.subscription(world) == Some(ix) {
            records.extend(record::of_deed(world, deed));
        }
    }
    for resource in world.subscription_resources(ix) {
        let history = availability::history(world, resource);
        records.extend(record::of_health(world, resource, &history));
    }
    for event in event::all() {
        if event.reaches(world, ix) {
            records.extend(record::of_event(world, ix, event));
        }
    }
    for (_, alert) in state.alerts() {
        if alert.subscription == ix {
            records.push(record::of_alert(world, alert));
        }
    }
    for write in state.written() {
        records.extend(record::of_write(state, &write));
    }
    records.retain(|record| record.subscription == Some(ix) && span.contains(record));
    records.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.order.cmp(&a.order)));
    records
}

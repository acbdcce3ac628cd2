//! Service-health events of a subscription, a resource or the tenant, and the resources each
//! concerns.

use serde_json::{Value, json};

use super::super::conditions::Conditions;
use crate::estate::{
    access::Scope,
    clock::stamp,
    health::event::{self, Class, Event},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::{ResourceIx, SubscriptionIx, company::ManagementGroup},
};

const READ: &str = "Microsoft.ResourceHealth/events/read";

/// Whose events are asked for.
struct Audience {
    scope: Scope,
    /// What ids of events begin with.
    prefix: String,
    subscriptions: Vec<SubscriptionIx>,
}

impl Audience {
    /// The audience of a call that may do `action`.
    fn of(call: &Call<'_>, action: &str) -> Result<Self, ArmError> {
        let world = call.world();
        let scope = call.scope()?;
        let (at, subscriptions) = match scope {
            Scope::Tenant => {
                let root = Scope::ManagementGroup(ManagementGroup::Root);
                (root, world.subscription_ixs().collect())
            }
            Scope::Subscription(ix) => (scope, vec![ix]),
            Scope::Resource(_) => (scope, scope.subscription(world).into_iter().collect()),
            Scope::ManagementGroup(_) | Scope::Group(_) => {
                return Err(ArmError::invalid_type("Microsoft.ResourceHealth", "events"));
            }
        };
        call.require(action, at)?;
        let prefix = match scope {
            Scope::Subscription(ix) => world.subscription_id(ix),
            Scope::Tenant | Scope::ManagementGroup(_) | Scope::Group(_) | Scope::Resource(_) => {
                String::new()
            }
        };
        Ok(Self { scope, prefix, subscriptions })
    }

    /// The subscriptions that an event reaches; none where the audience does not hear of it.
    fn reached(&self, call: &Call<'_>, event: &Event) -> Vec<SubscriptionIx> {
        let world = call.world();
        if let Scope::Resource(ix) = self.scope
            && !event.concerns(world, ix)
        {
            return Vec::new();
        }
        let reached = self.subscriptions.iter().copied();
        reached.filter(|ix| event.reaches(world, *ix)).collect()
    }

    /// The event of a tracking id, if the audience hears of it.
    fn find(
        &self,
        call: &Call<'_>,
        id: &str,
    ) -> Result<(&'static Event, Vec<SubscriptionIx>), ArmError> {
        event::find(id)
            .map(|event| (event, self.reached(call, event)))
            .filter(|(_, reached)| !reached.is_empty())
            .ok_or_else(|| ArmError::not_found(&format!("The event '{id}'")))
    }
}

pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let audience = Audience::of(call, READ)?;
    let world = call.world();
    let filter = Conditions::of(call, FIELDS)?;
    let since = call.query.get("queryStartTime").map(start).transpose()?;
    let fits = |event: &&Event| {
        let updated = world.ago(event.updated);
        since.is_none_or(|since| updated >= since) && filter.any(|field| values(event, field))
    };
    let told = event::all()
        .iter()
        .filter(fits)
        .map(|event| (event, audience.reached(call, event)))
        .filter(|(_, reached)| !reached.is_empty());
    call.page(told, |(event, reached)| Some(event.body(world, &audience.prefix, &reached)))
}

/// What `$filter` may compare.
const FIELDS: &[&str] = &[
    "eventType",
    "status",
    "service",
    "region",
    "impactedService",
    "impactedRegion",
    "eventLevel",
    "trackingId",
    "eventSource",
];

fn values(event: &Event, field: &str) -> Vec<String> {
    let one = |value: &str| vec![value.to_owned()];
    match field {
        "eventType" => one(event.class.word()),
        "status" => one(event.status()),
        "service" | "impactedService" => event.services.iter().map(|s| (*s).to_owned()).collect(),
        "region" | "impactedRegion" => {
            let names = event.regions.iter().flat_map(|r| [r.display(), r.name()]);
            names.map(str::to_owned).collect()
        }
        "eventLevel" => one(event.level),
        "trackingId" => one(event.tracking_id),
        _ => one("ServiceHealth"),
    }
}

/// `mm/dd/yyyy`, a date, or an instant.
fn start(text: &str) -> Result<jiff::Timestamp, ArmError> {
    let date = jiff::civil::Date::strptime("%m/%d/%Y", text)
        .or_else(|_| text.parse::<jiff::civil::Date>())
        .and_then(|date| jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)));
    // An instant first: its date alone would parse, too.
    text.parse().or(date).map_err(|_| {
        ArmError::bad_request(format!(
            "The value '{text}' of 'queryStartTime' is invalid; use mm/dd/yyyy or ISO 8601."
        ))
    })
}

pub(super) fn get(call: &Call<'_>, id: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let audience = Audience::of(call, READ)?;
    let (event, reached) = audience.find(call, id)?;
    Answer::json(&event.body(call.world(), &audience.prefix, &reached))
}

/// `POST …/fetchEventDetails`: the event with what only some may read.
pub(super) fn details(call: &Call<'_>, id: &str) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let right = "Microsoft.ResourceHealth/events/fetchEventDetails/action";
    let audience = Audience::of(call, right)?;
    let (event, reached) = audience.find(call, id)?;
    Answer::json(&event.detailed(call.world(), &audience.prefix, &reached))
}

pub(super) fn impacted(call: &Call<'_>, id: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let right = "Microsoft.ResourceHealth/events/impactedResources/read";
    let audience = Audience::of(call, right)?;
    let (event, reached) = audience.find(call, id)?;
    let filter = Conditions::of(
        call,
        &[
            "targetRegion",
            "targetResourceType",
            "targetResourceId",
            "resourceGroup",
            "resourceName",
        ],
    )?;
    // Those of a security advisory have an operation, and a right, of their own.
    let is_open = event.class != Class::SecurityAdvisory;
    let world = call.world();
    let resources = reached
        .iter()
        .filter(|_| is_open)
        .flat_map(|ix| event.impacted(world, *ix))
        .filter_map(|ix| event.impacted_resource(world, ix))
        .filter(|(_, properties)| {
            filter.any(|field| {
                let value = properties.get(field).and_then(Value::as_str);
                value.map(str::to_owned).into_iter().collect()
            })
        });
    call.page(resources, |(name, properties)| {
        Some(impacted_body(&audience, event, &name, &properties))
    })
}

fn impacted_body(audience: &Audience, event: &Event, name: &str, properties: &Value) -> Value {
    json!({
        "id": format!(
            "{}/providers/Microsoft.ResourceHealth/events/{}/impactedResources/{name}",
            audience.prefix, event.tracking_id
        ),
        "name": name,
        "type": "Microsoft.ResourceHealth/events/impactedResources",
        "properties": properties,
    })
}

pub(super) fn impacted_one(call: &Call<'_>, id: &str, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let right = "Microsoft.ResourceHealth/events/impactedResources/read";
    let audience = Audience::of(call, right)?;
    let (event, reached) = audience.find(call, id)?;
    let world = call.world();
    let found = reached
        .iter()
        .filter(|_| event.class != Class::SecurityAdvisory)
        .flat_map(|ix| event.impacted(world, *ix))
        .filter_map(|ix: ResourceIx| event.impacted_resource(world, ix))
        .find(|(own, _)| own.eq_ignore_ascii_case(name));
    let (name, properties) =
        found.ok_or_else(|| ArmError::not_found(&format!("The impacted resource '{name}'")))?;
    Answer::json(&impacted_body(&audience, event, &name, &properties))
}

/// `POST …/listSecurityAdvisoryImpactedResources`.
pub(super) fn advised(call: &Call<'_>, id: &str) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let right = "Microsoft.ResourceHealth/events/listSecurityAdvisoryImpactedResources/action";
    let audience = Audience::of(call, right)?;
    let (event, reached) = audience.find(call, id)?;
    let world = call.world();
    let resources = reached
        .iter()
        .filter(|_| event.class == Class::SecurityAdvisory)
        .flat_map(|ix| event.impacted(world, *ix))
        .filter_map(|ix| event.impacted_resource(world, ix));
    call.page(resources, |(name, properties)| {
        Some(impacted_body(&audience, event, &name, &properties))
    })
}

/// `GET /providers/Microsoft.ResourceHealth/emergingIssues`.
pub(super) fn emerging(call: &Call<'_>) -> Result<Answer, ArmError> {
    Answer::list(&[issues(call)?])
}

/// `GET /providers/Microsoft.ResourceHealth/emergingIssues/default`.
pub(super) fn emerging_one(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let issues = issues(call)?;
    if name == "default" {
        Answer::json(&issues)
    } else {
        Err(ArmError::not_found(&format!("The emerging issue '{name}'")))
    }
}

/// What the public status page says: nothing at present.
fn issues(call: &Call<'_>) -> Result<Value, ArmError> {
    call.only(Method::Get)?;
    if call.scope()? != Scope::Tenant {
        return Err(ArmError::invalid_type("Microsoft.ResourceHealth", "emergingIssues"));
    }
    Ok(json!({
        "id": "/providers/Microsoft.ResourceHealth/emergingIssues/default",
        "name": "default",
        "type": "/providers/Microsoft.ResourceHealth/emergingIssues",
        "properties": {
            "refreshTimestamp": stamp(call.world().anchor),
            "statusBanners": [],
            "statusActiveEvents": [],
        },
    }))
}

//! Security alerts: those a story tells and those that happen in any estate. An alert is made
//! once; its state is kept apart, because people change it.

mod templates;

use serde_json::{Map, Value, json};

use super::plans;
use crate::estate::{
    clock::{stamp, ticks},
    stories::{brute_force, unprotected},
    world::{ResourceIx, SubscriptionIx, World, kind::Kind},
};
use templates::Template;

/// The number of an alert in its world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AlertIx(pub(crate) u32);

/// Where an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AlertState {
    Active,
    InProgress,
    Resolved,
    Dismissed,
}

impl AlertState {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::InProgress => "InProgress",
            Self::Resolved => "Resolved",
            Self::Dismissed => "Dismissed",
        }
    }

    /// The state of that word.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        [Self::Active, Self::InProgress, Self::Resolved, Self::Dismissed]
            .into_iter()
            .find(|state| state.word() == word)
    }

    /// The state the operation `action` brings about, whatever its case.
    pub(crate) fn after(action: &str) -> Option<Self> {
        match action.to_ascii_lowercase().as_str() {
            "activate" => Some(Self::Active),
            "inprogress" => Some(Self::InProgress),
            "resolve" => Some(Self::Resolved),
            "dismiss" => Some(Self::Dismissed),
            _ => None,
        }
    }
}

/// An alert as it was raised.
#[derive(Debug)]
pub(crate) struct Alert {
    /// `{ticks}_{guid}`.
    pub(crate) name: String,
    pub(crate) resource: ResourceIx,
    pub(crate) subscription: SubscriptionIx,
    /// The state before anybody touched it.
    pub(crate) raised_as: AlertState,
    template: &'static Template,
    /// Minutes before the anchor: what it is about began, ended, and was reported.
    began: i64,
    ended: i64,
    pub(crate) reported: i64,
}

/// Every alert of the world, newest first.
pub(crate) fn all(world: &World) -> Vec<Alert> {
    let mut alerts = story(world);
    alerts.extend(templates::TOLD.iter().filter_map(|told| tell(world, told)));
    for ix in world.subscription_ixs() {
        for resource in world.subscription_resources(ix) {
            alerts.extend(chance_alert(world, ix, resource));
        }
    }
    alerts.sort_by(|a, b| a.reported.cmp(&b.reported).then_with(|| a.name.cmp(&b.name)));
    alerts
}

/// The alerts of the brute-force story.
fn story(world: &World) -> Vec<Alert> {
    let found = world.named(brute_force::GROUP, Kind::VirtualMachine, brute_force::MACHINE);
    let Some(machine) = found else {
        return Vec::new();
    };
    let span = (brute_force::ATTEMPTS_BEGAN, brute_force::SUCCEEDED);
    templates::BRUTE_FORCE
        .iter()
        .zip([(span.0, span.1), (span.0, span.1 + 60)])
        .filter_map(|(template, (began, ended))| {
            raise(world, machine, template, (began, ended, AlertState::Active))
        })
        .collect()
}

/// The alert a resource happens to have, if any: about one resource in thirty.
fn chance_alert(world: &World, ix: SubscriptionIx, resource: ResourceIx) -> Option<Alert> {
    let subject = world.resource(resource)?;
    let chance = subject.chance.child("alert");
    let covered = plans::PLANS.iter().any(|p| p.covers(subject.kind) && p.is_on(world, ix))
        && !unprotected::is_left_out(world, resource);
    let is_cast = &*subject.name == brute_force::MACHINE
        || templates::TOLD.iter().any(|told| told.resource == &*subject.name);
    if !covered || is_cast || !chance.percent(9) {
        return None;
    }
    let fitting = || templates::USUAL.iter().filter(|t| t.kind == subject.kind);
    let count = fitting().count();
    let pick = usize::try_from(chance.child("which").below(count as u64)).ok()?;
    let template = fitting().nth(pick)?;
    let oldest = u64::from(subject.created).saturating_sub(1440).min(24 * 1440);
    let ended = i64::try_from(120 + chance.child("age").below(oldest)).ok()?;
    let state = state_by_age(ended, chance.child("state").below(10));
    raise(world, resource, template, (ended + 55, ended, state))
}

/// Old alerts have mostly been dealt with.
const fn state_by_age(minutes: i64, roll: u64) -> AlertState {
    match (minutes > 7 * 1440, roll) {
        (false, 0 | 1) => AlertState::InProgress,
        (false, _) | (true, 0 | 1) => AlertState::Active,
        (true, 2..=4) => AlertState::Dismissed,
        (true, _) => AlertState::Resolved,
    }
}

fn raise(
    world: &World,
    resource: ResourceIx,
    template: &'static Template,
    (began, ended, raised_as): (i64, i64, AlertState),
) -> Option<Alert> {
    let subject = world.resource(resource)?;
    let reported = ended - 12;
    let chance = subject.chance.child(template.alert_type);
    // Defender counts ticks down from the end of the calendar, so that newer names sort first.
    let left = 3_155_378_975_999_999_999 - ticks(world.ago(reported));
    Some(Alert {
        name: format!("{left}_{}", chance.guid()),
        resource,
        subscription: world.subscription_of(subject),
        raised_as,
        template,
        began,
        ended,
        reported,
    })
}

/// An alert that every world has.
fn tell(world: &World, told: &templates::Told) -> Option<Alert> {
    let template = templates::USUAL.iter().find(|t| t.alert_type == told.alert_type)?;
    let resource = world.named(told.group, template.kind, told.resource)?;
    let ended = told.hours_ago * 60;
    raise(world, resource, template, (ended + 35, ended, told.state))
}

impl Alert {
    /// What it says in one line, and how grave it is.
    pub(crate) const fn headline(&self) -> (&'static str, &'static str) {
        (self.template.display, self.template.severity.word())
    }

    /// The region segment of its id.
    pub(crate) fn location<'a>(&self, world: &'a World) -> &'a str {
        self.group(world).map_or("centralus", |group| group.region.name())
    }

    /// The ARM id, below the resource group of what is attacked.
    pub(crate) fn id(&self, world: &World) -> String {
        let group = world.resource(self.resource).map(|r| world.group_id(r.group));
        format!(
            "{}/providers/Microsoft.Security/locations/{}/alerts/{}",
            group.unwrap_or_default(),
            self.location(world),
            self.name
        )
    }

    /// The body of the REST API.
    pub(crate) fn body(&self, world: &World, state: AlertState) -> Value {
        json!({
            "id": self.id(world),
            "name": self.name,
            "type": "Microsoft.Security/Locations/alerts",
            "properties": self.properties(world, state),
        })
    }

    /// The Resource Graph row, whose properties are spelt in Pascal case.
    pub(crate) fn row(&self, world: &World, state: AlertState) -> Value {
        let subscription = world.subscription(self.subscription).map(|s| s.id.as_str());
        let group = self.group(world).map(|g| g.name.to_ascii_lowercase());
        let mut properties = self.properties(world, state);
        if let Some(properties) = properties.as_object_mut() {
            properties.remove("version");
            properties.remove("subTechniques");
            rename(properties, "alertUri", "AlertUri");
            rename(properties, "processingEndTimeUtc", "ProcessingEndTime");
        }
        json!({
            "id": self.id(world),
            "name": self.name,
            "type": "microsoft.security/locations/alerts",
            "tenantId": world.tenant_id,
            "kind": "",
            "location": self.location(world),
            "resourceGroup": group,
            "subscriptionId": subscription,
            "properties": pascal(properties),
        })
    }

    fn group<'a>(&self, world: &'a World) -> Option<&'a crate::estate::world::Group> {
        world.resource(self.resource).and_then(|r| world.group(r.group))
    }

    fn properties(&self, world: &World, state: AlertState) -> Value {
        let resource = world.resource(self.resource);
        let entity = resource.map_or("", |r| &*r.name);
        let at = |minutes: i64| stamp(world.ago(minutes));
        let correlation = resource.map(|r| r.chance.child("correlation").guid());
        json!({
            "version": "2022-01-01",
            "alertType": self.template.alert_type,
            "systemAlertId": self.name,
            "productComponentName": self.template.component,
            "productName": "Microsoft Defender for Cloud",
            "vendorName": "Microsoft",
            "alertDisplayName": self.template.display,
            "description": self.template.describe(entity),
            "severity": self.template.severity.word(),
            "intent": self.template.intent,
            "status": state.word(),
            "startTimeUtc": at(self.began),
            "endTimeUtc": at(self.ended),
            "timeGeneratedUtc": at(self.reported),
            "processingEndTimeUtc": at(self.reported),
            "resourceIdentifiers": self.identifiers(world),
            "remediationSteps": self.template.remediation,
            "extendedLinks": [],
            "alertUri": self.portal_link(world),
            "entities": self.template.entities(entity),
            "isIncident": false,
            "correlationKey": correlation,
            "extendedProperties": self.template.extended(),
            "compromisedEntity": entity,
            "techniques": self.template.techniques,
            "subTechniques": [],
        })
    }

    fn identifiers(&self, world: &World) -> Value {
        json!([{ "type": "AzureResource", "azureResourceId": world.resource_id(self.resource) }])
    }

    fn portal_link(&self, world: &World) -> String {
        let subscription = world.subscription(self.subscription).map_or("", |s| &s.id);
        let group = self.group(world).map_or("", |g| &g.name);
        format!(
            "https://portal.azure.com/#blade/Microsoft_Azure_Security_AzureDefenderForData/AlertBlade/alertId/{}/subscriptionId/{subscription}/resourceGroup/{group}/referencedFrom/alertDeepLink/location/{}",
            self.name,
            self.location(world)
        )
    }
}

/// Every key, at every depth, with a capital first letter; `@` and `$` keys keep theirs.
fn pascal(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members.into_iter().map(|(key, value)| (capital(&key), pascal(value))).collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(pascal).collect()),
        other => other,
    }
}

fn capital(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn rename(members: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = members.remove(from) {
        members.insert(to.into(), value);
    }
}

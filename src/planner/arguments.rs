//! Arguments: what a tool's schema asks for and a part of a question gives.

use serde_json::{Map, Value, json};

use super::{
    about::{About, Period, is_of_alert},
    part::Part,
    subject::{Intent, Subject},
    text::among,
};
use crate::tools::scope::resource_types::type_of;

mod dropped;
mod generic;
mod noun;
mod query;
mod scale;

pub(super) use noun::words_of;
pub(super) use query::{written_log_query, written_query};

/// Arguments, and what of the question they could not hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filled {
    pub(super) arguments: Map<String, Value>,
    /// What was named and the tool cannot narrow by, in words.
    pub(super) dropped: Vec<String>,
    /// What was named and is taken for something of the tool's own, in words.
    pub(super) taken: Option<String>,
}

/// The arguments of a tool with this schema, from a part of a question.
pub(super) fn fill(schema: &Value, part: &Part<'_>) -> Filled {
    let mut filled = Filled::default();
    let Some(properties) = schema["properties"].as_object() else { return filled };
    let about = seen(part, properties);
    for (name, property) in properties {
        let value = match (name.as_str(), part.subject) {
            (name, Subject::Of(meant)) => generic::fixed(&meant, name, property)
                .or_else(|| month(name, property, &about).map(Value::from))
                .or_else(|| own(name, (part, &about)).filter(|_| options(property).is_empty()))
                .or_else(|| generic::value((name, property), (part, &about), properties))
                .map(|value| as_list(property, value)),
            ("resource", _) => affected(&about, properties).map(Value::from),
            (name, Subject::Other) => value_of(name, property, part, &about)
                .or_else(|| generic::value((name, property), (part, &about), properties)),
            (name, _) => value_of(name, property, part, &about),
        };
        if let Some(value) = value {
            filled.arguments.insert(name.clone(), value);
        }
    }
    if matches!(part.subject, Subject::Of(_)) {
        told_apart(&mut filled.arguments, part);
    }
    filled.dropped = match part.subject {
        Subject::Of(_) => dropped::of_table(part, &about, &filled.arguments),
        subject => dropped::of_subject(&about, properties, subject),
    };
    filled.taken = dropped::taken(&about, properties);
    filled
}

/// Whether a tool with this schema takes an argument.
pub(super) fn takes(schema: &Value, name: &str) -> bool {
    schema.get("properties").is_some_and(|properties| properties.get(name).is_some())
}

/// Whether a part names the thing that an argument is for, beside its noun.
pub(super) fn names_one(schema: &Value, name: &str, part: &Part<'_>) -> bool {
    takes(schema, name) && noun::beside(name, part).is_some()
}

/// What the schema requires and the arguments lack.
pub(super) fn missing(schema: &Value, arguments: &Map<String, Value>) -> Option<String> {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    required.into_iter().find(|name| !arguments.contains_key(*name)).map(str::to_owned)
}

/// What is named, as this tool takes it.
fn seen(part: &Part<'_>, properties: &Map<String, Value>) -> About {
    let mut about = part.about.clone();
    let of_alert = about.arm_id.as_deref().is_some_and(is_of_alert);
    if of_alert {
        about.subscription = None;
    }
    let whole = properties.contains_key("resource") || properties.contains_key("at");
    if let (Some(id), false) = (about.arm_id.clone(), whole || of_alert) {
        let part_of = |key: &str| {
            let mut segments = id.split('/').skip_while(|one| !one.eq_ignore_ascii_case(key));
            segments.nth(1).map(str::to_owned)
        };
        about.group = about.group.or_else(|| part_of("resourceGroups"));
        if id.to_lowercase().contains("/providers/") {
            about.name = id.rsplit('/').next().map(str::to_owned);
        }
    }
    // Of one thing in full, another type is what it is connected to.
    if part.intent == Intent::Detail && about.name.is_some() {
        about.kind = None;
    }
    // How things are is how they are now; what changed has a time of its own.
    if part.subject == Subject::Situation {
        about.options.clear();
        about.statuses.clear();
        about.severities.clear();
        if !properties.contains_key("changeType") {
            about.time = None;
        }
    }
    let resources = part.subject == Subject::Resources && properties.contains_key("state");
    if resources && about.state == Some("unattached") && about.kind.is_none() {
        about.kind = Some("disk".to_owned());
    }
    // `Is vm-1 running?` asks for the state of one machine: it is no condition.
    let listed = matches!(part.intent, Intent::List | Intent::Count);
    // Of one resource any health is an answer.
    let whether = part.intent == Intent::Confirm && about.options.contains(&"Available");
    if part.subject == Subject::Health && (about.resource().is_some() || whether) {
        about.options.clear();
    }
    if about.name.is_some() && !listed {
        about.state = None;
    }
    about
}

/// One name is one argument: `job 3f25… of vault rsv-1` names neither a subscription nor a resource.
fn told_apart(arguments: &mut Map<String, Value>, part: &Part<'_>) {
    const OF_NOUNS: &str =
        "vault job policy workspace rule budget assignment definition plan table";
    let nouns = arguments.iter().filter(|(key, _)| among(key, OF_NOUNS));
    let named: Vec<Value> = nouns.map(|(_, value)| value.clone()).collect();
    for key in ["resource", "name", "subscription"] {
        let twice = arguments.get(key).is_some_and(|own| {
            named.iter().any(|other| match (own.as_str(), other.as_str()) {
                (Some(own), Some(other)) => own.eq_ignore_ascii_case(other),
                _ => own == other,
            })
        });
        if !twice {
            continue;
        }
        arguments.remove(key);
        let held = |text: &str| named.iter().any(|value| value.as_str() == Some(text));
        let other = noun::marked(part).find(|text| !held(text)).map(Value::from);
        if let Some(other) = other.filter(|_| key == "resource") {
            arguments.insert(key.to_owned(), other);
        }
    }
}

/// A value as a property takes it.
fn as_list(property: &Value, value: Value) -> Value {
    if takes_list(property) && !value.is_array() { json!([value]) } else { value }
}

/// What has one meaning whatever the tool: places, and the resource.
fn own(name: &str, (part, about): (&Part<'_>, &About)) -> Option<Value> {
    let text = |text: &Option<String>| text.clone().map(Value::from);
    match name {
        "subscription" => text(&about.subscription),
        "resourceGroup" => text(&about.group),
        "location" | "region" => text(&about.region),
        "type" | "resourceType" => text(&about.kind),
        "name" => text(&about.name),
        "resource" => {
            let named = about.resource().map(str::to_owned);
            named.or_else(|| noun::beside_type(part)).map(Value::from)
        }
        "resourceId" | "id" => text(&about.arm_id),
        "tag" => text(&about.tag),
        "timeRange" => text(&about.time),
        "caller" | "changedBy" | "trackingId" | "alert" | "recommendation" | "standard"
        | "control" => text(named(name, about)),
        "at" | "scope" => {
            let named = about.resource().map(str::to_owned).or_else(|| about.group.clone());
            named.or_else(|| about.subscription.clone()).map(Value::from)
        }
        _ => None,
    }
}

fn value_of(name: &str, property: &Value, part: &Part<'_>, about: &About) -> Option<Value> {
    let text = |text: &Option<String>| text.clone().map(Value::from);
    let flag = |on: bool| on.then_some(Value::Bool(true));
    match name {
        "subscription" => text(&about.subscription),
        "resourceGroup" => text(&about.group),
        "location" | "region" => text(&about.region),
        "type" | "resourceType" => text(&about.kind),
        "name" if part.subject == Subject::Subscriptions => {
            let named =
                about.subscription.as_ref().filter(|one| uuid::Uuid::parse_str(one).is_err());
            named.map(|name| Value::from(name.as_str()))
        }
        "name" => text(&about.name),
        "resourceId" | "id" => text(&about.arm_id),
        "tag" => text(&about.tag),
        "timeRange" => {
            let range = month(name, property, about).or_else(|| about.time.clone());
            range.or_else(|| usual_range(part, about)).map(Value::from)
        }
        "limit" | "top" => about.count.map(Value::from),
        "state" if options(property).is_empty() => {
            about.state.filter(|state| has_state(about, state)).map(Value::from)
        }
        "by" => about.by.map(Value::from),
        "severity" | "risk" => chosen(property, &scale::of(&options(property), &about.severities)),
        // Whether one control passes is to be seen whatever it is.
        "state" if about.control.is_some() && options(property).contains(&"Any") => {
            Some(Value::from("Any"))
        }
        "status" | "state" | "condition" | "changeType" | "eventType" => {
            chosen(property, &about.options)
        }
        "alert" | "recommendation" | "standard" | "control" | "caller" | "changedBy"
        | "trackingId" | "action" => text(named(name, about)),
        "plan" => {
            let kind = about.kind.as_deref().filter(|_| part.subject == Subject::Protections);
            text(&about.plan).or_else(|| kind.and_then(plan).map(Value::from))
        }
        "operation" => about.operation.map(Value::from),
        "at" => {
            let named = about.resource().map(str::to_owned).or_else(|| about.group.clone());
            named.or_else(|| about.subscription.clone()).map(Value::from)
        }
        "service" => about.kind.as_deref().and_then(service).map(Value::from),
        "failedOnly" => {
            flag(part.text.has_any("failed fail fails failing failure failures error errors"))
        }
        "offOnly" => flag(part.text.has_any("off disabled missing unprotected not without no")),
        "emptyOnly" => flag(part.text.has_any("empty unused")),
        _ => None,
    }
}

/// What only some questions name, by the argument that takes it.
fn named<'a>(name: &str, about: &'a About) -> &'a Option<String> {
    match name {
        "alert" => &about.alert,
        "recommendation" => &about.recommendation,
        "standard" => &about.standard,
        "control" => &about.control,
        "caller" | "changedBy" => &about.caller,
        "trackingId" => &about.tracking,
        "action" => &about.action,
        _ => &None,
    }
}

/// A month of the calendar, where a time range may be said so, as for costs.
fn month(name: &str, property: &Value, about: &About) -> Option<String> {
    let description = property["description"].as_str()?;
    let said = about.periods.first().map(Period::text)?;
    let is_month = matches!(said.as_str(), "this month" | "last month");
    (name == "timeRange" && is_month && description.contains("`last month`")).then_some(said)
}

/// How far back to look where the question says no time: who did something to one thing is worth
/// more than a day.
fn usual_range(part: &Part<'_>, about: &About) -> Option<String> {
    let one = about.resource().is_some() || about.group.is_some() || about.operation.is_some();
    match part.subject {
        Subject::Activity if one || about.caller.is_some() => Some("30d".to_owned()),
        Subject::Changes if about.caller.is_some() => Some("14d".to_owned()),
        Subject::Changes if about.resource().is_some() || about.group.is_some() => {
            Some("14d".to_owned())
        }
        _ => None,
    }
}

/// The Defender plan that is for a type of resource.
fn plan(kind: &str) -> Option<&'static str> {
    let arm = type_of(kind)?;
    let plans = [
        ("microsoft.compute/virtualmachines", "servers"),
        ("microsoft.storage/", "storage"),
        ("microsoft.keyvault/", "key vault"),
        ("microsoft.web/", "app service"),
        ("microsoft.sql/", "azure sql databases"),
        ("microsoft.containerservice/", "containers"),
        ("microsoft.containerregistry/", "containers"),
        ("microsoft.documentdb/", "cosmos db"),
    ];
    plans.iter().find(|(provider, _)| arm.starts_with(provider)).map(|(_, plan)| *plan)
}

/// What Azure Service Health calls the service behind a type of resource, in part.
fn service(kind: &str) -> Option<&'static str> {
    let arm = type_of(kind)?;
    let services = [
        ("microsoft.compute/", "Virtual Machines"),
        ("microsoft.storage/", "Storage"),
        ("microsoft.web/", "App Service"),
        ("microsoft.sql/", "SQL"),
        ("microsoft.containerservice/", "Kubernetes"),
        ("microsoft.keyvault/", "Key Vault"),
        ("microsoft.network/", "Network"),
        ("microsoft.documentdb/", "Cosmos"),
    ];
    services.iter().find(|(provider, _)| arm.starts_with(provider)).map(|(_, service)| *service)
}

/// A part of the ids of what is affected: a name, or what the tool takes nowhere else.
fn affected(about: &About, properties: &Map<String, Value>) -> Option<String> {
    let has = |name: &str| properties.contains_key(name);
    // Only where ids are compared as texts, which is so where a group has no argument of its own.
    let by_text = !has("resourceGroup");
    let group = || about.group.as_ref().map(|group| format!("resourceGroups/{group}/"));
    let kind = || about.kind.as_deref().and_then(type_of).map(|kind| format!("{kind}/"));
    let name = about.resource().map(str::to_owned);
    if name.is_none() && about.alert.is_some() {
        return None;
    }
    name.or_else(|| group().filter(|_| by_text))
        .or_else(|| kind().filter(|_| by_text && !has("type")))
}

/// Whether the state is one that resources of the type can be in; others have it elsewhere.
fn has_state(about: &About, state: &str) -> bool {
    let Some(kind) = about.kind.as_deref().and_then(type_of) else { return true };
    match state {
        "unattached" | "attached" => kind == "microsoft.compute/disks",
        "running" | "stopped" | "deallocated" => matches!(
            kind.as_str(),
            "microsoft.compute/virtualmachines"
                | "microsoft.web/sites"
                | "microsoft.containerservice/managedclusters"
                | "microsoft.network/applicationgateways"
        ),
        _ => true,
    }
}

/// The options that were named; one where the property takes one.
fn chosen(property: &Value, named: &[&'static str]) -> Option<Value> {
    let options = options(property);
    let own = |named: &&str| options.iter().find(|option| option.eq_ignore_ascii_case(named));
    let named: Vec<&str> = named.iter().filter_map(own).copied().collect();
    as_property(property, &named)
}

/// Whether a property takes a list.
fn takes_list(property: &Value) -> bool {
    property["items"].is_object() || !property["anyOf"].is_null()
}

/// Options as a property takes them: a list, or the one named last.
fn as_property(property: &Value, named: &[&str]) -> Option<Value> {
    match (takes_list(property), named) {
        (_, []) => None,
        (true, named) => Some(json!(named)),
        (false, [.., last]) => Some(json!(last)),
    }
}

fn options(property: &Value) -> Vec<&str> {
    let listed =
        property["enum"].as_array().or_else(|| property.pointer("/items/enum")?.as_array());
    listed.into_iter().flatten().filter_map(Value::as_str).collect()
}

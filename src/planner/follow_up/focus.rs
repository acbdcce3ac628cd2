//! What the answer before was about: the one resource, or the row that is pointed at.

use serde_json::{Map, Value};

use super::about;
use crate::{
    model::ToolOffer,
    planner::{
        about::About,
        answer::rows_of,
        exchange::{Done, Exchange},
        part::Part,
        route::Step,
        subject::{Intent, Subject},
        text::among,
    },
};

/// The most words of a question that points with a pronoun.
const MAX_WORDS: usize = 14;

/// What the answer before was about, where that is one resource or one group.
pub(super) fn of(exchange: &Exchange<'_>) -> Option<About> {
    exchange
        .earlier
        .iter()
        .find_map(by_output)
        .or_else(|| exchange.earlier.iter().find_map(by_argument))
        .or_else(|| {
            let mut rows = exchange.earlier.iter().filter_map(rows_of);
            match (rows.next(), rows.next()) {
                (Some([only]), None) => by_row(exchange.earlier.first()?, only),
                _ => None,
            }
        })
}

/// The resource that a result in full is about.
fn by_output(done: &Done<'_>) -> Option<About> {
    let output = done.result.output.as_deref()?;
    let id = match done.call.tool.as_str() {
        "get_alert" => output.get("alert")?.get("target")?,
        "get_security_alert" => output["alerts"].get(0)?["resourceIds"].get(0)?,
        "get_resource" => match output["resources"].as_array().map(Vec::as_slice) {
            Some([only]) => &only["id"],
            _ => return None,
        },
        _ => return None,
    };
    Some(about_of(id.as_str()?.to_owned()))
}

fn by_argument(done: &Done<'_>) -> Option<About> {
    let text = |key: &str| done.call.arguments.get(key).and_then(Value::as_str).map(str::to_owned);
    let one = text("resource").or_else(|| text("at")).or_else(|| text("name"));
    let named = matches!(about(done), Subject::Subscriptions | Subject::Groups);
    if let Some(name) = one.filter(|_| !named) {
        // A part of ids is no name.
        if name.ends_with('/') {
            return None;
        }
        return Some(about_of(name));
    }
    let group = text("resourceGroup")?;
    Some(About { group: Some(group), ..About::default() })
}

fn about_of(name: String) -> About {
    if name.starts_with('/') {
        About { arm_id: Some(name), ..About::default() }
    } else {
        About { name: Some(name), ..About::default() }
    }
}

/// The resource, the group or the subscription that a row is about.
fn by_row(done: &Done<'_>, row: &Value) -> Option<About> {
    let text = |key: &str| row[key].as_str().map(str::to_owned);
    match about(done) {
        Subject::Subscriptions | Subject::Score => {
            Some(About { subscription: Some(text("subscriptionId")?), ..About::default() })
        }
        Subject::Groups => Some(About { group: Some(text("name")?), ..About::default() }),
        Subject::Resources => Some(about_of(text("id")?)),
        Subject::Of(_) => {
            const IDS: [&str; 6] =
                ["resourceId", "sourceResourceId", "targetResourceId", "machineId", "vmId", "id"];
            let of_resource = |id: &String| id.starts_with('/') && id.contains("/providers/");
            Some(about_of(IDS.iter().filter_map(|key| text(key)).find(of_resource)?))
        }
        _ => {
            let listed = || row["resourceIds"].get(0)?.as_str().map(str::to_owned);
            let id = text("resourceId").or_else(|| text("target")).or_else(listed)?;
            Some(about_of(id))
        }
    }
}

/// `What changed on it?`: the part, with what the answer before was about in the place of `it`.
pub(super) fn pointed_at<'a>(exchange: &Exchange<'_>, part: &Part<'a>) -> Option<Part<'a>> {
    let one = part.text.words.iter().any(|word| among(&word.low, "it its that this there"))
        || part.text.has("the machine")
        || part.text.has("the vm")
        || part.text.has("the resource");
    // `this week`, `that many` point at nothing.
    let points = one
        && !["this week", "this month", "this morning", "is it possible", "is there", "are there"]
            .iter()
            .any(|phrase| part.text.has(phrase));
    let named = part.about.resource().is_some() || part.about.group.is_some();
    if !points || named || part.subject == Subject::Other || part.text.len() > MAX_WORDS {
        return None;
    }
    if matches!(part.subject, Subject::Score | Subject::Compliance | Subject::Subscriptions) {
        return None;
    }
    let found = of(exchange)?;
    Some(placed(part, found))
}

fn placed<'a>(part: &Part<'a>, found: About) -> Part<'a> {
    let mut part = part.clone();
    part.about.arm_id = found.arm_id;
    part.about.name = found.name;
    part.about.group = found.group;
    part.about.kind = None;
    if found.subscription.is_some() {
        part.about.subscription = found.subscription;
    }
    part
}

/// `How many resources are in the first one?`: the part, with the row in the place of its place.
pub(super) fn row_in_place<'a>(
    exchange: &Exchange<'_>,
    part: &Part<'a>,
    row: usize,
) -> Option<Part<'a>> {
    let (done, rows) = exchange.earlier.iter().find_map(|done| Some((done, rows_of(done)?)))?;
    let same = about(done) == part.subject && part.intent != Intent::Count
        || part.subject.is_alerts() && about(done).is_alerts();
    let fits = part.subject != Subject::Other && !same;
    let row = rows.get(row).filter(|_| fits)?;
    Some(placed(part, by_row(done, row)?))
}

/// Whether a question points at one thing that the answer before does not tell from others.
pub(super) fn is_unclear(exchange: &Exchange<'_>, part: &Part<'_>) -> bool {
    let points = ["did that", "did it", "did this", "to it", "on it", "about it", "with it"]
        .iter()
        .any(|phrase| part.text.has(phrase));
    let named = part.about.resource().is_some() || part.about.group.is_some();
    points && !named && of(exchange).is_none() && !only_row(exchange)
}

/// Whether the answer before has one row in all.
pub(super) fn only_row(exchange: &Exchange<'_>) -> bool {
    let rows: usize = exchange.earlier.iter().filter_map(rows_of).map(<[Value]>::len).sum();
    rows == 1
}

/// Whether the answer before is one alert of a list.
pub(super) fn only_alert(exchange: &Exchange<'_>) -> bool {
    let lists = exchange
        .earlier
        .iter()
        .all(|done| matches!(done.call.tool.as_str(), "list_alerts" | "list_security_alerts"));
    lists && only_row(exchange)
}

/// The call that tells a row of the last answer in full, where there is a tool for it.
pub(super) fn in_full(exchange: &Exchange<'_>, row: usize, offers: &[ToolOffer]) -> Option<Step> {
    let (done, rows) = exchange.earlier.iter().find_map(|done| Some((done, rows_of(done)?)))?;
    let row = rows.get(row)?;
    let (tool, key, field) = match done.call.tool.as_str() {
        "list_security_alerts" => ("get_security_alert", "alert", "id"),
        "list_alerts" => ("get_alert", "alert", "id"),
        "list_security_recommendations" => {
            ("get_security_recommendation", "recommendation", "assessmentId")
        }
        "find_resources" => ("get_resource", "resource", "id"),
        "list_resource_groups" => ("get_resource", "resource", "id"),
        "list_resource_health" => ("list_resource_health", "resource", "resourceId"),
        "list_service_health" => ("list_service_health", "trackingId", "trackingId"),
        tool => return of_list(tool, row, offers),
    };
    offers.iter().find(|offer| offer.name == tool)?;
    let value = row[field].as_str()?;
    let arguments = Map::from_iter([(key.to_owned(), Value::from(value))]);
    Some(Step { tool: tool.to_owned(), arguments, notes: Vec::new(), remarks: Vec::new() })
}

/// `list_backup_jobs` lists what `get_backup_job` tells in full, by its first argument.
fn of_list(tool: &str, row: &Value, offers: &[ToolOffer]) -> Option<Step> {
    let noun = tool.strip_prefix("list_")?;
    let one = match noun.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => noun.strip_suffix('s').unwrap_or(noun).to_owned(),
    };
    let offer = offers.iter().find(|offer| offer.name == format!("get_{one}"))?;
    let key = offer.input_schema.get("required")?.get(0)?.as_str()?;
    let value = row["id"].as_str().or_else(|| row["name"].as_str())?;
    let arguments = Map::from_iter([(key.to_owned(), Value::from(value))]);
    Some(Step { tool: offer.name.clone(), arguments, notes: Vec::new(), remarks: Vec::new() })
}

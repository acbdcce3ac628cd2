//! The call before, with other or further conditions.

use serde_json::{Map, Value};

use super::{FollowUp, about};
use crate::{
    model::ToolOffer,
    planner::{
        arguments,
        exchange::{Done, Exchange},
        part::Part,
        route::Step,
        subject::{Intent, Subject},
    },
};

/// The same call with other or further conditions.
pub(super) fn narrowed(
    exchange: &Exchange<'_>,
    part: &Part<'_>,
    offers: &[ToolOffer],
) -> Option<FollowUp> {
    if !part.about.narrows() && !adds(exchange, part, offers) {
        return None;
    }
    let mut steps = Vec::new();
    let mut cannot = Vec::new();
    for done in &exchange.earlier {
        let Some(offer) = offers.iter().find(|offer| offer.name == of_many(done, part)) else {
            continue;
        };
        let mut part = part.clone();
        part.subject = about(done);
        part.intent = Intent::List;
        let step = match (
            done.call.tool.as_str(),
            part.about.by,
            offers.iter().find(|offer| offer.name == "count_resources"),
        ) {
            ("find_resources", Some(_), Some(count)) => merged(done, count, &part),
            _ => merged(done, offer, &part),
        };
        match step {
            Ok(step) if !steps.contains(&step) => steps.push(step),
            Ok(_) => {}
            Err(dropped) => cannot.extend(dropped),
        }
    }
    match (steps.is_empty(), cannot.first()) {
        (false, _) => Some(FollowUp::Read(steps)),
        (true, Some(what)) => Some(FollowUp::Cannot(format!(
            "The answer before cannot be narrowed by {what}. Ask the whole question again and say \
             what you want to see.\n"
        ))),
        (true, None) => None,
    }
}

/// Whether a part gives the tool of a table that was asked before something to narrow by.
pub(super) fn adds(exchange: &Exchange<'_>, part: &Part<'_>, offers: &[ToolOffer]) -> bool {
    let plain = matches!(part.subject, Subject::Other | Subject::Resources);
    plain
        && exchange.earlier.iter().any(|done| {
            let offer = offers.iter().find(|offer| offer.name == done.call.tool);
            let subject = about(done);
            let Some(offer) = offer.filter(|_| matches!(subject, Subject::Of(_))) else {
                return false;
            };
            let part = Part { subject, ..part.clone() };
            !arguments::fill(&offer.input_schema, &part).arguments.is_empty()
        })
}

/// The tool to ask again: of one alert or recommendation elsewhere, the list of them.
fn of_many<'d>(done: &Done<'d>, part: &Part<'_>) -> &'d str {
    let another = part.about.alert.is_some() || part.about.recommendation.is_some();
    match done.call.tool.as_str() {
        "get_alert" if !another => "list_alerts",
        "get_security_alert" if !another => "list_security_alerts",
        "get_security_recommendation" if !another && part.about.name.is_none() => {
            "list_security_recommendations"
        }
        tool => tool,
    }
}

fn merged(done: &Done<'_>, offer: &ToolOffer, part: &Part<'_>) -> Result<Step, Vec<String>> {
    let filled = arguments::fill(&offer.input_schema, part);
    if filled.arguments.is_empty() {
        return Err(filled.dropped);
    }
    let before = done.call.arguments.as_object().cloned().unwrap_or_default();
    let mut arguments: Map<String, Value> =
        before.into_iter().filter(|(key, _)| arguments::takes(&offer.input_schema, key)).collect();
    // Another place replaces the whole place; `only in …` narrows it.
    let only = part.text.has_any("only just");
    if !only && filled.arguments.contains_key("subscription") {
        arguments.remove("resourceGroup");
    }
    if !only && filled.arguments.contains_key("type") {
        arguments.remove("state");
        arguments.remove("name");
    }
    if filled.arguments.contains_key("name") && part.about.name.is_some() {
        arguments.clear();
    }
    // Another thing is not narrowed by what the one before was.
    if part.about.resource().is_some() {
        for key in ["resourceGroup", "type", "alert", "recommendation", "at"] {
            arguments.remove(key);
        }
    }
    arguments.extend(filled.arguments);
    Ok(Step {
        tool: offer.name.clone(),
        arguments,
        notes: Vec::new(),
        remarks: filled.taken.into_iter().collect(),
    })
}

/// A call of another tool with the arguments that both take.
pub(super) fn carried(done: &Done<'_>, offer: &ToolOffer) -> Step {
    let before = done.call.arguments.as_object().cloned().unwrap_or_default();
    let arguments =
        before.into_iter().filter(|(key, _)| arguments::takes(&offer.input_schema, key));
    Step {
        tool: offer.name.clone(),
        arguments: arguments.collect(),
        notes: Vec::new(),
        remarks: Vec::new(),
    }
}

/// `List them`: the rows of the last answer, or the resources behind a count.
pub(super) fn listed(last: &Done<'_>, offers: &[ToolOffer]) -> FollowUp {
    let find = offers.iter().find(|offer| offer.name == "find_resources");
    match find.filter(|_| last.call.tool == "count_resources") {
        Some(find) => FollowUp::Read(vec![carried(last, find)]),
        None => FollowUp::Rows(0..20),
    }
}

/// Whether a question is about what the answer before was about.
pub(super) fn same_subject(part: &Part<'_>, exchange: &Exchange<'_>) -> bool {
    // `tell me about vm-1` after alerts is about the resource.
    let named = part.asks_for_one();
    exchange.earlier.iter().any(|done| {
        let before = about(done);
        let alerts = before.is_alerts()
            && (part.subject == Subject::Alerts
                || part.subject.is_alerts() && !part.text.has_any("security defender monitor"));
        (before == part.subject || alerts) && !(named && done.call.tool == "count_resources")
    })
}

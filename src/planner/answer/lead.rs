//! Leads: the sentence that answers the question as it was asked, where a headline does not.

use serde_json::Value;

use super::Told;
use crate::{
    planner::{
        about::Extreme,
        part::Part,
        subject::{Intent, Subject},
        text::among,
    },
    protocol::FindingKind,
    tools::{
        present::{count_of, figure, grouped, listed, percent},
        scope::resource_types::{name_of, type_of},
    },
};

/// A sentence before, or instead of, a result's headline.
pub(super) struct Lead {
    pub(super) text: String,
    /// Whether the headline adds nothing to it.
    pub(super) replaces: bool,
    /// Whether no detail adds to it either.
    pub(super) whole: bool,
}

/// The lead of a result, where its headline does not answer the question.
pub(super) fn of(one: &Told<'_>) -> Option<Lead> {
    let output = one.done.result.output.as_deref()?;
    match one.done.call.tool.as_str() {
        "find_resources" => single(one, output),
        "count_resources" => counted(one, output),
        "get_secure_score" => scored(one.part?, output),
        "list_subscriptions" => subscription(one.part?, output),
        "explain_secure_score" => control(one, output),
        "list_security_alerts" => named_attacks(one, output),
        "list_regulatory_compliance" => standard(one, output),
        "list_resource_protections" => plan(one, output),
        "check_access" => locks(one.part?, output),
        _ => None,
    }
}

/// One resource: what it is, and yes or no where that was asked. Others that only hold its name
/// are told by name.
fn single(one: &Told<'_>, output: &Value) -> Option<Lead> {
    let part = one.part?;
    let asked = part.about.resource()?.rsplit('/').next()?;
    let rows = output["resources"].as_array()?;
    let named =
        |row: &&Value| row["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(asked));
    let mut exact = rows.iter().filter(named);
    let found = (exact.next(), exact.next(), rows.as_slice());
    let ((Some(row), None, _) | (None, None, [row])) = found else { return None };
    let mut text = described(row)?;
    let state = part.about.state.filter(|_| part.intent == Intent::Confirm);
    if let (Some(asked), Some(state)) = (state, row["state"].as_str()) {
        let off = |state: &str| among(state, "stopped deallocated");
        let so = state.eq_ignore_ascii_case(asked) || (asked == "stopped" && off(state));
        text = format!("{} {text}", if so { "Yes." } else { "No." });
    }
    let others: Vec<String> = rows
        .iter()
        .filter(|row| !named(row))
        .filter_map(|row| Some(format!("`{}`", row["name"].as_str()?.replace('`', ""))))
        .take(8)
        .collect();
    if rows.len() > 1 && !others.is_empty() {
        text.push_str(&format!(" Others have that in their names: {}.", listed(&others)));
    }
    Some(Lead { text, replaces: true, whole: true })
}

/// A resource in a sentence.
fn described(row: &Value) -> Option<String> {
    let text = |key: &str| row[key].as_str().map(|text| text.replace('`', ""));
    let kind = row["type"].as_str().map(name_of)?;
    let mut parts = vec![kind.to_owned()];
    parts.extend(text("state"));
    parts.extend(text("sku"));
    parts.extend(text("location"));
    parts.extend(text("resourceGroup").map(|group| format!("resource group `{group}`")));
    parts.extend(text("subscription").map(|name| format!("subscription `{name}`")));
    Some(format!("`{}`: {}.", text("name")?, parts.join(", ")))
}

/// Counts by something: how many in all, and which has most or fewest.
fn counted(one: &Told<'_>, output: &Value) -> Option<Lead> {
    let rows = output["rows"].as_array()?;
    let whole = output["total"].as_u64() == Some(rows.len() as u64) && output["truncated"] != true;
    let counts: Vec<u64> = rows.iter().filter_map(|row| row["resources"].as_u64()).collect();
    if rows.is_empty() || counts.len() != rows.len() || !whole {
        return None;
    }
    let arguments = &one.done.call.arguments;
    let noun = arguments["type"].as_str().and_then(type_of);
    let noun = noun.as_deref().map_or("resource", name_of);
    let noun = if noun.contains('/') { "resource" } else { noun };
    let by = match arguments["by"].as_str().unwrap_or("type") {
        "location" => "region",
        "resourceGroup" => "resource group",
        "subscription" => "subscription",
        _ => "type",
    };
    let sum: u64 = counts.iter().sum();
    let verb = if sum == 1 { "is" } else { "are" };
    let mut text = format!("There {verb} {}", count_of(sum, noun));
    for key in ["location", "subscription"] {
        let place = arguments[key].as_str().filter(|place| uuid::Uuid::parse_str(place).is_err());
        if let Some(place) = place {
            text.push_str(&format!(" in `{}`", place.replace('`', "")));
        }
    }
    text.push_str(
        &format!(", of {}.", count_of(rows.len() as u64, by))
            .replace(", of", if by == "type" { ", of" } else { ", in" }),
    );
    let details: Vec<_> = super::of_kind(&one.done, FindingKind::Detail).collect();
    let end = match one.part.and_then(|part| part.about.extreme) {
        Some(Extreme::Most) => details.first().map(|one| ("Most", one)),
        Some(Extreme::Least) if details.len() == rows.len() => {
            details.last().map(|one| ("Fewest", one))
        }
        Some(Extreme::Least) | None => None,
    };
    if let Some((which, detail)) = end {
        text = format!("{which} are in {} {text}", detail.text)
            .replace("are in", if by == "type" { "are" } else { "are in" });
    }
    Some(Lead { text, replaces: true, whole: false })
}

/// The subscription with the lowest or highest score.
fn scored(part: &Part<'_>, output: &Value) -> Option<Lead> {
    let rows = output["subscriptions"].as_array().filter(|rows| rows.len() > 1)?;
    let (which, row) = match part.about.extreme? {
        Extreme::Least => ("lowest", rows.first()?),
        Extreme::Most => ("highest", rows.last()?),
    };
    let number = |key: &str| row[key].as_f64();
    let text = format!(
        "`{}` has the {which} secure score: {}, {} of {} points.",
        row["subscription"].as_str()?.replace('`', ""),
        percent(number("share")?),
        figure(number("current")?),
        figure(number("max")?)
    );
    Some(Lead { text, replaces: false, whole: false })
}

/// Alerts of the kind of attack that the question names, where all alerts were read.
fn named_attacks(one: &Told<'_>, output: &Value) -> Option<Lead> {
    const ATTACKS: [&str; 9] = [
        "brute force",
        "malware",
        "ransomware",
        "sql injection",
        "injection",
        "phishing",
        "crypto",
        "exfiltration",
        "tor",
    ];
    let words = one.part?.words.replace('-', " ");
    let attack =
        ATTACKS.iter().find(|attack| format!(" {words} ").contains(&format!(" {attack} ")))?;
    let rows = output["alerts"].as_array()?;
    if output["total"].as_u64() != Some(rows.len() as u64) || rows.is_empty() {
        return None;
    }
    let speaks = |row: &&Value| {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_lowercase();
        [text("title"), text("description"), text("alertType")]
            .iter()
            .any(|text| text.contains(attack))
    };
    let titles = rows.iter().filter(speaks).filter_map(|row| row["title"].as_str());
    let titles: Vec<String> =
        titles.map(|title| format!("`{}`", title.replace('`', ""))).take(5).collect();
    let text = match titles.as_slice() {
        [] => format!("None of the alerts that I found speaks of {attack}."),
        titles => format!(
            "Of {attack} {}: {}.",
            if titles.len() == 1 { "there is" } else { "there are" },
            listed(titles)
        ),
    };
    Some(Lead { text, replaces: false, whole: false })
}

/// The control that the question names.
fn control(one: &Told<'_>, output: &Value) -> Option<Lead> {
    let part = one.part?;
    let words: Vec<&str> = part.words.split(' ').collect();
    let named = |title: &str| {
        let lower = title.to_lowercase();
        let mut own = lower.split(' ').filter(|word| word.len() > 2);
        own.clone().count() > 0
            && own.all(|word| {
                words
                    .iter()
                    .any(|one| one.trim_end_matches("ing").starts_with(word.trim_end_matches('e')))
            })
    };
    let titles = output["controls"].as_array()?.iter().filter_map(|row| row["title"].as_str());
    let title = titles.into_iter().find(|title| named(title))?;
    let details = super::of_kind(&one.done, FindingKind::Detail);
    let begin = format!("`{title}`");
    let text = details.map(|one| one.text.clone()).find(|text| text.starts_with(&begin))?;
    Some(Lead { text, replaces: false, whole: false })
}

/// The one subscription whose name was given, among those that hold it.
fn subscription(part: &Part<'_>, output: &Value) -> Option<Lead> {
    let asked =
        part.about.subscription.as_deref().filter(|_| part.subject == Subject::Subscriptions)?;
    let rows = output["subscriptions"].as_array()?;
    let tokens = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        lower.split(|ch: char| !ch.is_alphanumeric()).map(str::to_owned).collect()
    };
    let wanted = tokens(asked);
    let fits = rows.iter().filter_map(|row| {
        if row["subscriptionId"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(asked)) {
            return Some((0, row));
        }
        let own = tokens(row["name"].as_str()?);
        let all = wanted.iter().all(|word| own.contains(word));
        let negated = own.contains(&"non".to_owned()) != wanted.contains(&"non".to_owned());
        (all && !negated).then_some((own.len(), row))
    });
    let (_, row) = fits.min_by_key(|(length, _)| *length)?;
    let text = format!(
        "`{}` has the id `{}` and is {}.",
        row["name"].as_str()?.replace('`', ""),
        row["subscriptionId"].as_str()?,
        row["state"].as_str()?.to_lowercase()
    );
    Some(Lead { text, replaces: rows.len() == 1, whole: false })
}

/// The locks, where they were asked for.
fn locks(part: &Part<'_>, output: &Value) -> Option<Lead> {
    let rows = output["locks"].as_array().filter(|_| part.text.has_any("lock locks locked"))?;
    let told = rows.iter().take(5).filter_map(|row| {
        let name = row["id"].as_str()?.rsplit('/').next()?.replace('`', "");
        let scope = row["scope"].as_str()?.replace('`', "");
        Some(format!("`{name}` ({}) at `{scope}`", row["level"].as_str()?))
    });
    let told: Vec<String> = told.collect();
    let text = match told.as_slice() {
        [] => "I see no lock there.".to_owned(),
        told => format!("Locks: {}.", listed(told)),
    };
    Some(Lead { text, replaces: false, whole: false })
}

/// Where the plan that was asked for is on and where it is off. Words of a plan may fit several:
/// the one that is called so is told.
fn plan(one: &Told<'_>, output: &Value) -> Option<Lead> {
    let asked = one.done.call.arguments.get("plan")?.as_str()?;
    let rows = output["plans"].as_array()?;
    let called = |row: &&Value| {
        let same =
            |key: &str| row[key].as_str().is_some_and(|name| name.eq_ignore_ascii_case(asked));
        same("title") || same("plan")
    };
    let own: Vec<&Value> = rows.iter().filter(called).collect();
    let named = |on: bool| -> Vec<String> {
        let rows = own.iter().filter(|row| row["on"].as_bool() == Some(on));
        let names = rows.filter_map(|row| row["subscription"].as_str());
        names.map(|name| format!("`{}`", name.replace('`', ""))).take(8).collect()
    };
    let (on, off) = (named(true), named(false));
    let title = own.first()?["title"].as_str()?.replace('`', "");
    let title = match title.starts_with("Defender") {
        true => title,
        false => format!("Defender for {title}"),
    };
    let asks = one.part.is_some_and(|part| part.intent == Intent::Confirm);
    let (no, yes) = if asks { ("No: ", "Yes: ") } else { ("", "") };
    let text = match (on.as_slice(), off.as_slice()) {
        ([], off) => format!("{no}{title} is off in {}.", listed(off)),
        (on, []) => format!("{yes}{title} is on in {}.", listed(on)),
        (on, off) => format!("{title} is on in {}, and off in {}.", listed(on), listed(off)),
    };
    Some(Lead { text, replaces: own.len() < rows.len(), whole: own.len() < rows.len() })
}

/// How it stands with the standard that was asked for.
fn standard(one: &Told<'_>, output: &Value) -> Option<Lead> {
    let asked = one.done.call.arguments.get("standard")?.as_str()?.to_lowercase();
    let names = output["standards"].as_array()?.iter().filter_map(|row| row["name"].as_str());
    let named: Vec<String> = names
        .filter(|name| name.to_lowercase().contains(&asked))
        .map(|name| format!("`{name}`: "))
        .collect();
    let details = super::of_kind(&one.done, FindingKind::Detail);
    let fits = details.filter(|detail| named.iter().any(|name| detail.text.starts_with(name)));
    let control = one.done.call.arguments.get("control").and_then(Value::as_str);
    let control = control.map(|control| format!("Control `{control}`"));
    let own = super::of_kind(&one.done, FindingKind::Detail)
        .filter(|detail| control.as_ref().is_some_and(|own| detail.text.starts_with(own)));
    let texts: Vec<&str> = own.chain(fits).map(|detail| detail.text.as_str()).collect();
    (!texts.is_empty()).then(|| Lead { text: texts.join(" "), replaces: true, whole: false })
}

/// How many rows of how many.
pub(super) fn of_total(shown: usize, total: u64) -> String {
    if shown as u64 == total {
        format!("All {}", grouped(total))
    } else {
        format!("The first {} of {}", grouped(shown as u64), grouped(total))
    }
}

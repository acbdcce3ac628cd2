//! Answers: written from the findings and outputs of results, each sentence with its citation.
//!
//! Owns the order: what was assumed, the headline, what supports it, what is missing, what to do
//! next. It states nothing that a result does not say.

use std::ops::Range;

use super::{exchange::Done, mend, names::as_prose, part::Part, subject::Intent};
use crate::{
    protocol::{Finding, FindingKind},
    tools::present::Moment,
};

mod lead;
mod row;
mod story;
mod table;

/// Facts that one result adds to an answer; the rest is in its evidence.
const MAX_DETAILS: usize = 6;
/// Facts of one result where several are told together.
const MAX_DETAILS_OF_SEVERAL: usize = 4;
/// Next steps of an answer.
const MAX_ACTIONS: usize = 3;

/// A result with what is known of the question behind it.
#[derive(Clone)]
pub(super) struct Told<'a> {
    pub(super) done: Done<'a>,
    pub(super) part: Option<&'a Part<'a>>,
    /// What is said before it: assumptions, and what was not taken into account.
    pub(super) notes: Vec<String>,
    /// What is said after it: how words were taken.
    pub(super) remarks: Vec<String>,
}

/// The answer to a question that has been read for; `said` is what no tool was asked for.
pub(super) fn write(told: &[Told<'_>], said: &[String], at: &Moment) -> String {
    let told = without_misses(told);
    let told = told.as_slice();
    let several = told.iter().filter(|one| one.done.result.ok).count() > 1;
    let mut text = String::new();
    let story = story::of(told, at);
    for one in told {
        for note in &one.notes {
            text.push_str(&format!("{note}\n\n"));
        }
        if one.done.result.ok && story.is_some() {
            continue;
        }
        if one.done.result.ok {
            section(&mut text, one, several);
        } else {
            text.push_str(&format!("{}\n\n", failure(&one.done)));
        }
    }
    text.push_str(&story.unwrap_or_default());
    for one in said {
        text.push_str(&format!("{}\n\n", one.trim_end()));
    }
    let actions: Vec<String> = told.iter().flat_map(|one| action_lines(&one.done)).collect();
    next(&mut text, &actions);
    if text.trim().is_empty() {
        text.push_str("Nothing was read for this.\n");
    }
    text
}

/// Where one alert was looked for by its title in two places, only the place that has it.
fn without_misses<'a>(told: &[Told<'a>]) -> Vec<Told<'a>> {
    const ONE: [&str; 2] = ["get_alert", "get_security_alert"];
    let of_one = |one: &Told<'_>| ONE.contains(&one.done.call.tool.as_str());
    let hit = |one: &Told<'_>| {
        one.done.result.ok
            && one.done.result.output.as_deref().is_some_and(|output| {
                output["alert"].is_object()
                    || output["alerts"].as_array().is_some_and(|alerts| !alerts.is_empty())
            })
    };
    let found = told.iter().any(|one| of_one(one) && hit(one));
    let kept = told.iter().filter(|one| !of_one(one) || !found || hit(one));
    kept.cloned().collect()
}

/// What earlier results said to do.
pub(super) fn actions(earlier: &[Done<'_>]) -> String {
    let lines: Vec<String> = earlier.iter().flat_map(action_lines).collect();
    if lines.is_empty() {
        return "What I read before names no next step. Ask about one of the rows, or what would \
                raise the secure score.\n"
            .to_owned();
    }
    let mut text = String::new();
    next(&mut text, &lines);
    text
}

pub(super) use row::rows_of;

/// Rows of the last result that has any, in full.
pub(super) fn rows(earlier: &[Done<'_>], wanted: Range<usize>, at: &Moment) -> String {
    row::tell(earlier, wanted, at)
}

fn next(text: &mut String, actions: &[String]) {
    let mut told: Vec<&String> = Vec::new();
    for action in actions {
        if !told.contains(&action) {
            told.push(action);
        }
    }
    if told.is_empty() {
        return;
    }
    text.push_str("**Next**\n\n");
    for action in told.iter().take(MAX_ACTIONS) {
        text.push_str(&format!("- {action}\n"));
    }
}

fn action_lines(done: &Done<'_>) -> Vec<String> {
    let actions = of_kind(done, FindingKind::Action).filter(|_| done.result.ok);
    actions.map(|finding| cited(&finding.text, done)).collect()
}

/// Tells one result: its headline, what supports it, what it does not cover.
fn section(text: &mut String, one: &Told<'_>, several: bool) {
    let done = &one.done;
    let lead = lead::of(one);
    let headlines = of_kind(done, FindingKind::Headline).map(|finding| finding.text.clone());
    let mut headlines: Vec<String> = headlines.collect();
    if let Some(lead) = &lead {
        if lead.replaces {
            headlines.clear();
        }
        headlines.insert(0, lead.text.clone());
    }
    for (at, headline) in headlines.iter().enumerate() {
        let bold = several && at == 0 && !headline.contains("**");
        let shown = if bold { format!("**{headline}**") } else { headline.clone() };
        text.push_str(&format!("{}\n\n", cited(&shown, done)));
    }
    if done.result.findings.is_empty() {
        text.push_str(&format!("{}\n\n", cited("It was read; the evidence has it.", done)));
    }
    let most = if several { MAX_DETAILS_OF_SEVERAL } else { MAX_DETAILS };
    let asked =
        one.part.and_then(|part| part.about.count).and_then(|count| usize::try_from(count).ok());
    let most = asked.map_or(most, |asked| asked.clamp(1, 2 * MAX_DETAILS));
    let whole = lead.as_ref().is_some_and(|lead| lead.whole);
    match table::of(one, if several { most } else { most.max(10) }) {
        _ if whole => {}
        Some(table) => text.push_str(&table),
        None => details(text, one, most, lead.as_ref()),
    }
    for remark in &one.remarks {
        text.push_str(&format!("{remark}\n\n"));
    }
    for caveat in of_kind(done, FindingKind::Caveat) {
        text.push_str(&format!("{}\n\n", cited(&caveat.text, done)));
    }
}

fn details(text: &mut String, one: &Told<'_>, most: usize, lead: Option<&lead::Lead>) {
    let counts = one.part.is_some_and(|part| part.intent == Intent::Count);
    let resources = one.done.call.tool == "find_resources";
    let total = one.done.result.output.as_deref().and_then(|output| output["total"].as_u64());
    let many = total.is_none_or(|total| total > 3);
    let others = other_standards(one);
    let all = of_kind(&one.done, FindingKind::Detail).filter(|finding| {
        if others.iter().any(|other| finding.text.starts_with(other)) {
            return false;
        }
        let listed = counts && resources && many && finding.resource_id.is_some();
        let said = lead.is_some_and(|lead| lead.text.contains(finding.text.as_str()));
        !listed && !said
    });
    let all: Vec<&Finding> = all.collect();
    for detail in all.iter().take(most) {
        text.push_str(&format!("- {}\n", cited(&detail.text, &one.done)));
    }
    if all.len() > most {
        text.push_str(&format!("- {}\n", cited("… the rest is in the evidence", &one.done)));
    }
    if !all.is_empty() {
        text.push('\n');
    }
}

/// How details of standards begin that were not asked for.
fn other_standards(one: &Told<'_>) -> Vec<String> {
    let asked = one.done.call.arguments.get("standard").and_then(|one| one.as_str());
    let rows = one.done.result.output.as_deref().and_then(|output| output["standards"].as_array());
    let (Some(asked), Some(rows)) = (asked.map(str::to_lowercase), rows) else { return Vec::new() };
    let names = rows.iter().filter_map(|row| row["name"].as_str());
    names
        .filter(|name| !name.to_lowercase().contains(&asked))
        .map(|name| format!("`{name}`: "))
        .collect()
}

/// What to say of a call that gave nothing. The text is ours: fixed sentences and ARM codes.
fn failure(done: &Done<'_>) -> String {
    let text = done.result.text.trim();
    if text.starts_with("Rejected: ") {
        return mend::explained(done);
    }
    let what = done.call.tool.replace('_', " ");
    if let Some(rest) = text.strip_prefix("Denied: ") {
        let marked: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        if let [action, scope, role, ..] = marked.as_slice() {
            let scope = match *scope {
                "/" => "the tenant".to_owned(),
                scope => format!("`{scope}`"),
            };
            return format!(
                "I lack a right for this ({what}): `{action}` at {scope}. Somebody who administers \
                 that scope can assign the identity that I read with the role `{role}`. Nothing was \
                 read there: this is no empty result."
            );
        }
    }
    if let Some((_, rest)) = text.split_once("Azure could not answer this call (") {
        let code = rest.split(')').next().unwrap_or_default();
        return format!(
            "Azure did not answer ({code}), so I do not know: this is no empty result. Try again in a \
             moment; if it goes on, the details of the call carry the request id for support."
        );
    }
    let line = text.lines().next().unwrap_or_default();
    format!("I could not {what}: {line}")
}

fn of_kind<'a>(done: &Done<'a>, kind: FindingKind) -> impl Iterator<Item = &'a Finding> + use<'a> {
    done.result.findings.iter().filter(move |finding| finding.kind == kind)
}

fn cited(text: &str, done: &Done<'_>) -> String {
    format!("{}{}", as_prose(text), citation(done))
}

/// ` [e1]`, or nothing where there is no evidence.
fn citation(done: &Done<'_>) -> String {
    done.result.evidence_id.as_ref().map(|id| format!(" [{id}]")).unwrap_or_default()
}

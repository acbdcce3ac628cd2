//! How standards, controls and failing assessments are read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Control, Failing, STANDARDS_ACTION, Standard, State};
use crate::{
    azure::kql_literal::Literal,
    tools::{
        context::{GraphRead, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        untrusted::{Untrusted, cut},
    },
};

const ALL: &str = "| where type =~ 'microsoft.security/regulatorycompliancestandards'";
const STANDARDS: &str = "\
| where type =~ 'microsoft.security/regulatorycompliancestandards'
| extend state = tostring(properties.state)
| summarize passed = sum(tolong(properties.passedControls)), failed = sum(tolong(properties.failedControls)),
    skipped = sum(tolong(properties.skippedControls)), unsupported = sum(tolong(properties.unsupportedControls)),
    failedSubscriptions = countif(state =~ 'Failed'), subscriptions = make_set(subscriptionId, 1000)
    by standard = name
| order by failed desc, standard asc";

const CONTROLS: &str = "\
| where type =~ 'microsoft.security/regulatorycompliancestandards/regulatorycompliancecontrols'
| where id contains {{standard}}
| extend state = tostring(properties.state), description = tostring(properties.description)
| where isempty({{control}}) or name =~ {{control}} or description contains {{control}}
| summarize passed = sum(tolong(properties.passedAssessments)), failed = sum(tolong(properties.failedAssessments)),
    failedIn = countif(state =~ 'Failed'), passedIn = countif(state =~ 'Passed'), skippedIn = countif(state =~ 'Skipped')
    by number = name, description
| order by failed desc, number asc";

const FAILING: &str = "\
| where type =~ 'microsoft.security/regulatorycompliancestandards/regulatorycompliancecontrols/regulatorycomplianceassessments'
| where id contains {{standard}}
| where tostring(properties.state) =~ 'Failed'
| extend number = tolower(tostring(split(split(tolower(id), '/regulatorycompliancecontrols/')[1], '/')[0]))
| where number in~ {{numbers}}
| summarize failed = sum(tolong(properties.failedResources)), passed = sum(tolong(properties.passedResources))
    by number, assessmentId = tolower(name), title = tostring(properties.description)
| order by failed desc, title asc";

/// Controls that are looked behind.
const LOOKED_BEHIND: usize = 25;
const MAX_FAILING: usize = 20;

/// The standards, the one that fails most first, and the subscriptions that have none.
pub(super) async fn standards(
    cx: &ReadContext,
    over: &[Subscription],
) -> Result<(Vec<Standard>, Vec<Untrusted<String>>), ToolError> {
    let rows = rows(cx, over, (STANDARDS, &[])).await?;
    let mut seen = BTreeSet::new();
    let mut standards = Vec::new();
    for row in rows.iter().filter_map(Row::of) {
        let ids = row.list("subscriptions");
        seen.extend(ids.iter().filter_map(Value::as_str).map(str::to_lowercase));
        match Standard::of(row, ids.len() as u64) {
            Some(one) => standards.push(one),
            None => cx.skipped("/", 1),
        }
    }
    let all = format!("securityresources\n{ALL}");
    cx.check_silent(over, &seen, (&all, STANDARDS_ACTION)).await?;
    let silent = over.iter().filter(|one| !seen.contains(&one.id.to_lowercase()));
    Ok((standards, silent.map(|one| one.name.clone()).collect()))
}

/// The standard that words mean, or the one that fails most.
///
/// # Errors
/// [`ToolError::Rejected`] naming what there is.
pub(super) fn choose<'a>(
    standards: &'a [Standard],
    asked: Option<&str>,
) -> Result<Option<&'a Standard>, ToolError> {
    let Some(asked) = asked else { return Ok(standards.first()) };
    let plain = |text: &str| -> String {
        text.chars().filter(|ch| ch.is_alphanumeric()).collect::<String>().to_lowercase()
    };
    let wanted = plain(asked);
    let exact = |one: &&Standard| plain(one.name.as_str()) == wanted;
    let part = |one: &&Standard| !wanted.is_empty() && plain(one.name.as_str()).contains(&wanted);
    if let Some(found) = standards.iter().find(exact).or_else(|| standards.iter().find(part)) {
        return Ok(Some(found));
    }
    if standards.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> =
        standards.iter().take(20).map(|one| format!("`{}`", cut(one.name.as_str(), 80))).collect();
    let rule = format!("no such standard is assessed here; there are {}", names.join(", "));
    Err(ToolError::wrong("standard", rule))
}

/// The controls of a standard in a state, the one that fails most first.
pub(super) async fn controls(
    cx: &ReadContext,
    over: &[Subscription],
    standard: &str,
    (state, control): (State, Option<&str>),
) -> Result<Vec<Control>, ToolError> {
    let values = [
        ("standard", Literal::Text(below(standard))),
        ("control", Literal::Text(control.unwrap_or_default().to_owned())),
    ];
    let rows = rows(cx, over, (CONTROLS, &values)).await?;
    let read: Vec<Control> = rows.iter().filter_map(|row| Control::of(Row::of(row)?)).collect();
    cx.skipped("/", rows.len() - read.len());
    let wanted = |one: &Control| state == State::Any || one.state == state;
    Ok(read.into_iter().filter(wanted).collect())
}

/// Fills in what fails behind the first controls.
pub(super) async fn look_behind(
    cx: &ReadContext,
    over: &[Subscription],
    standard: &str,
    controls: &mut [Control],
) -> Result<(), ToolError> {
    let wanted: Vec<String> = controls
        .iter()
        .filter(|one| one.failed_assessments > 0 || one.state == State::Failed)
        .take(LOOKED_BEHIND)
        .map(|one| one.number.as_str().to_lowercase())
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let values =
        [("standard", Literal::Text(below(standard))), ("numbers", Literal::Texts(wanted))];
    let rows = rows(cx, over, (FAILING, &values)).await?;
    let mut bad = 0;
    for row in rows.iter().filter_map(Row::of) {
        let number = row.text("number").unwrap_or_default();
        let control =
            controls.iter_mut().find(|one| one.number.as_str().eq_ignore_ascii_case(&number));
        match (control, Failing::of(row)) {
            (Some(control), Some(failing)) if control.failing.len() < MAX_FAILING => {
                control.failing.push(failing);
            }
            (Some(_), Some(_)) => {}
            (None, _) | (_, None) => bad += 1,
        }
    }
    cx.skipped("/", bad);
    Ok(())
}

fn below(standard: &str) -> String {
    format!("/regulatoryComplianceStandards/{standard}/")
}

async fn rows(
    cx: &ReadContext,
    over: &[Subscription],
    (query, values): (&str, &[(&str, Literal)]),
) -> Result<Vec<Value>, ToolError> {
    let text = cx.query(("securityresources", over), query, values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: 1_000 }).await?;
    if answer.truncated {
        cx.note("/", "Truncated", "there is more than was read");
    }
    Ok(answer.rows.into_iter().map(Value::Object).collect())
}

impl Standard {
    fn of(row: Row<'_>, subscription_count: u64) -> Option<Self> {
        let count = |key: &str| row.count(key).unwrap_or(0);
        Some(Self {
            name: Untrusted::new(&row.text("standard")?),
            subscription_count,
            failed_subscriptions: count("failedSubscriptions"),
            passed: count("passed"),
            failed: count("failed"),
            skipped: count("skipped"),
            unsupported: count("unsupported"),
        })
    }
}

impl Control {
    fn of(row: Row<'_>) -> Option<Self> {
        let count = |key: &str| row.count(key).unwrap_or(0);
        let state = match (count("failedIn"), count("passedIn"), count("skippedIn")) {
            (0, 0, 0) => State::Unsupported,
            (0, 0, _) => State::Skipped,
            (0, ..) => State::Passed,
            (..) => State::Failed,
        };
        Some(Self {
            number: Untrusted::new(&row.text("number")?),
            description: row.text("description").map(|text| Untrusted::new(&text)),
            state,
            failed_subscriptions: count("failedIn"),
            passed_assessments: count("passed"),
            failed_assessments: count("failed"),
            failing: Vec::new(),
        })
    }
}

impl Failing {
    fn of(row: Row<'_>) -> Option<Self> {
        let assessment_id = row.text("assessmentId")?;
        let title = row.text("title").unwrap_or_else(|| assessment_id.clone());
        Some(Self {
            title: Untrusted::new(&title),
            assessment_id,
            failed_resources: row.count("failed")?,
            passed_resources: row.count("passed").unwrap_or(0),
        })
    }
}

//! How controls and what stands behind them are read.

use std::collections::HashMap;

use serde_json::Value;

use super::{Control, DEFINITIONS_ACTION, Recommendation};
use crate::{
    azure::{ApiVersion, kql_literal::Literal},
    tools::{
        context::{GraphRead, ListRead, Operation, Pages, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        untrusted::Untrusted,
    },
};

/// Controls summed over subscriptions. `weighted` is what finishing one adds to each
/// subscription's share, times the subscription's weight: divided by all weights it is what it
/// adds to the overall score.
const CONTROLS: &str = "\
| where type =~ 'microsoft.security/securescores/securescorecontrols'
| where id contains '/secureScores/ascScore/'
| extend maxScore = todouble(properties.score.max), currentScore = todouble(properties.score.current)
| extend healthy = tolong(properties.healthyResourceCount),
    unhealthy = tolong(properties.unhealthyResourceCount),
    notApplicable = tolong(properties.notApplicableResourceCount)
| join kind=inner (
    securityresources
    | where type =~ 'microsoft.security/securescores' and name =~ 'ascScore'
    | project subscriptionId, scoreMax = todouble(properties.score.max),
        scoreWeight = todouble(properties.weight)
  ) on subscriptionId
| extend weighted = iff(scoreMax > 0.0, (maxScore - currentScore) / scoreMax * scoreWeight, 0.0)
| extend even = iff(scoreMax > 0.0, (maxScore - currentScore) / scoreMax, 0.0)
| summarize maxScore = sum(maxScore), currentScore = sum(currentScore), healthy = sum(healthy),
    unhealthy = sum(unhealthy), notApplicable = sum(notApplicable), weighted = sum(weighted),
    even = sum(even), subscriptionCount = count()
    by controlId = name, displayName = tostring(properties.displayName)
| order by weighted desc, displayName asc";

/// Unhealthy resources by recommendation.
const ASSESSMENTS: &str = "\
| where type =~ 'microsoft.security/assessments' and name in~ {{names}}
| where tostring(properties.status.code) =~ 'Unhealthy'
| summarize unhealthy = count(), sample = make_list(id, 5)
    by assessmentId = tolower(name), displayName = tostring(properties.displayName),
    severity = tostring(properties.metadata.severity)
| order by unhealthy desc, displayName asc";

/// The assessments of each control, ids in lower case; or why they could not be read, and where.
pub(super) type Definitions = Result<HashMap<String, Vec<String>>, (String, ToolError)>;

/// The controls as they come.
pub(super) async fn control_rows(
    cx: &ReadContext,
    over: &[Subscription],
) -> Result<Vec<Value>, ToolError> {
    let text = cx.query(("securityresources", over), CONTROLS, &[])?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: 1_000 }).await?;
    Ok(answer.rows.into_iter().map(Value::Object).collect())
}

/// The controls, the one that would gain most first.
pub(super) fn ranked(cx: &ReadContext, rows: &[Value], total_weight: f64) -> Vec<Control> {
    let weighted = rows.iter().filter_map(Row::of).any(|row| row.number("weighted") > Some(0.0));
    let key = if weighted { "weighted" } else { "even" };
    let mut controls: Vec<Control> =
        rows.iter().filter_map(|row| control(Row::of(row)?, key, total_weight)).collect();
    cx.skipped("/", rows.len() - controls.len());
    controls.sort_by(|a, b| {
        b.potential_share
            .total_cmp(&a.potential_share)
            .then_with(|| b.potential_points.total_cmp(&a.potential_points))
            .then_with(|| a.title.cmp(&b.title))
    });
    controls
}

fn control(row: Row<'_>, key: &str, total_weight: f64) -> Option<Control> {
    let max = row.number("maxScore")?;
    let current = row.number("currentScore").unwrap_or(0.0);
    let control_id = row.text("controlId")?;
    let title = row.text("displayName").unwrap_or_else(|| control_id.clone());
    Some(Control {
        title: Untrusted::new(&title),
        control_id,
        current,
        max,
        potential_points: (max - current).max(0.0),
        potential_share: (row.number(key).unwrap_or(0.0) / total_weight).clamp(0.0, 1.0),
        healthy: row.count("healthy").unwrap_or(0),
        unhealthy: row.count("unhealthy").unwrap_or(0),
        not_applicable: row.count("notApplicable").unwrap_or(0),
        subscription_count: row.count("subscriptionCount").unwrap_or(1),
        recommendations: Vec::new(),
    })
}

/// Fills in the recommendations of the first `top` controls that would gain something. When the
/// definitions cannot be read the ranking is still an answer, and the coverage says so.
pub(super) async fn look_behind(
    cx: &ReadContext,
    (over, parts): (&[Subscription], Definitions),
    controls: &mut [Control],
    top: usize,
) -> Result<(), ToolError> {
    let mut wanted: Vec<&mut Control> =
        controls.iter_mut().filter(|one| one.potential_points > 0.0).take(top).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let parts = match parts {
        Ok(parts) => parts,
        Err((scope, error)) => {
            let what = format!("the recommendations behind the controls were not read: {error}");
            cx.note(&scope, error.code(), &what);
            return Ok(());
        }
    };
    let of = |control: &Control| {
        parts.get(&control.control_id.to_lowercase()).cloned().unwrap_or_default()
    };
    let names: Vec<String> = wanted.iter().flat_map(|control| of(control)).collect();
    if names.is_empty() {
        return Ok(());
    }
    let found = assessments(cx, over, names).await?;
    for control in &mut wanted {
        let parts = of(control);
        let behind = found.iter().filter(|one| parts.contains(&one.assessment_id));
        control.recommendations = behind.cloned().collect();
    }
    Ok(())
}

/// The assessments of each control; the first subscription that answers speaks for all, since the
/// controls are Azure's own.
pub(super) async fn definitions(cx: &ReadContext, over: &[Subscription]) -> Definitions {
    let operation = Operation {
        below: "/providers/Microsoft.Security/secureScoreControlDefinitions",
        version: ApiVersion::new("2020-01-01"),
        action: DEFINITIONS_ACTION,
        pages: Pages::All,
    };
    let mut failure = None;
    for subscription in over.iter().take(3) {
        let scope = subscription.scope();
        let read: ListRead<'_> = operation.below(&scope);
        match cx.list(&read).await {
            Ok(rows) => return Ok(rows.into_iter().filter_map(definition).collect()),
            Err(error) => {
                failure.get_or_insert((scope, error));
            }
        }
    }
    failure.map_or_else(|| Ok(HashMap::new()), Err)
}

fn definition(fields: serde_json::Map<String, Value>) -> Option<(String, Vec<String>)> {
    let value = Value::Object(fields);
    let row = Row::of(&value)?;
    let parts = row.list("properties.assessmentDefinitions");
    let parts = parts.iter().filter_map(|part| {
        let id = Row::of(part).and_then(|part| part.text("id"))?;
        id.rsplit('/').next().map(str::to_lowercase)
    });
    Some((row.text("name")?.to_lowercase(), parts.collect()))
}

async fn assessments(
    cx: &ReadContext,
    over: &[Subscription],
    names: Vec<String>,
) -> Result<Vec<Recommendation>, ToolError> {
    let values = [("names", Literal::Texts(names))];
    let text = cx.query(("securityresources", over), ASSESSMENTS, &values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: 1_000 }).await?;
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    let found: Vec<Recommendation> =
        rows.iter().filter_map(|row| recommendation(Row::of(row)?)).collect();
    cx.skipped("/", rows.len() - found.len());
    Ok(found)
}

fn recommendation(row: Row<'_>) -> Option<Recommendation> {
    let assessment_id = row.text("assessmentId")?.to_lowercase();
    let title = row.text("displayName").unwrap_or_else(|| assessment_id.clone());
    let sample = row.list("sample");
    let mut sample: Vec<String> =
        sample.iter().filter_map(|id| resource_of(id.as_str()?)).collect();
    sample.sort();
    Some(Recommendation {
        title: Untrusted::new(&title),
        assessment_id,
        severity: row.text("severity"),
        unhealthy: row.count("unhealthy")?,
        sample,
    })
}

/// The resource that an assessment is of: what its id extends.
fn resource_of(assessment: &str) -> Option<String> {
    let marker = "/providers/microsoft.security/assessments/";
    let at = assessment.to_ascii_lowercase().rfind(marker)?;
    assessment.get(..at).map(str::to_owned)
}

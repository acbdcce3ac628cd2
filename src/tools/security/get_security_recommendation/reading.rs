//! What stands behind a recommendation: its metadata, its resources, what scanners found.

use serde_json::Value;

use super::{About, Affected, ScanFinding};
use crate::{
    azure::kql_literal::Literal,
    tools::{
        context::{GraphRead, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        security::{
            assessments::{Filter, resource_of},
            severity::{self, Severity},
        },
        untrusted::Untrusted,
    },
};

const MAX_STEPS: usize = 20;
const MAX_SCAN_FINDINGS: usize = 100;

const METADATA: &str = "\
| where isnotempty(tostring(properties.metadata))
| project id, metadata = properties.metadata
| order by id asc
| take 1";

const AFFECTED: &str = "\
| where code =~ 'Unhealthy'
| extend since = todatetime(properties.status.statusChangeDate)
| project id, subscriptionId, since, cause = tostring(properties.status.cause),
    reason = tostring(properties.status.description)
| order by since asc, id asc";

const SCANNED: &str = "\
| where type =~ 'microsoft.security/assessments/subassessments'
| where id contains {{below}}
| where tostring(properties.status.code) =~ 'Unhealthy'
| summarize resources = count(), remediation = take_any(tostring(properties.remediation))
    by title = tostring(properties.displayName), severity = tostring(properties.status.severity)
| order by resources desc, title asc";

/// What Azure says about it; absent where no row has metadata.
pub(super) async fn about(
    cx: &ReadContext,
    over: &[Subscription],
    filter: &Filter,
) -> Result<Option<About>, ToolError> {
    let (rows, _) = filter.rows(cx, over, (METADATA, &[]), 1).await?;
    Ok(rows.first().and_then(Row::of).and_then(|row| {
        let value = row.value("metadata")?;
        Row::of(value).map(About::of)
    }))
}

/// The resources that do not follow it.
pub(super) async fn affected(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    filter: &Filter,
    limit: usize,
) -> Result<Vec<Affected>, ToolError> {
    let (rows, _) = filter.rows(cx, over, (AFFECTED, &[]), limit).await?;
    let read: Vec<Affected> =
        rows.iter().filter_map(|row| Affected::of(Row::of(row)?, visible)).collect();
    cx.skipped("/", rows.len() - read.len());
    Ok(read)
}

/// What scanners found behind it, worst first; most recommendations have nothing.
pub(super) async fn scan_findings(
    cx: &ReadContext,
    over: &[Subscription],
    assessment_id: &str,
) -> Result<Vec<ScanFinding>, ToolError> {
    let below = format!("/providers/Microsoft.Security/assessments/{assessment_id}/");
    let values = [("below", Literal::Text(below))];
    let text = cx.query(("securityresources", over), SCANNED, &values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: 1_000 }).await?;
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    let mut found: Vec<ScanFinding> =
        rows.iter().filter_map(|row| ScanFinding::of(Row::of(row)?)).collect();
    cx.skipped("/", rows.len() - found.len());
    found.sort_by_key(|one| severity::rank(one.severity));
    found.truncate(MAX_SCAN_FINDINGS);
    Ok(found)
}

impl About {
    fn of(row: Row<'_>) -> Self {
        let said = |key: &str| row.text(key).map(|text| Untrusted::new(&text));
        let threats = row.list("threats");
        let steps = row.text("remediationDescription").unwrap_or_default();
        Self {
            description: row.text("description").map(|text| Untrusted::new(&without_html(&text))),
            steps: steps_of(&without_html(&steps)),
            user_impact: said("userImpact"),
            effort: said("implementationEffort"),
            threats: threats
                .iter()
                .filter_map(Value::as_str)
                .take(MAX_STEPS)
                .map(Untrusted::new)
                .collect(),
            policy_definition_id: said("policyDefinitionId"),
        }
    }
}

impl Affected {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = resource_of(&row.text("id")?)?;
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        let reason = row.text("reason").or_else(|| row.text("cause"));
        Some(Self {
            subscription: visible.name_of(&subscription_id),
            since_at: row.instant("since").map(|at| at.to_string()),
            reason: reason.map(|text| Untrusted::new(&text)),
            id,
        })
    }
}

impl ScanFinding {
    fn of(row: Row<'_>) -> Option<Self> {
        Some(Self {
            title: Untrusted::new(&row.text("title")?),
            severity: row.text("severity").as_deref().and_then(Severity::of),
            resources: row.count("resources")?,
            remediation: row.text("remediation").map(|text| Untrusted::new(&text)),
        })
    }
}

/// The text without tags: Azure writes remediation as a piece of HTML.
fn without_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let Some((name, after)) = tag.split_once('>') else {
            text.push('<');
            text.push_str(tag);
            return text;
        };
        let name = name.trim_start_matches('/').to_ascii_lowercase();
        if ["br", "p", "li", "ol", "ul", "div"].iter().any(|block| name.starts_with(block)) {
            text.push('\n');
        }
        rest = after;
    }
    text.push_str(rest);
    let named = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    named.iter().fold(text, |text, (entity, plain)| text.replace(entity, plain))
}

/// The steps of a text: its lines, and the parts after `1.`, `2.` within a line.
fn steps_of(text: &str) -> Vec<Untrusted<String>> {
    let mut steps: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut step = String::new();
        for word in line.split_whitespace() {
            let number = word.strip_suffix(['.', ')']).unwrap_or_default();
            let numbered = !number.is_empty() && number.chars().all(|ch| ch.is_ascii_digit());
            if numbered {
                steps.push(std::mem::take(&mut step));
                continue;
            }
            if !step.is_empty() {
                step.push(' ');
            }
            step.push_str(word);
        }
        steps.push(step);
    }
    steps.retain(|step| !step.is_empty());
    steps.iter().take(MAX_STEPS).map(|step| Untrusted::new(step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_out_of_html_and_numbers() {
        let html =
            "To install it: 1.  <a href=\"https://x\">Follow the guide</a><br>2. Wait &amp; see";
        let steps: Vec<_> =
            steps_of(&without_html(html)).iter().map(|one| one.as_str().to_owned()).collect();
        assert_eq!(steps, ["To install it:", "Follow the guide", "Wait & see"]);
        assert_eq!(without_html("a < b"), "a < b");
        assert!(steps_of("").is_empty());
    }
}

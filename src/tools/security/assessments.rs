//! Recommendations of Defender for Cloud, summed over resources: how they are filtered, counted
//! and ranked.
//!
//! Owns the one query over assessments (`securityresources`), aggregated by Resource Graph so that
//! its cost does not grow with resources, and the controls that a recommendation belongs to. It
//! must not know what the counts are told for.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::severity::{self, Severity};
use crate::{
    azure::{ApiVersion, ResourceId, kql_literal::Literal},
    tools::{
        arguments::given,
        context::{GraphRead, Operation, Pages, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        untrusted::{Untrusted, cut},
    },
};

/// The right to read recommendations.
pub(super) const ASSESSMENTS_ACTION: &str = "Microsoft.Security/assessments/read";
/// The right to read which control a recommendation belongs to.
pub(super) const DEFINITIONS_ACTION: &str = "Microsoft.Security/secureScoreControlDefinitions/read";

/// Rows at most: Defender has some hundreds of recommendations.
const MAX_ROWS: usize = 1_000;
/// Affected resources named with a recommendation.
const SAMPLE: usize = 5;

/// The columns that filters use.
const COLUMNS: &str = "\
| where type =~ 'microsoft.security/assessments'
| extend code = tostring(properties.status.code), title = tostring(properties.displayName),
    severity = tostring(properties.metadata.severity),
    subject = tostring(split(tolower(id), '/providers/microsoft.security/assessments/')[0])
";
const SUMMED: &str = "\
| summarize unhealthy = countif(code =~ 'Unhealthy'), healthy = countif(code =~ 'Healthy'),
    notApplicable = countif(code =~ 'NotApplicable'),
    sample = make_set_if(id, code =~ 'Unhealthy', 5),
    subscriptions = make_set(subscriptionId, 1000),
    lacking = make_set_if(subscriptionId, code =~ 'Unhealthy', 1000)
    by assessmentId = tolower(name), title, severity
| order by unhealthy desc, title asc";

/// A recommendation, over all the resources it is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Recommendation {
    /// Its id, a GUID.
    pub(super) assessment_id: String,
    /// What to do.
    pub(super) title: Untrusted<String>,
    /// How bad it is, where known.
    pub(super) severity: Option<Severity>,
    /// Resources that do not follow it.
    pub(super) unhealthy: u64,
    /// Resources that do.
    pub(super) healthy: u64,
    /// Resources that it does not concern.
    pub(super) not_applicable: u64,
    /// Subscriptions with resources that do not follow it.
    pub(super) subscription_count: u64,
    /// ARM ids of some resources that do not follow it.
    pub(super) sample: Vec<String>,
}

/// All recommendations that fit, followed or not.
#[derive(Clone, Debug, Default)]
pub(super) struct Recommendations {
    /// Worst first, then by resources.
    pub(super) all: Vec<Recommendation>,
    /// The subscriptions, in lower case, that have any.
    seen: BTreeSet<String>,
}

/// Which assessments count.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    template: String,
    values: Vec<(&'static str, Literal)>,
    /// The filter in words.
    pub(super) asked: String,
}

impl Filter {
    /// Only on a resource: its ARM id, or a part of its name.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] for an id outside the boundary.
    pub(super) async fn on_resource(
        mut self,
        cx: &ReadContext,
        resource: Option<&str>,
    ) -> Result<Self, ToolError> {
        let Some(resource) = given(resource) else { return Ok(self) };
        if resource.starts_with('/') {
            cx.check(resource).await?;
            let id = ResourceId::parse(resource)
                .map_err(|error| ToolError::wrong("resource", error.to_string()))?;
            self.template.push_str("| where strcat(subject, '/') startswith {{within}}\n");
            self.values.push(("within", Literal::Text(format!("{id}/").to_lowercase())));
            self.said(&format!("on `{}`", cut(id.name(), 80)));
        } else {
            self.template.push_str(
                "| extend names = split(subject, '/')\n\
                 | extend lastName = tostring(names[array_length(names) - 1])\n\
                 | where lastName contains {{part}}\n",
            );
            self.values.push(("part", Literal::Text(resource.to_owned())));
            self.said(&format!("on resources named like `{}`", cut(resource, 80)));
        }
        Ok(self)
    }

    /// Only on resources of an ARM type.
    pub(super) fn of_type(mut self, kind: Option<&str>) -> Self {
        if let Some(kind) = kind {
            self.template.push_str("| where strcat(subject, '/') contains {{kind}}\n");
            self.values.push(("kind", Literal::Text(format!("/providers/{kind}/").to_lowercase())));
            let name = crate::tools::scope::resource_types::name_of(kind);
            self.said(&format!("on resources of type `{}`", cut(name, 80)));
        }
        self
    }

    /// Only these assessments, by their ids.
    pub(super) fn among(mut self, ids: Vec<String>, words: &str) -> Self {
        self.template.push_str("| where name in~ {{among}}\n");
        self.values.push(("among", Literal::Texts(ids)));
        self.said(words);
        self
    }

    fn said(&mut self, words: &str) {
        if !self.asked.is_empty() {
            self.asked.push(' ');
        }
        self.asked.push_str(words);
    }

    /// The rows that fit, by themselves: `rest` follows the filter.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(super) async fn rows(
        &self,
        cx: &ReadContext,
        over: &[Subscription],
        (rest, more): (&str, &[(&'static str, Literal)]),
        max_rows: usize,
    ) -> Result<(Vec<Value>, u64), ToolError> {
        let mut values = self.values.clone();
        values.extend_from_slice(more);
        let template = format!("{COLUMNS}{}{rest}", self.template);
        let text = cx.query(("securityresources", over), &template, &values)?;
        let answer = cx.graph(&GraphRead { text, over, max_rows }).await?;
        let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
        let total = answer.total.unwrap_or(0).max(rows.len() as u64);
        Ok((rows, total))
    }
}

impl Recommendations {
    /// Counts with one query, and asks whether silent subscriptions may be read.
    ///
    /// # Errors
    /// [`ToolError::Denied`] when nothing may be read, and the rest.
    pub(super) async fn read(
        cx: &ReadContext,
        over: &[Subscription],
        filter: &Filter,
    ) -> Result<Self, ToolError> {
        let (rows, _) = filter.rows(cx, over, (SUMMED, &[]), MAX_ROWS).await?;
        let mut read = Self::default();
        for row in rows.iter().filter_map(Row::of) {
            let seen = row.list("subscriptions");
            read.seen.extend(seen.iter().filter_map(Value::as_str).map(str::to_lowercase));
            match Recommendation::of(row) {
                Some(one) => read.all.push(one),
                None => cx.skipped("/", 1),
            }
        }
        let all = format!("securityresources\n{COLUMNS}");
        cx.check_silent(over, &read.seen, (&all, ASSESSMENTS_ACTION)).await?;
        read.all.sort_by(|a, b| {
            (severity::rank(a.severity), b.unhealthy, &a.title).cmp(&(
                severity::rank(b.severity),
                a.unhealthy,
                &b.title,
            ))
        });
        Ok(read)
    }

    /// Those that some resource does not follow, worst first.
    pub(super) fn unfollowed(&self) -> impl Iterator<Item = &Recommendation> {
        self.all.iter().filter(|one| one.unhealthy > 0)
    }
}

impl Recommendation {
    fn of(row: Row<'_>) -> Option<Self> {
        let assessment_id = row.text("assessmentId")?.to_lowercase();
        let title = row.text("title").unwrap_or_else(|| assessment_id.clone());
        let sample = row.list("sample");
        let sample = sample.iter().filter_map(|id| resource_of(id.as_str()?));
        let mut sample: Vec<String> = sample.take(SAMPLE).collect();
        sample.sort();
        Some(Self {
            title: Untrusted::new(&title),
            assessment_id,
            severity: row.text("severity").as_deref().and_then(Severity::of),
            unhealthy: row.count("unhealthy")?,
            healthy: row.count("healthy").unwrap_or(0),
            not_applicable: row.count("notApplicable").unwrap_or(0),
            subscription_count: row.list("lacking").len() as u64,
            sample,
        })
    }

    /// Resources that follow it or do not.
    pub(super) fn assessed(&self) -> u64 {
        self.healthy + self.unhealthy
    }
}

/// The resource that an assessment is of: what its id extends.
pub(super) fn resource_of(assessment: &str) -> Option<String> {
    let marker = "/providers/microsoft.security/assessments/";
    let at = assessment.to_ascii_lowercase().rfind(marker)?;
    assessment.get(..at).map(str::to_owned)
}

/// A control of the secure score and the assessments behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ControlParts {
    pub(super) title: String,
    pub(super) assessment_ids: Vec<String>,
}

/// The controls (`SecureScoreControlDefinitions_ListBySubscription`, 2020-01-01); the first
/// subscription that answers speaks for all, since the controls are Azure's own.
///
/// # Errors
/// The first failure, when no subscription answers.
pub(super) async fn controls(
    cx: &ReadContext,
    over: &[Subscription],
) -> Result<Vec<ControlParts>, ToolError> {
    let operation = Operation {
        below: "/providers/Microsoft.Security/secureScoreControlDefinitions",
        version: ApiVersion::new("2020-01-01"),
        action: DEFINITIONS_ACTION,
        pages: Pages::All,
    };
    let mut failure = None;
    for subscription in over.iter().take(3) {
        match cx.list(&operation.below(&subscription.scope())).await {
            Ok(rows) => return Ok(rows.into_iter().filter_map(control).collect()),
            Err(error) => {
                failure.get_or_insert(error);
            }
        }
    }
    failure.map_or_else(|| Ok(Vec::new()), Err)
}

fn control(fields: Map<String, Value>) -> Option<ControlParts> {
    let value = Value::Object(fields);
    let row = Row::of(&value)?;
    let parts = row.list("properties.assessmentDefinitions");
    let parts = parts.iter().filter_map(|part| {
        let id = Row::of(part).and_then(|part| part.text("id"))?;
        id.rsplit('/').next().map(str::to_lowercase)
    });
    Some(ControlParts {
        title: row.text("properties.displayName").or_else(|| row.text("name"))?,
        assessment_ids: parts.collect(),
    })
}

//! `list_security_recommendations`: what Defender for Cloud says should be put right.
//!
//! Owns the arguments and the ranking that is told; the counts are those of
//! [`super::assessments`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    assessments::{
        ASSESSMENTS_ACTION, DEFINITIONS_ACTION, Filter, Recommendation, Recommendations, controls,
    },
    severity::Severity,
};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::{given, limit_of},
        context::{GRAPH_ACTION, ReadContext, Subscription},
        error::ToolError,
        scope::resource_types,
        tool::{RbacAction, Tool, one_or_many},
        untrusted::{Untrusted, cut},
    },
};

pub(super) mod telling;

/// Lists security recommendations.
#[derive(Clone, Copy, Debug)]
pub struct ListSecurityRecommendations;

const LIMITS: (u32, u32) = (50, 500);

/// The arguments: all that are given must fit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only these severities. Default all.
    #[serde(default, deserialize_with = "one_or_many")]
    severity: Vec<Severity>,
    /// Part of the name of the affected resource, or the ARM id of a resource or group.
    resource: Option<String>,
    /// Type of the affected resources, in words such as `vm` or as an ARM type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Part of the name of a secure score control, e.g. `MFA`.
    control: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Recommendations at most, 1 to 500. Default 50; all are counted anyway.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Recommendations that some resource does not follow.
    total: u64,
    /// Recommendations that fit and all resources follow.
    followed: u64,
    /// How often a resource does not follow one, over all of them.
    unhealthy: u64,
    /// The same by severity, worst first.
    by_severity: Vec<SeverityCount>,
    /// The recommendations, worst first, then by resources.
    recommendations: Vec<Recommendation>,
    /// The severities asked for; empty is all.
    severities: Vec<Severity>,
    /// What else was asked for, in words.
    asked: Untrusted<String>,
}

/// Recommendations of a severity.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SeverityCount {
    /// The severity; absent where Defender gives none.
    severity: Option<Severity>,
    /// Recommendations that are not followed.
    recommendations: u64,
    /// How often a resource does not follow one.
    unhealthy: u64,
}

impl Tool for ListSecurityRecommendations {
    const NAME: &'static str = "list_security_recommendations";
    const TITLE: &'static str = "List security recommendations";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Lists and counts the security recommendations of Defender \
        for Cloud that are not followed, worst first, by severity, resource, type, control or \
        subscription.";
    const ASKS: &'static [&'static str] = &[
        "List security recommendations",
        "Which Defender for Cloud recommendations are not followed?",
        "High severity security recommendations",
        "What security recommendations apply to my storage accounts?",
        "How can I make this storage account more secure?",
        "Is this storage account vulnerable? What is insecure about it?",
        "Which recommendations affect the most resources?",
        "Show unhealthy security assessments",
        "What vulnerabilities and misconfigurations should be fixed?",
        "Recommendations of a security control",
    ];
    const ACTIONS: &'static [RbacAction] = &[ASSESSMENTS_ACTION, DEFINITIONS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let kind = given(input.kind.as_deref()).map(|words| {
            resource_types::type_of(words).ok_or_else(|| {
                ToolError::wrong("type", "no such type is known; give the ARM type or leave it out")
            })
        });
        let kind = kind.transpose()?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let filter = Filter::default().of_type(kind.as_deref());
        let filter = filter.on_resource(cx, input.resource.as_deref()).await?;
        let filter = of_control(cx, &over, filter, given(input.control.as_deref())).await?;
        let read = Recommendations::read(cx, &over, &filter).await?;
        Ok(Output::of(&read, input.severity, limit, &filter))
    }
}

async fn of_control(
    cx: &ReadContext,
    over: &[Subscription],
    filter: Filter,
    control: Option<&str>,
) -> Result<Filter, ToolError> {
    let Some(control) = control else { return Ok(filter) };
    let all = controls(cx, over).await?;
    let part = control.to_lowercase();
    let fitting: Vec<_> =
        all.iter().filter(|one| one.title.to_lowercase().contains(&part)).collect();
    if fitting.is_empty() {
        let names: Vec<String> =
            all.iter().take(20).map(|one| format!("`{}`", cut(&one.title, 80))).collect();
        let rule = format!("no control is called that; there are {}", names.join(", "));
        return Err(ToolError::wrong("control", rule));
    }
    let ids = fitting.iter().flat_map(|one| one.assessment_ids.iter().cloned()).collect();
    let names: Vec<String> =
        fitting.iter().take(3).map(|one| format!("`{}`", cut(&one.title, 80))).collect();
    Ok(filter.among(ids, &format!("of the control {}", names.join(", "))))
}

impl Output {
    fn of(
        read: &Recommendations,
        severities: Vec<Severity>,
        limit: usize,
        filter: &Filter,
    ) -> Self {
        let wanted = |one: &Recommendation| {
            severities.is_empty() || one.severity.is_some_and(|own| severities.contains(&own))
        };
        let fitting: Vec<&Recommendation> = read.unfollowed().filter(|one| wanted(one)).collect();
        let known = Severity::WORST_FIRST.into_iter().map(Some).chain([None]);
        let by_severity = known.filter_map(|severity| {
            let of: Vec<_> = fitting.iter().filter(|one| one.severity == severity).collect();
            let unhealthy = of.iter().map(|one| one.unhealthy).sum();
            let recommendations = of.len() as u64;
            (recommendations > 0).then_some(SeverityCount { severity, recommendations, unhealthy })
        });
        Self {
            total: fitting.len() as u64,
            followed: read.all.iter().filter(|one| wanted(one) && one.unhealthy == 0).count()
                as u64,
            unhealthy: fitting.iter().map(|one| one.unhealthy).sum(),
            by_severity: by_severity.collect(),
            recommendations: fitting.into_iter().take(limit).cloned().collect(),
            severities,
            asked: Untrusted::new(&filter.asked),
        }
    }
}

//! `summarize_security`: the state of security on one page: score, alerts, recommendations and
//! plans that are off, worst first.
//!
//! Owns the ranking over the parts; each part is read by its own room. A part that cannot be read
//! is in the coverage, the rest is still an answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    assessments::{ASSESSMENTS_ACTION, Filter, Recommendation, Recommendations},
    list_security_alerts::{ALERTS_ACTION, reading as alerts},
    plans::{self, PLANS_ACTION, Plan},
    score::{SCORE_ACTION, Score, Scores},
    severity::Severity,
};
use crate::{
    protocol::Pillar,
    tools::{
        context::{GRAPH_ACTION, ReadContext, Subscription, Visible},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod issues;
mod telling;

/// Summarizes security.
#[derive(Clone, Copy, Debug)]
pub struct SummarizeSecurity;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result; a part that could not be read is absent.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The secure score as a share from 0 to 1, weighted over the subscriptions.
    score: Option<f64>,
    /// The scores by subscription, lowest first.
    scores: Vec<Score>,
    /// Active alerts by severity, worst first.
    alerts: Option<Vec<Count>>,
    /// Recommendations that are not followed, by severity, worst first.
    recommendations: Option<Vec<Count>>,
    /// The worst recommendations.
    worst_recommendations: Vec<Recommendation>,
    /// Defender plans that are on and could be.
    plans_on: Option<u64>,
    /// Defender plans that are off, those with most resources at stake first.
    plans_off: Vec<Plan>,
    /// What to look at, worst first.
    issues: Vec<Issue>,
}

/// How many there are of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Count {
    /// The severity.
    severity: String,
    /// How many.
    count: u64,
}

/// Something to look at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Issue {
    /// `alerts`, `recommendation`, `plan` or `score`.
    kind: &'static str,
    /// How bad it is.
    severity: Severity,
    /// What it is.
    title: Untrusted<String>,
    /// How many alerts, resources or subscriptions it concerns.
    count: u64,
}

impl Tool for SummarizeSecurity {
    const NAME: &'static str = "summarize_security";
    const TITLE: &'static str = "Summarize security";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Summarizes security in Defender for Cloud: secure score, \
        active alerts, recommendations by severity and plans that are off, worst first.";
    const ASKS: &'static [&'static str] = &[
        "Summarize security",
        "Give me a security overview",
        "How secure are we?",
        "What is our security state?",
        "What should I worry about in security today?",
        "Biggest security risks and problems",
        "Security review of my subscription",
        "Security summary for management",
        "Defender for Cloud overview",
    ];
    const ACTIONS: &'static [RbacAction] =
        &[SCORE_ACTION, ALERTS_ACTION, ASSESSMENTS_ACTION, PLANS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let parts = Parts::read(cx, visible, &over).await?;
        Ok(issues::output(parts))
    }
}

/// What was read.
#[derive(Debug, Default)]
struct Parts {
    scores: Option<Scores>,
    alerts: Option<alerts::Counts>,
    recommendations: Option<Recommendations>,
    plans: Option<Vec<Plan>>,
}

impl Parts {
    async fn read(
        cx: &ReadContext,
        visible: &Visible,
        over: &[Subscription],
    ) -> Result<Self, ToolError> {
        let whole = cx.bounds().check_whole_subscriptions("the secure score and Defender plans");
        let scores = async {
            whole.clone()?;
            Scores::read(cx, visible, over).await
        };
        let plans = async {
            whole.clone()?;
            let mut plans = plans::read(cx, visible, over).await?;
            plans::count_resources(cx, over, &mut plans).await?;
            Ok(plans)
        };
        let counts = async {
            let filter = alerts::Filter::of(cx, (None, None)).await?;
            let counts = alerts::counts(cx, over, &filter).await?;
            alerts::check_rights(cx, over, &counts).await?;
            Ok(counts)
        };
        let none = Filter::default();
        let recommendations = Recommendations::read(cx, over, &none);
        let (scores, counts, recommendations, plans) =
            tokio::join!(scores, counts, recommendations, plans);
        let mut first = None;
        let parts = Self {
            scores: kept(cx, ("the secure score", scores), &mut first),
            alerts: kept(cx, ("alerts", counts), &mut first),
            recommendations: kept(cx, ("recommendations", recommendations), &mut first),
            plans: kept(cx, ("Defender plans", plans), &mut first),
        };
        let none = parts.alerts.is_none() && parts.recommendations.is_none();
        match first {
            Some(error) if none && parts.scores.is_none() && parts.plans.is_none() => Err(error),
            Some(_) | None => Ok(parts),
        }
    }
}

/// The part, or a note of what is missing.
fn kept<T>(
    cx: &ReadContext,
    (what, part): (&str, Result<T, ToolError>),
    first: &mut Option<ToolError>,
) -> Option<T> {
    match part {
        Ok(part) => Some(part),
        Err(error) => {
            cx.part_failed("/", what, &error);
            first.get_or_insert(error);
            None
        }
    }
}

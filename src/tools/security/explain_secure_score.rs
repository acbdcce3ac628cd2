//! `explain_secure_score`: what the score is made of, and what would raise it most.
//!
//! Owns the ranking of controls over many subscriptions and what stands behind them. Counting is
//! left to Resource Graph, so that the cost does not grow with resources or subscriptions. It
//! reads scores through [`super::score`], control definitions by
//! `SecureScoreControlDefinitions_ListBySubscription` (2020-01-01).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::score::{SCORE_ACTION, Score, Scores};
use crate::{
    protocol::Pillar,
    tools::{
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Explains the secure score.
#[derive(Clone, Copy, Debug)]
pub struct ExplainSecureScore;

const DEFAULT_TOP: u32 = 5;
const MAX_TOP: u32 = 15;

const DEFINITIONS_ACTION: &str = "Microsoft.Security/secureScoreControlDefinitions/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// How many controls to look behind, 1 to 15. Default 5; all are ranked anyway.
    top: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The overall score as a share from 0 to 1, weighted over the subscriptions.
    overall: Option<f64>,
    /// The scores by subscription, lowest first.
    subscriptions: Vec<Score>,
    /// The controls, the one that would gain most first.
    controls: Vec<Control>,
    /// Subscriptions that have no score.
    unscored: Vec<Untrusted<String>>,
}

/// A control over all the subscriptions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Control {
    /// Its id, a GUID.
    control_id: String,
    /// Its name.
    title: Untrusted<String>,
    /// Points reached, summed over the subscriptions.
    current: f64,
    /// Points there are, summed over the subscriptions.
    max: f64,
    /// Points that finishing it would add, summed over the subscriptions.
    potential_points: f64,
    /// What finishing it would add to the overall score, as a share from 0 to 1.
    potential_share: f64,
    /// Resources that are as they should be.
    healthy: u64,
    /// Resources that are not.
    unhealthy: u64,
    /// Resources that it does not concern.
    not_applicable: u64,
    /// Subscriptions that have it.
    subscription_count: u64,
    /// What is wrong, most resources first; only of the controls looked behind.
    recommendations: Vec<Recommendation>,
}

/// A recommendation that is not followed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Recommendation {
    /// Its id, a GUID.
    assessment_id: String,
    /// What to do.
    title: Untrusted<String>,
    /// `Low`, `Medium` or `High`, where known.
    severity: Option<String>,
    /// Resources that do not follow it.
    unhealthy: u64,
    /// ARM ids of some of them.
    sample: Vec<String>,
}

impl Tool for ExplainSecureScore {
    const NAME: &'static str = "explain_secure_score";
    const TITLE: &'static str = "Explain secure score";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Explains the secure score of Defender for Cloud: which \
        controls would raise it most, by how much, and the recommendations and unhealthy \
        resources behind them.";
    const ASKS: &'static [&'static str] = &[
        "Explain my secure score",
        "How can I improve my secure score?",
        "Why is my secure score low?",
        "Which controls would raise the score most?",
        "What should I fix first to improve our security posture?",
        "What recommendations and unhealthy resources bring the secure score down?",
        "Secure score controls ranked by potential increase",
        "Where do we lose points in the secure score?",
    ];
    const ACTIONS: &'static [RbacAction] =
        &[SCORE_ACTION, "Microsoft.Security/assessments/read", DEFINITIONS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let top = input.top.unwrap_or(DEFAULT_TOP);
        if !(1..=MAX_TOP).contains(&top) {
            return Err(ToolError::wrong("top", format!("give 1 to {MAX_TOP}")));
        }
        cx.bounds().check_whole_subscriptions("the secure score")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        // None of the three needs another; where there is no score the others are not looked at.
        let (scores, controls, parts) = tokio::join!(
            Scores::rows(cx, &over),
            reading::control_rows(cx, &over),
            reading::definitions(cx, &over),
        );
        let scores = Scores::of(cx, (visible, &over), scores?).await?;
        let mut ranked = Vec::new();
        if !scores.scored.is_empty() {
            ranked = reading::ranked(cx, &controls?, scores.total_weight());
            reading::look_behind(cx, (&over, parts), &mut ranked, top as usize).await?;
        }
        Ok(Output {
            overall: scores.overall(),
            subscriptions: scores.scored,
            controls: ranked,
            unscored: scores.unscored,
        })
    }
}

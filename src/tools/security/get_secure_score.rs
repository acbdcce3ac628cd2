//! `get_secure_score`: the secure score, overall and of each subscription.
//!
//! Owns how the scores are told; they are read by [`super::score`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::score::{SCORE_ACTION, Score, Scores};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            figure, headline, listed, percent,
        },
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

/// Gets the secure score.
#[derive(Clone, Copy, Debug)]
pub struct GetSecureScore;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The overall score as a share from 0 to 1, weighted over the subscriptions.
    overall: Option<f64>,
    /// The scores by subscription, lowest first.
    subscriptions: Vec<Score>,
    /// Subscriptions that have no score.
    unscored: Vec<Untrusted<String>>,
}

impl Tool for GetSecureScore {
    const NAME: &'static str = "get_secure_score";
    const TITLE: &'static str = "Get secure score";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Gets the secure score of Defender for Cloud: overall and \
        by subscription, in points and percent. To know what would raise it use \
        explain_secure_score.";
    const ASKS: &'static [&'static str] = &[
        "What is my secure score?",
        "Show the secure score of each subscription",
        "Get our current secure score",
        "Which subscription has the lowest secure score?",
        "What percentage is our secure score?",
        "Compare the secure scores of the subscriptions",
        "What's the score in Defender for Cloud today?",
    ];
    const ACTIONS: &'static [RbacAction] = &[SCORE_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("the secure score")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let scores = Scores::read(cx, visible, &over).await?;
        Ok(Output {
            overall: scores.overall(),
            subscriptions: scores.scored,
            unscored: scores.unscored,
        })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("subscriptions");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.subscriptions.len() as u64;
        Presentation {
            summary: match self.overall {
                Some(share) => {
                    format!("{} over {}", percent(share), count_of(rows, "subscription"))
                }
                None => "no secure score".to_owned(),
            },
            findings: self.findings(),
            views: self.views(),
            rows,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        if self.subscriptions.len() > 1 {
            findings.extend(self.subscriptions.iter().take(12).map(told));
        }
        if !self.subscriptions.is_empty() {
            findings.push(action("Ask what would raise the score to see the controls behind it."));
        }
        findings.extend(unscored(&self.unscored));
        findings
    }

    fn headline(&self) -> Finding {
        match (self.overall, self.subscriptions.as_slice()) {
            (Some(_), [only]) => about(
                headline(
                    tone(only.share),
                    format!(
                        "The secure score of `{}` is {}: {} of {} points.",
                        only.subscription.marked(),
                        percent(only.share),
                        figure(only.current),
                        figure(only.max)
                    ),
                ),
                &format!("/subscriptions/{}", only.subscription_id),
            ),
            (Some(share), several) => headline(
                tone(share),
                format!(
                    "The overall secure score is {} over {} subscriptions, weighted by their \
                     resources.",
                    percent(share),
                    several.len()
                ),
            ),
            (None, _) => headline(FindingTone::Warning, "There is no secure score in scope."),
        }
    }

    fn views(&self) -> Vec<View> {
        let Some(share) = self.overall else { return Vec::new() };
        let mut views = vec![gauge(share)];
        if self.subscriptions.len() > 1 {
            views.push(table(&self.subscriptions));
        }
        views
    }
}

fn told(score: &Score) -> Finding {
    let text = format!(
        "`{}`: {}, {} of {} points.",
        score.subscription.marked(),
        percent(score.share),
        figure(score.current),
        figure(score.max)
    );
    about(detail(tone(score.share), text), &format!("/subscriptions/{}", score.subscription_id))
}

/// A score as a gauge of percent.
pub(super) fn gauge(share: f64) -> View {
    View::Gauge {
        title: "Secure score".to_owned(),
        value: (share * 1000.0).round() / 10.0,
        max: 100.0,
        unit: "%".to_owned(),
        label: percent(share),
    }
}

/// Scores as a table.
pub(super) fn table(scores: &[Score]) -> View {
    let row = |one: &Score| {
        vec![cell(one.subscription.as_str()), one.share.into(), one.current.into(), one.max.into()]
    };
    View::Table {
        title: "Secure score by subscription".to_owned(),
        columns: vec![
            column("subscription", "Subscription", ColumnKind::Text),
            column("share", "Score", ColumnKind::Percent),
            column("current", "Points", ColumnKind::Number),
            column("max", "Of", ColumnKind::Number),
        ],
        rows: scores.iter().map(row).collect(),
        total: scores.len() as u64,
    }
}

/// What is said of subscriptions without a score.
pub(super) fn unscored(names: &[Untrusted<String>]) -> Option<Finding> {
    let shown: Vec<String> =
        names.iter().take(5).map(|one| format!("`{}`", one.marked())).collect();
    let more = names.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| {
        caveat(format!(
            "No score exists for {}{more}: Defender for Cloud has not assessed them.",
            listed(&shown)
        ))
    })
}

/// How good a score is.
pub(super) fn tone(share: f64) -> FindingTone {
    if share < 0.4 {
        FindingTone::Critical
    } else if share < 0.7 {
        FindingTone::Warning
    } else {
        FindingTone::Good
    }
}

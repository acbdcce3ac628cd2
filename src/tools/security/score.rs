//! Secure scores of subscriptions: how they are read, and how they add up.
//!
//! Owns the default initiative's score rows (`SecureScores_List`, 2020-01-01, and the same rows
//! in Resource Graph) and the weighting over subscriptions. It must not know what a score is
//! told for.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    azure::ApiVersion,
    tools::{
        context::{GraphRead, Operation, Pages, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        untrusted::Untrusted,
    },
};

/// The right to read scores.
pub(super) const SCORE_ACTION: &str = "Microsoft.Security/secureScores/read";
/// The score of the default initiative; others are of initiatives that people added.
pub(super) const DEFAULT_SCORE: &str = "ascScore";

const QUERY: &str = "\
| where type =~ 'microsoft.security/securescores' and name =~ 'ascScore'
| project id, name, subscriptionId, properties
| order by id asc";

/// The secure score of one subscription.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Score {
    /// The id of the subscription.
    pub(super) subscription_id: String,
    /// The name of the subscription.
    pub(super) subscription: Untrusted<String>,
    /// Points reached.
    pub(super) current: f64,
    /// Points there are.
    pub(super) max: f64,
    /// The score as a share from 0 to 1.
    pub(super) share: f64,
    /// What the subscription weighs in the overall score: its resources.
    pub(super) weight: f64,
}

/// The scores of the subscriptions asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Scores {
    /// The scores, lowest first.
    pub(super) scored: Vec<Score>,
    /// The names of those that may be read and have none.
    pub(super) unscored: Vec<Untrusted<String>>,
}

impl Scores {
    /// Reads the scores with one query; subscriptions without a row are asked for theirs, since
    /// Resource Graph leaves out what may not be read.
    pub(super) async fn read(
        cx: &ReadContext,
        visible: &Visible,
        over: &[Subscription],
    ) -> Result<Self, ToolError> {
        let rows = Self::rows(cx, over).await?;
        Self::of(cx, (visible, over), rows).await
    }

    /// The one query.
    pub(super) async fn rows(
        cx: &ReadContext,
        over: &[Subscription],
    ) -> Result<Vec<Map<String, Value>>, ToolError> {
        let text = cx.query(("securityresources", over), QUERY, &[])?;
        Ok(cx.graph(&GraphRead { text, over, max_rows: 5_000 }).await?.rows)
    }

    /// The scores of the rows, and of the subscriptions that are asked for theirs.
    pub(super) async fn of(
        cx: &ReadContext,
        (visible, over): (&Visible, &[Subscription]),
        rows: Vec<Map<String, Value>>,
    ) -> Result<Self, ToolError> {
        let mut scores = Self::default();
        for fields in rows {
            scores.take(cx, visible, &Value::Object(fields));
        }
        let missing: Vec<Subscription> =
            over.iter().filter(|one| !scores.has(&one.id)).cloned().collect();
        if !missing.is_empty() {
            scores.ask_each(cx, visible, &missing).await?;
        }
        scores.scored.sort_by(|a, b| {
            a.share.total_cmp(&b.share).then_with(|| a.subscription_id.cmp(&b.subscription_id))
        });
        Ok(scores)
    }

    async fn ask_each(
        &mut self,
        cx: &ReadContext,
        visible: &Visible,
        missing: &[Subscription],
    ) -> Result<(), ToolError> {
        let operation = Operation {
            below: "/providers/Microsoft.Security/secureScores",
            version: ApiVersion::new("2020-01-01"),
            action: SCORE_ACTION,
            pages: Pages::All,
        };
        let answers = match cx.list_each(missing, operation).await {
            Ok(answers) => answers,
            // What could not be read is in the coverage; the rest is still an answer.
            Err(_) if !self.scored.is_empty() => Vec::new(),
            Err(error) => return Err(error),
        };
        for (subscription, rows) in answers {
            for fields in rows {
                let row = Value::Object(fields);
                if Row::of(&row).and_then(|row| row.text("name")).as_deref() == Some(DEFAULT_SCORE)
                {
                    self.take(cx, visible, &row);
                }
            }
            if !self.has(&subscription.id) {
                self.unscored.push(subscription.name.clone());
            }
        }
        Ok(())
    }

    fn take(&mut self, cx: &ReadContext, visible: &Visible, value: &Value) {
        match Row::of(value).and_then(|row| Score::of(row, visible)) {
            Some(score) if !self.has(&score.subscription_id) => self.scored.push(score),
            Some(_) => {}
            None => cx.skipped(&scope_of(value), 1),
        }
    }

    fn has(&self, subscription_id: &str) -> bool {
        self.scored.iter().any(|one| one.subscription_id.eq_ignore_ascii_case(subscription_id))
    }

    /// The overall score as Defender for Cloud gives it: the shares, weighted.
    pub(super) fn overall(&self) -> Option<f64> {
        if self.scored.is_empty() {
            return None;
        }
        let weights = self.total_weight();
        let sum: f64 = self.scored.iter().map(|one| one.share * self.weight_of(one)).sum();
        Some(sum / weights)
    }

    /// The sum of the weights; never 0.
    pub(super) fn total_weight(&self) -> f64 {
        self.scored.iter().map(|one| self.weight_of(one)).sum::<f64>().max(f64::MIN_POSITIVE)
    }

    /// The weight of a score; where none has one, all count alike.
    fn weight_of(&self, score: &Score) -> f64 {
        if self.scored.iter().any(|one| one.weight > 0.0) { score.weight } else { 1.0 }
    }
}

impl Score {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = row.text("id").unwrap_or_default();
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        let max = row.number("properties.score.max")?;
        let current = row.number("properties.score.current")?;
        let share = row
            .number("properties.score.percentage")
            .or_else(|| (max > 0.0).then(|| current / max))
            .unwrap_or(0.0);
        Some(Self {
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            current,
            max,
            share: share.clamp(0.0, 1.0),
            weight: row.number("properties.weight").unwrap_or(0.0).max(0.0),
        })
    }
}

fn scope_of(value: &Value) -> String {
    let id = Row::of(value).and_then(|row| row.text("subscriptionId"));
    id.map_or_else(|| "/".to_owned(), |id| format!("/subscriptions/{id}"))
}

//! Query files that read logs.

use super::{QueryTool, parameters::Bound, telling::Output};
use crate::{
    azure::{LogAnswer, kql_text::KqlText, resource_graph::GraphRows},
    tools::{
        context::{LogPlace, LogRead, LogsOf, ReadContext},
        error::ToolError,
        time_range::TimeRange,
        tool::{self, Told},
    },
};

impl QueryTool {
    /// Reads the workspaces of the boundary, or the logs of a scope that is one.
    ///
    /// # Errors
    /// [`ToolError`], as [`super::AnyTool::tell`] has it.
    pub(super) async fn read_logs(
        &self,
        cx: &ReadContext,
        bound: Bound,
    ) -> Result<Told, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &bound.subscription)?;
        let place = cx.log_place(&over, LogsOf::All).await?;
        let range = match bound.range {
            Some(range) => range,
            None => TimeRange::parse("timeRange", "24h", cx.moment())?,
        };
        let values: Vec<_> =
            bound.values.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        let text = KqlText::bind(&self.text_within(cx, &place)?, &values)
            .map_err(|error| ToolError::rejected(error.to_string()))?;
        let read = LogRead {
            place: &place,
            text,
            span: (range.start, range.end.min(cx.now())),
            max_rows: self.head.limit.unwrap_or(200).clamp(1, 1_000) as usize,
        };
        let answer = self.answered(cx, &read).await?;
        let total = match answer.truncated {
            true => self.counted(cx, &read).await?,
            false => Some(answer.rows.len() as u64),
        };
        let rows = GraphRows {
            columns: answer.columns.into_iter().map(|column| column.name).collect(),
            rows: answer.rows,
            total,
            truncated: answer.truncated,
            pages: 1,
            parts: 1,
        };
        let mut head = self.head.clone();
        let time = range.in_words(cx.moment());
        for sentence in [&mut head.headline, &mut head.empty].into_iter().flatten() {
            *sentence = sentence.replace("{time}", &time);
        }
        tool::tell(cx, &Output::of(&head, visible, rows))
    }

    /// The query with what keeps its rows inside the boundary.
    fn text_within(&self, cx: &ReadContext, place: &LogPlace) -> Result<String, ToolError> {
        let filter = place.filter.as_deref();
        match (self.query.table(), filter) {
            (Some(table), None) => Ok(format!("{table}\n{}", self.query.bounded("true"))),
            (Some(table), Some(filter)) => {
                Ok(format!("{table}\n| where {filter}\n{}", self.query.bounded("true")))
            }
            (None, Some(filter)) if self.query.is_bounded() => Ok(self.query.bounded(filter)),
            (None, Some(_)) => {
                cx.bounds().check_whole_subscriptions("this query")?;
                Err(ToolError::rejected("this query cannot be bound to some subscriptions"))
            }
            (None, None) => Ok(self.query.bounded("true")),
        }
    }

    /// The answer; nothing where no workspace has the table, which is noted.
    async fn answered(&self, cx: &ReadContext, read: &LogRead<'_>) -> Result<LogAnswer, ToolError> {
        match cx.logs(read).await {
            Err(ToolError::Rejected { rule, .. }) if rule.contains("Failed to resolve table") => {
                cx.note(
                    "/",
                    "NotRead",
                    "no workspace in scope has the table that this is told from",
                );
                Ok(LogAnswer::default())
            }
            // The query is not the model's to correct.
            Err(ToolError::Rejected { rule, .. }) => Err(ToolError::Upstream {
                code: "BadArgumentError".to_owned(),
                message: rule,
                request_id: None,
                status: Some(400),
            }),
            other => other,
        }
    }

    /// How many rows there are in all.
    async fn counted(
        &self,
        cx: &ReadContext,
        read: &LogRead<'_>,
    ) -> Result<Option<u64>, ToolError> {
        let text = KqlText::verbatim(format!("{}\n| count", read.text.as_str()));
        let answer = cx.logs(&LogRead { text, max_rows: 1, ..read.clone() }).await?;
        Ok(answer.rows.first().and_then(|row| row.get("Count")?.as_u64()))
    }
}

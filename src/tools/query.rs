//! Tools that are one query: `tools/<pillar>/<name>.kql`.
//!
//! Owns the file format (YAML front matter, then KQL), the checks of a file, and running it: a
//! parameter is bound as a literal, never spliced. The built-in files are embedded; an operator's
//! directory adds more. It must not know any single query.

use futures_util::{FutureExt, future::BoxFuture};
use serde_json::{Map, Value, json};

use super::{
    context::{GRAPH_ACTION, GraphRead, RESOURCES_ACTION, ReadContext, Subscription},
    error::ToolError,
    registry::ToolSpec,
    rows::Row,
    tool::{self, AnyTool, Told},
};
use crate::{
    azure::{ResourceId, kql_literal, resource_graph::GraphRows},
    protocol::{Effect, Pillar},
};

mod embedded;
mod file;
mod front_matter;
mod load;
mod logs;
mod parameters;
mod sentence;
mod telling;

pub use embedded::built_in;
pub use front_matter::FrontMatter;
pub use load::{LoadError, check, load_dir, parse};

use front_matter::Source;
use telling::Output;

/// The boundary of what belongs to a subscription as a whole.
const WHOLE: &str = "subscription";

/// A tool made of one file.
#[derive(Clone, Debug)]
pub struct QueryTool {
    name: String,
    pillar: Pillar,
    head: FrontMatter,
    query: file::Query,
}

impl QueryTool {
    /// The right without which the query finds nothing.
    fn action(&self) -> &str {
        let own = self.head.actions.iter().find(|action| *action != GRAPH_ACTION);
        own.map_or(RESOURCES_ACTION, String::as_str)
    }

    /// The boundary as a condition.
    fn boundary(&self, cx: &ReadContext, over: &[Subscription]) -> String {
        let column = self.head.boundary.as_deref().unwrap_or("id");
        let below = |id: &ResourceId| {
            let own = kql_literal::string(&id.to_string());
            let below = kql_literal::string(&format!("{id}/"));
            format!("({column}) =~ {own} or ({column}) startswith {below}")
        };
        let filter = cx.bounds().filter_by(over, below);
        filter.map_or_else(|| "true".to_owned(), |filter| format!("({filter})"))
    }

    /// The rows that say anything of what the file wants; the others are counted.
    fn sensible(&self, cx: &ReadContext, mut answer: GraphRows) -> GraphRows {
        let given = answer.rows.len();
        let says = |row: &Map<String, Value>| {
            let row = Row::over(row);
            self.head.columns.iter().any(|column| {
                row.value(&column.key).is_some_and(|value| match value {
                    Value::Object(_) | Value::Null => false,
                    Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
                })
            })
        };
        if !self.head.columns.is_empty() {
            answer.rows.retain(says);
        }
        cx.skipped("/", given - answer.rows.len());
        answer
    }

    async fn read(&self, cx: &ReadContext, arguments: Value) -> Result<Told, ToolError> {
        let bound = parameters::bind(cx, &self.head.parameters, arguments).await?;
        if self.head.source == Source::LogAnalytics {
            return self.read_logs(cx, bound).await;
        }
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &bound.subscription)?;
        let values: Vec<_> =
            bound.values.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        if self.head.boundary.as_deref() == Some(WHOLE) {
            cx.bounds().check_whole_subscriptions(&format!("`{}`", self.name))?;
        }
        let text = match self.query.table() {
            Some(table) if self.head.boundary.as_deref().is_some_and(|own| own != WHOLE) => {
                let rest = self.query.bounded("true");
                let rest = format!("| where {}\n{rest}", self.boundary(cx, &over));
                cx.whole_query(table, &rest, &values)?
            }
            Some(table) => cx.query((table, &over), &self.query.bounded("true"), &values)?,
            None => {
                let boundary = match self.query.is_bounded() {
                    true => self.boundary(cx, &over),
                    false => {
                        cx.bounds().check_whole_subscriptions("this query")?;
                        "true".to_owned()
                    }
                };
                cx.whole_query("", &self.query.bounded(&boundary), &values)?
            }
        };
        let max_rows = self.head.limit.unwrap_or(1_000).clamp(1, 1_000) as usize;
        let read = GraphRead { text, over: &over, max_rows };
        let answer = match self.query.table() {
            Some(table) => {
                let (answer, with_rows) =
                    tokio::try_join!(cx.graph(&read), cx.with_rows(&over, table))?;
                match cx.check_without_rows(&over, &with_rows, self.action()).await {
                    Err(error) if answer.rows.is_empty() => return Err(error),
                    Ok(()) | Err(_) => answer,
                }
            }
            None => cx.graph(&read).await?,
        };
        if answer.rows.is_empty() {
            cx.check_allowed(&over, self.action()).await?;
        }
        let output = Output::of(&self.head, visible, self.sensible(cx, answer));
        tool::tell(cx, &output)
    }
}

impl AnyTool for QueryTool {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: self.name.clone(),
            title: self.head.title.clone(),
            pillar: self.pillar,
            effect: Effect::Read,
            actions: self.head.actions.clone(),
            description: self.head.description.clone(),
            asks: self.head.asks.clone(),
            input_schema: parameters::schema(&self.head.parameters).into(),
            output_schema: json!({
                "type": "object",
                "properties": {
                    "rows": { "type": "array", "items": self.head.row_schema() },
                    "total": { "type": "integer", "description": "How many rows there are in all." },
                    "truncated": { "type": "boolean" },
                },
                "required": ["rows", "total", "truncated"],
            })
            .into(),
        }
    }

    fn actions(&self, _: Value) -> Result<Vec<String>, ToolError> {
        Ok(self.head.actions.clone())
    }

    fn tell<'a>(
        &'a self,
        cx: &'a ReadContext,
        arguments: Value,
    ) -> BoxFuture<'a, Result<Told, ToolError>> {
        self.read(cx, arguments).boxed()
    }
}

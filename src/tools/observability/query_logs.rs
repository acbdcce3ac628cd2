//! `query_logs`: a free, read-only query of Log Analytics.
//!
//! Owns what such a query may hold, how much comes back, and the hints for one that names what is
//! not there. `Query_Execute` and `Query_ResourceExecute`, v1. It must not know any table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    azure::kql_text::KqlText,
    protocol::Pillar,
    tools::{
        arguments::{given, limit_of},
        context::{LOGS_ACTION, LogPlace, LogRead, LogsOf, ReadContext},
        error::ToolError,
        scope::refused,
        time_range::TimeRange,
        tool::{RbacAction, Tool},
        untrusted::{MAX_KEPT_CHARS, Untrusted, cut},
    },
};

mod hints;
mod telling;

/// Runs a free query of logs.
#[derive(Clone, Copy, Debug)]
pub struct QueryLogs;

const MAX_QUERY_BYTES: usize = 8 * 1024;
const LIMITS: (u32, u32) = (100, 1_000);

/// The arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// One KQL query over log tables such as `Heartbeat`, `Perf`, `Event`, `Syslog`,
    /// `SecurityEvent`, `SigninLogs`, `AzureActivity`, `AppRequests`. Aggregate rather than list.
    query: String,
    /// When: `1h`, `7d`, `yesterday` or `start/end`. Default 24h.
    time_range: Option<String>,
    /// Name of one workspace. Default all in scope.
    workspace: Option<String>,
    /// ARM id of a resource, group or subscription: only its logs.
    resource: Option<String>,
    /// Rows at most, 1 to 1000. Default 100.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The columns, in the order of the query.
    columns: Vec<String>,
    /// The rows: one object each.
    rows: Vec<Map<String, Value>>,
    /// How many rows there are in all.
    total: u64,
    /// The workspaces that were read; none where a scope's own logs were.
    workspaces: Vec<Untrusted<String>>,
    /// The first instant.
    from_at: String,
    /// The last instant.
    to_at: String,
    /// The query that was run.
    query: String,
    /// Whether Azure answered only a part.
    partial: bool,
    #[serde(skip)]
    kinds: Vec<crate::azure::logs::LogKind>,
}

impl Tool for QueryLogs {
    const NAME: &'static str = "query_logs";
    const TITLE: &'static str = "Query logs";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Runs one read-only KQL query on the Log Analytics \
        workspaces, for questions about logs that no other tool answers. See list_log_tables for \
        tables and columns.";
    const ASKS: &'static [&'static str] = &[
        "Run this KQL query in Log Analytics",
        "Query the logs of the workspace",
        "Search syslog for sshd messages",
        "Show CPU performance counters of a machine from the logs",
        "Heartbeat | summarize count() by Computer",
        "Count events by EventID in the event log",
        "Write a KQL query over AzureActivity",
    ];
    const ACTIONS: &'static [RbacAction] = &[LOGS_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let query = input.query.trim().trim_end_matches(';').trim_end();
        check(query)?;
        let limit = limit_of(input.limit, LIMITS)?;
        let range = given(input.time_range.as_ref()).unwrap_or("24h");
        let range = TimeRange::parse("timeRange", range, cx.moment())?;
        let place = place(cx, &input).await?;
        let read = LogRead {
            place: &place,
            text: KqlText::verbatim(query),
            span: (range.start, range.end.min(cx.now())),
            max_rows: limit,
        };
        let answer = match cx.logs(&read).await {
            Err(ToolError::Rejected { field, rule }) => {
                let hint = hints::of(cx, &read, &rule).await;
                return Err(ToolError::Rejected { field, rule: format!("{rule}{hint}") });
            }
            other => other?,
        };
        let rows = answer.rows.len() as u64;
        let total = match answer.truncated {
            true => counted(cx, &read).await?.max(rows + 1),
            false => rows,
        };
        Ok(Output {
            columns: answer.columns.iter().map(|column| column.name.clone()).collect(),
            kinds: answer.columns.iter().map(|column| column.kind).collect(),
            rows: answer.rows.into_iter().map(capped).collect(),
            total,
            workspaces: place.workspaces.clone(),
            from_at: range.start.to_string(),
            to_at: read.span.1.to_string(),
            query: query.to_owned(),
            partial: answer.partial.is_some(),
        })
    }
}

/// Where the query runs. What somebody else wrote cannot be kept inside a boundary row by row, so
/// it must be the boundary itself that Azure is asked for.
async fn place(cx: &ReadContext, input: &Input) -> Result<LogPlace, ToolError> {
    let visible = cx.subscriptions().await?;
    let wanted = match (given(input.resource.as_ref()), given(input.workspace.as_ref())) {
        (Some(_), Some(_)) => {
            return Err(ToolError::rejected("give `workspace` or `resource`, not both"));
        }
        (Some(id), None) if !id.starts_with('/') => {
            return Err(ToolError::wrong("resource", "give an ARM id that begins with `/`"));
        }
        (Some(id), None) => LogsOf::Resource(id),
        (None, Some(name)) => LogsOf::Workspace(name),
        (None, None) => LogsOf::All,
    };
    let place = cx.log_place(visible.inside(), wanted).await?;
    if place.filter.is_none() {
        return Ok(place);
    }
    let parts = cx.bounds().parts(visible.inside());
    let ids: Vec<String> = parts.iter().take(8).map(|id| format!("`{id}`")).collect();
    Err(ToolError::rejected(format!(
        "a workspace also holds logs of what is outside the scope of this thread, and a free query \
         cannot be kept inside; give one of these as `resource`: {}",
        ids.join(", ")
    )))
}

/// Checks a query before it is sent.
fn check(query: &str) -> Result<(), ToolError> {
    if query.is_empty() {
        return Err(ToolError::wrong("query", "the query is empty"));
    }
    if query.len() > MAX_QUERY_BYTES {
        return Err(ToolError::wrong("query", format!("at most {MAX_QUERY_BYTES} bytes")));
    }
    match refused(query) {
        Some(word) => Err(ToolError::wrong(
            "query",
            format!("`{word}` is refused: a query may only read tables of the workspace"),
        )),
        None => Ok(()),
    }
}

/// How many rows there are in all.
async fn counted(cx: &ReadContext, read: &LogRead<'_>) -> Result<u64, ToolError> {
    let text = format!("{}\n| count", crate::azure::logs::undrawn(read.text.as_str()));
    let read = LogRead { text: KqlText::verbatim(text), max_rows: 1, ..read.clone() };
    let answer = cx.logs(&read).await?;
    Ok(answer.rows.first().and_then(|row| row.get("Count")?.as_u64()).unwrap_or(0))
}

fn capped(row: Map<String, Value>) -> Map<String, Value> {
    let cap = |value| match value {
        Value::String(text) => Value::String(cut(&text, MAX_KEPT_CHARS).into_owned()),
        other => other,
    };
    row.into_iter().map(|(key, value)| (key, cap(value))).collect()
}

//! `list_log_tables`: the tables of a workspace, which of them have data, and their columns.
//!
//! `Tables_ListByWorkspace` (api-version 2023-09-01) beside one query of the table `Usage`. It
//! must not know any table but that.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    azure::{ApiVersion, kql_text::KqlText},
    protocol::{ColumnKind, FindingTone, Pillar, View},
    tools::{
        arguments::{given, limit_of},
        context::{LOGS_ACTION, ListRead, LogRead, Pages, ReadContext},
        error::ToolError,
        present::{
            Moment, Present, Presentation, cell, column, count_of, detail, figure, headline,
            part_of, word_cell,
        },
        rows::{self, Row},
        time_range::TimeRange,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

/// Lists tables of logs.
#[derive(Clone, Copy, Debug)]
pub struct ListLogTables;

const TABLES_ACTION: RbacAction = "Microsoft.OperationalInsights/workspaces/tables/read";
const VERSION: ApiVersion = ApiVersion::new("2023-09-01");
const USED: &str =
    "Usage\n| summarize megabytes = round(sum(Quantity), 3), latest = max(EndTime) by DataType";
const LIMITS: (u32, u32) = (50, 500);
/// Columns of a table that are named in a sentence.
const TOLD_COLUMNS: usize = 40;

/// The arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Name of the workspace. Default the first in scope.
    workspace: Option<String>,
    /// Part of the name of a table; with one match its columns are told.
    table: Option<String>,
    /// Tables at most, 1 to 500. Default 50.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The workspace.
    workspace: Untrusted<String>,
    /// How many tables fit.
    total: u64,
    /// How many of them had data within 7 days.
    with_data: u64,
    /// The tables: those with data first, then by name.
    tables: Vec<Table>,
}

/// A table.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Table {
    /// Its name.
    name: Untrusted<String>,
    /// `Analytics`, `Basic` or `Auxiliary`.
    plan: String,
    /// Days that it can be queried.
    retention_days: Option<u64>,
    /// MB that came in within 7 days; absent where nothing did.
    megabytes: Option<f64>,
    /// When the latest of it came in.
    latest_at: Option<String>,
    /// `name:type` of each column.
    columns: Vec<Untrusted<String>>,
}

impl Tool for ListLogTables {
    const NAME: &'static str = "list_log_tables";
    const TITLE: &'static str = "List tables of logs";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Lists the tables of a Log Analytics workspace with plan, \
        retention and whether data came in, and the columns of one: to write a query for query_logs.";
    const ASKS: &'static [&'static str] = &[
        "Which tables are in the Log Analytics workspace?",
        "What columns does the Heartbeat table have?",
        "Schema of the AppRequests table",
        "Which log tables have data?",
        "What logs do we collect?",
        "Is SecurityEvent collected?",
    ];
    const ACTIONS: &'static [RbacAction] = &[TABLES_ACTION, LOGS_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let visible = cx.subscriptions().await?;
        let place = cx.workspace_place(visible.inside(), given(input.workspace.as_ref())).await?;
        let (id, name) =
            place.first().ok_or_else(|| ToolError::rejected("there is no workspace"))?;
        let list = ListRead {
            scope: &id,
            below: "/tables",
            version: VERSION,
            action: TABLES_ACTION,
            pages: Pages::All,
        };
        let range = TimeRange::parse("timeRange", "7d", cx.moment())?;
        let read = LogRead {
            place: &place,
            text: KqlText::verbatim(USED),
            span: (range.start, cx.now()),
            max_rows: 1_000,
        };
        let (listed, used) = tokio::join!(cx.list(&list), cx.logs(&read));
        let used = match used {
            Ok(answer) => answer.rows.into_iter().map(Value::Object).collect(),
            Err(error) => {
                cx.part_failed(&id, "when data came in last", &error);
                Vec::new()
            }
        };
        let wanted = given(input.table.as_ref()).map(str::to_lowercase);
        let listed: Vec<Value> = listed?.into_iter().map(Value::Object).collect();
        let mut tables = tables(&listed, &used, wanted.as_deref());
        let total = tables.len() as u64;
        let with_data = tables.iter().filter(|one| one.megabytes.is_some()).count() as u64;
        tables.truncate(limit);
        let is_one = tables.len() == 1;
        for table in tables.iter_mut().filter(|_| !is_one) {
            table.columns.clear();
        }
        Ok(Output { workspace: name, total, with_data, tables })
    }
}

fn tables(listed: &[Value], used: &[Value], wanted: Option<&str>) -> Vec<Table> {
    let used: BTreeMap<String, (Option<f64>, Option<String>)> = used
        .iter()
        .filter_map(Row::of)
        .filter_map(|row| {
            Some((row.text("DataType")?, (row.number("megabytes"), row.text("latest"))))
        })
        .collect();
    let table = |row: Row<'_>| {
        let name = row.text("name")?;
        let (megabytes, latest_at) = used.get(&name).cloned().unwrap_or_default();
        let mut columns = row.list("properties.schema.columns");
        columns.extend(row.list("properties.schema.standardColumns"));
        let column = |one: &Value| {
            let row = Row::of(one)?;
            let kind = row.text("type").unwrap_or_default().to_lowercase();
            Some(Untrusted::new(&format!("{}:{kind}", row.text("name")?)))
        };
        Some(Table {
            name: Untrusted::new(&name),
            plan: row.text("properties.plan").unwrap_or_else(|| "Analytics".to_owned()),
            retention_days: row.count("properties.retentionInDays"),
            megabytes,
            latest_at,
            columns: columns.iter().filter_map(column).collect(),
        })
    };
    let fits =
        |one: &Table| wanted.is_none_or(|wanted| one.name.as_str().to_lowercase().contains(wanted));
    let mut all: Vec<Table> =
        listed.iter().filter_map(Row::of).filter_map(table).filter(fits).collect();
    if let Some(wanted) = wanted
        && let Some(at) = all.iter().position(|one| one.name.as_str().eq_ignore_ascii_case(wanted))
    {
        let exact = all.swap_remove(at);
        all = vec![exact];
    }
    all.sort_by(|a, b| {
        let key = |one: &Table| (one.megabytes.is_none(), one.name.as_str().to_lowercase());
        key(a).cmp(&key(b))
    });
    all
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("tables");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.tables.len() as u64;
        let workspace = self.workspace.marked();
        let mut findings = vec![headline(
            FindingTone::Neutral,
            format!(
                "`{workspace}` has {} of that name; data came into {} of them within 7 days.",
                count_of(self.total, "table"),
                self.with_data
            ),
        )];
        if let [only] = self.tables.as_slice() {
            let names: Vec<String> =
                only.columns.iter().take(TOLD_COLUMNS).map(Untrusted::marked).collect();
            findings.push(detail(
                FindingTone::Neutral,
                format!("`{}` has the columns {}.", only.name.marked(), names.join(", ")),
            ));
        } else {
            findings.extend(
                self.tables.iter().take(10).map(|one| detail(FindingTone::Neutral, one.told(at))),
            );
        }
        findings.extend(part_of((rows, self.total), "tables are listed, those with data first."));
        let views = if self.tables.is_empty() { Vec::new() } else { vec![self.table()] };
        let summary = count_of(self.total, "table");
        Presentation { summary, findings, views, rows, total: Some(self.total) }
    }
}

impl Table {
    fn told(&self, at: &Moment) -> String {
        let name = self.name.marked();
        let latest = self.latest_at.as_deref().and_then(rows::instant);
        match (self.megabytes, latest) {
            (Some(megabytes), Some(latest)) => {
                format!("`{name}`: {} MB, the last {}.", figure(megabytes), at.ago(latest))
            }
            (_, _) => format!("`{name}`: no data came in."),
        }
    }
}

impl Output {
    fn table(&self) -> View {
        let row = |one: &Table| {
            vec![
                cell(one.name.as_str()),
                word_cell(&one.plan),
                one.retention_days.map_or(Value::Null, Value::from),
                one.megabytes.map_or(Value::Null, Value::from),
                one.latest_at.as_deref().map_or(Value::Null, word_cell),
            ]
        };
        View::Table {
            title: "Tables".to_owned(),
            columns: vec![
                column("name", "Table", ColumnKind::Text),
                column("plan", "Plan", ColumnKind::Text),
                column("retentionDays", "Days kept", ColumnKind::Number),
                column("megabytes", "MB in 7 days", ColumnKind::Number),
                column("latestAt", "Last data", ColumnKind::Instant),
            ],
            rows: self.tables.iter().map(row).collect(),
            total: self.total,
        }
    }
}

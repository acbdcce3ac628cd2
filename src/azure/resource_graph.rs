//! Azure Resource Graph: one KQL query over many subscriptions, read over its pages.
//!
//! Owns the request body, paging by skip token, and the splitting of scopes. It must not know
//! what a query asks for. Operation `ResourceGraph_Resources`, api-version 2024-04-01.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client::ArmReader;
use super::error::ArmError;
use super::kql_text::KqlText;
use super::page::Trail;
use super::path::{ApiVersion, ArmPath};
use super::request::QueryPost;
use super::resource_id::SubscriptionId;

const VERSION: ApiVersion = ApiVersion::new("2024-04-01");
const PATH: &str = "/providers/Microsoft.ResourceGraph/resources";
const MAX_SUBSCRIPTIONS: usize = 1_000;
const MAX_MANAGEMENT_GROUPS: usize = 10;
const MAX_PAGE_ROWS: usize = 1_000;
/// More rows than there can be: sums of what an endpoint claims must not overflow.
const MAX_TOTAL: u64 = 1_000_000_000_000;

/// What a query covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphScope {
    /// All that the identity may see.
    Tenant,
    /// These subscriptions; none at all answers no rows without a request.
    Subscriptions(Vec<SubscriptionId>),
    /// These management groups and what is below them.
    ManagementGroups(Vec<String>),
}

/// What to do with more scopes than one request takes (1,000 subscriptions, 10 groups).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Ask several times and put the rows one after another: for queries of plain rows.
    /// Aggregates, `top` and orderings then hold for each part by itself.
    Concatenate,
    /// Fail: for queries whose parts do not add up.
    Refuse,
}

/// Which role and policy assignments a query sees of its subscriptions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assigned {
    /// Those at them and below, as Resource Graph has it by default.
    #[default]
    Below,
    /// And those that they inherit from management groups and the tenant.
    AboveAndBelow,
}

impl Assigned {
    const fn option(self) -> Option<&'static str> {
        match self {
            Self::Below => None,
            Self::AboveAndBelow => Some("AtScopeAboveAndBelow"),
        }
    }
}

/// A query to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadQuery {
    /// The query.
    pub text: KqlText,
    /// What it covers.
    pub scope: GraphScope,
    /// What to do when the scope does not fit one request.
    pub split: Split,
    /// Rows at most; what is above is dropped and the answer marked truncated.
    pub max_rows: usize,
    /// Pages at most, over all parts.
    pub max_pages: u32,
    /// Which assignments it sees.
    pub assigned: Assigned,
}

impl ReadQuery {
    /// `text` over `scope`: at most 1,000 rows in 8 pages, refusing to split.
    #[must_use]
    pub fn new(text: KqlText, scope: GraphScope) -> Self {
        Self {
            text,
            scope,
            split: Split::Refuse,
            max_rows: 1_000,
            max_pages: 8,
            assigned: Assigned::Below,
        }
    }
}

/// What a query answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphRows {
    /// Columns in the order the query gave them, as far as rows show them.
    pub columns: Vec<String>,
    /// The rows, in order.
    pub rows: Vec<Map<String, Value>>,
    /// How many rows there are in all, where Azure said so.
    pub total: Option<u64>,
    /// Whether there are more rows than these.
    pub truncated: bool,
    /// Pages read.
    pub pages: u32,
    /// Requests the scope was split into; above 1 the rows stand one part after another.
    pub parts: u32,
}

#[derive(Serialize)]
struct Body<'a> {
    query: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscriptions: Option<&'a [SubscriptionId]>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "managementGroups")]
    management_groups: Option<&'a [String]>,
    options: Options<'a>,
}

#[derive(Serialize)]
struct Options<'a> {
    #[serde(rename = "resultFormat")]
    result_format: &'static str,
    #[serde(rename = "$top")]
    top: usize,
    #[serde(rename = "$skipToken", skip_serializing_if = "Option::is_none")]
    skip_token: Option<&'a str>,
    #[serde(rename = "authorizationScopeFilter", skip_serializing_if = "Option::is_none")]
    assigned: Option<&'static str>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default, rename = "totalRecords")]
    total: Option<u64>,
    #[serde(default, rename = "resultTruncated")]
    truncated: Value,
    #[serde(default, rename = "$skipToken")]
    skip_token: Option<String>,
    data: Data,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Data {
    Rows(Vec<Row>),
    Table { columns: Vec<Column>, rows: Vec<Vec<Value>> },
}

#[derive(Deserialize)]
struct Column {
    name: String,
}

/// A row in the order it came: a JSON map would sort its keys.
struct Row(Vec<(String, Value)>);

impl ArmReader {
    /// Runs a Resource Graph query. Rows are filtered to what the identity may read: a scope it
    /// may not see answers fewer rows, not an error.
    ///
    /// # Errors
    /// [`ArmError`]: `BadRequest` for a query that is wrong, with the details Azure gives,
    /// `TooManyScopes`, `Throttled`, and the rest.
    pub async fn resource_graph(&self, query: &ReadQuery) -> Result<GraphRows, ArmError> {
        let post = QueryPost::new(ArmPath::parse(PATH)?, VERSION)?;
        let mut answer = GraphRows { total: Some(0), ..GraphRows::default() };
        for part in parts_of(query)? {
            if answer.parts > 0 && is_full(query, &answer) {
                answer.truncated = true;
                answer.total = None;
                break;
            }
            answer.parts += 1;
            self.graph_part(&post, query, part, &mut answer).await?;
        }
        Ok(answer)
    }

    async fn graph_part(
        &self,
        post: &QueryPost,
        query: &ReadQuery,
        part: Part<'_>,
        answer: &mut GraphRows,
    ) -> Result<(), ArmError> {
        let mut trail = Trail::default();
        let mut skip_token: Option<String> = None;
        loop {
            let wanted = query.max_rows.saturating_sub(answer.rows.len());
            let options = Options {
                result_format: "objectArray",
                top: wanted.clamp(1, MAX_PAGE_ROWS),
                skip_token: skip_token.as_deref(),
                assigned: query.assigned.option(),
            };
            let body = part.body(query.text.as_str(), options);
            let page: Page = self.query(post, &body).await?;
            self.count_pages(1);
            answer.pages += 1;
            let first = skip_token.is_none();
            let truncated = is_true(&page.truncated);
            if first {
                let total = page.total.map(|total| total.min(MAX_TOTAL));
                answer.total = answer.total.zip(total).map(|(sum, more)| sum.saturating_add(more));
            }
            let dropped = take_rows(page.data, query.max_rows, answer)?;
            let next = page.skip_token.filter(|token| !token.is_empty());
            answer.truncated |= dropped || (truncated && next.is_none());
            let Some(token) = next else { return Ok(()) };
            if is_full(query, answer) {
                answer.truncated = true;
                return Ok(());
            }
            if !trail.is_new(&token) {
                return Err(bad("its skip token is one already used"));
            }
            skip_token = Some(token);
        }
    }
}

enum Part<'a> {
    Tenant,
    Subscriptions(&'a [SubscriptionId]),
    ManagementGroups(&'a [String]),
}

impl<'a> Part<'a> {
    fn body(&self, query: &'a str, options: Options<'a>) -> Body<'a> {
        let (subscriptions, management_groups) = match self {
            Self::Tenant => (None, None),
            Self::Subscriptions(ids) => (Some(*ids), None),
            Self::ManagementGroups(names) => (None, Some(*names)),
        };
        Body { query, subscriptions, management_groups, options }
    }
}

fn parts_of(query: &ReadQuery) -> Result<Vec<Part<'_>>, ArmError> {
    let (count, what, limit) = match &query.scope {
        GraphScope::Tenant => return Ok(vec![Part::Tenant]),
        GraphScope::Subscriptions(ids) => (ids.len(), "subscriptions", MAX_SUBSCRIPTIONS),
        GraphScope::ManagementGroups(names) => {
            (names.len(), "management groups", MAX_MANAGEMENT_GROUPS)
        }
    };
    if count > limit && query.split == Split::Refuse {
        return Err(ArmError::TooManyScopes { count, what, limit });
    }
    Ok(match &query.scope {
        GraphScope::Tenant => vec![Part::Tenant],
        GraphScope::Subscriptions(ids) => ids.chunks(limit).map(Part::Subscriptions).collect(),
        GraphScope::ManagementGroups(names) => {
            names.chunks(limit).map(Part::ManagementGroups).collect()
        }
    })
}

fn is_full(query: &ReadQuery, answer: &GraphRows) -> bool {
    answer.rows.len() >= query.max_rows || answer.pages >= query.max_pages
}

/// Takes rows up to `max_rows`; whether some were left.
fn take_rows(data: Data, max_rows: usize, answer: &mut GraphRows) -> Result<bool, ArmError> {
    let rows: Vec<Row> = match data {
        Data::Rows(rows) => rows,
        Data::Table { columns, rows } => {
            let names: Vec<String> = columns.into_iter().map(|column| column.name).collect();
            if rows.iter().any(|row| row.len() != names.len()) {
                return Err(bad("a row has not as many cells as there are columns"));
            }
            learn_columns(names.iter(), answer);
            rows.into_iter().map(|row| Row(names.iter().cloned().zip(row).collect())).collect()
        }
    };
    for row in rows {
        if answer.rows.len() >= max_rows {
            return Ok(true);
        }
        learn_columns(row.0.iter().map(|(name, _)| name), answer);
        answer.rows.push(row.0.into_iter().collect());
    }
    Ok(false)
}

fn learn_columns<'a>(names: impl Iterator<Item = &'a String>, answer: &mut GraphRows) {
    for name in names {
        if !answer.columns.contains(name) {
            answer.columns.push(name.clone());
        }
    }
}

/// Azure sends the string `"true"`, SDKs and emulators a boolean.
fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or(false)
        || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

fn bad(problem: &str) -> ArmError {
    ArmError::BadAnswer { path: PATH.to_owned(), status: 200, problem: problem.to_owned() }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Row;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row: an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                Ok(Row(cells))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

//! Facets: counts of one expression over the answer of a query.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{GraphTables, objects};
use crate::estate::{
    http::call::Call,
    kql::{self, Limits},
};

/// A facet that is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Facet {
    expression: String,
    #[serde(default)]
    options: Option<FacetOptions>,
}

#[derive(Debug, Default, Deserialize)]
struct FacetOptions {
    #[serde(default, rename = "sortBy")]
    sort_by: Option<String>,
    #[serde(default, rename = "sortOrder")]
    sort_order: Option<String>,
    #[serde(default)]
    filter: Option<String>,
    #[serde(default, rename = "$top")]
    top: Option<usize>,
}

impl Facet {
    /// The facet's result, or its error: a wrong facet does not spoil the query.
    pub(super) fn answer(&self, call: &Call<'_>, query: &str, tables: &GraphTables<'_>) -> Value {
        let options = self.options.as_ref();
        let top = options.and_then(|o| o.top).unwrap_or(10).clamp(1, 1_000);
        let limits = Limits::resource_graph(0, top);
        match kql::run(&self.query(query), tables, call.state.clock.now(), limits) {
            Ok(output) => json!({
                "expression": self.expression,
                "resultType": "FacetResult",
                "totalRecords": output.total,
                "count": output.rows.len(),
                "data": objects(&output),
            }),
            Err(error) => json!({
                "expression": self.expression,
                "resultType": "FacetError",
                "errors": [{ "code": error.kind.code(), "message": error.message }],
            }),
        }
    }

    /// The facet as a query over the answer of the main one.
    fn query(&self, query: &str) -> String {
        let options = self.options.as_ref();
        let column = self.expression.replace(['.', '[', ']', '\'', '"'], "_");
        let filter = options.and_then(|o| o.filter.as_deref()).filter(|f| !f.trim().is_empty());
        let filter = filter.map(|filter| format!("\n| where {filter}")).unwrap_or_default();
        let sort = options.and_then(|o| o.sort_by.as_deref()).unwrap_or("count");
        let order = match options.and_then(|o| o.sort_order.as_deref()) {
            Some(order) if order.eq_ignore_ascii_case("asc") => "asc",
            _ => "desc",
        };
        format!(
            "{query}{filter}\n| summarize ['count'] = count() by {column} = tostring({})\n| order by {sort} {order}",
            self.expression
        )
    }
}

//! Costs as Cost Management sums them: `Query_Usage` and `Forecast_Usage` (2024-08-01).
//!
//! Owns where they are asked: once at the tenant's root group with the subscriptions as a filter
//! where that may be read, else at each part of the boundary. It must not know any tool.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::period::Period;
use crate::{
    azure::ApiVersion,
    tools::{
        context::{ListRead, Pages, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        tool::RbacAction,
    },
};

/// The right to sums.
pub(super) const QUERY_ACTION: RbacAction = "Microsoft.CostManagement/query/read";
/// The right to forecasts.
pub(super) const FORECAST_ACTION: RbacAction = "Microsoft.CostManagement/forecast/read";
const VERSION: ApiVersion = ApiVersion::new("2024-08-01");

/// A question of costs.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) period: Period,
    /// `None`, `Daily` or `Monthly`.
    pub(super) granularity: &'static str,
    /// What sums are told by: a dimension or a tag.
    pub(super) by: Option<By>,
    /// Dimensions and the values they must have.
    pub(super) only: Vec<(&'static str, Vec<String>)>,
    /// The operation: `query` or `forecast`.
    pub(super) is_forecast: bool,
}

/// What sums are told by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum By {
    Dimension(&'static str),
    Tag(String),
}

/// A sum.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sum {
    pub(super) cost: f64,
    /// The value it is of; empty without grouping.
    pub(super) of: String,
    /// The day as `2026-03-02`, where asked by day.
    pub(super) day: Option<String>,
    pub(super) is_forecast: bool,
    pub(super) currency: String,
}

/// Asks over subscriptions of the boundary. Parts that failed are in the coverage.
///
/// # Errors
/// The first failure when nothing could be read.
pub(super) async fn ask(
    cx: &ReadContext,
    over: &[Subscription],
    question: &Question,
) -> Result<Vec<Sum>, ToolError> {
    if let Some(root) = root_of(cx, over) {
        let ids = over.iter().map(|one| one.id.clone()).collect();
        let answer = ask_at(cx, &root, question, vec![("SubscriptionId", ids)]).await;
        if let Ok(sums) = answer {
            for one in over {
                cx.read_at(&one.scope());
            }
            return Ok(sums);
        }
    }
    let mut sums = Vec::new();
    let mut first_error = None;
    let mut is_read = false;
    for part in cx.bounds().parts(over) {
        let id = part.to_string();
        let group = part.resource_group().zip(part.subscription());
        let at = match group {
            Some((group, subscription)) => {
                format!("/subscriptions/{subscription}/resourceGroups/{group}")
            }
            None => id.clone(),
        };
        // Costs are told of groups and what holds them; a resource is a filter.
        let only = if at.eq_ignore_ascii_case(&id) {
            Vec::new()
        } else {
            vec![("ResourceId", vec![id.to_ascii_lowercase()])]
        };
        match ask_at(cx, &at, question, only).await {
            Ok(own) => {
                is_read = true;
                cx.read_at(&id);
                sums.extend(own);
            }
            Err(error) => {
                cx.failed(&id, &error);
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) if !is_read => Err(error),
        Some(_) | None => Ok(sums),
    }
}

/// The root group of the tenant, where several whole subscriptions of one tenant are asked about.
fn root_of(cx: &ReadContext, over: &[Subscription]) -> Option<String> {
    let tenant = over.first()?.tenant_id.as_deref()?;
    let is_one = over.iter().all(|one| one.tenant_id.as_deref() == Some(tenant));
    let fits = is_one && over.len() > 1 && !cx.bounds().is_narrow();
    fits.then(|| format!("/providers/Microsoft.Management/managementGroups/{tenant}"))
}

async fn ask_at(
    cx: &ReadContext,
    scope: &str,
    question: &Question,
    only: Vec<(&'static str, Vec<String>)>,
) -> Result<Vec<Sum>, ToolError> {
    let read = ListRead {
        scope,
        below: if question.is_forecast {
            "/providers/Microsoft.CostManagement/forecast"
        } else {
            "/providers/Microsoft.CostManagement/query"
        },
        version: VERSION,
        action: if question.is_forecast { FORECAST_ACTION } else { QUERY_ACTION },
        pages: Pages::All,
    };
    let pages = cx.query_pages(&read, &question.body(&only)).await?;
    // Nothing at all is the answer where there are no costs.
    if pages.iter().any(|page| !page.is_null() && page.pointer("/properties/rows").is_none()) {
        return Err(ToolError::nonsense("an answer of Cost Management without `rows`"));
    }
    Ok(pages.iter().flat_map(|page| sums_of(cx, scope, page)).collect())
}

impl Question {
    fn body(&self, also: &[(&'static str, Vec<String>)]) -> Value {
        let mut dataset = json!({
            "granularity": self.granularity,
            "aggregation": { "totalCost": { "name": "Cost", "function": "Sum" } },
        });
        let filters: Vec<Value> = self
            .only
            .iter()
            .chain(also)
            .map(|(name, values)| {
                json!({ "dimensions": { "name": name, "operator": "In", "values": values } })
            })
            .collect();
        if let Some(dataset) = dataset.as_object_mut() {
            match &self.by {
                Some(By::Dimension(name)) => {
                    dataset
                        .insert("grouping".into(), json!([{ "type": "Dimension", "name": name }]));
                }
                Some(By::Tag(name)) => {
                    dataset.insert("grouping".into(), json!([{ "type": "TagKey", "name": name }]));
                }
                None => {}
            }
            match filters.as_slice() {
                [] => {}
                [only] => {
                    dataset.insert("filter".into(), only.clone());
                }
                several => {
                    dataset.insert("filter".into(), json!({ "and": several }));
                }
            }
        }
        let mut body = json!({
            "type": "ActualCost",
            "timeframe": "Custom",
            "timePeriod": {
                "from": format!("{}T00:00:00Z", self.period.from),
                "to": format!("{}T23:59:59Z", self.period.to),
            },
            "dataset": dataset,
        });
        if let (true, Some(body)) = (self.is_forecast, body.as_object_mut()) {
            body.insert("includeActualCost".into(), json!(true));
            body.insert("includeFreshPartialCost".into(), json!(true));
        }
        body
    }
}

/// The sums of an answer, by the names of its columns; an empty answer has none.
fn sums_of(cx: &ReadContext, scope: &str, page: &Value) -> Vec<Sum> {
    let Some(properties) = page.get("properties").and_then(Row::of) else {
        return Vec::new();
    };
    let names: Vec<String> = properties
        .list("columns")
        .iter()
        .map(|column| Row::of(column).and_then(|row| row.text("name")).unwrap_or_default())
        .collect();
    let rows = properties.list("rows");
    let sums: Vec<Sum> = rows.iter().filter_map(|row| sum_of(&names, row.as_array()?)).collect();
    cx.skipped(scope, rows.len() - sums.len());
    sums
}

fn sum_of(names: &[String], row: &[Value]) -> Option<Sum> {
    let mut sum = Sum {
        cost: f64::NAN,
        of: String::new(),
        day: None,
        is_forecast: false,
        currency: String::new(),
    };
    for (name, value) in names.iter().zip(row) {
        let text = || match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        match name.to_ascii_lowercase().as_str() {
            "cost" | "pretaxcost" => sum.cost = value.as_f64()?,
            "usagedate" | "billingmonth" => sum.day = day_of(&text()),
            "currency" => sum.currency = text(),
            "coststatus" => sum.is_forecast = text().eq_ignore_ascii_case("Forecast"),
            "tagkey" => {}
            _ => sum.of = text(),
        }
    }
    sum.cost.is_finite().then_some(sum)
}

/// `20260302` or `2026-03-01T00:00:00` as `2026-03-02`.
fn day_of(text: &str) -> Option<String> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..)?));
    }
    text.get(..10).map(str::to_owned)
}

/// The currency in which most was charged.
pub(super) fn main_currency(sums: &[Sum]) -> String {
    let mut by: BTreeMap<&str, f64> = BTreeMap::new();
    for sum in sums {
        *by.entry(sum.currency.as_str()).or_default() += sum.cost.abs();
    }
    let most = by.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
    most.map_or_else(String::new, |(currency, _)| currency.to_owned())
}

/// Sums by value, of one currency; different cases of a value are one.
pub(super) fn by_value(sums: &[Sum], currency: &str) -> BTreeMap<String, f64> {
    let mut by = BTreeMap::new();
    for sum in sums.iter().filter(|sum| sum.currency == currency) {
        *by.entry(sum.of.to_lowercase()).or_default() += sum.cost;
    }
    by
}

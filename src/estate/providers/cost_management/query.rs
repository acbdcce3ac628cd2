//! `Query_Usage` and `Forecast_Usage` (2024-08-01): sums of charges by what the caller groups by.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::billed;
use crate::estate::{
    cost::{
        CURRENCY, DOLLARS, MONTHS_KEPT,
        calendar::{date_of, day_of, month_start, point},
        dimension::Dimension,
        tally::{By, Filter, Granularity, Question, as_number, buckets, tally},
    },
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

/// The most aggregations and groupings of one query.
const MOST: usize = 2;
/// Days that a forecast may reach ahead.
const AHEAD: i32 = 370;

/// A column of sums.
struct Sum {
    name: String,
    factor: f64,
}

/// What the body asks.
struct Asked {
    granularity: Granularity,
    sums: Vec<Sum>,
    by: Vec<By>,
    filter: Option<Filter>,
    sorting: Vec<(String, bool)>,
    from: f64,
    to: f64,
}

/// What was, at most until now.
pub(super) fn usage(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let scope = billed(call)?;
    if !call.may("Microsoft.CostManagement/query/action", scope) {
        call.require("Microsoft.CostManagement/query/read", scope)?;
    }
    let now = point(call.state.clock.now());
    let mut asked = Asked::of(call, &body_of(call)?)?;
    asked.to = asked.to.min(now);
    let rows = asked.rows(call, scope, None);
    page(call, &asked, rows, None)
}

/// What will be, and on demand what was, told apart by `CostStatus`.
pub(super) fn forecast(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let scope = billed(call)?;
    if !call.may("Microsoft.CostManagement/forecast/action", scope) {
        call.require("Microsoft.CostManagement/forecast/read", scope)?;
    }
    let body = body_of(call)?;
    let mut asked = Asked::of(call, &body)?;
    if !asked.by.is_empty() {
        return Err(ArmError::bad_request("Forecast does not support grouping."));
    }
    let flag = |name: &str| body.get(name).and_then(Value::as_bool).unwrap_or(true);
    let now = call.state.clock.now();
    let today = f64::from(day_of(now));
    let (from, to) = (asked.from, asked.to.min(today + f64::from(AHEAD)));
    let mut rows = Vec::new();
    if flag("includeActualCost") {
        let until = if flag("includeFreshPartialCost") { point(now) } else { today };
        (asked.from, asked.to) = (from, to.min(until));
        rows.extend(asked.rows(call, scope, Some("Actual")));
    }
    (asked.from, asked.to) =
        (from.max(if rows.is_empty() { today } else { today.max(asked.to) }), to);
    rows.extend(asked.rows(call, scope, Some("Forecast")));
    page(call, &asked, rows, Some("CostStatus"))
}

fn body_of(call: &Call<'_>) -> Result<Value, ArmError> {
    let body: Result<Value, _> = serde_json::from_slice(call.body);
    body.ok().filter(Value::is_object).ok_or_else(|| {
        ArmError::invalid_content("The request content was invalid and could not be deserialized.")
    })
}

impl Asked {
    fn of(call: &Call<'_>, body: &Value) -> Result<Self, ArmError> {
        let text = |value: &Value, name: &str| {
            value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let kind = text(body, "type").to_ascii_lowercase();
        if !["usage", "actualcost", "amortizedcost"].contains(&kind.as_str()) {
            return Err(ArmError::bad_request(
                "Invalid query definition: 'type' must be Usage, ActualCost or AmortizedCost.",
            ));
        }
        let nothing = json!({});
        let dataset = body.get("dataset").unwrap_or(&nothing);
        let granularity = match text(dataset, "granularity").to_ascii_lowercase().as_str() {
            "" | "none" => Granularity::None,
            "daily" => Granularity::Daily,
            "monthly" => Granularity::Monthly,
            other => {
                return Err(ArmError::bad_request(format!("Invalid granularity '{other}'.")));
            }
        };
        let (from, to) = span(body, call.state.clock.now())?;
        let oldest = month_start(day_of(call.state.clock.now()), -MONTHS_KEPT);
        let filter = dataset.get("filter").filter(|filter| !filter.is_null());
        Ok(Self {
            granularity,
            sums: sums(dataset)?,
            by: groupings(dataset)?,
            filter: filter.map(read_filter).transpose()?,
            sorting: sorting(dataset),
            from: from.max(f64::from(oldest)),
            to,
        })
    }

    fn rows(
        &self,
        call: &Call<'_>,
        scope: crate::estate::access::Scope,
        status: Option<&str>,
    ) -> Vec<Vec<Value>> {
        let span = buckets(self.granularity, self.from, self.to);
        let question = Question { by: &self.by, filter: self.filter.as_ref(), buckets: &span };
        let sums = tally(call.world(), scope, &question);
        let mut rows = Vec::new();
        for (at, bucket) in span.iter().enumerate() {
            for (key, amounts) in &sums {
                let amount = amounts.get(at).copied().unwrap_or_default();
                if amount <= 0.0 {
                    continue;
                }
                let mut row: Vec<Value> =
                    self.sums.iter().map(|sum| json!(amount * sum.factor)).collect();
                match self.granularity {
                    Granularity::None => {}
                    Granularity::Daily => row.push(json!(as_number(bucket.day))),
                    Granularity::Monthly => {
                        row.push(json!(format!("{}T00:00:00", date_of(bucket.day))));
                    }
                }
                for (by, value) in self.by.iter().zip(key) {
                    if let By::Tag(name) = by {
                        row.push(json!(name));
                    }
                    row.push(json!(value));
                }
                row.extend(status.map(|status| json!(status)));
                row.push(json!(CURRENCY));
                rows.push(row);
            }
        }
        rows
    }

    fn columns(&self, status: Option<&str>) -> Vec<(String, &'static str)> {
        let sums = self.sums.iter().map(|sum| (sum.name.clone(), "Number"));
        let mut columns: Vec<(String, &'static str)> = sums.collect();
        match self.granularity {
            Granularity::None => {}
            Granularity::Daily => columns.push(("UsageDate".into(), "Number")),
            Granularity::Monthly => columns.push(("BillingMonth".into(), "Datetime")),
        }
        for by in &self.by {
            match by {
                By::Dimension(dimension) => columns.push((dimension.names().0.into(), "String")),
                By::Tag(_) => {
                    columns.extend([("TagKey".into(), "String"), ("TagValue".into(), "String")]);
                }
            }
        }
        columns.extend(status.map(|name| (name.to_owned(), "String")));
        columns.push(("Currency".into(), "String"));
        columns
    }
}

fn page(
    call: &Call<'_>,
    asked: &Asked,
    mut rows: Vec<Vec<Value>>,
    status: Option<&str>,
) -> Result<Answer, ArmError> {
    let columns = asked.columns(status);
    for (name, descending) in asked.sorting.iter().rev() {
        let at = columns.iter().position(|(own, _)| own.eq_ignore_ascii_case(name));
        let at = at.ok_or_else(|| {
            ArmError::bad_request(format!(
                "Invalid query definition: no column '{name}' to sort by."
            ))
        })?;
        rows.sort_by(|a, b| {
            let order = compare(a.get(at), b.get(at));
            if *descending { order.reverse() } else { order }
        });
    }
    let offset = call.offset()?;
    let size = call.top()?.unwrap_or(call.page_size).min(call.page_size).max(1);
    let total = rows.len();
    let rows: Vec<Vec<Value>> = rows.into_iter().skip(offset).take(size).collect();
    let next = (offset + size < total).then(|| call.next_link(offset + size));
    let scope = call.scope()?.id(call.world());
    let name = call.world().chance.child("cost-query").child(call.raw_path).guid();
    let columns: Vec<Value> =
        columns.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect();
    Answer::json(&json!({
        "id": format!("{}/providers/Microsoft.CostManagement/query/{name}", scope.trim_start_matches('/')),
        "name": name,
        "type": "Microsoft.CostManagement/query",
        "location": null,
        "sku": null,
        "eTag": null,
        "properties": { "nextLink": next, "columns": columns, "rows": rows },
    }))
}

fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => {
            let text = |value: Option<&Value>| {
                value.and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            text(a).cmp(&text(b))
        }
    }
}

/// The time asked about, in days since 1970; whole days, the last one included.
fn span(body: &Value, now: Timestamp) -> Result<(f64, f64), ArmError> {
    let timeframe = body.get("timeframe").and_then(Value::as_str).unwrap_or_default();
    let today = day_of(now);
    let of_month = |back: i32| (month_start(today, back), month_start(today, back + 1));
    let week = i32::from(date_of(today).weekday().to_sunday_zero_offset());
    let (from, to) = match timeframe.to_ascii_lowercase().as_str() {
        "monthtodate" | "billingmonthtodate" => (month_start(today, 0), today + 1),
        "thecurrentmonth" => of_month(0),
        "thelastmonth" | "thelastbillingmonth" => of_month(-1),
        "weektodate" => (today - week, today + 1),
        "custom" => return custom(body),
        other => {
            return Err(ArmError::bad_request(format!(
                "Invalid query definition: unknown timeframe '{other}'."
            )));
        }
    };
    Ok((f64::from(from), f64::from(to)))
}

fn custom(body: &Value) -> Result<(f64, f64), ArmError> {
    let period = body.get("timePeriod");
    let at = |name: &str| {
        let text = period.and_then(|period| period.get(name)).and_then(Value::as_str)?;
        let text = text.trim();
        let instant: Option<Timestamp> = text.parse().ok();
        let instant = instant.or_else(|| format!("{text}Z").parse().ok());
        instant.or_else(|| format!("{text}T00:00:00Z").parse().ok()).map(day_of)
    };
    match (at("from"), at("to")) {
        (Some(from), Some(to)) if from <= to => Ok((f64::from(from), f64::from(to + 1))),
        _ => Err(ArmError::bad_request(
            "Invalid query definition: a custom timeframe needs timePeriod.from and timePeriod.to, \
             in order.",
        )),
    }
}

fn sums(dataset: &Value) -> Result<Vec<Sum>, ArmError> {
    let Some(asked) = dataset.get("aggregation").and_then(Value::as_object) else {
        return Ok(vec![Sum { name: "PreTaxCost".into(), factor: 1.0 }]);
    };
    if asked.is_empty() || asked.len() > MOST {
        return Err(ArmError::bad_request(format!(
            "Invalid query definition: give 1 to {MOST} aggregations."
        )));
    }
    asked
        .values()
        .map(|one| {
            let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
            let function = one.get("function").and_then(Value::as_str).unwrap_or_default();
            let factor = match name.to_ascii_lowercase().as_str() {
                "cost" | "pretaxcost" => 1.0,
                "costusd" | "pretaxcostusd" => DOLLARS,
                _ => {
                    return Err(ArmError::bad_request(format!(
                        "Invalid query definition: no column '{name}' to aggregate."
                    )));
                }
            };
            if !function.eq_ignore_ascii_case("sum") {
                return Err(ArmError::bad_request(
                    "Invalid query definition: the function must be Sum.",
                ));
            }
            Ok(Sum { name: name.to_owned(), factor })
        })
        .collect()
}

fn groupings(dataset: &Value) -> Result<Vec<By>, ArmError> {
    let asked = dataset.get("grouping").and_then(Value::as_array).cloned().unwrap_or_default();
    if asked.len() > MOST {
        return Err(ArmError::bad_request(format!(
            "Invalid query definition: at most {MOST} groupings are supported."
        )));
    }
    asked
        .iter()
        .map(|one| {
            let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
            let kind = one.get("type").and_then(Value::as_str).unwrap_or_default();
            if kind.eq_ignore_ascii_case("TagKey") || kind.eq_ignore_ascii_case("Tag") {
                return Ok(By::Tag(name.to_owned()));
            }
            dimension(name).map(By::Dimension)
        })
        .collect()
}

fn dimension(name: &str) -> Result<Dimension, ArmError> {
    Dimension::of_name(name).ok_or_else(|| {
        ArmError::bad_request(format!("Invalid query definition: no dimension '{name}'."))
    })
}

fn sorting(dataset: &Value) -> Vec<(String, bool)> {
    let asked = dataset.get("sorting").and_then(Value::as_array);
    let one = |one: &Value| {
        let direction = one.get("direction").and_then(Value::as_str).unwrap_or_default();
        let name = one.get("name").and_then(Value::as_str)?;
        Some((name.to_owned(), direction.to_ascii_lowercase().starts_with("desc")))
    };
    asked.into_iter().flatten().filter_map(one).collect()
}

/// A filter; the depth of JSON is limited by its parser.
fn read_filter(filter: &Value) -> Result<Filter, ArmError> {
    let invalid =
        || ArmError::bad_request("Invalid query definition: the filter is not understood.");
    let parts = |name: &str| filter.get(name).and_then(Value::as_array);
    let all = |parts: &[Value]| parts.iter().map(read_filter).collect::<Result<Vec<_>, _>>();
    if let Some(parts) = parts("and") {
        return all(parts).map(Filter::All);
    }
    if let Some(parts) = parts("or") {
        return all(parts).map(Filter::Any);
    }
    if let Some(part) = filter.get("not") {
        return read_filter(part).map(|part| Filter::Not(Box::new(part)));
    }
    let member = |name: &str, other: &str| filter.get(name).or_else(|| filter.get(other));
    let (is_tag, compared) = match (member("dimensions", "dimension"), member("tags", "tag")) {
        (Some(compared), _) => (false, compared),
        (None, Some(compared)) => (true, compared),
        (None, None) => return Err(invalid()),
    };
    let name = compared.get("name").and_then(Value::as_str).ok_or_else(invalid)?;
    let by = if is_tag { By::Tag(name.to_owned()) } else { By::Dimension(dimension(name)?) };
    let values = compared.get("values").and_then(Value::as_array).ok_or_else(invalid)?;
    let values = values.iter().filter_map(Value::as_str).map(str::to_ascii_lowercase).collect();
    let operator = compared.get("operator").and_then(Value::as_str).unwrap_or("In");
    if operator.eq_ignore_ascii_case("contains") {
        Ok(Filter::Contains(by, values))
    } else if operator.eq_ignore_ascii_case("in") {
        Ok(Filter::In(by, values))
    } else {
        Err(invalid())
    }
}

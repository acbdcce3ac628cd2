//! Rows of a report of carbon, and the months that it is of.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::estate::{
    carbon,
    cost::calendar::{date_of, day_of, month_start},
    http::{call::Call, error::ArmError},
};

pub(super) fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a.and_then(Value::as_f64), b.and_then(Value::as_f64)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.and_then(Value::as_str).cmp(&b.and_then(Value::as_str)),
    }
}

pub(super) fn months(call: &Call<'_>, body: &Value) -> Result<(i32, i32), ArmError> {
    let (oldest, latest) = carbon::available(call.state.clock.now());
    let range = body.get("dateRange");
    let day = |name: &str| {
        let text = range.and_then(|range| range.get(name)).and_then(Value::as_str)?;
        let text = text.get(..10).unwrap_or(text);
        let at: Option<jiff::Timestamp> = format!("{text}T00:00:00Z").parse().ok();
        at.map(day_of)
    };
    match (day("start"), day("end")) {
        (Some(first), Some(last)) if first <= last => {
            let (first, last) = (month_start(first, 0), month_start(last, 0));
            if first < oldest || last > latest {
                return Err(ArmError::bad_request(format!(
                    "The date range must lie within {} and {}.",
                    date_of(oldest),
                    date_of(latest)
                )));
            }
            Ok((first, last))
        }
        _ => Err(ArmError::bad_request("dateRange needs start and end, in order, as yyyy-MM-dd.")),
    }
}

pub(super) fn pair(sums: Option<&Vec<f64>>) -> (f64, f64) {
    let of = |at: usize| sums.and_then(|sums| sums.get(at)).copied().unwrap_or_default();
    (of(0), of(1))
}

pub(super) fn rounded(amount: f64) -> f64 {
    (amount * 10_000.0).round() / 10_000.0
}

pub(super) fn row(
    kind: &str,
    (latest, previous): (f64, f64),
    item: &[(&'static str, String)],
) -> Value {
    let (latest, previous) = (rounded(latest), rounded(previous));
    let ratio = if previous > 0.0 { (latest - previous) / previous } else { 0.0 };
    let mut row = json!({
        "dataType": kind,
        "latestMonthEmissions": latest,
        "previousMonthEmissions": previous,
        "monthOverMonthEmissionsChangeRatio": rounded(ratio),
        "monthlyEmissionsChangeValue": rounded(latest - previous),
    });
    if let Some(row) = row.as_object_mut() {
        for (name, value) in item {
            row.insert((*name).into(), json!(value));
        }
    }
    row
}

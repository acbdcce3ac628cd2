//! What an alert measured, from its context: metric alerts and both shapes of log alerts.
//!
//! Owns the reading of `properties.context`, whose shape depends on what raised the alert; what is
//! not known is left out.

use serde_json::Value;

use super::Measured;
use crate::tools::{
    rows::Row,
    untrusted::{Untrusted, cut},
};

const MAX_CONDITIONS: usize = 10;

pub(super) fn of(row: Row<'_>) -> Vec<Measured> {
    let paths = [
        "properties.context.condition.allOf",
        "properties.context.context.condition.allOf",
        "properties.context.alertContext.condition.allOf",
    ];
    let listed = paths.into_iter().map(|path| row.list(path)).find(|list| !list.is_empty());
    if let Some(listed) = listed {
        let read = listed.iter().take(MAX_CONDITIONS).filter_map(|one| condition(Row::of(one)?));
        return read.collect();
    }
    log(row).into_iter().collect()
}

fn condition(row: Row<'_>) -> Option<Measured> {
    let keys = ["metricName", "metricMeasureColumn", "searchQuery"];
    let what = keys.into_iter().find_map(|key| row.text(key))?;
    let short = |key| row.text(key).map(|text: String| cut(&text, 60).into_owned());
    let dimensions = row.list("dimensions");
    Some(Measured {
        what: Untrusted::new(&what),
        aggregation: short("timeAggregation"),
        operator: short("operator"),
        threshold: row.number("threshold"),
        value: row.number("metricValue"),
        dimensions: dimensions.iter().take(20).filter_map(dimension).collect(),
    })
}

fn dimension(value: &Value) -> Option<Untrusted<String>> {
    let row = Row::of(value)?;
    Some(Untrusted::new(&format!("{}={}", row.text("name")?, row.text("value")?)))
}

/// The older log alerts of Application Insights.
fn log(row: Row<'_>) -> Option<Measured> {
    let text = |key: &str| row.text(&format!("properties.context.{key}"));
    let number = |key: &str| row.number(&format!("properties.context.{key}"));
    Some(Measured {
        what: Untrusted::new(&text("AlertType").or_else(|| text("SearchQuery"))?),
        aggregation: None,
        operator: text("AlertThresholdOperator").map(|text| cut(&text, 60).into_owned()),
        threshold: number("AlertThresholdValue"),
        value: number("ResultCount"),
        dimensions: Vec::new(),
    })
}

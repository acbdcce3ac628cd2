//! One service-health event, from a row that may lack anything.
//!
//! Owns the instants as Azure writes them: text, or .NET ticks where 1 is none.

use jiff::Timestamp;
use serde_json::Value;

use super::{Event, EventType};
use crate::tools::{
    context::Visible,
    rows::{self, Row},
    untrusted::{Untrusted, cut},
};

const MAX_LISTED: usize = 50;
/// .NET ticks, of 100 ns since the year 1, at the epoch of 1970.
const TICKS_AT_EPOCH: i64 = 621_355_968_000_000_000;

impl Event {
    pub(super) fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let tracking = row.text("tracking")?;
        let text = |key: &str| row.text(&format!("properties.{key}"));
        let said = |key: &str| text(key).map(|text| Untrusted::new(&text));
        let short = |text: String| cut(&text, 60).into_owned();
        let at = |key: &str| text(key).and_then(|text| instant(&text)).map(|at| at.to_string());
        let listed = row.list("properties.impact");
        let impact: Vec<Row<'_>> = listed.iter().filter_map(Row::of).collect();
        let services = impact.iter().filter_map(|one| one.text("impactedService"));
        let regions = impact.iter().flat_map(|one| one.list("impactedRegions"));
        let regions = regions.filter_map(|one| {
            let row = Row::of(&one)?;
            row.text("impactedRegion").or_else(|| row.text("regionName"))
        });
        let subscriptions = row.list("subscriptions");
        let mut names: Vec<Untrusted<String>> =
            subscriptions.iter().filter_map(Value::as_str).map(|id| visible.name_of(id)).collect();
        names.sort();
        Some(Self {
            title: said("title").unwrap_or_else(|| Untrusted::new(&tracking)),
            tracking_id: Untrusted::new(&tracking),
            event_type: short(text("eventType").unwrap_or_else(|| "Unknown".to_owned())),
            status: short(text("status").unwrap_or_else(|| "Unknown".to_owned())),
            summary: said("summary").or_else(|| said("description")),
            level: text("eventLevel").or_else(|| text("level")).map(short),
            began_at: at("impactStartTime"),
            ends_at: at("impactMitigationTime"),
            updated_at: at("lastUpdateTime"),
            services: distinct(services),
            regions: distinct(regions),
            recommended_actions: actions(row),
            subscriptions: names,
            impacted: 0,
            impacted_resources: Vec::new(),
        })
    }

    /// Where its kind stands: outages first, what is not known last.
    pub(super) fn rank(&self) -> usize {
        let known = EventType::ALL.iter().position(|one| one.name() == self.event_type);
        known.unwrap_or(EventType::ALL.len())
    }

    pub(super) fn is_active(&self) -> bool {
        self.status.eq_ignore_ascii_case("Active")
    }
}

/// Actions are texts in Resource Graph, objects in REST.
fn actions(row: Row<'_>) -> Vec<Untrusted<String>> {
    let mut listed = row.list("properties.recommendedActions");
    listed.extend(row.list("properties.recommendedActions.actions"));
    let texts = listed.iter().filter_map(|one| match one {
        Value::String(text) => Some(text.clone()),
        other => Row::of(other)?.text("actionText"),
    });
    texts.take(MAX_LISTED).map(|text| Untrusted::new(&text)).collect()
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<Untrusted<String>> {
    let mut kept: Vec<Untrusted<String>> = Vec::new();
    for text in texts.take(1_000).map(|text| Untrusted::new(&text)) {
        if kept.len() < MAX_LISTED && !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}

/// An instant as text or as ticks.
fn instant(text: &str) -> Option<Timestamp> {
    if let Ok(ticks) = text.parse::<i64>() {
        let since = ticks.checked_sub(TICKS_AT_EPOCH)?;
        let at = Timestamp::from_microsecond(since / 10).ok()?;
        return (ticks > TICKS_AT_EPOCH).then_some(at);
    }
    rows::instant(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_and_texts_are_the_same_instants() {
        let at = instant("2026-03-02T09:00:00Z");
        assert_eq!(instant("639080388000000000"), at);
        assert_eq!(instant("1"), None);
        assert_eq!(instant("-9223372036854775808"), None);
        assert_eq!(instant("soon"), None);
    }
}

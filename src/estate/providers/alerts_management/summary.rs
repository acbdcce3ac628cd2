//! `Alerts_GetSummary`: alerts counted by up to three of their essentials, each within the one
//! before it.

use serde_json::{Value, json};

use super::{Filter, Standing, fitting, invalid, place};
use crate::estate::{
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    monitor::{AlertState, Signal},
};

/// What alerts can be counted by, with the values that are shown even when there are none.
const GROUPS: &[(&str, &[&str])] = &[
    ("severity", &["Sev0", "Sev1", "Sev2", "Sev3", "Sev4"]),
    (
        "alertState",
        &[AlertState::ALL[0].word(), AlertState::ALL[1].word(), AlertState::ALL[2].word()],
    ),
    ("monitorCondition", &["Fired", "Resolved"]),
    ("monitorService", &[]),
    ("signalType", &Signal::ALL),
    ("alertRule", &[]),
];

type Group = (&'static str, &'static [&'static str]);

pub(super) fn answer(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = place(call, "Microsoft.AlertsManagement/alertsSummary/read")?;
    let groups = groups(call.query.get("groupby").unwrap_or_default())?;
    let filter = Filter::of(call)?;
    let alerts: Vec<Standing<'_>> = fitting(call, scope, &filter).collect();
    let all: Vec<&Standing<'_>> = alerts.iter().collect();
    let scope = scope.id(call.world());
    Answer::json(&json!({
        "id": format!(
            "{}/providers/Microsoft.AlertsManagement/alertsSummary/current",
            scope.trim_end_matches('/')
        ),
        "type": "Microsoft.AlertsManagement/alertsSummary",
        "name": "current",
        "properties": {
            "groupedby": groups.first().map(|group| group.0),
            "total": all.len(),
            "smartGroupsCount": 0,
            "values": counted(&all, &groups),
        },
    }))
}

/// The list of `groupby`.
fn groups(text: &str) -> Result<Vec<Group>, ArmError> {
    let names: Vec<&str> = GROUPS.iter().map(|group| group.0).collect();
    let rule = format!("one to three of {}", names.join(", "));
    let wrong = || invalid("groupby", text, &rule);
    let groups = text.split(',').map(|name| {
        let name = name.trim();
        let found = GROUPS.iter().find(|group| group.0.eq_ignore_ascii_case(name));
        found.copied().ok_or_else(wrong)
    });
    let groups = groups.collect::<Result<Vec<_>, _>>()?;
    if groups.len() > 3 {
        return Err(wrong());
    }
    Ok(groups)
}

fn counted(alerts: &[&Standing<'_>], groups: &[Group]) -> Vec<Value> {
    let Some(((name, always), inner)) = groups.split_first() else {
        return Vec::new();
    };
    let mut values: Vec<&str> = always.to_vec();
    for alert in alerts {
        let value = alert.text(name);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let count = |value: &&str| {
        let of_value: Vec<&Standing<'_>> =
            alerts.iter().filter(|alert| alert.text(name) == *value).copied().collect();
        let mut item = json!({ "name": value, "count": of_value.len() });
        if let (Some(members), Some(next)) = (item.as_object_mut(), inner.first()) {
            members.insert("groupedby".into(), json!(next.0));
            members.insert("values".into(), json!(counted(&of_value, inner)));
        }
        item
    };
    values.iter().map(count).collect()
}

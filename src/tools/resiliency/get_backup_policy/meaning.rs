//! What the properties of a backup policy mean, in words. It must not know where they come from.

use serde_json::Value;

use crate::tools::{
    present::{count_of, listed},
    resiliency::items::kind_words,
    rows::{self, Row},
};

/// A policy in words.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) kind: String,
    pub(super) schedule: Vec<String>,
    pub(super) retention: Vec<String>,
    pub(super) settings: Vec<String>,
}

/// What a row with `properties` means.
pub(super) fn of(row: Row<'_>) -> Meaning {
    if row
        .text("properties.objectType")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("BackupPolicy"))
    {
        return of_data(row);
    }
    let management = row.text("properties.backupManagementType").unwrap_or_default();
    let workload = row.text("properties.workLoadType");
    let kind = match management.as_str() {
        "AzureIaasVM" => "VM".to_owned(),
        other => kind_words(workload.as_deref().unwrap_or(other)),
    };
    let zone = row.text("properties.timeZone").or_else(|| row.text("properties.settings.timeZone"));
    let zone = zone.unwrap_or_else(|| "UTC".to_owned());
    let mut meaning = Meaning { kind, ..Meaning::default() };
    let parts = row.list("properties.subProtectionPolicy");
    if parts.is_empty() {
        let read = |key: &str| row.value(&format!("properties.{key}"));
        meaning.schedule.extend(read("schedulePolicy").and_then(|one| schedule(one, &zone)));
        meaning.retention.extend(read("retentionPolicy").map(retention).into_iter().flatten());
    }
    for part in parts.iter().filter_map(Row::of) {
        let kind = part.text("policyType").unwrap_or_default();
        let named = |text: String| format!("{kind}: {text}");
        let when = part.value("schedulePolicy").and_then(|one| schedule(one, &zone));
        meaning.schedule.extend(when.map(named));
        let kept = part.value("retentionPolicy").map(retention).into_iter().flatten();
        meaning.retention.extend(kept.map(named));
    }
    if let Some(days) =
        row.count("properties.instantRpRetentionRangeInDays").filter(|days| *days > 0)
    {
        meaning
            .settings
            .push(format!("snapshots stay with the machine for {}", count_of(days, "day")));
    }
    if let Some(prefix) = row.text("properties.instantRPDetails.azureBackupRGNamePrefix") {
        meaning.settings.push(format!(
            "snapshots go to resource groups named {prefix} and a number, which the service creates"
        ));
    }
    let tiering = row.text("properties.tieringPolicy.ArchivedRP.tieringMode");
    if let Some(mode) = tiering.filter(|mode| mode != "DoNotTier" && mode != "Invalid") {
        meaning.settings.push(format!("old points move to the archive tier ({mode})"));
    }
    meaning
}

/// A schedule of a Recovery Services vault.
fn schedule(value: &Value, zone: &str) -> Option<String> {
    let row = Row::of(value)?;
    if let Some(minutes) = row.count("scheduleFrequencyInMins") {
        return Some(format!("every {}", count_of(minutes, "minute")));
    }
    let times = |row: Row<'_>, key: &str| {
        let times = row.list(key);
        let times = times.iter().filter_map(Value::as_str).map(clock);
        listed(&times.collect::<Vec<_>>())
    };
    let frequency = row.text("scheduleRunFrequency").unwrap_or_default();
    Some(match frequency.as_str() {
        "Hourly" => {
            let hours = row.count("hourlySchedule.interval").unwrap_or(0);
            let from = row.text("hourlySchedule.scheduleWindowStartTime").unwrap_or_default();
            let length = row.count("hourlySchedule.scheduleWindowDuration").unwrap_or(0);
            format!(
                "every {} from {} for {} ({zone})",
                count_of(hours, "hour"),
                clock(&from),
                count_of(length, "hour")
            )
        }
        "Weekly" => {
            let days = row.list("scheduleRunDays");
            let nested = row.value("weeklySchedule").and_then(Row::of).unwrap_or(row);
            let days = if days.is_empty() { nested.list("scheduleRunDays") } else { days };
            let days = days.iter().filter_map(Value::as_str).map(str::to_owned);
            let days: Vec<String> = days.collect();
            format!("every {} at {} ({zone})", listed(&days), times(nested, "scheduleRunTimes"))
        }
        _ => {
            let nested = row.value("dailySchedule").and_then(Row::of).unwrap_or(row);
            format!("every day at {} ({zone})", times(nested, "scheduleRunTimes"))
        }
    })
}

/// The time of day of an instant.
fn clock(text: &str) -> String {
    let at = rows::instant(text);
    at.map_or_else(|| text.to_owned(), |at| at.strftime("%H:%M").to_string())
}

/// How long a retention of a Recovery Services vault keeps points.
fn retention(value: &Value) -> Vec<String> {
    let Some(row) = Row::of(value) else { return Vec::new() };
    let lasting = |path: &str| {
        let count = row.count(&format!("{path}.count"))?;
        let unit = row.text(&format!("{path}.durationType"))?;
        Some(count_of(count, unit.trim_end_matches('s').to_lowercase().as_str()))
    };
    let parts = [
        ("dailySchedule", "daily points"),
        ("weeklySchedule", "weekly points"),
        ("monthlySchedule", "monthly points"),
        ("yearlySchedule", "yearly points"),
    ];
    let long = parts.iter().filter_map(|(key, told)| {
        let length = lasting(&format!("{key}.retentionDuration"))?;
        Some(format!("{told} for {length}"))
    });
    let simple = lasting("retentionDuration").map(|length| format!("points for {length}"));
    long.chain(simple).collect()
}

/// A policy of a backup vault.
fn of_data(row: Row<'_>) -> Meaning {
    let kinds = row.list("properties.datasourceTypes");
    let kinds: Vec<String> = kinds.iter().filter_map(Value::as_str).map(kind_words).collect();
    let mut meaning = Meaning { kind: listed(&kinds), ..Meaning::default() };
    for rule in row.list("properties.policyRules").iter().filter_map(Row::of) {
        let name = rule.text("name").unwrap_or_default();
        for interval in rule.list("trigger.schedule.repeatingTimeIntervals") {
            meaning.schedule.extend(interval.as_str().and_then(repeating));
        }
        for life in rule.list("lifecycles").iter().filter_map(Row::of) {
            let Some(length) = life.text("deleteAfter.duration").as_deref().and_then(duration)
            else {
                continue;
            };
            let store = life.text("sourceDataStore.dataStoreType").unwrap_or_default();
            meaning.retention.push(format!("{name} points for {length} in {store}"));
        }
    }
    if meaning.schedule.is_empty() {
        meaning
            .schedule
            .push("all the time: any instant of the retention can be restored".to_owned());
    }
    meaning
}

/// `R/2025-01-01T01:00:00+00:00/P1D` in words.
fn repeating(text: &str) -> Option<String> {
    let mut parts = text.split('/').skip(1);
    let (start, every) = (parts.next()?, parts.next()?);
    let at = start.get(11..16).unwrap_or_default();
    let every = duration(every)?;
    let every = every.strip_prefix("1 ").unwrap_or(&every);
    Some(format!("every {every} from {at} UTC"))
}

/// An ISO 8601 length of one unit in words.
fn duration(text: &str) -> Option<String> {
    let (digits, in_day) = match text.strip_prefix("PT") {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('P')?, false),
    };
    let unit = digits.chars().last()?;
    let count: u64 = digits.strip_suffix(unit)?.parse().ok()?;
    let unit = match (unit, in_day) {
        ('H', true) => "hour",
        ('M', true) => "minute",
        ('D', false) => "day",
        ('W', false) => "week",
        ('M', false) => "month",
        ('Y', false) => "year",
        _ => return None,
    };
    Some(count_of(count, unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn policies_of_both_services_are_put_into_words() {
        let vm = json!({ "properties": {
            "backupManagementType": "AzureIaasVM", "timeZone": "UTC",
            "schedulePolicy": { "scheduleRunFrequency": "Daily", "scheduleRunTimes": ["2026-03-02T02:30:00Z"] },
            "retentionPolicy": {
                "dailySchedule": { "retentionDuration": { "count": 30, "durationType": "Days" } },
                "yearlySchedule": { "retentionDuration": { "count": 1, "durationType": "Years" } },
            },
            "instantRpRetentionRangeInDays": 5,
        }});
        let vm = of(Row::of(&vm).unwrap());
        assert_eq!(vm.schedule, ["every day at 02:30 (UTC)"]);
        assert_eq!(vm.retention, ["daily points for 30 days", "yearly points for 1 year"]);
        assert_eq!(vm.settings, ["snapshots stay with the machine for 5 days"]);
        let data = json!({ "properties": {
            "objectType": "BackupPolicy", "datasourceTypes": ["Microsoft.Compute/disks"],
            "policyRules": [
                { "name": "B", "trigger": { "schedule": { "repeatingTimeIntervals": ["R/2019-11-20T08:00:00-08:00/PT4H"] } } },
                { "name": "Default", "lifecycles": [{ "deleteAfter": { "duration": "P1W" }, "sourceDataStore": { "dataStoreType": "VaultStore" } }] },
            ],
        }});
        let data = of(Row::of(&data).unwrap());
        assert_eq!(data.kind, "disk");
        assert_eq!(data.schedule, ["every 4 hours from 08:00 UTC"]);
        assert_eq!(data.retention, ["Default points for 1 week in VaultStore"]);
        assert_eq!(of(Row::of(&json!({})).unwrap()).retention, Vec::<String>::new());
    }
}

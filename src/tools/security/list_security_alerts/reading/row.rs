//! One alert, from a row that may lack anything.

use serde_json::Value;

use crate::tools::{
    context::Visible,
    rows::Row,
    untrusted::{MAX_KEPT_CHARS, Untrusted, cut},
};

use super::super::Alert;

const MAX_ENTITIES: usize = 50;

impl Alert {
    /// Reads a row; without an id, or with neither a name nor a type, it is none.
    pub(super) fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = row.text("id")?;
        let text = |key: &str| row.text(&format!("properties.{key}"));
        let said = |key: &str| text(key).map(|text| Untrusted::new(&text));
        let title = said("alertDisplayName").or_else(|| said("alertType"))?;
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        let started = row
            .instant("properties.startTimeUtc")
            .or_else(|| row.instant("properties.timeGeneratedUtc"));
        Some(Self {
            title,
            severity: word(text("severity").as_ref()),
            status: word(text("status").as_ref()),
            alert_type: said("alertType"),
            started_at: started.map(|at| at.to_string()),
            description: said("description"),
            compromised_entity: said("compromisedEntity"),
            resource_ids: resource_ids(row),
            intent: said("intent"),
            entities: entities(row),
            remediation_steps: texts(&row.list("properties.remediationSteps")),
            is_incident: row.is_true("properties.isIncident"),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            alert_uri: said("alertUri"),
            id,
        })
    }
}

pub(in crate::tools::security) fn word(text: Option<&String>) -> String {
    cut(text.map_or("Unknown", |text| text), 40).into_owned()
}

pub(in crate::tools::security) fn resource_ids(row: Row<'_>) -> Vec<String> {
    let listed = row.list("properties.resourceIdentifiers");
    let ids = listed.iter().filter_map(|one| Row::of(one)?.text("azureResourceId"));
    let mut ids: Vec<String> =
        ids.map(|id| cut(&id, MAX_KEPT_CHARS).into_owned()).take(MAX_ENTITIES).collect();
    ids.dedup();
    ids
}

pub(in crate::tools::security) fn texts(values: &[Value]) -> Vec<Untrusted<String>> {
    values.iter().filter_map(Value::as_str).take(MAX_ENTITIES).map(Untrusted::new).collect()
}

/// Who and what took part, each in a line: `ip 192.0.2.1 (gb)`, `account root`.
pub(in crate::tools::security) fn entities(row: Row<'_>) -> Vec<Untrusted<String>> {
    let listed = row.list("properties.entities");
    let told = listed.iter().filter_map(|value| entity(Row::of(value)?));
    let mut told: Vec<Untrusted<String>> = told.take(MAX_ENTITIES).collect();
    told.dedup();
    told
}

fn entity(row: Row<'_>) -> Option<Untrusted<String>> {
    let keys = [
        "address",
        "resourceId",
        "hostName",
        "domainName",
        "url",
        "commandLine",
        "imageFile.name",
        "fileName",
        "value",
        "name",
        "azureID",
        "userPrincipalName",
    ];
    let what = keys.into_iter().find_map(|key| row.text(key))?;
    let kind = row.text("type").unwrap_or_else(|| "entity".to_owned());
    let from = row.text("location.countryCode").or_else(|| row.text("location.countryName"));
    let from = from.map(|country| format!(" ({country})")).unwrap_or_default();
    Some(Untrusted::new(&format!("{kind} {what}{from}")))
}

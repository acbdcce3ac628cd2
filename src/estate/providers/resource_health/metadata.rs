//! `Metadata_List` and `Metadata_GetEntity`: the words that events are filtered by.

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

/// A field, what people call it, and its values with theirs.
type Field = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const FIELDS: &[Field] = &[
    ("status", "Status", &[("Active", "Active"), ("Resolved", "Resolved")]),
    (
        "eventType",
        "Event type",
        &[
            ("ServiceIssue", "Service issue"),
            ("PlannedMaintenance", "Planned maintenance"),
            ("HealthAdvisory", "Health advisory"),
            ("SecurityAdvisory", "Security advisory"),
        ],
    ),
];

/// `GET /providers/Microsoft.ResourceHealth/metadata`.
pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    check(call)?;
    call.page(FIELDS.iter(), |field| Some(body(field)))
}

/// `GET /providers/Microsoft.ResourceHealth/metadata/{name}`.
pub(super) fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    check(call)?;
    let field = FIELDS.iter().find(|(field, ..)| field.eq_ignore_ascii_case(name));
    match field {
        Some(field) => Answer::json(&body(field)),
        None => Err(ArmError::not_found(&format!("The metadata '{name}'"))),
    }
}

fn check(call: &Call<'_>) -> Result<(), ArmError> {
    call.only(Method::Get)?;
    match call.scope()? {
        Scope::Tenant => Ok(()),
        _ => Err(ArmError::invalid_type("Microsoft.ResourceHealth", "metadata")),
    }
}

fn body((name, title, values): &Field) -> Value {
    let value = |(id, title): &(&str, &str)| json!({ "id": id, "displayName": title });
    let values: Vec<Value> = values.iter().map(value).collect();
    json!({
        "id": format!("/providers/Microsoft.ResourceHealth/metadata/{name}"),
        "name": name,
        "type": "Microsoft.ResourceHealth/metadata",
        "properties": {
            "displayName": title,
            "dependsOn": [],
            "applicableScenarios": ["Alerts"],
            "supportedValues": values,
        },
    })
}

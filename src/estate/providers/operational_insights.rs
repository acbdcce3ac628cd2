//! `Microsoft.OperationalInsights`: the tables of a workspace (`Tables_ListByWorkspace`,
//! `Tables_Get`, 2023-09-01) and its query by way of ARM (2020-08-01). Workspaces are resources
//! like any other.

use serde_json::{Value, json};

use super::log_query;
use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    logs::{Definition, TABLES, typed},
    world::{ResourceIx, kind::Kind},
};

const READ: &str = "Microsoft.OperationalInsights/workspaces/tables/read";

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["workspaces", _, "tables"] => list(call),
        ["workspaces", _, "tables", name] => get(call, name),
        ["workspaces", _, "api", "query"] | ["workspaces", _, "query"] => {
            workspace(call, 2).and_then(|ix| log_query::of_workspace(call, ix))
        }
        _ => return None,
    })
}

/// The workspace that the path is about, without its last segments.
fn workspace(call: &Call<'_>, below: usize) -> Result<ResourceIx, ArmError> {
    let mut whole = call.path.whole();
    let is_short = call.path.rest.len() == 3;
    whole.truncate(whole.len().saturating_sub(if is_short { 1 } else { below }));
    match call.resolve(&whole)? {
        Scope::Resource(ix)
            if call.world().resource(ix).is_some_and(|one| one.kind == Kind::Workspace) =>
        {
            Ok(ix)
        }
        _ => Err(ArmError::invalid_type("Microsoft.OperationalInsights", "workspaces")),
    }
}

fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let ix = workspace(call, 1)?;
    call.require(READ, Scope::Resource(ix))?;
    let all = TABLES.iter().map(|table| body(call, ix, table));
    Answer::list(&all.collect::<Vec<_>>())
}

fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let ix = workspace(call, 2)?;
    call.require(READ, Scope::Resource(ix))?;
    let missing =
        || ArmError::new(404, "ResourceNotFound", format!("Table '{name}' was not found."));
    let found = TABLES.iter().find(|table| table.name.eq_ignore_ascii_case(name));
    Answer::json(&body(call, ix, found.ok_or_else(missing)?))
}

fn body(call: &Call<'_>, ix: ResourceIx, table: &Definition) -> Value {
    let columns = typed(table).map(|(name, word)| {
        let word = if word == "datetime" { "dateTime" } else { word };
        json!({
            "name": name,
            "type": word,
            "dataTypeHint": Value::Null,
            "displayName": Value::Null,
            "description": Value::Null,
            "isHidden": matches!(name, "TenantId" | "_SubscriptionId"),
            "isDefaultDisplay": false,
        })
    });
    json!({
        "id": format!("{}/tables/{}", call.world().resource_id(ix), table.name),
        "name": table.name,
        "type": "Microsoft.OperationalInsights/workspaces/tables",
        "properties": {
            "plan": table.plan,
            "retentionInDays": 90,
            "retentionInDaysAsDefault": true,
            "totalRetentionInDays": 90,
            "totalRetentionInDaysAsDefault": true,
            "archiveRetentionInDays": 0,
            "provisioningState": "Succeeded",
            "schema": {
                "name": table.name,
                "displayName": Value::Null,
                "description": Value::Null,
                "tableType": "Microsoft",
                "tableSubType": "Any",
                "columns": Value::Null,
                "standardColumns": columns.collect::<Vec<_>>(),
                "solutions": [table.solution],
            },
        },
    })
}

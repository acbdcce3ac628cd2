//! `Microsoft.Resources/tags`: the tags of a scope (`Tags_GetAtScope`, 2024-07-01).

use serde_json::{Value, json};

use super::subscriptions;
use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    render,
};

const READ: &str = "Microsoft.Resources/tags/read";

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tags", "default"] => Some(get(call)),
        _ => None,
    }
}

fn get(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(READ, scope)?;
    let world = call.world();
    let own: Option<Value> = match scope {
        Scope::Tenant | Scope::ManagementGroup(_) => {
            return Err(ArmError::bad_request("Tags are of subscriptions and what is below them."));
        }
        Scope::Subscription(ix) => {
            subscriptions::body(world, ix).and_then(|body| body.get("tags").cloned())
        }
        Scope::Group(ix) => {
            let group = world.group(ix).ok_or_else(ArmError::internal)?;
            render::group(group, &world.group_id(ix)).get("tags").cloned()
        }
        Scope::Resource(ix) => render::body(world, ix).and_then(|mut body| body.remove("tags")),
    };
    Answer::json(&json!({
        "id": format!("{}/providers/Microsoft.Resources/tags/default", scope.id(world)),
        "name": "default",
        "type": "Microsoft.Resources/tags",
        "properties": { "tags": own.filter(Value::is_object).unwrap_or_else(|| json!({})) },
    }))
}

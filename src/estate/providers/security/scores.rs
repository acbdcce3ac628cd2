//! Secure scores, their controls and the controls' definitions (2020-01-01).

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    defender::{control::Control, posture::ControlScore},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::SubscriptionIx,
};

/// The score of the default initiative, the only one there is.
const NAME: &str = "ascScore";

pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    let ix = subscription(call, "Microsoft.Security/secureScores/read")?;
    call.page(std::iter::once(ix), |ix| score(call, ix))
}

pub(super) fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let ix = subscription(call, "Microsoft.Security/secureScores/read")?;
    known(name)?;
    Answer::json(&score(call, ix))
}

pub(super) fn controls_of(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let ix = subscription(call, "Microsoft.Security/secureScores/secureScoreControls/read")?;
    known(name)?;
    control_page(call, ix)
}

pub(super) fn controls(call: &Call<'_>) -> Result<Answer, ArmError> {
    let ix = subscription(call, "Microsoft.Security/secureScoreControls/read")?;
    control_page(call, ix)
}

/// At a subscription or for the tenant.
pub(super) fn definitions(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    if scope != Scope::Tenant {
        call.require("Microsoft.Security/secureScoreControlDefinitions/read", scope)?;
    }
    call.page(Control::ALL.into_iter(), |control| Some(control.definition()))
}

fn subscription(call: &Call<'_>, action: &str) -> Result<SubscriptionIx, ArmError> {
    call.only(Method::Get)?;
    match call.scope()? {
        Scope::Subscription(ix) => {
            call.require(action, Scope::Subscription(ix))?;
            Ok(ix)
        }
        Scope::Tenant | Scope::ManagementGroup(_) | Scope::Group(_) | Scope::Resource(_) => {
            Err(ArmError::invalid_type("Microsoft.Security", "secureScores"))
        }
    }
}

fn known(name: &str) -> Result<(), ArmError> {
    if name.eq_ignore_ascii_case(NAME) {
        Ok(())
    } else {
        Err(ArmError::not_found(&format!("The secure score '{name}'")))
    }
}

fn score(call: &Call<'_>, ix: SubscriptionIx) -> Option<Value> {
    let posture = call.state.posture(ix)?;
    let subscription = call.world().subscription_id(ix);
    Some(json!({
        "id": format!("{subscription}/providers/Microsoft.Security/secureScores/{NAME}"),
        "name": NAME,
        "type": "Microsoft.Security/secureScores",
        "properties": posture.properties(),
    }))
}

fn control_page(call: &Call<'_>, ix: SubscriptionIx) -> Result<Answer, ArmError> {
    let expand = call.query.get("$expand").is_some_and(|e| e.eq_ignore_ascii_case("definition"));
    let posture = call.state.posture(ix).ok_or_else(ArmError::internal)?;
    call.page(posture.controls.iter(), |control| {
        let mut body = control_body(call, ix, control);
        if let (true, Some(properties)) =
            (expand, body.get_mut("properties").and_then(Value::as_object_mut))
        {
            properties.insert("definition".into(), control.control.definition());
        }
        Some(body)
    })
}

fn control_body(call: &Call<'_>, ix: SubscriptionIx, control: &ControlScore) -> Value {
    let subscription = call.world().subscription_id(ix);
    let id = control.control.id();
    json!({
        "id": format!("{subscription}/providers/Microsoft.Security/secureScores/{NAME}/secureScoreControls/{id}"),
        "name": id,
        "type": "Microsoft.Security/secureScores/secureScoreControls",
        "properties": control.properties(),
    })
}

//! `Microsoft.ManagedOps`: machine enrollment (`ManagedOps_List`, `ManagedOps_Get`,
//! 2025-07-28-preview).

use crate::estate::{
    access::Scope,
    enrollment,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::SubscriptionIx,
};

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["managedops"] => Some(list(call)),
        ["managedops", name] => Some(get(call, name)),
        _ => None,
    }
}

fn subscription(call: &Call<'_>) -> Result<SubscriptionIx, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    let Scope::Subscription(ix) = scope else {
        return Err(ArmError::invalid_type("Microsoft.ManagedOps", "managedOps"));
    };
    call.require("Microsoft.ManagedOps/managedOps/read", scope)?;
    Ok(ix)
}

fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    let ix = subscription(call)?;
    call.page(enrollment::body(call.world(), ix).into_iter(), Some)
}

fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let ix = subscription(call)?;
    let own = enrollment::body(call.world(), ix).filter(|_| name == "default");
    let own = own.ok_or_else(|| {
        ArmError::new(
            404,
            "ResourceNotFound",
            format!("The Resource 'Microsoft.ManagedOps/managedOps/{name}' was not found."),
        )
    })?;
    Answer::json(&own)
}

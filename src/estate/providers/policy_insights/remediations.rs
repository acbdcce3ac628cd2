//! `Remediations_ListFor…`, `…_GetAt…`, `…_ListDeploymentsAt…`. The estate's tasks are kept at
//! subscriptions.

use serde_json::Value;

use super::super::conditions::Conditions;
use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    policy::remediation::{self, Remediation},
};

const READ: &str = "Microsoft.PolicyInsights/remediations/read";
const DEPLOYMENTS: &str = "Microsoft.PolicyInsights/remediations/listDeployments/read";

pub(super) fn answer(call: &Call<'_>, words: &[&str]) -> Result<Answer, ArmError> {
    match words {
        [] => list(call),
        [name] => get(call, name),
        [name, "listdeployments"] => deployments(call, name),
        _ => Err(ArmError::invalid_type("Microsoft.PolicyInsights", &call.path.rest.join("/"))),
    }
}

/// The tasks kept at exactly this scope.
fn at(call: &Call<'_>) -> Result<Vec<Remediation>, ArmError> {
    Ok(match call.scope()? {
        Scope::Subscription(ix) => remediation::within(call.world(), ix),
        Scope::Tenant | Scope::ManagementGroup(_) | Scope::Group(_) | Scope::Resource(_) => {
            Vec::new()
        }
    })
}

fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    call.require(READ, call.scope()?)?;
    let filter = Conditions::of(call, &["policyAssignmentId", "provisioningState"])?;
    let world = call.world();
    let bodies = at(call)?.into_iter().map(|task| task.body(world)).filter(|body| {
        filter.any(|field| {
            let own = body.get("properties").and_then(|properties| properties.get(field));
            own.and_then(Value::as_str).map(str::to_owned).into_iter().collect()
        })
    });
    call.page(bodies, Some)
}

fn find(call: &Call<'_>, name: &str) -> Result<Remediation, ArmError> {
    let found = at(call)?.into_iter().find(|task| task.name().eq_ignore_ascii_case(name));
    found.ok_or_else(|| ArmError::not_found(&format!("The remediation '{name}'")))
}

fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    call.require(READ, call.scope()?)?;
    Answer::json(&find(call, name)?.body(call.world()))
}

fn deployments(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    // Its pages are followed with GET, as Microsoft's clients do.
    let is_page = call.method == Method::Get && call.query.skip_token().is_some();
    if !is_page {
        call.only(Method::Post)?;
    }
    call.require(DEPLOYMENTS, call.scope()?)?;
    let task = find(call, name)?;
    let world = call.world();
    call.page(task.resources().iter().copied(), |ix| task.deployment(world, ix))
}

//! `GovernanceRules_List`, `GovernanceRules_Get`, `GovernanceAssignments_List`,
//! `GovernanceAssignments_Get` (2022-01-01-preview). Read only.

use serde_json::Value;

use super::assessments::findings;
use crate::estate::{
    access::Scope,
    defender::governance,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

pub(super) fn rules(call: &Call<'_>) -> Result<Answer, ArmError> {
    let all = own_rules(call)?;
    call.page(all.into_iter(), Some)
}

pub(super) fn rule(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let found = named(own_rules(call)?.into_iter(), name);
    Answer::json(&found.ok_or_else(|| missing("rule", name))?)
}

/// The rules at a subscription or management group.
fn own_rules(call: &Call<'_>) -> Result<Vec<Value>, ArmError> {
    let scope = allowed(call, "Microsoft.Security/governanceRules/read")?;
    match scope {
        Scope::Subscription(ix) => Ok(governance::rule(call.world(), ix).into_iter().collect()),
        // Every rule is made at a subscription.
        Scope::ManagementGroup(_) => Ok(Vec::new()),
        Scope::Tenant | Scope::Group(_) | Scope::Resource(_) => {
            Err(ArmError::invalid_type("Microsoft.Security", "governanceRules"))
        }
    }
}

pub(super) fn assignments(call: &Call<'_>, assessment: &str) -> Result<Answer, ArmError> {
    let all = own_assignments(call, assessment)?;
    call.page(all, Some)
}

pub(super) fn assignment(
    call: &Call<'_>,
    assessment: &str,
    name: &str,
) -> Result<Answer, ArmError> {
    let found = named(own_assignments(call, assessment)?, name);
    Answer::json(&found.ok_or_else(|| missing("assignment", name))?)
}

fn own_assignments<'a>(
    call: &Call<'a>,
    assessment: &str,
) -> Result<impl Iterator<Item = Value> + 'a, ArmError> {
    let right = "Microsoft.Security/assessments/governanceAssignments/read";
    let scope = allowed(call, right)?;
    let world = call.world();
    let assessment = assessment.to_owned();
    let of_it = findings(call, scope)?
        .filter(move |finding| finding.assessment.id.eq_ignore_ascii_case(&assessment));
    Ok(of_it.filter_map(|finding| governance::assignment(world, &finding)))
}

fn named(mut all: impl Iterator<Item = Value>, name: &str) -> Option<Value> {
    all.find(|body| {
        body.get("name").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(name))
    })
}

fn missing(what: &str, name: &str) -> ArmError {
    ArmError::not_found(&format!("The governance {what} '{name}'"))
}

fn allowed(call: &Call<'_>, action: &str) -> Result<Scope, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(action, scope)?;
    Ok(scope)
}

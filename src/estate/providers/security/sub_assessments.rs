//! `SubAssessments_List`, `SubAssessments_ListAll`, `SubAssessments_Get` (2019-01-01-preview).

use super::assessments::findings;
use crate::estate::{
    access::Scope,
    defender::{assessment::Finding, sub_assessment},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

const READ: &str = "Microsoft.Security/assessments/subAssessments/read";

/// Those of one recommendation, or of all, at and below a scope.
pub(super) fn list(call: &Call<'_>, assessment: Option<&str>) -> Result<Answer, ArmError> {
    let scope = allowed(call)?;
    let world = call.world();
    let fits = |finding: &Finding| {
        assessment.is_none_or(|id| finding.assessment.id.eq_ignore_ascii_case(id))
    };
    let all = findings(call, scope)?
        .filter(fits)
        .flat_map(|finding| sub_assessment::of_finding(world, finding));
    call.page(all, |sub| Some(sub.body(world)))
}

pub(super) fn get(call: &Call<'_>, assessment: &str, name: &str) -> Result<Answer, ArmError> {
    let scope = allowed(call)?;
    let world = call.world();
    let found = findings(call, scope)?
        .filter(|finding| finding.assessment.id.eq_ignore_ascii_case(assessment))
        .flat_map(|finding| sub_assessment::of_finding(world, finding))
        .find(|sub| sub.name(world).eq_ignore_ascii_case(name));
    let found =
        found.ok_or_else(|| ArmError::not_found(&format!("The sub-assessment '{name}'")))?;
    Answer::json(&found.body(world))
}

fn allowed(call: &Call<'_>) -> Result<Scope, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(READ, scope)?;
    Ok(scope)
}

//! `Microsoft.Security`: which of Defender's operations a path is.

mod alerts;
mod assessments;
mod compliance;
mod governance;
mod jit;
mod plans;
mod scores;
mod sub_assessments;
mod suppression;

use crate::estate::http::{answer::Answer, call::Call, error::ArmError};

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["securescores"] => scores::list(call),
        ["securescores", name] => scores::get(call, name),
        ["securescores", name, "securescorecontrols"] => scores::controls_of(call, name),
        ["securescorecontrols"] => scores::controls(call),
        ["securescorecontroldefinitions"] => scores::definitions(call),
        ["assessments"] => assessments::list(call),
        ["assessments", id] => assessments::get(call, id),
        ["assessments", id, "subassessments"] => sub_assessments::list(call, Some(id)),
        ["assessments", id, "subassessments", name] => sub_assessments::get(call, id, name),
        ["subassessments"] => sub_assessments::list(call, None),
        ["assessments", id, "governanceassignments"] => governance::assignments(call, id),
        ["assessments", id, "governanceassignments", name] => {
            governance::assignment(call, id, name)
        }
        ["governancerules"] => governance::rules(call),
        ["governancerules", name] => governance::rule(call, name),
        ["regulatorycompliancestandards", rest @ ..] => compliance::answer(call, rest),
        ["assessmentmetadata"] => assessments::metadata_list(call),
        ["assessmentmetadata", id] => assessments::metadata_get(call, id),
        ["alerts"] => alerts::list(call, None),
        ["locations"] => alerts::locations(call),
        ["locations", location] => alerts::location(call, location),
        ["alertssuppressionrules"] => suppression::list(call),
        ["alertssuppressionrules", name] => suppression::get(call, name),
        ["jitnetworkaccesspolicies"] => jit::list(call, None),
        ["locations", location, "jitnetworkaccesspolicies"] => jit::list(call, Some(location)),
        ["locations", location, "jitnetworkaccesspolicies", name] => jit::get(call, location, name),
        ["locations", location, "alerts"] => alerts::list(call, Some(location)),
        ["locations", location, "alerts", _] => alerts::get(call, location),
        ["locations", location, "alerts", _, action] => alerts::change(call, location, action),
        ["pricings"] => plans::list(call),
        ["pricings", name] => plans::get(call, name),
        _ => return None,
    })
}

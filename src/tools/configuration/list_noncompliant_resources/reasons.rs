//! Why one resource breaks its policies: what the evaluation compared with what
//! (`PolicyStates_ListQueryResultsForResource`, 2024-10-01).

use serde_json::Value;

use super::{STATES_ACTION, Violation};
use crate::{
    azure::ApiVersion,
    tools::{
        context::{FilteredRead, ListRead, Pages, ReadContext},
        rows::Row,
        untrusted::Untrusted,
    },
};

const VERSION: ApiVersion = ApiVersion::new("2024-10-01");

/// Puts the comparisons into the reasons. They are an extra: where they cannot be read the demand
/// of the policy stands, and the coverage says so.
pub(super) async fn explain(cx: &ReadContext, resource: &str, violations: &mut [Violation]) {
    let query = [
        ("$filter", "complianceState eq 'NonCompliant'".to_owned()),
        ("$expand", "PolicyEvaluationDetails".to_owned()),
    ];
    let list = ListRead {
        scope: resource,
        below: "/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults",
        version: VERSION,
        action: STATES_ACTION,
        pages: Pages::All,
    };
    let read = FilteredRead { list, within: resource, query: &query };
    let listed = match cx.post_list_within(&read).await {
        Ok(listed) => listed,
        Err(error) => return cx.part_failed(resource, "why policies are broken", &error),
    };
    for fields in listed.rows {
        let value = Value::Object(fields);
        let Some(row) = Row::of(&value) else { continue };
        let Some(policy) = row.text("policyDefinitionId") else { continue };
        let compared = compared(row);
        let own = violations.iter_mut().filter(|one| one.policy_id.eq_ignore_ascii_case(&policy));
        for violation in own.filter(|_| !compared.is_empty()) {
            let before = violation.reason.as_str().trim_end_matches('.');
            let reason = match before.is_empty() {
                true => compared.clone(),
                false => format!("{before}: {compared}"),
            };
            violation.reason = Untrusted::new(&reason);
        }
    }
}

/// `location is uksouth, NotIn ["westeurope"]`; the type is what the policy is for, not why.
fn compared(row: Row<'_>) -> String {
    let expressions = row.list("policyEvaluationDetails.evaluatedExpressions");
    let told = expressions.iter().filter_map(|one| {
        let one = Row::of(one)?;
        let path = one.text("path").or_else(|| one.text("expression"))?;
        if path.eq_ignore_ascii_case("type") || !one.is_true("result") {
            return None;
        }
        let shown = |key: &str| match one.value(key) {
            None => "missing".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let operator = one.text("operator").unwrap_or_default();
        Some(format!("{path} is {}, {operator} {}", shown("expressionValue"), shown("targetValue")))
    });
    let mut told: Vec<String> = told.collect();
    let missing = row.value("policyEvaluationDetails.ifNotExistsDetails.totalResources");
    if missing.and_then(Value::as_u64) == Some(0) {
        told.push("nothing that fits what the policy asks for exists".to_owned());
    }
    told.join("; ")
}

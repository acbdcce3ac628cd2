//! Which roles allow an action, the narrowest first.
//!
//! Reads `RoleDefinitions_List` (2022-04-01) at the scope, so that roles made here count too.

use serde_json::{Map, Value};

use super::{ROLES_ACTION, Role, capability::Capability};
use crate::{
    azure::ApiVersion,
    tools::{
        context::{Operation, Pages, ReadContext, allows, matches},
        error::role_for,
        rows::Row,
        untrusted::Untrusted,
    },
};

const MAX_ROLES: usize = 3;

/// The roles that allow it; one that is known to where the list cannot be read.
pub(super) async fn that_allow(cx: &ReadContext, scope: &str, wanted: &Capability) -> Vec<Role> {
    let operation = Operation {
        below: "/providers/Microsoft.Authorization/roleDefinitions",
        version: ApiVersion::new("2022-04-01"),
        action: ROLES_ACTION,
        pages: Pages::All,
    };
    let mut fitting: Vec<(usize, usize, Role)> = match cx.list(&operation.below(scope)).await {
        Ok(rows) => rows.into_iter().filter_map(|row| fitting(row, &wanted.action)).collect(),
        Err(error) => {
            cx.part_failed(scope, "roles", &error);
            Vec::new()
        }
    };
    fitting.sort_by(|a, b| (a.0, a.1, &a.2.name).cmp(&(b.0, b.1, &b.2.name)));
    let mut roles: Vec<Role> = fitting.into_iter().map(|(_, _, role)| role).collect();
    roles.dedup();
    roles.truncate(MAX_ROLES);
    if roles.is_empty() {
        let read = (!wanted.is_change()).then(|| role_for(&wanted.action));
        let known = wanted.role.or(read);
        roles.extend(known.map(|name| Role { name: Untrusted::new(name), custom: false }));
    }
    roles
}

/// A role that allows the action, with how wide its pattern for it is and how much else it has.
fn fitting(fields: Map<String, Value>, action: &str) -> Option<(usize, usize, Role)> {
    let value = Value::Object(fields);
    let row = Row::of(&value)?;
    let permissions: Vec<Map<String, Value>> = row
        .list("properties.permissions")
        .into_iter()
        .filter_map(|entry| entry.as_object().cloned())
        .collect();
    if !allows(&permissions, action) {
        return None;
    }
    let patterns: Vec<String> = permissions
        .iter()
        .filter_map(|entry| entry.get("actions")?.as_array())
        .flatten()
        .filter_map(|pattern| pattern.as_str().map(str::to_owned))
        .collect();
    let width = |pattern: &String| {
        let literal = pattern.chars().filter(|ch| *ch != '*').count();
        action.len().saturating_sub(literal)
    };
    let narrowest = patterns.iter().filter(|one| matches(one, action)).map(width).min()?;
    let widest = patterns.iter().any(|pattern| pattern == "*");
    let name = row.text("properties.roleName")?;
    let custom =
        row.text("properties.type").is_some_and(|kind| kind.eq_ignore_ascii_case("CustomRole"));
    // A role for everything is the last resort, whatever it excludes again.
    let amount = if widest { usize::MAX } else { patterns.len() };
    Some((narrowest, amount, Role { name: Untrusted::new(&name), custom }))
}

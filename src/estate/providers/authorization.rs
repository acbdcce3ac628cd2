//! `Microsoft.Authorization`: permissions, role assignments and definitions (2022-04-01), locks
//! (2020-05-01), deny assignments (2022-04-01).

use serde_json::{Value, json};

use super::policy;
use crate::estate::{
    access::{
        Assignment, Scope,
        locks::{self, Lock},
        roles,
    },
    clock::stamp,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::{DAY, World},
};

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["permissions"] => permissions(call),
        ["roleassignments"] => assignments(call),
        ["roleassignments", name] => assignment(call, name),
        ["roledefinitions"] => definitions(call),
        ["roledefinitions", id] => definition(call, id),
        ["denyassignments"] => deny_assignments(call),
        ["locks"] => locks(call),
        ["locks", name] => lock(call, name),
        _ => return policy::answer(call, &words),
    })
}

/// What the caller may do at a scope: one entry for each role that reaches it.
fn permissions(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    let world = call.world();
    let mine = call
        .state
        .directory
        .of_principal(&call.principal)
        .filter(|assignment| scope.is_within(assignment.scope, world));
    call.page(mine, |assignment| Some(assignment.role.permissions()))
}

/// Assignments that matter at a scope: its own, those above it, and those below unless
/// `atScope()`.
fn assignments(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.Authorization/roleAssignments/read", scope)?;
    let world = call.world();
    let filter = call.query.get("$filter").unwrap_or_default();
    let lower = filter.to_ascii_lowercase();
    let at_scope = lower.contains("atscope()");
    let is_about_principal = lower.contains("principalid eq") || lower.contains("assignedto(");
    let principal = is_about_principal.then(|| first_quoted(&lower)).flatten();
    let is_known = lower.trim().is_empty() || at_scope || is_about_principal;
    if !is_known || (is_about_principal && principal.is_none()) {
        return Err(ArmError::bad_request(format!("The filter '{filter}' is not supported.")));
    }
    let fits = |assignment: &&Assignment| {
        let reaches = scope.is_within(assignment.scope, world)
            || (!at_scope && assignment.scope.is_within(scope, world));
        reaches && principal.is_none_or(|id| assignment.principal_id == id)
    };
    let all = call.state.directory.assignments.iter().filter(fits);
    call.page(all, |assignment| Some(assignment_body(call, assignment)))
}

fn first_quoted(text: &str) -> Option<&str> {
    text.split('\'').nth(1).filter(|id| !id.is_empty())
}

fn assignment(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.Authorization/roleAssignments/read", scope)?;
    let world = call.world();
    let mut all = call.state.directory.assignments.iter();
    let found = all.find(|one| one.name == name && scope.is_within(one.scope, world));
    let found = found.ok_or_else(|| {
        ArmError::new(
            404,
            "RoleAssignmentNotFound",
            format!("The role assignment '{name}' is not found."),
        )
    })?;
    Answer::json(&assignment_body(call, found))
}

fn assignment_body(call: &Call<'_>, assignment: &Assignment) -> Value {
    let world = call.world();
    let scope = assignment.scope.id(world);
    let prefix = assignment.scope.subscription(world).map(|ix| world.subscription_id(ix));
    let created = stamp(world.ago(300 * DAY));
    json!({
        "id": format!("{}/providers/Microsoft.Authorization/roleAssignments/{}", scope.trim_end_matches('/'), assignment.name),
        "name": assignment.name,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": format!("{}{}", prefix.unwrap_or_default(), assignment.role.definition_id()),
            "principalId": assignment.principal_id,
            "principalType": assignment.principal_type,
            "scope": scope,
            "createdOn": created,
            "updatedOn": created,
        },
    })
}

fn definitions(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    allow_definitions(call, scope)?;
    let filter = call.query.get("$filter").unwrap_or_default();
    let wants_custom = filter.to_ascii_lowercase().contains("'customrole'");
    let role_name = filter
        .to_ascii_lowercase()
        .contains("rolename eq")
        .then(|| filter.split('\'').nth(1).unwrap_or_default().to_owned());
    let prefix = definition_prefix(call, scope);
    let fits = |role: &&roles::Role| {
        !wants_custom && role_name.as_ref().is_none_or(|name| role.name.eq_ignore_ascii_case(name))
    };
    call.page(roles::ROLES.iter().filter(fits), |role| Some(role.definition(&prefix)))
}

fn definition(call: &Call<'_>, id: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    allow_definitions(call, scope)?;
    let role = roles::ROLES.iter().find(|role| role.id == id).ok_or_else(|| {
        ArmError::new(
            404,
            "RoleDefinitionDoesNotExist",
            format!("The specified role definition with ID '{id}' does not exist."),
        )
    })?;
    Answer::json(&role.definition(&definition_prefix(call, scope)))
}

/// Built-in roles are everybody's to read; at a scope it takes a right there.
fn allow_definitions(call: &Call<'_>, scope: Scope) -> Result<(), ArmError> {
    match scope {
        Scope::Tenant => Ok(()),
        Scope::ManagementGroup(_)
        | Scope::Subscription(_)
        | Scope::Group(_)
        | Scope::Resource(_) => call.require("Microsoft.Authorization/roleDefinitions/read", scope),
    }
}

fn definition_prefix(call: &Call<'_>, scope: Scope) -> String {
    let world = call.world();
    scope.subscription(world).map(|ix| world.subscription_id(ix)).unwrap_or_default()
}

fn locks(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.Authorization/locks/read", scope)?;
    let world = call.world();
    let at_scope = match call.query.get("$filter").map(str::trim) {
        None | Some("") => false,
        Some(text) if text.eq_ignore_ascii_case("atScope()") => true,
        Some(text) => {
            return Err(ArmError::bad_request(format!("The filter '{text}' is not supported.")));
        }
    };
    let reaches = |lock: &Lock| {
        scope.is_within(lock.at, world) || (!at_scope && lock.at.is_within(scope, world))
    };
    call.page(locks::all(world).filter(reaches), |lock| Some(lock_body(world, lock)))
}

fn lock(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.Authorization/locks/read", scope)?;
    let world = call.world();
    let found = locks::all(world).find(|lock| name == lock.name && scope == lock.at);
    let found = found.ok_or_else(|| {
        ArmError::new(404, "LockNotFound", format!("The lock '{name}' could not be found."))
    })?;
    Answer::json(&lock_body(world, found))
}

fn lock_body(world: &World, lock: Lock) -> Value {
    let Lock { at, name, level, notes } = lock;
    json!({
        "id": format!("{}/providers/Microsoft.Authorization/locks/{name}", at.id(world)),
        "name": name,
        "type": "Microsoft.Authorization/locks",
        "properties": { "level": level, "notes": notes },
    })
}

/// Deny assignments (`DenyAssignments_ListForScope`, 2022-04-01): nothing in the estate was made
/// by what makes them.
fn deny_assignments(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.Authorization/denyAssignments/read", scope)?;
    Answer::list(&[])
}

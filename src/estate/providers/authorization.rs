//! `Microsoft.Authorization`: permissions, role assignments and definitions (2022-04-01), locks
//! (2020-05-01).

use serde_json::{Value, json};

use super::policy;
use crate::estate::{
    access::{Assignment, Scope, roles},
    clock::stamp,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::{DAY, GroupIx, World, company::Environment},
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
    let found = call.state.directory.assignments.iter().find(|a| a.name == name);
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

/// The groups that are locked: the hubs, and the archive in production.
fn locked(world: &World) -> impl Iterator<Item = GroupIx> + '_ {
    (0_u32..).map(GroupIx).zip(&world.groups).filter_map(|(ix, group)| {
        let is_locked = &*group.application == "connectivity"
            || (group.environment == Environment::Production
                && group.application.ends_with("archive"));
        is_locked.then_some(ix)
    })
}

const LOCK: &str = "do-not-delete";

fn locks(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.Authorization/locks/read", scope)?;
    let world = call.world();
    let at_scope =
        call.query.get("$filter").is_some_and(|f| f.to_ascii_lowercase().contains("atscope()"));
    let reaches = |ix: &GroupIx| {
        let lock = Scope::Group(*ix);
        scope.is_within(lock, world) || (!at_scope && lock.is_within(scope, world))
    };
    call.page(locked(world).filter(reaches), |ix| Some(lock_body(world, ix)))
}

fn lock(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.Authorization/locks/read", scope)?;
    let world = call.world();
    let found = locked(world).find(|ix| name == LOCK && scope == Scope::Group(*ix));
    let found = found.ok_or_else(|| {
        ArmError::new(404, "LockNotFound", format!("The lock '{name}' could not be found."))
    })?;
    Answer::json(&lock_body(world, found))
}

fn lock_body(world: &World, ix: GroupIx) -> Value {
    json!({
        "id": format!("{}/providers/Microsoft.Authorization/locks/{LOCK}", world.group_id(ix)),
        "name": LOCK,
        "type": "Microsoft.Authorization/locks",
        "properties": {
            "level": "CanNotDelete",
            "notes": "Shared by everything else. Ask the platform team first.",
        },
    })
}

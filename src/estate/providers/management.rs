//! `Microsoft.Management`: management groups, their descendants, and entities (2023-04-01).

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::{SubscriptionIx, company::ManagementGroup},
};

const READ: &str = "Microsoft.Management/managementGroups/read";

/// A management group or a subscription of the hierarchy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entity {
    Group(ManagementGroup),
    Subscription(SubscriptionIx),
}

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    if !call.path.scope.is_empty() {
        return None;
    }
    Some(match words.as_slice() {
        ["managementgroups"] => list(call),
        ["managementgroups", name] => get(call, name),
        ["managementgroups", name, "descendants"] => descendants(call, name),
        ["getentities"] => entities(call),
        _ => return None,
    })
}

fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let visible = ManagementGroup::ALL
        .into_iter()
        .filter(|group| call.may(READ, Scope::ManagementGroup(*group)));
    // This list alone spells its link so.
    call.page_linked("@nextLink", call.page_size, visible, |group| {
        Some(json!({
            "id": id(call, Entity::Group(group)),
            "name": group.name(&call.world().tenant_id),
            "type": "Microsoft.Management/managementGroups",
            "properties": {
                "tenantId": call.world().tenant_id,
                "displayName": group.display(),
            },
        }))
    })
}

fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let group = call.find_management_group(name)?;
    call.require(READ, Scope::ManagementGroup(group))?;
    let wants_children =
        call.query.get("$expand").is_some_and(|e| e.eq_ignore_ascii_case("children"));
    let recurse = call.query.get("$recurse").is_some_and(|r| r.eq_ignore_ascii_case("true"));
    let mut properties = json!({
        "tenantId": call.world().tenant_id,
        "displayName": group.display(),
        "details": { "version": 1, "parent": parent(call, Entity::Group(group)) },
    });
    if let (Some(properties), true) = (properties.as_object_mut(), wants_children || recurse) {
        properties.insert("children".into(), children(call, group, recurse));
    }
    Answer::json(&json!({
        "id": id(call, Entity::Group(group)),
        "name": group.name(&call.world().tenant_id),
        "type": "Microsoft.Management/managementGroups",
        "properties": properties,
    }))
}

fn children(call: &Call<'_>, above: ManagementGroup, recurse: bool) -> Value {
    let children = hierarchy(call).filter(|entity| parent_of(call, *entity) == Some(above));
    let children = children.map(|entity| {
        let mut child = json!({
            "id": id(call, entity),
            "type": kind(entity),
            "name": name(call, entity),
            "displayName": display(call, entity),
        });
        if let (Some(child), Entity::Group(group), true) = (child.as_object_mut(), entity, recurse)
        {
            child.insert("children".into(), children_of(call, group));
        }
        child
    });
    children.collect()
}

/// The hierarchy is two levels deep, so one more level is the whole recursion.
fn children_of(call: &Call<'_>, group: ManagementGroup) -> Value {
    children(call, group, false)
}

fn descendants(call: &Call<'_>, asked: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let group = call.find_management_group(asked)?;
    let scope = Scope::ManagementGroup(group);
    call.require("Microsoft.Management/managementGroups/descendants/read", scope)?;
    let below = hierarchy(call).filter(|entity| match entity {
        Entity::Group(own) => *own != group && own.is_within(group),
        Entity::Subscription(ix) => call.world().management_group_of(*ix).is_within(group),
    });
    call.page(below, |entity| {
        let type_below = match entity {
            Entity::Group(_) => "Microsoft.Management/managementGroups",
            Entity::Subscription(_) => "Microsoft.Management/managementGroups/subscriptions",
        };
        Some(json!({
            "id": id(call, entity),
            "type": type_below,
            "name": name(call, entity),
            "properties": {
                "displayName": display(call, entity),
                "parent": { "id": parent_of(call, entity).map(|p| id(call, Entity::Group(p))) },
            },
        }))
    })
}

fn entities(call: &Call<'_>) -> Result<Answer, ArmError> {
    // The link to the next page may be read instead of posted to.
    match call.method {
        Method::Get if call.query.skip_token().is_some() => {}
        _ => call.only(Method::Post)?,
    }
    let visible = hierarchy(call).filter(|entity| {
        call.sees(match entity {
            Entity::Group(group) => Scope::ManagementGroup(*group),
            Entity::Subscription(ix) => Scope::Subscription(*ix),
        })
    });
    call.page(visible, |entity| {
        let chain = ancestors(call, entity);
        let permissions = permission_word(call, entity);
        let below =
            |direct: bool| hierarchy(call).filter(move |e| is_below(call, *e, entity, direct));
        Some(json!({
            "id": id(call, entity),
            "type": kind(entity),
            "name": name(call, entity),
            "properties": {
                "tenantId": call.world().tenant_id,
                "displayName": display(call, entity),
                "parent": { "id": parent_of(call, entity).map(|p| id(call, Entity::Group(p))) },
                "permissions": permissions,
                "inheritedPermissions": permissions,
                "parentDisplayNameChain": chain.iter().map(|g| g.display()).collect::<Vec<_>>(),
                "parentNameChain":
                    chain.iter().map(|g| g.name(&call.world().tenant_id)).collect::<Vec<_>>(),
                "numberOfDescendants": below(false).count(),
                "numberOfChildren": below(true).count(),
                "numberOfChildGroups":
                    below(true).filter(|e| matches!(e, Entity::Group(_))).count(),
            },
        }))
    })
}

/// Groups, parents first, then subscriptions.
fn hierarchy<'a>(call: &'a Call<'_>) -> impl Iterator<Item = Entity> + 'a {
    let groups = ManagementGroup::ALL.into_iter().map(Entity::Group);
    groups.chain(call.world().subscription_ixs().map(Entity::Subscription))
}

fn is_below(call: &Call<'_>, entity: Entity, above: Entity, direct: bool) -> bool {
    let Entity::Group(above) = above else {
        return false;
    };
    if direct {
        return parent_of(call, entity) == Some(above);
    }
    match entity {
        Entity::Group(group) => group != above && group.is_within(above),
        Entity::Subscription(ix) => call.world().management_group_of(ix).is_within(above),
    }
}

fn ancestors(call: &Call<'_>, entity: Entity) -> Vec<ManagementGroup> {
    let mut chain = Vec::new();
    let mut above = parent_of(call, entity);
    while let Some(group) = above {
        chain.insert(0, group);
        above = group.parent();
    }
    chain
}

fn parent_of(call: &Call<'_>, entity: Entity) -> Option<ManagementGroup> {
    match entity {
        Entity::Group(group) => group.parent(),
        Entity::Subscription(ix) => Some(call.world().management_group_of(ix)),
    }
}

fn parent(call: &Call<'_>, entity: Entity) -> Value {
    parent_of(call, entity).map_or(Value::Null, |group| {
        json!({
            "id": id(call, Entity::Group(group)),
            "name": group.name(&call.world().tenant_id),
            "displayName": group.display(),
        })
    })
}

fn permission_word(call: &Call<'_>, entity: Entity) -> &'static str {
    let scope = match entity {
        Entity::Group(group) => Scope::ManagementGroup(group),
        Entity::Subscription(ix) => Scope::Subscription(ix),
    };
    if call.may("Microsoft.Management/managementGroups/delete", scope) {
        "delete"
    } else if call.may("Microsoft.Management/managementGroups/write", scope) {
        "edit"
    } else if call.may("Microsoft.Resources/subscriptions/read", scope) || call.may(READ, scope) {
        "view"
    } else {
        "noaccess"
    }
}

fn id(call: &Call<'_>, entity: Entity) -> String {
    match entity {
        Entity::Group(group) => group.id(&call.world().tenant_id),
        Entity::Subscription(ix) => call.world().subscription_id(ix),
    }
}

fn name(call: &Call<'_>, entity: Entity) -> String {
    match entity {
        Entity::Group(group) => group.name(&call.world().tenant_id).to_owned(),
        Entity::Subscription(ix) => {
            call.world().subscription(ix).map(|s| s.id.clone()).unwrap_or_default()
        }
    }
}

fn display(call: &Call<'_>, entity: Entity) -> String {
    match entity {
        Entity::Group(group) => group.display().to_owned(),
        Entity::Subscription(ix) => {
            call.world().subscription(ix).map(|s| s.name.clone()).unwrap_or_default()
        }
    }
}

const fn kind(entity: Entity) -> &'static str {
    match entity {
        Entity::Group(_) => "Microsoft.Management/managementGroups",
        Entity::Subscription(_) => "/subscriptions",
    }
}

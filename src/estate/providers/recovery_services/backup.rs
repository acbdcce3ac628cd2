//! Protected items, containers, recovery points and policies (2024-04-01):
//! `BackupProtectedItems_List`, `ProtectedItems_Get`, `BackupProtectionContainers_List`,
//! `ProtectionContainers_Get`, `RecoveryPoints_List`, `RecoveryPoints_Get`, `BackupPolicies_List`,
//! `ProtectionPolicies_Get`.

use serde_json::Value;

use super::{super::conditions::Conditions, jobs::instant, require};
use crate::estate::{
    http::{answer::Answer, call::Call, error::ArmError},
    recovery::{
        item::{self, Item},
        point, policy,
    },
    world::ResourceIx,
};

const ITEM_FIELDS: &[&str] = &[
    "backupManagementType",
    "itemType",
    "policyName",
    "healthState",
    "friendlyName",
    "containerName",
    "backupEngineName",
    "backupSetName",
    "fabricName",
];

pub(super) fn items(call: &Call<'_>, vault: ResourceIx) -> Result<Answer, ArmError> {
    require(call, vault, "backupProtectedItems")?;
    let filter = Conditions::of(call, ITEM_FIELDS)?;
    let world = call.world();
    let value = |item: Item, field: &str| match field {
        "backupManagementType" => vec![item.management().to_owned()],
        "itemType" => vec![item.workload().to_owned()],
        "policyName" => vec![item.policy(world).name().to_owned()],
        "healthState" => vec![item.health(world).to_owned()],
        "friendlyName" => vec![item.friendly_name(world).to_owned()],
        "containerName" => vec![item.container(world)],
        "fabricName" => vec!["Azure".to_owned()],
        _ => Vec::new(),
    };
    let fits = |item: &Item| filter.any(|field| value(*item, field));
    call.page(item::in_vault(world, vault).filter(fits), |item| Some(item.body(world)))
}

pub(super) fn containers(call: &Call<'_>, vault: ResourceIx) -> Result<Answer, ArmError> {
    require(call, vault, "backupProtectionContainers")?;
    let fields = &["backupManagementType", "friendlyName", "status", "healthStatus"];
    let filter = Conditions::of(call, fields)?;
    let world = call.world();
    let fits = |item: &Item| {
        filter.any(|field| match field {
            "backupManagementType" => vec![item.management().to_owned()],
            "friendlyName" => vec![item.machine_name(world).to_owned()],
            "status" => vec!["Registered".to_owned()],
            _ => vec!["Healthy".to_owned()],
        })
    };
    let mut seen = std::collections::HashSet::new();
    let once = item::in_vault(world, vault).filter(fits);
    let once: Vec<Item> = once.filter(|item| seen.insert(item.container(world))).collect();
    call.page(once.into_iter(), |item| Some(item.container_body(world)))
}

pub(super) fn policies(call: &Call<'_>, vault: ResourceIx) -> Result<Answer, ArmError> {
    require(call, vault, "backupPolicies")?;
    let filter = Conditions::of(call, &["backupManagementType", "workloadType"])?;
    let world = call.world();
    let bodies = policy::in_vault(world, vault).into_iter().map(|one| one.body(world, vault));
    let fits = |body: &Value| {
        filter.any(|field| match field {
            "backupManagementType" => text(body, "/properties/backupManagementType"),
            _ => text(body, "/properties/workLoadType"),
        })
    };
    call.page(bodies.filter(fits), Some)
}

fn text(body: &Value, pointer: &str) -> Vec<String> {
    body.pointer(pointer).and_then(Value::as_str).map(str::to_owned).into_iter().collect()
}

pub(super) fn policy(call: &Call<'_>, vault: ResourceIx, name: &str) -> Result<Answer, ArmError> {
    require(call, vault, "backupPolicies")?;
    let world = call.world();
    let found = policy::in_vault(world, vault);
    let found = found.into_iter().find(|policy| policy.name().eq_ignore_ascii_case(name));
    let found = found.ok_or_else(|| ArmError::not_found(&format!("The backup policy '{name}'")))?;
    Answer::json(&found.body(world, vault))
}

/// What is below a container: itself, an item, or what can be restored of it.
pub(super) fn below(
    call: &Call<'_>,
    vault: ResourceIx,
    (fabric, container): (&str, &str),
    rest: &[&str],
) -> Result<Answer, ArmError> {
    if !fabric.eq_ignore_ascii_case("Azure") {
        return Err(ArmError::not_found(&format!("The fabric '{fabric}'")));
    }
    let world = call.world();
    let containers = "backupFabrics/protectionContainers";
    let right = match rest {
        [] => containers.to_owned(),
        ["protecteditems", _] => format!("{containers}/protectedItems"),
        ["protecteditems", _, "recoverypoints", ..] => {
            format!("{containers}/protectedItems/recoveryPoints")
        }
        _ => return Err(ArmError::invalid_type("Microsoft.RecoveryServices", &rest.join("/"))),
    };
    require(call, vault, &right)?;
    let is_in = |item: &Item| item.container(world).eq_ignore_ascii_case(container);
    let mut inside = item::in_vault(world, vault).filter(is_in);
    let [_, name, more @ ..] = rest else {
        let found = inside.next();
        let found =
            found.ok_or_else(|| ArmError::not_found(&format!("The container '{container}'")))?;
        return Answer::json(&found.container_body(world));
    };
    let found = inside.find(|item| item.name(world).eq_ignore_ascii_case(name));
    let item = found.ok_or_else(|| ArmError::not_found(&format!("The protected item '{name}'")))?;
    match more {
        [] => Answer::json(&item.body(world)),
        ["recoverypoints"] => points(call, item),
        ["recoverypoints", id] => {
            let mut all = point::of_item(world, item);
            let found = all.find(|point| point.name(world) == *id);
            let missing = || ArmError::not_found(&format!("The recovery point '{id}'"));
            Answer::json(&found.ok_or_else(missing)?.body(world))
        }
        _ => Err(ArmError::invalid_type("Microsoft.RecoveryServices", &rest.join("/"))),
    }
}

fn points(call: &Call<'_>, item: Item) -> Result<Answer, ArmError> {
    let fields = &["startDate", "endDate", "restorePointQueryType", "extendedInfo", "isMove"];
    let filter = Conditions::of(call, fields)?;
    let world = call.world();
    let bound = |field: &str| {
        let mut all = filter.0.iter().flatten();
        let found = all.find(|condition| condition.field == field);
        found.map(|condition| instant(&condition.value)).transpose()
    };
    let (from, to) = (bound("startDate")?, bound("endDate")?);
    let fits = |point: &point::Point| {
        let at = world.ago(point.at);
        from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
    };
    call.page(point::of_item(world, item).filter(fits), |point| Some(point.body(world)))
}

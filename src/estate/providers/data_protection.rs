//! `Microsoft.DataProtection` (2024-04-01): backup instances with their recovery points, policies
//! and jobs of backup vaults. The vaults themselves are resources like any other.

use serde_json::Value;

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    recovery::instance::{self, Instance, job, policy::DataPolicy},
    world::{ResourceIx, kind::Kind},
};

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    let ["backupvaults", name, below @ ..] = words.as_slice() else {
        return None;
    };
    let right = match below {
        ["backupinstances"] | ["backupinstances", _] => "backupInstances",
        ["backupinstances", _, "recoverypoints", ..] => "backupInstances/recoveryPoints",
        ["backuppolicies"] | ["backuppolicies", _] => "backupPolicies",
        ["backupjobs"] | ["backupjobs", _] => "backupJobs",
        _ => return None,
    };
    Some(vault(call, name, right).and_then(|vault| of_vault(call, vault, below)))
}

fn vault(call: &Call<'_>, name: &str, right: &str) -> Result<ResourceIx, ArmError> {
    call.only(Method::Get)?;
    let Scope::Group(group) = call.scope()? else {
        return Err(ArmError::invalid_type("Microsoft.DataProtection", "backupVaults"));
    };
    let world = call.world();
    let found = world.find_resource(group, Kind::BackupVault, name).ok_or_else(|| {
        let group = world.group(group).map_or("", |g| g.name.as_str());
        ArmError::resource_not_found("Microsoft.DataProtection/backupVaults", name, group)
    })?;
    let action = format!("Microsoft.DataProtection/backupVaults/{right}/read");
    call.require(&action, Scope::Resource(found))?;
    Ok(found)
}

fn of_vault(call: &Call<'_>, vault: ResourceIx, below: &[&str]) -> Result<Answer, ArmError> {
    let world = call.world();
    match below {
        ["backupinstances"] => {
            call.page(instance::in_vault(world, vault), |one| Some(one.body(world)))
        }
        ["backupinstances", name] => Answer::json(&find(call, vault, name)?.body(world)),
        ["backupinstances", name, "recoverypoints"] => {
            call.page(find(call, vault, name)?.points(world).into_iter(), Some)
        }
        ["backupinstances", name, "recoverypoints", id] => {
            let mut points = find(call, vault, name)?.points(world).into_iter();
            let found = points.find(|point| point.get("name").and_then(Value::as_str) == Some(id));
            let missing = || ArmError::not_found(&format!("The recovery point '{id}'"));
            Answer::json(&found.ok_or_else(missing)?)
        }
        ["backuppolicies"] => {
            call.page(DataPolicy::ALL.into_iter(), |policy| Some(policy.body(world, vault)))
        }
        ["backuppolicies", name] => {
            let mut all = DataPolicy::ALL.into_iter();
            let found = all.find(|policy| policy.name().eq_ignore_ascii_case(name));
            let missing = || ArmError::not_found(&format!("The backup policy '{name}'"));
            Answer::json(&found.ok_or_else(missing)?.body(world, vault))
        }
        ["backupjobs"] => {
            call.page(job::in_vault(world, vault).into_iter(), |job| Some(job.body(world)))
        }
        ["backupjobs", name] => {
            let mut jobs = job::in_vault(world, vault).into_iter();
            let found = jobs.find(|job| job.name(world).eq_ignore_ascii_case(name));
            let missing = || ArmError::not_found(&format!("The job '{name}'"));
            Answer::json(&found.ok_or_else(missing)?.body(world))
        }
        _ => Err(ArmError::invalid_type("Microsoft.DataProtection", &below.join("/"))),
    }
}

fn find(call: &Call<'_>, vault: ResourceIx, name: &str) -> Result<Instance, ArmError> {
    let world = call.world();
    let mut all = instance::in_vault(world, vault);
    let found = all.find(|one| one.name(world).eq_ignore_ascii_case(name));
    found.ok_or_else(|| ArmError::not_found(&format!("The backup instance '{name}'")))
}

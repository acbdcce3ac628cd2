//! `Microsoft.RecoveryServices`: which of the operations of Backup and Site Recovery a path is.
//! Vaults themselves are resources like any other.

mod backup;
mod jobs;
mod protectable;
mod replication;
mod usages;

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::{ResourceIx, kind::Kind},
};

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["locations", region, "backupstatus"] => Some(protectable::status(call, region)),
        ["vaults", _] | ["vaults"] => None,
        ["vaults", name, rest @ ..] => of_vault(call, name, rest),
        _ => None,
    }
}

fn of_vault(call: &Call<'_>, name: &str, rest: &[&str]) -> Option<Result<Answer, ArmError>> {
    let at = |answer: fn(&Call<'_>, ResourceIx) -> Result<Answer, ArmError>| {
        Some(vault(call, name).and_then(|vault| answer(call, vault)))
    };
    match rest {
        ["usages"] => at(usages::usages),
        ["replicationusages"] => at(usages::replication),
        ["backupusagesummaries"] => at(usages::summaries),
        ["backupprotecteditems"] => at(backup::items),
        ["backupprotectioncontainers"] => at(backup::containers),
        ["backupprotectableitems"] => at(protectable::list),
        ["backuppolicies"] => at(backup::policies),
        ["backuppolicies", policy] => {
            Some(vault(call, name).and_then(|vault| backup::policy(call, vault, policy)))
        }
        ["backupjobs"] => at(jobs::list),
        ["backupjobs", job] => {
            Some(vault(call, name).and_then(|vault| jobs::get(call, vault, job)))
        }
        ["backupfabrics", fabric, "protectioncontainers", container, below @ ..] => {
            let container = (*fabric, *container);
            Some(vault(call, name).and_then(|vault| backup::below(call, vault, container, below)))
        }
        [word, ..] if word.starts_with("replication") => {
            let found = vault(call, name);
            match found {
                Ok(vault) => replication::answer(call, vault, rest),
                Err(error) => Some(Err(error)),
            }
        }
        _ => None,
    }
}

/// The vault of a path.
fn vault(call: &Call<'_>, name: &str) -> Result<ResourceIx, ArmError> {
    call.only(Method::Get)?;
    let Scope::Group(group) = call.scope()? else {
        return Err(ArmError::invalid_type("Microsoft.RecoveryServices", "vaults"));
    };
    let world = call.world();
    let found = world.find_resource(group, Kind::RecoveryVault, name);
    found.ok_or_else(|| {
        let group = world.group(group).map_or("", |g| g.name.as_str());
        ArmError::resource_not_found("Microsoft.RecoveryServices/vaults", name, group)
    })
}

/// Refuses a caller who lacks a right on a vault.
fn require(call: &Call<'_>, vault: ResourceIx, what: &str) -> Result<(), ArmError> {
    let action = format!("Microsoft.RecoveryServices/Vaults/{what}/read");
    call.require(&action, Scope::Resource(vault))
}

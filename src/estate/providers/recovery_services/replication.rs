//! Site Recovery (2024-04-01): fabrics, containers, replicated items with their recovery points,
//! policies, plans, jobs, events and the vault's health.

use serde_json::{Value, json};

use super::{super::conditions::Conditions, require};
use crate::estate::{
    http::{answer::Answer, call::Call, error::ArmError},
    recovery::replica::{self, PRIMARY, Replica, event, job, plan, site},
    world::{ResourceIx, company::Region},
};

type Answered = Result<Answer, ArmError>;

pub(super) fn answer(call: &Call<'_>, vault: ResourceIx, rest: &[&str]) -> Option<Answered> {
    Some(match rest {
        ["replicationfabrics"] => fabrics(call, vault),
        ["replicationfabrics", fabric, below @ ..] => in_fabric(call, vault, fabric, below),
        ["replicationprotectioncontainers"] => containers(call, vault, None),
        ["replicationprotecteditems"] => items(call, vault, "replicationProtectedItems"),
        ["replicationpolicies"] => policies(call, vault, None),
        ["replicationpolicies", name] => policies(call, vault, Some(name)),
        ["replicationrecoveryplans"] => plans(call, vault),
        ["replicationrecoveryplans", name] => one_plan(call, vault, name),
        ["replicationjobs"] => jobs(call, vault),
        ["replicationjobs", name] => one_job(call, vault, name),
        ["replicationevents"] => events(call, vault, None),
        ["replicationevents", name] => events(call, vault, Some(name)),
        ["replicationvaulthealth"] | ["replicationvaulthealth", "default"] => health(call, vault),
        _ => return None,
    })
}

fn missing(what: &str, name: &str) -> ArmError {
    ArmError::not_found(&format!("The {what} '{name}'"))
}

fn fabrics(call: &Call<'_>, vault: ResourceIx) -> Answered {
    require(call, vault, "replicationFabrics")?;
    let world = call.world();
    let all = site::regions(world, vault).into_iter();
    call.page(all, |region| Some(site::fabric(world, vault, region)))
}

fn in_fabric(call: &Call<'_>, vault: ResourceIx, name: &str, rest: &[&str]) -> Answered {
    let world = call.world();
    let regions = site::regions(world, vault).into_iter();
    let mut regions = regions.filter(|one| site::fabric_name(*one).eq_ignore_ascii_case(name));
    let region = regions.next().ok_or_else(|| missing("fabric", name))?;
    let [containers_word, below @ ..] = rest else {
        require(call, vault, "replicationFabrics")?;
        return Answer::json(&site::fabric(world, vault, region));
    };
    if *containers_word != "replicationprotectioncontainers" {
        return Err(ArmError::invalid_type("Microsoft.RecoveryServices", &rest.join("/")));
    }
    let [container, below @ ..] = below else {
        return containers(call, vault, Some(region));
    };
    if !site::container_name(region).eq_ignore_ascii_case(container) {
        return Err(missing("protection container", container));
    }
    in_container(call, vault, region, below)
}

fn in_container(call: &Call<'_>, vault: ResourceIx, region: Region, rest: &[&str]) -> Answered {
    let world = call.world();
    let containers = "replicationFabrics/replicationProtectionContainers";
    let items_right = format!("{containers}/replicationProtectedItems");
    match rest {
        [] => {
            require(call, vault, containers)?;
            Answer::json(&site::container(world, vault, region))
        }
        ["replicationprotecteditems"] if region == PRIMARY => items(call, vault, &items_right),
        ["replicationprotecteditems"] => {
            require(call, vault, &items_right)?;
            call.page(std::iter::empty(), Some)
        }
        ["replicationprotecteditems", name, more @ ..] => {
            let right = match more {
                [] => items_right,
                _ => format!("{items_right}/recoveryPoints"),
            };
            require(call, vault, &right)?;
            let replica = find(call, vault, name).filter(|_| region == PRIMARY);
            let replica = replica.ok_or_else(|| missing("replicated item", name))?;
            match more {
                [] => Answer::json(&replica.body(world)),
                ["recoverypoints"] => call.page(replica.points(world), Some),
                ["recoverypoints", point] => {
                    let is_it =
                        |body: &Value| body.get("name").and_then(Value::as_str) == Some(point);
                    let found = replica.points(world).find(is_it);
                    Answer::json(&found.ok_or_else(|| missing("recovery point", point))?)
                }
                _ => Err(ArmError::invalid_type("Microsoft.RecoveryServices", &rest.join("/"))),
            }
        }
        _ => Err(ArmError::invalid_type("Microsoft.RecoveryServices", &rest.join("/"))),
    }
}

fn find(call: &Call<'_>, vault: ResourceIx, name: &str) -> Option<Replica> {
    let world = call.world();
    let mut all = replica::in_vault(world, vault).into_iter();
    all.find(|one| one.name(world).eq_ignore_ascii_case(name))
}

fn containers(call: &Call<'_>, vault: ResourceIx, only: Option<Region>) -> Answered {
    require(call, vault, "replicationFabrics/replicationProtectionContainers")?;
    let world = call.world();
    let all = site::regions(world, vault).into_iter();
    let all = all.filter(|region| only.is_none_or(|only| only == *region));
    call.page(all, |region| Some(site::container(world, vault, region)))
}

fn items(call: &Call<'_>, vault: ResourceIx, right: &str) -> Answered {
    require(call, vault, right)?;
    let fields = &["friendlyName", "replicationHealth", "instanceType", "sourceFabricName"];
    let filter = Conditions::of(call, fields)?;
    let world = call.world();
    let fits = |one: &Replica| {
        filter.any(|field| {
            vec![match field {
                "friendlyName" => one.machine_name(world).to_owned(),
                "replicationHealth" => one.health(world).word().to_owned(),
                "instanceType" => "A2A".to_owned(),
                _ => site::fabric_name(PRIMARY),
            }]
        })
    };
    let all = replica::in_vault(world, vault).into_iter().filter(fits);
    call.page(all, |one| Some(one.body(world)))
}

fn policies(call: &Call<'_>, vault: ResourceIx, name: Option<&str>) -> Answered {
    require(call, vault, "replicationPolicies")?;
    let world = call.world();
    let own = (!site::regions(world, vault).is_empty()).then(|| site::policy(world, vault));
    match name {
        None => call.page(own.into_iter(), Some),
        Some(name) => {
            let found = own.filter(|_| name.eq_ignore_ascii_case(site::POLICY));
            Answer::json(&found.ok_or_else(|| missing("replication policy", name))?)
        }
    }
}

fn plans(call: &Call<'_>, vault: ResourceIx) -> Answered {
    require(call, vault, "replicationRecoveryPlans")?;
    let world = call.world();
    let all = plan::in_vault(world, vault).into_iter();
    call.page(all, |site| Some(site.plan_body(world, vault)))
}

fn one_plan(call: &Call<'_>, vault: ResourceIx, name: &str) -> Answered {
    require(call, vault, "replicationRecoveryPlans")?;
    let world = call.world();
    let mut all = plan::in_vault(world, vault).into_iter();
    let found = all.find(|site| site.plan_name().eq_ignore_ascii_case(name));
    let found = found.ok_or_else(|| missing("recovery plan", name))?;
    Answer::json(&found.plan_body(world, vault))
}

fn jobs(call: &Call<'_>, vault: ResourceIx) -> Answered {
    require(call, vault, "replicationJobs")?;
    let fields = &["StartTime", "EndTime", "JobStatus", "AffectedObjectTypes", "JobName"];
    let filter = Conditions::of(call, fields)?;
    let world = call.world();
    let mut wanted = Vec::new();
    for job in job::in_vault(world, vault) {
        let mut fit = true;
        for one in filter.0.iter().flatten() {
            let value = one.value.as_str();
            fit &= match one.field {
                "StartTime" => world.ago(job.started) >= super::jobs::instant(value)?,
                "EndTime" => world.ago(job.started) <= super::jobs::instant(value)?,
                "JobStatus" => value.split(',').any(|one| one.eq_ignore_ascii_case(job.state())),
                "AffectedObjectTypes" => value.to_ascii_lowercase().contains("recoveryplan"),
                _ => value.eq_ignore_ascii_case(&job.name(world)),
            };
        }
        if fit {
            wanted.push(job);
        }
    }
    call.page(wanted.into_iter(), |job| Some(job.body(world)))
}

fn one_job(call: &Call<'_>, vault: ResourceIx, name: &str) -> Answered {
    require(call, vault, "replicationJobs")?;
    let world = call.world();
    let mut all = job::in_vault(world, vault).into_iter();
    let found = all.find(|job| job.name(world).eq_ignore_ascii_case(name));
    Answer::json(&found.ok_or_else(|| missing("job", name))?.body(world))
}

fn events(call: &Call<'_>, vault: ResourceIx, name: Option<&str>) -> Answered {
    require(call, vault, "replicationEvents")?;
    let fields = &["EventType", "Severity", "AffectedObjectFriendlyName"];
    let filter = Conditions::of(call, fields)?;
    let mut all = event::in_vault(call.world(), vault).into_iter().map(|(_, body)| body);
    let Some(name) = name else {
        let fits = |body: &Value| {
            filter.any(|field| {
                let member = match field {
                    "EventType" => "/properties/eventType",
                    "Severity" => "/properties/severity",
                    _ => "/properties/affectedObjectFriendlyName",
                };
                body.pointer(member)
                    .and_then(Value::as_str)
                    .map(str::to_owned)
                    .into_iter()
                    .collect()
            })
        };
        return call.page(all.filter(fits), Some);
    };
    let is_it = |body: &Value| {
        body.get("name").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    Answer::json(&all.find(is_it).ok_or_else(|| missing("event", name))?)
}

/// `ReplicationVaultHealth_Get`.
fn health(call: &Call<'_>, vault: ResourceIx) -> Answered {
    require(call, vault, "replicationVaultHealth")?;
    let world = call.world();
    let replicas = replica::in_vault(world, vault);
    let issues = replicas.iter().filter_map(|one| {
        let health = one.health(world);
        let (code, message) = health.issue()?;
        Some(json!({
            "summaryCode": code,
            "category": "Replication",
            "severity": if health.word() == "Critical" { "Error" } else { "Warning" },
            "summaryMessage": message,
            "affectedResourceType": "replicationProtectedItems",
            "affectedResourceSubtype": "",
            "affectedResourceCorrelationIds": [one.chance(world).child("correlation").guid()],
        }))
    });
    let fabrics = site::regions(world, vault).len();
    Answer::json(&json!({
        "id": format!("{}/replicationVaultHealth/Default", world.resource_id(vault)),
        "name": "Default",
        "type": "Microsoft.RecoveryServices/vaults/replicationVaultHealth",
        "properties": {
            "vaultErrors": [],
            "protectedItemsHealth": {
                "resourceCount": replicas.len(),
                "issues": issues.collect::<Vec<_>>(),
            },
            "fabricsHealth": { "resourceCount": fabrics, "issues": [] },
            "containersHealth": { "resourceCount": fabrics, "issues": [] },
        },
    }))
}

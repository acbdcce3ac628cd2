//! What could be protected, and whether something is (2024-04-01): `BackupProtectableItems_List`,
//! `BackupStatus_Get`.

use serde::Deserialize;
use serde_json::json;

use super::{super::conditions::Conditions, require};
use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
        path::ArmPath,
    },
    recovery::item::{self, Item, What},
    world::ResourceIx,
};

pub(super) fn list(call: &Call<'_>, vault: ResourceIx) -> Result<Answer, ArmError> {
    require(call, vault, "backupProtectableItems")?;
    let fields =
        &["backupManagementType", "workloadType", "status", "friendlyName", "containerName"];
    let filter = Conditions::of(call, fields)?;
    if !filter.0.iter().flatten().any(|one| one.field == "backupManagementType") {
        return Err(ArmError::bad_request(
            "The filter must name a backupManagementType, such as backupManagementType eq \
             'AzureIaasVM'.",
        ));
    }
    let world = call.world();
    let fits = |item: &Item| {
        filter.any(|field| match field {
            "backupManagementType" => vec![item.management().to_owned()],
            "workloadType" => vec![item.workload().to_owned()],
            "friendlyName" => vec![item.friendly_name(world).to_owned()],
            "containerName" => vec![item.container(world)],
            _ => vec!["NotProtected".to_owned()],
        })
    };
    let all = item::around(world, vault).filter(|(_, protected)| !protected);
    call.page(all.map(|(item, _)| item).filter(fits), |item| Some(item.protectable_body(world)))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default, rename = "resourceType")]
    resource_type: Option<String>,
    #[serde(default, rename = "resourceId")]
    resource_id: Option<String>,
}

/// `POST {S}/…/locations/{region}/backupStatus`.
pub(super) fn status(call: &Call<'_>, region: &str) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let scope = call.scope()?;
    call.require("Microsoft.RecoveryServices/Locations/backupStatus/action", scope)?;
    let world = call.world();
    let asked: Asked = serde_json::from_slice(call.body)
        .map_err(|error| ArmError::invalid_content(format!("The body is invalid: {error}.")))?;
    let is_machine =
        asked.resource_type.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("VM"));
    let id = asked.resource_id.unwrap_or_default();
    if id.is_empty() {
        return Err(ArmError::bad_request("The resourceId is missing."));
    }
    let Scope::Resource(machine) = call.resolve(&ArmPath::parse(&id).whole())? else {
        return Err(ArmError::bad_request(format!("'{id}' is no resource.")));
    };
    let home = world.resource(machine).and_then(|r| world.group(r.group));
    if !home.is_some_and(|group| group.region.name().eq_ignore_ascii_case(region)) {
        return Err(ArmError::bad_request(format!("'{id}' is not in the region '{region}'.")));
    }
    let all = item::of_machine(world, machine);
    let own = all.into_iter().find(|(item, _)| item.what == What::Machine);
    Answer::json(&match own {
        Some((item, true)) if is_machine => json!({
            "protectionStatus": "Protected",
            "vaultId": world.resource_id(item.vault),
            "fabricName": "Azure",
            "containerName": item.container(world),
            "protectedItemName": item.name(world),
            "policyName": item.policy(world).name(),
            "registrationStatus": "Registered",
            "errorCode": "Success",
            "errorMessage": "",
        }),
        _ => json!({
            "protectionStatus": "NotProtected",
            "vaultId": "",
            "fabricName": "Invalid",
            "containerName": "",
            "protectedItemName": "",
            "policyName": "",
            "registrationStatus": "",
            "errorCode": "Success",
            "errorMessage": "",
        }),
    })
}

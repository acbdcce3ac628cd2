//! `DiagnosticSettings_List`, `DiagnosticSettings_Get` (2021-05-01-preview): where the logs of a
//! resource go, if they go anywhere.

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    logs::hub,
    world::{ResourceIx, World, company::Environment, kind::Kind, mark::Mark},
};

const READ: &str = "Microsoft.Insights/diagnosticSettings/read";
/// What the one setting of a resource is called.
const NAME: &str = "send-to-log-analytics";

/// Whether resources of a kind have logs of their own to send.
const fn has_logs(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::KeyVault
            | Kind::WebSite
            | Kind::KubernetesCluster
            | Kind::SqlDatabase
            | Kind::CosmosAccount
            | Kind::RedisCache
            | Kind::ContainerRegistry
            | Kind::LoadBalancer
            | Kind::PublicIp
            | Kind::NetworkSecurityGroup
            | Kind::VirtualNetwork
            | Kind::Firewall
            | Kind::Bastion
            | Kind::VpnGateway
            | Kind::RecoveryVault
            | Kind::Workspace
            | Kind::AppInsights
    )
}

/// Whether a resource sends its logs somewhere.
fn has_setting(world: &World, ix: ResourceIx) -> bool {
    let Some((resource, group)) = world.resource(ix).and_then(|r| Some((r, world.group(r.group)?)))
    else {
        return false;
    };
    let share = match (resource.kind, group.environment) {
        // What Defender says of these kinds is what is there.
        (Kind::KeyVault | Kind::WebSite | Kind::KubernetesCluster, _) => {
            return !resource.marks.has(Mark::NoDiagnostics);
        }
        (kind, _) if !has_logs(kind) => 0,
        (Kind::Firewall | Kind::VpnGateway | Kind::Bastion | Kind::RecoveryVault, _) => 90,
        (_, Environment::Production | Environment::Platform) => 60,
        (_, Environment::NonProduction | Environment::Sandbox) => 15,
    };
    resource.chance.child("diagnostic-setting").percent(share)
}

fn setting(world: &World, ix: ResourceIx) -> Option<Value> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    let workspace = hub(world, group.region).map(|one| world.resource_id(one));
    let id = world.resource_id(ix);
    Some(json!({
        "id": format!("{id}/providers/microsoft.insights/diagnosticSettings/{NAME}"),
        "type": "Microsoft.Insights/diagnosticSettings",
        "name": NAME,
        "location": Value::Null,
        "kind": Value::Null,
        "tags": Value::Null,
        "properties": {
            "storageAccountId": Value::Null,
            "serviceBusRuleId": Value::Null,
            "workspaceId": workspace,
            "eventHubAuthorizationRuleId": Value::Null,
            "eventHubName": Value::Null,
            "metrics": [{
                "category": "AllMetrics",
                "enabled": false,
                "retentionPolicy": { "enabled": false, "days": 0 },
            }],
            "logs": [{
                "category": Value::Null,
                "categoryGroup": "allLogs",
                "enabled": true,
                "retentionPolicy": { "enabled": false, "days": 0 },
            }],
            "logAnalyticsDestinationType": Value::Null,
        },
        "identity": Value::Null,
    }))
}

fn of(call: &Call<'_>) -> Result<Option<Value>, ArmError> {
    call.only(Method::Get)?;
    let Scope::Resource(ix) = call.scope()? else {
        return Err(ArmError::invalid_type("Microsoft.Insights", "diagnosticSettings"));
    };
    call.require(READ, Scope::Resource(ix))?;
    let world = call.world();
    let kind = world.resource(ix).map(|one| one.kind);
    if !kind.is_some_and(|kind| has_logs(kind) || kind == Kind::VirtualMachine) {
        let kind = kind.map_or("", Kind::arm_type).to_ascii_lowercase();
        return Err(ArmError::new(
            400,
            "ResourceTypeNotSupported",
            format!("The resource type '{kind}' does not support diagnostic settings."),
        ));
    }
    Ok(has_setting(world, ix).then(|| setting(world, ix)).flatten())
}

pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    Answer::list(&of(call)?.into_iter().collect::<Vec<_>>())
}

pub(super) fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let missing = || {
        let message = format!("The diagnostic setting '{name}' was not found.");
        ArmError::new(404, "ResourceNotFound", message)
    };
    let found = of(call)?.filter(|_| name.eq_ignore_ascii_case(NAME));
    Answer::json(&found.ok_or_else(missing)?)
}

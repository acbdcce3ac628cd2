//! Backup and disaster recovery: what is protected where, how its last nights went, what can be
//! restored, and what stands ready in another region. All of it follows from marks, stories and
//! chance when somebody asks. Knows no provider.

pub(crate) mod instance;
pub(crate) mod item;
pub(crate) mod job;
pub(crate) mod point;
pub(crate) mod policy;
pub(crate) mod replica;

use serde_json::{Value, json};

use super::world::{ResourceIx, World};

/// Why a backup failed, in Azure's words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: i32,
    pub(crate) title: &'static str,
    pub(crate) message: &'static str,
    pub(crate) recommendation: &'static str,
}

/// A deny policy stands in the way of the snapshot.
pub(crate) const DENIED: Failure = Failure {
    code: 400_239,
    title: "UserErrorRequestDisallowedByPolicy",
    message: "An invalid policy is configured on the VM which is preventing Snapshot operation.",
    recommendation: "If you have an Azure Policy that governs tags within your environment, \
                     either consider changing the policy from a Deny effect to a Modify effect, \
                     or create the resource group manually according to the naming schema \
                     required by Azure Backup.",
};

/// The agent in the machine does not answer.
pub(crate) const NO_AGENT: Failure = Failure {
    code: 400_227,
    title: "UserErrorGuestAgentStatusUnavailable",
    message: "VM agent is unable to communicate with the Azure Backup service.",
    recommendation: "Ensure the VM agent is running and up to date, and that the machine can \
                     reach 168.63.129.16 on ports 80 and 32526.",
};

/// A snapshot that took too long once.
pub(crate) const SLOW_SNAPSHOT: Failure = Failure {
    code: 400_107,
    title: "GuestAgentSnapshotTaskStatusError",
    message: "Could not communicate with the VM agent for snapshot status.",
    recommendation: "Retry the backup. If it fails again, restart the VM agent.",
};

/// The backup extension of a cluster is ill.
pub(crate) const ILL_EXTENSION: Failure = Failure {
    code: 0,
    title: "UserErrorKubernetesBackupExtensionUnhealthy",
    message: "The Backup extension in the cluster is unhealthy and cannot run this operation.",
    recommendation: "Check that the pods of the extension in the namespace dataprotection-microsoft \
                     are running, then trigger the backup again.",
};

/// A body of a vault's as the row of Resource Graph: with its place, and its type in lower case.
pub(crate) fn row(world: &World, vault: ResourceIx, mut body: Value) -> Value {
    let resource = world.resource(vault);
    let group = resource.and_then(|r| world.group(r.group));
    let subscription = group.and_then(|g| world.subscription(g.subscription));
    if let Some(members) = body.as_object_mut() {
        let kind = members.get("type").and_then(Value::as_str).unwrap_or_default();
        let kind = kind.to_ascii_lowercase();
        members.insert("type".into(), json!(kind));
        members.insert("tenantId".into(), json!(world.tenant_id));
        members.insert("location".into(), json!(group.map(|g| g.region.name())));
        members.insert("subscriptionId".into(), json!(subscription.map(|s| &s.id)));
        let group = group.map_or_else(String::new, |g| g.name.to_ascii_lowercase());
        members.insert("resourceGroup".into(), json!(group));
    }
    body
}

/// Adds members to the `properties` of a body.
pub(crate) fn extend(body: &mut Value, more: Value) {
    let properties = body.get_mut("properties").and_then(Value::as_object_mut);
    if let (Some(properties), Value::Object(more)) = (properties, more) {
        properties.extend(more);
    }
}

/// A length in ISO 8601, as backup jobs have it.
pub(crate) fn iso_seconds(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("PT{seconds}.2417603S"),
        (0, _) => format!("PT{minutes}M{seconds}.2417603S"),
        (_, _) => format!("PT{hours}H{minutes}M{seconds}.2417603S"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_iso_8601() {
        assert_eq!(iso_seconds(9), "PT9.2417603S");
        assert_eq!(iso_seconds(190), "PT3M10.2417603S");
        assert_eq!(iso_seconds(3_700), "PT1H1M40.2417603S");
    }
}

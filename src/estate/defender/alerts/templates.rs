//! What Defender says when it raises an alert: published alert types with their texts.

use serde_json::{Value, json};

use super::AlertState;
use crate::estate::{defender::catalogue::Severity, stories::brute_force, world::kind::Kind};

/// An alert type.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) alert_type: &'static str,
    pub(super) display: &'static str,
    pub(super) severity: Severity,
    pub(super) kind: Kind,
    pub(super) component: &'static str,
    pub(super) intent: &'static str,
    pub(super) techniques: &'static [&'static str],
    /// `{}` is the name of what is attacked.
    description: &'static str,
    pub(super) remediation: &'static [&'static str],
    source: Option<&'static str>,
}

/// The alerts of the brute-force story, the graver first.
pub(super) const BRUTE_FORCE: &[Template] = &[
    Template {
        alert_type: "VM_LoginBruteForceSuccess",
        display: "Successful brute force attack",
        severity: Severity::High,
        kind: Kind::VirtualMachine,
        component: "Servers",
        intent: "Exploitation",
        techniques: &["T1110", "T1078"],
        description: "Several sign in attempts were detected from the same source against {}. Some successfully authenticated to the host over Remote Desktop (port 3389). This resembles a burst attack, in which an attacker performs numerous authentication attempts to find valid account credentials.",
        remediation: &[
            "Disable the account that signed in and reset its password.",
            "Remove the network security group rule that opens port 3389 to the Internet.",
            "Look for processes, accounts and scheduled tasks created on the machine since the sign-in.",
            "Enable just-in-time access on the machine.",
        ],
        source: Some(brute_force::ATTACKER),
    },
    Template {
        alert_type: "RDP_Incoming_BF_ManyToOne",
        display: "Suspicious incoming RDP network activity from multiple sources",
        severity: Severity::Medium,
        kind: Kind::VirtualMachine,
        component: "Servers",
        intent: "PreAttack",
        techniques: &["T1110"],
        description: "Network traffic analysis detected anomalous incoming Remote Desktop Protocol communication to {} from multiple sources. This may indicate an attempt to brute force your RDP end point from multiple hosts.",
        remediation: &[
            "Restrict port 3389 to known sources in the network security group.",
            "Check whether a sign-in succeeded during the activity.",
        ],
        source: Some(brute_force::ATTACKER),
    },
];

/// Alerts that happen in any estate.
pub(super) const USUAL: &[Template] = &[
    Template {
        alert_type: "VM_SuspectDownloadArtifacts",
        display: "Detected suspicious file download",
        severity: Severity::Low,
        kind: Kind::VirtualMachine,
        component: "Servers",
        intent: "Persistence",
        techniques: &["T1105"],
        description: "Analysis of host data has detected a suspicious download of a remote file on {}.",
        remediation: &["Review the downloaded file and the account that fetched it."],
        source: None,
    },
    Template {
        alert_type: "AntimalwareActionTaken",
        display: "Antimalware Action Taken",
        severity: Severity::Informational,
        kind: Kind::VirtualMachine,
        component: "Servers",
        intent: "Unknown",
        techniques: &[],
        description: "Microsoft Antimalware for Azure has taken an action to protect {} from malware or other potentially unwanted software.",
        remediation: &["No user action is necessary."],
        source: None,
    },
    Template {
        alert_type: "Storage.Blob_AnonymousAccessAnomaly",
        display: "Unusual unauthenticated public access to a sensitive blob container",
        severity: Severity::Medium,
        kind: Kind::StorageAccount,
        component: "Storage",
        intent: "InitialAccess",
        techniques: &["T1530"],
        description: "The storage account {} was accessed without authentication, which is a change in the access pattern.",
        remediation: &[
            "Disallow anonymous access to blobs of the account.",
            "Review what was read.",
        ],
        source: Some("203.0.113.112"),
    },
    Template {
        alert_type: "Storage.Blob_TorAnomaly",
        display: "Access from a Tor exit node to a storage blob container",
        severity: Severity::High,
        kind: Kind::StorageAccount,
        component: "Storage",
        intent: "InitialAccess",
        techniques: &["T1090", "T1530"],
        description: "The storage account {} was successfully accessed from an IP address known to be an active exit node of Tor.",
        remediation: &[
            "Rotate the account's keys.",
            "Restrict the account's firewall to known networks.",
        ],
        source: Some("203.0.113.200"),
    },
    Template {
        alert_type: "SQL.DB_PotentialSqlInjection",
        display: "Potential SQL injection",
        severity: Severity::High,
        kind: Kind::SqlServer,
        component: "Databases",
        intent: "PreAttack",
        techniques: &["T1190"],
        description: "An active exploit has occurred against an identified application vulnerable to SQL injection on {}.",
        remediation: &[
            "Use parameterized queries in the application.",
            "Review the statement in the audit log.",
        ],
        source: Some("203.0.113.31"),
    },
    Template {
        alert_type: "SQL.DB_PrincipalAnomaly",
        display: "Login from a principal user not seen in 60 days",
        severity: Severity::Medium,
        kind: Kind::SqlServer,
        component: "Databases",
        intent: "Exploitation",
        techniques: &["T1078"],
        description: "A principal user not seen in the last 60 days has logged into a database of {}.",
        remediation: &["Confirm the sign-in with the account's owner."],
        source: None,
    },
    Template {
        alert_type: "KV_OperationVolumeAnomaly",
        display: "High volume of operations in a key vault",
        severity: Severity::Medium,
        kind: Kind::KeyVault,
        component: "KeyVault",
        intent: "CredentialAccess",
        techniques: &["T1555"],
        description: "An anomalous number of key vault operations were performed by a user, service principal or application on {}.",
        remediation: &[
            "Review the operations in the vault's audit log.",
            "Rotate the secrets that were read if the access was not expected.",
        ],
        source: None,
    },
    Template {
        alert_type: "K8S_ExposedDashboard",
        display: "Exposed Kubernetes service detected",
        severity: Severity::High,
        kind: Kind::KubernetesCluster,
        component: "Containers",
        intent: "InitialAccess",
        techniques: &["T1133"],
        description: "The Kubernetes audit log analysis detected exposure of a sensitive application by a load balancer in {}.",
        remediation: &["Remove the public load balancer or require authentication before it."],
        source: None,
    },
];

/// An alert that every world has, so that a day's work is there to be done.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) group: &'static str,
    pub(super) resource: &'static str,
    pub(super) alert_type: &'static str,
    pub(super) hours_ago: i64,
    pub(super) state: AlertState,
}

pub(super) const TOLD: &[Told] = &[
    Told {
        group: "rg-orders-prod-eus2",
        resource: "sql-orders-prod-eus2",
        alert_type: "SQL.DB_PotentialSqlInjection",
        hours_ago: 31,
        state: AlertState::Active,
    },
    Told {
        group: "rg-analytics-prod-neu",
        resource: "dlsanalyticsprodneu",
        alert_type: "Storage.Blob_TorAnomaly",
        hours_ago: 58,
        state: AlertState::InProgress,
    },
    Told {
        group: "rg-inventory-prod-eus2",
        resource: "aks-inventory-prod-eus2",
        alert_type: "K8S_ExposedDashboard",
        hours_ago: 11 * 24,
        state: AlertState::Resolved,
    },
    Told {
        group: "rg-loyalty-prod-weu",
        resource: "kvloyaltyprodweu",
        alert_type: "KV_OperationVolumeAnomaly",
        hours_ago: 80,
        state: AlertState::Active,
    },
];

impl Template {
    /// The description with the name of what is attacked.
    pub(super) fn describe(&self, entity: &str) -> String {
        self.description.replace("{}", entity)
    }

    /// Who and what took part.
    pub(super) fn entities(&self, entity: &str) -> Value {
        let kind = if self.kind == Kind::VirtualMachine { "host" } else { "azure-resource" };
        let mut entities = vec![json!({ "$id": "1", "type": kind, "hostName": entity })];
        if let Some(address) = self.source {
            entities.push(json!({
                "$id": "2",
                "type": "ip",
                "address": address,
                "location": { "countryCode": "zz", "city": "unknown" },
            }));
        }
        if self.alert_type == "VM_LoginBruteForceSuccess" {
            entities.push(json!({ "$id": "3", "type": "account", "name": brute_force::ACCOUNT }));
        }
        Value::Array(entities)
    }

    /// Facts beside the description.
    pub(super) fn extended(&self) -> Value {
        let mut facts = json!({ "resourceType": self.kind.arm_type() });
        if let Some(facts) = facts.as_object_mut() {
            if let Some(address) = self.source {
                facts.insert("attackerSourceIP".into(), json!(format!("IP Address: {address}")));
            }
            if self.alert_type == "VM_LoginBruteForceSuccess" {
                facts.insert("victimPort".into(), json!("3389"));
                facts.insert("failedAttempts".into(), json!(brute_force::ATTEMPTS.to_string()));
                facts.insert("successfulLogins".into(), json!("1"));
                facts.insert("accountsUsed".into(), json!(brute_force::ACCOUNT));
            }
        }
        facts
    }
}

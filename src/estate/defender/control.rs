//! The security controls of the secure score: published names, ids and highest scores.

use serde_json::{Value, json};

use super::catalogue::{self, Assessment};

/// A security control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Control {
    EnableMfa,
    SecureManagementPorts,
    RemediateVulnerabilities,
    ApplySystemUpdates,
    EncryptInTransit,
    ManageAccess,
    RemediateConfigurations,
    RestrictNetworkAccess,
    EncryptAtRest,
    ProtectAgainstDdos,
    EndpointProtection,
    AuditingAndLogging,
    AdvancedThreatProtection,
    BestPractices,
}

use Control::*;

impl Control {
    /// Every control, the heaviest first.
    pub(crate) const ALL: [Self; 14] = [
        EnableMfa,
        SecureManagementPorts,
        RemediateVulnerabilities,
        ApplySystemUpdates,
        EncryptInTransit,
        ManageAccess,
        RemediateConfigurations,
        RestrictNetworkAccess,
        EncryptAtRest,
        ProtectAgainstDdos,
        EndpointProtection,
        AuditingAndLogging,
        AdvancedThreatProtection,
        BestPractices,
    ];

    /// The GUID that names the control.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            EnableMfa => "34a42fb3-e6db-409c-b56b-7b1db6b8aee0",
            SecureManagementPorts => "0d9de55f-5463-4f71-87dc-21f3a1d2a6b2",
            RemediateVulnerabilities => "5a1f5c1e-6a44-4f7d-a6f0-1c0fd5c2f2a4",
            ApplySystemUpdates => "61702b76-1fab-41f2-bcbc-50b7870dcf38",
            EncryptInTransit => "0e55495e-034f-4abc-8293-767229250176",
            ManageAccess => "2d85f639-0bea-4a4a-b6c6-608952a1414a",
            RemediateConfigurations => "99fc8df2-e0f5-40f8-9415-a7f7ca948b5a",
            RestrictNetworkAccess => "f9d5432b-8f7b-45e9-b90c-e214a30f6a02",
            EncryptAtRest => "8fd574ec-43cf-426e-a439-a67cbaf2d564",
            ProtectAgainstDdos => "a9909064-42b4-4d34-8143-275477afe18b",
            EndpointProtection => "12136bd9-dc24-44f2-9587-7be3af6aac14",
            AuditingAndLogging => "27b24961-75ba-4fe4-8909-97286d5dd5ee",
            AdvancedThreatProtection => "4db8d6cf-075b-4149-a813-da09ca2ae120",
            BestPractices => "76763537-9feb-42d3-b4f4-78c01117be80",
        }
    }

    /// The name people read.
    pub(crate) const fn display(self) -> &'static str {
        match self {
            EnableMfa => "Enable MFA",
            SecureManagementPorts => "Secure management ports",
            RemediateVulnerabilities => "Remediate vulnerabilities",
            ApplySystemUpdates => "Apply system updates",
            EncryptInTransit => "Encrypt data in transit",
            ManageAccess => "Manage access and permissions",
            RemediateConfigurations => "Remediate security configurations",
            RestrictNetworkAccess => "Restrict unauthorized network access",
            EncryptAtRest => "Enable encryption at rest",
            ProtectAgainstDdos => "Protect applications against DDoS attacks",
            EndpointProtection => "Enable endpoint protection",
            AuditingAndLogging => "Enable auditing and logging",
            AdvancedThreatProtection => "Enable enhanced security features",
            BestPractices => "Implement security best practices",
        }
    }

    /// What the control is about, in one sentence.
    pub(crate) const fn description(self) -> &'static str {
        match self {
            EnableMfa => {
                "Recommendations on multifactor authentication of accounts with permissions."
            }
            SecureManagementPorts => {
                "Recommendations on ports for remote administration, the usual target of brute-force attacks."
            }
            RemediateVulnerabilities => {
                "Recommendations on finding and fixing known vulnerabilities."
            }
            ApplySystemUpdates => "Recommendations on missing operating-system updates.",
            EncryptInTransit => "Recommendations on encrypting data on its way.",
            ManageAccess => "Recommendations on least privilege and on anonymous access.",
            RemediateConfigurations => "Recommendations on secure settings of operating systems.",
            RestrictNetworkAccess => {
                "Recommendations on limiting who can reach resources over the network."
            }
            EncryptAtRest => "Recommendations on encrypting stored data.",
            ProtectAgainstDdos => "Recommendations on preventing distributed denial of service.",
            EndpointProtection => "Recommendations on protecting machines from malware.",
            AuditingAndLogging => "Recommendations on logs needed for investigations.",
            AdvancedThreatProtection => "Recommendations on Defender plans.",
            BestPractices => "Recommendations that do not affect the score.",
        }
    }

    /// The score the control can add at most.
    pub(crate) const fn max_score(self) -> u32 {
        match self {
            EnableMfa => 10,
            SecureManagementPorts => 8,
            RemediateVulnerabilities | ApplySystemUpdates => 6,
            EncryptInTransit
            | ManageAccess
            | RemediateConfigurations
            | RestrictNetworkAccess
            | EncryptAtRest => 4,
            ProtectAgainstDdos | EndpointProtection => 2,
            AuditingAndLogging => 1,
            AdvancedThreatProtection | BestPractices => 0,
        }
    }

    /// The recommendations behind the control.
    pub(crate) fn assessments(self) -> impl Iterator<Item = &'static Assessment> {
        catalogue::all().filter(move |assessment| assessment.control == self)
    }

    /// The control's definition as ARM shows it.
    pub(crate) fn definition(self) -> Value {
        let assessments = self.assessments().map(|assessment| {
            json!({ "id": format!("/providers/Microsoft.Security/assessmentMetadata/{}", assessment.id) })
        });
        json!({
            "id": format!("/providers/Microsoft.Security/secureScoreControlDefinitions/{}", self.id()),
            "name": self.id(),
            "type": "Microsoft.Security/secureScoreControlDefinitions",
            "properties": {
                "source": { "sourceType": "BuiltIn" },
                "displayName": self.display(),
                "description": self.description(),
                "maxScore": self.max_score(),
                "assessmentDefinitions": assessments.collect::<Vec<_>>(),
            },
        })
    }
}

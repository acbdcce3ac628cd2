//! Standards that companies keep to: published ids of their controls, and which of Defender's
//! security controls check each.

use super::{Requirement, Standard};
use crate::estate::defender::control::Control::{self, *};

/// The recommendation on backup of virtual machines.
const BACKUP: &[&str] = &["f2f595ec-5dc6-68b4-82ef-b63563e9c610"];

const fn requirement(
    id: &'static str,
    description: &'static str,
    controls: &'static [Control],
) -> Requirement {
    Requirement { id, description, controls, besides: &[] }
}

const fn on_backup(id: &'static str, description: &'static str) -> Requirement {
    Requirement { id, description, controls: &[], besides: BACKUP }
}

/// Every standard, in the order the list shows them.
pub(super) const STANDARDS: &[Standard] = &[
    Standard {
        name: "Microsoft-cloud-security-benchmark",
        is_for_production: false,
        requirements: &[
            requirement(
                "NS.1",
                "Establish network segmentation boundaries",
                &[RestrictNetworkAccess, SecureManagementPorts],
            ),
            requirement("NS.5", "Deploy DDOS protection", &[ProtectAgainstDdos]),
            requirement("IM.6", "Use strong authentication controls", &[EnableMfa]),
            requirement(
                "PA.1",
                "Separate and limit highly privileged/administrative users",
                &[ManageAccess],
            ),
            requirement("DP.3", "Encrypt sensitive data in transit", &[EncryptInTransit]),
            requirement("DP.4", "Enable data at rest encryption by default", &[EncryptAtRest]),
            requirement("AM.2", "Use only approved services", &[]),
            requirement(
                "LT.1",
                "Enable threat detection capabilities",
                &[AdvancedThreatProtection],
            ),
            requirement("LT.3", "Enable logging for security investigation", &[AuditingAndLogging]),
            requirement(
                "PV.4",
                "Audit and enforce secure configurations for compute resources",
                &[RemediateConfigurations],
            ),
            requirement(
                "PV.6",
                "Rapidly and automatically remediate vulnerabilities",
                &[RemediateVulnerabilities, ApplySystemUpdates],
            ),
            requirement("ES.1", "Use Endpoint Detection and Response (EDR)", &[EndpointProtection]),
            on_backup("BR.1", "Ensure regular automated backups"),
            requirement(
                "GS.1",
                "Align organization roles, responsibilities and accountabilities",
                &[],
            ),
        ],
    },
    Standard {
        name: "ISO-27001",
        is_for_production: false,
        requirements: &[
            requirement("A.5.1.1", "Policies for information security", &[]),
            requirement("A.9.2.3", "Management of privileged access rights", &[ManageAccess]),
            requirement("A.9.4.2", "Secure log-on procedures", &[EnableMfa]),
            requirement(
                "A.10.1.1",
                "Policy on the use of cryptographic controls",
                &[EncryptAtRest, EncryptInTransit],
            ),
            requirement("A.12.2.1", "Controls against malware", &[EndpointProtection]),
            on_backup("A.12.3.1", "Information backup"),
            requirement("A.12.4.1", "Event logging", &[AuditingAndLogging]),
            requirement(
                "A.12.6.1",
                "Management of technical vulnerabilities",
                &[RemediateVulnerabilities, ApplySystemUpdates],
            ),
            requirement(
                "A.13.1.1",
                "Network controls",
                &[RestrictNetworkAccess, SecureManagementPorts],
            ),
        ],
    },
    Standard {
        name: "NIST-SP-800-53-R5",
        is_for_production: false,
        requirements: &[
            requirement("AC-6", "Least Privilege", &[ManageAccess]),
            requirement("AC-17", "Remote Access", &[SecureManagementPorts]),
            requirement("AU-12", "Audit Record Generation", &[AuditingAndLogging]),
            requirement("CM-6", "Configuration Settings", &[RemediateConfigurations]),
            on_backup("CP-9", "System Backup"),
            requirement(
                "IA-2(1)",
                "Multi-factor Authentication to Privileged Accounts",
                &[EnableMfa],
            ),
            requirement("PE-3", "Physical Access Control", &[]),
            requirement(
                "RA-5",
                "Vulnerability Monitoring and Scanning",
                &[RemediateVulnerabilities],
            ),
            requirement("SC-5", "Denial-of-service Protection", &[ProtectAgainstDdos]),
            requirement("SC-7", "Boundary Protection", &[RestrictNetworkAccess]),
            requirement("SC-8", "Transmission Confidentiality and Integrity", &[EncryptInTransit]),
            requirement("SC-28", "Protection of Information at Rest", &[EncryptAtRest]),
            requirement("SI-2", "Flaw Remediation", &[ApplySystemUpdates]),
            requirement("SI-3", "Malicious Code Protection", &[EndpointProtection]),
        ],
    },
    Standard {
        name: "PCI-DSS-4",
        is_for_production: true,
        requirements: &[
            requirement(
                "1.3.1",
                "Inbound traffic to the cardholder data environment is restricted",
                &[RestrictNetworkAccess, SecureManagementPorts],
            ),
            requirement(
                "2.2.1",
                "Configuration standards are developed, implemented, and maintained",
                &[RemediateConfigurations],
            ),
            requirement(
                "3.5.1",
                "Stored account data is secured with strong cryptography",
                &[EncryptAtRest],
            ),
            requirement(
                "4.2.1",
                "Account data is protected with strong cryptography during transmission",
                &[EncryptInTransit],
            ),
            requirement(
                "5.2.1",
                "An anti-malware solution is deployed on all system components",
                &[EndpointProtection],
            ),
            requirement(
                "6.3.3",
                "System components are protected from known vulnerabilities by installing patches",
                &[ApplySystemUpdates],
            ),
            requirement(
                "7.2.1",
                "Access is assigned by job function and least privilege",
                &[ManageAccess],
            ),
            requirement(
                "8.4.2",
                "Multi-factor authentication is implemented for all access",
                &[EnableMfa],
            ),
            requirement("9.1.1", "Processes for restricting physical access are defined", &[]),
            requirement("10.2.1", "Audit logs are enabled and active", &[AuditingAndLogging]),
            requirement(
                "11.3.1",
                "Vulnerabilities are found and addressed by regular scans",
                &[RemediateVulnerabilities],
            ),
        ],
    },
];

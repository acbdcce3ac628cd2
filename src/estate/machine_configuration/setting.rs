//! The settings that configurations check, with what a report says when one fails.

use super::Configuration;

/// A setting.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) severity: &'static str,
    pub(super) expected: &'static str,
    /// The phrase of the reason when it fails.
    pub(super) failing: &'static str,
    pub(super) code: &'static str,
}

const fn rule(
    id: &'static str,
    name: &'static str,
    (severity, expected): (&'static str, &'static str),
    failing: &'static str,
) -> Setting {
    Setting { id, name, severity, expected, failing, code: "BaselineRuleFail" }
}

const WINDOWS: &[Setting] = &[
    rule(
        "AZ-WIN-73785",
        "Increase scheduling priority",
        ("Warning", "Administrators, Window Manager\\Window Manager Group"),
        "Expected Administrators, Window Manager\\Window Manager Group, found Administrators, Users.",
    ),
    rule(
        "AZ-WIN-00171",
        "Minimum session security for NTLM SSP based servers",
        ("Critical", "537395200"),
        "Expected 537395200, found 536870912.",
    ),
    rule(
        "AZ-WIN-00186",
        "Network security: LAN Manager authentication level",
        ("Critical", "5"),
        "Expected 5 (send NTLMv2 only, refuse LM and NTLM), found 3.",
    ),
    rule(
        "AZ-WIN-00145",
        "Turn off multicast name resolution",
        ("Warning", "0"),
        "Expected registry value EnableMulticast 0, found no value.",
    ),
    rule(
        "AZ-WIN-00026",
        "Audit Credential Validation",
        ("Critical", "Success and Failure"),
        "Expected Success and Failure, found Success.",
    ),
    rule(
        "AZ-WIN-00149",
        "Solicited Remote Assistance",
        ("Critical", "0"),
        "Expected registry value fAllowToGetHelp 0, found 1.",
    ),
    rule(
        "AZ-WIN-73588",
        "SMB v1 client driver is disabled",
        ("Critical", "4"),
        "Expected start type 4 (disabled) of mrxsmb10, found 3.",
    ),
];

const LINUX: &[Setting] = &[
    rule(
        "MSID-106.3",
        "SSH idle time-out is set",
        ("Warning", "ClientAliveInterval 3600"),
        "Expected ClientAliveInterval 3600 in /etc/ssh/sshd_config, found no value.",
    ),
    rule(
        "MSID-109",
        "Signing in as root over SSH is off",
        ("Critical", "PermitRootLogin no"),
        "Expected PermitRootLogin no in /etc/ssh/sshd_config, found prohibit-password.",
    ),
    rule(
        "MSID-1.1.21",
        "Removable media are mounted with noexec",
        ("Warning", "noexec"),
        "Expected noexec for /mnt/media in /etc/fstab, found defaults.",
    ),
    rule(
        "MSID-38",
        "ICMP redirects are refused",
        ("Critical", "net.ipv4.conf.all.accept_redirects = 0"),
        "Expected net.ipv4.conf.all.accept_redirects 0, found 1.",
    ),
    rule(
        "MSID-157.5",
        "Passwords expire after 365 days or sooner",
        ("Critical", "PASS_MAX_DAYS 365"),
        "Expected PASS_MAX_DAYS at most 365 in /etc/login.defs, found 99999.",
    ),
    rule(
        "MSID-84",
        "The audit daemon runs",
        ("Warning", "auditd active"),
        "Expected the service auditd to be active, found inactive.",
    ),
];

const PROTOCOLS: &[Setting] = &[
    rule(
        "[SecureWebServer]TLS10",
        "TLS 1.0 is off",
        ("Critical", "Disabled"),
        "Expected protocol TLS 1.0 disabled, found enabled for the server.",
    ),
    rule(
        "[SecureWebServer]TLS11",
        "TLS 1.1 is off",
        ("Critical", "Disabled"),
        "Expected protocol TLS 1.1 disabled, found enabled for the server.",
    ),
    rule(
        "[SecureWebServer]SSL30",
        "SSL 3.0 is off",
        ("Critical", "Disabled"),
        "Expected protocol SSL 3.0 disabled, found enabled for the server.",
    ),
];

/// The settings of a configuration.
pub(super) const fn of(configuration: Configuration) -> &'static [Setting] {
    match configuration {
        Configuration::WindowsBaseline => WINDOWS,
        Configuration::LinuxBaseline => LINUX,
        Configuration::SecureProtocols => PROTOCOLS,
    }
}

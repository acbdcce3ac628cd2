//! What the stories changed inside machines.

use super::Change;

/// After the password was guessed: something that stays.
pub(in super::super) static INTRUDED: &[Change] = &[
    Change::File("C:\\Windows\\Temp\\wupdsvc.exe", 0, 1_488_384),
    Change::Service("wupdsvc", "Windows Update Support", "", "Running"),
    Change::Registry("SYSTEM\\CurrentControlSet\\Control\\Lsa", "DisableRestrictedAdmin", "1", "0"),
];

/// What slowed the old machine down.
pub(in super::super) static STRIPPED: &[Change] = &[
    Change::Service(
        "Sense",
        "Windows Defender Advanced Threat Protection Service",
        "Running",
        "Stopped",
    ),
    Change::Software(
        "Microsoft Defender for Endpoint",
        "Microsoft Corporation",
        "10.8760.20348",
        "",
    ),
];

/// What was switched off to get the checkout to work.
pub(in super::super) static LOOSENED: &[Change] = &[
    Change::File("/etc/ssh/sshd_config", 3_287, 3_254),
    Change::Daemon("ufw", "active (exited)", "inactive (dead)"),
];

/// A window that was over too soon, the later first.
pub(in super::super) static DEFERRED: &[Change] = &[
    Change::Service("wuauserv", "Windows Update", "Running", "Stopped"),
    Change::Service("wuauserv", "Windows Update", "Running", "Stopped"),
];

//! What machines have inside and what changes there, as plain facts.

pub(super) mod told;

use super::super::ask::Line;
use crate::estate::chance::Chance;

/// A program or a package.
pub(super) struct Software {
    pub(super) name: &'static str,
    pub(super) publisher: &'static str,
    pub(super) version: &'static str,
    pub(super) is_linux: bool,
    /// Percent of the machines that have it.
    pub(super) share: u8,
}

/// A service or a daemon.
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) display: &'static str,
    pub(super) path: &'static str,
    pub(super) runs: bool,
    pub(super) is_linux: bool,
    pub(super) share: u8,
}

/// An update that machines may miss.
pub(super) struct Update {
    pub(super) title: &'static str,
    pub(super) classification: &'static str,
    pub(super) kb: &'static str,
    pub(super) product: &'static str,
    pub(super) version: &'static str,
    pub(super) severity: &'static str,
    pub(super) weakness: &'static str,
    /// Days before the anchor.
    pub(super) published: i64,
    pub(super) is_linux: bool,
}

impl Software {
    pub(super) const fn fits(&self, is_linux: bool) -> bool {
        self.is_linux == is_linux
    }
}

impl Service {
    pub(super) const fn fits(&self, is_linux: bool) -> bool {
        self.is_linux == is_linux
    }
}

impl Update {
    pub(super) fn is_urgent(&self) -> bool {
        ["Critical", "Security"].iter().any(|word| self.classification.starts_with(word))
    }
}

const fn program(
    (name, publisher): (&'static str, &'static str),
    version: &'static str,
    is_linux: bool,
    share: u8,
) -> Software {
    Software { name, publisher, version, is_linux, share }
}

pub(super) const SOFTWARE: &[Software] = &[
    program(
        ("Microsoft Defender for Endpoint", "Microsoft Corporation"),
        "10.8760.20348",
        false,
        100,
    ),
    program(
        ("Microsoft .NET Runtime - 8.0.13 (x64)", "Microsoft Corporation"),
        "8.0.13",
        false,
        75,
    ),
    program(
        ("Microsoft SQL Server 2019 (64-bit)", "Microsoft Corporation"),
        "15.0.4410.1",
        false,
        30,
    ),
    program(("Google Chrome", "Google LLC"), "132.0.6834.160", false, 55),
    program(("7-Zip 23.01 (x64)", "Igor Pavlov"), "23.01", false, 60),
    program(("Notepad++ (64-bit x64)", "Notepad++ Team"), "8.6.4", false, 40),
    program(("Java 8 Update 401 (64-bit)", "Oracle Corporation"), "8.0.4010.10", false, 25),
    program(("OpenSSL 1.1.1w (64-bit)", "OpenSSL Win64 Installer Team"), "1.1.1w", false, 15),
    program(("Azure Connected Machine Agent", "Microsoft Corporation"), "1.48.02881", false, 20),
    program(("mdatp", "Microsoft"), "101.24112.0003", true, 85),
    program(("openssh-server", "Ubuntu Developers"), "1:8.9p1-3ubuntu0.10", true, 100),
    program(("openssl", "Ubuntu Developers"), "3.0.2-0ubuntu1.18", true, 100),
    program(("nginx", "Ubuntu Developers"), "1.18.0-6ubuntu14.6", true, 60),
    program(("nodejs", "Nodesource"), "18.20.5-1nodesource1", true, 45),
    program(
        ("openjdk-17-jre-headless", "Ubuntu Developers"),
        "17.0.13+11-2ubuntu1~22.04",
        true,
        40,
    ),
    program(("python3", "Ubuntu Developers"), "3.10.6-1~22.04.1", true, 100),
    program(("curl", "Ubuntu Developers"), "7.81.0-1ubuntu1.20", true, 100),
];

const fn service(
    (name, display): (&'static str, &'static str),
    path: &'static str,
    (is_linux, runs): (bool, bool),
    share: u8,
) -> Service {
    Service { name, display, path, runs, is_linux, share }
}

pub(super) const SERVICES: &[Service] = &[
    service(
        ("W3SVC", "World Wide Web Publishing Service"),
        "C:\\Windows\\system32\\svchost.exe -k iissvcs",
        (false, true),
        60,
    ),
    service(("Spooler", "Print Spooler"), "C:\\Windows\\System32\\spoolsv.exe", (false, true), 80),
    service(
        ("wuauserv", "Windows Update"),
        "C:\\Windows\\system32\\svchost.exe -k netsvcs",
        (false, false),
        100,
    ),
    service(
        ("MSSQLSERVER", "SQL Server (MSSQLSERVER)"),
        "C:\\Program Files\\Microsoft SQL Server\\MSSQL15\\Binn\\sqlservr.exe",
        (false, true),
        30,
    ),
    service(
        ("RemoteRegistry", "Remote Registry"),
        "C:\\Windows\\system32\\svchost.exe -k localService",
        (false, false),
        100,
    ),
    service(
        ("TermService", "Remote Desktop Services"),
        "C:\\Windows\\System32\\svchost.exe -k termsvcs",
        (false, true),
        100,
    ),
    service(
        ("ssh", "OpenBSD Secure Shell server"),
        "/lib/systemd/system/ssh.service",
        (true, true),
        100,
    ),
    service(
        ("nginx", "A high performance web server"),
        "/lib/systemd/system/nginx.service",
        (true, true),
        60,
    ),
    service(
        ("cron", "Regular background program processing daemon"),
        "/lib/systemd/system/cron.service",
        (true, true),
        100,
    ),
    service(("snapd", "Snap Daemon"), "/lib/systemd/system/snapd.service", (true, true), 85),
    service(
        ("rpcbind", "RPC bind portmap service"),
        "/lib/systemd/system/rpcbind.service",
        (true, false),
        30,
    ),
];

pub(super) const UPDATES: &[Update] = &[
    Update {
        title: "2026-02 Cumulative Update for Microsoft server operating system version 21H2 for x64-based Systems (KB5052106)",
        classification: "Security Updates",
        kb: "5052106",
        product: "Windows Server 2022",
        version: "10.0.20348",
        severity: "Critical",
        weakness: "CVE-2024-38063, CVE-2024-38077",
        published: 20,
        is_linux: false,
    },
    Update {
        title: "2026-01 Servicing Stack Update for Microsoft server operating system version 21H2 (KB5050112)",
        classification: "Critical Updates",
        kb: "5050112",
        product: "Windows Server 2022",
        version: "10.0.20348",
        severity: "Critical",
        weakness: "",
        published: 48,
        is_linux: false,
    },
    Update {
        title: "2026-02 Cumulative Update for .NET Framework 3.5 and 4.8.1 (KB5051995)",
        classification: "Update Rollups",
        kb: "5051995",
        product: ".NET Framework",
        version: "4.8.1",
        severity: "Important",
        weakness: "",
        published: 20,
        is_linux: false,
    },
    Update {
        title: "Windows Malicious Software Removal Tool x64 - v5.132 (KB890830)",
        classification: "Feature Packs",
        kb: "890830",
        product: "Windows Server 2022",
        version: "5.132",
        severity: "",
        weakness: "",
        published: 20,
        is_linux: false,
    },
    Update {
        title: "openssh-server",
        classification: "Security Updates",
        kb: "",
        product: "openssh-server",
        version: "1:8.9p1-3ubuntu0.11",
        severity: "Important",
        weakness: "CVE-2024-6387",
        published: 33,
        is_linux: true,
    },
    Update {
        title: "linux-image-azure",
        classification: "Critical Updates",
        kb: "",
        product: "linux-image-azure",
        version: "6.8.0.1021.26",
        severity: "Critical",
        weakness: "CVE-2024-1086",
        published: 27,
        is_linux: true,
    },
    Update {
        title: "libc6",
        classification: "Security Updates",
        kb: "",
        product: "libc6",
        version: "2.35-0ubuntu3.9",
        severity: "Important",
        weakness: "CVE-2023-4911",
        published: 41,
        is_linux: true,
    },
    Update {
        title: "tzdata",
        classification: "Others",
        kb: "",
        product: "tzdata",
        version: "2025b-0ubuntu0.22.04",
        severity: "",
        weakness: "",
        published: 15,
        is_linux: true,
    },
];

/// What changed inside a machine.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Name, publisher, version before and after; empty where there was or is none.
    Software(&'static str, &'static str, &'static str, &'static str),
    /// Name, display name, state before and after.
    Service(&'static str, &'static str, &'static str, &'static str),
    /// Name of a daemon, state before and after.
    Daemon(&'static str, &'static str, &'static str),
    /// Path, bytes before and after; 0 where there was or is none.
    File(&'static str, i64, i64),
    /// Key, name of the value, data before and after.
    Registry(&'static str, &'static str, &'static str, &'static str),
}

impl Change {
    /// `ConfigChangeType` and `ChangeCategory`.
    pub(super) const fn words(&self) -> (&'static str, &'static str) {
        const fn category(was: bool, is: bool) -> &'static str {
            match (was, is) {
                (false, _) => "Added",
                (true, false) => "Removed",
                (true, true) => "Modified",
            }
        }
        match self {
            Self::Software(_, _, before, after) => {
                ("Software", category(!before.is_empty(), !after.is_empty()))
            }
            Self::Service(_, _, before, after) => {
                ("WindowsServices", category(!before.is_empty(), !after.is_empty()))
            }
            Self::Daemon(_, before, after) => {
                ("Daemons", category(!before.is_empty(), !after.is_empty()))
            }
            Self::File(_, before, after) => ("Files", category(*before > 0, *after > 0)),
            Self::Registry(_, _, before, after) => {
                ("Registry", category(!before.is_empty(), !after.is_empty()))
            }
        }
    }

    pub(super) const fn fields(&self) -> &'static str {
        match self {
            Self::Software(..) => "CurrentVersion",
            Self::Service(..) | Self::Daemon(..) => "SvcState",
            Self::File(..) => "FileContentChecksum, Size",
            Self::Registry(..) => "ValueData",
        }
    }

    pub(super) fn write(&self, line: &mut Line<'_>) {
        match self {
            Self::Software(name, publisher, before, after) => line.all([
                ("SoftwareName", (*name).into()),
                ("SoftwareType", "Application".into()),
                ("Publisher", (*publisher).into()),
                ("Previous", (*before).into()),
                ("Current", (*after).into()),
            ]),
            Self::Service(name, display, before, after) => line.all([
                ("SvcName", (*name).into()),
                ("SvcDisplayName", (*display).into()),
                ("SvcPreviousState", (*before).into()),
                ("SvcState", (*after).into()),
            ]),
            Self::Daemon(name, before, after) => line.all([
                ("SvcName", (*name).into()),
                ("SvcDisplayName", (*name).into()),
                ("SvcPreviousState", (*before).into()),
                ("SvcState", (*after).into()),
            ]),
            Self::File(path, before, after) => line.all([
                ("FileSystemPath", (*path).into()),
                ("PreviousSize", (*before).into()),
                ("Size", (*after).into()),
            ]),
            Self::Registry(key, name, before, after) => line.all([
                ("RegistryKey", (*key).into()),
                ("ValueName", (*name).into()),
                ("Hive", "HKEY_LOCAL_MACHINE".into()),
                ("PreviousValueData", (*before).into()),
                ("ValueData", (*after).into()),
            ]),
        };
    }
}

/// A change as any machine has it now and then.
pub(super) fn usual(is_linux: bool, own: Chance) -> Option<Change> {
    let roll = own.child("change").below(100);
    Some(match (is_linux, roll) {
        (false, 0..=11) => {
            Change::Software("Google Chrome", "Google LLC", "132.0.6834.110", "132.0.6834.160")
        }
        (false, 12..=17) => Change::Software(
            "Microsoft Edge",
            "Microsoft Corporation",
            "132.0.2957.127",
            "133.0.3065.51",
        ),
        (false, 18..=29) => {
            Change::Service("TrustedInstaller", "Windows Modules Installer", "Stopped", "Running")
        }
        (false, 30..=35) => Change::Service("Spooler", "Print Spooler", "Stopped", "Running"),
        (false, 36..=38) => Change::Registry(
            "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update",
            "AUOptions",
            "3",
            "4",
        ),
        (true, 0..=9) => Change::Software(
            "curl",
            "Ubuntu Developers",
            "7.81.0-1ubuntu1.19",
            "7.81.0-1ubuntu1.20",
        ),
        (true, 10..=16) => Change::Daemon("snapd", "active (running)", "inactive (dead)"),
        (true, 17..=22) => Change::File("/etc/nginx/nginx.conf", 2_412, 2_466),
        (true, 23..=25) => Change::File("/etc/hosts", 221, 268),
        _ => return None,
    })
}

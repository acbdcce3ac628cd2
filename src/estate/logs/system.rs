//! `Event` and `Syslog`: what operating systems and services write down.

use super::{
    ask::{Ask, Sink},
    sources::{Machine, machines},
};
use crate::estate::{
    chance::Chance,
    stories::{backup_policy, down_after_change, pending_patches, score_drop, unprotected},
    world::mark::Mark,
};

/// Seconds in which a machine writes at most one line of each usual kind.
const SLOT: i64 = 6 * 3_600;

/// An entry of a Windows event log.
struct Entry {
    log: &'static str,
    source: &'static str,
    id: i32,
    level: (i32, &'static str),
    text: &'static str,
    /// In percent of the slots.
    share: u8,
}

const INFORMATION: (i32, &str) = (4, "Information");
const WARNING: (i32, &str) = (3, "Warning");
const ERROR: (i32, &str) = (2, "Error");

const fn entry(
    (log, source): (&'static str, &'static str),
    id: i32,
    level: (i32, &'static str),
    text: &'static str,
    share: u8,
) -> Entry {
    Entry { log, source, id, level, text, share }
}

const USUAL: &[Entry] = &[
    entry(
        ("System", "Service Control Manager"),
        7036,
        INFORMATION,
        "The Windows Modules Installer service entered the running state.",
        70,
    ),
    entry(
        ("System", "Microsoft-Windows-Time-Service"),
        35,
        INFORMATION,
        "The time service is now synchronizing the system time with the time source VM IC Time Synchronization Provider.",
        35,
    ),
    entry(
        ("System", "Microsoft-Windows-DNS-Client"),
        1014,
        WARNING,
        "Name resolution for the name wpad timed out after none of the configured DNS servers responded.",
        14,
    ),
    entry(
        ("Application", "Microsoft-Windows-User Profiles Service"),
        1530,
        WARNING,
        "Windows detected your registry file is still in use by other applications or services.",
        10,
    ),
    entry(
        ("Application", "MSSQLSERVER"),
        833,
        WARNING,
        "SQL Server has encountered occurrences of I/O requests taking longer than 15 seconds to complete.",
        4,
    ),
    entry(
        ("System", "Disk"),
        153,
        WARNING,
        "The IO operation at logical block address for Disk 2 was retried.",
        4,
    ),
    entry(
        ("Application", "Application Error"),
        1000,
        ERROR,
        "Faulting application name: w3wp.exe, faulting module name: clr.dll, exception code: 0xc0000005.",
        5,
    ),
    entry(
        ("System", "Service Control Manager"),
        7034,
        ERROR,
        "The Print Spooler service terminated unexpectedly. It has done this 1 time(s).",
        3,
    ),
    entry(
        ("System", "Schannel"),
        36874,
        ERROR,
        "An TLS 1.0 connection request was received from a remote client application, but none of the cipher suites supported by the client are supported by the server.",
        6,
    ),
];

pub(super) fn event(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    for machine in machines(ask).iter().filter(|machine| !machine.is_linux) {
        for (number, entry) in (0_u64..).zip(USUAL) {
            let chance = machine.resource.chance.child("event").nth(number);
            for (at, own) in ask.window.slots((chance, machine.end), SLOT) {
                if own.child("happens").percent(entry.share) {
                    write(sink, machine, at, entry);
                }
            }
        }
        told(ask, sink, machine);
    }
}

/// What the stories leave in the event log.
fn told(ask: &Ask<'_>, sink: &mut Sink<'_>, machine: &Machine<'_>) {
    if machine.is_in(pending_patches::GROUP) {
        for window in pending_patches::WINDOWS {
            write(
                sink,
                machine,
                ask.window.ago(window) + 45,
                &entry(
                    ("System", "Microsoft-Windows-WindowsUpdateClient"),
                    20,
                    ERROR,
                    "Installation Failure: Windows failed to install the following update with error 0x80240017: 2026-02 Cumulative Update for Microsoft server operating system version 21H2.",
                    100,
                ),
            );
        }
    }
    if machine.is_in(backup_policy::GROUP) {
        for night in backup_policy::FAILURES {
            write(
                sink,
                machine,
                ask.window.ago(night) + 95,
                &entry(
                    ("Application", "VSS"),
                    8193,
                    ERROR,
                    "Volume Shadow Copy Service error: the snapshot was aborted because the backup service could not store it (UserErrorRequestDisallowedByPolicy).",
                    100,
                ),
            );
        }
    }
    if unprotected::machine(ask.world()) == Some(machine.ix) {
        write(
            sink,
            machine,
            ask.window.ago(unprotected::STRIPPED) - 40,
            &entry(
                ("System", "Service Control Manager"),
                7036,
                WARNING,
                "The Microsoft Defender for Endpoint Service (Sense) entered the stopped state.",
                100,
            ),
        );
    }
}

fn write(sink: &mut Sink<'_>, machine: &Machine<'_>, at: i64, entry: &Entry) {
    if !machine.speaks(at) {
        return;
    }
    sink.add(at, &machine.place, |line| {
        line.all([
            ("Computer", machine.name().into()),
            ("EventLog", entry.log.into()),
            ("Source", entry.source.into()),
            ("EventID", entry.id.into()),
            ("EventLevel", entry.level.0.into()),
            ("EventLevelName", entry.level.1.into()),
            ("EventCategory", 0.into()),
            ("UserName", "N/A".into()),
            ("RenderedDescription", entry.text.into()),
            ("Message", entry.text.into()),
        ]);
    });
}

/// A line of syslog.
struct Note {
    facility: &'static str,
    severity: &'static str,
    process: &'static str,
    text: &'static str,
    share: u8,
}

const fn note(
    (facility, severity): (&'static str, &'static str),
    process: &'static str,
    text: &'static str,
    share: u8,
) -> Note {
    Note { facility, severity, process, text, share }
}

const NOTES: &[Note] = &[
    note(
        ("cron", "info"),
        "CRON",
        "(root) CMD (test -x /usr/sbin/anacron || run-parts --report /etc/cron.daily)",
        80,
    ),
    note(("daemon", "info"), "systemd", "Started Daily apt download activities.", 50),
    note(("daemon", "notice"), "systemd", "Reloading configuration files of unit ssh.service.", 8),
    note(
        ("daemon", "warning"),
        "systemd-resolved",
        "Server returned error NXDOMAIN, mitigating potential DNS violation.",
        18,
    ),
    note(("daemon", "err"), "systemd", "snapd.service: Failed with result 'exit-code'.", 5),
    note(("kern", "warning"), "kernel", "hv_balloon: Max. dynamic memory size: 16384 MB", 5),
    note(
        ("kern", "err"),
        "kernel",
        "EXT4-fs error (device sdc1): ext4_lookup: deleted inode referenced",
        2,
    ),
    note(
        ("auth", "info"),
        "sshd",
        "Accepted publickey for azureuser from 10.10.0.4 port 52114 ssh2",
        20,
    ),
    note(
        ("user", "err"),
        "node",
        "unhandled rejection: connect ETIMEDOUT while calling an upstream",
        7,
    ),
];

pub(super) fn syslog(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    for machine in machines(ask).iter().filter(|machine| machine.is_linux) {
        for (number, one) in (0_u64..).zip(NOTES) {
            let chance = machine.resource.chance.child("syslog").nth(number);
            for (at, own) in ask.window.slots((chance, machine.end), SLOT) {
                if own.child("happens").percent(one.share) {
                    say(sink, machine, at, (one, one.text.to_owned()));
                }
            }
        }
        if machine.resource.marks.has(Mark::OpenManagementPorts) {
            knocking(ask, sink, machine);
        }
        if down_after_change::machine(ask.world()) == Some(machine.ix) {
            goes_down(sink, machine);
        }
    }
}

/// Names that whoever tries an open port tries first.
const GUESSES: &[&str] = &["root", "admin", "ubuntu", "oracle", "test", "postgres"];

/// Somebody is always trying a port that is open to the Internet.
fn knocking(ask: &Ask<'_>, sink: &mut Sink<'_>, machine: &Machine<'_>) {
    const TRIED: &Note = &note(("auth", "info"), "sshd", "", 100);
    // The ports of the checkout machines have been open since they went live.
    let since =
        if machine.is_in(score_drop::GROUP) { score_drop::WENT_LIVE } else { i64::MAX / 120 };
    let since = ask.window.ago(since);
    let chance = machine.resource.chance.child("knocking");
    for (at, own) in ask.window.slots((chance, machine.end), 900) {
        if at >= since {
            say(sink, machine, at, (TRIED, guess(own)));
        }
    }
}

fn guess(own: Chance) -> String {
    let user = own.child("user").pick(GUESSES);
    let (host, port) = (1 + own.child("host").below(250), 30_000 + own.child("port").below(30_000));
    format!("Failed password for invalid user {user} from 198.51.100.{host} port {port} ssh2")
}

/// The last words of a machine that was deallocated.
fn goes_down(sink: &mut Sink<'_>, machine: &Machine<'_>) {
    let Some(end) = machine.end else { return };
    for (before, text) in [
        (22, "Stopping Northlight order import API..."),
        (14, "northlight-api.service: Deactivated successfully."),
        (3, "Reached target System Power Off."),
    ] {
        let one = note(("daemon", "notice"), "systemd", "", 100);
        say(sink, machine, end - before, (&one, text.to_owned()));
    }
}

fn say(sink: &mut Sink<'_>, machine: &Machine<'_>, at: i64, (note, text): (&Note, String)) {
    sink.add(at, &machine.place, |line| {
        line.all([
            ("Computer", machine.name().into()),
            ("HostName", machine.name().into()),
            ("Facility", note.facility.into()),
            ("SeverityLevel", note.severity.into()),
            ("ProcessName", note.process.into()),
            ("SyslogMessage", text.into()),
            ("EventTime", super::ask::instant(at).into()),
            ("CollectorHostName", machine.name().into()),
        ]);
        let pid = 600 + machine.resource.chance.child(note.process).below(4_000);
        line.set("ProcessID", pid).set_with("HostIP", || machine.address().into());
    });
}

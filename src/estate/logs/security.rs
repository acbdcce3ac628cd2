//! `SecurityEvent`: sign-ins to Windows machines.

use super::{
    ask::{Ask, Sink},
    sources::{Machine, machines},
};
use crate::estate::{chance::Chance, stories::brute_force};

/// Seconds in which one person signs in to a machine at most once.
const SLOT: i64 = 4 * 3_600;
const PEOPLE: &[&str] =
    &["jonas.weber", "priya.raman", "amara.okafor", "svc-deploy", "svc-monitor"];

/// A sign-in, or the attempt.
struct Attempt<'a> {
    at: i64,
    succeeds: bool,
    user: &'a str,
    address: String,
    kind: i32,
    chance: Chance,
}

pub(super) fn event(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let attacked = ask.world().named(
        brute_force::GROUP,
        crate::estate::world::kind::Kind::VirtualMachine,
        brute_force::MACHINE,
    );
    for machine in machines(ask).iter().filter(|machine| !machine.is_linux) {
        let chance = machine.resource.chance.child("logon");
        for (at, own) in ask.window.slots((chance, machine.end), SLOT) {
            let user = own.child("user").pick(PEOPLE);
            let failed = own.child("failed").percent(4);
            let kind = if user.starts_with("svc") { 3 } else { 10 };
            let address = format!("10.10.0.{}", 4 + own.child("from").below(20));
            write(
                sink,
                machine,
                &Attempt { at, succeeds: !failed, user, address, kind, chance: own },
            );
        }
        if attacked == Some(machine.ix) {
            attack(ask, sink, machine);
        }
    }
}

/// One password after the other, evenly, until one is right.
fn attack(ask: &Ask<'_>, sink: &mut Sink<'_>, machine: &Machine<'_>) {
    let began = ask.window.ago(brute_force::ATTEMPTS_BEGAN);
    let succeeded = ask.window.ago(brute_force::SUCCEEDED);
    let attempt = |at, succeeds, chance| Attempt {
        at,
        succeeds,
        user: brute_force::ACCOUNT,
        address: brute_force::ATTACKER.to_owned(),
        kind: 10,
        chance,
    };
    let chance = machine.resource.chance.child("attack");
    for number in 0..i64::from(brute_force::ATTEMPTS) {
        let at = began + (succeeded - 30 - began) * number / i64::from(brute_force::ATTEMPTS);
        if ask.window.has(at) {
            write(sink, machine, &attempt(at, false, chance.nth(number.unsigned_abs())));
        }
    }
    write(sink, machine, &attempt(succeeded, true, chance));
}

fn write(sink: &mut Sink<'_>, machine: &Machine<'_>, attempt: &Attempt<'_>) {
    let (id, activity) = if attempt.succeeds {
        (4624, "4624 - An account was successfully logged on.")
    } else {
        (4625, "4625 - An account failed to log on.")
    };
    sink.add(attempt.at, &machine.place, |line| {
        let account = || format!("NORTHLIGHT\\{}", attempt.user);
        line.all([
            ("Computer", machine.name().into()),
            ("EventID", id.into()),
            ("Activity", activity.into()),
            ("AccountType", "User".into()),
            ("Channel", "Security".into()),
            ("EventSourceName", "Microsoft-Windows-Security-Auditing".into()),
            ("Level", if attempt.succeeds { "8" } else { "16" }.into()),
            ("IpAddress", attempt.address.as_str().into()),
            ("LogonType", attempt.kind.into()),
            (
                "LogonTypeName",
                if attempt.kind == 10 { "10 - RemoteInteractive" } else { "3 - Network" }.into(),
            ),
            ("LogonProcessName", "User32".into()),
            ("TargetUserName", attempt.user.into()),
            ("TargetDomainName", "NORTHLIGHT".into()),
            ("SubjectUserName", "-".into()),
            ("Process", "svchost.exe".into()),
            ("WorkstationName", "-".into()),
        ]);
        line.set_with("Account", || account().into())
            .set_with("TargetAccount", || account().into())
            .set_with("IpPort", || {
                (49_000 + attempt.chance.child("port").below(16_000)).to_string().into()
            });
        if !attempt.succeeds {
            line.all([
                ("Status", "0xc000006d".into()),
                ("SubStatus", "0xc000006a".into()),
                ("FailureReason", "%%2313".into()),
            ]);
        }
    });
}

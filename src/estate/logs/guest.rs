//! `ConfigurationChange`, `ConfigurationData`, `Update` and `UpdateSummary`: what is inside
//! machines and what changed there.

mod facts;

use super::{
    ask::{Ask, Line, Sink, instant},
    sources::{Machine, machines},
};
use crate::estate::{
    stories::{brute_force, pending_patches, score_drop, unprotected},
    world::{DAY, mark::Mark},
};
use facts::{Change, SERVICES, SOFTWARE, Service, Software, UPDATES, Update, told};

/// Seconds in which a machine changes in the usual way at most once.
const SLOT: i64 = 12 * 3_600;

pub(super) fn changes(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    for machine in &machines(ask) {
        let chance = machine.resource.chance.child("guest-change");
        for (at, own) in ask.window.slots((chance, machine.end), SLOT) {
            if let Some(change) = facts::usual(machine.is_linux, own) {
                write(ask, sink, machine, (at, &change));
            }
        }
        for (minutes, change) in of_stories(ask, machine) {
            let at = ask.window.ago(minutes);
            if machine.speaks(at) {
                write(ask, sink, machine, (at, change));
            }
        }
    }
}

/// What the stories changed inside a machine, each with minutes before the anchor.
fn of_stories(ask: &Ask<'_>, machine: &Machine<'_>) -> Vec<(i64, &'static Change)> {
    let world = ask.world();
    let intruded = machine.is_in(brute_force::GROUP) && machine.name() == brute_force::MACHINE;
    let mut all = Vec::new();
    if intruded {
        let after = [4, 6, 9].map(|minutes| brute_force::SUCCEEDED - minutes);
        all.extend(after.into_iter().zip(told::INTRUDED));
    }
    if unprotected::machine(world) == Some(machine.ix) {
        let before = [1, 1].map(|minutes| unprotected::STRIPPED + minutes);
        all.extend(before.into_iter().zip(told::STRIPPED));
    }
    if machine.is_in(score_drop::GROUP) {
        let live = [0, 2].map(|minutes| score_drop::WENT_LIVE - minutes);
        all.extend(live.into_iter().zip(told::LOOSENED));
    }
    if machine.is_in(pending_patches::GROUP) {
        all.extend(pending_patches::WINDOWS.into_iter().zip(told::DEFERRED));
    }
    all
}

fn write(ask: &Ask<'_>, sink: &mut Sink<'_>, machine: &Machine<'_>, (at, change): (i64, &Change)) {
    let (kind, category) = change.words();
    if !ask.sought.admits("ConfigChangeType", kind)
        || !ask.sought.admits("ChangeCategory", category)
    {
        return;
    }
    sink.add(at, &machine.place, |line| {
        line.set("Computer", machine.name());
        line.set("ConfigChangeType", kind).set("ChangeCategory", category);
        line.set_with("VMUUID", || machine.resource.chance.child("vmId").guid().into());
        if category == "Modified" {
            line.set("FieldsChanged", change.fields());
        }
        change.write(line);
    });
}

/// Inventory is told anew once a day.
pub(super) fn inventory(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    for machine in &machines(ask) {
        for at in daily(ask, machine, "inventory") {
            for (number, one) in (0_u64..).zip(SOFTWARE) {
                let has = machine.resource.chance.child("software").nth(number);
                if one.fits(machine.is_linux)
                    && has.percent(one.share)
                    && has_still(ask, machine, one, at)
                {
                    item(ask, sink, (machine, at, "Software"), |line| installed(line, one));
                }
            }
            for (number, one) in (0_u64..).zip(SERVICES) {
                let has = machine.resource.chance.child("service").nth(number);
                if one.fits(machine.is_linux) && has.percent(one.share) {
                    let kind = if machine.is_linux { "Daemons" } else { "WindowsServices" };
                    item(ask, sink, (machine, at, kind), |line| running(line, one));
                }
            }
        }
    }
}

/// Whether a machine still has what a story took away.
fn has_still(ask: &Ask<'_>, machine: &Machine<'_>, one: &Software, at: i64) -> bool {
    let is_sensor = one.name.starts_with("Microsoft Defender");
    let stripped = unprotected::machine(ask.world()) == Some(machine.ix)
        && at >= ask.window.ago(unprotected::STRIPPED);
    let without = machine.resource.marks.has(Mark::NoEndpointProtection);
    !(is_sensor && (stripped || without && unprotected::machine(ask.world()) != Some(machine.ix)))
}

fn item(
    ask: &Ask<'_>,
    sink: &mut Sink<'_>,
    (machine, at, kind): (&Machine<'_>, i64, &'static str),
    fill: impl FnOnce(&mut Line<'_>),
) {
    if !ask.sought.admits("ConfigDataType", kind) {
        return;
    }
    sink.add(at, &machine.place, |line| {
        line.set("Computer", machine.name()).set("ConfigDataType", kind);
        line.set_with("VMUUID", || machine.resource.chance.child("vmId").guid().into());
        fill(line);
    });
}

fn installed(line: &mut Line<'_>, one: &Software) {
    line.all([
        ("SoftwareName", one.name.into()),
        ("SoftwareType", if one.is_linux { "Package" } else { "Application" }.into()),
        ("Publisher", one.publisher.into()),
        ("CurrentVersion", one.version.into()),
        ("Architecture", "x64".into()),
    ]);
}

fn running(line: &mut Line<'_>, one: &Service) {
    line.all([
        ("SvcName", one.name.into()),
        ("SvcDisplayName", one.display.into()),
        ("SvcState", if one.runs { "Running" } else { "Stopped" }.into()),
        ("SvcStartupType", if one.runs { "Auto" } else { "Manual" }.into()),
        ("SvcAccount", if one.is_linux { "root" } else { "LocalSystem" }.into()),
        ("SvcPath", one.path.into()),
    ]);
}

/// One second of each day for a machine, the last of them before it fell silent.
fn daily(ask: &Ask<'_>, machine: &Machine<'_>, label: &str) -> Vec<i64> {
    let day = DAY * 60;
    let phase = machine.resource.chance.child(label).below(day.unsigned_abs());
    let phase = i64::try_from(phase).unwrap_or(0);
    let days = ask.window.from.div_euclid(day)..=ask.window.to.div_euclid(day);
    let all = days.map(|number| number * day + phase);
    all.filter(|at| ask.window.has(*at) && machine.speaks(*at)).collect()
}

/// What a machine misses.
fn missing(machine: &Machine<'_>) -> impl Iterator<Item = &'static Update> {
    let misses = machine.resource.marks.has(Mark::MissingUpdates);
    let chance = machine.resource.chance.child("updates");
    let is_linux = machine.is_linux;
    (0_u64..).zip(UPDATES).filter_map(move |(number, one)| {
        let needed = if one.is_urgent() { misses } else { chance.nth(number).percent(45) };
        (one.is_linux == is_linux && needed).then_some(one)
    })
}

pub(super) fn updates(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    for machine in &machines(ask) {
        for at in daily(ask, machine, "assessment") {
            for one in missing(machine) {
                sink.add(at, &machine.place, |line| {
                    line.all([
                        ("Computer", machine.name().into()),
                        ("Title", one.title.into()),
                        ("Classification", one.classification.into()),
                        ("UpdateState", "Needed".into()),
                        ("KBID", one.kb.into()),
                        ("Product", one.product.into()),
                        ("ProductVersion", one.version.into()),
                        ("Approved", true.into()),
                        ("Optional", false.into()),
                        ("RebootBehavior", "CanRequestReboot".into()),
                        ("MSRCSeverity", one.severity.into()),
                        ("OSType", if machine.is_linux { "Linux" } else { "Windows" }.into()),
                        ("CVENumbers", one.weakness.into()),
                    ]);
                    line.set_with("PublishedDate", || {
                        instant(ask.window.ago(one.published * DAY)).into()
                    })
                    .set_with("UpdateID", || {
                        crate::estate::chance::Chance::root(5).child(one.title).guid().into()
                    });
                });
            }
        }
    }
}

pub(super) fn summaries(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    for machine in &machines(ask) {
        for at in daily(ask, machine, "assessment") {
            let count = |word: &str| {
                missing(machine).filter(|one| one.classification.starts_with(word)).count()
            };
            let (critical, security) = (count("Critical"), count("Security"));
            let all = missing(machine).count();
            let oldest = missing(machine).filter(|one| one.is_urgent()).map(|one| one.published);
            sink.add(at, &machine.place, |line| {
                line.all([
                    ("Computer", machine.name().into()),
                    ("OsVersion", if machine.is_linux { "22.04" } else { "10.0.20348" }.into()),
                    ("TotalUpdatesMissing", all.into()),
                    ("CriticalUpdatesMissing", critical.into()),
                    ("SecurityUpdatesMissing", security.into()),
                    ("OtherUpdatesMissing", (all - critical - security).into()),
                    ("RestartPending", machine.is_in(pending_patches::GROUP).into()),
                    ("OldestMissingSecurityUpdateInDays", oldest.max().unwrap_or(0).into()),
                    ("WindowsUpdateSetting", "Scheduled installation".into()),
                ]);
            });
        }
    }
}

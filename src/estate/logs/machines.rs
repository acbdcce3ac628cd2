//! `Heartbeat`, `Perf` and `InsightsMetrics`: what machines say of themselves all the time.

use serde_json::{Value, json};

use super::{
    ask::{Ask, Line, Rate, Sink, busy},
    sources::{Machine, machines},
};
use crate::estate::world::mark::Mark;

pub(super) fn heartbeat(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let all = machines(ask);
    let rate = Rate { every: 1, sources: all.len() };
    for machine in &all {
        let phase = machine.resource.chance.child("heartbeat").bits();
        for at in ask.window.beats((phase, machine.end), rate) {
            sink.add(at, &machine.place, |line| about(ask, machine, line));
        }
    }
}

fn about(ask: &Ask<'_>, machine: &Machine<'_>, line: &mut Line<'_>) {
    let world = ask.world();
    let (system, major, minor) =
        if machine.is_linux { ("Ubuntu", "22", "04") } else { ("Windows Server 2022", "10", "0") };
    let subscription = world.subscription(machine.group.subscription);
    line.all([
        ("Computer", machine.name().into()),
        ("ComputerEnvironment", "Azure".into()),
        ("Category", "Azure Monitor Agent".into()),
        ("Version", if machine.is_linux { "1.33.1" } else { "1.31.0.0" }.into()),
        ("OSType", if machine.is_linux { "Linux" } else { "Windows" }.into()),
        ("OSName", system.into()),
        ("OSMajorVersion", major.into()),
        ("OSMinorVersion", minor.into()),
        ("Resource", machine.name().into()),
        ("ResourceGroup", machine.group.name.as_str().into()),
        ("ResourceProvider", "Microsoft.Compute".into()),
        ("ResourceType", "virtualMachines".into()),
        ("Solutions", "\"azureResources\", \"changeTracking\"".into()),
        ("RemoteIPCountry", "Netherlands".into()),
    ]);
    line.set_with("ComputerIP", || machine.address().into())
        .set_with("ComputerPrivateIPs", || json!([machine.address()]))
        .set_with("VMUUID", || machine.resource.chance.child("vmId").guid().into())
        .set_with("SourceComputerId", || machine.resource.chance.child("agent").guid().into())
        .set_with("ResourceId", || world.resource_id(machine.ix).into())
        .set_with("SubscriptionId", || {
            subscription.map_or(Value::Null, |one| one.id.clone().into())
        });
}

/// What is measured: object, counter and instance of `Perf` on Windows and on Linux, namespace
/// and name of `InsightsMetrics`.
struct Counter {
    windows: (&'static str, &'static str, &'static str),
    linux: (&'static str, &'static str, &'static str),
    insights: (&'static str, &'static str),
    value: fn(&Machine<'_>, i64) -> f64,
}

const COUNTERS: &[Counter] = &[
    Counter {
        windows: ("Processor Information", "% Processor Time", "_Total"),
        linux: ("Processor", "% Processor Time", "total"),
        insights: ("Processor", "UtilizationPercentage"),
        value: processor,
    },
    Counter {
        windows: ("Memory", "Available MBytes", ""),
        linux: ("Memory", "Available MBytes Memory", ""),
        insights: ("Memory", "AvailableMB"),
        value: memory,
    },
    Counter {
        windows: ("LogicalDisk", "% Free Space", "C:"),
        linux: ("Logical Disk", "% Free Space", "/"),
        insights: ("LogicalDisk", "FreeSpacePercentage"),
        value: free_space,
    },
    Counter {
        windows: ("LogicalDisk", "Disk Transfers/sec", "_Total"),
        linux: ("Logical Disk", "Disk Transfers/sec", "_Total"),
        insights: ("LogicalDisk", "TransfersPerSecond"),
        value: transfers,
    },
    Counter {
        windows: ("Network Adapter", "Bytes Total/sec", "_Total"),
        linux: ("Network", "Total Bytes", "eth0"),
        insights: ("Network", "ReadBytesPerSecond"),
        value: traffic,
    },
];

/// Metrics come every five minutes.
const EVERY: i64 = 5;

pub(super) fn perf(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let sought = ask.sought;
    measure(
        ask,
        sink,
        |machine, counter| {
            let (object, name, instance) =
                if machine.is_linux { counter.linux } else { counter.windows };
            sought.admits("CounterName", name)
                && sought.admits("ObjectName", object)
                && sought.admits("InstanceName", instance)
        },
        |line, machine, counter, value| {
            let (object, name, instance) =
                if machine.is_linux { counter.linux } else { counter.windows };
            line.all([
                ("ObjectName", object.into()),
                ("CounterName", name.into()),
                ("InstanceName", instance.into()),
                ("CounterValue", value.into()),
                ("Min", value.into()),
                ("Max", value.into()),
                ("SampleCount", 1.into()),
                ("StandardDeviation", 0.0.into()),
            ]);
            line.set_with("CounterPath", || {
                format!("\\\\{}\\{object}({instance})\\{name}", machine.name()).into()
            });
        },
    );
}

pub(super) fn insights(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let sought = ask.sought;
    measure(
        ask,
        sink,
        |_, counter| {
            let (namespace, name) = counter.insights;
            sought.admits("Name", name) && sought.admits("Namespace", namespace)
        },
        |line, machine, counter, value| {
            let (namespace, name) = counter.insights;
            let disk = if machine.is_linux { "/" } else { "C:" };
            line.all([
                ("Origin", "vm.azm.ms".into()),
                ("Namespace", namespace.into()),
                ("Name", name.into()),
                ("Val", value.into()),
            ]);
            line.set_with("Tags", || match namespace {
                "LogicalDisk" => json!({ "vm.azm.ms/mountId": disk }).to_string().into(),
                _ => "{}".into(),
            });
            line.set_with("AgentId", || machine.resource.chance.child("agent").guid().into());
        },
    );
}

fn measure(
    ask: &Ask<'_>,
    sink: &mut Sink<'_>,
    wants: impl Fn(&Machine<'_>, &Counter) -> bool,
    fill: impl Fn(&mut Line<'_>, &Machine<'_>, &Counter, f64),
) {
    let all = machines(ask);
    let rate = Rate { every: EVERY, sources: all.len() * COUNTERS.len() / 2 };
    for machine in &all {
        let phase = machine.resource.chance.child("perf").bits();
        let beats = ask.window.beats((phase, machine.end), rate);
        for counter in COUNTERS.iter().filter(|counter| wants(machine, counter)) {
            for at in &beats {
                sink.add(*at, &machine.place, |line| {
                    line.set("Computer", machine.name());
                    fill(line, machine, counter, (counter.value)(machine, *at));
                });
            }
        }
    }
}

/// A little up and down: 0 to `span`, the same for the same five minutes.
#[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
fn noise(machine: &Machine<'_>, label: &str, at: i64, span: u64) -> f64 {
    let step = at.div_euclid(300).unsigned_abs();
    machine.resource.chance.child(label).nth(step).below(span * 10 + 1) as f64 / 10.0
}

#[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
fn own(machine: &Machine<'_>, label: &str, span: u64) -> f64 {
    machine.resource.chance.child(label).below(span) as f64
}

#[expect(clippy::cast_precision_loss, reason = "a percentage")]
fn processor(machine: &Machine<'_>, at: i64) -> f64 {
    let base = 4.0 + own(machine, "cpu-base", 14);
    round(base + busy(at) as f64 * 0.35 + noise(machine, "cpu", at, 12))
}

#[expect(clippy::cast_precision_loss, reason = "a percentage")]
fn memory(machine: &Machine<'_>, at: i64) -> f64 {
    let size = 7_600.0 + own(machine, "memory-base", 3) * 4_096.0;
    round(size * 0.62 - busy(at) as f64 * size * 0.002 - noise(machine, "memory", at, 300))
}

fn free_space(machine: &Machine<'_>, at: i64) -> f64 {
    // A system that is never updated has filled its disk with what it should have removed.
    let least = if machine.resource.marks.has(Mark::MissingUpdates) { 9.0 } else { 31.0 };
    round(least + own(machine, "disk-base", 40) * 0.9 - noise(machine, "disk", at / 12, 1))
}

#[expect(clippy::cast_precision_loss, reason = "a percentage")]
fn transfers(machine: &Machine<'_>, at: i64) -> f64 {
    round(6.0 + busy(at) as f64 * 1.9 + noise(machine, "transfers", at, 40))
}

#[expect(clippy::cast_precision_loss, reason = "a percentage")]
fn traffic(machine: &Machine<'_>, at: i64) -> f64 {
    round(18_000.0 + busy(at) as f64 * 5_200.0 + noise(machine, "traffic", at, 9_000))
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

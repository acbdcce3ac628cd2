//! `AzureDiagnostics`, `AddonAzureBackupJobs` and `Usage`: what services of Azure write down of
//! themselves, and how much is written in all.

use serde_json::{Value, json};

use super::{
    ask::{Ask, Line, Place, Sink, instant},
    schema::{Definition, TABLES},
    sources::{hub, hubs, machines},
};
use crate::estate::{
    chance::Chance,
    stories::backup_policy,
    world::{DAY, ResourceIx, company::Environment, kind::Kind, mark::Mark},
};

const SLOT: i64 = 2 * 3_600;
const CALLERS: &[&str] = &[
    "sp-web-deploy",
    "jonas.weber@northlight.example",
    "priya.raman@northlight.example",
    "id-automation-weu",
];

/// What key vaults with a diagnostic setting write: who read which secret.
pub(super) fn diagnostics(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let world = ask.world();
    let all = world.subscription_ixs().flat_map(|ix| world.subscription_resources(ix));
    for ix in all {
        let Some(vault) = world.resource(ix).filter(|one| one.kind == Kind::KeyVault) else {
            continue;
        };
        let Some(group) = world.group(vault.group) else { continue };
        let place = Place::of(world, ix, hub(world, group.region));
        if vault.marks.has(Mark::NoDiagnostics) || !ask.sees(&place) {
            continue;
        }
        for (at, own) in ask.window.slots((vault.chance.child("audit"), None), SLOT) {
            let refused = own.child("refused").percent(6);
            let operation = own.child("operation").pick(&[
                "SecretGet",
                "SecretGet",
                "SecretList",
                "KeySign",
                "VaultGet",
            ]);
            let read = Audit { vault: &vault.name, group: &group.name, operation, refused, own };
            sink.add(at, &place, |line| audited(line, &place, &read));
        }
    }
}

/// A secret that somebody read, or wanted to.
struct Audit<'a> {
    vault: &'a str,
    group: &'a str,
    operation: &'a str,
    refused: bool,
    own: Chance,
}

fn audited(line: &mut Line<'_>, place: &Place, read: &Audit<'_>) {
    let Audit { refused, own, .. } = *read;
    let reason =
        if refused { "Caller is not authorized to perform action on resource." } else { "" };
    line.all([
        ("Category", "AuditEvent".into()),
        ("OperationName", read.operation.into()),
        ("ResultType", if refused { "Failed" } else { "Success" }.into()),
        ("ResultSignature", if refused { "Forbidden" } else { "OK" }.into()),
        ("ResultDescription", reason.into()),
        ("httpStatusCode_d", if refused { 403.0 } else { 200.0 }.into()),
        ("CallerIPAddress", "10.10.0.12".into()),
        ("DurationMs", (8 + own.child("lasts").below(90)).into()),
        ("Level", "Informational".into()),
        ("Resource", read.vault.to_ascii_uppercase().into()),
        ("ResourceGroup", read.group.to_ascii_uppercase().into()),
        ("ResourceProvider", "MICROSOFT.KEYVAULT".into()),
        ("ResourceType", "VAULTS".into()),
        ("identity_claim_upn_s", own.child("caller").pick(CALLERS).into()),
    ]);
    line.set_with("ResourceId", || place.id.to_ascii_uppercase().into())
        .set_with("CorrelationId", || own.child("correlation").guid().into())
        .set_with("requestUri_s", || {
            format!("https://{}.vault.azure.net/secrets/app-settings", read.vault).into()
        });
}

/// One job a night for each protected machine of production.
pub(super) fn backups(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let world = ask.world();
    let story = backup_policy::machines(world);
    let all = world.subscription_ixs().flat_map(|ix| world.subscription_resources(ix));
    for ix in all {
        let Some(machine) = world.resource(ix).filter(|one| one.kind == Kind::VirtualMachine)
        else {
            continue;
        };
        let Some(group) = world.group(machine.group) else { continue };
        if group.environment != Environment::Production || machine.marks.has(Mark::NoBackup) {
            continue;
        }
        let short = group.region.short();
        let name = format!("rsv-backup-prod-{short}");
        let vaults = world
            .subscription_groups(group.subscription)
            .flat_map(|one| world.group_resources(one));
        let vault = vaults
            .filter(|one| {
                world
                    .resource(*one)
                    .is_some_and(|r| r.kind == Kind::RecoveryVault && *r.name == *name)
            })
            .last();
        let Some(vault) = vault else { continue };
        let place = Place::of(world, vault, hub(world, group.region));
        if !ask.sees(&place) {
            continue;
        }
        let told = story.contains(&ix);
        for night in 0..90 {
            let minutes = night * DAY + 6 * 60 + 25;
            let at = ask.window.ago(minutes);
            let fails = told && backup_policy::FAILURES.contains(&minutes);
            job(sink, &place, (at, fails), (&machine.name, &name, machine.chance));
        }
    }
}

fn job(
    sink: &mut Sink<'_>,
    place: &Place,
    (at, fails): (i64, bool),
    (machine, vault, chance): (&str, &str, Chance),
) {
    let own = chance.child("backup").nth(at.unsigned_abs());
    sink.add(at, place, |line| {
        line.all([
            ("OperationName", "Job".into()),
            ("Category", "AddonAzureBackupJobs".into()),
            ("BackupItemFriendlyName", machine.into()),
            ("BackupManagementType", "IaaSVM".into()),
            ("JobOperation", "Backup".into()),
            ("JobStatus", if fails { "Failed" } else { "Completed" }.into()),
            (
                "JobFailureCode",
                if fails { "UserErrorRequestDisallowedByPolicy" } else { "Success" }.into(),
            ),
            ("JobStartDateTime", instant(at).into()),
            ("JobDurationInSecs", (1_200 + own.child("lasts").below(2_400)).into()),
            (
                "DataTransferredInMB",
                if fails { json!(0) } else { json!(900 + own.child("data").below(4_000)) },
            ),
            ("AdHocOrScheduledJob", "Scheduled".into()),
            ("VaultName", vault.into()),
        ]);
        line.set_with("JobUniqueId", || own.child("job").guid().into())
            .set_with("BackupItemUniqueId", || format!("{vault};VM;{machine}").into())
            .set_with("ResourceId", || place.id.to_ascii_uppercase().into());
    });
}

/// Bytes that each table of a workspace takes in an hour, by what writes to it: of a machine, of
/// an application, or of the whole.
const VOLUMES: &[(&str, Writer, i64)] = &[
    ("Heartbeat", Writer::Machine, 60 * 690),
    ("Perf", Writer::Machine, 12 * 5 * 210),
    ("InsightsMetrics", Writer::Machine, 60 * 22 * 240),
    ("Event", Writer::Machine, 4 * 820),
    ("Syslog", Writer::Machine, 34 * 410),
    ("SecurityEvent", Writer::Machine, 520 * 1_540),
    ("ConfigurationChange", Writer::Machine, 2 * 1_150),
    ("ConfigurationData", Writer::Machine, 14 * 980),
    ("Update", Writer::Machine, 3 * 900),
    ("AppRequests", Writer::App, 900 * 1_450),
    ("AppDependencies", Writer::App, 2_100 * 1_300),
    ("AppExceptions", Writer::App, 20 * 3_400),
    ("AppTraces", Writer::App, 3_800 * 780),
    ("AppPageViews", Writer::App, 300 * 1_000),
    ("AzureDiagnostics", Writer::Whole, 9_500 * 1_700),
    ("AzureActivity", Writer::Whole, 40 * 2_100),
    ("SigninLogs", Writer::Whole, 160 * 3_900),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Writer {
    Machine,
    App,
    Whole,
}

pub(super) fn usage(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let world = ask.world();
    let machines = machines(ask);
    for workspace in hubs(world) {
        let place = Place::of(world, workspace, Some(workspace));
        if !ask.sees(&place) {
            continue;
        }
        let reporting =
            machines.iter().filter(|one| one.place.workspace == Some(workspace)).count();
        let writers = [
            (Writer::Machine, reporting),
            (Writer::App, apps_of(ask, workspace)),
            (Writer::Whole, 1),
        ];
        for (table, writer, bytes) in VOLUMES {
            let Some(definition) = TABLES.iter().find(|one| one.name == *table) else { continue };
            let count =
                writers.iter().find(|(kind, _)| kind == writer).map_or(0, |(_, count)| *count);
            let whole = bytes.saturating_mul(i64::try_from(count).unwrap_or(0));
            if whole > 0 && ask.sought.admits("DataType", table) {
                hours(ask, sink, &place, (definition, whole, workspace));
            }
        }
    }
}

fn hours(
    ask: &Ask<'_>,
    sink: &mut Sink<'_>,
    place: &Place,
    (table, bytes, workspace): (&Definition, i64, ResourceIx),
) {
    let chance = ask.world().resource(workspace).map_or(ask.world().chance, |one| one.chance);
    let chance = chance.child("usage").child(table.name);
    let (first, last) = (ask.window.from.div_euclid(3_600), ask.window.to.div_euclid(3_600));
    for hour in first..=last {
        let at = hour * 3_600 + 3_599;
        let more = i64::try_from(chance.nth(hour.unsigned_abs()).below(30)).unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "bytes of an hour")]
        let megabytes = (bytes * (85 + more) / 100) as f64 / 1_000_000.0;
        sink.add(at, place, |line| {
            line.all([
                ("DataType", table.name.into()),
                ("Solution", table.solution.into()),
                ("StartTime", instant(at - 3_599).into()),
                ("EndTime", instant(at).into()),
                ("Quantity", Value::from((megabytes * 1e6).round() / 1e6)),
                ("QuantityUnit", "MBytes".into()),
                ("IsBillable", table.is_billable.into()),
                ("BatchesWithinSla", 1.into()),
                ("BatchesOutsideSla", 0.into()),
                ("TotalBatches", 1.into()),
                ("AvgLatencyInSeconds", 2.6.into()),
                ("ResourceUri", place.id.as_str().into()),
            ]);
        });
    }
}

/// How many applications write to a workspace.
fn apps_of(ask: &Ask<'_>, workspace: ResourceIx) -> usize {
    let world = ask.world();
    let all = world.resources.iter().filter(|one| one.kind == Kind::AppInsights);
    all.filter(|one| one.linked(crate::estate::world::Link::Workspace) == Some(workspace)).count()
}

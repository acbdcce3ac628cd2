//! The tables of Application Insights: what applications did for their users, what they called
//! and what went wrong. Sampled, as Application Insights does it: a row stands for `ItemCount`.

mod samples;

use serde_json::json;

use super::ask::{Ask, Line, Rate, Sink};
use crate::estate::chance::Chance;
use samples::{App, Outcome, Sample, Site, apps, samples};

/// Minutes between probes from outside.
const PROBE: i64 = 10;
const PROBES_FROM: &[(&str, &str)] = &[
    ("emea-nl-ams-azr", "West Europe"),
    ("us-va-ash-azr", "East US"),
    ("emea-gb-db3-azr", "North Europe"),
];

pub(super) fn requests(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let is_classic = sink.is_classic();
    samples(ask, |app, site, sample| {
        let (code, lasts) = answered(sample);
        let succeeds = sample.outcome == Outcome::Fine;
        if !ask.sought.admits("ResultCode", code) {
            return;
        }
        sink.add(sample.at, &app.place, |line| {
            shared(line, app, site, sample);
            line.all([
                ("Name", sample.operation.into()),
                ("Success", flag(is_classic, succeeds)),
                ("ResultCode", code.into()),
                ("DurationMs", lasts.into()),
                ("PerformanceBucket", bucket(lasts).into()),
            ]);
            line.set_with("Id", || sample.own.child("request").guid().into());
            line.set_with("Url", || {
                let path = sample.operation.split(' ').nth(1).unwrap_or_default().to_lowercase();
                format!("https://{}.azurewebsites.net/{path}", site.name).into()
            });
        });
    });
}

/// Code and milliseconds of a request.
fn answered(sample: &Sample) -> (&'static str, f64) {
    let spread = millis(sample.own.child("lasts").below(2_400));
    match sample.outcome {
        Outcome::Fine => ("200", 24.0 + spread / 8.0),
        Outcome::Usual => match sample.own.child("code").below(10) {
            0..=4 => ("404", 9.0 + spread / 40.0),
            5..=7 => ("500", 60.0 + spread / 4.0),
            _ => ("429", 4.0 + spread / 100.0),
        },
        Outcome::Regression => ("500", 110.0 + spread / 3.0),
        Outcome::Outage => match sample.own.child("code").below(10) {
            0..=6 => ("503", 29_000.0 + spread),
            _ => ("500", 15_000.0 + spread * 2.0),
        },
    }
}

pub(super) fn dependencies(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let is_classic = sink.is_classic();
    samples(ask, |app, site, sample| {
        for (number, called) in (0_u64..).zip(&app.calls) {
            let own = sample.own.child("calls").nth(number);
            if !called.is_database && !own.percent(40) {
                continue;
            }
            let fails = called.is_database && sample.outcome == Outcome::Outage;
            let lasts = if fails { 15_000.0 } else { 2.0 + millis(own.child("lasts").below(180)) };
            sink.add(sample.at, &app.place, |line| {
                shared(line, app, site, sample);
                line.all([
                    ("Name", called.name.as_str().into()),
                    ("Target", called.target.as_str().into()),
                    ("DependencyType", called.kind.into()),
                    ("Data", called.data.into()),
                    ("Success", flag(is_classic, !fails)),
                    ("ResultCode", if fails { "40613" } else { called.fine }.into()),
                    ("DurationMs", lasts.into()),
                    ("PerformanceBucket", bucket(lasts).into()),
                ]);
                line.set_with("Id", || own.child("id").guid().into());
            });
        }
    });
}

/// Type, message and method of an exception.
type Thrown = (&'static str, &'static str, &'static str);

fn thrown(sample: &Sample) -> Option<Thrown> {
    match sample.outcome {
        Outcome::Fine => None,
        Outcome::Outage => Some((
            "Microsoft.Data.SqlClient.SqlException",
            "A network-related or instance-specific error occurred while establishing a connection to SQL Server.",
            "Northlight.Data.OrderStore.OpenAsync",
        )),
        Outcome::Regression => Some((
            "System.NullReferenceException",
            "Object reference not set to an instance of an object.",
            "Northlight.Loyalty.Points.RedeemAsync",
        )),
        Outcome::Usual => match sample.own.child("code").below(10) {
            5 | 6 => Some((
                "System.Net.Http.HttpRequestException",
                "Response status code does not indicate success: 502 (Bad Gateway).",
                "Northlight.Http.Upstream.SendAsync",
            )),
            7 => Some((
                "System.Threading.Tasks.TaskCanceledException",
                "The operation was canceled.",
                "Northlight.Http.Upstream.SendAsync",
            )),
            _ => None,
        },
    }
}

pub(super) fn exceptions(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    samples(ask, |app, site, sample| {
        let Some((kind, message, method)) = thrown(sample) else { return };
        sink.add(sample.at, &app.place, |line| {
            shared(line, app, site, sample);
            line.all([
                ("ExceptionType", kind.into()),
                ("Assembly", "Northlight.Web, Version=4.2.0.0".into()),
                ("Method", method.into()),
                ("OuterType", kind.into()),
                ("OuterMessage", message.into()),
                ("OuterMethod", method.into()),
                ("InnermostType", kind.into()),
                ("InnermostMessage", message.into()),
                ("InnermostMethod", method.into()),
                ("SeverityLevel", 3.into()),
                ("HandledAt", "Platform".into()),
            ]);
            line.set_with("ProblemId", || format!("{kind} at {method}").into());
            line.set_with("Details", || {
                json!([{ "type": kind, "message": message, "parsedStack": [{ "method": method }] }])
            });
        });
    });
}

pub(super) fn traces(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    samples(ask, |app, site, sample| {
        let (level, text) = match sample.outcome {
            Outcome::Fine if sample.own.child("trace").percent(8) => {
                (1, "Cache was warm; nothing to load.")
            }
            Outcome::Fine => return,
            Outcome::Usual => (2, "A request was not answered as it should be."),
            Outcome::Regression => (3, "Redeeming points failed: the basket has no customer."),
            Outcome::Outage => (3, "Connection pool exhausted: the database does not answer."),
        };
        sink.add(sample.at, &app.place, |line| {
            shared(line, app, site, sample);
            line.all([("Message", text.into()), ("SeverityLevel", level.into())]);
        });
    });
}

pub(super) fn availability(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let is_classic = sink.is_classic();
    let all = apps(ask);
    let rate = Rate { every: PROBE, sources: all.len() * PROBES_FROM.len() };
    for app in all.iter().filter(|app| app.is_probed) {
        let Some(site) = app.sites.first() else { continue };
        for (number, (place, shown)) in (0_u64..).zip(PROBES_FROM) {
            let chance = site.chance.child("probe").nth(number);
            for at in ask.window.beats((chance.bits(), None), rate) {
                let sample = app.sample(ask, site, (at, chance.nth(at.unsigned_abs())));
                let fails = sample.outcome == Outcome::Outage;
                let lasts = if fails { 30_000.0 } else { 90.0 + millis(sample.own.below(300)) };
                sink.add(at, &app.place, |line| {
                    shared(line, app, site, &sample);
                    line.all([
                        ("Name", format!("{} standard test", site.name).into()),
                        ("Location", (*shown).into()),
                        ("SyntheticSource", (*place).into()),
                        ("Success", flag(is_classic, !fails)),
                        ("Message", if fails { "Test timed out" } else { "Passed" }.into()),
                        ("DurationMs", lasts.into()),
                        ("PerformanceBucket", bucket(lasts).into()),
                        ("ItemCount", 1.into()),
                    ]);
                });
            }
        }
    }
}

pub(super) fn page_views(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    samples(ask, |app, site, sample| {
        if !sample.operation.starts_with("GET") || sample.own.child("page").percent(45) {
            return;
        }
        let name = sample.operation.trim_start_matches("GET ");
        let lasts = 300.0 + millis(sample.own.child("view").below(1_800));
        sink.add(sample.at, &app.place, |line| {
            shared(line, app, site, sample);
            line.all([
                ("Name", name.into()),
                ("DurationMs", lasts.into()),
                ("PerformanceBucket", bucket(lasts).into()),
                ("ClientType", "Browser".into()),
                ("ClientBrowser", "Edge 132.0".into()),
            ]);
        });
    });
}

/// What every row has.
fn shared(line: &mut Line<'_>, app: &App, site: &Site, sample: &Sample) {
    let own = sample.own;
    line.all([
        ("OperationName", sample.operation.into()),
        ("AppRoleName", site.name.as_str().into()),
        (
            "AppVersion",
            if sample.outcome == Outcome::Regression { "4.2.0" } else { "4.1.7" }.into(),
        ),
        ("ClientType", "PC".into()),
        ("ClientIP", "0.0.0.0".into()),
        ("ClientCountryOrRegion", "Netherlands".into()),
        ("SDKVersion", "azwapc:2.22.0".into()),
        ("ItemCount", sample.count.into()),
        ("IKey", app.key.as_str().into()),
        ("Properties", json!({ "AspNetCoreEnvironment": app.environment })),
        ("Measurements", json!({})),
    ]);
    line.set_with("OperationId", || own.child("operation").guid().replace('-', "").into())
        .set_with("ParentId", || own.child("request").guid().into())
        .set_with("SessionId", || own.child("session").guid().into())
        .set_with("UserId", || own.child("user").guid().into())
        .set_with("AppRoleInstance", || {
            format!("{}-{:04x}", site.name, own.child("instance").below(3) * 4_099 + 41).into()
        });
}

/// Whether something worked: a text in the classic tables.
fn flag(is_classic: bool, yes: bool) -> serde_json::Value {
    if is_classic { if yes { "True" } else { "False" }.into() } else { yes.into() }
}

#[expect(clippy::cast_precision_loss, reason = "a few thousands")]
const fn millis(value: u64) -> f64 {
    value as f64
}

/// The bucket that a duration falls into.
fn bucket(lasts: f64) -> &'static str {
    match lasts {
        _ if lasts < 250.0 => "<250ms",
        _ if lasts < 500.0 => "250ms-500ms",
        _ if lasts < 1_000.0 => "500ms-1sec",
        _ if lasts < 3_000.0 => "1sec-3sec",
        _ if lasts < 7_000.0 => "3sec-7sec",
        _ if lasts < 15_000.0 => "7sec-15sec",
        _ if lasts < 30_000.0 => "15sec-30sec",
        _ => "30sec-1min",
    }
}

/// Where a sample's own chance comes from.
pub(super) const fn own(chance: Chance, at: i64) -> Chance {
    chance.nth(at.unsigned_abs())
}

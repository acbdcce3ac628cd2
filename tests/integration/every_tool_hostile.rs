//! Every tool between an estate and whoever spoils its answers: no panic, no hang, nothing beyond
//! the caps, and never an answer that passes for whole where the estate was not understood.

use std::{collections::HashSet, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use opscopilot::tools::{ToolError, ToolOutput};
use serde_json::Value;

use crate::{
    every_tool,
    tools_bench::{Bench, estate},
};

mod changes;
mod spoiler;

use changes::{Change, HEAD, TAIL};
use spoiler::{Answer, Asked, Spoil, Spoiler};

/// Tools that drop a row without a word when a field is missing by which they choose rows, such as
/// its state: their answer may be empty where no row could be read.
const SILENT_ABOUT_ROWS: &[&str] = &[
    "get_activity_log",
    "get_backup_policy",
    "list_alerts",
    "list_diagnostic_gaps",
    "list_just_in_time_access",
    "list_maintenance_configurations",
    "list_noncompliant_resources",
    "list_policy_remediations",
    "list_recovery_plans",
    "list_regulatory_compliance",
    "list_replication_jobs",
    "list_reservation_advice",
    "list_resource_changes",
    "list_resource_health",
    "list_security_alerts",
    "list_unprotected_resources",
    "list_unscheduled_machines",
    "query_resources",
    "rank_by_metric",
    "summarize_alerts",
    "summarize_business_continuity",
    "summarize_policy_compliance",
];

/// Tools of an API that answers nothing at all where it has nothing (204): an empty body is true.
const NOTHING_IS_AN_ANSWER: &[&str] = &["forecast_cost", "get_cost", "list_cost_movers"];

type Call = (&'static str, Value, ToolOutput);
type Given = Result<ToolOutput, ToolError>;

/// What is wrong with what a tool gave; the honest answer stands in the call.
type Judge = fn(&Call, &Given) -> Option<String>;

/// A call that does not end at all: nothing here waits.
const HANGS: Duration = Duration::from_secs(120);

/// Runs every call against each way of spoiling; tells all that went wrong.
async fn trouble(ways: Vec<(&'static str, Spoil, Judge)>) -> Vec<String> {
    let estate = estate().await;
    let honest = every_tool::answers(&Bench::at(&estate.endpoint(), "operator")).await;
    let spoiler = Spoiler::before(&estate.endpoint()).await;
    let bench = Bench::at(&spoiler.url, "operator");
    let mut troubles = Vec::new();
    for (way, spoil, judge) in ways {
        spoiler.spoil(spoil);
        let mut spoiled = 0;
        for call in &honest {
            let told = one(&bench, &spoiler, call, judge).await;
            let (count, trouble) = told;
            spoiled += count;
            if let Some(trouble) = trouble {
                troubles.push(format!("{way}: {} {}: {trouble}", call.0, call.1));
            }
        }
        assert!(spoiled > 20, "{way}: only {spoiled} answers were spoiled");
    }
    estate.shut_down().await.unwrap();
    troubles
}

async fn one(
    bench: &Bench,
    spoiler: &Spoiler,
    call: &Call,
    judge: Judge,
) -> (usize, Option<String>) {
    let (tool, arguments, _) = call;
    let run = AssertUnwindSafe(bench.run(tool, arguments.clone())).catch_unwind();
    let ended = tokio::time::timeout(HANGS, run).await;
    let count = spoiler.take();
    let trouble = match ended {
        Err(_) => Some("hangs".to_owned()),
        Ok(Err(_)) => Some("panics".to_owned()),
        Ok(Ok(_)) if count == 0 => None,
        Ok(Ok(given)) => judge(call, &given).or_else(|| unbounded(&given)),
    };
    (count, trouble)
}

/// Texts that are longer than any reader should be given, or that hide what they say.
fn unbounded(given: &Given) -> Option<String> {
    let hidden = |text: &str| text.contains(['\u{202e}', '\u{200b}', '\u{7}']);
    let output = match given {
        Ok(output) => output,
        Err(error) => {
            let texts = [error.to_string(), error.model_text()];
            let long = texts.iter().find(|text| text.len() > 4_000 || hidden(text));
            return long.map(|text| format!("an error of {} bytes: {text:.300}", text.len()));
        }
    };
    if let Some(one) =
        output.findings.iter().find(|one| one.text.len() > 4_000 || hidden(&one.text))
    {
        return Some(format!("a finding of {} bytes: {:.300}", one.text.len(), one.text));
    }
    if output.summary.len() > 2_000 || hidden(&output.summary) {
        return Some(format!(
            "a summary of {} bytes: {:.300}",
            output.summary.len(),
            output.summary
        ));
    }
    let views = serde_json::to_string(&output.views).unwrap();
    if hidden(&output.digest) || hidden(&views) {
        return Some(format!("hides what it says: {}", output.digest));
    }
    None
}

/// An error that is not the caller's fault, or an answer that says what it lacks.
fn says_so(_: &Call, given: &Given) -> Option<String> {
    match given {
        Err(ToolError::Denied { .. } | ToolError::Upstream { .. }) => None,
        Err(error) => Some(format!("{error}")),
        Ok(output) if output.coverage.failures.is_empty() => {
            Some(format!("passes for whole: {}", told(output)))
        }
        Ok(_) => None,
    }
}

/// As [`says_so`], where an empty body may be the answer.
fn says_so_of_a_body(call: &Call, given: &Given) -> Option<String> {
    if NOTHING_IS_AN_ANSWER.contains(&call.0) { None } else { says_so(call, given) }
}

/// As [`says_so`], where nothing that was named can be found.
fn counts_rows(call: &Call, given: &Given) -> Option<String> {
    match given {
        Err(_) => None,
        Ok(_) if SILENT_ABOUT_ROWS.contains(&call.0) || call.0 == "query_resources" => None,
        Ok(_) => says_so(call, given),
    }
}

/// As [`says_so`], where rows were lost; what is left may stand.
fn loses_nothing_silently((tool, _, honest): &Call, given: &Given) -> Option<String> {
    match given {
        Ok(_) if SILENT_ABOUT_ROWS.contains(tool) => None,
        Err(_) => None,
        Ok(output) => {
            let silent = output.coverage.failures.is_empty();
            let empty = output.coverage.rows == 0 && honest.coverage.rows > 0;
            (silent && empty).then(|| format!("is empty and says nothing: {}", told(output)))
        }
    }
}

/// Bounds alone.
fn any(_: &Call, _: &Given) -> Option<String> {
    None
}

/// What others wrote is between fences in a digest, and no more of it is shown than of any text.
fn fenced(_: &Call, given: &Given) -> Option<String> {
    let output = match given {
        Ok(output) => output,
        Err(error) if error.model_text().contains(TAIL) => {
            return Some(format!("shows all of it: {error}"));
        }
        Err(_) => return None,
    };
    let mut outside = output.digest.as_str();
    while let Some((before, rest)) = outside.split_once(HEAD) {
        if before.rfind("<fence>") <= before.rfind("</fence>") {
            let from = before.char_indices().rev().nth(80).map_or(0, |(at, _)| at);
            return Some(format!("unfenced after {:?}", &before[from..]));
        }
        outside = rest.split_once("</fence> ").map_or("", |(_, after)| after);
        outside = outside.split_once("</fence>").map_or("", |(_, after)| after);
    }
    let views = serde_json::to_string(&output.views).unwrap();
    let findings: String = output.findings.iter().map(|one| one.text.as_str()).collect();
    let shown = [("digest", &output.digest), ("findings", &findings), ("views", &views)];
    let all = shown.into_iter().find(|(_, text)| text.contains(TAIL));
    all.map(|(what, _)| format!("its {what} show all of a text of others"))
}

fn told(output: &ToolOutput) -> String {
    let findings = output.findings.iter().take(2).map(|one| one.text.as_str());
    findings.collect::<Vec<_>>().join(" / ")
}

/// Every answer but the ground is replaced by one.
fn replaced(answer: Answer) -> Spoil {
    Box::new(move |asked, _| (!asked.is_ground()).then(|| answer.clone()))
}

/// Every JSON answer but the ground is changed.
fn changed(change: Change) -> Spoil {
    Box::new(move |asked, answer| {
        (!asked.is_ground()).then(|| answer.changed(|value| changes::each(value, change)))
    })
}

fn forbidden() -> Answer {
    Answer::fault(
        403,
        "AuthorizationFailed",
        "The client 'a' with object id 'b' does not have authorization to perform action \
         'Microsoft.Any/things/read' over scope '/subscriptions/x' or the scope is invalid.",
    )
}

#[track_caller]
fn nothing(troubles: &[String]) {
    assert!(troubles.is_empty(), "{} troubles:\n{}", troubles.len(), troubles.join("\n"));
}

#[tokio::test]
async fn what_may_not_be_read_is_never_an_empty_answer() {
    nothing(&trouble(vec![("403", replaced(forbidden()), says_so)]).await);
}

#[tokio::test]
async fn a_failing_endpoint_is_never_an_empty_answer() {
    let fails = Answer::fault(500, "InternalServerError", "Try again later.");
    let html = Answer::text(200, "text/html", "<html><body>Sign in</body></html>");
    nothing(
        &trouble(vec![
            ("500", replaced(fails), says_so),
            ("html", replaced(html), says_so),
            ("empty body", replaced(Answer::text(200, "application/json", "")), says_so_of_a_body),
        ])
        .await,
    );
}

#[tokio::test]
async fn an_answer_of_another_kind_is_never_an_empty_answer() {
    let kind = "application/json";
    let cut: Spoil = Box::new(|asked, answer| {
        let half = answer.body.slice(..answer.body.len() / 2);
        (!asked.is_ground()).then(|| Answer { body: half, ..answer.clone() })
    });
    nothing(
        &trouble(vec![
            ("[]", replaced(Answer::text(200, kind, "[]")), says_so),
            ("null", replaced(Answer::text(200, kind, "null")), says_so_of_a_body),
            ("text", replaced(Answer::text(200, kind, "\"text\"")), says_so),
            ("{}", replaced(Answer::text(200, kind, "{}")), says_so),
            ("truncated", cut, says_so),
        ])
        .await,
    );
}

/// Below one subscription every request fails.
async fn one_fails(name: &'static str) -> Vec<String> {
    let estate = estate().await;
    let all = Bench::at(&estate.endpoint(), "operator").subscriptions().await;
    let (id, _) = all.into_iter().find(|(_, own)| own == name).unwrap();
    estate.shut_down().await.unwrap();
    let own = format!("/subscriptions/{}", id.to_lowercase());
    let spoil: Spoil = Box::new(move |asked: &Asked, _| {
        let fails = !asked.is_ground() && asked.path().starts_with(&own);
        fails.then(|| Answer::fault(500, "InternalServerError", "Try again later."))
    });
    trouble(vec![(name, spoil, says_so)]).await
}

#[tokio::test]
async fn a_subscription_that_fails_leaves_a_partial_answer_that_says_so() {
    nothing(&one_fails("Northlight Production").await);
}

#[tokio::test]
async fn a_throttled_request_is_asked_again_and_answers_the_same() {
    let estate = estate().await;
    let honest = every_tool::answers(&Bench::at(&estate.endpoint(), "operator")).await;
    let spoiler = Spoiler::before(&estate.endpoint()).await;
    let mut known = HashSet::new();
    spoiler.spoil(Box::new(move |asked, _| {
        let own = (asked.method.clone(), asked.target.clone(), asked.body.clone());
        known.insert(own).then(|| {
            let mut answer = Answer::fault(429, "TooManyRequests", "Slow down.");
            answer.headers.insert("retry-after", "0".parse().unwrap());
            answer
        })
    }));
    let bench = Bench::patient(&spoiler.url, "operator");
    for (tool, arguments, honest) in honest {
        let given = bench.ok(tool, arguments.clone()).await;
        assert_eq!(given.output, honest.output, "{tool} {arguments}");
        assert_eq!(given.digest, honest.digest, "{tool} {arguments}");
    }
    assert!(spoiler.take() > 100);
}

#[tokio::test]
async fn rows_that_make_no_sense_are_counted_and_break_nothing() {
    let no_rows: Spoil =
        Box::new(|asked, answer| (!asked.is_ground()).then(|| answer.changed(changes::no_rows)));
    nothing(
        &trouble(vec![
            ("no rows", no_rows, counts_rows),
            ("nulls", changed(changes::nulls), loses_nothing_silently),
            ("nulls in part", changed(changes::nulls_in_part), loses_nothing_silently),
            ("swapped", changed(changes::swapped), loses_nothing_silently),
        ])
        .await,
    );
}

#[tokio::test]
async fn values_of_other_kinds_break_nothing() {
    nothing(
        &trouble(vec![
            ("swapped in part", changed(changes::swapped_in_part), loses_nothing_silently),
            ("nested", changed(changes::nested), loses_nothing_silently),
            ("unknown words", changed(changes::unknown_words), loses_nothing_silently),
        ])
        .await,
    );
}

#[tokio::test]
async fn extremes_break_nothing() {
    let totals: Spoil = Box::new(|asked, answer| {
        (!asked.is_ground()).then(|| {
            answer.changed(|value| {
                changes::each(value, changes::extreme);
                if value["totalRecords"].is_number() {
                    value["totalRecords"] = u64::MAX.into();
                }
            })
        })
    });
    nothing(
        &trouble(vec![
            ("extreme numbers", totals, any),
            ("no instants", changed(changes::no_instants), loses_nothing_silently),
            ("megabytes", changed(changes::megabyte), loses_nothing_silently),
        ])
        .await,
    );
}

#[tokio::test]
async fn what_others_wrote_stays_in_its_fence_and_under_its_cap() {
    nothing(
        &trouble(vec![
            ("hostile prose", changed(changes::hostile_prose), fenced),
            ("hostile everywhere", changed(changes::hostile_everywhere), fenced),
        ])
        .await,
    );
}

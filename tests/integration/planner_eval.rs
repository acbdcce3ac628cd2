//! The planner's examination: questions as operators word them, asked by `opscopilot eval`, with
//! the truth taken from the estate's own lists.

use std::path::Path;

use serde_json::Value;

use crate::process::{command, run};

/// The share of questions that must be answered right, in percent.
const ENOUGH: &str = "95";
/// The share whose first tool must be the right one in each pillar, in percent.
const FIRST: f64 = 85.0;

#[tokio::test]
async fn questions_of_operators_are_answered_rightly() {
    let dir = tempfile::tempdir().unwrap();
    let mut eval = command(dir.path());
    let questions = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval");
    eval.args(["eval", "--format", "json", "--pass-mark", ENOUGH, "--questions"]).arg(questions);
    let output = run(eval).await;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{told}"));
    let rows = report["questions"].as_array().unwrap();
    let wrong = rows.iter().filter(|row| row["right"] != true);
    let wrong: Vec<String> = wrong
        .map(|row| format!("{}\n  {}\n{}", row["question"], row["faults"], row["answer"]))
        .collect();
    println!("{:#}\n{}", report["pillars"], wrong.join("\n"));
    assert!(rows.len() >= 150, "{} questions", rows.len());
    assert!(output.status.success(), "{told}\n{}", wrong.join("\n"));
    for (pillar, score) in report["pillars"].as_object().unwrap() {
        let share = |key: &str| score[key].as_f64().unwrap();
        let routed = share("judgedByTool").max(1.0);
        assert!(share("rightToolFirst") * 100.0 / routed >= FIRST, "{pillar}: {score}");
    }
}

#[tokio::test]
async fn a_line_that_is_no_question_is_named_and_nothing_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    for (text, told) in [
        ("{\"category\": \"a\"}", "q.jsonl:1: missing field `turns`"),
        ("", "there is no question in it"),
        (
            r#"{"category": "a", "turns": [{"ask": "How many {things}?"}]}"#,
            "`{things}` is neither a truth of the question nor a fact",
        ),
        (
            r#"{"category": "a", "truth": {"n": {"query": "nowhere | count"}}, "turns": [{"ask": "?"}]}"#,
            "the truth cannot be told: nowhere | count",
        ),
    ] {
        std::fs::write(dir.path().join("q.jsonl"), text).unwrap();
        let mut eval = command(dir.path());
        eval.args(["eval", "--questions", "q.jsonl"]);
        let output = run(eval).await;
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains(told), "{error}");
        assert!(output.stdout.is_empty());
    }
    let mut eval = command(dir.path());
    eval.args(["eval", "--questions", "nowhere"]);
    let error = String::from_utf8_lossy(&run(eval).await.stderr).into_owned();
    assert!(error.contains("nowhere") && error.contains("--questions"), "{error}");
    let mut eval = command(dir.path());
    std::fs::write(dir.path().join("q.jsonl"), r#"{"category": "a", "turns": [{"ask": "?"}]}"#)
        .unwrap();
    eval.args(["eval", "--questions", "q.jsonl", "--cloud", "public"]);
    let error = String::from_utf8_lossy(&run(eval).await.stderr).into_owned();
    assert!(error.contains("sample estate alone"), "{error}");
}

#[tokio::test]
async fn wrong_answers_are_told_in_markdown_and_end_below_the_mark() {
    let dir = tempfile::tempdir().unwrap();
    let questions = r#"{"category": "a", "truth": {"n": {"list": "/subscriptions?api-version=2022-12-01", "as": "count"}}, "turns": [{"ask": "Which subscriptions do I have?", "calls": [["list_subscriptions", {}]], "says": ["{n} subscriptions"]}]}
{"category": "a", "turns": [{"ask": "Which subscriptions do I have?", "calls": [["find_resources", {}]], "says": ["{subscriptions} vaults"]}]}
{"category": "a", "turns": [{"ask": "What is lost?", "calls": [["list_lost_things", {}]]}]}
"#;
    std::fs::write(dir.path().join("q.jsonl"), questions).unwrap();
    let mut eval = command(dir.path());
    eval.args(["eval", "--questions", "q.jsonl", "--pass-mark", "60", "--out", "report.md"]);
    let output = run(eval).await;
    assert_eq!(output.status.code(), Some(1));
    let report = std::fs::read_to_string(dir.path().join("report.md")).unwrap();
    assert!(report.contains("1 of 2 questions"), "{report}");
    assert!(report.contains("list_subscriptions instead of find_resources"), "{report}");
    assert!(report.contains("vaults`"), "{report}");
    assert!(report.contains("list_lost_things"), "{report}");
    let mut eval = command(dir.path());
    eval.args(["eval", "--questions", "q.jsonl", "--pass-mark", "50"]);
    assert_eq!(run(eval).await.status.code(), Some(0));
}

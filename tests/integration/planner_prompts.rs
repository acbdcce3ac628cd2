//! Prompts of others, where a file of them is at hand: which tool the planner chooses first, and
//! which prompts no tool answers.
//!
//! The file is not ours and is not copied: what is right for a prompt is kept by its fingerprint.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use serde_json::Value;

use crate::{planner::Desk, planner_tables};

/// A file with a JSON object a line, each with a `pillar` and a `prompt`.
const PROMPTS: &str = "OPSCOPILOT_TEST_PROMPTS";
/// Where it is beside a checkout.
const BESIDE: &str = "../shared/prompts.jsonl";
/// The right tool of each prompt, by its fingerprint: alternatives with bars between them, `-`
/// where none reads what is asked, `?` where something needed is missing and is asked for.
const RIGHT: &str = include_str!("planner_prompts/right.txt");
/// The share of prompts about reads whose tool must be chosen right, in percent.
const ENOUGH: usize = 85;
/// What stands for what a person would have filled in.
const FILLED: [(&str, &str); 22] = [
    ("resource_group_name", "rg-web-prod-weu"),
    ("resource_group", "rg-web-prod-weu"),
    ("vault_name", "rsv-prod-weu"),
    ("item_name", "vm-web-01"),
    ("policy_name", "DailyPolicy"),
    ("job_id", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
    ("workspace_name", "log-platform-weu"),
    ("account_name", "stcheckoutprodweu"),
    ("storage_account_name", "stcheckoutprodweu"),
    ("resource_name", "vm-web-01"),
    ("resource_type", "virtual machine"),
    ("resource_types", "virtual machines"),
    ("metric_name", "Percentage CPU"),
    ("aggregation_type", "average"),
    ("time_period", "24 hours"),
    ("subscription", "production"),
    ("subscription_id", "production"),
    ("recovery_plan_name", "plan-web"),
    ("service_group", "sg-web"),
    ("drill_name", "drill-web"),
    ("plan_description", "\"all of web\""),
    ("recommendation-type-id", "a1b2c3d4-0000-4000-8000-000000000001"),
];

fn prompts() -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(BESIDE);
    let named = std::env::var_os(PROMPTS).map(PathBuf::from);
    let found = std::fs::read_to_string(named.unwrap_or(beside)).ok();
    if found.is_none() {
        println!("skipped: there is no file of prompts at {BESIDE}; {PROMPTS} names another");
    }
    found
}

/// A prompt with names in the place of what is to be filled in.
fn filled(prompt: &str) -> String {
    let mut text = prompt.replace("{0}", "VT12-BC8");
    for (name, value) in FILLED {
        text = text.replace(&format!("<{name}>"), value);
    }
    text
}

/// A fingerprint of a text that no two prompts share (FNV-1a).
fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn right() -> BTreeMap<&'static str, &'static str> {
    let lines = RIGHT.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap()).collect()
}

#[test]
fn prompts_of_others_reach_the_right_tool_first() {
    let Some(file) = prompts() else { return };
    let desk = planner_tables::desk();
    let right = right();
    let mut score: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    let (mut report, mut none) = (String::new(), String::new());
    for line in file.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let prompt = line["prompt"].as_str().unwrap();
        let reaction = desk.ask(&filled(prompt));
        assert!(reaction.calls.is_empty() != reaction.text.is_empty(), "{prompt}");
        assert!(!reaction.calls.iter().any(|(tool, _)| desk.writes(tool)), "{prompt}");
        let first = reaction.calls.first().map_or("-", |(tool, _)| tool.as_str());
        let print = fingerprint(prompt);
        let Some(wanted) = right.get(print.as_str()) else {
            let _ = writeln!(report, "{print} {first} # {prompt}");
            continue;
        };
        let of = score.entry(line["pillar"].as_str().unwrap().to_owned()).or_default();
        let fits = wanted.split('|').any(|one| one == first || one == "?" && first == "-");
        if matches!(*wanted, "-") {
            of.2 += 1;
            let _ = writeln!(none, "  {prompt}");
        } else {
            of.1 += 1;
            of.0 += usize::from(fits);
        }
        if !fits {
            let said = reaction.text.lines().next().unwrap_or_default();
            let _ =
                writeln!(report, "{prompt}\n  wanted {wanted}, got {:?} {said}", reaction.calls);
        }
    }
    let _ = writeln!(report, "no tool:\n{none}");
    let mut sum = (0, 0);
    for (pillar, (own, all, none)) in &score {
        let _ =
            writeln!(report, "{pillar}: {own} of {all} right first; {none} that no tool answers");
        sum = (sum.0 + own, sum.1 + all);
    }
    println!("{report}\nin all: {} of {}", sum.0, sum.1);
    assert!(sum.0 * 100 >= sum.1 * ENOUGH, "{} of {} are right:\n{report}", sum.0, sum.1);
}

#[test]
fn prompts_of_others_are_routed_or_refused_and_never_answered_with_nothing() {
    let Some(file) = prompts() else { return };
    let desk = Desk::new();
    for line in file.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let prompt = line["prompt"].as_str().unwrap();
        let reaction = desk.ask(prompt);
        assert!(reaction.calls.is_empty() != reaction.text.is_empty(), "{prompt}");
    }
}

//! Prompts of others: what the planner makes of each, for people to read.

use std::fmt::Write as _;

use serde_json::Value;

use crate::planner::Desk;

/// A file with a JSON object a line, each with a `prompt`.
const PROMPTS: &str = "OPSCOPILOT_TEST_PROMPTS";

#[test]
fn prompts_of_others_are_routed_or_refused_and_never_answered_with_nothing() {
    let Ok(file) = std::env::var(PROMPTS) else { return };
    let desk = Desk::new();
    let (mut routed, mut refused) = (String::new(), String::new());
    let (mut calls, mut refusals) = (0, 0);
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let prompt = line["prompt"].as_str().unwrap();
        let reaction = desk.ask(prompt);
        assert!(reaction.calls.is_empty() != reaction.text.is_empty(), "{prompt}");
        if reaction.calls.is_empty() {
            refusals += 1;
            let first = reaction.text.lines().next().unwrap_or_default();
            let _ = writeln!(refused, "  {prompt}\n      {first}");
        } else {
            calls += 1;
            let told = reaction.calls.iter().map(|(tool, arguments)| format!("{tool} {arguments}"));
            let _ = writeln!(routed, "  {prompt}\n      {}", told.collect::<Vec<_>>().join("; "));
        }
    }
    println!("routed ({calls}):\n{routed}\nrefused ({refusals}):\n{refused}");
}

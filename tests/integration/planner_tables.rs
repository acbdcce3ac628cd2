//! The tables of the planner: questions of every pillar reach their tool, with what they name.
//!
//! A tool that is not there yet is stood in for by a query file with its name and arguments, so a
//! table can be right before its tools are; one that is there is the real one.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use opscopilot::tools::Registry;
use serde_json::Value;

use crate::planner::Desk;

/// Tools by pillar, each with its arguments as far as questions fill them.
const TOOLS: &str = include_str!("planner_tables/tools.txt");
/// Questions worded as operators word them.
const QUESTIONS: &str = include_str!("../eval/prompts.jsonl");
/// The share of questions whose tool must be chosen right, in percent, in each pillar.
const ENOUGH: usize = 85;

/// A desk at which every tool of the tables is, real or stood in for.
pub(crate) fn desk() -> Desk {
    let dir = tempfile::tempdir().unwrap();
    let built_in = Registry::built_in().unwrap();
    for line in TOOLS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut parts = line.split_whitespace();
        let (pillar, name) = (parts.next().unwrap(), parts.next().unwrap());
        if built_in.spec(name).is_none() {
            let arguments: Vec<&str> = parts.collect();
            stand_in(dir.path(), (pillar, name), &arguments);
        }
    }
    Desk::with(Registry::with_dir(dir.path()).unwrap())
}

fn stand_in(dir: &Path, (pillar, name): (&str, &str), arguments: &[&str]) {
    let title = name.replace('_', " ");
    let mut text =
        format!("---\ntitle: {title}\ndescription: Reads {title}.\nasks:\n  - {title}\n");
    text.push_str("source: resourceGraph\n");
    if !arguments.is_empty() {
        text.push_str("parameters:\n");
    }
    let mut query = "resources".to_owned();
    for argument in arguments {
        let (argument, required) = match argument.strip_suffix('!') {
            Some(argument) => (argument, true),
            None => (*argument, false),
        };
        let (key, kind) = argument.split_once('=').unwrap_or((argument, "string"));
        let of = match kind {
            "string" => kind.to_owned(),
            "int" => "int\n    default: 0".to_owned(),
            "subscription" => "subscription".to_owned(),
            values => format!("enum\n    values: [any, {values}]\n    default: any"),
        };
        let _ = write!(text, "  - name: {key}\n    type: {of}\n    description: One.\n");
        if required {
            text.push_str("    required: true\n");
        }
        if kind != "subscription" {
            let _ = write!(query, "\n| where isempty({{{{{key}}}}})");
        }
    }
    text.push_str("columns:\n  - {key: name, label: Name, type: text}\nactions:\n  - Microsoft.ResourceGraph/resources/read\n---\n");
    text.push_str(&query);
    let dir = dir.join(pillar);
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join(format!("{name}.kql")), text + "\n").unwrap();
}

#[test]
fn questions_of_every_pillar_reach_their_tool_first() {
    let desk = desk();
    let mut score: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut report, mut wrote) = (String::new(), 0);
    for line in QUESTIONS.lines().filter(|line| !line.is_empty()) {
        let dialogue: Value = serde_json::from_str(line).unwrap();
        let turn = &dialogue["turns"][0];
        let question = turn["ask"].as_str().unwrap();
        let reaction = desk.ask(question);
        let wanted = &turn["calls"][0];
        let right = match reaction.calls.first() {
            None => wanted.is_null(),
            Some((tool, arguments)) => {
                let own = wanted[1].as_object();
                wanted[0] == tool.as_str()
                    && own.is_none_or(|own| {
                        own.iter().all(|(key, value)| fits(&arguments[key], value))
                    })
            }
        };
        wrote += usize::from(reaction.calls.iter().any(|(tool, _)| desk.writes(tool)));
        let category = dialogue["category"].as_str().unwrap().to_owned();
        let of = score.entry(category).or_default();
        of.1 += 1;
        of.0 += usize::from(right);
        if !right {
            let first = reaction.text.lines().next().unwrap_or_default();
            let _ = writeln!(
                report,
                "{question}\n  wanted {wanted}\n  got {:?} {first}",
                reaction.calls
            );
        }
    }
    let mut short = Vec::new();
    for (category, (right, all)) in &score {
        let _ = writeln!(report, "{category}: {right} of {all}");
        if right * 100 < all * ENOUGH {
            short.push(category);
        }
    }
    println!("{report}");
    assert_eq!(wrote, 0);
    assert!(short.is_empty(), "too few are right of {short:?}:\n{report}");
}

/// An enumeration may take one or a list: a test that stands in for it does not know which.
fn fits(given: &Value, wanted: &Value) -> bool {
    given == wanted || given.as_array().is_some_and(|list| list.len() == 1 && list[0] == *wanted)
}

//! What every tool tells is true, and what is changed in it is not.

use jiff::{Timestamp, tz::TimeZone};
use opscopilot::{
    protocol::Unsupported,
    thread::{Support, claim_check},
    tools::ToolOutput,
};
use serde_json::{Map, Value};

use crate::{
    every_tool,
    tools_bench::{ANCHOR, Bench, estate},
};

/// The share of planted fabrications that must be marked, in percent.
const ENOUGH: usize = 90;

/// A zone far from UTC, so that a time told in the wrong one is seen.
fn zone() -> TimeZone {
    TimeZone::get("Asia/Kolkata").unwrap()
}

/// What is marked in a text over an output; its findings support it as they do in a run.
fn marked(text: &str, output: &ToolOutput, arguments: &Value) -> Vec<Unsupported> {
    let now: Timestamp = ANCHOR.parse().unwrap();
    let support = Support::new(now, zone()).value(&output.output).value(arguments);
    let support = output.findings.iter().fold(support, |support, one| support.text(&one.text));
    claim_check(text, &[], &support.coverage(&output.coverage))
}

/// Sentences that say what is in an output, in the shapes that models write.
fn sentences(output: &ToolOutput) -> Vec<String> {
    let mut told = Vec::new();
    let mut left = vec![&output.output];
    while let Some(value) = left.pop() {
        match value {
            Value::Array(rows) => {
                of_rows(rows, &mut told);
                left.extend(rows);
            }
            Value::Object(fields) => {
                fields.values().for_each(|value| of_value(value, &mut told));
                left.extend(fields.values());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let coverage = &output.coverage;
    if let Some(total) = coverage.total {
        let share = coverage.rows as f64 * 100.0 / total as f64;
        told.push(format!("{} of {total} rows ({share:.1} %) are shown.", coverage.rows));
        told.push(format!("{} more were not.", total - coverage.rows));
    }
    told
}

fn of_rows(rows: &[Value], told: &mut Vec<String>) {
    told.push(format!("There are {} of them.", rows.len()));
    let objects: Vec<&Map<String, Value>> = rows.iter().filter_map(Value::as_object).collect();
    let Some(first) = objects.first() else { return };
    for (key, value) in *first {
        let column = objects.iter().filter_map(|row| row.get(key));
        match value {
            Value::Number(_) => {
                let numbers: Vec<f64> = column.filter_map(Value::as_f64).collect();
                let sum: f64 = numbers.iter().sum();
                told.push(format!("In all {} of {key}.", grouped(sum)));
                told.push(format!("On average {:.1} of {key}.", sum / rows.len() as f64));
                if let [one, other, ..] = numbers.as_slice() {
                    let apart = (one - other).abs();
                    told.push(format!("{} is {apart} from {}.", grouped(*one), grouped(*other)));
                }
            }
            Value::String(text) if text.len() < 40 => {
                let count = column.filter(|other| *other == value).count();
                let share = count as f64 * 100.0 / rows.len() as f64;
                told.push(format!("{count} of {} ({share:.0} %) are so.", rows.len()));
                told.push(format!("{count}/{} are so.", rows.len()));
            }
            _ => {}
        }
    }
}

fn of_value(value: &Value, told: &mut Vec<String>) {
    match value {
        Value::Number(number) => {
            let number = number.as_f64().unwrap();
            told.push(format!("It is {}.", grouped(number)));
            told.push(format!("It is {number:.0}, or ~{number:.1}."));
            if (0.0..1.0).contains(&number) {
                told.push(format!("It is {:.1} % or {:.0}%.", number * 100.0, number * 100.0));
            }
            if number >= 1_000.0 {
                told.push(format!("It is {:.1}k.", number / 1_000.0));
            }
        }
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(at) => of_instant(at, told),
            Err(_) if !text.contains('\n') => told.push(format!("See {text} there.")),
            Err(_) => {}
        },
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
    }
}

fn of_instant(at: Timestamp, told: &mut Vec<String>) {
    let local = at.to_zoned_datetime(zone());
    for format in ["%Y-%m-%d %H:%M", "%-d %B %Y at %H:%M", "%b %-d", "%d.%m.%Y", "%-I:%M %p"] {
        told.push(format!("At {}.", local.strftime(format)));
        told.push(format!("At {} UTC.", at.strftime(format)));
    }
    let now: Timestamp = ANCHOR.parse().unwrap();
    let minutes = (now.as_second() - at.as_second()) / 60;
    if minutes >= 0 {
        told.push(format!("That was {} days ago.", minutes / 1_440));
        told.push(format!("That was {} hours and {} minutes ago.", minutes / 60, minutes % 60));
    }
}

fn grouped(number: f64) -> String {
    let text = number.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = digits.rchunks(3).rev().map(|group| group.iter().collect()).collect();
    let whole = groups.join(",");
    if rest.is_empty() { whole } else { format!("{whole}.{rest}") }
}

#[tokio::test]
async fn what_every_tool_tells_is_supported() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let mut wrong = Vec::new();
    let mut count = 0;
    for (tool, arguments, output) in every_tool::answers(&bench).await {
        let told = output.findings.iter().map(|finding| finding.text.clone());
        let told = told.chain([output.summary.clone()]).chain(sentences(&output));
        for sentence in told {
            count += 1;
            for claim in marked(&sentence, &output, &arguments) {
                wrong.push(format!("{tool}: `{}` in: {sentence}", claim.text));
            }
        }
    }
    wrong.dedup();
    assert!(count > 5_000, "only {count} sentences");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A sentence with one of its claims changed, for each figure, day and name in it.
fn planted(sentence: &str) -> Vec<String> {
    let mut changed = Vec::new();
    for (at, word) in sentence.split(' ').enumerate() {
        let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let Some(lie) = lie_about(core) else { continue };
        let words = sentence.split(' ').enumerate();
        let words = words.map(
            |(other, word)| if other == at { word.replace(core, &lie) } else { word.to_owned() },
        );
        changed.push(words.collect::<Vec<_>>().join(" "));
    }
    changed
}

fn lie_about(word: &str) -> Option<String> {
    if let Ok(number) = word.replace(',', "").parse::<f64>() {
        return (number > 1.0).then(|| format!("{}", (number * 7.31 + 1_013.0).round()));
    }
    if let Ok(day) = word.parse::<jiff::civil::Date>() {
        return Some(day.saturating_sub(jiff::Span::new().days(1_777)).to_string());
    }
    let is_name =
        word.len() > 5 && word.contains('-') && word.ends_with(|c: char| c.is_ascii_digit());
    (is_name && word.is_ascii()).then(|| format!("{word}7"))
}

#[tokio::test]
async fn what_is_changed_in_what_a_tool_tells_is_marked() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let (mut all, mut missed) = (0, Vec::new());
    for (tool, arguments, output) in every_tool::answers(&bench).await {
        for finding in &output.findings {
            for lie in planted(&finding.text) {
                all += 1;
                if marked(&lie, &output, &arguments).is_empty() {
                    missed.push(format!("{tool}: {lie}"));
                }
            }
        }
    }
    assert!(all > 100, "only {all} fabrications");
    println!("{} of {all} fabrications are marked\n{}", all - missed.len(), missed.join("\n"));
    let found = all - missed.len();
    assert!(found * 100 >= all * ENOUGH, "{found} of {all}; not:\n{}", missed.join("\n"));
}

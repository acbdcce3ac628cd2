//! Judgement: what is wrong with an answer, its calls and its facts apart.

use serde_json::{Map, Value};

use super::{asker::Answer, question::Turn};

/// What is wrong with one answer; nothing where all lists are empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// Another first tool than the right one, or one where none was right.
    pub(super) first: Vec<String>,
    /// Other calls than the right ones, or other arguments.
    pub(super) calls: Vec<String>,
    /// What the answer says wrongly, or does not say.
    pub(super) facts: Vec<String>,
    /// A change that nobody asked for.
    pub(super) writes: Vec<String>,
    /// How the run ended, where it did not complete.
    pub(super) ended: Vec<String>,
}

impl Faults {
    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &String> {
        let lists = [&self.first, &self.calls, &self.facts, &self.writes, &self.ended];
        lists.into_iter().flatten()
    }
}

/// What is wrong with an answer to a turn whose truths are filled in.
pub(super) fn faults(answer: &Answer, turn: &Turn, writes: impl Fn(&str) -> bool) -> Faults {
    let mut faults = Faults::default();
    if let Some(outcome) = &answer.ended {
        faults.ended.push(format!("the run ended as {outcome}"));
    }
    for (tool, _) in answer.calls.iter().filter(|(tool, _)| writes(tool)) {
        faults.writes.push(format!("it proposed a change: {tool}"));
    }
    if let Some(wanted) = &turn.calls {
        of_calls(&mut faults, answer, wanted);
    }
    of_facts(&mut faults, answer, turn);
    faults
}

fn of_calls(faults: &mut Faults, answer: &Answer, wanted: &[(String, Map<String, Value>)]) {
    match (wanted.first(), answer.calls.first()) {
        (Some((tool, _)), Some((made, _))) if tool != made => {
            faults.first.push(format!("{made} instead of {tool}"));
        }
        (Some((tool, _)), None) => faults.first.push(format!("no call instead of {tool}")),
        (None, Some((made, _))) => faults.first.push(format!("{made} instead of no call")),
        (Some(_), Some(_)) | (None, None) => {}
    }
    if wanted.len() != answer.calls.len() {
        faults.calls.push(format!("{} calls instead of {}", answer.calls.len(), wanted.len()));
    }
    for ((tool, arguments), (made, given)) in wanted.iter().zip(&answer.calls) {
        let fits = arguments.iter().all(|(key, value)| same(&given[key.as_str()], value));
        if tool != made || !fits {
            let arguments = Value::Object(arguments.clone());
            faults.calls.push(format!("{tool} {arguments} became {made} {given}"));
        }
    }
}

/// Whether an argument is the one wanted: a list of one is that one.
fn same(given: &Value, wanted: &Value) -> bool {
    match (given, wanted) {
        (Value::Array(list), wanted) if !wanted.is_array() => {
            list.len() == 1 && list.first() == Some(wanted)
        }
        (given, wanted) => given == wanted,
    }
}

fn of_facts(faults: &mut Faults, answer: &Answer, turn: &Turn) {
    let told = plain(&answer.text);
    let holds = |text: &String| told.contains(&plain(text));
    let unsaid = turn.says.iter().filter(|text| !holds(text));
    faults.facts.extend(unsaid.map(|text| format!("does not say `{text}`")));
    let said = turn.lacks.iter().filter(|text| holds(text));
    faults.facts.extend(said.map(|text| format!("says `{text}`")));
    if !answer.unsupported.is_empty() {
        faults.facts.push(format!("nothing supports {}", answer.unsupported.join(", ")));
    }
    let cites = answer.text.contains("[e") || answer.text.contains("no subscription");
    if answer.ended.is_none() && !answer.calls.is_empty() && !cites {
        faults.facts.push("nothing is cited".to_owned());
    }
}

/// A text without marks and without the separators in its numbers.
fn plain(text: &str) -> String {
    let chars: Vec<char> = text.chars().filter(|ch| !matches!(ch, '`' | '\\' | '*')).collect();
    let digit =
        |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    let kept = chars
        .iter()
        .enumerate()
        .filter(|(at, ch)| !(**ch == ',' && digit(at.checked_sub(1)) && digit(at.checked_add(1))));
    kept.map(|(_, ch)| if *ch == '\u{a0}' { ' ' } else { *ch }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn turn(value: Value) -> Turn {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn calls_and_facts_are_judged_apart() {
        let answer = Answer {
            calls: vec![("list_a".to_owned(), json!({"status": ["Failed"], "limit": 5}))],
            text: "There are **1,234** `x`. [e1]".to_owned(),
            unsupported: Vec::new(),
            ended: None,
            model: None,
        };
        let right = turn(json!({"ask": "?", "calls": [["list_a", {"status": "Failed"}]],
            "says": ["1234 x"], "lacks": ["none"]}));
        assert_eq!(faults(&answer, &right, |_| false).all().count(), 0);
        let wrong = turn(json!({"ask": "?", "calls": [["list_b", {}]], "says": ["12 x"]}));
        let found = faults(&answer, &wrong, |_| true);
        assert_eq!(
            (found.first.len(), found.calls.len(), found.facts.len(), found.writes.len()),
            (1, 1, 1, 1)
        );
        let none = turn(json!({"ask": "?", "calls": []}));
        assert_eq!(faults(&answer, &none, |_| false).first, ["list_a instead of no call"]);
    }
}

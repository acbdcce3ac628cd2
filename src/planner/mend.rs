//! Mending: a call that was rejected is tried once more, when its message says how.
//!
//! The message is the tool's own: a field, a rule, and for subscriptions what there is.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{exchange::Done, spelling::distance};

/// What an answer may leave out and still answer the question, when it says so. What a question
/// is about is never among it.
const MAY_GO: [&str; 7] = ["timeRange", "limit", "top", "severity", "status", "state", "action"];

/// A call to try instead.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mended {
    pub(super) arguments: Map<String, Value>,
    /// What to say of it.
    pub(super) note: String,
}

/// What to try instead of a call that was rejected.
pub(super) fn mend(done: &Done<'_>) -> Option<Mended> {
    let text = done.result.text.strip_prefix("Rejected: ").filter(|_| !done.result.ok)?;
    let (field, rule) = field_of(text)?;
    let arguments = done.call.arguments.as_object()?;
    let given = arguments.get(field).map(shown)?;
    let mut arguments = arguments.clone();
    if field == "subscription" {
        let there = subscriptions(rule);
        let (name, id) = closest(&given, &there)?;
        arguments.insert(field.to_owned(), Value::from(id));
        let note = if name.to_lowercase().contains(&given.to_lowercase()) {
            format!("By `{given}` I take it that you mean the subscription `{name}`.")
        } else {
            format!(
                "No subscription is called `{given}`: this is of `{name}`, the closest there is."
            )
        };
        return Some(Mended { arguments, note });
    }
    if !MAY_GO.contains(&field) {
        return None;
    }
    arguments.remove(field);
    let note = format!("`{given}` could not be used ({}), so this is without it.", short(rule));
    Some(Mended { arguments, note })
}

/// A rejection in plain words.
pub(super) fn explained(done: &Done<'_>) -> String {
    let text = done.result.text.as_str();
    let text = text.strip_prefix("Rejected: ").unwrap_or(text);
    let text = text.strip_suffix("Correct the call and try again.").unwrap_or(text).trim();
    let Some((field, rule)) = field_of(text) else {
        return format!("That could not be asked: {text}");
    };
    let given = done.call.arguments.get(field).map(shown).unwrap_or_default();
    let there = subscriptions(rule);
    if field == "subscription" && !there.is_empty() {
        let names: Vec<String> = there.iter().map(|(name, _)| format!("`{name}`")).collect();
        return format!(
            "There is no subscription called `{given}` in what I can see. There are: {}. Ask again \
             with one of them.",
            names.join(", ")
        );
    }
    if field == "alert" {
        return format!(
            "There is no fired alert called `{given}` in what I can see. Ask “which alerts are \
             firing?” for those that there are, or for a security alert by its title."
        );
    }
    format!("`{given}` could not be used: {}.", short(rule))
}

/// The field and the rule of a message.
fn field_of(text: &str) -> Option<(&str, &str)> {
    let (field, rule) = text.strip_prefix('`')?.split_once("`: ")?;
    Some((field.split(['[', '.']).next().unwrap_or(field), rule))
}

fn short(rule: &str) -> &str {
    let rule = rule.strip_suffix("Correct the call and try again.").unwrap_or(rule).trim();
    rule.trim_end_matches('.')
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(80).filter(|ch| *ch != '`').collect(),
        other => other.to_string().chars().take(80).collect(),
    }
}

/// The subscriptions that a message lists, as name and id.
fn subscriptions(rule: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = rule;
    while let Some((_, after)) = rest.split_once('`') {
        let Some((name, after)) = after.split_once("` (") else { break };
        let Some((id, after)) = after.split_once(')') else { break };
        if Uuid::parse_str(id).is_ok() {
            found.push((name.to_owned(), id.to_owned()));
        }
        rest = after;
    }
    found
}

/// The subscription whose name is nearest to what was given.
fn closest(given: &str, there: &[(String, String)]) -> Option<(String, String)> {
    let wanted = tokens(given);
    let near = there.iter().filter_map(|(name, id)| {
        let own = tokens(name);
        let held = wanted.iter().all(|word| own.iter().any(|one| one == word || slips(one, word)));
        (held && !wanted.is_empty()).then_some((own.len(), name, id))
    });
    let (_, name, id) = near.min_by_key(|(length, ..)| *length)?;
    Some((name.clone(), id.clone()))
}

/// The words of a name; what is short for an environment is written out.
fn tokens(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words = lower.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut tokens: Vec<String> = Vec::new();
    for word in words {
        match word {
            "prod" => tokens.push("production".to_owned()),
            "nonprod" | "nonproduction" | "dev" | "development" | "test" | "testing"
            | "staging" | "qa" | "uat" | "preprod" | "preproduction" => {
                tokens.extend(["non".to_owned(), "production".to_owned()]);
            }
            "pre" => tokens.push("non".to_owned()),
            "subscription" | "the" | "environment" | "env" => {}
            other => tokens.push(other.to_owned()),
        }
    }
    tokens
}

fn slips(a: &str, b: &str) -> bool {
    let most = if b.chars().count() >= 8 { 2 } else { 1 };
    b.chars().count() >= 4 && distance(a, b) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_subscription_is_the_one_whose_words_are_all_named() {
        let rule = "several subscriptions are called that; give one of `Northlight Non-Production` \
            (7566bb8a-8199-4f7c-8fc0-3003f5f5364d) and `Northlight Production` \
            (bbc6c237-59ac-4399-a838-d0f43b56fe36)";
        let there = subscriptions(rule);
        assert_eq!(there.len(), 2);
        let name = |given| closest(given, &there).map(|(name, _)| name);
        for given in ["production", "prod", "Prod subscription", "producton"] {
            assert_eq!(name(given).as_deref(), Some("Northlight Production"), "{given}");
        }
        for given in ["non-production", "dev", "nonprod", "Northlight Non Production"] {
            assert_eq!(name(given).as_deref(), Some("Northlight Non-Production"), "{given}");
        }
        assert_eq!(name("contoso"), None);
    }
}

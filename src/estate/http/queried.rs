//! The tables that a query names: what the ledger tells of a query, whose text it does not keep.

use serde::Deserialize;

use crate::estate::logs;

/// A body with a query in it.
#[derive(Deserialize)]
struct Body {
    query: String,
}

/// The tables of Resource Graph or of logs in a request's body, in the order of the text, each
/// once; none where the body has no query.
pub(super) fn tables(body: &[u8]) -> Vec<String> {
    let Ok(Body { query }) = serde_json::from_slice(body) else { return Vec::new() };
    // Every other part stands in quotes.
    let bare = query.split(['\'', '"']).step_by(2).collect::<Vec<_>>().join(" ");
    let mut found: Vec<String> = Vec::new();
    for part in bare.split_inclusive(['|', '(', ')', ';']) {
        for name in named(part) {
            if !found.iter().any(|one| one == name) {
                found.push(name.to_owned());
            }
        }
    }
    found
}

/// The tables in a part of a query and the sign that ends it: a table stands alone there, or with
/// others behind `union`. What stands alone in parentheses is a function's argument.
fn named(part: &str) -> Vec<&str> {
    let text = part.trim_end_matches(['|', '(', ';']).trim();
    let text = match text.strip_prefix("let ").and_then(|binding| binding.split_once('=')) {
        Some((_, value)) => value.trim(),
        None => text,
    };
    let names: Vec<&str> = match text.strip_prefix("union") {
        Some(rest) => {
            rest.split([',', ')']).filter_map(|one| one.split_whitespace().last()).collect()
        }
        None => vec![text],
    };
    names.into_iter().filter(|name| is_table(name)).collect()
}

fn is_table(name: &str) -> bool {
    let is_word = name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let lower = name.to_ascii_lowercase();
    let graph = ["resources", "resourcechanges", "containerchanges", "resourcecontainers"];
    (is_word && graph.iter().any(|end| lower.ends_with(end)))
        || logs::TABLES.iter().any(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_told_from_other_words_of_a_query() {
        let of = |query: &str| {
            tables(&serde_json::to_vec(&serde_json::json!({ "query": query })).unwrap())
        };
        let query = "securityresources\n| where type =~ 'a|resources|b'\n\
                     | summarize resources = count(), sum(resources) by id, resources\n\
                     | join kind=leftouter (resourcecontainers | project id) on id";
        assert_eq!(of(query), ["securityresources", "resourcecontainers"]);
        assert_eq!(
            of("let a = Heartbeat | take 1; union Event, Syslog | count"),
            ["Heartbeat", "Event", "Syslog"]
        );
        assert_eq!(of("resources"), ["resources"]);
        assert!(tables(br#"{"query": {"type": "Usage"}}"#).is_empty());
    }
}

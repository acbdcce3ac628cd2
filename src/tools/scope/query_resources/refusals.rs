//! What a query may not hold: anything that leaves Resource Graph or runs code.
//!
//! Owns the list and the reading of words outside strings and comments. It must not know who
//! wrote the query.

/// Operators that are refused wherever they stand.
const OPERATORS: &[&str] = &[
    "externaldata",
    "external_data",
    "evaluate",
    "invoke",
    "http_request",
    "http_request_post",
    "plugin",
    "macro-expand",
    "into",
];

/// Functions that name another place; refused where a parenthesis follows.
const PLACES: &[&str] = &[
    "cluster",
    "database",
    "workspace",
    "app",
    "adx",
    "arg",
    "resource",
    "external_table",
    "materialized_view",
    "stored_query_result",
    "table",
];

/// The first word of a query that is refused; strings and comments are data.
#[must_use]
pub fn refused(query: &str) -> Option<String> {
    let code = code_of(query);
    if code.trim_start().starts_with('.') {
        return Some("a control command".to_owned());
    }
    let mut rest = code.as_str();
    while let Some(start) = rest.find(is_word) {
        let word_on = rest.get(start..).unwrap_or_default();
        let end = word_on.find(|ch| !is_word(ch)).unwrap_or(word_on.len());
        let (word, after) = word_on.split_at(end);
        let lower = word.to_ascii_lowercase();
        let called = after.trim_start().starts_with('(');
        // `properties.cluster` and `cluster = 1` are names of columns.
        let member = rest.get(..start).is_some_and(|before| before.trim_end().ends_with('.'));
        let names = after.trim_start().starts_with('=') && !after.trim_start().starts_with("==");
        let operator = OPERATORS.contains(&lower.as_str()) && !member && !names;
        if operator || (called && PLACES.contains(&lower.as_str())) {
            return Some(word.to_owned());
        }
        rest = after;
    }
    None
}

fn is_word(ch: char) -> bool {
    ch.is_alphanumeric() || matches!(ch, '_' | '-')
}

/// The query with strings and comments blanked. A string that does not end takes the rest of its
/// line only, so that no unfinished quote hides what follows.
pub(crate) fn code_of(query: &str) -> String {
    let mut code = String::with_capacity(query.len());
    let mut rest = query;
    while let Some(ch) = rest.chars().next() {
        let skipped = opaque_len(rest);
        if skipped > 0 {
            code.push(' ');
            rest = rest.get(skipped..).unwrap_or_default();
        } else {
            code.push(ch);
            rest = rest.get(ch.len_utf8()..).unwrap_or_default();
        }
    }
    code
}

/// The length of the string or comment at the start of a text; 0 where there is none.
fn opaque_len(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    for fence in ["```", "~~~"] {
        if let Some(inner) = text.strip_prefix(fence) {
            return inner.find(fence).map_or(0, |end| end + 2 * fence.len());
        }
    }
    let (prefix, verbatim) = if text.starts_with(['@']) { (1, true) } else { (0, false) };
    let Some(quoted) = text.get(prefix..) else { return 0 };
    let Some(quote) = quoted.chars().next().filter(|ch| matches!(ch, '"' | '\'')) else { return 0 };
    let mut escaped = false;
    for (at, ch) in quoted.char_indices().skip(1) {
        match ch {
            '\n' => return prefix + at,
            '\\' if !verbatim && !escaped => escaped = true,
            _ if ch == quote && !escaped => return prefix + at + 1,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_resource_graph_is_refused_and_data_is_not() {
        for bad in [
            "externaldata(a:string)['https://x']",
            "resources | EVALUATE bag_unpack(tags)",
            "cluster ('x').database('y').T",
            "resources | join (workspace(\"x\").Heartbeat) on id",
            ".show tables",
            "resources // ok\n| invoke f()",
            "resources | where name == 'a\\' evaluate' | evaluate x()",
            "resources | where name == 'open\n| evaluate x()",
            "resources | where name == @'a\\' | evaluate x()",
        ] {
            assert!(refused(bad).is_some(), "{bad}");
        }
        for good in [
            "resources | where name == 'evaluate' and tags['cluster'] == \"externaldata(\"",
            "resources // evaluate later\n| take 1",
            "resources | extend cluster = properties.cluster, app = properties.app",
            "resources | where properties.evaluate == 1 | project evaluate = 2",
        ] {
            assert_eq!(refused(good), None, "{good}");
        }
    }
}

//! What there is instead of what a query names and is not there.

use serde_json::Value;

use crate::{
    azure::kql_text::KqlText,
    tools::{
        context::{LogRead, ReadContext},
        scope::code_of,
    },
};

const MAX_NAMED: usize = 60;

/// A sentence with the tables of the workspace, or the columns of the query's first table; empty
/// where it is no question of names, or they cannot be learned.
pub(super) async fn of(cx: &ReadContext, read: &LogRead<'_>, rule: &str) -> String {
    if !rule.contains("Failed to resolve") {
        return String::new();
    }
    let table = first_table(read.text.as_str());
    if rule.contains("Failed to resolve table") {
        let tables = names(cx, read, "Usage | distinct DataType | order by DataType asc").await;
        return told("the workspace has data in", &tables);
    }
    let Some(table) = table else { return String::new() };
    let columns = names(cx, read, &format!("{table} | getschema | project ColumnName")).await;
    told(&format!("`{table}` has the columns"), &columns)
}

fn told(what: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; {what} {}", names.join(", ")) }
}

async fn names(cx: &ReadContext, read: &LogRead<'_>, query: &str) -> Vec<String> {
    let text = KqlText::verbatim(query);
    let answer = cx.logs(&LogRead { text, max_rows: MAX_NAMED, ..read.clone() }).await;
    let rows = answer.map(|answer| answer.rows).unwrap_or_default();
    let name =
        |row: &serde_json::Map<String, Value>| Some(row.values().next()?.as_str()?.to_owned());
    let plain = |name: &String| name.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_');
    rows.iter().filter_map(name).filter(plain).collect()
}

/// The table that a query begins with, or that follows its `let`s.
fn first_table(query: &str) -> Option<String> {
    let code = code_of(query);
    let body = code.rsplit(';').next().unwrap_or_default().trim_start();
    let word: String =
        body.chars().take_while(|ch| ch.is_ascii_alphanumeric() || *ch == '_').collect();
    let is_table = !word.is_empty() && word != "union" && word != "let";
    is_table.then_some(word)
}

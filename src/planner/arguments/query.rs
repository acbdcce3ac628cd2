//! A query that the user wrote, found in a question.

/// A Resource Graph query that the user wrote.
pub(in crate::planner) fn written_query(text: &str) -> Option<String> {
    const TABLES: [&str; 12] = [
        "resources",
        "resourcecontainers",
        "securityresources",
        "advisorresources",
        "resourcechanges",
        "healthresources",
        "policyresources",
        "recoveryservicesresources",
        "patchassessmentresources",
        "alertsmanagementresources",
        "authorizationresources",
        "servicehealthresources",
    ];
    let text = text.trim();
    let fenced = text.split_once("```").map(|(_, rest)| rest);
    let body = fenced.unwrap_or(text);
    let body = body.split("```").next().unwrap_or(body);
    let body = body.trim_start_matches("kusto").trim_start_matches("kql").trim();
    let lower = body.to_ascii_lowercase();
    let at = TABLES.iter().filter_map(|table| {
        lower.match_indices(table).map(|(at, _)| at).find(|at| {
            let before = lower.get(..*at).and_then(|text| text.chars().next_back());
            let rest = lower.get(at + table.len()..).unwrap_or_default();
            before.is_none_or(|ch| !ch.is_alphanumeric()) && rest.trim_start().starts_with('|')
        })
    });
    let body = at.min().and_then(|at| body.get(at..))?;
    Some(body.trim_end_matches('`').trim().to_owned())
}

/// A query of logs that the user wrote: a table of Log Analytics, or `union` or `search`, before a
/// pipe.
pub(in crate::planner) fn written_log_query(text: &str) -> Option<String> {
    let text = text.trim();
    let fenced = text.split_once("```").map(|(_, rest)| rest);
    let body = fenced.unwrap_or(text).split("```").next()?.trim();
    let body = body.trim_start_matches("kusto").trim_start_matches("kql").trim();
    let (before, _) = body.split_once('|')?;
    let table = before.split_whitespace().next_back()?;
    let plain = table.len() > 3 && table.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_');
    let named = table.starts_with(|ch: char| ch.is_ascii_uppercase());
    let at = body.find(table).filter(|_| plain && named)?;
    // A table is asked by itself or behind a colon; anything else before it is prose with a bar.
    let alone = before.trim() == table || before.contains(':') || fenced.is_some();
    body.get(at..).filter(|_| alone).map(|query| query.trim_end_matches('`').trim().to_owned())
}

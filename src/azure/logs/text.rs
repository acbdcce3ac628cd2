//! The text of a query of logs, kept to a number of rows.

/// The query with a `take` of its own at the end; a `render` there, which would have to stay
/// last, is left out.
#[must_use]
pub fn bounded(query: &str, rows: usize) -> String {
    // On a line of its own: the last line may end in a comment.
    format!("{}\n| take {rows}", undrawn(query))
}

/// The query without a `render` at its end, to be gone on with.
#[must_use]
pub fn undrawn(query: &str) -> &str {
    let trimmed = query.trim_end_matches(|ch: char| ch.is_whitespace() || ch == ';');
    render_at(trimmed).and_then(|at| trimmed.get(..at)).unwrap_or(trimmed).trim_end()
}

/// Where a last `| render …` begins.
fn render_at(query: &str) -> Option<usize> {
    let found = query.rmatch_indices("render").find_map(|(at, word)| {
        let before = query.get(..at)?.trim_end();
        let after = query.get(at + word.len()..)?.chars().next()?;
        (before.ends_with('|') && after.is_whitespace()).then(|| before.len() - 1)
    })?;
    // A pipe in what follows would make it no last operator: a text or a comment, perhaps.
    let rest = query.get(found + 1..)?;
    (!rest.contains('|')).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_bounded_whatever_it_ends_in() {
        for (query, wanted) in [
            ("Heartbeat", "Heartbeat\n| take 5"),
            ("let a = 1;\nHeartbeat ; \n", "let a = 1;\nHeartbeat\n| take 5"),
            ("Heartbeat // all", "Heartbeat // all\n| take 5"),
            ("T | summarize n = count() | render timechart", "T | summarize n = count()\n| take 5"),
            (
                "T | where x == '| render y' | count",
                "T | where x == '| render y' | count\n| take 5",
            ),
            ("T |render barchart with (title='a')", "T\n| take 5"),
        ] {
            assert_eq!(bounded(query, 5), wanted);
        }
    }
}

//! The sentences of a query file: their placeholders, checked at load and filled with figures.
//!
//! In a headline `{rows}` is how many rows there are, `{sum}` the sum of the first number column,
//! `{sum:column}` of another, and `{count:column=value}` how many rows have a value in a column;
//! `{rows|machine}` and the like add the noun in its number: `1 machine`, `2 machines`. In `row` a
//! placeholder is the name of a column.

use super::front_matter::FrontMatter;
use crate::{protocol::ColumnKind, tools::present::count_of};

/// A placeholder of a headline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Figure<'a> {
    Rows,
    /// Of the first number column, or of this one.
    Sum(Option<&'a str>),
    /// When the logs are of, in words.
    Time,
    /// How many rows have this value in this column.
    Count(&'a str, &'a str),
}

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// What stands between braces, and the noun that follows it.
    Place(&'a str, Option<&'a str>),
}

/// Splits a sentence.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((inside, after)) = after.split_once('}') else { break };
        pieces.push(Piece::Text(before));
        let (place, noun) = inside.split_once('|').map_or((inside, None), |(a, b)| (a, Some(b)));
        pieces.push(Piece::Place(place.trim(), noun.map(str::trim)));
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The figure of a placeholder.
pub(super) fn figure(place: &str) -> Option<Figure<'_>> {
    match place {
        "rows" => Some(Figure::Rows),
        "sum" => Some(Figure::Sum(None)),
        "time" => Some(Figure::Time),
        _ => match place.split_once(':')? {
            ("sum", column) => Some(Figure::Sum(Some(column.trim()))),
            ("count", condition) => {
                let (column, value) = condition.split_once('=')?;
                Some(Figure::Count(column.trim(), value.trim()))
            }
            _ => None,
        },
    }
}

/// A count with its noun, where there is one.
pub(super) fn counted(text: String, count: Option<u64>, noun: Option<&str>) -> String {
    match (noun, count) {
        (Some(noun), Some(count)) => count_of(count, noun),
        (Some(noun), None) => format!("{text} {noun}s"),
        (None, _) => text,
    }
}

/// Checks that every placeholder names something there is.
pub(super) fn check(head: &FrontMatter) -> Result<(), String> {
    let column = |name: &str| head.columns.iter().find(|one| one.key == name);
    let known = |field: &str, name: &str| match column(name) {
        Some(_) => Ok(()),
        None => Err(format!("`{field}` names the column `{name}`, which is not among `columns`")),
    };
    for place in places(head.headline.as_deref()) {
        match figure(place) {
            Some(Figure::Rows | Figure::Time) => {}
            Some(Figure::Count(name, _)) => known("headline", name)?,
            Some(Figure::Sum(Some(name))) => known("headline", name)?,
            Some(Figure::Sum(None)) => {
                if !head.columns.iter().any(|one| one.kind == ColumnKind::Number) {
                    return Err("`{sum}` in `headline` needs a column of type number".to_owned());
                }
            }
            None => {
                return Err(format!(
                    "`{{{place}}}` in `headline` is neither rows, sum, sum:column nor \
                     count:column=value"
                ));
            }
        }
    }
    for place in places(head.row.as_deref()) {
        known("row", place)?;
    }
    match &head.tone.column {
        Some(name) => known("tone", name),
        None if head.tone.critical.is_empty() && head.tone.warning.is_empty() => Ok(()),
        None => Err("`tone` names values and no `column`".to_owned()),
    }
}

fn places(text: Option<&str>) -> Vec<&str> {
    let pieces = text.map(pieces).unwrap_or_default();
    let place = |piece| match piece {
        Piece::Place(place, _) => Some(place),
        Piece::Text(_) => None,
    };
    pieces.into_iter().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_split_at_its_placeholders() {
        let split = pieces("{rows|machine} of {sum:a}.");
        let expected = [
            Piece::Text(""),
            Piece::Place("rows", Some("machine")),
            Piece::Text(" of "),
            Piece::Place("sum:a", None),
            Piece::Text("."),
        ];
        assert_eq!(split, expected);
        assert_eq!(figure("count:state=On"), Some(Figure::Count("state", "On")));
        assert_eq!(figure("mean"), None);
        assert_eq!(pieces("a { b"), [Piece::Text("a { b")]);
    }
}

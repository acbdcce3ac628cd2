//! `$apply` of policy queries: `filter(…)`, `groupby((…),aggregate(…))` and `aggregate(…)`, one
//! after another by `/`.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::{
    odata::Filter,
    records::{Record, by_value, field, text_of},
};

/// A chain of transformations.
#[derive(Debug)]
pub(super) struct Apply(Vec<Step>);

#[derive(Debug)]
enum Step {
    Filter(Filter),
    Group { by: Vec<String>, figures: Vec<Figure> },
}

/// A figure of a group: how, of what, under which name.
#[derive(Debug)]
struct Figure {
    method: Method,
    of: String,
    alias: String,
}

#[derive(Clone, Copy, Debug)]
enum Method {
    Count,
    CountDistinct,
    Sum,
    Average,
    Least,
    Most,
}

impl Apply {
    /// Reads a chain; `None` where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        apart(text, '/')
            .into_iter()
            .map(|part| Step::parse(part.trim()))
            .collect::<Option<_>>()
            .map(Self)
    }

    /// What becomes of records.
    pub(super) fn run(&self, records: impl Iterator<Item = Record>) -> Vec<Record> {
        let mut records: Vec<Record> = records.collect();
        for step in &self.0 {
            match step {
                Step::Filter(filter) => records.retain(|record| filter.matches(record)),
                Step::Group { by, figures } => records = grouped(&records, by, figures),
            }
        }
        records
    }
}

impl Step {
    fn parse(text: &str) -> Option<Self> {
        if let Some(inner) = called(text, "filter") {
            return Filter::parse(inner).map(Self::Filter);
        }
        if let Some(inner) = called(text, "aggregate") {
            return Some(Self::Group { by: Vec::new(), figures: figures(inner)? });
        }
        let inner = called(text, "groupby")?;
        let parts = apart(inner, ',');
        let (names, rest) = parts.split_first()?;
        let names = names.trim().strip_prefix('(')?.strip_suffix(')')?;
        let by: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
        let figures = match rest {
            [] => Vec::new(),
            [one] => figures(called(one.trim(), "aggregate")?)?,
            _ => return None,
        };
        by.iter().all(|name| !name.is_empty()).then_some(Self::Group { by, figures })
    }
}

/// What stands in the parentheses of `name(…)`.
fn called<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let head = text.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name))?;
    text.get(head.len()..)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

/// Splits where neither quotes nor parentheses are open.
fn apart(text: &str, at: char) -> Vec<&str> {
    let (mut depth, mut is_quoted, mut from) = (0_u32, false, 0);
    let mut parts = Vec::new();
    for (place, ch) in text.char_indices() {
        match ch {
            '\'' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth = depth.saturating_sub(1),
            _ if ch == at && !is_quoted && depth == 0 => {
                parts.extend(text.get(from..place));
                from = place + ch.len_utf8();
            }
            _ => {}
        }
    }
    parts.extend(text.get(from..));
    parts
}

fn figures(text: &str) -> Option<Vec<Figure>> {
    apart(text, ',').into_iter().map(Figure::parse).collect()
}

impl Figure {
    /// `$count as n`, or `field with method as n`.
    fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["$count", word, alias] if word.eq_ignore_ascii_case("as") => {
                Some(Self { method: Method::Count, of: String::new(), alias: (*alias).to_owned() })
            }
            [of, with, method, word, alias]
                if with.eq_ignore_ascii_case("with") && word.eq_ignore_ascii_case("as") =>
            {
                let method = match method.to_ascii_lowercase().as_str() {
                    "countdistinct" => Method::CountDistinct,
                    "sum" => Method::Sum,
                    "average" => Method::Average,
                    "min" => Method::Least,
                    "max" => Method::Most,
                    _ => return None,
                };
                Some(Self { method, of: (*of).to_owned(), alias: (*alias).to_owned() })
            }
            _ => None,
        }
    }

    fn of(&self, records: &[&Record]) -> Value {
        let values = || records.iter().filter_map(|record| field(record, &self.of));
        let sum = || values().filter_map(Value::as_f64).sum::<f64>();
        match self.method {
            Method::Count => json!(records.len()),
            Method::CountDistinct => {
                json!(values().map(|value| text_of(Some(value))).collect::<BTreeSet<_>>().len())
            }
            Method::Sum => json!(sum()),
            #[expect(clippy::cast_precision_loss, reason = "far fewer records than 2^52")]
            Method::Average => json!(sum() / (records.len().max(1) as f64)),
            Method::Least => json!(values().min_by(|a, b| by_value(Some(a), Some(b)))),
            Method::Most => json!(values().max_by(|a, b| by_value(Some(a), Some(b)))),
        }
    }
}

/// A record a group, in the order in which the groups begin.
fn grouped(records: &[Record], by: &[String], figures: &[Figure]) -> Vec<Record> {
    let mut places: HashMap<Vec<String>, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Record>> = Vec::new();
    for record in records {
        let key = by.iter().map(|name| text_of(field(record, name))).collect();
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(record),
            None => groups.push(vec![record]),
        }
    }
    let row = |members: &Vec<&Record>| {
        let mut row = Record::new();
        for name in by {
            let first = members
                .first()
                .and_then(|record| record.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)));
            if let Some((own, value)) = first {
                row.insert(own.clone(), value.clone());
            }
        }
        row.extend(figures.iter().map(|figure| (figure.alias.clone(), figure.of(members))));
        row
    };
    if groups.is_empty() && by.is_empty() {
        groups.push(Vec::new());
    }
    groups.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_counted_after_a_filter() {
        let records = [("a", 1), ("A", 2), ("b", 3)].map(|(name, size)| {
            json!({ "name": name, "size": size }).as_object().cloned().unwrap()
        });
        let run =
            |text: &str| Apply::parse(text).map(|apply| apply.run(records.clone().into_iter()));
        let rows = run("groupby((Name),aggregate($count as n, size with max as most))").unwrap();
        assert_eq!(
            json!(rows),
            json!([{"name": "a", "n": 2, "most": 2}, {"name": "b", "n": 1, "most": 3}])
        );
        let rows = run("filter(name eq 'a/b' or size gt 1)/aggregate($count as n)").unwrap();
        assert_eq!(json!(rows), json!([{ "n": 2 }]));
        for wrong in ["", "groupby(name)", "aggregate(count)", "expand(x)", "filter()"] {
            assert!(run(wrong).is_none(), "{wrong}");
        }
    }
}

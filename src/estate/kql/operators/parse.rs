//! `parse` and `parse-where`: columns cut out of a text by a pattern.

use regex::Regex;

use super::Engine;
use crate::estate::kql::{
    ast::{Parse, ParsePart},
    error::QueryError,
    relation::Relation,
    value::{Text, Ty, Value, convert},
};

impl<'a> Engine<'a> {
    pub(super) fn parse(
        &self,
        parse: &Parse,
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        let columns = parse.parts.iter().filter_map(|part| match part {
            ParsePart::Column(name, ty) => Some((name.as_str(), *ty)),
            ParsePart::Star | ParsePart::Text(_) => None,
        });
        let columns: Vec<(&str, Ty)> = columns.collect();
        let regex = self.cx.regex(&pattern(parse))?;
        let of = self.binder(&input.fields, "parse").bind(&parse.of)?;
        let mut rows = Vec::new();
        for mut row in std::mem::take(&mut input.rows) {
            let text = convert::text(&of.eval(&row, &self.cx)?);
            self.cx.spend(text.len() / 8)?;
            self.cx.allocate(text.len() + columns.len() * 24)?;
            match captured(&regex, &text, &columns) {
                Some(cells) => row.cells.extend(cells),
                None if parse.filter => continue,
                None => row.cells.extend(columns.iter().map(|(_, ty)| ty.absent())),
            }
            rows.push(row);
        }
        input.rows = rows;
        for (name, ty) in columns {
            input.set_column(&name.into(), ty, input.width);
            input.width += 1;
        }
        Ok(input)
    }
}

fn captured(regex: &Regex, text: &str, columns: &[(&str, Ty)]) -> Option<Vec<Value<'static>>> {
    let found = regex.captures(text)?;
    let cells = columns.iter().enumerate().map(|(at, (_, ty))| {
        let part = found.get(at + 1).map_or("", |part| part.as_str());
        convert::convert(&Value::Text(Text::Shared(part.into())), *ty)
    });
    Some(cells.collect())
}

/// The pattern as a regular expression that matches the whole text.
fn pattern(parse: &Parse) -> String {
    let mut pattern = String::from("(?s)^");
    for (at, part) in parse.parts.iter().enumerate() {
        let last = at + 1 == parse.parts.len();
        match part {
            ParsePart::Star if last => pattern.push_str(".*"),
            ParsePart::Star => pattern.push_str(".*?"),
            ParsePart::Text(text) if parse.regex => pattern.push_str(&format!("(?:{text})")),
            ParsePart::Text(text) => pattern.push_str(&regex::escape(text)),
            ParsePart::Column(_, Ty::Int | Ty::Long) => pattern.push_str(r"\s*([-+]?\d+)"),
            ParsePart::Column(_, Ty::Real | Ty::Decimal) => {
                pattern.push_str(r"\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)");
            }
            ParsePart::Column(..) if last => pattern.push_str("(.*)"),
            ParsePart::Column(..) => pattern.push_str("(.*?)"),
        }
    }
    pattern.push('$');
    pattern
}

//! The query options that states and events have in common, and the page they lead to: `$filter`,
//! `$apply`, `$orderby`, `$select`, `$top`, `$from`, `$to`, `$skiptoken`.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{apply::Apply, odata::Filter};
use crate::estate::{
    chance::Chance,
    http::{
        answer::Answer,
        call::{Call, read_token, write_token},
        error::ArmError,
    },
};

/// A record: flat, as the service answers it.
pub(super) type Record = Map<String, Value>;

/// What a query asks.
#[derive(Debug)]
pub(super) struct Options {
    filter: Option<Filter>,
    apply: Option<Apply>,
    order: Vec<(String, bool)>,
    select: Vec<String>,
    top: Option<usize>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    offset: usize,
}

impl Options {
    pub(super) fn of(call: &Call<'_>) -> Result<Self, ArmError> {
        let text = |name: &str| call.query.get(name).map(str::trim).filter(|text| !text.is_empty());
        let refuse = |name: &str, text: &str| {
            ArmError::new(
                400,
                "InvalidQuery",
                format!("The value '{text}' of '{name}' could not be parsed."),
            )
        };
        let instant = |name: &str| {
            text(name)
                .map(|text| text.parse::<Timestamp>().map_err(|_| refuse(name, text)))
                .transpose()
        };
        let filter = text("$filter")
            .map(|text| Filter::parse(text).ok_or_else(|| refuse("$filter", text)))
            .transpose()?;
        let apply = text("$apply")
            .map(|text| Apply::parse(text).ok_or_else(|| refuse("$apply", text)))
            .transpose()?;
        let top = text("$top")
            .map(|text| text.parse::<usize>().map_err(|_| refuse("$top", text)))
            .transpose()?;
        let order = text("$orderby")
            .map(|text| ordered(text).ok_or_else(|| refuse("$orderby", text)))
            .transpose()?
            .unwrap_or_default();
        let select = text("$select")
            .map(|text| text.split(',').map(|name| name.trim().to_owned()).collect())
            .unwrap_or_default();
        let (from, to) = (instant("$from")?, instant("$to")?);
        let offset = match call.query.skip_token() {
            None => 0,
            Some(token) => {
                read_token(token, owner(call)).ok_or_else(|| refuse("$skiptoken", token))?
            }
        };
        Ok(Self { filter, apply, order, select, top, from, to, offset })
    }

    /// Whether what is this many minutes before the anchor lies between `$from` and `$to`; the
    /// last day where nobody says.
    pub(super) fn has_instant(&self, call: &Call<'_>, minutes: i64) -> bool {
        let at = call.world().ago(minutes);
        let to = self.to.unwrap_or_else(|| call.state.clock.now());
        let a_day = jiff::SignedDuration::from_hours(24);
        let from = self.from.unwrap_or_else(|| to.checked_sub(a_day).unwrap_or(to));
        at >= from && at <= to
    }

    /// Whether a record fits `$filter`.
    pub(super) fn admits(&self, record: &Record) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.matches(record))
    }

    /// The page of records that the options ask for.
    pub(super) fn answer(
        &self,
        call: &Call<'_>,
        kind: &str,
        records: impl Iterator<Item = Record>,
    ) -> Result<Answer, ArmError> {
        let fitting = records.filter(|record| self.admits(record));
        let mut rows: Vec<Record> = match &self.apply {
            Some(apply) => apply.run(fitting),
            // What is not ordered needs no more than the page and one.
            None if self.order.is_empty() => {
                let most = self.top.unwrap_or(usize::MAX).min(self.offset + call.page_size + 1);
                fitting.take(most).collect()
            }
            None => fitting.collect(),
        };
        rows.sort_by(|a, b| self.compare(a, b));
        rows.truncate(self.top.unwrap_or(usize::MAX));
        let more = rows.len() > self.offset + call.page_size;
        let context = format!("{}{}/$metadata#{kind}", call.base, base_path(call));
        let page = rows.into_iter().skip(self.offset).take(call.page_size);
        let page: Vec<Value> = page.map(|row| self.shown(row, &context)).collect();
        let link = more.then(|| {
            let token = write_token(self.offset + call.page_size, owner(call));
            format!("{}{}?{}", call.base, call.raw_path, call.query.with_skip_token(&token))
        });
        Answer::json(&json!({
            "@odata.nextLink": link,
            "@odata.context": context,
            "@odata.count": page.len(),
            "value": page,
        }))
    }

    fn compare(&self, a: &Record, b: &Record) -> Ordering {
        let mut order = Ordering::Equal;
        for (name, descending) in &self.order {
            let compared = by_value(field(a, name), field(b, name));
            order = order.then(if *descending { compared.reverse() } else { compared });
        }
        order
    }

    fn shown(&self, mut row: Record, context: &str) -> Value {
        if !self.select.is_empty() {
            row.retain(|name, _| self.select.iter().any(|own| own.eq_ignore_ascii_case(name)));
        }
        row.insert("@odata.id".into(), Value::Null);
        row.insert("@odata.context".into(), json!(format!("{context}/$entity")));
        Value::Object(row)
    }
}

/// The path up to the collection, as the context names it.
fn base_path<'a>(call: &'a Call<'_>) -> &'a str {
    let path = call.raw_path;
    path.rsplitn(3, '/').last().unwrap_or(path)
}

/// `field desc, other asc`.
fn ordered(text: &str) -> Option<Vec<(String, bool)>> {
    let parts = text.split(',').map(|part| {
        let mut words = part.split_whitespace();
        let name = words.next()?;
        let descending = match words.next().map(str::to_ascii_lowercase).as_deref() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return None,
        };
        words.next().is_none().then(|| (name.to_owned(), descending))
    });
    parts.collect()
}

/// What a token belongs to: the path and everything that decides on the order of records.
fn owner(call: &Call<'_>) -> Chance {
    let path = call.path.whole().join("/").to_ascii_lowercase();
    let options = ["$filter", "$apply", "$orderby", "$top"].map(|name| call.query.get(name));
    options
        .iter()
        .fold(Chance::root(0).child(&path), |chance, text| chance.child(text.unwrap_or_default()))
}

/// A field of a record, whatever its case.
pub(super) fn field<'a>(record: &'a Record, name: &str) -> Option<&'a Value> {
    record.get(name).or_else(|| {
        record.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

/// Numbers as numbers, everything else as text without regard to case; what is absent is first.
pub(super) fn by_value(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return a.total_cmp(&b);
    }
    text_of(a).cmp(&text_of(b))
}

/// The value as text, in lower case.
pub(super) fn text_of(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.to_ascii_lowercase(),
        Some(other) => other.to_string().to_ascii_lowercase(),
    }
}

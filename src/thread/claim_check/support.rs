//! What supports an answer, collected once: numbers, dates, and which of the names are there.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::protocol::Coverage;

use super::{
    Support,
    chunks::{self, Chunk},
    claims::{Claim, Kind},
    dates::{self, Dates},
    figures,
};

/// The most JSON values and numbers that are read.
const MAX_VALUES: usize = 400_000;
/// The most objects whose own values are combined with one another.
const MAX_GROUPS: usize = 16;
/// The most values of one object that are combined.
const MAX_GROUP: usize = 8;
/// The most different values of a column that are counted.
const MAX_COUNTED: usize = 256;
/// The longest string that is counted as a value of a column.
const MAX_COUNTED_BYTES: usize = 48;

/// What was collected.
#[derive(Debug)]
pub(super) struct Collected {
    /// Every number, without its sign.
    pub(super) numbers: Vec<f64>,
    /// Differences of numbers of one kind.
    pub(super) differences: Vec<f64>,
    /// How much numbers changed of which there are two of a kind.
    pub(super) changes: Vec<f64>,
    /// Numbers that belong together.
    pub(super) groups: Vec<Vec<f64>>,
    /// Every date.
    pub(super) dates: Dates,
    read: usize,
}

impl Collected {
    /// Whether there was more than is read.
    pub(super) fn is_full(&self) -> bool {
        self.read >= MAX_VALUES
    }
}

/// Reads all that supports an answer, and ticks off the names that are found in it.
pub(super) fn collect(
    support: &Support<'_>,
    claims: &[Claim],
    names: &mut HashMap<String, bool>,
) -> Collected {
    let mut reader = Reader::new(support, claims, names);
    for text in &support.texts {
        reader.text(text);
    }
    for scope in support.coverage.iter().flat_map(|coverage| &coverage.scopes) {
        reader.text(scope);
    }
    if let Some(coverage) = support.coverage {
        reader.coverage(coverage);
    }
    for value in &support.values {
        reader.value(value);
    }
    let Reader { series, mut collected, .. } = reader;
    for series in series.values() {
        for (at, one) in series.iter().enumerate() {
            let others = series.iter().skip(at + 1);
            collected.differences.extend(others.map(|other| (one - other).abs()));
        }
        // Before and after: how much it changed, and how many times it is what it was.
        if let [one, other] = series.as_slice() {
            let change = (one - other).abs();
            let changes = [change / one, change / other, one / other, other / one];
            collected.changes.extend(changes);
        }
    }
    collected
}

/// Whether a value is one of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Alone,
    Row,
}

struct Reader<'v, 'n> {
    collected: Collected,
    /// The first numbers under each key: they are of one kind, so their differences mean something.
    series: BTreeMap<&'v str, Vec<f64>>,
    names: &'n mut HashMap<String, bool>,
    lengths: BTreeSet<usize>,
    shortest: usize,
    word: String,
    wants_dates: bool,
    wants_figures: bool,
    /// Numbers in words are claimed, so they may be told in words too.
    wants_words: bool,
    /// Names hold marks that stand between names elsewhere: `ana@contoso.com`, `2001:db8::1`.
    wants_marks: bool,
}

impl<'v, 'n> Reader<'v, 'n> {
    fn new(support: &Support<'_>, claims: &[Claim], names: &'n mut HashMap<String, bool>) -> Self {
        let collected = Collected {
            numbers: Vec::new(),
            differences: Vec::new(),
            changes: Vec::new(),
            groups: Vec::new(),
            dates: Dates::new(support.now, support.time_zone.clone()),
            read: 0,
        };
        let lengths: BTreeSet<usize> = names.keys().map(String::len).collect();
        let shortest = lengths.first().copied().unwrap_or_default();
        let wants_marks = names.keys().any(|name| name.contains(['@', ':']));
        Self {
            wants_marks,
            collected,
            series: BTreeMap::new(),
            names,
            lengths,
            shortest,
            word: String::new(),
            wants_dates: claims.iter().any(Claim::is_about_time),
            wants_figures: claims.iter().any(|claim| !matches!(claim.kind, Kind::Name(_))),
            wants_words: claims.iter().any(Claim::is_small_count),
        }
    }

    fn coverage(&mut self, coverage: &Coverage) {
        let rows = coverage.rows as f64;
        let total = coverage.total.map_or(rows, |total| total as f64);
        let scopes = coverage.scope_count() as f64;
        let failures = coverage.failure_count() as f64;
        self.collected.numbers.extend([rows, total, scopes, failures]);
        self.group(vec![rows, total]);
        if let Some(at) = coverage.data_at {
            self.collected.dates.add_instant(at);
        }
        for failure in &coverage.failures {
            self.text(&failure.scope);
            self.text(&failure.message);
        }
    }

    /// Reads a JSON value, the outermost objects first.
    fn value(&mut self, value: &'v Value) {
        let mut left = VecDeque::from([(value, Place::Alone)]);
        while let Some((value, place)) = left.pop_front() {
            if self.collected.is_full() {
                return;
            }
            self.collected.read += 1;
            match value {
                Value::Null | Value::Bool(_) => {}
                Value::Number(number) => self.number(number.as_f64().unwrap_or_default()),
                Value::String(text) => self.text(text),
                Value::Array(items) => {
                    if self.wants_figures {
                        self.rows(items);
                    }
                    left.extend(items.iter().map(|item| (item, Place::Row)));
                }
                Value::Object(object) => {
                    self.object(object, place);
                    object.keys().for_each(|key| self.find_names(key));
                    left.extend(object.values().map(|value| (value, place)));
                }
            }
        }
    }

    fn number(&mut self, number: f64) {
        self.collected.numbers.push(number.abs());
    }

    fn group(&mut self, mut group: Vec<f64>) {
        group.truncate(MAX_GROUP);
        if group.len() > 1 && self.collected.groups.len() < MAX_GROUPS {
            self.collected.groups.push(group);
        }
    }

    /// The numbers of an object belong together, and so do its instants and lists.
    fn object(&mut self, object: &'v Map<String, Value>, place: Place) {
        let mut group = Vec::new();
        let mut instants: Vec<Timestamp> = Vec::new();
        for (key, value) in object {
            match value {
                Value::Number(number) => {
                    let number = number.as_f64().unwrap_or_default().abs();
                    group.push(number);
                    let series = self.series.entry(key).or_default();
                    if series.len() < MAX_GROUP {
                        series.push(number);
                    }
                }
                Value::Array(items) => group.push(items.len() as f64),
                Value::String(text) if self.wants_dates => instants.extend(dates::instant(text)),
                Value::String(_) => {}
                Value::Null | Value::Bool(_) | Value::Object(_) => {}
            }
        }
        for (at, one) in instants.iter().enumerate().take(MAX_GROUP) {
            for other in instants.iter().skip(at + 1).take(MAX_GROUP) {
                self.number((one.as_second() - other.as_second()) as f64);
            }
        }
        match place {
            Place::Alone => self.group(group),
            // Rows are compared with one another where the answer shows both figures.
            Place::Row => {}
        }
    }

    /// How many rows there are, how many hold the same value, and each column's sum and mean.
    fn rows(&mut self, items: &[Value]) {
        let length = items.len() as f64;
        let mut columns = Columns::default();
        for item in items {
            match item {
                Value::Object(object) => {
                    object.iter().for_each(|(key, value)| columns.take(key, value));
                }
                _ => columns.take("", item),
            }
        }
        let mut group = vec![length];
        group.extend(columns.repeated());
        self.collected.numbers.extend(&group);
        // One of so many.
        self.collected.changes.push(1.0 / length);
        for sum in columns.sums() {
            self.collected.numbers.extend([sum.abs(), (sum / length).abs()]);
        }
        self.group(group);
    }

    /// The figures, dates and names of a text.
    fn text(&mut self, text: &str) {
        self.find_names(text);
        // An id tells no figures but in a name with words: `Failed sign-ins above 500 an hour`.
        let text = match text.rsplit_once('/') {
            Some((path, name)) if path.starts_with("/subscriptions/") => name,
            Some(_) | None => text,
        };
        let tells = |text: &str| {
            text.bytes().any(|byte| byte.is_ascii_digit())
                || (self.wants_words && text.bytes().any(|byte| byte == b' '))
        };
        if !self.wants_figures || !tells(text) {
            return;
        }
        if dates::looks_like_instant(text) {
            if let Some(instant) = dates::instant(text).filter(|_| self.wants_dates) {
                self.collected.dates.add_instant(instant);
            }
            return;
        }
        let chunks: Vec<Chunk<'_>> = chunks::of(text).collect();
        self.collected.read += chunks.len() / 8;
        let mut at = 0;
        while let Some(rest) = chunks.get(at..).filter(|rest| !rest.is_empty()) {
            at += 1;
            if let Some((date, taken)) = dates::read(rest).or_else(|| dates::read_month_first(rest))
            {
                self.collected.dates.add(date);
                at += taken - 1;
            } else if let Some((figure, _)) = figures::read(rest, false) {
                self.number(figure.value);
            } else if let Some(instant) = rest.first().and_then(|chunk| dates::instant(chunk.text))
            {
                self.collected.dates.add_instant(instant);
            }
        }
    }

    /// Ticks off the names that stand in a text, as a whole or between marks.
    fn find_names(&mut self, text: &str) {
        if self.names.is_empty() {
            return;
        }
        let mut start = 0;
        for (at, byte) in text.bytes().enumerate() {
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
                self.find_name(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
        }
        self.find_name(text.get(start..).unwrap_or_default());
        if self.wants_marks {
            let between = |c: char| c.is_whitespace() || "\"'<>()[]{},;/|".contains(c);
            text.split(between).for_each(|word| self.tick_off(word.trim_end_matches(['.', ':'])));
        }
    }

    fn find_name(&mut self, word: &str) {
        // Shorter words hold none of them, also in parts.
        if word.len() < self.shortest {
            return;
        }
        let word = word.trim_matches(['-', '_', '.']);
        self.tick_off(word);
        if word.contains('.') {
            word.split('.').for_each(|part| self.tick_off(part));
        }
    }

    fn tick_off(&mut self, word: &str) {
        if !self.lengths.contains(&word.len()) {
            return;
        }
        self.word.clear();
        self.word.push_str(word);
        self.word.make_ascii_lowercase();
        if let Some(found) = self.names.get_mut(&self.word) {
            *found = true;
        }
    }
}

/// What the columns of rows add up to.
#[derive(Default)]
struct Columns<'v>(BTreeMap<&'v str, ColumnTotals<'v>>);

#[derive(Default)]
struct ColumnTotals<'v> {
    counts: HashMap<&'v str, u32>,
    sum: Option<f64>,
}

impl<'v> Columns<'v> {
    fn take(&mut self, key: &'v str, value: &'v Value) {
        let column = self.0.entry(key).or_default();
        match value {
            Value::String(text) if text.len() <= MAX_COUNTED_BYTES => column.count(text),
            Value::Bool(true) => column.count("true"),
            Value::Bool(false) => column.count("false"),
            Value::Number(number) => {
                *column.sum.get_or_insert_default() += number.as_f64().unwrap_or_default();
            }
            Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }

    /// How often values occur that occur more than once, most often first.
    fn repeated(&self) -> Vec<f64> {
        let counts = self.0.values().flat_map(|column| column.counts.values().copied());
        let mut counts: Vec<u32> = counts.filter(|count| *count > 1).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        counts.dedup();
        counts.into_iter().map(f64::from).collect()
    }

    fn sums(&self) -> impl Iterator<Item = f64> {
        self.0.values().filter_map(|column| column.sum)
    }
}

impl<'v> ColumnTotals<'v> {
    /// Counts a value; where a column holds many different ones, only those of its beginning.
    fn count(&mut self, value: &'v str) {
        if let Some(count) = self.counts.get_mut(value) {
            *count += 1;
        } else if self.counts.len() < MAX_COUNTED {
            self.counts.insert(value, 1);
        }
    }
}

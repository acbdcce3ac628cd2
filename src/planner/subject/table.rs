//! The tables of the pillars: which words of a question mean which tool.
//!
//! Owns how a row is written and which row of all tables a text fits best. A row whose tool is not
//! registered is passed over, so a table may be ahead of its tools. It must not know any tool.
//!
//! A row says what a question must hold, in terms with blanks between them:
//!
//! - `budget|allowance` one of these words, in singular or plural;
//! - `cost_alert` words that follow each other; `sign_in` is also `sign-in` and `signin`;
//! - `-forecast|next` none of these;
//! - `+reliability|cost` one of these, which arguments may be read from as well;
//! - `^which|what` the first word is one of these;
//! - `@resource`, `@kind`, `@place`, `@time`: such a thing is named; `-@resource`: it is not.
//!
//! Of several rows that fit, the one that accounts for most words is meant; of those, the first.

use super::Subject;
use crate::planner::{
    about::About,
    part::Reading,
    text::{Text, Word},
};

/// A row: what a question says, and what it means then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    says: &'static str,
    meant: Meant,
    knows: &'static str,
    last: bool,
    /// What is asked for, where no tool reads it; the tool's name is empty then.
    lacks: &'static str,
}

/// A tool that is meant, and arguments that its words fix.
#[derive(Clone, Copy, Debug)]
pub(in crate::planner) struct Meant {
    pub(in crate::planner) tool: &'static str,
    /// Arguments by name: a text, a number or `true`, as the tool's schema has it.
    pub(in crate::planner) with: &'static [(&'static str, &'static str)],
}

/// What a question is about is the tool; what it asks of it is not.
impl PartialEq for Meant {
    fn eq(&self, other: &Self) -> bool {
        self.tool == other.tool
    }
}

impl Eq for Meant {}

/// A row: these words mean this tool.
pub(super) const fn on(says: &'static str, tool: &'static str) -> Row {
    Row { says, meant: Meant { tool, with: &[] }, knows: "", last: false, lacks: "" }
}

/// A row: these words ask for something that no tool reads, called so.
pub(super) const fn none(says: &'static str, lacks: &'static str) -> Row {
    Row { says, meant: Meant { tool: "", with: &[] }, knows: "", last: false, lacks }
}

impl Row {
    /// With these arguments.
    pub(super) const fn with(mut self, with: &'static [(&'static str, &'static str)]) -> Self {
        self.meant.with = with;
        self
    }

    /// And understands these words besides, without doing anything about them.
    pub(super) const fn knows(mut self, words: &'static str) -> Self {
        self.knows = words;
        self
    }

    /// Only where the question is about nothing else: of words that mean several things.
    pub(super) const fn last(mut self) -> Self {
        self.last = true;
        self
    }
}

/// When a table is asked: before everything else, or when nothing else was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Rows of words with one meaning.
    First,
    /// Rows of words with several.
    Last,
}

/// What a text means by these tables; the words that say so are marked as understood.
pub(super) fn read(
    tables: &[&'static [Row]],
    turn: Turn,
    text: &mut Text<'_>,
    (about, reading): (&About, &Reading<'_>),
) -> Option<Subject> {
    let rows = tables.iter().copied().flatten();
    let there = |row: &&Row| !row.lacks.is_empty() || reading.has(row.meant.tool);
    let rows = rows.filter(|row| row.last == (turn == Turn::Last)).filter(there);
    let mut best: Option<(&Row, Fit)> = None;
    for row in rows {
        let Some(fit) = fits(row.says, text, about) else { continue };
        if best.as_ref().is_none_or(|(_, before)| fit.weight() > before.weight()) {
            best = Some((row, fit));
        }
    }
    let (row, fit) = best?;
    for (at, word) in text.words.iter_mut().enumerate() {
        word.head |= fit.heads.contains(&at);
        word.used |= fit.heads.contains(&at) || fit.lent.contains(&at);
        word.used |= !word.quoted && row.knows.split(' ').any(|known| same(&word.low, known));
    }
    Some(if row.lacks.is_empty() { Subject::Of(row.meant) } else { Subject::None(row.lacks) })
}

/// The row's tool in the words of the tables, where one of them names it.
pub(super) fn named(tables: &[&'static [Row]], tool: &str) -> Option<Meant> {
    let rows = tables.iter().copied().flatten();
    let row = rows.into_iter().find(|row| row.meant.tool == tool)?;
    Some(Meant { tool: row.meant.tool, with: &[] })
}

/// The words by which a row fits.
#[derive(Debug, Default)]
struct Fit {
    heads: Vec<usize>,
    lent: Vec<usize>,
}

impl Fit {
    fn weight(&self) -> usize {
        self.heads.len() + self.lent.len()
    }
}

fn fits(says: &str, text: &Text<'_>, about: &About) -> Option<Fit> {
    let mut fit = Fit::default();
    for term in says.split_ascii_whitespace() {
        if let Some(negated) = term.strip_prefix('-') {
            if any(negated, text, about).is_some() {
                return None;
            }
        } else if let Some(lent) = term.strip_prefix('+') {
            fit.lent.extend(any(lent, text, about)?);
        } else if let Some(first) = term.strip_prefix('^') {
            first.split('|').find(|one| same(text.low(0), one))?;
        } else {
            fit.heads.extend(any(term, text, about)?);
        }
    }
    for words in [&mut fit.heads, &mut fit.lent] {
        words.sort_unstable();
        words.dedup();
    }
    Some(fit)
}

/// The words of the first alternative that a text holds; every place of it, for one word.
fn any(alternatives: &str, text: &Text<'_>, about: &About) -> Option<Vec<usize>> {
    if let Some(thing) = alternatives.strip_prefix('@') {
        return is_named(thing, about).then(Vec::new);
    }
    let found = alternatives.split('|').map(|one| places(one, text));
    let all: Vec<usize> = found.flatten().collect();
    (!all.is_empty()).then_some(all)
}

fn is_named(thing: &str, about: &About) -> bool {
    match thing {
        "resource" => about.resource().is_some(),
        "kind" => about.kind.is_some(),
        "place" => about.is_placed(),
        "time" => about.time.is_some() || !about.periods.is_empty(),
        _ => false,
    }
}

/// Where a phrase stands, `_` for each blank.
fn places(phrase: &str, text: &Text<'_>) -> Vec<usize> {
    let parts: Vec<&str> = phrase.split('_').collect();
    let joined = parts.concat();
    let mut found = Vec::new();
    for (at, word) in text.words.iter().enumerate() {
        let window = text.words.iter().skip(at).take(parts.len());
        let plain = |word: &Word<'_>| !word.quoted;
        let whole = window.len() == parts.len()
            && window.zip(&parts).all(|(word, part)| plain(word) && same(&word.low, part));
        if whole {
            found.extend(at..at + parts.len());
        } else if parts.len() > 1 && plain(word) && same(&word.low.replace('-', ""), &joined) {
            found.push(at);
        }
    }
    found
}

/// Whether two words are one, in singular or plural.
pub(in crate::planner) fn same(word: &str, wanted: &str) -> bool {
    !wanted.is_empty() && (word == wanted || singular(word) == singular(wanted))
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    let hissing = ["sses", "xes", "ches", "shes"].iter().any(|end| word.ends_with(end));
    let end = if hissing { "es" } else { "s" };
    let whole = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    let stem = word.strip_suffix(end).filter(|stem| stem.len() > 1 && !whole);
    stem.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_fits_by_all_of_its_terms() {
        let weight = |says: &str, text: &str| {
            fits(says, &Text::read(text), &About::default()).map(|fit| fit.weight())
        };
        assert_eq!(weight("budget", "Which budgets do we have?"), Some(1));
        assert_eq!(weight("cost_alert", "any cost alerts?"), Some(2));
        assert_eq!(weight("sign_in", "failed sign-ins"), Some(1));
        assert_eq!(weight("cost -forecast", "forecast my costs"), None);
        assert_eq!(weight("^which +policy|policies", "which policies fail?"), Some(1));
        assert_eq!(weight("cost -@resource", "cost of it"), Some(1));
        assert_eq!(weight("cost", "\"cost\""), None);
        assert!(same("policies", "policy") && same("status", "status") && !same("cost", "host"));
    }
}

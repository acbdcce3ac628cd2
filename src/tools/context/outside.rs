//! What an allowed row says of subscriptions that are not allowed: their ids are taken out.
//!
//! An alert may name a rule, and a resource a workspace, of a subscription beside it. Owns how
//! such ids are found in what a call gives; it must not know any tool.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Bounds;
use crate::tools::tool::ToolOutput;

/// What stands where such an id was.
const HIDDEN: &str = "(of a subscription that is not allowed)";
/// How every id of a resource begins.
const PREFIX: &str = "/subscriptions/";
/// The bytes of a subscription's id.
const GUID_LEN: usize = 36;

impl ToolOutput {
    /// The output without the ids of subscriptions that are not allowed.
    #[must_use]
    pub(crate) fn within(mut self, bounds: &Bounds) -> Self {
        if bounds.allows_all() {
            return self;
        }
        hide_in(&mut self.output, bounds);
        for finding in &mut self.findings {
            hide(&mut finding.text, bounds);
        }
        hide(&mut self.digest, bounds);
        hide(&mut self.summary, bounds);
        self.views = hidden(self.views, bounds);
        self.coverage = hidden(self.coverage, bounds);
        self
    }
}

/// A value of ours with every string of it looked through.
fn hidden<T: Serialize + DeserializeOwned + Default>(value: T, bounds: &Bounds) -> T {
    let Ok(mut json) = serde_json::to_value(value) else { return T::default() };
    hide_in(&mut json, bounds);
    serde_json::from_value(json).unwrap_or_default()
}

fn hide_in(value: &mut Value, bounds: &Bounds) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) => hide(text, bounds),
            Value::Array(items) => left.extend(items),
            Value::Object(fields) => left.extend(fields.values_mut()),
        }
    }
}

fn hide(text: &mut String, bounds: &Bounds) {
    let mut from = 0;
    while let Some(start) = foreign(text, from, bounds) {
        let rest = text.get(start..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || "`'\"<>()[]{}|,;".contains(c);
        // A text that is an id goes whole: names of rules have spaces.
        let is_id = start == 0 && !rest.contains('\n');
        let len = if is_id { rest.len() } else { rest.find(ends).unwrap_or(rest.len()) };
        text.replace_range(start..start + len, HIDDEN);
        from = start + HIDDEN.len();
    }
}

/// Where the next id begins that is of a subscription which is not allowed.
fn foreign(text: &str, from: usize, bounds: &Bounds) -> Option<usize> {
    let is_prefix = |at: &usize| {
        let part = text.as_bytes().get(*at..*at + PREFIX.len());
        part.is_some_and(|part| part.eq_ignore_ascii_case(PREFIX.as_bytes()))
    };
    let starts = text.get(from..)?.match_indices('/').map(|(at, _)| from + at).filter(is_prefix);
    let mut foreign = starts.filter(|at| {
        let id = at + PREFIX.len();
        let id = text.get(id..id + GUID_LEN);
        id.is_some_and(|id| uuid::Uuid::try_parse(id).is_ok() && !bounds.allows(id))
    });
    foreign.next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::ScopeSet;

    const OWN: &str = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg";
    const OTHER: &str = "/Subscriptions/a3c8b54b-5b92-4f88-b671-9a29e75d1f95/resourceGroups/rg";

    #[test]
    fn ids_of_subscriptions_that_are_not_allowed_go_and_others_stay() {
        let own = "0b1f6471-1bf0-4dda-aec3-cb9272f09590".to_owned().try_into().unwrap();
        let bounds = Bounds::new(ScopeSet::default(), vec![own]);
        for (text, wanted) in [
            (format!("{OTHER}/Errors above 500 an hour"), HIDDEN.to_owned()),
            (format!("rule `{OTHER}/r` and `{OWN}/r`."), format!("rule `{HIDDEN}` and `{OWN}/r`.")),
            (format!("a {OTHER}, a {OTHER}\n"), format!("a {HIDDEN}, a {HIDDEN}\n")),
            (OWN.to_owned(), OWN.to_owned()),
            ("/subscriptions/a3c8".to_owned(), "/subscriptions/a3c8".to_owned()),
        ] {
            let mut hidden = text;
            hide(&mut hidden, &bounds);
            assert_eq!(hidden, wanted);
        }
    }
}

//! `$filter` of lists that compare a few named fields with quoted values, joined by `and` and
//! `or`, where `and` binds tighter.

use super::filter::{quoted, split_words};
use crate::estate::http::{call::Call, error::ArmError};

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    AtLeast,
    AtMost,
    Above,
    Below,
}

/// A field compared with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    /// As the list spells it.
    pub(super) field: &'static str,
    pub(super) comparison: Comparison,
    pub(super) value: String,
}

/// A parsed filter: any of these conjunctions; none fits everything.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Conditions(pub(super) Vec<Vec<Condition>>);

impl Conditions {
    /// The filter of a call over `fields`.
    ///
    /// # Errors
    /// `BadRequest` with the fields there are.
    pub(super) fn of(call: &Call<'_>, fields: &[&'static str]) -> Result<Self, ArmError> {
        match call.query.get("$filter").map(str::trim) {
            None | Some("") => Ok(Self::default()),
            Some(text) => Self::parse(text, fields).ok_or_else(|| {
                ArmError::bad_request(format!(
                    "The filter '{text}' is not supported. It may compare {} with eq and ne, \
                     joined by and, or.",
                    fields.join(", ")
                ))
            }),
        }
    }

    /// Reads a filter.
    pub(super) fn parse(text: &str, fields: &[&'static str]) -> Option<Self> {
        let text = unwrapped(text);
        let any = split_words(text, " or ").into_iter().map(|part| {
            let all = split_words(unwrapped(part), " and ").into_iter();
            all.map(|text| Condition::parse(text, fields)).collect::<Option<Vec<_>>>()
        });
        any.collect::<Option<Vec<_>>>().map(Self)
    }

    /// Whether something fits whose fields have these values. A field with several values is
    /// equal to each of them.
    pub(super) fn any(&self, values: impl Fn(&str) -> Vec<String>) -> bool {
        let fits = |condition: &Condition| {
            let actual = values(condition.field);
            let has = |value: &str| actual.iter().any(|own| own.eq_ignore_ascii_case(value));
            match condition.comparison {
                Comparison::Equal => has(&condition.value),
                Comparison::NotEqual => !has(&condition.value),
                Comparison::AtLeast
                | Comparison::AtMost
                | Comparison::Above
                | Comparison::Below => false,
            }
        };
        self.0.is_empty() || self.0.iter().any(|all| all.iter().all(fits))
    }
}

/// Without the parentheses around the whole.
fn unwrapped(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .filter(|inner| !inner.contains(['(', ')']))
        .unwrap_or(text)
}

impl Condition {
    fn parse(text: &str, fields: &[&'static str]) -> Option<Self> {
        let mut words = unwrapped(text).splitn(3, ' ');
        // Some services prefix a field with where it stands.
        let name = words.next()?.trim();
        let name = name.rsplit('/').next().unwrap_or(name);
        let field = fields.iter().find(|f| f.eq_ignore_ascii_case(name))?;
        let comparison = match words.next()?.to_ascii_lowercase().as_str() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "ge" => Comparison::AtLeast,
            "le" => Comparison::AtMost,
            "gt" => Comparison::Above,
            "lt" => Comparison::Below,
            _ => return None,
        };
        let value = words.next()?.trim();
        let value = if value.starts_with('\'') {
            quoted(value)?
        } else {
            (!value.contains('\'')).then(|| value.to_owned())?
        };
        Some(Self { field, comparison, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conjunctions_bind_tighter_and_unknown_fields_are_refused() {
        let parse = |text| Conditions::parse(text, &["service", "status"]);
        let filter =
            parse("service eq 'A or B' or (status eq 'Active' and service ne 'C')").unwrap();
        let with = |service: &str, status: &str| {
            filter.any(|field| vec![if field == "service" { service } else { status }.to_owned()])
        };
        assert!(with("a OR b", "Resolved") && with("D", "active"));
        assert!(!with("C", "Active") && !with("D", "Resolved"));
        assert_eq!(parse("color eq 'red'"), None);
        assert_eq!(parse("service like 'x'"), None);
        assert_eq!(parse("service eq 'x"), None);
    }
}

//! `$filter` of the resource and resource-group lists: comparisons of a few fields joined by
//! `and` and `or`, where `and` binds tighter. A tag's name and value in one conjunction mean one
//! tag.

use serde_json::Value;

use crate::estate::http::{call::Call, error::ArmError};

/// A parsed filter: any of these conjunctions.
#[derive(Debug, Default)]
pub(super) struct Filter(Vec<Vec<Condition>>);

#[derive(Debug, PartialEq, Eq)]
struct Condition {
    field: Field,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Name,
    ResourceType,
    ResourceGroup,
    Location,
    TagName,
    TagValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
}

impl Filter {
    /// The filter of a call.
    ///
    /// # Errors
    /// `InvalidFilterInQueryString`.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, ArmError> {
        match call.query.get("$filter").map(str::trim) {
            None | Some("") => Ok(Self::default()),
            Some(text) => Self::parse(text).ok_or_else(|| {
                ArmError::new(
                    400,
                    "InvalidFilterInQueryString",
                    format!(
                        "Invalid $filter '{text}' specified in the query string. It may compare \
                         name, resourceType, resourceGroup, location, tagName and tagValue with \
                         eq, ne, substringof and startswith, joined by and, or."
                    ),
                )
            }),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let any = split_words(text, " or ");
        let conjunctions = any.into_iter().map(|part| {
            split_words(part, " and ").into_iter().map(Condition::parse).collect::<Option<Vec<_>>>()
        });
        conjunctions.collect::<Option<Vec<_>>>().map(Self)
    }

    /// Whether there is none.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a generic resource body fits.
    pub(super) fn matches(&self, body: &Value) -> bool {
        self.is_empty() || self.0.iter().any(|all| conjunction(all, body))
    }

    /// The type that every match must have, where the filter says so: a short cut.
    pub(super) fn only_type(&self) -> Option<&str> {
        let [all] = self.0.as_slice() else {
            return None;
        };
        all.iter()
            .find(|c| c.field == Field::ResourceType && c.operator == Operator::Equal)
            .map(|c| c.value.as_str())
    }
}

impl Condition {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((name, arguments)) = text.strip_suffix(')').and_then(|t| t.split_once('(')) {
            let (first, second) = arguments.split_once(',')?;
            // substringof('value', field), startswith(field, 'value').
            let (operator, field, value) = match name.trim().to_ascii_lowercase().as_str() {
                "substringof" => (Operator::Contains, second, first),
                "startswith" => (Operator::StartsWith, first, second),
                _ => return None,
            };
            let (field, value) = (Field::parse(field)?, quoted(value)?);
            return Some(Self { field, operator, value });
        }
        let mut words = text.splitn(3, ' ');
        let field = Field::parse(words.next()?)?;
        let operator = match words.next()?.to_ascii_lowercase().as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            _ => return None,
        };
        Some(Self { field, operator, value: quoted(words.next()?)? })
    }

    fn fits(&self, actual: &str) -> bool {
        let (actual, wanted) = (actual.to_ascii_lowercase(), self.value.to_ascii_lowercase());
        match self.operator {
            Operator::Equal => actual == wanted,
            Operator::NotEqual => actual != wanted,
            Operator::Contains => actual.contains(&wanted),
            Operator::StartsWith => actual.starts_with(&wanted),
        }
    }
}

impl Field {
    fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "name" => Self::Name,
            "resourcetype" => Self::ResourceType,
            "resourcegroup" => Self::ResourceGroup,
            "location" => Self::Location,
            "tagname" => Self::TagName,
            "tagvalue" => Self::TagValue,
            _ => return None,
        })
    }
}

fn conjunction(all: &[Condition], body: &Value) -> bool {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let on_tags: Vec<&Condition> =
        all.iter().filter(|c| matches!(c.field, Field::TagName | Field::TagValue)).collect();
    let tags_fit = on_tags.is_empty()
        || body.get("tags").and_then(Value::as_object).is_some_and(|tags| {
            tags.iter().any(|(name, value)| {
                on_tags.iter().all(|c| match c.field {
                    Field::TagName => c.fits(name),
                    _ => c.fits(value.as_str().unwrap_or_default()),
                })
            })
        });
    tags_fit
        && all.iter().all(|c| match c.field {
            Field::Name => c.fits(text("name")),
            Field::ResourceType => c.fits(text("type")),
            Field::Location => c.fits(text("location")),
            Field::ResourceGroup => c.fits(group_of(text("id"))),
            Field::TagName | Field::TagValue => true,
        })
}

fn group_of(id: &str) -> &str {
    id.split('/').nth(4).unwrap_or_default()
}

/// The text within single quotes, with doubled quotes undone.
pub(super) fn quoted(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}

/// Splits at a word that does not stand within quotes, whatever its case.
pub(super) fn split_words<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let lower = text.to_ascii_lowercase();
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in lower.match_indices(word) {
        let before = text.get(..at).unwrap_or_default();
        if at >= from && before.bytes().filter(|byte| *byte == b'\'').count() % 2 == 0 {
            parts.extend(text.get(from..at));
            from = at + word.len();
        }
    }
    parts.extend(text.get(from..));
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_are_joined_by_and_and_or_outside_quotes() {
        let body = json!({
            "id": "/subscriptions/s/resourceGroups/rg-a/providers/X/y/z",
            "name": "salt and pepper",
            "type": "X/y",
            "location": "westeurope",
            "tags": { "env": "test", "owner": "production" },
        });
        let fits = |text: &str| Filter::parse(text).is_some_and(|filter| filter.matches(&body));
        assert!(fits("name eq 'salt and pepper' and resourceType eq 'x/Y'"));
        assert!(fits("location eq 'nowhere' OR substringof('pepper', name)"));
        assert!(fits("tagName eq 'env' and tagValue eq 'test'"));
        assert!(!fits("tagName eq 'env' and tagValue eq 'production'"));
        assert!(fits("resourceGroup eq 'RG-A' and name ne 'x'"));
        assert!(Filter::parse("colour eq 'red'").is_none());
        assert!(Filter::parse("name eq red").is_none());
    }
}

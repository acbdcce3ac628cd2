//! Values while a query runs: cheap handles that borrow from the tables' rows wherever they can.
//! Knows what a value is and how to read one from JSON; conversions, order and instants are in
//! the rooms below.

mod compare;
pub(crate) mod convert;
pub(crate) mod literal;
pub(crate) mod time;

use std::{borrow::Cow, ops::Deref, rc::Rc};

use serde_json::{Map, Value as Json};

pub(crate) use compare::{Ordering, order, total_order};

/// The type of a column as Resource Graph names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text, and what is written as text: guids and timespans.
    String,
    /// Whole numbers.
    Integer,
    /// Whole numbers of 32 bits.
    Int,
    /// Text that is a GUID.
    Guid,
    /// A length of time.
    TimeSpan,
    /// Any numbers.
    Number,
    /// True or false.
    Boolean,
    /// Any JSON (`dynamic`).
    Object,
    /// An instant, written in RFC 3339.
    DateTime,
}

impl Kind {
    /// The name in an answer: `string`, `integer`, `number`, `boolean`, `object`, `datetime`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String | Self::Guid | Self::TimeSpan => "string",
            Self::Integer | Self::Int => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Object => "object",
            Self::DateTime => "datetime",
        }
    }

    pub(crate) const fn ty(self) -> Ty {
        match self {
            Self::String => Ty::Text,
            Self::Integer => Ty::Long,
            Self::Int => Ty::Int,
            Self::Guid => Ty::Guid,
            Self::TimeSpan => Ty::TimeSpan,
            Self::Number => Ty::Real,
            Self::Boolean => Ty::Bool,
            Self::Object => Ty::Dynamic,
            Self::DateTime => Ty::DateTime,
        }
    }
}

/// The type of an expression, known before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Ty {
    Bool,
    Int,
    Long,
    Real,
    Decimal,
    Text,
    DateTime,
    TimeSpan,
    Guid,
    Dynamic,
}

impl Ty {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "bool" | "boolean" => Self::Bool,
            "int" | "int32" => Self::Int,
            "long" | "int64" => Self::Long,
            "real" | "double" => Self::Real,
            "decimal" => Self::Decimal,
            "string" => Self::Text,
            "datetime" | "date" => Self::DateTime,
            "timespan" | "time" => Self::TimeSpan,
            "guid" | "uuid" => Self::Guid,
            "dynamic" => Self::Dynamic,
            _ => return None,
        })
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::Text => "string",
            Self::DateTime => "datetime",
            Self::TimeSpan => "timespan",
            Self::Guid => "guid",
            Self::Dynamic => "dynamic",
        }
    }

    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Bool => Kind::Boolean,
            Self::Int | Self::Long => Kind::Integer,
            Self::Real | Self::Decimal => Kind::Number,
            Self::Text | Self::TimeSpan | Self::Guid => Kind::String,
            Self::DateTime => Kind::DateTime,
            Self::Dynamic => Kind::Object,
        }
    }

    pub(crate) const fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Long | Self::Real | Self::Decimal)
    }

    /// The type that both can be answered in.
    pub(crate) fn common(self, other: Self) -> Self {
        match (self, other) {
            _ if self == other => self,
            (Self::Int, Self::Long) | (Self::Long, Self::Int) => Self::Long,
            _ if self.is_number() && other.is_number() => Self::Real,
            _ => Self::Dynamic,
        }
    }

    /// What this type has where nothing is: text is empty, the rest is null.
    pub(crate) fn absent(self) -> Value<'static> {
        if self == Self::Text { Value::Text(Text::Borrowed("")) } else { Value::Null }
    }
}

/// Text, borrowed from a row or shared.
#[derive(Debug, Clone)]
pub(crate) enum Text<'a> {
    Borrowed(&'a str),
    Shared(Rc<str>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Borrowed(text),
            Cow::Owned(text) => Self::Shared(text.into()),
        }
    }
}

/// An array or object, borrowed from a row or shared.
#[derive(Debug, Clone)]
pub(crate) enum Tree<'a> {
    Borrowed(&'a Json),
    Shared(Rc<Json>),
}

impl Deref for Tree<'_> {
    type Target = Json;

    fn deref(&self) -> &Json {
        match self {
            Self::Borrowed(json) => json,
            Self::Shared(json) => json,
        }
    }
}

/// A value. Scalars inside `dynamic` are read as scalars; `Tree` is an array or an object.
/// Instants and durations are ticks of 100 ns, instants from the year 1.
#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Long(i64),
    Real(f64),
    Text(Text<'a>),
    DateTime(i64),
    TimeSpan(i64),
    Guid(uuid::Uuid),
    Tree(Tree<'a>),
}

impl<'a> Value<'a> {
    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(Text::Shared(text.into()))
    }

    /// Reads JSON that lives as long as the tables.
    pub(crate) fn borrowed(json: &'a Json) -> Self {
        match json {
            Json::String(text) => Self::Text(Text::Borrowed(text)),
            Json::Array(_) | Json::Object(_) => Self::Tree(Tree::Borrowed(json)),
            scalar => scalar_of(scalar),
        }
    }

    /// Takes JSON made while the query runs.
    pub(crate) fn owned(json: Json) -> Self {
        match json {
            Json::String(text) => Self::text(text),
            Json::Array(_) | Json::Object(_) => Self::Tree(Tree::Shared(Rc::new(json))),
            scalar => scalar_of(&scalar),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// True only if it is the bool true.
    pub(crate) fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    pub(crate) fn array(&self) -> Option<&Vec<Json>> {
        match self {
            Self::Tree(tree) => tree.as_array(),
            _ => None,
        }
    }

    pub(crate) fn object(&self) -> Option<&Map<String, Json>> {
        match self {
            Self::Tree(tree) => tree.as_object(),
            _ => None,
        }
    }

    /// The property of that name; null if there is none.
    pub(crate) fn member(&self, name: &str) -> Value<'a> {
        match self {
            Self::Tree(Tree::Borrowed(json)) => json.get(name).map_or(Value::Null, Value::borrowed),
            Self::Tree(Tree::Shared(json)) => {
                json.get(name).map_or(Value::Null, |found| Value::owned(found.clone()))
            }
            _ => Value::Null,
        }
    }

    /// The element at that place, from the end if negative; null if there is none.
    pub(crate) fn element(&self, index: i64) -> Value<'a> {
        let length = self.array().map_or(0, Vec::len);
        let Some(at) = place(index, length) else {
            return Value::Null;
        };
        match self {
            Self::Tree(Tree::Borrowed(json)) => json.get(at).map_or(Value::Null, Value::borrowed),
            Self::Tree(Tree::Shared(json)) => {
                json.get(at).map_or(Value::Null, |found| Value::owned(found.clone()))
            }
            _ => Value::Null,
        }
    }

    /// The JSON of an answer.
    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Long(value) => Json::from(*value),
            Self::Real(value) => convert::json_number(*value),
            Self::Text(text) => Json::from(&**text),
            Self::DateTime(ticks) => Json::from(time::format_json(*ticks)),
            Self::TimeSpan(ticks) => Json::from(time::format_span(*ticks)),
            Self::Guid(id) => Json::from(id.to_string()),
            Self::Tree(tree) => (**tree).clone(),
        }
    }
}

/// Where `index` points in `length` elements, counting from the end if negative.
pub(crate) fn place(index: i64, length: usize) -> Option<usize> {
    let length_signed = i64::try_from(length).ok()?;
    let at = if index < 0 { index.checked_add(length_signed)? } else { index };
    usize::try_from(at).ok().filter(|at| *at < length)
}

fn scalar_of(json: &Json) -> Value<'static> {
    match json {
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => number
            .as_i64()
            .map(Value::Long)
            .or_else(|| number.as_f64().map(Value::Real))
            .unwrap_or(Value::Null),
        Json::Null | Json::String(_) | Json::Array(_) | Json::Object(_) => Value::Null,
    }
}

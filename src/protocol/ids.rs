//! Ids: one newtype each, so that a run is never taken for a thread.
//!
//! Ids that we make are UUIDv7 (time-ordered); ids that clients make are short opaque strings.

use std::{fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an id of the wanted form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {wanted}")]
pub struct IdError {
    /// What was given, cut to 80 characters.
    pub text: String,
    /// What was wanted, in words.
    pub wanted: &'static str,
}

impl IdError {
    fn new(text: &str, wanted: &'static str) -> Self {
        Self { text: text.chars().take(80).collect(), wanted }
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, later than every one made before it.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a fresh id is no default value")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id as its UUID.
            #[must_use]
            pub fn as_uuid(&self) -> &Uuid {
                &self.0
            }

            /// The id of this UUID.
            #[must_use]
            pub fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text)
                    .map(Self)
                    .map_err(|_| IdError::new(text, concat!(stringify!($name), " (a UUID)")))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": "uuid" })
            }
        }
    };
}

uuid_id! {
    /// A durable conversation.
    ThreadId
}
uuid_id! {
    /// The answer to one user message, from queued to finished.
    RunId
}
uuid_id! {
    /// One tool call. Ours: models repeat theirs.
    CallId
}
uuid_id! {
    /// One WebSocket connection.
    ConnectionId
}
uuid_id! {
    /// One incarnation of a thread's log: a cursor of another epoch means start over.
    Epoch
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $max:expr, $wanted:expr, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                let allowed: fn(char) -> bool = $allowed;
                if text.is_empty() || text.len() > $max || !text.chars().all(allowed) {
                    return Err(IdError::new(&text, $wanted));
                }
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "minLength": 1, "maxLength": $max })
            }
        }
    };
}

fn token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':')
}

text_id! {
    /// The id of one command, made by the client (ULID or UUID): a repeat is answered once.
    CommandId, 64, "command id (1 to 64 letters, digits or -_.:)", token_char
}
text_id! {
    /// The id of one message: the client's for a user's message, ours for an assistant's.
    MessageId, 64, "message id (1 to 64 letters, digits or -_.:)", token_char
}
text_id! {
    /// Who speaks: the object id of a signed-in user, or `local`.
    PrincipalId, 128, "principal id (1 to 128 printable ASCII characters)", |c| c.is_ascii_graphic()
}

impl MessageId {
    /// A new id for an assistant's message.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7().to_string())
    }
}

impl Default for MessageId {
    fn default() -> Self {
        Self::new()
    }
}

impl PrincipalId {
    /// The one principal there is until there is authentication.
    #[must_use]
    pub fn local() -> Self {
        Self("local".to_owned())
    }
}

/// The number of an event in its thread's log: from 1, without gaps. 0 is before the first.
pub type Seq = u64;

/// The number of an evidence in its thread, written `e1`, `e2`, … in call order, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EvidenceId(u32);

impl EvidenceId {
    /// The evidence with this number, from 1.
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// The number of the evidence.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// The evidence after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for EvidenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "e{}", self.0)
    }
}

impl FromStr for EvidenceId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wanted = "evidence id (`e1`, `e2`, …)";
        let digits = text.strip_prefix('e').ok_or_else(|| IdError::new(text, wanted))?;
        let plain = digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit());
        match digits.parse::<u32>() {
            Ok(number) if plain && number > 0 && !digits.starts_with('0') => Ok(Self(number)),
            _ => Err(IdError::new(text, wanted)),
        }
    }
}

impl TryFrom<String> for EvidenceId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<EvidenceId> for String {
    fn from(id: EvidenceId) -> Self {
        id.to_string()
    }
}

impl JsonSchema for EvidenceId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EvidenceId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^e[1-9][0-9]*$" })
    }
}

//! A string that must not be printed: tokens and client secrets.
//!
//! Owns only the wrapper. It must not know where a secret came from or goes to.

use std::fmt;
use std::sync::Arc;

/// A secret string. `Debug` shows a placeholder and there is no `Display`, so that it reaches
/// an output only where [`Secret::expose`] is written out.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Wraps `value`.
    pub fn new(value: impl Into<Arc<str>>) -> Self {
        Self(value.into())
    }

    /// The secret itself: for the one header or form field it belongs in.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_prints_the_secret() {
        assert_eq!(
            format!("{:?}", Some(Secret::from("hunter2"))),
            "Some(Secret(…))"
        );
    }
}

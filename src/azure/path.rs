//! Paths below an endpoint that cannot be bent, and the version a request asks for.
//!
//! Owns the encoding of path segments. It must not know which operation a path belongs to.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use thiserror::Error;

/// RFC 3986 `pchar`, less `%`: what a segment may hold as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

const MAX_PATH_BYTES: usize = 4096;

/// An absolute path below the Resource Manager endpoint, kept as decoded segments.
///
/// No segment can be empty, `.` or `..`, or hold a character that ends or changes a path
/// (`/ ? # \ %` and control characters), so the path sent is the path given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArmPath {
    segments: Vec<String>,
}

/// Why a text cannot be a path.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PathError {
    /// The path does not begin with `/`, or is `/` alone.
    #[error("`{0}` is not a path: it must begin with `/` and name something")]
    NotAbsolute(String),
    /// A segment would change the path it stands in.
    #[error("`{segment}` cannot stand in a path: {problem}")]
    BadSegment {
        /// The segment, shortened.
        segment: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The path is longer than any that Resource Manager takes.
    #[error("a path of {0} bytes is too long (at most {MAX_PATH_BYTES})")]
    TooLong(usize),
}

impl ArmPath {
    /// Reads a decoded path such as a resource id or an operation's path.
    ///
    /// # Errors
    /// [`PathError`], for any input that could reach another path than the one written.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        if path.len() > MAX_PATH_BYTES {
            return Err(PathError::TooLong(path.len()));
        }
        let relative = path.strip_prefix('/').unwrap_or_default();
        if relative.is_empty() {
            return Err(PathError::NotAbsolute(shorten(path)));
        }
        let segments = relative
            .split('/')
            .map(check_segment)
            .collect::<Result<_, _>>()?;
        Ok(Self { segments })
    }

    /// Reads the percent-encoded path of a link the service gave, decoding each segment once.
    ///
    /// # Errors
    /// [`PathError`].
    pub fn parse_encoded(path: &str) -> Result<Self, PathError> {
        let relative = path.trim_start_matches('/');
        if relative.is_empty() {
            return Err(PathError::NotAbsolute(shorten(path)));
        }
        let segments = relative
            .split('/')
            .filter(|raw| !raw.is_empty())
            .map(|raw| {
                let decoded =
                    percent_decode_str(raw)
                        .decode_utf8()
                        .map_err(|_| PathError::BadSegment {
                            segment: shorten(raw),
                            problem: "it is not UTF-8",
                        })?;
                check_segment(&decoded)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { segments })
    }

    /// The path with one more segment, which may be data (a name a person wrote).
    ///
    /// # Errors
    /// [`PathError::BadSegment`].
    pub fn join(mut self, segment: &str) -> Result<Self, PathError> {
        self.segments.push(check_segment(segment)?);
        Ok(self)
    }

    /// The path with a relative path of fixed words added, like `providers/Microsoft.Insights`.
    ///
    /// # Errors
    /// [`PathError::BadSegment`].
    pub fn join_all(mut self, relative: &str) -> Result<Self, PathError> {
        for segment in relative.split('/') {
            self.segments.push(check_segment(segment)?);
        }
        Ok(self)
    }

    /// The decoded segments.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The path as it is sent, percent-encoded.
    #[must_use]
    pub fn encoded(&self) -> String {
        let mut path = String::new();
        for segment in &self.segments {
            path.push('/');
            path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        path
    }
}

impl fmt::Display for ArmPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            write!(f, "/{segment}")?;
        }
        Ok(())
    }
}

fn check_segment(segment: &str) -> Result<String, PathError> {
    let problem = if segment.trim().is_empty() {
        Some("a segment is empty")
    } else if matches!(segment, "." | "..") {
        Some("it would climb to another path")
    } else if segment.contains(['/', '\\']) {
        Some("it holds a slash")
    } else if segment.contains(['?', '#']) {
        Some("`?` and `#` would end the path")
    } else if segment.contains('%') {
        Some("`%` is no part of a name; give it decoded")
    } else if segment.chars().any(char::is_control) {
        Some("it holds a control character")
    } else {
        None
    };
    match problem {
        Some(problem) => Err(PathError::BadSegment {
            segment: shorten(segment),
            problem,
        }),
        None => Ok(segment.to_owned()),
    }
}

fn shorten(text: &str) -> String {
    text.chars()
        .take(80)
        .flat_map(char::escape_default)
        .collect()
}

/// The api-version of an operation, like `2024-04-01` or `2025-07-28-preview`: always a
/// constant of the code that knows the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiVersion(&'static str);

impl ApiVersion {
    /// Wraps a version.
    #[must_use]
    pub const fn new(version: &'static str) -> Self {
        Self(version)
    }

    /// The version as it stands in the query string.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn a_path_that_could_be_bent_is_refused() {
        for path in [
            "",
            "/",
            "subscriptions/a",
            "/a/../b",
            "/a/./b",
            "/a//b",
            "/a/",
            "/a?x=1",
            "/a#b",
            "/a\\b",
            "/a%2e%2e/b",
            "/%2e%2e",
            "/a\n",
            "/a/\u{0}",
            "/ /b",
        ] {
            assert!(ArmPath::parse(path).is_err(), "{path:?}");
        }
        assert!(ArmPath::parse(&format!("/{}", "a".repeat(5000))).is_err());
    }

    #[test]
    fn names_with_unusual_characters_are_encoded_once() {
        let path = ArmPath::parse("/vaults/v 1/VM;iaasvm;rg;vm/größe").unwrap();
        assert_eq!(
            path.encoded(),
            "/vaults/v%201/VM;iaasvm;rg;vm/gr%C3%B6%C3%9Fe"
        );
        assert_eq!(ArmPath::parse_encoded(&path.encoded()).unwrap(), path);
    }

    proptest! {
        #[test]
        fn an_accepted_path_is_sent_as_written(path in "/[ -~äß\u{2028}/.]{1,40}") {
            if let Ok(parsed) = ArmPath::parse(&path) {
                let mut url = Url::parse("https://arm.example").unwrap();
                url.set_path(&parsed.encoded());
                prop_assert_eq!(url.path(), parsed.encoded());
                prop_assert!(url.query().is_none() && url.fragment().is_none());
                prop_assert_eq!(ArmPath::parse_encoded(url.path()).unwrap().to_string(), path);
            }
        }
    }
}

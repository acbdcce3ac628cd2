//! What belongs to a secret once it is known to be one: it is skipped, never held.

/// How far a secret goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Swallow {
    /// While the bytes are of this kind.
    While(fn(u8) -> bool),
    /// To the closing quote, or the end of the line.
    Quoted {
        /// The quote that closes it.
        quote: u8,
        /// Whether the last byte was a backslash.
        escaped: bool,
    },
    /// To the fence that ends a PEM block.
    Pem {
        /// Dashes in a row so far.
        dashes: u8,
        /// Five dashes in a row so far: the third time closes the block.
        fences: u8,
    },
}

impl Swallow {
    /// How many of the bytes belong to it, and whether it ends there.
    pub(super) fn eat(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, byte) in bytes.iter().enumerate() {
            match self {
                Self::While(within) => {
                    if !within(*byte) {
                        return (at, true);
                    }
                }
                Self::Quoted { quote, escaped } => {
                    if matches!(byte, b'\n' | b'\r') || (byte == quote && !*escaped) {
                        return (at, true);
                    }
                    *escaped = *byte == b'\\' && !*escaped;
                }
                Self::Pem { dashes, fences } => {
                    *dashes = if *byte == b'-' { *dashes + 1 } else { 0 };
                    if *dashes == 5 {
                        *dashes = 0;
                        *fences += 1;
                        if *fences == 3 {
                            return (at + 1, true);
                        }
                    }
                    if !is_pem(*byte) {
                        return (at, true);
                    }
                }
            }
        }
        (bytes.len(), false)
    }
}

/// Base64, white space, escaped line ends and the lines of headers.
fn is_pem(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || byte.is_ascii_whitespace()
        || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'\\' | b':' | b',' | b'.' | b'(' | b')')
}

/// The bytes of an unquoted value.
pub(super) fn is_value(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !matches!(byte, b';' | b'&' | b'"' | b'\'' | b',' | b'<' | b'>' | b'`' | b'\\')
        && !matches!(byte, b')' | b'}' | b'|')
}

/// The bytes of a value that is escaped for a URL or a header.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=' | b'%' | b':')
}

/// A line of a header, up to a quote.
pub(super) fn is_line(byte: u8) -> bool {
    !matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'`')
}

/// URL-safe base64 and dots.
pub(super) fn is_jwt(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Letters, digits, `-` and `_`.
pub(super) fn is_slug(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Letters and digits.
pub(super) fn is_alnum(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

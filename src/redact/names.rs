//! Names that give a secret away: what stands before `=` and `:`, or is the key of a JSON string.

/// What a name promises of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// What the value is called once it is gone.
    pub(super) kind: &'static str,
    /// How much the value itself must look like a secret.
    pub(super) trust: Trust,
}

/// How much a name alone proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Any value is a secret: a password may be any word.
    Any,
    /// A long value, or one with digits in it, is a secret.
    Long,
    /// As `Long`, and only where the name stands in the query of a URL.
    Query,
    /// The rest of the line, where it holds pairs.
    Cookie,
    /// A scheme and what follows it.
    Authorization,
}

/// What names end with, letters only and small; the first that fits counts.
const ENDINGS: &[(&[u8], &str, Trust)] = &[
    (b"password", "password", Trust::Any),
    (b"passwd", "password", Trust::Any),
    (b"passphrase", "password", Trust::Any),
    (b"pwd", "password", Trust::Any),
    (b"clientsecret", "client-secret", Trust::Any),
    (b"secretaccesskey", "aws-key", Trust::Long),
    (b"secret", "secret", Trust::Any),
    (b"secretvalue", "secret", Trust::Any),
    (b"secrettext", "client-secret", Trust::Any),
    (b"accountkey", "account-key", Trust::Long),
    (b"storagekey", "account-key", Trust::Long),
    (b"sharedaccesskey", "access-key", Trust::Long),
    (b"accesskey", "access-key", Trust::Long),
    (b"sharedkey", "access-key", Trust::Long),
    (b"primarykey", "access-key", Trust::Long),
    (b"secondarykey", "access-key", Trust::Long),
    (b"masterkey", "access-key", Trust::Long),
    (b"readonlykey", "access-key", Trust::Long),
    (b"adminkey", "access-key", Trust::Long),
    (b"subscriptionkey", "access-key", Trust::Long),
    (b"functionskey", "function-key", Trust::Long),
    (b"functionkey", "function-key", Trust::Long),
    (b"hostkey", "function-key", Trust::Long),
    (b"apikey", "api-key", Trust::Long),
    (b"secretkey", "secret", Trust::Long),
    (b"privatekey", "private-key", Trust::Long),
    (b"encryptionkey", "secret", Trust::Long),
    (b"signingkey", "secret", Trust::Long),
    (b"accesstoken", "token", Trust::Long),
    (b"refreshtoken", "token", Trust::Long),
    (b"idtoken", "token", Trust::Long),
    (b"authtoken", "token", Trust::Long),
    (b"bearertoken", "token", Trust::Long),
    (b"sessiontoken", "token", Trust::Long),
    (b"securitytoken", "token", Trust::Long),
    (b"registrationtoken", "token", Trust::Long),
    (b"personalaccesstoken", "token", Trust::Long),
    (b"sastoken", "sas-signature", Trust::Long),
    (b"vaulttoken", "token", Trust::Long),
    (b"privatetoken", "token", Trust::Long),
    (b"apitoken", "token", Trust::Long),
    (b"deploytoken", "token", Trust::Long),
    (b"bottoken", "token", Trust::Long),
    (b"jobtoken", "token", Trust::Long),
    (b"usertoken", "token", Trust::Long),
    (b"csrftoken", "token", Trust::Long),
    (b"xsrftoken", "token", Trust::Long),
    (b"validationkey", "secret", Trust::Long),
    (b"decryptionkey", "secret", Trust::Long),
    (b"keydata", "private-key", Trust::Long),
    (b"passwort", "password", Trust::Any),
    (b"kennwort", "password", Trust::Any),
    (b"authorization", "authorization", Trust::Authorization),
    (b"cookie", "cookie", Trust::Cookie),
];

/// Whole names.
const WHOLE: &[(&[u8], &str, Trust)] = &[
    (b"sig", "sas-signature", Trust::Long),
    (b"pass", "password", Trust::Any),
    (b"pw", "password", Trust::Any),
    (b"code", "function-key", Trust::Query),
    (b"key", "api-key", Trust::Query),
    (b"token", "token", Trust::Long),
    (b"pat", "token", Trust::Long),
];

/// The longest name that is read.
pub(super) const MAX_NAME: usize = 64;

/// What a name promises, if it gives a secret away. Case, `-`, `_` and `.` do not matter.
pub(super) fn of(name: &[u8]) -> Option<Named> {
    let mut letters = [0_u8; MAX_NAME];
    let mut len = 0;
    for byte in name.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        *letters.get_mut(len)? = byte.to_ascii_lowercase();
        len += 1;
    }
    let letters = letters.get(..len)?;
    let last = name.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    let whole = WHOLE.iter().find(|(whole, _, trust)| match trust {
        Trust::Query | Trust::Long => name.eq_ignore_ascii_case(whole),
        Trust::Any | Trust::Cookie | Trust::Authorization => last.eq_ignore_ascii_case(whole),
    });
    let found = whole.or_else(|| ENDINGS.iter().find(|(end, _, _)| letters.ends_with(end)));
    found.map(|(_, kind, trust)| Named { kind, trust: *trust })
}

/// Whether the key of a JSON string gives its whole value away; connection strings are whole
/// secrets there.
pub(super) fn of_json_key(key: &str) -> Option<&'static str> {
    let ends = |end: &str| {
        let tail = key.len().checked_sub(end.len()).and_then(|from| key.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    if ends("connectionString") || ends("connection_string") || ends("connection-string") {
        return Some("connection-string");
    }
    let named = of(key.as_bytes())?;
    match named.trust {
        Trust::Any | Trust::Long | Trust::Cookie | Trust::Authorization => Some(named.kind),
        Trust::Query => None,
    }
}

/// How placeholders and references begin.
const STARTS: &[&[u8]] = &[
    b"<",
    b"${",
    b"$(",
    b"$env:",
    b"{{",
    b"{",
    b"[redacted",
    b"[REDACTED",
    b"@Microsoft.KeyVault",
    b"***",
    b"...",
    b"properties.",
    b"var.",
    b"local.",
    b"module.",
    b"data.",
    b"env.",
    b"tags[",
    b"process.env",
    b"os.environ",
    b"[parameters(",
    b"[concat(",
    b"[list",
    b"[reference(",
];

/// Values that are none.
const WORDS: &[&str] = &[
    "null",
    "none",
    "nil",
    "true",
    "false",
    "string",
    "securestring",
    "secureString",
    "undefined",
    "required",
    "optional",
    "redacted",
    "hidden",
    "yes",
    "no",
    "unset",
    "object",
    "empty",
    "missing",
    "enabled",
    "disabled",
    "utf8",
];

/// Whether a value only stands for a secret: a placeholder, a mask, a reference, a type.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let word = std::str::from_utf8(value).unwrap_or_default();
    STARTS.iter().any(|start| value.starts_with(start))
        || WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
        || value.first().is_some_and(|first| {
            matches!(first, b'*' | b'x' | b'X' | b'.' | b'-') && value.iter().all(|b| b == first)
        })
}

//! Values whose name in front gives them away: `Password=…`, `"apiKey": "…"`, `user:…@host`.

use super::{
    before,
    names::{self, Named, Trust},
    scan::{LOOK_BACK, Secret, Verdict, View},
    swallow::{Swallow, is_line, is_value},
    told,
};

/// As much of a value as is read before it is judged.
pub(super) const MAX_READ: usize = 64;
/// The longest password in a URL.
const MAX_URL_PASSWORD: usize = 128;
/// White space between a name, its separator and the value.
pub(super) const MAX_SPACES: usize = 3;

/// The value after the `=` or `:` at a place.
pub(super) fn judge(view: &View<'_>, at: usize) -> Verdict {
    for judge in [url_password, told::user_option] {
        let verdict = if view.at(at) == Some(b':') { judge(view, at) } else { Verdict::No };
        match verdict {
            Verdict::No => {}
            Verdict::More | Verdict::Secret(_) => return verdict,
        }
    }
    let Some(named) = before::name(view, at) else { return Verdict::No };
    let separator = view.at(at).unwrap_or_default();
    let from = at + 1;
    match view.at(from) {
        None => return view.undecided(),
        // `==`, `=~`, `=>`, `::` and `://` name nothing.
        Some(b'=' | b'~' | b'>' | b':') => return Verdict::No,
        Some(b'/') if separator == b':' && view.at(from + 1) == Some(b'/') => return Verdict::No,
        Some(_) => {}
    }
    let spaces = view.from(from).iter().take(MAX_SPACES + 1).take_while(|b| **b == b' ').count();
    if view.at(from + spaces).is_none() {
        return view.undecided();
    }
    let value = Value { named, at: from + spaces, direct: separator == b'=' && spaces == 0 };
    match named.trust {
        Trust::Cookie => value.cookie(view),
        Trust::Authorization => value.authorization(view),
        Trust::Any | Trust::Long | Trust::Query => value.judge(view),
    }
}

/// The value of an option such as `--client-secret`, which follows a space.
pub(super) fn option_value(view: &View<'_>, at: usize) -> Verdict {
    let named = Named { kind: "secret", trust: Trust::Any };
    match view.at(at) {
        None => view.undecided(),
        Some(_) => Value { named, at, direct: false }.judge(view),
    }
}

/// The value that a name gives away.
pub(super) struct Value {
    /// What the name promises.
    pub(super) named: Named,
    /// Its first byte, or its quote.
    pub(super) at: usize,
    /// It follows its `=` at once.
    pub(super) direct: bool,
}

impl Value {
    /// Whether it is a secret.
    pub(super) fn judge(&self, view: &View<'_>) -> Verdict {
        let text = view.from(self.at);
        let (quote, inner) = match text {
            [b'\\', quote @ (b'"' | b'\''), ..] => (Some((*quote, true)), 2),
            [b'\\'] => return view.undecided(),
            [quote @ (b'"' | b'\''), ..] => (Some((*quote, false)), 1),
            _ => (None, 0),
        };
        let at = self.at + inner;
        let is_inner = |byte: u8| match quote {
            Some((quote, false)) => byte != quote && !matches!(byte, b'\n' | b'\r'),
            Some((_, true)) => byte != b'\\' && !matches!(byte, b'\n' | b'\r'),
            None => is_value(byte),
        };
        let rest = view.from(at);
        let read = rest.iter().take(MAX_READ).take_while(|byte| is_inner(**byte)).count();
        if read == rest.len() && read < MAX_READ && view.may_go_on() {
            return Verdict::More;
        }
        let value = rest.get(..read).unwrap_or_default();
        if !self.is_secret(value, quote.is_some()) {
            return Verdict::No;
        }
        let then = match quote {
            Some((quote, false)) => Swallow::Quoted { quote, escaped: false },
            Some((_, true)) => Swallow::While(|byte| !matches!(byte, b'\\' | b'\n' | b'\r')),
            None => Swallow::While(is_value),
        };
        Secret::eating(at..at, self.named.kind, then)
    }

    fn is_secret(&self, value: &[u8], quoted: bool) -> bool {
        if value.is_empty() || names::is_placeholder(value) {
            return false;
        }
        let look = Look::of(value);
        match self.named.trust {
            Trust::Any if quoted => true,
            Trust::Any if self.direct => !look.call,
            Trust::Any if self.named.kind == "password" => value.len() >= 6 && look.mixed(),
            Trust::Any => value.len() >= 8 && look.strong(),
            Trust::Long if quoted || self.direct => {
                value.len() >= 8 && !look.call && (look.mixed() || value.len() >= 24)
            }
            Trust::Long => value.len() >= 16 && (look.strong() || is_dense(value)),
            Trust::Query => value.len() >= 16 && look.mixed(),
            Trust::Cookie | Trust::Authorization => false,
        }
    }

    /// The rest of the line, where it begins with a pair.
    fn cookie(&self, view: &View<'_>) -> Verdict {
        let rest = view.from(self.at);
        let name = rest.iter().take(MAX_READ);
        let len =
            name.take_while(|byte| is_value(**byte) && **byte != b'=' || **byte == b'"').count();
        match rest.get(len) {
            None => view.undecided(),
            Some(b'=') if len > 0 => {
                Secret::eating(self.at..self.at + len, self.named.kind, Swallow::While(is_line))
            }
            _ => Verdict::No,
        }
    }

    /// What follows the scheme; the scheme stays.
    fn authorization(&self, view: &View<'_>) -> Verdict {
        const SCHEMES: [&str; 8] = [
            "bearer",
            "basic",
            "digest",
            "negotiate",
            "sharedkey",
            "sharedkeylite",
            "token",
            "sharedaccesssignature",
        ];
        let quoted = view.at(self.at).filter(|byte| matches!(byte, b'"' | b'\''));
        let at = self.at + usize::from(quoted.is_some());
        let rest = view.from(at);
        let read = rest.iter().take(MAX_READ).take_while(|byte| is_value(**byte)).count();
        let word = rest.get(..read).unwrap_or_default();
        match rest.get(read) {
            None if read < MAX_READ && view.may_go_on() => Verdict::More,
            Some(b' ') if is_one_of(word, &SCHEMES) => {
                let from = at + read + 1;
                match view.at(from) {
                    None => view.undecided(),
                    Some(b'[' | b'<' | b'{' | b'$' | b' ') => Verdict::No,
                    Some(_) => {
                        Secret::eating(from..from, self.named.kind, Swallow::While(is_value))
                    }
                }
            }
            _ if word.len() >= 16 && Look::of(word).mixed() && !names::is_placeholder(word) => {
                Secret::eating(at..at, self.named.kind, Swallow::While(is_value))
            }
            _ => Verdict::No,
        }
    }
}

fn is_one_of(word: &[u8], known: &[&str]) -> bool {
    known.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

/// A hexadecimal key, or one of small letters: nothing but letters and many digits.
pub(super) fn is_dense(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    value.len() >= 20
        && value.iter().all(u8::is_ascii_alphanumeric)
        && digits >= 6
        && digits < value.len()
}

/// What a value looks like.
pub(super) struct Look {
    letter: bool,
    upper: bool,
    lower: bool,
    digit: bool,
    special: bool,
    /// A call such as `count()`, or a path or an address: no secret.
    call: bool,
    plain: bool,
}

impl Look {
    /// Looks at a value.
    pub(super) fn of(value: &[u8]) -> Self {
        let any = |wanted: fn(&u8) -> bool| value.iter().any(wanted);
        let upper = any(u8::is_ascii_uppercase);
        let lower = any(u8::is_ascii_lowercase);
        let digit = any(u8::is_ascii_digit);
        // Base64 may begin with a slash, too.
        let path = value.starts_with(b"/subscriptions/")
            || value.starts_with(b"/providers/")
            || (value.starts_with(b"/") && !(upper && lower && digit));
        let address = path || value.windows(3).any(|three| three == b"://");
        Self {
            letter: upper || lower,
            upper,
            lower,
            digit,
            special: any(|byte| b"!@#$%^&*+~=?".contains(byte)),
            call: value.contains(&b'('),
            plain: address || is_guid(value),
        }
    }

    /// Letters and something else.
    pub(super) fn mixed(&self) -> bool {
        !self.call && !self.plain && self.letter && (self.digit || self.special)
    }

    /// More than a name of a resource is.
    pub(super) fn strong(&self) -> bool {
        self.mixed() && (self.special || (self.upper && self.lower && self.digit))
    }
}

fn is_guid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The password of `scheme://user:…@host`, whose `:` this is.
fn url_password(view: &View<'_>, at: usize) -> Verdict {
    if view.at(at) != Some(b':') || view.at(at + 1) == Some(b'/') {
        return Verdict::No;
    }
    let is_user = |byte: u8| !byte.is_ascii_whitespace() && !b"/@\"'<>`:".contains(&byte);
    let user = (1..LOOK_BACK).find(|n| !view.back(at, *n).is_some_and(is_user));
    let slash = user.filter(|n| view.back(at, *n) == Some(b'/'));
    let scheme = slash
        .is_some_and(|n| view.back(at, n + 1) == Some(b'/') && view.back(at, n + 2) == Some(b':'));
    if !scheme {
        return Verdict::No;
    }
    let rest = view.from(at + 1);
    let is_password = |byte: u8| !byte.is_ascii_whitespace() && !b"/@\"'<>`?#".contains(&byte);
    let len = rest.iter().take(MAX_URL_PASSWORD).take_while(|byte| is_password(**byte)).count();
    let password = rest.get(..len).unwrap_or_default();
    match rest.get(len) {
        None => view.undecided(),
        Some(b'@') if len > 0 && !names::is_placeholder(password) => {
            Secret::known(at + 1, at + 1 + len, "password")
        }
        _ => Verdict::No,
    }
}

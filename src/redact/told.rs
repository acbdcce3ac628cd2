//! Secrets that a sentence, an element or a script tells: `the password is …`,
//! `<password>…</password>`, `ConvertTo-SecureString '…'`.

use super::{
    before,
    keyed::{Look, MAX_READ, Value, is_dense},
    names::{self, Named, Trust},
    scan::{Secret, Verdict, View},
    swallow::{Swallow, is_value},
    tokens::{Begins, begins},
};

/// What `is` tells, whose first letter is at the place: of a secret's value, only what no word
/// looks like.
pub(super) fn is(view: &View<'_>, at: usize) -> Verdict {
    let named = if view.back(at, 1) == Some(b' ') { before::words(view, at, 2) } else { None };
    let Some(named) = named else { return Verdict::No };
    let rest = match begins(view.from(at), b"is ") {
        Begins::No => return Verdict::No,
        Begins::Open => return view.undecided(),
        Begins::Yes(rest) => rest,
    };
    let quote = usize::from(matches!(rest.first(), Some(b'"' | b'\'' | b'`')));
    let value = rest.get(quote..).unwrap_or_default();
    let read = value.iter().take(MAX_READ).take_while(|byte| is_value(**byte)).count();
    if read == value.len() && read < MAX_READ && view.may_go_on() {
        return Verdict::More;
    }
    let value = value.get(..read).unwrap_or_default();
    let marks = value.iter().rev().take_while(|byte| b".?!:".contains(byte)).count();
    let core = value.get(..value.len() - marks).unwrap_or_default();
    let look = Look::of(core);
    let is_secret = match named.trust {
        Trust::Any if named.kind == "password" => core.len() >= 6 && look.mixed(),
        Trust::Any => core.len() >= 12 && (look.strong() || is_dense(core)),
        Trust::Long | Trust::Query => core.len() >= 20 && (look.strong() || is_dense(core)),
        Trust::Cookie | Trust::Authorization => false,
    };
    if !is_secret || names::is_placeholder(core) {
        return Verdict::No;
    }
    let from = at + b"is ".len() + quote;
    Secret::eating(from..from, named.kind, Swallow::While(is_value))
}

/// The password of `-u user:…`, whose colon is at the place.
pub(super) fn user_option(view: &View<'_>, at: usize) -> Verdict {
    let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@\\".contains(&byte);
    let Some(space) = (1..64_usize).find(|n| !view.back(at, *n).is_some_and(is_user)) else {
        return Verdict::No;
    };
    let back = |n: usize| view.back(at, space + n);
    let quote = usize::from(matches!(back(0), Some(b'"' | b'\'')));
    let option = |n: usize| back(quote + n);
    let is_short = option(1) == Some(b'u') && option(2) == Some(b'-');
    let is_long = b"resu--".iter().enumerate().all(|(n, byte)| option(n + 1) == Some(*byte));
    // `docker run -u 1000:1000` names a user and a group.
    let is_name = view.back(at, space - 1).is_some_and(|byte| byte.is_ascii_alphabetic());
    if !is_name || option(0) != Some(b' ') || !(is_short || is_long) {
        return Verdict::No;
    }
    let named = Named { kind: "password", trust: Trust::Any };
    match view.at(at + 1) {
        None => view.undecided(),
        Some(b'$' | b'/') => Verdict::No,
        Some(_) => Value { named, at: at + 1, direct: true }.judge(view),
    }
}

/// The text of an element, whose `>` is at the place.
pub(super) fn element(view: &View<'_>, at: usize) -> Verdict {
    let Some(named) = before::element(view, at) else { return Verdict::No };
    let is_text = |byte: u8| !matches!(byte, b'<' | b'\n' | b'\r');
    let rest = view.from(at + 1);
    let read = rest.iter().take(MAX_READ).take_while(|byte| is_text(**byte)).count();
    let value = rest.get(..read).unwrap_or_default();
    match (rest.get(read), rest.get(read + 1)) {
        (None, _) | (Some(b'<'), None) if view.may_go_on() => Verdict::More,
        // `<password>` that nothing closes stands for one.
        (Some(b'<'), Some(b'/')) if is_worth(named, value) => {
            Secret::known(at + 1, at + 1 + read, named.kind)
        }
        _ if read == MAX_READ && !value.contains(&b' ') && is_worth(named, value) => {
            let then = Swallow::While(|byte| !matches!(byte, b'<' | b'\n' | b'\r'));
            Secret::eating(at + 1..at + 1 + read, named.kind, then)
        }
        _ => Verdict::No,
    }
}

fn is_worth(named: Named, value: &[u8]) -> bool {
    let trusted = match named.trust {
        Trust::Any => !value.is_empty(),
        Trust::Long => value.len() >= 8 && Look::of(value).mixed(),
        Trust::Query | Trust::Cookie | Trust::Authorization => false,
    };
    trusted && !names::is_placeholder(value)
}

/// The text that a script makes a secure string of.
pub(super) fn secure_string(view: &View<'_>, at: usize) -> Verdict {
    const COMMAND: &[u8] = b"ConvertTo-SecureString ";
    const OPTION: &[u8] = b"-String ";
    let rest = match begins(view.from(at), COMMAND) {
        Begins::No => return Verdict::No,
        Begins::Open => return view.undecided(),
        Begins::Yes(rest) => rest,
    };
    let option = match begins(rest, OPTION) {
        Begins::Yes(_) => OPTION.len(),
        Begins::Open => return view.undecided(),
        Begins::No => 0,
    };
    let value = at + COMMAND.len() + option;
    match view.at(value) {
        None => view.undecided(),
        // A variable or another command.
        Some(b'$' | b'(' | b'-') => Verdict::No,
        Some(_) => {
            let named = Named { kind: "password", trust: Trust::Any };
            Value { named, at: value, direct: true }.judge(view)
        }
    }
}

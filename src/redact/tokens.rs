//! Secrets that say themselves what they are.

use super::{
    names,
    scan::{Secret, Verdict, View},
    swallow::{Swallow, is_alnum, is_jwt, is_slug, is_token},
    told,
};

/// The longest first segment of a JWT.
const MAX_JWT_HEADER: usize = 1024;
/// The characters of an Entra client secret after `Q~`.
const CLIENT_SECRET_TAIL: usize = 31;

/// A token known by how it begins.
struct Token {
    prefix: &'static str,
    /// The fewest bytes that follow.
    min: usize,
    bytes: fn(u8) -> bool,
    kind: &'static str,
}

const fn token(
    prefix: &'static str,
    min: usize,
    bytes: fn(u8) -> bool,
    kind: &'static str,
) -> Token {
    Token { prefix, min, bytes, kind }
}

/// Every prefix there is; a longer one stands before its own beginning.
const TOKENS: &[Token] = &[
    token("ghp_", 30, is_alnum, "github-token"),
    token("gho_", 30, is_alnum, "github-token"),
    token("ghu_", 30, is_alnum, "github-token"),
    token("ghs_", 30, is_jwt, "github-token"),
    token("ghr_", 30, is_alnum, "github-token"),
    token("github_pat_", 22, is_slug, "github-token"),
    token("glpat-", 20, is_jwt, "gitlab-token"),
    token("xoxa-", 10, is_slug, "slack-token"),
    token("xoxb-", 10, is_slug, "slack-token"),
    token("xoxp-", 10, is_slug, "slack-token"),
    token("xoxr-", 10, is_slug, "slack-token"),
    token("xoxs-", 10, is_slug, "slack-token"),
    token("xoxe.", 10, is_jwt, "slack-token"),
    token("xapp-", 10, is_slug, "slack-token"),
    token("hooks.slack.com/services/", 20, is_token, "slack-webhook"),
    token("webhook.office.com/webhookb2/", 20, is_webhook, "teams-webhook"),
    token("npm_", 36, is_alnum, "npm-token"),
    token("pypi-", 50, is_slug, "pypi-token"),
    token("AIza", 35, is_slug, "google-key"),
    token("ya29.", 20, is_jwt, "google-token"),
    token("GOCSPX-", 20, is_slug, "google-secret"),
    token("hf_", 30, is_alnum, "huggingface-token"),
    token("dop_v1_", 40, is_alnum, "digitalocean-token"),
    token("dckr_pat_", 20, is_slug, "docker-token"),
    token("sk_live_", 16, is_alnum, "stripe-key"),
    token("sk_test_", 16, is_alnum, "stripe-key"),
    token("rk_live_", 16, is_alnum, "stripe-key"),
    token("whsec_", 24, is_token, "stripe-key"),
    token("glsa_", 30, is_slug, "grafana-token"),
    token("glc_", 30, is_token, "grafana-token"),
    token("hvs.", 24, is_slug, "vault-token"),
    token("dapi", 32, |byte| byte.is_ascii_hexdigit(), "databricks-token"),
    token("SG.", 40, is_jwt, "sendgrid-key"),
    token("lin_api_", 30, is_alnum, "linear-key"),
    token("gsk_", 40, is_alnum, "groq-key"),
    token("xai-", 40, is_alnum, "xai-key"),
    token("glptt-", 20, is_slug, "gitlab-token"),
    token("gldt-", 20, is_slug, "gitlab-token"),
    token("glrt-", 20, is_slug, "gitlab-token"),
    token("xoxc-", 10, is_slug, "slack-token"),
    token("xoxd-", 10, is_token, "slack-token"),
    token("shpat_", 32, is_alnum, "shopify-token"),
    token("shpss_", 32, is_alnum, "shopify-token"),
    token("AGE-SECRET-KEY-1", 50, is_alnum, "age-key"),
    token("ATATT3", 50, is_token, "atlassian-token"),
    token("NRAK-", 27, is_alnum, "newrelic-key"),
    token("dp.pt.", 40, is_alnum, "doppler-token"),
    token("pul-", 40, |byte| byte.is_ascii_hexdigit(), "pulumi-token"),
    token("sntrys_", 40, is_token, "sentry-token"),
    token("figd_", 30, is_slug, "figma-token"),
    token("discord.com/api/webhooks/", 40, is_token, "discord-webhook"),
    // A private key's fence in base64, as cluster configurations hold it.
    token("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0", 20, is_token, "private-key"),
    token("LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt", 20, is_token, "private-key"),
    token("LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0", 20, is_token, "private-key"),
    token("LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUg", 20, is_token, "private-key"),
];

/// How the prefixes begin.
const FIRST_LETTERS: &[u8] = b"gxhwnpAyGdsrSlNfL";

/// A token that begins with the letter at a place.
pub(super) fn word(view: &View<'_>, at: usize) -> Verdict {
    let text = view.from(at);
    let verdict = match text.first() {
        Some(b'e') => jwt(view, at, text),
        Some(b'A') => aws_id(view, at, text),
        Some(b's') => openai(view, at, text),
        Some(b'B' | b'b') => bearer(view, at, text),
        Some(b'i') => told::is(view, at),
        Some(b'C') => told::secure_string(view, at),
        _ => Verdict::No,
    };
    match verdict {
        Verdict::No => {}
        Verdict::More | Verdict::Secret(_) => return verdict,
    }
    if !text.first().is_some_and(|first| FIRST_LETTERS.contains(first)) {
        return Verdict::No;
    }
    for token in TOKENS.iter().filter(|token| token.prefix.as_bytes().first() == text.first()) {
        match begins(text, token.prefix.as_bytes()) {
            Begins::No => {}
            Begins::Open if view.may_go_on() => return Verdict::More,
            Begins::Open => {}
            Begins::Yes(rest) => {
                let count = rest.iter().take(token.min).take_while(|b| (token.bytes)(**b)).count();
                if count == token.min {
                    let then = Swallow::While(token.bytes);
                    return Secret::eating(at..at + token.prefix.len(), token.kind, then);
                }
                if count == rest.len() && view.may_go_on() {
                    return Verdict::More;
                }
            }
        }
    }
    Verdict::No
}

/// Entra client secrets: three characters, a digit, `Q~`, at least 31 more. The first five
/// characters are shown, as Entra itself shows them as a hint.
pub(super) fn client_secret(view: &View<'_>, at: usize) -> Verdict {
    let back = |n| view.back(at, n);
    let announced = back(1) == Some(b'Q')
        && back(2).is_some_and(|byte| byte.is_ascii_digit())
        && (3..=5).all(|n| back(n).is_some_and(is_secret));
    if !announced {
        return Verdict::No;
    }
    let rest = view.from(at + 1);
    let count = rest.iter().take(CLIENT_SECRET_TAIL).take_while(|byte| is_secret(**byte)).count();
    if count == CLIENT_SECRET_TAIL {
        Secret::eating(at..at + 1, "client-secret", Swallow::While(is_secret))
    } else if count == rest.len() {
        view.undecided()
    } else {
        Verdict::No
    }
}

/// A private key's fence, or an option such as `--client-secret` and its value.
pub(super) fn dashes(view: &View<'_>, at: usize) -> Verdict {
    let text = view.from(at);
    match begins(text, b"-----BEGIN ") {
        Begins::Open => return view.undecided(),
        Begins::Yes(label) => return pem(view, at, label),
        Begins::No => {}
    }
    let Begins::Yes(option) = begins(text, b"--") else { return Verdict::No };
    let name = option.iter().take(40).take_while(|byte| is_slug(**byte)).count();
    match (option.get(..name), option.get(name)) {
        (Some(_), None) if name < 40 => view.undecided(),
        (Some(flag), Some(b' ')) if names::of(flag).is_some() => {
            super::keyed::option_value(view, at + 2 + name + 1)
        }
        _ => Verdict::No,
    }
}

fn pem(view: &View<'_>, at: usize, label: &[u8]) -> Verdict {
    let words = label.iter().take(40);
    let len = words.take_while(|b| b.is_ascii_uppercase() || matches!(b, b' ')).count();
    let (Some(name), after) = (label.get(..len), label.get(len)) else { return Verdict::No };
    match after {
        None if len < 40 => view.undecided(),
        Some(b'-') if name.ends_with(b"PRIVATE KEY") || name.ends_with(b"PRIVATE KEY BLOCK") => {
            let end = at + b"-----BEGIN ".len() + len;
            Secret::eating(at..end, "private-key", Swallow::Pem { dashes: 0, fences: 0 })
        }
        _ => Verdict::No,
    }
}

fn jwt(view: &View<'_>, at: usize, text: &[u8]) -> Verdict {
    let first = match begins(text, b"eyJ") {
        Begins::No => return Verdict::No,
        Begins::Open => return view.undecided(),
        Begins::Yes(rest) => rest,
    };
    if view.back(at, 1).is_some_and(is_slug) {
        return Verdict::No;
    }
    let header = first.iter().take(MAX_JWT_HEADER).take_while(|byte| is_slug(**byte)).count();
    let Some(dot) = first.get(header) else {
        return if header < MAX_JWT_HEADER { view.undecided() } else { Verdict::No };
    };
    if *dot != b'.' || header < 10 {
        return Verdict::No;
    }
    let body = first.get(header + 1..).unwrap_or_default();
    let count = body.iter().take(6).take_while(|byte| is_slug(**byte)).count();
    if count == 6 {
        Secret::eating(at..at, "token", Swallow::While(is_jwt))
    } else if count == body.len() {
        view.undecided()
    } else {
        Verdict::No
    }
}

fn aws_id(view: &View<'_>, at: usize, text: &[u8]) -> Verdict {
    match (begins(text, b"AKIA"), begins(text, b"ASIA")) {
        (Begins::No, Begins::No) => return Verdict::No,
        (Begins::Open, _) | (_, Begins::Open) => return view.undecided(),
        (Begins::Yes(_), _) | (_, Begins::Yes(_)) => {}
    }
    let id = text.iter().take(21);
    let count = id.take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
    match text.get(count) {
        None if count <= 20 && view.may_go_on() => Verdict::More,
        Some(byte) if is_slug(*byte) => Verdict::No,
        _ if count == 20 => Secret::known(at, at + 20, "aws-key"),
        _ => Verdict::No,
    }
}

/// `sk-` keys: one segment of them is a long run of letters and digits.
fn openai(view: &View<'_>, at: usize, text: &[u8]) -> Verdict {
    let rest = match begins(text, b"sk-") {
        Begins::No => return Verdict::No,
        Begins::Open => return view.undecided(),
        Begins::Yes(rest) => rest,
    };
    if view.back(at, 1).is_some_and(is_slug) {
        return Verdict::No;
    }
    let count = rest.iter().take(64).take_while(|byte| is_slug(**byte)).count();
    let key = rest.get(..count).unwrap_or_default();
    if key.split(|byte| !byte.is_ascii_alphanumeric()).any(|part| part.len() >= 16) && count >= 20 {
        Secret::eating(at..at, "openai-key", Swallow::While(is_slug))
    } else if count == rest.len() && count < 64 {
        view.undecided()
    } else {
        Verdict::No
    }
}

/// `Bearer` and a token; the word stays.
fn bearer(view: &View<'_>, at: usize, text: &[u8]) -> Verdict {
    let (word, rest) = text.split_at_checked(b"Bearer ".len()).unwrap_or((text, b""));
    if !b"bearer ".get(..word.len()).is_some_and(|known| word.eq_ignore_ascii_case(known)) {
        return Verdict::No;
    }
    if word.len() < b"Bearer ".len() {
        return view.undecided();
    }
    let count = rest.iter().take(40).take_while(|byte| is_token(**byte)).count();
    let token = rest.get(..count).unwrap_or_default();
    let odd = token.iter().any(u8::is_ascii_digit) && token.iter().any(u8::is_ascii_alphabetic);
    if count >= 16 && odd {
        let from = at + b"Bearer ".len();
        Secret::eating(from..from, "token", Swallow::While(is_token))
    } else if count == rest.len() && count < 40 {
        view.undecided()
    } else {
        Verdict::No
    }
}

/// How a text begins.
pub(super) enum Begins<'a> {
    /// Otherwise.
    No,
    /// It is too short to tell.
    Open,
    /// So, and this follows.
    Yes(&'a [u8]),
}

/// Whether a text begins with a prefix.
pub(super) fn begins<'a>(text: &'a [u8], prefix: &[u8]) -> Begins<'a> {
    match text.strip_prefix(prefix) {
        Some(rest) => Begins::Yes(rest),
        None if prefix.starts_with(text) => Begins::Open,
        None => Begins::No,
    }
}

fn is_secret(byte: u8) -> bool {
    is_jwt(byte) || byte == b'~'
}

fn is_webhook(byte: u8) -> bool {
    is_token(byte) || byte == b'@'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_begins_with_a_letter_that_is_looked_for() {
        for token in TOKENS {
            assert!(FIRST_LETTERS.contains(&token.prefix.as_bytes()[0]), "{}", token.prefix);
        }
    }
}

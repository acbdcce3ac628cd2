//! The claims of an answer: figures, dates and names, each with its bytes.

use super::{
    chunks::{self, Chunk},
    dates::{self, DateClaim},
    figures::{self, Figure, FigureUnit},
    mask::Mask,
    names,
};

/// Something that an answer claims.
#[derive(Debug)]
pub(super) struct Claim {
    /// Its first byte.
    pub(super) start: usize,
    /// One past its last byte.
    pub(super) end: usize,
    /// What is claimed.
    pub(super) kind: Kind,
}

impl Claim {
    /// Whether dates may support it.
    pub(super) fn is_about_time(&self) -> bool {
        match &self.kind {
            Kind::Date(_) => true,
            Kind::Name(_) => false,
            Kind::Figure(figure) => match figure.unit {
                FigureUnit::Seconds(_) => true,
                FigureUnit::Plain => (1900.0..2200.0).contains(&figure.value),
                FigureUnit::Percent | FigureUnit::Bytes(_) => false,
            },
        }
    }
}

/// What is claimed.
#[derive(Debug)]
pub(super) enum Kind {
    /// A number, plain or with a unit.
    Figure(Figure),
    /// A day or a time.
    Date(DateClaim),
    /// Names, in small letters, that must all be known.
    Name(Vec<String>),
}

/// Words before a number that make it no claim: versions, standards, choices, advice.
const NOT_BEFORE: &[&str] = &[
    "tls",
    "ssl",
    "version",
    "versions",
    "v",
    "server",
    "ubuntu",
    "rhel",
    "debian",
    "windows",
    "python",
    "java",
    "node",
    "net",
    "php",
    "postgresql",
    "mysql",
    "iso",
    "cis",
    "nist",
    "pci",
    "soc",
    "http",
    "https",
    "microsoft",
    "office",
    "sha",
    "aes",
    "rsa",
    "ipv",
    "gen",
    "generation",
    "tier",
    "level",
    "step",
    "steps",
    "phase",
    "stage",
    "section",
    "article",
    "chapter",
    "option",
    "part",
    "layer",
    "top",
    "first",
    "every",
    "kubernetes",
    "oauth",
    "dynamics",
    "sql",
    "benchmark",
    "wave",
    "priority",
    "severity",
    "sev",
    "schema",
];

/// Ports that people know without evidence.
const KNOWN_PORTS: &[&str] =
    &["22", "25", "53", "80", "443", "1433", "3306", "3389", "5432", "5985", "5986", "6379"];

/// The claims of a text, in order, but what the mask covers.
pub(super) fn find(text: &str, mask: &Mask) -> Vec<Claim> {
    let chunks: Vec<Chunk<'_>> = chunks::of(text).collect();
    let mut claims = Vec::new();
    let mut at = 0;
    while let Some(chunk) = chunks.get(at) {
        let rest = chunks.get(at..).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|at| chunks.get(at)).map(|chunk| chunk.text);
        let taken = match read(rest, before, text) {
            Some((kind, taken)) => {
                let last = rest.get(taken - 1).unwrap_or(chunk);
                if !mask.covers(&(chunk.start..chunk.end())) {
                    claims.push(Claim { start: chunk.start, end: last.end(), kind });
                }
                taken
            }
            None => 1,
        };
        at += taken.max(1);
    }
    claims
}

/// The claim that chunks begin with, and how many of them it takes.
fn read(chunks: &[Chunk<'_>], before: Option<&str>, text: &str) -> Option<(Kind, usize)> {
    let chunk = chunks.first()?;
    if !chunk.text.bytes().any(|byte| byte.is_ascii_digit()) && !has_prefix_shape(chunk.text) {
        return dates::read_month_first(chunks).map(|(date, taken)| (Kind::Date(date), taken));
    }
    if let Some((date, taken)) = dates::read(chunks) {
        return Some((Kind::Date(date), taken));
    }
    if names::is_resource_name(chunk.text) {
        return Some((Kind::Name(vec![chunk.text.to_ascii_lowercase()]), 1));
    }
    if let Some(names) = names_of_path(chunk.text) {
        return Some((Kind::Name(names), 1));
    }
    if before.is_some_and(|before| is_no_claim(before, chunk.text)) {
        return None;
    }
    let approximate = figures::is_approximate(before, text.get(..chunk.start).unwrap_or_default());
    figures::read(chunks, approximate).map(|(figure, taken)| (Kind::Figure(figure), taken))
}

fn has_prefix_shape(text: &str) -> bool {
    text.contains(['-', '_', '/'])
}

fn is_no_claim(before: &str, number: &str) -> bool {
    let before = before.trim_end_matches(['.', ':']).to_ascii_lowercase();
    NOT_BEFORE.contains(&before.as_str())
        || (matches!(before.as_str(), "port" | "ports") && KNOWN_PORTS.contains(&number))
}

/// The names in a resource id.
fn names_of_path(text: &str) -> Option<Vec<String>> {
    if !text.starts_with('/') || !text.to_ascii_lowercase().contains("/subscriptions/") {
        return None;
    }
    let mut names = Vec::new();
    let mut parts = text.split('/').filter(|part| !part.is_empty());
    while let Some(part) = parts.next() {
        match part.to_ascii_lowercase().as_str() {
            "subscriptions" | "resourcegroups" => {}
            // A namespace and a type follow, which are no names.
            "providers" => drop(parts.next().and_then(|_| parts.next())),
            name => names.push(name.to_owned()),
        }
    }
    Some(names)
}

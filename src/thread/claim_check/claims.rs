//! The claims of an answer: figures, dates and names, each with its bytes.

use super::{
    chunks::{self, Chunk},
    dates::{self, DateClaim},
    figures::{self, Figure, FigureUnit},
    mask::Mask,
    names, words,
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
    /// Whether it counts so few that evidence may tell the number in words.
    pub(super) fn is_small_count(&self) -> bool {
        match &self.kind {
            Kind::Figure(figure) => (2.0..=100.0).contains(&figure.value),
            Kind::Date(_) | Kind::Name(_) => false,
        }
    }

    /// Whether dates may support it.
    pub(super) fn is_about_time(&self) -> bool {
        match &self.kind {
            Kind::Date(_) => true,
            Kind::Name(_) => false,
            Kind::Figure(figure) => match figure.unit {
                FigureUnit::Seconds(_) => true,
                FigureUnit::Plain => (1900.0..2200.0).contains(&figure.value),
                FigureUnit::Percent | FigureUnit::Points | FigureUnit::Bytes(_) => false,
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

/// Those of them that count what follows: small ones are advice, large ones are claims.
const COUNTED: &[&str] =
    &["top", "first", "step", "steps", "part", "server", "node", "windows", "sql"];

/// Ports that people know without evidence.
const KNOWN_PORTS: &[&str] =
    &["22", "25", "53", "80", "443", "1433", "3306", "3389", "5432", "5985", "5986", "6379"];

/// The claims of a text, in order, but what the mask covers.
pub(super) fn find(text: &str, mask: &Mask) -> Vec<Claim> {
    let chunks: Vec<Chunk<'_>> = chunks::of(text).collect();
    let mut claims: Vec<Claim> = Vec::new();
    let mut at = 0;
    while let Some(chunk) = chunks.get(at) {
        let rest = chunks.get(at..).unwrap_or_default();
        let taken = match read(rest, chunks.get(..at).unwrap_or_default(), text) {
            Some((kind, taken)) => {
                let last = rest.get(taken - 1).unwrap_or(chunk);
                if !mask.covers(&(chunk.start..chunk.end())) {
                    if let Some(before) = claims.last_mut() {
                        share_unit(before, &kind, text.get(before.end..chunk.start));
                    }
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

/// The first figure of a range has the unit of the second: `40–41 %`, `3 to 5 hours`.
fn share_unit(before: &mut Claim, kind: &Kind, between: Option<&str>) {
    const RANGES: [&str; 9] = ["–", "-", "—", " – ", " - ", " to ", " and ", " or ", "/"];
    let joined = between.is_some_and(|between| RANGES.contains(&between));
    if let (Kind::Figure(first), Kind::Figure(second), true) = (&mut before.kind, kind, joined)
        && first.unit == FigureUnit::Plain
    {
        first.unit = second.unit;
    }
}

/// The claim that chunks begin with, and how many of them it takes.
fn read(chunks: &[Chunk<'_>], earlier: &[Chunk<'_>], text: &str) -> Option<(Kind, usize)> {
    let chunk = chunks.first()?;
    let before = earlier.last().map(|chunk| chunk.text);
    let is_spelled = words::may_begin(chunk.text);
    if !is_spelled
        && !chunk.text.bytes().any(|byte| byte.is_ascii_digit())
        && !chunk.text.contains(['-', '_', '/', '@', ':'])
    {
        return dates::read_month_first(chunks).map(|(date, taken)| (Kind::Date(date), taken));
    }
    if is_spelled && words::is_spoken(before) {
        return None;
    }
    if let Some((date, taken)) = dates::read(chunks) {
        return Some((Kind::Date(date), taken));
    }
    let after = text.get(chunk.end()..).unwrap_or_default();
    if let Some(names) = names::of(chunk.text, after).or_else(|| names_of_path(chunk.text)) {
        return Some((Kind::Name(names), 1));
    }
    let between = text.get(earlier.last().map_or(0, Chunk::end)..chunk.start);
    if is_no_claim(earlier, chunk, between.unwrap_or_default()) {
        return None;
    }
    let approximate = figures::is_approximate(before, text.get(..chunk.start).unwrap_or_default());
    figures::read(chunks, approximate).map(|(figure, taken)| (Kind::Figure(figure), taken))
}

fn is_no_claim(earlier: &[Chunk<'_>], chunk: &Chunk<'_>, between: &str) -> bool {
    let small = |text: &str| text.trim_end_matches(['.', ':']).to_ascii_lowercase();
    let Some(before) = earlier.last() else { return false };
    let word = small(before.text);
    // `the first 812 alerts`, `server 77`: no rank and no version is that large.
    let value = chunk.text.parse::<f64>().unwrap_or_default();
    let is_year = (1990.0..2100.0).contains(&value);
    // `By severity: 812 High`, and the cells of a table: the word does not speak of the number.
    let is_apart = between.contains(['|', '\n', ':', ',', '.', ';']);
    if !is_apart && NOT_BEFORE.contains(&word.as_str()) {
        return !COUNTED.contains(&word.as_str()) || value < 13.0 || is_year;
    }
    // `ports 22, 443 and 3389`.
    let mut back = earlier.iter().rev().map(|chunk| small(chunk.text));
    let listed = |word: &String| {
        KNOWN_PORTS.contains(&word.as_str()) || matches!(word.as_str(), "and" | "or")
    };
    KNOWN_PORTS.contains(&chunk.text)
        && back
            .find(|word| !listed(word))
            .is_some_and(|word| matches!(word.as_str(), "port" | "ports"))
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

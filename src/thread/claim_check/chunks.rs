//! A text as chunks: what stands between spaces and marks, with its place.

/// A chunk of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk<'t> {
    /// Its first byte.
    pub(super) start: usize,
    /// What it says.
    pub(super) text: &'t str,
}

impl Chunk<'_> {
    /// One past its last byte.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The chunks of a text, punctuation around them left out.
pub(super) fn of(text: &str) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let skipped = rest.len() - rest.trim_start_matches(is_mark).len();
            let body = rest.get(skipped..).unwrap_or_default();
            let len = end_of(body);
            let start = at + skipped;
            at = start + len;
            let raw = body.get(..len).unwrap_or_default();
            let front = raw.trim_start_matches(is_edge);
            let chunk = front.trim_end_matches(is_edge);
            if !chunk.is_empty() {
                let start = start + raw.len() - front.len();
                let Some(one) = first_of_two(chunk) else {
                    return Some(Chunk { start, text: chunk });
                };
                at = start + one.len() + 1;
                return Some(Chunk { start, text: one });
            }
            if raw.is_empty() {
                return None;
            }
        }
    })
}

/// Where a chunk ends; a no-break space between digits groups thousands.
fn end_of(body: &str) -> usize {
    let mut chars = body.char_indices().peekable();
    let mut before = '\0';
    while let Some((at, c)) = chars.next() {
        let groups = matches!(c, '\u{a0}' | '\u{202f}' | '\u{2009}')
            && before.is_ascii_digit()
            && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if is_mark(c) && !groups {
            return at;
        }
        before = c;
    }
    body.len()
}

/// The first of two figures or times that a dash or a slash joins: `3-5`, `3/5`, `06:12-06:54`.
fn first_of_two(chunk: &str) -> Option<&str> {
    let (one, other) = chunk.split_once(['-', '/'])?;
    // Around the clock, fifty-fifty: ways of speaking. A year and a month: a date.
    let is_speech = matches!(chunk, "24/7" | "50/50");
    let is_month = one.len() == 4 && other.len() == 2;
    let is_two = !is_speech && !is_month && is_figure(one) && is_figure(other);
    (is_two && one.contains(':') == other.contains(':')).then_some(one)
}

fn is_figure(text: &str) -> bool {
    let count = |wanted: char| text.chars().filter(|c| *c == wanted).count();
    text.chars().any(|c| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || "€$£%.,:'kK".contains(c))
        && count(':') <= 1
        && (count('.') <= 1 || count(',') == 0 && text.split('.').skip(1).all(|g| g.len() == 3))
}

fn is_mark(c: char) -> bool {
    match c {
        '-' | '_' | '.' | ',' | ':' | '/' | '%' | '€' | '$' | '£' | '@' | '\'' | '#' => false,
        _ => !c.is_alphanumeric(),
    }
}

fn is_edge(c: char) -> bool {
    matches!(c, '.' | ',' | ':' | '\'' | '-' | '_' | '#' | '@')
}

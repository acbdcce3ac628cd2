//! What follow-ups ask for: rows, reasons, what to do. Reads the words, not the answer before.

use crate::planner::{part::Part, subject::Subject, text::among};

/// `The second one`, `tell me more`, `details of the first two`.
pub(super) fn rows(part: &Part<'_>) -> Option<std::ops::Range<usize>> {
    const ORDINALS: [(&str, usize); 14] = [
        ("first", 0),
        ("1st", 0),
        ("second", 1),
        ("2nd", 1),
        ("third", 2),
        ("3rd", 2),
        ("fourth", 3),
        ("4th", 3),
        ("fifth", 4),
        ("5th", 4),
        ("sixth", 5),
        ("seventh", 6),
        ("eighth", 7),
        ("ninth", 8),
    ];
    let words = part.text.len();
    if words > 10 || part.about.is_placed() {
        return None;
    }
    let noun = |at: usize| {
        at + 1 >= words
            || among(
                part.text.low(at + 1),
                "one alert control row item entry result subscription resource recommendation of in please vm machine path event change group operation incident",
            )
    };
    for (at, word) in part.text.words.iter().enumerate() {
        let ordinal = ORDINALS.iter().find(|(name, _)| *name == word.low);
        if let Some((_, row)) = ordinal.filter(|_| noun(at)) {
            return Some(*row..*row + 1);
        }
        let numbered = among(&word.low, "number no nr item row alert control #");
        let number = part.text.low(at + 1).parse::<usize>().ok();
        if let Some(number) = number.filter(|number| numbered && (1..=50).contains(number)) {
            return Some(number - 1..number);
        }
    }
    wants_more(part).then_some(0..3)
}

/// `Tell me more`.
fn wants_more(part: &Part<'_>) -> bool {
    let words = part.text.len();
    let more = [
        "tell me more",
        "more details",
        "more detail",
        "give me details",
        "details please",
        "elaborate",
        "go on",
        "more please",
        "show me more",
        "show details",
    ];
    let bare = part.subject == Subject::Other || words <= 4;
    bare && words <= 7 && more.iter().any(|one| part.text.has(one))
}

/// `What should I do?`, of what the last answer found.
pub(super) fn what_to_do(part: &Part<'_>) -> bool {
    const ASKS: [&str; 9] = [
        "what should i do",
        "what should we do",
        "what do i do",
        "what can i do",
        "what next",
        "next steps",
        "how do i fix",
        "how can i fix",
        "how do we fix",
    ];
    let bare = part.subject == Subject::Other && part.text.len() <= 9;
    bare && ASKS.iter().any(|ask| part.text.has(ask))
}

/// `Why?`, and nothing else.
pub(super) fn bare_why(part: &Part<'_>) -> bool {
    let words = part.text.len();
    let first = part.text.low(0);
    let why = first == "why"
        || (words >= 2 && among(first, "and but ok so") && part.text.low(1) == "why")
        || part.text.starts_with("how come");
    why && words <= 6
        && !part.about.narrows()
        && matches!(part.subject, Subject::Other | Subject::Score | Subject::Health)
        || (part.text.starts_with("explain") && words <= 3 && part.subject == Subject::Other)
}

/// `List them`.
pub(super) fn for_them(part: &Part<'_>) -> bool {
    let words = part.text.len();
    let affected = part.text.has_any("affected affect");
    let bare = words <= 6
        && !part.about.is_placed()
        && (affected || !part.about.narrows() && part.subject == Subject::Other);
    let asks = [
        "which ones",
        "which resources are affected",
        "which resources does it affect",
        "what resources are affected",
        "what is affected",
        "affected resources",
        "which machines are affected",
        "list them",
        "show them",
        "show me them",
        "which are they",
        "name them",
        "what are they",
        "list all of them",
        "list those",
        "show those",
    ];
    bare && asks.iter().any(|ask| part.text.has(ask))
}

//! Names in an answer: written by others, shown as they are and never as markup.

/// A finding's text as Markdown. Names stand in backticks there; one that reads like prose is
/// shown as prose, its markup escaped, because an answer full of code is hard to read.
pub(super) fn as_prose(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    for (at, part) in text.split('`').enumerate() {
        let is_name = at % 2 == 1;
        match (is_name, part.contains(' ')) {
            (false, _) => shown.push_str(part),
            (true, false) => {
                shown.push('`');
                shown.push_str(part);
                shown.push('`');
            }
            (true, true) => shown.extend(part.chars().flat_map(escaped)),
        }
    }
    shown
}

/// A character as Markdown shows it.
fn escaped(c: char) -> impl Iterator<Item = char> {
    let is_markup = c.is_ascii_punctuation()
        && !matches!(c, ',' | '.' | ':' | ';' | '\'' | '/' | '-' | '(' | ')' | '%');
    is_markup.then_some('\\').into_iter().chain([c])
}

#[cfg(test)]
mod tests {
    use super::as_prose;

    #[test]
    fn names_that_read_like_prose_are_prose_and_never_markup() {
        assert_eq!(as_prose("`vm-1` in `Enable MFA`: 3"), "`vm-1` in Enable MFA: 3");
        assert_eq!(as_prose("`a [x](http://e) *b*`"), "a \\[x\\](http://e) \\*b\\*");
    }
}

//! Half a surrogate pair in a JSON text: servers that cut their text by UTF-16 units send it, and
//! JSON's readers refuse it.

/// Replaces each `\uD800`–`\uDFFF` that has no partner by U+FFFD; `None` when there is none.
pub(super) fn mend_surrogates(text: &str) -> Option<String> {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(escape, 16).ok()
    };
    let mut mended = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                mended.push_str(text.get(kept..at).unwrap_or_default());
                mended.push_str("\\ufffd");
                at += 6;
                kept = at;
            }
            _ => at += 2,
        }
    }
    (kept > 0).then(|| mended + text.get(kept..).unwrap_or_default())
}

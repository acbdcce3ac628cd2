//! Functions on text. Positions count characters, not bytes.

use serde_json::Value as Json;

use super::{ANY, Answer, Function, arg, function, long, text};
use crate::estate::kql::{
    error::QueryError,
    expr::Context,
    value::{Text, Ty, Value, convert},
};

/// Bytes of a text made by repetition.
const REPEATED: usize = 1 << 20;

pub(super) const ALL: &[Function] = &[
    function("tolower", 1, 1, Ty::Text, |_, a| Ok(mapped(&text(a, 0), str::to_lowercase))),
    function("toupper", 1, 1, Ty::Text, |_, a| Ok(mapped(&text(a, 0), str::to_uppercase))),
    function("reverse", 1, 1, Ty::Text, |_, a| {
        Ok(mapped(&text(a, 0), |text| text.chars().rev().collect()))
    }),
    function("strlen", 1, 1, Ty::Long, |_, a| Ok(count(text(a, 0).chars().count())))
        .prefixed("strlen"),
    function("string_size", 1, 1, Ty::Long, |_, a| Ok(count(text(a, 0).len())))
        .prefixed("string_size"),
    function("strcat", 1, ANY, Ty::Text, |cx, a| concatenated(cx, a, "")),
    function("strcat_delim", 2, ANY, Ty::Text, |cx, a| {
        concatenated(cx, a.get(1..).unwrap_or(&[]), &text(a, 0))
    }),
    function("strcat_array", 2, 2, Ty::Text, strcat_array),
    function("array_strcat", 2, 2, Ty::Text, strcat_array),
    function("strrep", 2, 3, Ty::Text, repeated),
    function("strcmp", 2, 2, Ty::Long, |_, a| Ok(Value::Long(text(a, 0).cmp(&text(a, 1)) as i64))),
    function("split", 2, 3, Ty::Dynamic, split).first(),
    function("substring", 2, 3, Ty::Text, substring),
    function("replace_string", 3, 3, Ty::Text, replace_string),
    function("replace_regex", 3, 3, Ty::Text, replace_regex),
    function("replace", 3, 3, Ty::Text, |cx, a| {
        replace_regex(cx, &[arg(a, 2).clone(), arg(a, 0).clone(), arg(a, 1).clone()])
    }),
    function("trim", 2, 2, Ty::Text, |cx, a| trim(cx, a, &["^(?:{})", "(?:{})$"])),
    function("trim_start", 2, 2, Ty::Text, |cx, a| trim(cx, a, &["^(?:{})"])),
    function("trim_end", 2, 2, Ty::Text, |cx, a| trim(cx, a, &["(?:{})$"])),
    function("indexof", 2, 5, Ty::Long, index_of),
    function("countof", 2, 3, Ty::Long, count_of),
    function("extract", 3, 4, Ty::Text, extract),
    function("extract_all", 2, 3, Ty::Dynamic, extract_all),
    function("extractall", 2, 3, Ty::Dynamic, extract_all),
    function("regex_quote", 1, 1, Ty::Text, |_, a| Ok(mapped(&text(a, 0), regex::escape))),
    function("format_bytes", 1, 2, Ty::Text, format_bytes).first(),
];

fn mapped(of: &str, map: impl Fn(&str) -> String) -> Value<'static> {
    Value::text(map(of))
}

fn count(number: usize) -> Value<'static> {
    Value::Long(i64::try_from(number).unwrap_or(i64::MAX))
}

fn concatenated<'a>(cx: &Context, arguments: &[Value<'a>], between: &str) -> Answer<'a> {
    let parts: Vec<Text<'a>> = arguments.iter().map(convert::text).collect();
    let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
    let joined = parts.join(between);
    cx.spend(joined.len() / 64)?;
    Ok(Value::text(joined))
}

fn strcat_array<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let items: Vec<Value<'_>> =
        arg(arguments, 0).array().into_iter().flatten().cloned().map(Value::owned).collect();
    concatenated(cx, &items, &text(arguments, 1))
}

fn repeated<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let times =
        long(arguments, 1).and_then(|times| usize::try_from(times).ok()).unwrap_or(0).min(1024);
    let (once, between) = (text(arguments, 0), text(arguments, 2));
    if (once.len() + between.len()).saturating_mul(times) > REPEATED {
        return Err(QueryError::too_large(format!(
            "strrep(): the text would exceed {REPEATED} bytes."
        )));
    }
    cx.spend(times)?;
    Ok(Value::text(vec![&*once; times].join(&between)))
}

fn split<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let (source, delimiter) = (text(arguments, 0), text(arguments, 1));
    cx.spend(source.len() / 32)?;
    let parts: Vec<&str> =
        if delimiter.is_empty() { vec![&source] } else { source.split(&*delimiter).collect() };
    let chosen = match arguments.get(2).and_then(convert::long) {
        None => parts,
        Some(at) => {
            usize::try_from(at).ok().and_then(|at| parts.get(at).copied()).into_iter().collect()
        }
    };
    Ok(Value::owned(Json::from(chosen)))
}

fn substring<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let source = text(arguments, 0);
    let length = source.chars().count();
    let start = long(arguments, 1).unwrap_or(0);
    let start =
        usize::try_from(if start < 0 { start + i64::try_from(length).unwrap_or(0) } else { start })
            .unwrap_or(0);
    let wanted = match arguments.get(2) {
        Some(wanted) => usize::try_from(convert::long(wanted).unwrap_or(0)).unwrap_or(0),
        None => length,
    };
    Ok(Value::text(source.chars().skip(start).take(wanted).collect::<String>()))
}

fn replace_string<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let (source, from, to) = (text(arguments, 0), text(arguments, 1), text(arguments, 2));
    if from.is_empty() {
        return Ok(Value::Text(source));
    }
    let replaced = source.replace(&*from, &to);
    cx.spend((source.len() + replaced.len()) / 32)?;
    bounded(replaced)
}

fn replace_regex<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let (source, pattern, to) = (text(arguments, 0), text(arguments, 1), text(arguments, 2));
    let rewrite = cx.regex(r"\\(\d)")?.replace_all(&to.replace('$', "$$"), "$${$1}").into_owned();
    let replaced = cx.regex(&pattern)?.replace_all(&source, rewrite.as_str()).into_owned();
    cx.spend((source.len() + replaced.len()) / 16)?;
    bounded(replaced)
}

fn bounded<'a>(made: String) -> Answer<'a> {
    if made.len() > REPEATED {
        return Err(QueryError::too_large(format!(
            "replace: the text would exceed {REPEATED} bytes."
        )));
    }
    Ok(Value::text(made))
}

fn trim<'a>(cx: &Context, arguments: &[Value<'a>], ends: &[&str]) -> Answer<'a> {
    let (pattern, source) = (text(arguments, 0), text(arguments, 1));
    cx.spend(source.len() / 16)?;
    let mut trimmed = source.to_string();
    for end in ends {
        trimmed = cx.regex(&end.replace("{}", &pattern))?.replace(&trimmed, "").into_owned();
    }
    Ok(Value::text(trimmed))
}

fn index_of<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let (source, wanted) = (text(arguments, 0), text(arguments, 1));
    let start = usize::try_from(long(arguments, 2).unwrap_or(0)).unwrap_or(0);
    let length =
        long(arguments, 3).and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX);
    let occurrence = usize::try_from(long(arguments, 4).unwrap_or(1)).unwrap_or(1).max(1);
    let window: String = source.chars().skip(start).take(length).collect();
    let found = window.match_indices(&*wanted).nth(occurrence - 1);
    let place =
        found.and_then(|(at, _)| window.get(..at)).map(|before| start + before.chars().count());
    Ok(place.map_or(Value::Long(-1), count))
}

fn count_of<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let (source, wanted) = (text(arguments, 0), text(arguments, 1));
    cx.spend(source.len() / 16)?;
    if &*text(arguments, 2) == "regex" {
        return Ok(count(cx.regex(&wanted)?.find_iter(&source).count()));
    }
    let starts = source
        .char_indices()
        .filter(|(at, _)| source.get(*at..).is_some_and(|rest| rest.starts_with(&*wanted)));
    Ok(count(if wanted.is_empty() { 0 } else { starts.count() }))
}

fn extract<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let (pattern, source) = (text(arguments, 0), text(arguments, 2));
    cx.spend(source.len() / 16)?;
    let group = usize::try_from(long(arguments, 1).unwrap_or(0)).unwrap_or(usize::MAX);
    let captured = cx
        .regex(&pattern)?
        .captures(&source)
        .and_then(|found| found.get(group).map(|m| m.as_str().to_owned()));
    Ok(captured.map_or_else(|| Ty::Text.absent(), Value::text))
}

fn extract_all<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let regex = cx.regex(&text(arguments, 0))?;
    let source = convert::text(arguments.last().unwrap_or(&Value::Null));
    cx.spend(source.len() / 8)?;
    let groups: Vec<usize> = match arg(arguments, 1).array().filter(|_| arguments.len() == 3) {
        Some(wanted) => wanted.iter().filter_map(|at| usize::try_from(at.as_u64()?).ok()).collect(),
        None => (1..regex.captures_len()).collect(),
    };
    let matches = regex.captures_iter(&source).map(|found| {
        let mut parts: Vec<Json> = groups
            .iter()
            .map(|at| Json::from(found.get(*at).map_or("", |part| part.as_str())))
            .collect();
        if parts.len() == 1 { parts.pop().unwrap_or_default() } else { Json::Array(parts) }
    });
    let matches: Vec<Json> = matches.collect();
    Ok(if matches.is_empty() { Value::Null } else { Value::owned(Json::Array(matches)) })
}

fn format_bytes<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(bytes) = convert::number(arg(arguments, 0)) else {
        return Ok(Ty::Text.absent());
    };
    let digits =
        long(arguments, 1).and_then(|digits| usize::try_from(digits).ok()).unwrap_or(0).min(10);
    let units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];
    let mut scaled = bytes;
    let mut unit = "B";
    for next in units.iter().skip(1) {
        if scaled.abs() < 1024.0 {
            break;
        }
        scaled /= 1024.0;
        unit = next;
    }
    let shown = format!("{scaled:.digits$}");
    let shown = if shown.contains('.') {
        shown.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        shown
    };
    Ok(Value::text(format!("{shown} {unit}")))
}

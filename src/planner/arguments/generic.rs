//! Arguments of any tool, by what its schema says of them: options, flags, groupings, numbers,
//! periods and names.
//!
//! Owns how the words of a question become a value of a property that no rule of its own knows. It
//! must not know any tool.

use serde_json::{Map, Value, json};

use super::{noun, options, scale, takes_list};
use crate::planner::{
    about::{About, Period, days_of},
    part::Part,
    subject::{Meant, same},
    text::among,
};

/// Arguments that say what to count or to split by.
const GROUPING: &str = "by groupBy dimension dimensions breakdown groupings splitBy";
/// What asks for a comparison.
const COMPARES: &str = "compare compared comparison comparing versus vs against than";
/// What options are called besides their own words.
const ALSO: &[(&str, &[&str])] = &[
    ("location", &["region"]),
    ("region", &["location"]),
    ("resource location", &["region", "location"]),
    ("resource group name", &["resource group", "rg"]),
    ("resource group", &["rg"]),
    ("service name", &["service"]),
    ("meter category", &["service"]),
    ("resource id", &["resource"]),
    ("resource type", &["type"]),
    ("type", &["resource type"]),
    ("charge type", &["charge"]),
    ("high availability", &["reliability", "resiliency", "availability"]),
    ("reliability", &["high availability", "availability", "resiliency"]),
    ("operational excellence", &["operations", "operational"]),
    ("performance", &["speed"]),
    ("cost", &["money", "savings"]),
    ("vm", &["virtual machine", "machine"]),
    ("iaas vm", &["vm", "virtual machine", "machine"]),
    ("sql data base", &["sql", "sql database", "database"]),
    ("file share", &["share", "file"]),
    ("in progress", &["running", "ongoing"]),
    ("completed with warnings", &["warning"]),
    ("non compliant", &["noncompliant", "non-compliant", "violating", "violation"]),
    ("daily", &["day", "each day"]),
    ("monthly", &["month", "each month"]),
    ("day", &["daily"]),
    ("month", &["monthly"]),
    ("orphaned", &["unattached"]),
    ("disk", &["managed disk"]),
    ("public ip", &["ip", "address", "public ip address"]),
    ("scope1", &["scope 1"]),
    ("scope2", &["scope 2"]),
    ("scope3", &["scope 3"]),
];

/// What the question gives of a property, where a table says which tool is meant.
pub(super) fn value(
    (name, property): (&str, &Value),
    (part, about): (&Part<'_>, &About),
    all: &Map<String, Value>,
) -> Option<Value> {
    if among(name, GROUPING) {
        return grouping(property, part, about);
    }
    let listed = options(property);
    if !listed.is_empty() {
        return chosen((name, property), &listed, (part, about));
    }
    match property["type"].as_str() {
        Some("boolean") => flag(name, part),
        Some("integer" | "number") => number(name, part, about).map(Value::from),
        Some("array") => {
            let one = text(name, (part, about), all)?;
            Some(json!([one]))
        }
        _ => text(name, (part, about), all).map(Value::from),
    }
}

/// An argument that the row of a table fixes, as the schema has it.
pub(super) fn fixed(meant: &Meant, name: &str, property: &Value) -> Option<Value> {
    let (_, text) = meant.with.iter().find(|(key, _)| *key == name)?;
    let value = match property["type"].as_str() {
        Some("boolean") => Value::Bool(*text == "true"),
        Some("integer" | "number") => Value::from(text.parse::<u32>().ok()?),
        _ => {
            let listed = options(property);
            let own = listed.iter().find(|one| plain(one) == plain(text));
            if !listed.is_empty() && own.is_none() {
                return None;
            }
            Value::from(own.copied().unwrap_or(text))
        }
    };
    Some(if takes_list(property) { json!([value]) } else { value })
}

fn text(
    name: &str,
    (part, about): (&Part<'_>, &About),
    all: &Map<String, Value>,
) -> Option<String> {
    let period = about.periods.first();
    match name {
        "period" => period.map(Period::text).or_else(|| about.time.clone()),
        "month" => period
            .filter(|one| one.months() == Some(1) || one.text().len() == 7)
            .map(|one| one.range().chars().take(7).collect()),
        "from" | "start" | "since" | "startDate" => period.map(|one| one.first().to_string()),
        "to" | "end" | "until" | "endDate" => period.map(|one| one.last().to_string()),
        "compareTo" | "compareWith" | "comparedTo" | "against" | "versus" => {
            about.periods.get(1).map(Period::text)
        }
        "cve" => {
            let words = part.text.words.iter().map(|word| word.low.as_str());
            words.into_iter().find(|word| word.starts_with("cve-")).map(str::to_uppercase)
        }
        _ => noun::value(name, (part, about), all),
    }
}

/// The options that the words name; of a list all of them, else the one named last.
fn chosen(
    (name, property): (&str, &Value),
    listed: &[&str],
    (part, about): (&Part<'_>, &About),
) -> Option<Value> {
    let of_period = about.periods.iter().flat_map(Period::names);
    let period =
        of_period.into_iter().find_map(|name| listed.iter().find(|one| plain(one) == name));
    if let Some(option) = period.filter(|_| among(name, "period timeframe timeFrame range month")) {
        return Some(Value::from(*option));
    }
    if among(name, "compareTo compareWith comparison compare against") {
        return part.text.has_any(COMPARES).then(|| compared(listed, about)).flatten();
    }
    if among(name, "severity risk impact priority exposure") {
        let levels = scale::of(listed, &about.severities);
        if !levels.is_empty() {
            return super::chosen(property, &levels);
        }
    }
    let named = named_options(listed, part);
    if !named.is_empty() {
        return super::as_property(property, &named);
    }
    let states = among(name, "status state condition result outcome health");
    super::chosen(property, &about.options).filter(|_| states)
}

fn compared(listed: &[&str], about: &About) -> Option<Value> {
    let second = about.periods.get(1).map(Period::names).unwrap_or_default();
    let usual = ["previousperiod", "previous", "periodbefore", "before"].map(str::to_owned);
    let mut names = second.into_iter().chain(usual);
    let found = names.find_map(|name| listed.iter().find(|one| plain(one) == name));
    found.map(|option| Value::from(*option))
}

/// The options whose words the question holds, in the order of the schema. What says which tool is
/// meant says nothing of its options, and of options within each other the longest is meant.
fn named_options<'o>(listed: &[&'o str], part: &Part<'_>) -> Vec<&'o str> {
    let mut found: Vec<(usize, usize, &'o str)> = Vec::new();
    for option in listed.iter().filter(|one| !among(&plain(one), "any all none other")) {
        for phrase in phrases(option) {
            if let Some(at) = place(&phrase, part) {
                found.push((at, phrase.len(), option));
            }
        }
    }
    let inside = |one: &(usize, usize, &str)| {
        found
            .iter()
            .any(|(at, count, _)| *count > one.1 && *at <= one.0 && at + count >= one.0 + one.1)
    };
    let kept: Vec<&str> =
        found.iter().filter(|one| !inside(one)).map(|(.., option)| *option).collect();
    listed.iter().filter(|option| kept.contains(option)).copied().collect()
}

/// What a text may call an option, in words.
fn phrases(option: &str) -> Vec<Vec<String>> {
    let own = noun::words_of(option);
    let own: Vec<String> = match own.split_first() {
        Some((first, rest)) if among(first, "azure microsoft") && !rest.is_empty() => rest.to_vec(),
        _ => own,
    };
    let joined = own.join(" ");
    let also = ALSO.iter().filter(|(name, _)| *name == joined).flat_map(|(_, also)| also.iter());
    let also = also.map(|text| text.split(' ').map(str::to_owned).collect());
    std::iter::once(own).filter(|words| !words.is_empty()).chain(also).collect()
}

fn place(phrase: &[String], part: &Part<'_>) -> Option<usize> {
    let words = &part.text.words;
    let fits = |at: usize| {
        phrase.iter().enumerate().all(|(by, wanted)| {
            words.get(at + by).is_some_and(|word| {
                !word.head
                    && !word.quoted
                    && (same(&word.low, wanted) || stem(&word.low) == stem(wanted))
            })
        })
    };
    let joined = phrase.concat();
    let one = |at: usize| {
        phrase.len() > 1
            && words.get(at).is_some_and(|word| !word.head && plain(&word.low) == joined)
    };
    let negated = |at: usize| {
        at.checked_sub(1).is_some_and(|before| among(part.text.low(before), "not isn't aren't non"))
    };
    (0..words.len()).find(|at| (fits(*at) || one(*at)) && !negated(*at))
}

/// `by service`, `per region`, `which services …`, `top 5 resource groups`.
fn grouping(property: &Value, part: &Part<'_>, about: &About) -> Option<Value> {
    let listed = options(property);
    let text = &part.text;
    let mut found: Vec<&str> = Vec::new();
    let asks = text.has_any(
        "most highest top biggest largest expensive least lowest fewest drive drives driving driver costliest cheapest worst",
    );
    for at in 0..text.len() {
        let grouped = among(text.low(at), "by per each every across")
            || among(text.low(at), "and") && !found.is_empty();
        let ranked = among(text.low(at), "which what top") && asks;
        if !grouped && !ranked {
            continue;
        }
        let skip = usize::from(among(text.low(at + 1), "azure the our each my"));
        let skip = skip
            + usize::from(
                ranked && about.count.is_some() && text.low(at + 1).parse::<u32>().is_ok(),
            );
        let option = listed.iter().filter_map(|option| {
            let longest = phrases(option).into_iter().filter(|phrase| {
                phrase
                    .iter()
                    .enumerate()
                    .all(|(by, wanted)| same(text.low(at + 1 + skip + by), wanted))
            });
            Some((longest.map(|phrase| phrase.len()).max()?, *option))
        });
        let option = option.max_by_key(|(length, _)| *length).map(|(_, option)| option);
        found.extend(option.filter(|option| !found.contains(option)));
    }
    if found.is_empty() {
        let by = about
            .by
            .or_else(|| about.tag.as_ref().map(|_| "tag").filter(|_| text.has_any("by per")));
        let by = by.map(|by| if by == "location" { vec![by, "region"] } else { vec![by] });
        let by = by.into_iter().flatten().flat_map(|by| {
            let listed = listed.iter().filter(move |one| {
                plain(one).trim_end_matches("name") == by.to_lowercase()
                    || plain(one) == format!("resource{by}")
            });
            listed.copied()
        });
        found.extend(by.take(1));
    }
    (!found.is_empty()).then(|| super::as_property(property, &found)).flatten()
}

/// `overdueOnly`, `compare`: what the name of the flag says stands in the question.
fn flag(name: &str, part: &Part<'_>) -> Option<Value> {
    if name.starts_with("compare") {
        return part.text.has_any(COMPARES).then_some(Value::Bool(true));
    }
    let words = noun::words_of(name);
    let marks = words.iter().any(|word| among(word, "only include with"));
    let mut said = words.iter().filter(|word| !among(word, "only include with is the"));
    let all = said.all(|word| {
        let mut texts = part.text.words.iter();
        texts.any(|text| !text.head && !text.quoted && stem(&text.low) == stem(word))
    });
    (all && (marks || words.len() <= 2)).then_some(Value::Bool(true))
}

fn number(name: &str, part: &Part<'_>, about: &About) -> Option<u32> {
    let months = || about.periods.iter().find_map(Period::months);
    match name {
        "limit" | "top" | "count" => about.count,
        "port" => {
            let mut words = part.text.words.iter().map(|word| word.low.as_str());
            words.find(|word| among(word, "port ports"))?;
            words.next()?.parse().ok().filter(|port| *port <= 65_535)
        }
        "days" | "withinDays" | "horizonDays" | "olderThanDays" | "daysAhead" => {
            days_of(&part.text)
        }
        "hours" => {
            let time = about.time.as_deref()?;
            let (number, unit) = time.split_at_checked(time.len().checked_sub(1)?)?;
            let number: u32 = number.parse().ok()?;
            (unit == "h").then_some(number).or((unit == "d").then_some(number.saturating_mul(24)))
        }
        "months" | "monthsAhead" | "horizonMonths" => months()
            .or_else(|| days_of(&part.text).filter(|days| *days >= 28).map(|days| days / 30)),
        "years" => days_of(&part.text).filter(|days| *days >= 365).map(|days| days / 365),
        _ => None,
    }
}

/// A word without the ends that its forms differ by.
fn stem(word: &str) -> &str {
    let ends = ["ures", "ure", "ings", "ing", "ed", "es", "s", "e"];
    let cut = ends.iter().find_map(|end| word.strip_suffix(end).filter(|stem| stem.len() > 2));
    cut.unwrap_or(word)
}

/// A name in letters and digits alone, in lower case.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

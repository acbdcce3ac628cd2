//! Which recommendation words mean.

use crate::tools::{
    router::Words,
    security::assessments::{Recommendation, Recommendations, resource_of},
};

const MAX_OTHERS: usize = 5;

/// What is asked for: the words or GUID, and the resource where an assessment's ARM id was given.
pub(super) fn parts(asked: &str) -> (String, Option<String>) {
    match resource_of(asked) {
        Some(resource) => {
            let id = asked.trim_end_matches('/').rsplit('/').next().unwrap_or(asked);
            (id.to_owned(), Some(resource))
        }
        None => (asked.to_owned(), None),
    }
}

/// The recommendation that fits best, and others that fit: the very id or title, else those whose
/// title has the text, else those whose title has all its words. What is not followed comes
/// first, worst first.
pub(super) fn choose<'a>(
    read: &'a Recommendations,
    wanted: &str,
) -> (Option<&'a Recommendation>, Vec<&'a Recommendation>) {
    let lower = wanted.to_lowercase();
    let words = Words::of(wanted);
    let exact = |one: &Recommendation| {
        one.assessment_id.eq_ignore_ascii_case(wanted) || one.title.as_str().to_lowercase() == lower
    };
    let part = |one: &Recommendation| one.title.as_str().to_lowercase().contains(&lower);
    let all_words = |one: &Recommendation| {
        let title = Words::of(one.title.as_str());
        !words.is_empty() && words.iter().all(|word| title.contains(word))
    };
    let rules: [&dyn Fn(&Recommendation) -> bool; 3] = [&exact, &part, &all_words];
    for rule in rules {
        let open = read.unfollowed().filter(|one| rule(one));
        let closed = read.all.iter().filter(|one| one.unhealthy == 0 && rule(one));
        let mut fitting = open.chain(closed);
        if let Some(first) = fitting.next() {
            return (Some(first), fitting.take(MAX_OTHERS).collect());
        }
    }
    (None, closest(read, &words))
}

/// The recommendations that share most words, for a hint.
fn closest<'a>(read: &'a Recommendations, words: &[String]) -> Vec<&'a Recommendation> {
    let mut scored: Vec<(usize, &Recommendation)> = read
        .all
        .iter()
        .map(|one| {
            let title = Words::of(one.title.as_str());
            (words.iter().filter(|word| title.contains(word)).count(), one)
        })
        .filter(|(shared, _)| *shared > 0)
        .collect();
    scored.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    scored.into_iter().take(MAX_OTHERS).map(|(_, one)| one).collect()
}

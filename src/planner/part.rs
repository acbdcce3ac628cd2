//! The parts of a question: each is answered by calls of its own.
//!
//! Owns how a text is cut into parts and what parts lend each other. It must not know any tool.

use std::collections::BTreeMap;

use super::{
    Known,
    about::{About, read_particulars},
    change,
    subject::{Intent, Subject},
    text::{Text, among},
};
use crate::tools::present::Moment;

/// The most parts of one question that are answered.
pub(super) const MAX_PARTS: usize = 4;
/// The most pieces that a question is cut into; what follows stays in one piece.
const MAX_SEGMENTS: usize = 12;

/// What a text is read with: the moment it is asked, and the tools that there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub(super) at: &'a Moment,
    pub(super) tools: &'a BTreeMap<String, Known>,
}

impl Reading<'_> {
    /// Whether there is such a tool.
    pub(super) fn has(&self, tool: &str) -> bool {
        self.tools.contains_key(tool)
    }
}

/// A part of a question, understood.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) text: Text<'a>,
    pub(super) about: About,
    pub(super) subject: Subject,
    pub(super) intent: Intent,
    /// The text of the part, for the index.
    pub(super) words: String,
    /// Whether it begins like a sentence of its own.
    pub(super) stands: bool,
}

impl<'a> Part<'a> {
    /// Reads a text as one part.
    pub(super) fn read(mut text: Text<'a>, with: &Reading<'_>) -> Self {
        let words: Vec<&str> = text.words.iter().map(|word| word.low.as_str()).collect();
        let words = words.join(" ");
        let mut about = About::read(&mut text, with.at);
        let subject = Subject::read(&mut text, &about, with);
        let intent = Intent::read(&mut text, subject);
        read_particulars(&mut about, &mut text, subject);
        let stands = begins(&text);
        Self { text, about, subject, intent, words, stands }
    }

    /// Whether a word is the name of a resource that is asked after: not where to look.
    pub(super) fn asks_for_one(&self) -> bool {
        self.about.resource().is_some() && self.subject == Subject::Resources
    }
}

/// The parts of a question, in the order asked.
pub(super) fn split<'a>(text: &'a str, with: &Reading<'_>) -> Vec<Part<'a>> {
    let whole = Text::read(text);
    let mut parts: Vec<Part<'a>> = Vec::new();
    // What asks for a change is no part that is read for.
    let asks_change = |segment: &Text<'_>| {
        change::verb(segment).is_some()
            && Part::read(fresh(segment), with).subject != Subject::Access
    };
    let cut = segments(&whole).into_iter().filter(|segment| !asks_change(segment));
    for segment in cut {
        let joined = match parts.last() {
            Some(before) if !is_own(&segment, before, with) => Some(join(&before.text, &segment)),
            Some(_) | None => None,
        };
        match joined {
            Some(text) => {
                parts.pop();
                parts.push(Part::read(text, with));
            }
            None => {
                let part = Part::read(fresh(&segment), with);
                parts.push(match parts.last() {
                    Some(before) => lent(part, before),
                    None => part,
                });
            }
        }
    }
    parts.truncate(MAX_PARTS);
    share(&mut parts);
    parts
}

/// Cuts at the ends of sentences and clauses, and at `and`.
fn segments<'a>(whole: &Text<'a>) -> Vec<Text<'a>> {
    let mut segments: Vec<Text<'a>> = vec![Text::default()];
    for word in &whole.words {
        if segments.len() > MAX_SEGMENTS {
            if let Some(last) = segments.last_mut() {
                last.words.push(word.clone());
            }
            continue;
        }
        let joins = !word.quoted && among(&word.low, "and or plus then versus vs & as-well-as");
        if joins && segments.last().is_some_and(|last| last.len() > 0) {
            segments.push(Text::default());
        }
        if let Some(last) = segments.last_mut() {
            last.words.push(word.clone());
        }
        // `Before I deploy, …` belongs to what follows it.
        let first = segments.last().map_or("", |last| last.low(0));
        if word.ends && !among(first, "before after when while if once because as") {
            segments.push(Text::default());
        }
    }
    segments.retain(|segment| segment.len() > 0);
    segments
}

fn fresh<'a>(segment: &Text<'a>) -> Text<'a> {
    let mut text = segment.clone();
    for word in &mut text.words {
        word.used = false;
        word.head = false;
    }
    text
}

fn join<'a>(before: &Text<'a>, segment: &Text<'a>) -> Text<'a> {
    let mut text = fresh(before);
    text.words.extend(fresh(segment).words);
    text
}

/// Whether a text begins with a word that begins questions and requests.
fn begins(text: &Text<'_>) -> bool {
    let first = text.words.iter().find(|word| !among(&word.low, "and plus then also please now"));
    first.is_some_and(|word| {
        among(
            &word.low,
            "which what what's how who where when why list show explain give tell get find count is are do does \
             any summarize compare can could display describe",
        )
    })
}

/// Whether a segment is a part of its own, beside the one before it.
fn is_own(segment: &Text<'_>, before: &Part<'_>, with: &Reading<'_>) -> bool {
    let part = Part::read(fresh(segment), with);
    // `Check the activity log` says where to look for what was asked before it.
    if part.subject == Subject::Activity
        && before.subject == Subject::Changes
        && among(segment.low(0), "check look use see search")
    {
        return false;
    }
    // `unprotected disks and shares of backup vaults`: protection is of backup there.
    if before.subject == Subject::Protections
        && !part.stands
        && segment.has_any("backup backups recovery replication")
    {
        return false;
    }
    let nothing = before.subject == Subject::Other && !before.about.narrows();
    if nothing && before.words.split(' ').count() <= 4 {
        return false;
    }
    let (own, theirs) = (part.subject, before.subject);
    if own == Subject::Other {
        return elliptical(&part, before);
    }
    if theirs == Subject::Other {
        return part.stands || nothing;
    }
    if is_of_both(&part, before, (segment, with)) {
        return false;
    }
    if own != theirs {
        // `recommendations and alerts`, but not `the score and the controls behind it`.
        let behind = theirs == Subject::Score && own == Subject::Recommendations && !part.stands;
        let deictic = segment.has_any("it them they those its their behind");
        let same_place = own == Subject::Resources && part.about.kind.is_none() && !part.stands;
        let hangs = deictic && !part.stands && !own.is_alerts();
        return !(behind || hangs || same_place);
    }
    is_another(&part, before, segment)
}

/// Whether a part is about another thing of the same subject.
fn is_another(part: &Part<'_>, before: &Part<'_>, segment: &Text<'_>) -> bool {
    let about = (&part.about, &before.about);
    match part.subject {
        Subject::Resources => {
            let kinds = (about.0.kind.as_deref(), about.1.kind.as_deref());
            let other = kinds.0.is_some() && kinds.1.is_some() && kinds.0 != kinds.1;
            other && !segment.has_any("its their")
                || (about.0.name.is_some() && about.1.name.is_some())
                || (part.stands && !segment.has_any("its their"))
                || elliptical(part, before)
        }
        Subject::Score => part.intent != before.intent && part.stands,
        Subject::Other => false,
        _ => {
            part.stands && (part.about != before.about || part.intent != before.intent)
                || elliptical(part, before)
        }
    }
}

/// Whether one tool answers both, as the tables say: `resources and sub-resources that are not
/// backed up`, `cost and carbon reduction of all recommendations`.
fn is_of_both(
    part: &Part<'_>,
    before: &Part<'_>,
    (segment, with): (&Text<'_>, &Reading<'_>),
) -> bool {
    let (own, theirs) = (part.subject, before.subject);
    match (own, theirs) {
        _ if part.stands || own == theirs => false,
        (Subject::Of(_), Subject::Resources) => true,
        (Subject::Of(_), Subject::Of(_)) => {
            let both = Part::read(join(&before.text, segment), with).subject;
            matches!(both, Subject::Of(_)) && both != own && both != theirs
        }
        _ => false,
    }
}

/// `… and in non-production`, `… and how many are stopped`: names another of the same.
fn elliptical(part: &Part<'_>, before: &Part<'_>) -> bool {
    let (own, theirs) = (&part.about, &before.about);
    let other = |own: &Option<String>, theirs: &Option<String>| {
        own.is_some() && theirs.is_some() && own != theirs
    };
    other(&own.subscription, &theirs.subscription)
        || other(&own.region, &theirs.region)
        || other(&own.group, &theirs.group)
        || other(&own.name, &theirs.name)
        || (part.stands
            && own.narrows()
            && (own.state.is_some() && theirs.state.is_some()
                || !own.severities.is_empty() && !theirs.severities.is_empty()
                || !own.options.is_empty() && !theirs.options.is_empty()))
}

/// A part without a subject is about what the part before it is about.
fn lent<'a>(mut part: Part<'a>, before: &Part<'_>) -> Part<'a> {
    if part.subject == Subject::Other
        || (part.subject == before.subject && part.about.kind.is_none())
    {
        let own = part.about.narrows();
        if own && elliptical(&part, before) {
            part.subject = before.subject;
            if !part.stands {
                part.intent = before.intent;
            }
            part.about.kind = part.about.kind.take().or_else(|| before.about.kind.clone());
            if part.about.state.is_none() && !part.stands {
                part.about.state = before.about.state;
            }
            if part.about.severities.is_empty() && !part.stands {
                part.about.severities.clone_from(&before.about.severities);
            }
        }
    }
    part
}

/// Places and times that one part names hold for the others that name none.
fn share(parts: &mut [Part<'_>]) {
    for at in 1..parts.len() {
        let (before, rest) = parts.split_at_mut(at);
        let (Some(before), Some(part)) = (before.last_mut(), rest.first_mut()) else { continue };
        lend(&before.about.clone(), &mut part.about);
        if !part.stands && part.about.state.is_none() && before.about.state == Some("unattached") {
            part.about.state = before.about.state;
        }
        if part.subject == Subject::Health
            && part.about.kind.is_none()
            && part.about.resource().is_none()
        {
            part.about.kind.clone_from(&before.about.kind);
        }
        if part.text.has_any("it its") && part.about.resource().is_none() {
            part.about.name.clone_from(&before.about.name);
            part.about.arm_id.clone_from(&before.about.arm_id);
        }
    }
    // `disks, NICs and key vaults in production`: the place at the end is of all of them.
    for at in (1..parts.len()).rev() {
        let (before, rest) = parts.split_at_mut(at);
        let (Some(before), Some(part)) = (before.last_mut(), rest.first()) else { continue };
        if !part.stands && part.subject == Subject::Resources {
            lend(&part.about.clone(), &mut before.about);
        }
    }
}

fn lend(from: &About, to: &mut About) {
    let placed = to.is_placed();
    if !placed {
        to.subscription.clone_from(&from.subscription);
        to.group.clone_from(&from.group);
        to.region.clone_from(&from.region);
        to.tag.clone_from(&from.tag);
    }
    if to.time.is_none() {
        to.time.clone_from(&from.time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(Subject, Intent, Option<String>)> {
        let at =
            Moment { now: "2026-01-07T12:00:00Z".parse().unwrap(), zone: jiff::tz::TimeZone::UTC };
        let tools = BTreeMap::new();
        let parts = split(text, &Reading { at: &at, tools: &tools }).into_iter();
        parts
            .map(|part| (part.subject, part.intent, part.about.kind.or(part.about.subscription)))
            .collect()
    }

    #[test]
    fn questions_are_cut_where_another_one_begins() {
        use Intent::{Count, Explain, List};
        use Subject::{Resources, Score, SecurityAlerts};
        let word = |text: &str| Some(text.to_owned());
        assert_eq!(
            parts("What is my secure score and which alerts are high severity?"),
            [(Score, List, None), (SecurityAlerts, List, None)]
        );
        assert_eq!(
            parts("How many VMs are running and how many are stopped?"),
            [(Resources, Count, word("vms")), (Resources, Count, word("vms"))]
        );
        assert_eq!(
            parts("list disks, NICs and key vaults"),
            [
                (Resources, List, word("disks")),
                (Resources, List, word("nics")),
                (Resources, List, word("key vaults"))
            ]
        );
        assert_eq!(parts("running and stopped VMs").len(), 1);
        assert_eq!(parts("high and medium severity alerts").len(), 1);
        assert_eq!(
            parts("Explain the secure score and the controls behind it"),
            [(Score, Explain, None)]
        );
        assert_eq!(
            parts("secure score of production and non-production"),
            [(Score, List, word("production")), (Score, List, word("non-production"))]
        );
        assert_eq!(parts("Hi there. Which subscriptions do I have? Thanks!").len(), 1);
    }
}

//! What a question is about, and what it wants to know of it.
//!
//! Owns the subjects and the order in which they are recognised: what only one subject says comes
//! before what several say. It must not know which tool answers.

use super::{
    about::About,
    part::Reading,
    text::{Text, among},
};

mod access;
mod across;
mod configuration;
mod intent;
mod logs;
mod nothing;
mod observability;
mod optimization;
mod posture;
mod resiliency;
mod running;
mod scope;
mod security;
mod table;

pub(super) use intent::Intent;
pub(super) use table::{Meant, same};

/// The tables of the pillars; of rows that fit alike, those of an earlier one are meant.
const TABLES: [&[table::Row]; 9] = [
    nothing::TABLE,
    across::TABLE,
    optimization::TABLE,
    resiliency::TABLE,
    configuration::TABLE,
    posture::TABLE,
    logs::TABLE,
    observability::TABLE,
    scope::TABLE,
];

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The secure score.
    Score,
    /// Security as a whole.
    Security,
    /// Security alerts of Defender.
    SecurityAlerts,
    /// Fired alerts of Azure Monitor.
    Monitoring,
    /// Alerts, of either kind.
    Alerts,
    /// Security recommendations.
    Recommendations,
    /// Defender plans.
    Protections,
    /// Regulatory compliance.
    Compliance,
    /// Attack paths.
    AttackPaths,
    /// What the user may do.
    Access,
    /// The health of resources.
    Health,
    /// The health of Azure itself.
    Outages,
    /// What changed.
    Changes,
    /// Who did what.
    Activity,
    /// How things are, all in all.
    Situation,
    /// Subscriptions themselves.
    Subscriptions,
    /// Resource groups themselves.
    Groups,
    /// Resources of any type.
    Resources,
    /// What one tool answers, by the table of a pillar.
    Of(Meant),
    /// What no tool reads, by the table of a pillar, and what to call it.
    None(&'static str),
    /// None of these: the index of the tools decides.
    Other,
}

impl Subject {
    /// Whether it is about alerts of any kind.
    pub(super) fn is_alerts(self) -> bool {
        matches!(self, Self::Alerts | Self::SecurityAlerts | Self::Monitoring)
    }

    /// What a tool is about that a table names.
    pub(super) fn of_table(tool: &str) -> Option<Self> {
        table::named(&TABLES, tool).map(Self::Of)
    }
}

/// What asks for all that a subscription holds.
const INSIDE: &[&str] = &[
    "what is in",
    "what's in",
    "whats in",
    "what in",
    "inside",
    "within",
    "have in",
    "list everything",
];
/// What means all that there is.
const ESTATE: &[&str] = &[
    "my environment",
    "our environment",
    "the environment",
    "my estate",
    "our estate",
    "the estate",
    "my azure",
    "our azure",
    "have in azure",
];

impl Subject {
    /// What a text is about; the words that say so are marked as understood.
    pub(super) fn read(text: &mut Text<'_>, about: &About, reading: &Reading<'_>) -> Self {
        let context = (about, reading);
        table::read(&TABLES, table::Turn::First, text, context)
            .or_else(|| security::apart(text))
            .or_else(|| running::apart(text, about))
            .or_else(|| security::common(text, about))
            .or_else(|| running::common(text, about))
            .or_else(|| table::read(&TABLES, table::Turn::Last, text, context))
            .unwrap_or_else(|| Self::of_estate(text, about))
    }

    fn of_estate(text: &mut Text<'_>, about: &About) -> Self {
        let groups = about.kind.as_deref().is_some_and(is_groups);
        if groups && about.by.is_none() && about.tag.is_none() && about.name.is_none() {
            return Self::Groups;
        }
        let subscriptions = heads(text, "subscription subscriptions subs");
        if subscriptions
            && about.resource().is_none()
            && about.group.is_none()
            && about.kind.is_none()
            && !text.has_any("resource resources")
            && about.by.is_none()
        {
            text.take_any("enabled disabled");
            return Self::Subscriptions;
        }
        let resources =
            text.take_any("resource resources inventory assets stuff deployed everything anything");
        if resources
            || about.kind.is_some()
            || about.group.is_some()
            || about.name.is_some()
            || about.arm_id.is_some()
            || about.tag.is_some()
            || about.by.is_some()
        {
            return Self::Resources;
        }
        if about.region.is_some() && text.has_any("what have list show run running") {
            return Self::Resources;
        }
        if about.subscription.is_some() && INSIDE.iter().any(|one| text.has(one)) {
            return Self::Resources;
        }
        if text.has_any("subscription subscriptions subs") {
            text.take_any("enabled disabled");
            return Self::Subscriptions;
        }
        if ESTATE.iter().any(|one| text.has(one)) {
            return Self::Resources;
        }
        Self::Other
    }
}

/// Whether the words of a type mean resource groups.
fn is_groups(kind: &str) -> bool {
    matches!(kind, "resource group" | "resource groups" | "rg" | "rgs" | "resourcegroups")
}

/// Whether a noun is what is asked for, not where something is looked for.
fn heads(text: &Text<'_>, nouns: &str) -> bool {
    let places = |at: usize| {
        let mut back = at;
        while back > 0 {
            back -= 1;
            let word = text.low(back);
            if among(word, "in for of across from under within on per by to each") {
                return true;
            }
            let passes =
                among(word, "my our the all any every each this these those whole azure a")
                    || text.words.get(back).is_some_and(|word| word.used);
            if !passes {
                return false;
            }
        }
        false
    };
    let all = text.words.iter().enumerate().filter(|(_, word)| among(&word.low, nouns));
    all.into_iter().any(|(at, _)| !places(at))
}

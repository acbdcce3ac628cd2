//! Instructions: the prose of `prompts/` that fits a run, and the facts of the run. No prose
//! lives here.

mod page;

use std::{path::Path, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};

use crate::protocol::Pillar;

use page::Page;
pub use page::PromptError;

/// The most that the pages take together, in bytes: about 3,000 tokens of four bytes.
const MAX_PAGES_BYTES: usize = 12 * 1024;
/// The most pages beside the one that every run has.
const MAX_PAGES: usize = 3;
/// Scopes that are named one by one; of more only their number is told.
const NAMED_SCOPES: usize = 20;

/// What the model is told of the run besides the question.
#[derive(Clone, Debug)]
pub(super) struct Situation {
    pub(super) now: Timestamp,
    pub(super) time_zone: String,
    pub(super) scope: Vec<String>,
    pub(super) estate: String,
    /// The question of the run.
    pub(super) question: String,
    /// Where the thread was until now, and where the tools belong that fit the question: the
    /// likeliest first.
    pub(super) pillars: Vec<Pillar>,
}

/// The instructions there are: a page for every run and one a pillar. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Instructions {
    system: Page,
    pillars: Arc<[(Pillar, Page)]>,
}

impl Instructions {
    /// The instructions of `prompts/`.
    #[must_use]
    pub fn embedded() -> Self {
        let pages = page::EMBEDDED.iter().map(|(pillar, text)| (*pillar, Page::of(text)));
        Self { system: Page::of(page::SYSTEM), pillars: pages.collect() }
    }

    /// The instructions of `prompts/` and an operator's directory: `<page>.md` takes the place
    /// of a page, `<page>.add.md` is added to it. The pages are `system` and the pillars.
    ///
    /// # Errors
    /// [`PromptError`], which names the file.
    pub fn with_dir(dir: &Path) -> Result<Self, PromptError> {
        let mut instructions = Self::embedded();
        let mut pages = instructions.pillars.to_vec();
        for file in page::files(dir)? {
            let page = match pages.iter_mut().find(|(pillar, _)| pillar.as_str() == file.page) {
                Some((_, page)) => page,
                None => &mut instructions.system,
            };
            file.apply(page)?;
        }
        instructions.pillars = pages.into();
        Ok(instructions)
    }

    /// The instructions of one run. The stable part comes first: providers cache a prefix.
    pub(super) fn for_run(&self, situation: &Situation) -> Arc<str> {
        let zone = TimeZone::get(&situation.time_zone).unwrap_or(TimeZone::UTC);
        let local = situation.now.to_zoned_datetime(zone);
        let scope = match situation.scope.as_slice() {
            [] => "everything this identity can see".to_owned(),
            scopes if scopes.len() > NAMED_SCOPES => format!("{} scopes", scopes.len()),
            scopes => scopes.join(", "),
        };
        let mut text = self.system.text().to_owned();
        for page in self.fitting(situation) {
            text.push_str("\n\n");
            text.push_str(page.text());
        }
        format!(
            "{text}\n\n## This run\n\n- Now: {} (the user's time zone is {}).\n- Estate: {}.\n- Scope: {}.\n",
            local.strftime("%A, %Y-%m-%d %H:%M %:z"),
            situation.time_zone,
            situation.estate,
            scope,
        )
        .into()
    }

    /// The pages that fit the run, within the cap and in the order of the pillars, so that runs
    /// with the same pages have the same text.
    fn fitting(&self, situation: &Situation) -> Vec<&Page> {
        let asked = page::words_of(&situation.question);
        let rank = |pillar: &Pillar, page: &Page| {
            let named = page.speaks_of(&asked);
            let near = situation.pillars.iter().position(|known| known == pillar);
            match (named, near) {
                (0, None) => None,
                (named, near) => Some((named, near.map_or(0, |at| usize::MAX - at))),
            }
        };
        let ranked = self.pillars.iter().enumerate();
        let ranked =
            ranked.filter_map(|(at, (pillar, page))| Some((rank(pillar, page)?, at, page)));
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_by(|(a, place, _), (b, other, _)| b.cmp(a).then(place.cmp(other)));
        let mut room = MAX_PAGES_BYTES.saturating_sub(self.system.text().len());
        let mut fitting = Vec::new();
        for (_, at, page) in ranked.into_iter().take(MAX_PAGES) {
            if let Some(left) = room.checked_sub(page.text().len()) {
                room = left;
                fitting.push((at, page));
            }
        }
        fitting.sort_by_key(|(at, _)| *at);
        fitting.into_iter().map(|(_, page)| page).collect()
    }
}

#[cfg(test)]
mod tests;

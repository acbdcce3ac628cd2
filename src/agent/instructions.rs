//! Instructions: the prose of `prompts/` and the facts of the run. No prose lives here.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};

/// What the model is told of the run besides the question.
#[derive(Clone, Debug)]
pub(super) struct Situation {
    pub(super) now: Timestamp,
    pub(super) time_zone: String,
    pub(super) scope: Vec<String>,
    pub(super) estate: String,
}

/// Scopes that are named one by one; of more only their number is told.
const NAMED_SCOPES: usize = 20;

/// The instructions of every run.
#[derive(Clone, Debug)]
pub(super) struct Instructions {
    system: Arc<str>,
}

impl Instructions {
    /// The instructions of `prompts/`.
    #[must_use]
    pub(super) fn embedded() -> Self {
        Self { system: include_str!("../../prompts/system.md").into() }
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
        format!(
            "{}\n## This run\n\n- Now: {} (the user's time zone is {}).\n- Estate: {}.\n- Scope: {}.\n",
            self.system.trim_end(),
            local.strftime("%A, %Y-%m-%d %H:%M %:z"),
            situation.time_zone,
            situation.estate,
            scope,
        )
        .into()
    }
}

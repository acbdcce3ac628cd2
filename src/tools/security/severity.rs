//! How bad a finding of Defender's posture is, one vocabulary for recommendations and attack
//! paths. It must not know any tool.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::protocol::FindingTone;

/// How bad something is, least first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub(super) enum Severity {
    #[serde(alias = "low")]
    Low,
    #[serde(alias = "medium")]
    Medium,
    #[serde(alias = "high")]
    High,
    #[serde(alias = "critical")]
    Critical,
}

impl Severity {
    /// All, worst first.
    pub(super) const WORST_FIRST: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// Azure's word.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }

    /// The severity that a text names.
    pub(super) fn of(text: &str) -> Option<Self> {
        Self::WORST_FIRST.into_iter().find(|one| one.name().eq_ignore_ascii_case(text.trim()))
    }
}

/// How a sentence about something of this severity sounds; unknown is neutral.
pub(super) fn tone(severity: Option<Severity>) -> FindingTone {
    match severity {
        Some(Severity::Critical | Severity::High) => FindingTone::Critical,
        Some(Severity::Medium) => FindingTone::Warning,
        Some(Severity::Low) | None => FindingTone::Neutral,
    }
}

/// Worst first; what has no severity comes last.
pub(super) fn rank(severity: Option<Severity>) -> u8 {
    match severity {
        Some(Severity::Critical) => 0,
        Some(Severity::High) => 1,
        Some(Severity::Medium) => 2,
        Some(Severity::Low) => 3,
        None => 4,
    }
}

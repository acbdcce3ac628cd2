//! Things a person waiting should hear about while a call goes on.
//!
//! Owns the notices of this room. It must not know who listens: the channel is bounded, and a
//! listener that is late loses the oldest.

use std::time::Duration;

/// How many notices a slow listener may be behind.
pub(in crate::azure) const CAPACITY: usize = 64;

/// Something worth telling about a call that is still going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Azure asked us to slow down and the call waits.
    Throttled {
        /// The path asked for, without query.
        path: String,
        /// How long the call waits now.
        wait: Duration,
    },
    /// Azure asked for a longer wait than a person should sit through; the call failed.
    ThrottledOut {
        /// The path asked for, without query.
        path: String,
        /// How long Azure asked us to wait, where it said so.
        retry_after: Option<Duration>,
    },
    /// The endpoint failed or could not be reached, and the call is tried again.
    Unsteady {
        /// The path asked for, without query.
        path: String,
        /// What happened, a short phrase.
        problem: String,
        /// How many attempts have failed so far.
        failed_attempts: u32,
    },
}

impl Notice {
    /// What kind of thing it is, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Throttled { .. } | Self::ThrottledOut { .. } => "azureThrottled",
            Self::Unsteady { .. } => "azureUnsteady",
        }
    }
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Throttled { path, wait } => {
                write!(
                    f,
                    "Azure throttles {path}: it is asked again in {} s",
                    wait.as_secs().max(1)
                )
            }
            Self::ThrottledOut { path, retry_after: Some(wait) } => {
                write!(f, "Azure throttles {path} for {} s, too long to wait for", wait.as_secs())
            }
            Self::ThrottledOut { path, retry_after: None } => {
                write!(f, "Azure throttles {path}, and did not say for how long")
            }
            Self::Unsteady { path, problem, failed_attempts } => {
                write!(f, "{path} failed {failed_attempts} times ({problem}) and is tried again")
            }
        }
    }
}

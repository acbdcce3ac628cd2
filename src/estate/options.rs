//! What a caller may decide about an estate: its world, its manners and its faults. Plain data;
//! nobody here opens a file or a socket.

use std::{path::PathBuf, time::Duration};

use jiff::Timestamp;

use super::clock::Clock;

/// How an estate is to be served.
#[derive(Clone, Debug)]
pub struct Options {
    /// Everything in the world follows from this number. Without one it is the stored world's,
    /// or 1.
    pub seed: Option<u64>,
    /// The size: 1 is some hundreds of resources, 100 some ten thousand. 0 is taken as 1.
    /// Without one it is the stored world's, or 1.
    pub scale: Option<u32>,
    /// The instant the stories are told relative to. Without one it is the stored world's, or
    /// now.
    pub anchor: Option<Timestamp>,
    /// How time passes after the anchor.
    pub clock: Clock,
    /// The directory that keeps seed, scale, anchor and the journal of writes, and nothing else;
    /// in memory when absent.
    pub data: Option<PathBuf>,
    /// A file that gets one JSON line for each request.
    pub ledger: Option<PathBuf>,
    /// Whether callers are throttled as Azure Resource Manager does.
    pub throttling: Throttling,
    /// The items on one page of a list, at most.
    pub page_size: usize,
    /// Faults to inject, for tests.
    pub faults: Vec<Fault>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: None,
            scale: None,
            anchor: None,
            clock: Clock::default(),
            data: None,
            ledger: None,
            throttling: Throttling::Off,
            page_size: 200,
            faults: Vec::new(),
        }
    }
}

/// Token buckets for callers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Throttling {
    /// Nobody is turned away.
    #[default]
    Off,
    /// The published limits: 250 reads refilled at 25 a second, 200 writes or deletes at 10.
    Published,
    /// One bucket size and refill for every operation, for tests.
    Fixed {
        /// The most requests that can follow each other at once.
        bucket: u32,
        /// Requests regained each second.
        refill_per_second: f64,
    },
}

/// One fault: requests under a path prefix are delayed, answered with an error, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// Case-insensitive prefix of the paths it strikes, for example `/subscriptions/{id}`.
    pub path_prefix: String,
    /// The HTTP status it answers with; `None` only delays.
    pub status: Option<u16>,
    /// The wait before the answer.
    pub delay: Duration,
    /// How many requests it strikes before it heals; `None` is for ever.
    pub times: Option<u32>,
    /// `Retry-After` of the error, in whole seconds.
    pub retry_after_seconds: Option<u32>,
}

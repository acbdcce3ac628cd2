//! Counting: how many calls a piece of work cost.
//!
//! Owns the counters. It must not know what is counted.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of a client or of one piece of work, shared by reference.
#[derive(Debug, Default)]
pub struct CallStats {
    calls: AtomicU64,
    attempts: AtomicU64,
    pages: AtomicU64,
    bytes: AtomicU64,
    throttled: AtomicU64,
}

/// What was counted at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallTotals {
    /// Requests asked for by a caller; each page is one.
    pub calls: u64,
    /// Requests sent, retries included.
    pub attempts: u64,
    /// Pages of lists and of Resource Graph answers received.
    pub pages: u64,
    /// Bytes of answers received, after decompression.
    pub bytes: u64,
    /// Answers that said 429.
    pub throttled: u64,
}

impl CallStats {
    /// What has been counted until now.
    #[must_use]
    pub fn totals(&self) -> CallTotals {
        CallTotals {
            calls: self.calls.load(Ordering::Relaxed),
            attempts: self.attempts.load(Ordering::Relaxed),
            pages: self.pages.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            throttled: self.throttled.load(Ordering::Relaxed),
        }
    }

    pub(in crate::azure) fn add(&self, more: CallTotals) {
        self.calls.fetch_add(more.calls, Ordering::Relaxed);
        self.attempts.fetch_add(more.attempts, Ordering::Relaxed);
        self.pages.fetch_add(more.pages, Ordering::Relaxed);
        self.bytes.fetch_add(more.bytes, Ordering::Relaxed);
        self.throttled.fetch_add(more.throttled, Ordering::Relaxed);
    }
}

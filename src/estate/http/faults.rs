//! Faults that tests inject: errors and delays for requests under a path.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use super::error::ArmError;
use crate::estate::options::Fault;

/// The faults of an estate, each with how often it still strikes.
#[derive(Debug)]
pub(super) struct Faults(Vec<(Fault, AtomicU32)>);

impl Faults {
    /// Armed faults.
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        let armed = faults.into_iter().map(|fault| {
            let left = AtomicU32::new(fault.times.unwrap_or(u32::MAX));
            (fault, left)
        });
        Self(armed.collect())
    }

    /// What strikes a request to `path`: a wait, and perhaps an error instead of an answer.
    pub(super) fn strike(&self, path: &str) -> (Duration, Option<ArmError>) {
        let path = path.to_ascii_lowercase();
        for (fault, left) in &self.0 {
            if !path.starts_with(&fault.path_prefix.to_ascii_lowercase()) {
                continue;
            }
            let spend = |left: u32| match (left, fault.times) {
                (u32::MAX, None) => Some(u32::MAX),
                (left, _) => left.checked_sub(1),
            };
            if left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok() {
                return (fault.delay, fault.status.map(|status| error(fault, status)));
            }
        }
        (Duration::ZERO, None)
    }
}

fn error(fault: &Fault, status: u16) -> ArmError {
    let (code, message) = match status {
        403 => {
            ("AuthorizationFailed", "The client does not have authorization to perform the action.")
        }
        404 => ("SubscriptionNotFound", "The subscription could not be found."),
        409 => ("Conflict", "The operation conflicts with one that is running."),
        429 => ("TooManyRequests", "The request is being throttled."),
        503 => ("ServiceUnavailable", "The service is temporarily unavailable."),
        504 => ("GatewayTimeout", "The gateway did not receive a response in time."),
        _ => ("InternalServerError", "The server could not complete the request."),
    };
    let error = ArmError::new(status, code, message);
    match fault.retry_after_seconds {
        Some(seconds) => error.with_header("retry-after", seconds.to_string()),
        None => error,
    }
}

//! Token buckets, as Azure Resource Manager has them: per subscription or tenant, principal and
//! kind of operation. Counts always, refuses only when told to.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use super::{call::Method, error::ArmError};
use crate::estate::options::Throttling;

/// Which bucket an operation draws from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Draw {
    Reads,
    Writes,
    Deletes,
    /// Resource Graph's own quota: 15 queries in 5 seconds.
    Queries,
}

impl Draw {
    /// The bucket of a method: actions count as writes.
    pub(crate) const fn of(method: Method) -> Self {
        match method {
            Method::Get | Method::Head | Method::Other => Self::Reads,
            Method::Put | Method::Patch | Method::Post => Self::Writes,
            Method::Delete => Self::Deletes,
        }
    }

    /// Size and refill a second.
    const fn published(self) -> (f64, f64) {
        match self {
            Self::Reads => (250.0, 25.0),
            Self::Writes | Self::Deletes => (200.0, 10.0),
            Self::Queries => (15.0, 3.0),
        }
    }

    /// The word in header names.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Reads | Self::Queries => "reads",
            Self::Writes => "writes",
            Self::Deletes => "deletes",
        }
    }
}

/// Whose bucket: a subscription's or the tenant's, for one principal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Owner {
    /// The subscription's GUID, or empty for the tenant.
    pub(crate) subscription: String,
    pub(crate) principal: &'static str,
}

/// All buckets.
#[derive(Debug)]
pub(crate) struct Throttle {
    throttling: Throttling,
    buckets: Mutex<HashMap<(Owner, Draw), Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// What a draw came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawn {
    /// Granted; this many are left.
    Granted(u32),
    /// Refused; one will be there after this many whole seconds.
    Refused(u32),
}

impl Throttle {
    /// Full buckets.
    pub(crate) fn new(throttling: Throttling) -> Self {
        Self { throttling, buckets: Mutex::default() }
    }

    /// Draws one token.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "buckets hold between 0 and some thousand tokens"
    )]
    pub(crate) fn draw(&self, owner: Owner, draw: Draw) -> Drawn {
        let (size, refill) = match self.throttling {
            Throttling::Off | Throttling::Published => draw.published(),
            Throttling::Fixed { bucket, refill_per_second } => {
                (f64::from(bucket), refill_per_second)
            }
        };
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry((owner, draw)).or_insert(Bucket { left: size, at: now });
        let regained = now.duration_since(bucket.at).as_secs_f64() * refill;
        bucket.left = (bucket.left + regained).min(size);
        bucket.at = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Drawn::Granted(bucket.left as u32);
        }
        match self.throttling {
            Throttling::Off => Drawn::Granted(0),
            Throttling::Published | Throttling::Fixed { .. } => {
                let wait = (1.0 - bucket.left) / refill.max(0.001);
                Drawn::Refused(wait.ceil().clamp(1.0, 3600.0) as u32)
            }
        }
    }
}

/// ARM's refusal.
pub(crate) fn too_many(owner: &Owner, draw: Draw, seconds: u32) -> ArmError {
    let (code, what) = if owner.subscription.is_empty() {
        ("TenantRequestsThrottled", "the tenant".to_owned())
    } else {
        ("SubscriptionRequestsThrottled", format!("subscription '{}'", owner.subscription))
    };
    let message = format!(
        "Number of '{}' requests for {what} actor '{}' exceeded. Please try again after \
         '{seconds}' seconds.",
        draw.word(),
        owner.principal
    );
    ArmError::new(429, code, message).with_header("retry-after", seconds.to_string())
}

//! Stub.
use crate::estate::http::{answer::Answer, call::Call, error::ArmError};
pub(in crate::estate) fn query_quota(seconds: u32) -> ArmError {
    ArmError::new(429, "RateLimiting", "x").with_header("retry-after", seconds.to_string())
}
pub(super) fn answer(_call: &Call<'_>, _left: u32) -> Result<Answer, ArmError> {
    Err(ArmError::internal())
}

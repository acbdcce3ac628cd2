//! Update Manager of the sample estate: what machines lack, when they are patched, and what came
//! of it. What a machine lacks is what Defender says it lacks. Knows no HTTP.

pub(crate) mod assessment;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod system;

//! Defender for Cloud's view of the world: controls, recommendations, posture figures, plans and
//! alerts. Everything follows from the marks of resources; nothing here is stored twice. Knows
//! no HTTP.

pub(crate) mod alerts;
pub(crate) mod assessment;
pub(crate) mod attack_path;
pub(crate) mod catalogue;
pub(crate) mod compliance;
pub(crate) mod control;
pub(crate) mod governance;
pub(crate) mod jit;
pub(crate) mod plans;
pub(crate) mod posture;
pub(crate) mod sub_assessment;
pub(crate) mod suppression;

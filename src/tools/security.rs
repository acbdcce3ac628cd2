//! Defender for Cloud: posture and alerts.

mod explain_secure_score;
mod get_secure_score;
mod list_security_alerts;
mod score;

pub use explain_secure_score::ExplainSecureScore;
pub use get_secure_score::GetSecureScore;
pub use list_security_alerts::ListSecurityAlerts;

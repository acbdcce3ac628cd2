//! Defender for Cloud: posture, alerts, recommendations, plans, compliance and attack paths.

mod assessments;
mod explain_secure_score;
mod get_secure_score;
mod get_security_alert;
mod get_security_recommendation;
mod list_alert_suppression_rules;
mod list_attack_paths;
mod list_just_in_time_access;
mod list_regulatory_compliance;
mod list_resource_protections;
mod list_security_alerts;
mod list_security_recommendations;
mod plans;
mod score;
mod severity;
mod summarize_security;

use std::sync::Arc;

use super::tool::{AnyTool, boxed};

pub use explain_secure_score::ExplainSecureScore;
pub use get_secure_score::GetSecureScore;
pub use get_security_alert::GetSecurityAlert;
pub use get_security_recommendation::GetSecurityRecommendation;
pub use list_alert_suppression_rules::ListAlertSuppressionRules;
pub use list_attack_paths::ListAttackPaths;
pub use list_just_in_time_access::ListJustInTimeAccess;
pub use list_regulatory_compliance::ListRegulatoryCompliance;
pub use list_resource_protections::ListResourceProtections;
pub use list_security_alerts::ListSecurityAlerts;
pub use list_security_recommendations::ListSecurityRecommendations;
pub use summarize_security::SummarizeSecurity;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![
        boxed(ExplainSecureScore),
        boxed(GetSecureScore),
        boxed(GetSecurityAlert),
        boxed(GetSecurityRecommendation),
        boxed(ListAlertSuppressionRules),
        boxed(ListAttackPaths),
        boxed(ListJustInTimeAccess),
        boxed(ListRegulatoryCompliance),
        boxed(ListResourceProtections),
        boxed(ListSecurityAlerts),
        boxed(ListSecurityRecommendations),
        boxed(SummarizeSecurity),
    ]
}

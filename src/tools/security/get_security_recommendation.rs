//! `get_security_recommendation`: one recommendation: why, how to put it right, on which
//! resources.
//!
//! Owns the choice of the recommendation that words mean. Steps are the text Azure gives
//! (`metadata.remediationDescription`), with its HTML taken out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    assessments::{ASSESSMENTS_ACTION, Filter, Recommendation, Recommendations},
    severity::Severity,
};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::{given, limit_of},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod choice;
mod reading;
mod telling;

/// Gets a security recommendation.
#[derive(Clone, Copy, Debug)]
pub struct GetSecurityRecommendation;

const LIMITS: (u32, u32) = (50, 1_000);
const FINDINGS_ACTION: &str = "Microsoft.Security/assessments/subAssessments/read";

/// The arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Its title, words of its title, its GUID, or the ARM id of an assessment.
    recommendation: String,
    /// Only this affected resource: part of its name, or its ARM id.
    resource: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Affected resources at most, 1 to 1000. Default 50; all are counted anyway.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The recommendation; absent when none fits.
    recommendation: Option<Recommendation>,
    /// Why, how and how urgent.
    about: Option<About>,
    /// The resources that do not follow it, those for longest first.
    resources: Vec<Affected>,
    /// What a scanner found behind it, worst first.
    scan_findings: Vec<ScanFinding>,
    /// Titles of others that the words could mean.
    others: Vec<Untrusted<String>>,
    /// What was asked for.
    asked: Untrusted<String>,
}

/// What Azure says about a recommendation.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct About {
    /// Why it matters.
    description: Option<Untrusted<String>>,
    /// What to do, in order.
    steps: Vec<Untrusted<String>>,
    /// What users will notice: `Low`, `Moderate` or `High`.
    user_impact: Option<Untrusted<String>>,
    /// How much work it is: `Low`, `Moderate` or `High`.
    effort: Option<Untrusted<String>>,
    /// What it guards against.
    threats: Vec<Untrusted<String>>,
    /// The policy that checks it.
    policy_definition_id: Option<Untrusted<String>>,
}

/// A resource that does not follow it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Affected {
    /// Its ARM id.
    id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
    /// Since when.
    since_at: Option<String>,
    /// What Azure says of this one.
    reason: Option<Untrusted<String>>,
}

/// What a scanner found.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ScanFinding {
    /// What it is.
    title: Untrusted<String>,
    /// How bad it is.
    severity: Option<Severity>,
    /// Resources that have it.
    resources: u64,
    /// What to do.
    remediation: Option<Untrusted<String>>,
}

impl Tool for GetSecurityRecommendation {
    const NAME: &'static str = "get_security_recommendation";
    const TITLE: &'static str = "Get a security recommendation";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Gets one security recommendation of Defender for Cloud: \
        why it matters, remediation steps, affected resources and scanner findings.";
    const ASKS: &'static [&'static str] = &[
        "How do I fix this recommendation?",
        "Which resources does this recommendation affect?",
        "Remediation steps for management ports should be closed",
        "How do I remediate this security recommendation?",
        "Explain the recommendation about secure transfer to storage accounts",
        "Which machines have vulnerability findings that should be resolved?",
        "Details of the recommendation Disk encryption should be applied",
        "What does this security recommendation mean and how urgent is it?",
    ];
    const ACTIONS: &'static [RbacAction] = &[ASSESSMENTS_ACTION, FINDINGS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let Some(asked) = given(Some(&input.recommendation)) else {
            return Err(ToolError::wrong("recommendation", "give a title, words of it, or a GUID"));
        };
        let (wanted, of) = choice::parts(asked);
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let resource = given(input.resource.as_deref()).or(of.as_deref());
        let filter = Filter::default().on_resource(cx, resource).await?;
        let read = Recommendations::read(cx, &over, &filter).await?;
        let (chosen, others) = choice::choose(&read, &wanted);
        let mut output = Output {
            recommendation: chosen.cloned(),
            about: None,
            resources: Vec::new(),
            scan_findings: Vec::new(),
            others: others.iter().map(|one| one.title.clone()).collect(),
            asked: Untrusted::new(asked),
        };
        if let Some(chosen) = chosen {
            let filter = filter.among(vec![chosen.assessment_id.clone()], "");
            output.about = reading::about(cx, &over, &filter).await?;
            if chosen.unhealthy > 0 {
                output.resources = reading::affected(cx, (visible, &over), &filter, limit).await?;
                output.scan_findings =
                    reading::scan_findings(cx, &over, &chosen.assessment_id).await?;
            }
        }
        Ok(output)
    }
}

//! `list_attack_paths`: how an attacker could get from outside to something that matters.
//!
//! Owns the filters and what is said when there are no paths, since paths are only found where
//! Defender CSPM is on. Rows are read by `reading`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    plans::{self, PLANS_ACTION, POSTURE},
    severity::Severity,
};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::{given, limit_of},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool, one_or_many},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Lists attack paths.
#[derive(Clone, Copy, Debug)]
pub struct ListAttackPaths;

const LIMITS: (u32, u32) = (25, 200);
const PATHS_ACTION: &str = "Microsoft.Security/attackPaths/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only these risk levels. Default all.
    #[serde(default, deserialize_with = "one_or_many")]
    risk: Vec<Severity>,
    /// Only paths over this resource: part of its name, or its ARM id.
    resource: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Paths at most, 1 to 200. Default 25; all are counted anyway.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many paths fit.
    total: u64,
    /// The paths, the riskiest first.
    paths: Vec<AttackPath>,
    /// Subscriptions where Defender CSPM is off, so that no paths are found; looked up only when
    /// there are no paths.
    posture_off: Vec<Untrusted<String>>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// An attack path.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AttackPath {
    /// The ARM id.
    id: String,
    /// What it is called.
    title: Untrusted<String>,
    /// How risky it is, where Defender says.
    risk: Option<Severity>,
    /// What an attacker could do.
    description: Option<Untrusted<String>>,
    /// What it could lead to.
    impact: Option<Untrusted<String>>,
    /// What kind of risk it is.
    risk_categories: Vec<Untrusted<String>>,
    /// What it leads over, from the entry to the target.
    steps: Vec<Step>,
    /// What to do.
    remediation_steps: Vec<Untrusted<String>>,
    /// The id of the subscription.
    subscription_id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
}

/// Something that a path leads over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Step {
    /// What it is called.
    name: Untrusted<String>,
    /// What it is, e.g. `virtualmachine`.
    kind: Option<Untrusted<String>>,
    /// Its ARM id, where it is a resource.
    resource_id: Option<String>,
    /// What makes it part of the path, e.g. `Vulnerable to remote code execution`.
    insights: Vec<Untrusted<String>>,
}

impl Tool for ListAttackPaths {
    const NAME: &'static str = "list_attack_paths";
    const TITLE: &'static str = "List attack paths";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Lists the attack paths that Defender for Cloud found: how \
        an attacker could get from an exposed resource to a target, by risk, resource or \
        subscription.";
    const ASKS: &'static [&'static str] = &[
        "Show attack paths",
        "Are there attack paths to my databases?",
        "Which attack paths are critical?",
        "How could an attacker get in from the internet?",
        "What is the path from an exposed VM to sensitive data?",
        "Attack path analysis",
        "Which resources exposed to the internet lead to a target?",
        "How would an attacker reach our key vaults by lateral movement?",
    ];
    const ACTIONS: &'static [RbacAction] = &[PATHS_ACTION, PLANS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let resource = given(input.resource.as_deref());
        let wanted = reading::Wanted::of(cx, resource, &input.risk).await?;
        let (paths, total) = reading::paths(cx, (visible, &over), &wanted, limit).await?;
        let mut posture_off = Vec::new();
        if total == 0 && !cx.bounds().is_narrow() {
            // Why there are none matters more than that there are none; it is an extra.
            if let Ok(plans) = plans::read(cx, visible, &over).await {
                let off = plans.into_iter().filter(|one| one.plan == POSTURE && one.is_off());
                posture_off = off.map(|one| one.subscription).collect();
            }
        }
        Ok(Output { total, paths, posture_off, asked: Untrusted::new(&wanted.asked) })
    }
}

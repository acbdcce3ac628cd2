//! `list_resource_protections`: which Defender plans are on, which are off, and what that leaves
//! unprotected.
//!
//! Owns the ranking of gaps; plans are read by [`super::plans`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plans::{self, PLANS_ACTION, Plan};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::given,
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod telling;

/// Lists what Defender protects.
#[derive(Clone, Copy, Debug)]
pub struct ListResourceProtections;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only this plan, e.g. `Servers`, `Storage`, `Key Vault`, `CSPM`.
    plan: Option<String>,
    /// Only plans that are off.
    off_only: Option<bool>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Plans that are on.
    on: u64,
    /// Plans that are off and could be on.
    off: u64,
    /// Subscriptions looked at.
    subscription_count: u64,
    /// The plans, those that leave most resources unprotected first.
    plans: Vec<Plan>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

impl Tool for ListResourceProtections {
    const NAME: &'static str = "list_resource_protections";
    const TITLE: &'static str = "List Defender plans and protection";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Lists the Defender for Cloud plans of each subscription: \
        which are on or off, their coverage, extensions and the resources left unprotected.";
    const ASKS: &'static [&'static str] = &[
        "Which Defender plans are enabled?",
        "Which Defender plans are off or disabled?",
        "Are my servers protected by Defender?",
        "Which subscriptions have no Defender for Servers?",
        "What resources are not protected by Defender for Cloud?",
        "Show Defender coverage and workload protections",
        "Is Defender for Storage turned on?",
        "Do we pay for Defender CSPM?",
        "Resource protections by subscription",
    ];
    const ACTIONS: &'static [RbacAction] = &[PLANS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("Defender plans")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let mut found = plans::read(cx, visible, &over).await?;
        let mut asked = String::new();
        if let Some(words) = given(input.plan.as_deref()) {
            let before = found.len();
            found.retain(|plan| plans::named(words, plan));
            if found.is_empty() && before > 0 {
                return Err(ToolError::wrong(
                    "plan",
                    "no plan is called that; give a name like `Servers`, `Storage`, `Key Vault`, \
                     `Containers`, `Azure SQL Databases`, `App Service`, `Resource Manager` or \
                     `CSPM`",
                ));
            }
            asked = words.to_owned();
        }
        plans::count_resources(cx, &over, &mut found).await?;
        Ok(Output::of(found, input.off_only == Some(true), &asked))
    }
}

impl Output {
    fn of(mut plans: Vec<Plan>, off_only: bool, asked: &str) -> Self {
        let on = plans.iter().filter(|one| one.on && !one.deprecated).count() as u64;
        let off = plans.iter().filter(|one| one.is_off()).count() as u64;
        let mut subscriptions: Vec<String> =
            plans.iter().map(|one| one.subscription_id.to_lowercase()).collect();
        subscriptions.sort();
        subscriptions.dedup();
        if off_only {
            plans.retain(Plan::is_off);
        }
        // Off, with most at stake, first; then what covers in part; replaced plans last.
        plans.sort_by_key(|one| {
            let group = match (one.deprecated, one.on) {
                (false, false) => 0,
                (false, true) if one.partly() => 1,
                (false, true) => 2,
                (true, _) => 3,
            };
            let at_stake = std::cmp::Reverse(one.resources.unwrap_or(0));
            (group, at_stake, one.title.clone(), one.subscription.clone())
        });
        let subscription_count = subscriptions.len() as u64;
        Self { on, off, subscription_count, plans, asked: Untrusted::new(asked) }
    }
}

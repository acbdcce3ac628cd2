//! `get_onboarding_status`: what each subscription still lacks to be operated: enrollment of its
//! machines, registered providers, a workspace, Defender plans, agents.
//!
//! Owns the verdict. Reads `ManagedOps_List` (2025-07-28-preview) and `Providers_List`
//! (2024-07-01) of each subscription, and the rest with three queries of Resource Graph.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::enrollment::{self, ENROLLMENT_ACTION, Enrollment, Stage};
use crate::{
    protocol::Pillar,
    tools::{
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

const PROVIDERS_ACTION: &str = "Microsoft.Resources/subscriptions/providers/read";

/// Tells what is set up.
#[derive(Clone, Copy, Debug)]
pub struct GetOnboardingStatus;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Subscriptions whose machines are enrolled.
    enrolled: u64,
    /// Subscriptions whose enrollment is under way or failed in part.
    unfinished: u64,
    /// Subscriptions that are not enrolled.
    not_enrolled: u64,
    /// Machines in all.
    machines: u64,
    /// Machines without the monitoring agent and without a data collection rule.
    without_agent: u64,
    /// The subscriptions, what lacks most first.
    subscriptions: Vec<Status>,
}

/// What a subscription has.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Status {
    /// The ARM id.
    id: String,
    /// The name.
    subscription: Untrusted<String>,
    /// Machine enrollment.
    enrollment: Enrollment,
    /// Providers that operations need and that are not registered; absent when unknown.
    not_registered: Option<Vec<String>>,
    /// Log Analytics workspaces.
    workspaces: u64,
    /// Machines.
    machines: u64,
    /// Machines that neither an agent nor a data collection rule watches.
    without_agent: u64,
    /// Defender plans that are on; absent when unknown.
    plans_on: Option<u64>,
    /// Defender plans that are off.
    plans_off: Option<u64>,
}

impl Tool for GetOnboardingStatus {
    const NAME: &'static str = "get_onboarding_status";
    const TITLE: &'static str = "Onboarding status";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Tells what each subscription has set up for operations: \
        machine enrollment, resource providers, workspaces, Defender plans, agents on machines.";
    const ASKS: &'static [&'static str] = &[
        "Are all my subscriptions onboarded?",
        "Show the onboarding status",
        "Which subscriptions are enrolled for machine management?",
        "Why did the machine enrollment fail?",
        "Which resource providers are not registered?",
        "Which machines have no monitoring agent?",
        "Is Azure Update Manager enabled by the enrollment?",
    ];
    const ACTIONS: &'static [RbacAction] = &[ENROLLMENT_ACTION, PROVIDERS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("Onboarding")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let scopes: Vec<String> =
            over.iter().map(crate::tools::context::Subscription::scope).collect();
        let counts = reading::counts(cx, &over).await?;
        let enrollments = enrollment::read(cx, &scopes).await;
        let registered = reading::not_registered(cx, &scopes).await;
        let statuses = enrollments.into_iter().map(|(scope, enrollment)| {
            let bare = scope.rsplit('/').next().unwrap_or_default().to_lowercase();
            let own = counts.get(&bare).copied().unwrap_or_default();
            Status {
                subscription: visible.name_of(&bare),
                enrollment,
                not_registered: registered.get(&scope).cloned(),
                workspaces: own.workspaces,
                machines: own.machines,
                without_agent: own.machines.saturating_sub(own.watched),
                plans_on: own.plans.map(|(on, _)| on),
                plans_off: own.plans.map(|(_, off)| off),
                id: scope,
            }
        });
        Ok(Output::of(statuses.collect()))
    }
}

impl Output {
    fn of(mut subscriptions: Vec<Status>) -> Self {
        subscriptions.sort_by_key(|one| {
            let stage = match one.enrollment.stage {
                Stage::Failed => 0,
                Stage::InProgress => 1,
                Stage::NotEnrolled => 2,
                Stage::Unknown => 3,
                Stage::Enrolled => 4,
            };
            (stage, std::cmp::Reverse(one.without_agent), one.subscription.clone())
        });
        let count = |stages: &[Stage]| {
            subscriptions.iter().filter(|one| stages.contains(&one.enrollment.stage)).count() as u64
        };
        Self {
            enrolled: count(&[Stage::Enrolled]),
            unfinished: count(&[Stage::InProgress, Stage::Failed]),
            not_enrolled: count(&[Stage::NotEnrolled]),
            machines: subscriptions.iter().map(|one| one.machines).sum(),
            without_agent: subscriptions.iter().map(|one| one.without_agent).sum(),
            subscriptions,
        }
    }
}

//! `list_policy_remediations`: which remediation tasks run or ran, and why deployments failed.
//!
//! `Remediations_ListForSubscription` and, for tasks that failed,
//! `Remediations_ListDeploymentsAtSubscription` (2024-10-01). Tasks are kept at subscriptions; a
//! narrower scope is refused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    protocol::Pillar,
    tools::{
        context::ReadContext,
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Lists remediation tasks.
#[derive(Clone, Copy, Debug)]
pub struct ListPolicyRemediations;

const TASKS_ACTION: &str = "Microsoft.PolicyInsights/remediations/read";
const DEPLOYMENTS_ACTION: &str = "Microsoft.PolicyInsights/remediations/listDeployments/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only tasks in this state. Default any.
    #[serde(default)]
    state: Asked,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// Which tasks are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
enum Asked {
    #[default]
    #[serde(alias = "any")]
    Any,
    #[serde(alias = "running")]
    Running,
    #[serde(alias = "failed")]
    Failed,
    #[serde(alias = "succeeded")]
    Succeeded,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many tasks fit.
    total: u64,
    /// How many of them failed, or have failed deployments.
    failed: u64,
    /// How many of them run.
    running: u64,
    /// The tasks: failed ones first, then those that run, then the latest.
    tasks: Vec<Task>,
}

/// A remediation task.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Task {
    /// The ARM id.
    id: String,
    /// Its name.
    name: Untrusted<String>,
    /// `Accepted`, `Evaluating`, `Succeeded`, `Failed`, `Canceled`, …
    state: String,
    /// The name of the assignment that it remediates.
    assignment: Untrusted<String>,
    /// The name of the policy within an initiative.
    policy: Option<Untrusted<String>>,
    /// Deployments in all.
    deployments: u64,
    /// Deployments that succeeded.
    succeeded: u64,
    /// Deployments that failed.
    failed: u64,
    /// What Azure says of it.
    message: Option<Untrusted<String>>,
    /// When it was made.
    created_at: Option<String>,
    /// When it last changed.
    updated_at: Option<String>,
    /// The subscription's name.
    subscription: Untrusted<String>,
    /// Some of the deployments that failed.
    failures: Vec<Failure>,
}

/// A deployment that failed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Failure {
    /// The ARM id of the resource that it was for.
    resource_id: String,
    /// The error's code.
    code: Option<Untrusted<String>>,
    /// What Azure says.
    message: Option<Untrusted<String>>,
}

impl Tool for ListPolicyRemediations {
    const NAME: &'static str = "list_policy_remediations";
    const TITLE: &'static str = "List policy remediation tasks";
    const PILLAR: Pillar = Pillar::Configuration;
    const DESCRIPTION: &'static str = "Lists remediation tasks of Azure Policy: state, deployments \
        done and failed, and the error of failed deployments.";
    const ASKS: &'static [&'static str] = &[
        "Which policy remediation tasks failed?",
        "Is a remediation running?",
        "Why did the remediation task fail?",
        "List remediations",
        "How far is the policy remediation?",
        "Failed remediation deployments",
    ];
    const ACTIONS: &'static [RbacAction] = &[TASKS_ACTION, DEPLOYMENTS_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("remediation tasks")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let mut tasks = reading::tasks(cx, &over).await?;
        tasks.retain(|task| match input.state {
            Asked::Any => true,
            Asked::Running => task.is_running(),
            Asked::Failed => task.has_failed(),
            Asked::Succeeded => task.is_done(),
        });
        let count = |is: fn(&Task) -> bool| tasks.iter().filter(|task| is(task)).count() as u64;
        let (total, failed, running) =
            (tasks.len() as u64, count(Task::has_failed), count(Task::is_running));
        reading::failures(cx, &mut tasks).await;
        Ok(Output { total, failed, running, tasks })
    }
}

impl Task {
    fn is(&self, states: &[&str]) -> bool {
        states.iter().any(|state| self.state.eq_ignore_ascii_case(state))
    }

    fn is_done(&self) -> bool {
        self.is(&["Succeeded", "Complete"])
    }

    fn has_failed(&self) -> bool {
        self.failed > 0 || self.is(&["Failed"])
    }

    fn is_running(&self) -> bool {
        !self.is_done() && !self.is(&["Failed", "Canceled"])
    }
}

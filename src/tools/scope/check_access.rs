//! `check_access`: what the identity may do at a scope, and which role it lacks for what is asked.
//!
//! Owns the verdict. The rule is that of [`crate::tools::context::Rights`]; roles are those that
//! Azure lists, narrowest first. Locks come on top of rights and are read for changes; deny
//! assignments cannot be read this way, which the answer says.

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

mod capability;
mod reading;
mod roles;
mod telling;

/// Checks access.
#[derive(Clone, Copy, Debug)]
pub struct CheckAccess;

const PERMISSIONS_ACTION: &str = "Microsoft.Authorization/permissions/read";
const ROLES_ACTION: &str = "Microsoft.Authorization/roleDefinitions/read";
const LOCKS_ACTION: &str = "Microsoft.Authorization/locks/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// What is to be done, as an Azure action like `Microsoft.Compute/virtualMachines/start/action`
    /// or in words like `restart VMs`, `dismiss alerts`, `assign roles`. Default an overview.
    action: Option<String>,
    /// Name or ARM id of a resource, resource group or subscription. Default the subscriptions
    /// in scope.
    at: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Whether one action was asked about, not an overview.
    one_action: bool,
    /// A verdict for each action at each scope.
    verdicts: Vec<Verdict>,
    /// Roles that allow the action asked about, the narrowest first.
    roles: Vec<Role>,
    /// Locks that stand in the way of a change.
    locks: Vec<Lock>,
    /// Whether a condition of a role assignment may narrow what is allowed.
    conditional: bool,
}

/// Whether an action is allowed at a scope.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    /// What it is, in words.
    task: Untrusted<String>,
    /// The Azure action.
    action: String,
    /// The ARM id of the scope.
    scope: String,
    /// What the scope is called.
    scope_name: Untrusted<String>,
    /// Whether it is allowed.
    allowed: bool,
}

/// A role that allows what is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Role {
    /// Its name.
    name: Untrusted<String>,
    /// Whether somebody here made it, as opposed to Azure.
    custom: bool,
}

/// A lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Lock {
    /// Its ARM id.
    id: String,
    /// `CanNotDelete` or `ReadOnly`.
    level: String,
    /// What it locks.
    scope: String,
    /// What people wrote about it.
    notes: Option<Untrusted<String>>,
}

impl Tool for CheckAccess {
    const NAME: &'static str = "check_access";
    const TITLE: &'static str = "Check access";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Checks what this identity may do at a subscription, group \
        or resource: whether an action is allowed, which permission and role is missing, which \
        locks stand in the way.";
    const ASKS: &'static [&'static str] = &[
        "What may I do here?",
        "Do I have permission to restart this VM?",
        "Am I allowed to dismiss security alerts?",
        "Which role do I need for this?",
        "Why do I get access denied or AuthorizationFailed?",
        "What permissions do I have on this resource group?",
        "Can I assign roles in production?",
        "Which rights or roles are missing?",
        "Is there a lock that keeps me from deleting this?",
        "Check my permissions",
    ];
    const ACTIONS: &'static [RbacAction] = &[PERMISSIONS_ACTION, ROLES_ACTION, LOCKS_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let wanted = capability::wanted(input.action.as_deref())?;
        let places = reading::places(cx, input.at.as_deref()).await?;
        let seen = reading::verdicts(cx, &places, &wanted).await?;
        let mut output = Output {
            one_action: input.action.is_some() && wanted.len() == 1,
            verdicts: seen.verdicts,
            roles: Vec::new(),
            locks: Vec::new(),
            conditional: seen.conditional,
        };
        let [only] = wanted.as_slice() else { return Ok(output) };
        if let Some(missing) = output.verdicts.iter().find(|one| !one.allowed) {
            output.roles = roles::that_allow(cx, &missing.scope, only).await;
        }
        if only.is_change() {
            output.locks = reading::locks(cx, &places, only).await;
        }
        Ok(output)
    }
}

//! What operators want to do, in their words and as Azure actions.
//!
//! Owns the words for actions. It must not know who may do what.

use crate::tools::{error::ToolError, router::Words};

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Capability {
    /// What it is, in words.
    pub(super) task: String,
    /// The Azure action.
    pub(super) action: String,
    /// A built-in role that allows it, where Azure's list of roles cannot be read.
    pub(super) role: Option<&'static str>,
}

/// Task, action, a role that has it, and further words for it.
type Known = (&'static str, &'static str, &'static str, &'static [&'static str]);

const KNOWN: &[Known] = &[
    (
        "see resources",
        "Microsoft.Resources/subscriptions/resources/read",
        "Reader",
        &["read", "list resources", "view resources"],
    ),
    (
        "see security alerts",
        "Microsoft.Security/alerts/read",
        "Security Reader",
        &["read security alerts", "list alerts", "view alerts"],
    ),
    (
        "see security recommendations",
        "Microsoft.Security/assessments/read",
        "Security Reader",
        &[
            "read recommendations",
            "read assessments",
            "see secure score",
            "read secure score",
            "view security",
        ],
    ),
    (
        "dismiss security alerts",
        "Microsoft.Security/locations/alerts/dismiss/action",
        "Security Admin",
        &["dismiss alerts", "close alerts"],
    ),
    (
        "resolve security alerts",
        "Microsoft.Security/locations/alerts/resolve/action",
        "Security Admin",
        &["resolve alerts"],
    ),
    (
        "change Defender plans",
        "Microsoft.Security/pricings/write",
        "Security Admin",
        &["enable defender", "disable defender", "turn defender plan", "enable defender plan"],
    ),
    (
        "see metrics",
        "Microsoft.Insights/metrics/read",
        "Monitoring Reader",
        &["read metrics", "query metrics"],
    ),
    (
        "query logs",
        "Microsoft.OperationalInsights/workspaces/query/read",
        "Log Analytics Reader",
        &["read logs", "see logs", "search logs"],
    ),
    (
        "see service health",
        "Microsoft.ResourceHealth/events/read",
        "Reader",
        &["read service health"],
    ),
    (
        "see costs",
        "Microsoft.CostManagement/query/read",
        "Cost Management Reader",
        &["read cost", "view cost", "see spend", "see spending"],
    ),
    (
        "set budgets",
        "Microsoft.Consumption/budgets/write",
        "Cost Management Contributor",
        &["create budget", "change budget", "write budget"],
    ),
    (
        "start virtual machines",
        "Microsoft.Compute/virtualMachines/start/action",
        "Virtual Machine Contributor",
        &["start vm", "power on vm"],
    ),
    (
        "restart virtual machines",
        "Microsoft.Compute/virtualMachines/restart/action",
        "Virtual Machine Contributor",
        &["restart vm", "reboot vm"],
    ),
    (
        "stop virtual machines",
        "Microsoft.Compute/virtualMachines/deallocate/action",
        "Virtual Machine Contributor",
        &["stop vm", "deallocate vm", "power off vm", "shut down vm"],
    ),
    (
        "resize virtual machines",
        "Microsoft.Compute/virtualMachines/write",
        "Virtual Machine Contributor",
        &["resize vm", "create vm", "change vm", "deploy vm"],
    ),
    (
        "delete virtual machines",
        "Microsoft.Compute/virtualMachines/delete",
        "Virtual Machine Contributor",
        &["delete vm", "remove vm"],
    ),
    (
        "install patches",
        "Microsoft.Compute/virtualMachines/installPatches/action",
        "Virtual Machine Contributor",
        &["install updates", "patch vm", "patch"],
    ),
    (
        "open ports with just-in-time access",
        "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action",
        "Contributor",
        &["jit", "just in time"],
    ),
    (
        "start backups",
        "Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/backup/action",
        "Backup Operator",
        &["run backup", "back up", "backup"],
    ),
    (
        "delete disks",
        "Microsoft.Compute/disks/delete",
        "Contributor",
        &["delete disk", "remove disk"],
    ),
    (
        "change tags",
        "Microsoft.Resources/tags/write",
        "Tag Contributor",
        &["set tag", "write tag", "add tag", "tag resources", "edit tag"],
    ),
    (
        "delete resource groups",
        "Microsoft.Resources/subscriptions/resourceGroups/delete",
        "Contributor",
        &["delete resource group", "remove resource group"],
    ),
    (
        "create resource groups",
        "Microsoft.Resources/subscriptions/resourceGroups/write",
        "Contributor",
        &["create resource group"],
    ),
    (
        "assign policies",
        "Microsoft.Authorization/policyAssignments/write",
        "Resource Policy Contributor",
        &["assign policy", "policy assignment"],
    ),
    (
        "set locks",
        "Microsoft.Authorization/locks/write",
        "User Access Administrator",
        &["create lock", "add lock"],
    ),
    (
        "assign roles",
        "Microsoft.Authorization/roleAssignments/write",
        "Role Based Access Control Administrator",
        &["assign role", "grant access", "role assignment", "give access"],
    ),
];

/// What an overview tells.
const OVERVIEW: &[&str] = &[
    "see resources",
    "see security alerts",
    "see security recommendations",
    "see metrics",
    "see costs",
    "dismiss security alerts",
    "change Defender plans",
    "start virtual machines",
    "restart virtual machines",
    "change tags",
    "delete resource groups",
    "assign policies",
    "assign roles",
];

impl Capability {
    fn of((task, action, role, _): &Known) -> Self {
        Self { task: (*task).to_owned(), action: (*action).to_owned(), role: Some(role) }
    }

    /// Whether it changes anything, so that locks matter.
    pub(super) fn is_change(&self) -> bool {
        !self.action.to_ascii_lowercase().ends_with("/read")
    }
}

/// What is asked about: one action, or all of the overview.
///
/// # Errors
/// [`ToolError::Rejected`] for words that mean no action, or a text that is none.
pub(super) fn wanted(asked: Option<&str>) -> Result<Vec<Capability>, ToolError> {
    let Some(asked) = asked.map(str::trim).filter(|text| !text.is_empty()) else {
        let told = KNOWN.iter().filter(|known| OVERVIEW.contains(&known.0));
        return Ok(told.map(Capability::of).collect());
    };
    if asked.contains('/') {
        return Ok(vec![action(asked)?]);
    }
    let words = Words::of(asked);
    let scored = KNOWN.iter().filter_map(|known| Some((fit(known, &words)?, known)));
    // Of equals the first; the longest phrase says most.
    let best = scored.rev().max_by_key(|(length, _)| *length);
    best.map(|(_, known)| vec![Capability::of(known)]).ok_or_else(|| {
        let tasks: Vec<String> = KNOWN.iter().map(|known| format!("`{}`", known.0)).collect();
        ToolError::wrong(
            "action",
            format!(
                "no action is known by these words; give an Azure action like \
                 `Microsoft.Compute/virtualMachines/start/action`, or one of {}",
                tasks.join(", ")
            ),
        )
    })
}

/// Whether a task is one of those known here.
pub(super) fn is_known(task: &str) -> bool {
    KNOWN.iter().any(|known| known.0 == task)
}

/// The length of the longest phrase whose words are all there.
fn fit((task, _, _, others): &Known, words: &[String]) -> Option<usize> {
    let phrases = std::iter::once(task).chain(others.iter());
    let fitting = phrases
        .map(|phrase| Words::of(phrase))
        .filter(|phrase| !phrase.is_empty() && phrase.iter().all(|word| words.contains(word)));
    fitting.map(|phrase| phrase.len()).max()
}

fn action(asked: &str) -> Result<Capability, ToolError> {
    let plain = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '.' | '-' | '_');
    let parts: Vec<&str> = asked.split('/').collect();
    let lower = asked.to_ascii_lowercase();
    let ends = ["/read", "/write", "/delete", "/action"].iter().any(|end| lower.ends_with(end));
    let provider = parts.first().is_some_and(|first| first.contains('.'));
    let named = |part: &&str| part.contains(|ch: char| ch.is_ascii_alphanumeric());
    let whole = parts.iter().all(|part| named(part) && part.chars().all(plain));
    if !(provider && whole && ends && parts.len() >= 2 && asked.len() <= 256) {
        return Err(ToolError::wrong(
            "action",
            "an Azure action is a provider, types and `read`, `write`, `delete` or a verb with \
             `/action`, like `Microsoft.Compute/virtualMachines/start/action`, without wildcards",
        ));
    }
    let known = KNOWN.iter().find(|known| known.1.eq_ignore_ascii_case(asked));
    Ok(known.map_or_else(
        || Capability { task: asked.to_owned(), action: asked.to_owned(), role: None },
        Capability::of,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_operators_mean_actions() {
        for (words, action) in [
            ("restart this VM", "Microsoft.Compute/virtualMachines/restart/action"),
            ("reboot virtual machines", "Microsoft.Compute/virtualMachines/restart/action"),
            ("dismiss alerts", "Microsoft.Security/locations/alerts/dismiss/action"),
            ("see costs", "Microsoft.CostManagement/query/read"),
            ("assign a role", "Microsoft.Authorization/roleAssignments/write"),
            (
                "delete the resource group",
                "Microsoft.Resources/subscriptions/resourceGroups/delete",
            ),
            ("microsoft.compute/disks/delete", "Microsoft.Compute/disks/delete"),
        ] {
            assert_eq!(wanted(Some(words)).unwrap()[0].action, action, "{words}");
        }
        assert_eq!(wanted(None).unwrap().len(), OVERVIEW.len());
        for bad in ["fly to the moon", "a/b", "Microsoft.Compute/*", "Microsoft.X/../read", "/"] {
            assert!(wanted(Some(bad)).is_err(), "{bad}");
        }
    }
}

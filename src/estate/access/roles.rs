//! Built-in roles: published ids and what they allow. A subset of the published action lists,
//! cut to the providers the estate has.

use serde_json::{Value, json};

/// A built-in role.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    description: &'static str,
    actions: &'static [&'static str],
    not_actions: &'static [&'static str],
    data_actions: &'static [&'static str],
}

/// Every role, in the order the list shows them.
pub(crate) const ROLES: &[Role] = &[
    role(
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        "Owner",
        "Grants full access to manage all resources, including the ability to assign roles.",
        &["*"],
    ),
    Role {
        id: "b24988ac-6180-42a0-ab88-20f7382dd24c",
        name: "Contributor",
        description: "Grants full access to manage all resources, but does not allow you to assign roles.",
        actions: &["*"],
        not_actions: &[
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
        ],
        data_actions: &[],
    },
    role(
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "Reader",
        "View all resources, but does not allow you to make any changes.",
        &["*/read"],
    ),
    role(
        "39bc4728-0917-49c7-9d2c-d95423bc2eb4",
        "Security Reader",
        "Security Reader Role",
        &[
            "Microsoft.Authorization/*/read",
            "Microsoft.Insights/alertRules/read",
            "Microsoft.OperationalInsights/workspaces/*/read",
            "Microsoft.Resources/deployments/*/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Security/*/read",
            "Microsoft.Support/*/read",
            "Microsoft.Management/managementGroups/read",
        ],
    ),
    role(
        "fb1c8493-542b-48eb-b624-b4c8fea62acd",
        "Security Admin",
        "Security Admin Role",
        &[
            "Microsoft.Authorization/*/read",
            "Microsoft.Authorization/policyAssignments/*",
            "Microsoft.Authorization/policyDefinitions/*",
            "Microsoft.Authorization/policyExemptions/*",
            "Microsoft.Authorization/policySetDefinitions/*",
            "Microsoft.Insights/alertRules/*",
            "Microsoft.Management/managementGroups/read",
            "Microsoft.OperationalInsights/workspaces/*/read",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Security/*",
            "Microsoft.Support/*",
        ],
    ),
    role(
        "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
        "Monitoring Reader",
        "Can read all monitoring data.",
        &[
            "*/read",
            "Microsoft.OperationalInsights/workspaces/search/action",
            "Microsoft.Support/*",
        ],
    ),
    role(
        "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
        "Monitoring Contributor",
        "Can read all monitoring data and update monitoring settings.",
        &[
            "*/read",
            "Microsoft.AlertsManagement/alerts/*",
            "Microsoft.AlertsManagement/alertsSummary/*",
            "Microsoft.AlertsManagement/actionRules/*",
            "Microsoft.AlertsManagement/smartGroups/*",
            "Microsoft.Insights/actiongroups/*",
            "Microsoft.Insights/activityLogAlerts/*",
            "Microsoft.Insights/components/*",
            "Microsoft.Insights/dataCollectionRules/*",
            "Microsoft.Insights/DiagnosticSettings/*",
            "Microsoft.Insights/eventtypes/*",
            "Microsoft.Insights/metricalerts/*",
            "Microsoft.Insights/scheduledqueryrules/*",
            "Microsoft.OperationalInsights/workspaces/search/action",
            "Microsoft.Support/*",
        ],
    ),
    role(
        "9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
        "Virtual Machine Contributor",
        "Lets you manage virtual machines, but not access to them, and not the virtual network or storage account they're connected to.",
        &[
            "Microsoft.Authorization/*/read",
            "Microsoft.Compute/availabilitySets/*",
            "Microsoft.Compute/disks/read",
            "Microsoft.Compute/disks/write",
            "Microsoft.Compute/disks/delete",
            "Microsoft.Compute/virtualMachines/*",
            "Microsoft.Network/networkInterfaces/*",
            "Microsoft.Network/networkSecurityGroups/read",
            "Microsoft.Network/publicIPAddresses/read",
            "Microsoft.Network/virtualNetworks/read",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ],
    ),
    role(
        "a795c7a0-d4a2-40c1-ae25-d81f01202912",
        "Backup Reader",
        "Can view backup services, but can't make changes.",
        &[
            "Microsoft.Authorization/*/read",
            "Microsoft.RecoveryServices/Vaults/*/read",
            "Microsoft.RecoveryServices/Vaults/read",
            "Microsoft.DataProtection/backupVaults/*/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ],
    ),
    role(
        "72fafb9e-0641-4937-9268-a91bfd8191a3",
        "Cost Management Reader",
        "Can view cost data and configuration.",
        &[
            "Microsoft.Consumption/*/read",
            "Microsoft.CostManagement/*/read",
            "Microsoft.Billing/billingPeriods/read",
            "Microsoft.Resources/subscriptions/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Management/managementGroups/read",
        ],
    ),
    role(
        "fa0d39e6-28e5-40cf-8521-1eb320653a4c",
        "Carbon Optimization Reader",
        "Allow read access to Azure Carbon Optimization data",
        &["Microsoft.Carbon/carbonEmissionReports/action"],
    ),
    role(
        "ac63b705-f282-497d-ac71-919bf39d939d",
        "Management Group Reader",
        "Management Group Reader Role",
        &[
            "Microsoft.Management/managementGroups/read",
            "Microsoft.Management/managementGroups/subscriptions/read",
        ],
    ),
    role(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
        "Lets you manage user access to Azure resources.",
        &["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"],
    ),
    role(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "Role Based Access Control Administrator",
        "Manage access to Azure resources by assigning roles using Azure RBAC. This role does not allow you to manage access using other ways, such as Azure Policy.",
        &[
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ],
    ),
];

const fn role(
    id: &'static str,
    name: &'static str,
    description: &'static str,
    actions: &'static [&'static str],
) -> Role {
    Role { id, name, description, actions, not_actions: &[], data_actions: &[] }
}

/// The role of this name; the names used in this crate all exist.
pub(crate) fn named(name: &str) -> Option<&'static Role> {
    ROLES.iter().find(|role| role.name == name)
}

impl Role {
    /// Whether the role allows `action`: some pattern does and no exception takes it back.
    pub(crate) fn allows(&self, action: &str) -> bool {
        let matches = |patterns: &[&str]| patterns.iter().any(|p| matches_pattern(p, action));
        matches(self.actions) && !matches(self.not_actions)
    }

    /// The entry of the permissions list.
    pub(crate) fn permissions(&self) -> Value {
        json!({
            "actions": self.actions,
            "notActions": self.not_actions,
            "dataActions": self.data_actions,
            "notDataActions": [],
        })
    }

    /// The tenant-level id.
    pub(crate) fn definition_id(&self) -> String {
        format!("/providers/Microsoft.Authorization/roleDefinitions/{}", self.id)
    }

    /// The role definition as ARM shows it below `prefix`, a subscription id or nothing.
    pub(crate) fn definition(&self, prefix: &str) -> Value {
        json!({
            "id": format!("{prefix}{}", self.definition_id()),
            "name": self.id,
            "type": "Microsoft.Authorization/roleDefinitions",
            "properties": {
                "roleName": self.name,
                "type": "BuiltInRole",
                "description": self.description,
                "assignableScopes": ["/"],
                "permissions": [self.permissions()],
            },
        })
    }
}

/// Whether `action` fits `pattern`: case does not matter, `*` stands for any text, slashes too.
fn matches_pattern(pattern: &str, action: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let action = action.to_ascii_lowercase();
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| action.strip_prefix(first)) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_and_exceptions_take_back() {
        assert!(matches_pattern("*/read", "Microsoft.Compute/virtualMachines/read"));
        assert!(matches_pattern(
            "microsoft.security/*/READ",
            "Microsoft.Security/locations/alerts/read"
        ));
        assert!(!matches_pattern("*/read", "Microsoft.Compute/virtualMachines/write"));
        assert!(!matches_pattern("Microsoft.Security/*/read", "Microsoft.Compute/disks/read"));
        assert!(named("Contributor").unwrap().allows("Microsoft.Compute/disks/delete"));
        assert!(!named("Contributor").unwrap().allows("Microsoft.Authorization/locks/write"));
    }
}

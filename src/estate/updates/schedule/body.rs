//! Maintenance configurations and their assignments as ARM shows them.

use serde_json::{Value, json};

use super::{Plan, Reach};
use crate::estate::{
    chance::Chance,
    world::{DAY, ResourceIx, SubscriptionIx, World, company::Region},
};

impl Plan {
    /// The properties of the configuration.
    pub(crate) fn properties(self, world: &World) -> Value {
        let (recurrence, weeks) = match self {
            Self::Platform => ("4Weeks", 52),
            Self::Billing | Self::ProductionEurope | Self::ProductionAmerica | Self::Test => {
                ("1Week", 60)
            }
        };
        let start = world.ago(self.last_window() + weeks * 7 * DAY);
        let weekday = start.strftime("%A").to_string();
        let (hours, minutes) = (self.open_for() / 60, self.open_for() % 60);
        json!({
                "namespace": "",
                "maintenanceScope": "InGuestPatch",
                "visibility": "Custom",
                "extensionProperties": { "InGuestPatchMode": "User" },
                "maintenanceWindow": {
                    "startDateTime": start.strftime("%Y-%m-%d %H:%M").to_string(),
                    "duration": format!("{hours:02}:{minutes:02}"),
                    "timeZone": "UTC",
                    "expirationDateTime": Value::Null,
                    "recurEvery": format!("{recurrence} {weekday}"),
                },
                "installPatches": {
                    "rebootSetting": "IfRequired",
                    "windowsParameters": {
                        "classificationsToInclude": ["Critical", "Security", "UpdateRollup"],
                        "kbNumbersToInclude": [],
                        "kbNumbersToExclude": [],
                    },
                    "linuxParameters": {
                        "classificationsToInclude": ["Critical", "Security"],
                        "packageNameMasksToInclude": [],
                        "packageNameMasksToExclude": [],
                    },
                },
        })
    }

    fn assignment_name(self, chance: Chance) -> String {
        let word = chance.child(self.name()).bits() & 0xffff_ffff;
        format!("{}-{word:08x}", self.name())
    }

    /// The assignment that covers one machine by name.
    pub(crate) fn machine_assignment(self, world: &World, ix: ResourceIx) -> Option<Value> {
        let resource = world.resource(ix)?;
        let group = world.group(resource.group)?;
        let name = self.assignment_name(resource.chance);
        let id = world.resource_id(ix);
        Some(json!({
            "id": format!("{id}/providers/Microsoft.Maintenance/configurationAssignments/{name}"),
            "name": name,
            "type": "Microsoft.Maintenance/configurationAssignments",
            "location": group.region.name(),
            "properties": {
                "maintenanceConfigurationId": self.id(world),
                "resourceId": id,
            },
        }))
    }

    /// The assignment that covers the machines of a subscription which fit its filter.
    pub(crate) fn dynamic_assignment(self, world: &World, ix: SubscriptionIx) -> Option<Value> {
        let Reach::Dynamic(environment, regions) = self.reach() else {
            return None;
        };
        let name = self.assignment_name(world.chance.nth(u64::from(ix.0)));
        let id = world.subscription_id(ix);
        let regions: Vec<&str> = regions.iter().copied().map(Region::name).collect();
        Some(json!({
            "id": format!("{id}/providers/Microsoft.Maintenance/configurationAssignments/{name}"),
            "name": name,
            "type": "Microsoft.Maintenance/configurationAssignments",
            "location": "global",
            "properties": {
                "maintenanceConfigurationId": self.id(world),
                "resourceId": id,
                "filter": {
                    "resourceTypes": ["Microsoft.Compute/virtualMachines"],
                    "resourceGroups": [],
                    "osTypes": ["Windows", "Linux"],
                    "locations": regions,
                    "tagSettings": {
                        "tags": { "env": [environment.tag()] },
                        "filterOperator": "All",
                    },
                },
            },
        }))
    }
}

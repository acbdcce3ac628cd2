//! Resource health: whether a resource is available, since when, and why not.

use serde_json::{Map, Value, json};

use crate::estate::{
    chronicle::stopped_minutes_ago,
    clock::stamp,
    health::event,
    stories::{
        down_after_change,
        region_outage::{self, Struck},
    },
    world::{DAY, ResourceIx, World, kind::Kind, mark::Mark},
};

/// Minutes of health history that are kept.
const KEPT: u64 = 27 * 24 * 60;

/// Why a resource is as available as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Nothing is wrong.
    Fine,
    /// Somebody deallocated the machine.
    Deallocated,
    /// Somebody deallocated the machine, and it could not be started again.
    FailedStart,
    /// The host restarted the machine.
    HostRestart,
    /// The outage in a region.
    Outage(Struck),
}

/// A resource's availability for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    /// Minutes before the anchor at which it began.
    pub(crate) since: i64,
    pub(crate) cause: Cause,
}

/// Whether Azure watches the health of this kind.
const fn is_watched(kind: Kind) -> bool {
    match kind {
        Kind::VirtualMachine
        | Kind::LoadBalancer
        | Kind::VpnGateway
        | Kind::StorageAccount
        | Kind::KeyVault
        | Kind::SqlDatabase
        | Kind::CosmosAccount
        | Kind::RedisCache
        | Kind::AppServicePlan
        | Kind::WebSite
        | Kind::KubernetesCluster
        | Kind::Workspace => true,
        Kind::Disk
        | Kind::Snapshot
        | Kind::NetworkInterface
        | Kind::PublicIp
        | Kind::NetworkSecurityGroup
        | Kind::VirtualNetwork
        | Kind::RouteTable
        | Kind::Firewall
        | Kind::Bastion
        | Kind::PrivateDnsZone
        | Kind::PrivateEndpoint
        | Kind::SqlServer
        | Kind::ContainerRegistry
        | Kind::AppInsights
        | Kind::ActionGroup
        | Kind::RecoveryVault
        | Kind::BackupVault
        | Kind::ManagedIdentity
        | Kind::MaintenanceConfiguration
        | Kind::DataCollectionRule
        | Kind::MetricAlertRule
        | Kind::LogAlertRule
        | Kind::ActivityAlertRule
        | Kind::AlertProcessingRule => false,
    }
}

/// The availability of a resource over time, the present first; empty where nobody watches it.
pub(crate) fn history(world: &World, ix: ResourceIx) -> Vec<Status> {
    let Some(resource) = world.resource(ix).filter(|r| is_watched(r.kind)) else {
        return Vec::new();
    };
    let created = i64::from(resource.created);
    let mut history = Vec::new();
    if let Some(struck) = region_outage::strikes(world, ix) {
        history.push(Status { since: region_outage::BEGAN, cause: Cause::Outage(struck) });
    } else if let Some(since) = stopped_minutes_ago(world, ix) {
        let cause = if down_after_change::machine(world) == Some(ix) {
            Cause::FailedStart
        } else {
            Cause::Deallocated
        };
        history.push(Status { since, cause });
    }
    let chance = resource.chance.child("host-restart");
    let restarts = resource.kind == Kind::VirtualMachine
        && !resource.marks.has(Mark::Deallocated)
        && chance.percent(8);
    let at = 400 + i64::try_from(chance.child("at").below(KEPT)).unwrap_or(DAY);
    if restarts && at < created {
        let fine = |since| Status { since, cause: Cause::Fine };
        let restart = Status { since: at, cause: Cause::HostRestart };
        history.extend([fine(at - 9), restart]);
    }
    let before = history.last().map_or(0, |status| status.since);
    // Health is known for a month at most; before that nothing is known to have been wrong.
    let first = created.min(28 * DAY).max(before + 60);
    history.push(Status { since: first, cause: Cause::Fine });
    history
}

/// The present availability of a resource.
pub(crate) fn current(world: &World, ix: ResourceIx) -> Option<Status> {
    history(world, ix).first().copied()
}

impl Status {
    /// The word on the wire.
    pub(crate) const fn state(&self) -> &'static str {
        match self.cause {
            Cause::Fine => "Available",
            Cause::Outage(Struck::Degraded) => "Degraded",
            Cause::Deallocated
            | Cause::FailedStart
            | Cause::HostRestart
            | Cause::Outage(Struck::Down) => "Unavailable",
        }
    }

    /// `reasonType` on the wire; `None` where nothing is wrong.
    pub(crate) const fn reason(&self) -> Option<&'static str> {
        match self.cause {
            Cause::Fine => None,
            Cause::Deallocated | Cause::FailedStart => Some("UserInitiated"),
            Cause::HostRestart | Cause::Outage(_) => Some("Unplanned"),
        }
    }

    /// Who brought it about.
    pub(crate) const fn context(&self) -> &'static str {
        match self.cause {
            Cause::Fine => "",
            Cause::Deallocated | Cause::FailedStart => "Customer Initiated",
            Cause::HostRestart | Cause::Outage(_) => "Platform Initiated",
        }
    }

    /// What people read first.
    pub(crate) const fn title(&self) -> &'static str {
        match self.cause {
            Cause::Fine => "Available",
            Cause::Deallocated | Cause::FailedStart => "Stopped and deallocated",
            Cause::HostRestart => "Restarted by the host",
            Cause::Outage(Struck::Degraded) => "Degraded",
            Cause::Outage(Struck::Down) => "Unavailable",
        }
    }

    /// What people read next.
    pub(crate) const fn summary(&self) -> &'static str {
        match self.cause {
            Cause::Fine => {
                "There aren't any known Azure platform problems affecting this resource."
            }
            Cause::Deallocated => {
                "This virtual machine is stopped and deallocated as requested by an authorized user or process."
            }
            Cause::FailedStart => {
                "This virtual machine was stopped and deallocated as requested by an authorized user or process. The last attempts to start it failed with AllocationFailed."
            }
            Cause::HostRestart => {
                "We're sorry, your virtual machine was unavailable because the host it runs on restarted after an unexpected problem."
            }
            Cause::Outage(Struck::Degraded) => {
                "We're sorry, this resource answers slowly or with errors because of a service issue in its region."
            }
            Cause::Outage(Struck::Down) => {
                "We're sorry, this resource can't be reached because of a service issue in its region."
            }
        }
    }

    /// The name that annotations of Resource Graph give it.
    pub(crate) const fn annotation(&self) -> &'static str {
        match self.cause {
            Cause::Fine => "VirtualMachineAvailable",
            Cause::Deallocated | Cause::FailedStart => "VirtualMachineDeallocationInitiated",
            Cause::HostRestart => "VirtualMachineHostRebootedForRepair",
            Cause::Outage(_) => "ServiceIssue",
        }
    }

    /// The ARM body, `current` or under its time.
    pub(crate) fn body(&self, world: &World, ix: ResourceIx, place: Place) -> Value {
        let since = stamp(world.ago(self.since));
        let name = match place {
            Place::Current => "current".to_owned(),
            Place::Past => world.ago(self.since).strftime("%Y-%m-%d+%H%%3a%M%%3a%SZ").to_string(),
        };
        let id = world.resource_id(ix);
        let location = world.resource(ix).and_then(|r| world.group(r.group));
        json!({
            "id": format!("{id}/providers/Microsoft.ResourceHealth/availabilityStatuses/{name}"),
            "name": name,
            "type": "Microsoft.ResourceHealth/AvailabilityStatuses",
            "location": location.map(|group| group.region.name()),
            "properties": self.properties(world, &since),
        })
    }

    fn properties(&self, world: &World, since: &str) -> Value {
        let mut properties = json!({
            "availabilityState": self.state(),
            "title": self.title(),
            "summary": self.summary(),
            "reasonChronicity": "Persistent",
            "detailedStatus": self.summary(),
            "occuredTime": since,
            "reportedTime": stamp(world.ago(self.since.min(4))),
        });
        let Some(members) = properties.as_object_mut() else {
            return properties;
        };
        if let Some(reason) = self.reason() {
            members.insert("reasonType".into(), json!(reason));
            members.insert("context".into(), json!(self.context()));
            let category = if reason == "Unplanned" { "Unplanned" } else { "Not Applicable" };
            members.insert("category".into(), json!(category));
            members
                .insert("rootCauseAttributionTime".into(), json!(stamp(world.ago(self.since - 1))));
        }
        if matches!(self.cause, Cause::Outage(_)) {
            let impacting = event::outage(world).impacting(world);
            members.insert("serviceImpactingEvents".into(), json!([impacting]));
        }
        properties
    }

    /// What to do about it.
    pub(crate) fn recommended_actions(&self) -> Value {
        let support = json!({
            "action": "If you are experiencing problems you believe are caused by Azure, contact support",
            "actionUrl": "<#SupportCase>",
            "actionUrlText": "contact support",
        });
        match self.cause {
            Cause::Fine => json!([]),
            Cause::Deallocated => json!([{
                "action": "To start this virtual machine, open the resource page and click Start",
                "actionUrl": "<#ResourceBlade>",
                "actionUrlText": "resource page",
            }]),
            Cause::FailedStart => json!([
                {
                    "action": "Resize this virtual machine to a size that has capacity in its region, then start it",
                    "actionUrl": "<#ResourceBlade>",
                    "actionUrlText": "resource page",
                },
                support,
            ]),
            Cause::HostRestart => json!([support]),
            Cause::Outage(_) => json!([
                {
                    "action": "Follow the service issue in Service Health",
                    "actionUrl": "<#ServiceHealth>",
                    "actionUrlText": "Service Health",
                },
                support,
            ]),
        }
    }

    /// The members that both Resource Graph types have.
    pub(crate) fn row_properties(&self, world: &World, ix: ResourceIx) -> Map<String, Value> {
        let kind = world.resource(ix).map_or("", |r| r.kind.arm_type());
        let mut properties = Map::new();
        for (name, value) in [
            ("targetResourceId", world.resource_id(ix)),
            ("targetResourceType", kind.to_ascii_lowercase()),
            ("occurredTime", stamp(world.ago(self.since))),
            ("context", self.context().to_owned()),
            ("reason", self.reason().unwrap_or_default().to_owned()),
            ("summary", self.summary().to_owned()),
        ] {
            properties.insert(name.into(), Value::String(value));
        }
        let category = match self.cause {
            Cause::Fine | Cause::Deallocated | Cause::FailedStart => "Not Applicable",
            Cause::HostRestart | Cause::Outage(_) => "Unplanned",
        };
        properties.insert("category".into(), json!(category));
        properties
    }
}

/// Where in a resource's history a status stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Current,
    Past,
}

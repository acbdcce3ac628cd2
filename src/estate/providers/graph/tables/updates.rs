//! `patchassessmentresources`, `patchinstallationresources`, `maintenanceresources` and
//! `guestconfigurationresources`: what is kept up inside machines.

use serde_json::{Map, Value, json};

use super::{GraphTables, shared};
use crate::estate::{
    access::Scope,
    kql::SharedRow,
    machine_configuration,
    providers::{guest_configuration, maintenance, resources::may_read},
    updates::{
        assessment, run,
        schedule::{self, Plan, Reach},
    },
    world::{ResourceIx, kind::Kind},
};

const MACHINE: &str = "microsoft.compute/virtualmachines";

impl GraphTables<'_> {
    /// The machines of the query's subscriptions.
    fn machines(&self) -> impl Iterator<Item = ResourceIx> + '_ {
        let world = self.call.world();
        let all = self.subscriptions.iter().flat_map(|ix| world.subscription_resources(*ix));
        all.filter(|ix| world.resource(*ix).is_some_and(|r| r.kind == Kind::VirtualMachine))
    }

    pub(super) fn patch_assessments(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let kind = format!("{MACHINE}/patchassessmentresults");
        let patches = format!("{kind}/softwarepatches");
        let (results, software) = (self.wants(&kind), self.wants(&patches));
        let seen = self.machines().filter(|ix| may_read(self.call, *ix));
        let found = seen.filter_map(|ix| assessment::of_machine(world, ix));
        let rows = found.flat_map(|found| {
            let place = "patchAssessmentResults/latest";
            let own = results
                .then(|| self.machine_row(found.machine, (&kind, place), &found.properties(world)));
            let each = found.patches.iter().filter(|_| software).map(|patch| {
                let name = crate::estate::chance::Chance::root(0).child(patch.name).guid();
                let properties = patch.properties(world, found.at, found.is_linux());
                let place = format!("{place}/softwarePatches/{name}");
                self.machine_row(found.machine, (&patches, &place), &Value::Object(properties))
            });
            own.into_iter().chain(each).flatten().collect::<Vec<_>>()
        });
        rows.take(self.enough()).collect()
    }

    pub(super) fn patch_installations(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let kind = format!("{MACHINE}/patchinstallationresults");
        let patches = format!("{kind}/softwarepatches");
        let (results, software) = (self.wants(&kind), self.wants(&patches));
        let seen = self.machines().filter(|ix| may_read(self.call, *ix));
        let runs = seen.flat_map(|ix| run::of_machine(world, ix));
        let rows = runs.flat_map(|run| {
            let place = format!("patchInstallationResults/{}", run.name());
            let own = results
                .then(|| self.machine_row(run.machine, (&kind, &place), &run.properties(world)));
            let installed = if software { run.patches(world) } else { Vec::new() };
            let each = installed.iter().map(|patch| {
                let name = crate::estate::chance::Chance::root(0).child(patch.0.name).guid();
                let place = format!("{place}/softwarePatches/{name}");
                let properties = Value::Object(run.patch_properties(world, patch));
                self.machine_row(run.machine, (&patches, &place), &properties)
            });
            own.into_iter().chain(each).flatten().collect::<Vec<_>>()
        });
        rows.take(self.enough()).collect()
    }

    /// A row below a machine.
    fn machine_row(
        &self,
        ix: ResourceIx,
        (kind, place): (&str, &str),
        properties: &Value,
    ) -> Option<SharedRow> {
        let world = self.call.world();
        let resource = world.resource(ix)?;
        let group = world.group(resource.group)?;
        let mut row = Map::new();
        for (name, value) in [
            ("id", json!(format!("{}/{place}", world.resource_id(ix)))),
            ("name", json!(place.rsplit('/').next())),
            ("type", json!(kind)),
            ("tenantId", json!(world.tenant_id)),
            ("location", json!(group.region.name())),
            ("resourceGroup", json!(group.name.to_ascii_lowercase())),
            ("subscriptionId", json!(world.subscription(group.subscription).map(|s| &s.id))),
            ("properties", properties.clone()),
        ] {
            row.insert(name.into(), value);
        }
        shared(Value::Object(row))
    }

    pub(super) fn maintenance(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let mut rows = Vec::new();
        for ix in self.subscriptions {
            let at = Scope::Subscription(*ix);
            if self.wants("microsoft.maintenance/configurationassignments") {
                if self.may(maintenance::COVERS, at) {
                    let all = maintenance::dynamic(world, *ix);
                    rows.extend(all.into_iter().filter_map(|body| self.placed(*ix, body)));
                }
                let each = world.subscription_resources(*ix).filter(|machine| {
                    schedule::of_machine(world, *machine)
                        .is_some_and(|plan| plan.reach() == Reach::Machines)
                        && self.may(maintenance::COVERS, Scope::Resource(*machine))
                });
                let each = each
                    .flat_map(|machine| maintenance::assignments(world, Scope::Resource(machine)));
                let each = each.filter_map(|body| self.placed(*ix, body));
                rows.extend(each.take(self.enough()));
            }
            if self.wants("microsoft.maintenance/applyupdates") {
                let each = world
                    .subscription_resources(*ix)
                    .filter(|machine| self.may(maintenance::RUNS, Scope::Resource(*machine)));
                let each =
                    each.flat_map(|machine| maintenance::runs(world, Scope::Resource(machine)));
                let each = each.filter_map(|body| self.placed(*ix, body));
                rows.extend(each.take(self.enough()));
            }
        }
        rows.extend(self.windows());
        rows
    }

    /// The runs of whole windows belong to the configurations.
    fn windows(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let kind = "microsoft.maintenance/maintenanceconfigurations/applyupdates";
        let group = Plan::group(world);
        let at = group.and_then(|ix| world.group(ix)).map(|own| own.subscription);
        let (Some(group), Some(at)) = (group, at) else {
            return Vec::new();
        };
        let right = "Microsoft.Maintenance/maintenanceConfigurations/read";
        if !self.wants(kind)
            || !self.subscriptions.contains(&at)
            || !self.may(right, Scope::Group(group))
        {
            return Vec::new();
        }
        let runs = Plan::ALL.into_iter().flat_map(|plan| maintenance::window_runs(world, plan));
        runs.filter_map(|body| self.placed(at, body)).collect()
    }

    pub(super) fn guest_configuration(&self) -> Vec<SharedRow> {
        if !self.wants("microsoft.guestconfiguration/guestconfigurationassignments") {
            return Vec::new();
        }
        let world = self.call.world();
        let seen =
            self.machines().filter(|ix| self.may(guest_configuration::READ, Scope::Resource(*ix)));
        let rows = seen.flat_map(|ix| {
            let at = world.resource(ix).map(|resource| world.subscription_of(resource));
            let own = machine_configuration::of_machine(world, ix);
            own.filter_map(move |one| {
                let mut body = one.body(world);
                // The table has where the machine is, which the list leaves to the id.
                if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut)
                {
                    properties.insert("targetResourceId".into(), json!(world.resource_id(ix)));
                }
                at.map(|at| (at, body))
            })
        });
        rows.filter_map(|(at, body)| self.placed(at, body)).take(self.enough()).collect()
    }
}

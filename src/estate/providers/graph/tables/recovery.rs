//! `recoveryservicesresources`.

use serde_json::Value;

use super::{GraphTables, shared};
use crate::estate::{
    access::Scope,
    kql::SharedRow,
    recovery::{
        self,
        instance::{self, policy::DataPolicy},
        item, job, policy, replica,
    },
    world::{ResourceIx, kind::Kind},
};

const BACKUP: &str = "microsoft.recoveryservices/vaults";
const DATA: &str = "microsoft.dataprotection/backupvaults";

impl GraphTables<'_> {
    pub(super) fn recovery(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let mut rows = Vec::new();
        for ix in self.subscriptions {
            for resource in world.subscription_resources(*ix) {
                if rows.len() >= self.enough() {
                    return rows;
                }
                match world.resource(resource).map(|r| r.kind) {
                    Some(Kind::RecoveryVault) => self.of_vault(resource, &mut rows),
                    Some(Kind::BackupVault) => self.of_backup_vault(resource, &mut rows),
                    _ => {}
                }
            }
        }
        rows
    }

    /// Whether rows of a type below a vault are wanted and may be seen.
    fn shows(&self, vault: ResourceIx, kind: &str, (namespace, right): (&str, &str)) -> bool {
        self.wants(&format!("{namespace}/{kind}"))
            && self.may(&format!("{namespace}/{right}/read"), Scope::Resource(vault))
    }

    fn row_of(&self, vault: ResourceIx, body: Value) -> Option<SharedRow> {
        let mut row = recovery::row(self.call.world(), vault, body);
        self.wanted.prune(row.as_object_mut()?);
        shared(row)
    }

    fn of_vault(&self, vault: ResourceIx, rows: &mut Vec<SharedRow>) {
        let world = self.call.world();
        let items = "backupfabrics/protectioncontainers/protecteditems";
        if self.shows(vault, items, (BACKUP, "backupProtectedItems")) {
            let fits = |one: &item::Item| {
                self.wanted.admits("properties.backupManagementType", one.management())
                    && self.wanted.admits("properties.healthStatus", one.health(world))
            };
            let all = item::in_vault(world, vault).filter(fits);
            rows.extend(
                all.filter_map(|one| self.row_of(vault, one.graph_body(world))).take(self.enough()),
            );
        }
        if self.shows(vault, "backupjobs", (BACKUP, "backupJobs")) {
            let all = item::in_vault(world, vault).flat_map(|one| job::of_item(world, one));
            let all = all.filter(|one| self.wanted.admits("properties.status", one.status()));
            rows.extend(
                all.filter_map(|one| self.row_of(vault, one.graph_body(world))).take(self.enough()),
            );
        }
        if self.shows(vault, "backuppolicies", (BACKUP, "backupPolicies")) {
            let all = policy::in_vault(world, vault).into_iter();
            rows.extend(
                all.filter_map(|one| self.row_of(vault, one.body(world, vault)))
                    .take(self.enough()),
            );
        }
        self.of_replication(vault, rows);
    }

    fn of_replication(&self, vault: ResourceIx, rows: &mut Vec<SharedRow>) {
        let world = self.call.world();
        let items = "replicationfabrics/replicationprotectioncontainers/replicationprotecteditems";
        if self.shows(vault, items, (BACKUP, "replicationProtectedItems")) {
            let all = replica::in_vault(world, vault).into_iter();
            rows.extend(
                all.filter_map(|one| self.row_of(vault, one.body(world))).take(self.enough()),
            );
        }
        if self.shows(vault, "replicationjobs", (BACKUP, "replicationJobs")) {
            let all = replica::job::in_vault(world, vault).into_iter();
            rows.extend(
                all.filter_map(|one| self.row_of(vault, one.body(world))).take(self.enough()),
            );
        }
        if self.shows(vault, "replicationrecoveryplans", (BACKUP, "replicationRecoveryPlans")) {
            let all = replica::plan::in_vault(world, vault).into_iter();
            rows.extend(
                all.filter_map(|one| self.row_of(vault, one.plan_body(world, vault)))
                    .take(self.enough()),
            );
        }
    }

    fn of_backup_vault(&self, vault: ResourceIx, rows: &mut Vec<SharedRow>) {
        let world = self.call.world();
        if self.shows(vault, "backupinstances", (DATA, "backupInstances")) {
            let all = instance::in_vault(world, vault);
            rows.extend(
                all.filter_map(|one| self.row_of(vault, one.graph_body(world))).take(self.enough()),
            );
        }
        if self.shows(vault, "backupjobs", (DATA, "backupJobs")) {
            let all = instance::job::in_vault(world, vault).into_iter();
            let all = all.filter(|one| self.wanted.admits("properties.status", one.status()));
            rows.extend(
                all.filter_map(|one| self.row_of(vault, one.body(world))).take(self.enough()),
            );
        }
        if self.shows(vault, "backuppolicies", (DATA, "backupPolicies")) {
            let all = DataPolicy::ALL.into_iter();
            rows.extend(
                all.filter_map(|one| self.row_of(vault, one.body(world, vault)))
                    .take(self.enough()),
            );
        }
    }
}

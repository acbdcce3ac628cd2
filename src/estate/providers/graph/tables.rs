//! The tables of Resource Graph: rows of what a caller may see, within the subscriptions of the
//! query. One file a family; tables that Resource Graph has and this estate has nothing to put
//! into are there, and empty.

mod advisor;
mod alerts;
mod authorization;
mod changes;
mod health;
mod insights;
mod policy;
mod recovery;
mod resources;
mod security;
mod updates;

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::estate::{
    access::Scope,
    http::call::Call,
    kql::{Column, Kind as ColumnKind, SharedRow, Sought, Table, Tables},
    world::SubscriptionIx,
};

use super::{Reach, wanted::Wanted};

/// Tables that Resource Graph documents and this estate has no rows for.
const EMPTY: &[&str] = &[
    "appserviceresources",
    "awsresources",
    "azurebusinesscontinuityresources",
    "azuredevopsplatformresources",
    "batchresources",
    "capabilityresources",
    "chaosresources",
    "communitygalleryresources",
    "computeresources",
    "containerserviceeventresources",
    "deploymentresources",
    "desktopvirtualizationresources",
    "dnsresources",
    "edgeorderresources",
    "elasticsanresources",
    "extendedlocationresources",
    "extensibilityresources",
    "featureresources",
    "gcpresources",
    "hybridcomputeresources",
    "impactreportresources",
    "insightresources",
    "iotsecurityresources",
    "kubernetesconfigurationresources",
    "kustoresources",
    "managedserviceresources",
    "managedservicesresources",
    "migrateresources",
    "networkresources",
    "nginxresources",
    "orbitalresources",
    "quotaresources",
    "servicefabricresources",
    "spotresources",
    "storageresources",
    "supportresources",
    "tagsresources",
    "workloadmonitorresources",
];

/// The tables one query sees.
pub(super) struct GraphTables<'a> {
    call: &'a Call<'a>,
    subscriptions: &'a [SubscriptionIx],
    wanted: Wanted,
    reach: Reach,
}

impl<'a> GraphTables<'a> {
    pub(super) fn new(
        call: &'a Call<'a>,
        subscriptions: &'a [SubscriptionIx],
        (query, reach): (&str, Reach),
    ) -> Self {
        Self { call, subscriptions, wanted: Wanted::by(query), reach }
    }

    /// The rows of a table; `None` if there is no table of that name.
    fn rows(&self, table: &str) -> Option<Vec<SharedRow>> {
        Some(match table {
            "resources" => self.resources(),
            "resourcecontainers" => self.containers(),
            "advisorresources" => self.advisor(),
            "securityresources" => self.security(),
            "recoveryservicesresources" => self.recovery(),
            "alertsmanagementresources" => self.fired(),
            "healthresources" => self.health(),
            "servicehealthresources" => self.service_health(),
            "resourcechanges" => self.resource_changes(),
            "resourcecontainerchanges" => self.container_changes(),
            "healthresourcechanges" => self.health_changes(),
            "policyresources" => self.policies(),
            "guestconfigurationresources" => self.guest_configuration(),
            "patchassessmentresources" => self.patch_assessments(),
            "patchinstallationresources" => self.patch_installations(),
            "maintenanceresources" => self.maintenance(),
            "authorizationresources" => self.authorization(),
            "insightsresources" => self.insights(),
            other if EMPTY.contains(&other) => Vec::new(),
            _ => return None,
        })
    }

    /// The rows of a table, made a subscription at a time where one row of each is enough.
    fn enough_rows(&self, table: &str) -> Option<Vec<SharedRow>> {
        if !self.wanted.only_places() {
            return self.rows(table);
        }
        let each = self.subscriptions.iter().map(|ix| {
            let wanted = self.wanted.clone();
            GraphTables { subscriptions: std::slice::from_ref(ix), wanted, ..*self }.rows(table)
        });
        let each: Option<Vec<Vec<SharedRow>>> = each.collect();
        // What belongs to no subscription is seen from any of them.
        each.filter(|each| !each.is_empty())
            .map_or_else(|| self.rows(table), |each| Some(each.into_iter().flatten().collect()))
    }

    /// How many rows of one kind are enough.
    const fn enough(&self) -> usize {
        self.wanted.enough()
    }

    fn wants(&self, arm_type: &str) -> bool {
        self.wanted.has_type(arm_type)
    }

    fn may(&self, action: &str, scope: Scope) -> bool {
        self.call.may(action, scope)
    }
}

impl Tables for GraphTables<'_> {
    fn table(&self, name: &str, sought: &Sought) -> Option<Table> {
        let narrowed = GraphTables { wanted: self.wanted.narrowed(sought), ..*self };
        let rows = narrowed.enough_rows(&name.to_ascii_lowercase())?;
        Some(Table { columns: columns(), rows: rows.into() })
    }
}

/// The columns every table has.
fn columns() -> Arc<[Column]> {
    let text = ["id", "name", "type", "tenantId", "kind", "location", "resourceGroup"]
        .into_iter()
        .chain(["subscriptionId", "managedBy"])
        .map(|name| Column::new(name, ColumnKind::String));
    let objects = ["sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"]
        .map(|name| Column::new(name, ColumnKind::Object));
    text.chain(objects).collect()
}

/// An object as a row.
fn shared(row: Value) -> Option<SharedRow> {
    match row {
        Value::Object(members) => Some(Arc::<Map<String, Value>>::new(members)),
        _ => None,
    }
}

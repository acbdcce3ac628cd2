//! `list_maintenance_configurations`: the windows in which machines are patched, what each covers
//! and when it opens next.
//!
//! Owns the counting of covered machines: those with an assignment of their own, and those that
//! fit a filter now. Tables `resources` and `maintenanceresources`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::covering::{COVERS_ACTION, MACHINES_ACTION};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::given,
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;
mod window;

/// Lists maintenance configurations.
#[derive(Clone, Copy, Debug)]
pub struct ListMaintenanceConfigurations;

const CONFIGURATIONS_ACTION: &str = "Microsoft.Maintenance/maintenanceConfigurations/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only configurations with this in their name.
    name: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many configurations there are.
    total: u64,
    /// How many of them cover nothing.
    unused: u64,
    /// The configurations, the one that opens next first.
    configurations: Vec<Configuration>,
}

/// A maintenance configuration.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    /// The ARM id.
    id: String,
    /// Its name.
    name: Untrusted<String>,
    /// `InGuestPatch`, `Host`, …
    maintenance_scope: String,
    /// How often it opens, e.g. `1Week Sunday`.
    recurs: Option<Untrusted<String>>,
    /// How long it is open, `HH:MM`.
    duration: Option<Untrusted<String>>,
    /// The Windows name of its time zone.
    time_zone: Option<Untrusted<String>>,
    /// When it opens next; absent where its recurrence or time zone is not understood.
    next_at: Option<String>,
    /// When it ends for good.
    expires: Option<Untrusted<String>>,
    /// `IfRequired`, `Never` or `Always`.
    reboot: Option<String>,
    /// Classifications that it installs, on Windows and Linux.
    installs: Vec<Untrusted<String>>,
    /// Machines with an assignment of their own.
    assigned: u64,
    /// Machines that fit its filters now.
    filtered: u64,
    /// Its filters in words, with the subscription of each.
    filters: Vec<Untrusted<String>>,
}

impl Tool for ListMaintenanceConfigurations {
    const NAME: &'static str = "list_maintenance_configurations";
    const TITLE: &'static str = "List maintenance configurations";
    const PILLAR: Pillar = Pillar::Configuration;
    const DESCRIPTION: &'static str = "Lists maintenance configurations (patch schedules): window, \
        recurrence, next run, what is installed and which machines each covers.";
    const ASKS: &'static [&'static str] = &[
        "When is the next maintenance window?",
        "List maintenance configurations",
        "Which patch schedules do we have?",
        "What does the maintenance configuration cover?",
        "When will the production machines be patched?",
        "Which maintenance configurations are unused?",
        "Update Manager schedules",
    ];
    const ACTIONS: &'static [RbacAction] =
        &[CONFIGURATIONS_ACTION, COVERS_ACTION, MACHINES_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let name = given(input.name.as_deref()).unwrap_or_default();
        let mut configurations = reading::configurations(cx, &over, name).await?;
        if configurations.is_empty() {
            cx.check_allowed(&over, CONFIGURATIONS_ACTION).await?;
        }
        reading::coverage(cx, (visible, &over), &mut configurations).await?;
        configurations
            .sort_by_key(|one| (one.next_at.is_none(), one.next_at.clone(), one.id.clone()));
        let total = configurations.len() as u64;
        let unused = configurations.iter().filter(|one| one.covers() == 0).count() as u64;
        Ok(Output { total, unused, configurations })
    }
}

impl Configuration {
    fn covers(&self) -> u64 {
        self.assigned + self.filtered
    }
}

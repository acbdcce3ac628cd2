//! `list_diagnostic_gaps`: what is not monitored: machines that no rule collects from, resources
//! whose logs go nowhere.
//!
//! Resource Graph knows the associations of rules (`insightsresources`) and what Defender says of
//! diagnostic logs (`securityresources`); it has no table of diagnostic settings, so those of other
//! kinds are read one by one (`DiagnosticSettings_List`, api-version 2021-05-01-preview), so many
//! and no more.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    azure::ApiVersion,
    protocol::Pillar,
    tools::{
        arguments::{given, limit_of},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Lists what is not monitored.
#[derive(Clone, Copy, Debug)]
pub struct ListDiagnosticGaps;

const SETTINGS_ACTION: RbacAction = "Microsoft.Insights/diagnosticSettings/read";
const ASSOCIATIONS_ACTION: RbacAction = "Microsoft.Insights/dataCollectionRuleAssociations/read";
const VERSION: ApiVersion = ApiVersion::new("2021-05-01-preview");
const LIMITS: (u32, u32) = (50, 200);
/// Resources whose settings are read one by one.
const MAX_READ: usize = 16;

/// The arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only this: `machines` without data collection, or `resources` without diagnostic settings.
    /// Default both.
    kind: Option<GapKind>,
    /// ARM id of one resource: whether its logs go anywhere.
    resource: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Gaps at most, 1 to 200. Default 50.
    limit: Option<u32>,
}

/// What a gap is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum GapKind {
    #[serde(alias = "machine", alias = "vm", alias = "vms")]
    Machines,
    #[serde(alias = "resource")]
    Resources,
}

/// The result.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many gaps were found.
    total: u64,
    /// Machines that no data collection rule covers.
    machines_uncovered: u64,
    /// Machines in all.
    machines: u64,
    /// Resources whose diagnostic logs Defender for Cloud says are off.
    logs_off: u64,
    /// Resources whose settings were read one by one.
    read: u64,
    /// Of how many that Defender says nothing about.
    readable: u64,
    /// How many of those read have no setting.
    read_without: u64,
    /// The gaps.
    gaps: Vec<Gap>,
    /// The settings of the resource that was asked about.
    settings: Vec<Setting>,
    /// Whether one resource was asked about.
    #[serde(skip)]
    is_one: bool,
    #[serde(skip)]
    only: Option<GapKind>,
}

/// Something that is not monitored.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Gap {
    /// The ARM id.
    resource_id: String,
    /// Its name.
    name: Untrusted<String>,
    /// The ARM type.
    resource_type: String,
    /// What is missing.
    missing: String,
}

/// A diagnostic setting.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Setting {
    /// Its name.
    name: Untrusted<String>,
    /// The workspace that logs go to.
    workspace_id: Option<String>,
    /// The categories that are sent.
    categories: Vec<Untrusted<String>>,
}

impl Tool for ListDiagnosticGaps {
    const NAME: &'static str = "list_diagnostic_gaps";
    const TITLE: &'static str = "List monitoring gaps";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Lists what is not monitored: machines without agent or data \
        collection rule, resources without diagnostic settings; or the settings of one resource.";
    const ASKS: &'static [&'static str] = &[
        "What is not monitored?",
        "Which resources have no diagnostic settings?",
        "Which VMs have no data collection rule or agent?",
        "Machines without Azure Monitor agent",
        "Where are diagnostic logs missing?",
        "Monitoring coverage gaps",
        "Do the key vaults send logs to a workspace?",
    ];
    const ACTIONS: &'static [RbacAction] = &[GRAPH_ACTION, SETTINGS_ACTION, ASSOCIATIONS_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        if let Some(id) = given(input.resource.as_ref()) {
            return reading::of_one(cx, id).await;
        }
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let mut output = Output { only: input.kind, ..Output::default() };
        if input.kind != Some(GapKind::Resources) {
            reading::machines(cx, &over, &mut output).await?;
        }
        if input.kind != Some(GapKind::Machines) {
            reading::assessed(cx, &over, &mut output).await?;
            reading::one_by_one(cx, &over, &mut output).await?;
        }
        output.total = output.machines_uncovered + output.logs_off + output.read_without;
        output.gaps.truncate(limit);
        Ok(output)
    }
}

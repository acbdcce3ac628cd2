//! Machine enrollment of subscriptions: how far it came and what it would bring.
//!
//! Owns the reading of `ManagedOps_List` (2025-07-28-preview). A provider that is not registered
//! is no enrollment, not a failure.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::places;
use crate::{
    azure::ApiVersion,
    tools::{
        context::{Operation, Pages, ReadContext},
        error::ToolError,
        rows::Row,
        untrusted::word,
    },
};

/// The right to read enrollments.
pub(super) const ENROLLMENT_ACTION: &str = "Microsoft.ManagedOps/managedOps/read";

/// What an enrollment adds without a plan of Defender.
pub(super) const ESSENTIALS: &str = "Azure Monitor, Update Manager, change tracking and \
     inventory, and machine configuration";

/// Codes of Azure that say that nothing of the kind is there.
const ABSENT: [&str; 7] = [
    "ResourceNotFound",
    "NotFound",
    "MissingSubscriptionRegistration",
    "SubscriptionNotRegistered",
    "InvalidResourceNamespace",
    "InvalidResourceType",
    "NoRegisteredProviderFound",
];

/// Services, and what people call them.
const SERVICES: [(&str, &str); 6] = [
    ("azureMonitorInsights", "Azure Monitor"),
    ("azureUpdateManager", "Update Manager"),
    ("changeTrackingAndInventory", "change tracking and inventory"),
    ("azurePolicyAndMachineConfiguration", "machine configuration"),
    ("defenderForServers", "Defender for Servers"),
    ("defenderCspm", "Defender CSPM"),
];

/// How far an enrollment came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum Stage {
    /// Everything that was asked for is on.
    Enrolled,
    /// Some of it is under way.
    InProgress,
    /// Some of it failed.
    Failed,
    /// It never began.
    NotEnrolled,
    /// It could not be read.
    Unknown,
}

impl Stage {
    /// In words.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Enrolled => "enrolled",
            Self::InProgress => "in progress",
            Self::Failed => "failed in part",
            Self::NotEnrolled => "not enrolled",
            Self::Unknown => "unknown",
        }
    }
}

/// The enrollment of a subscription.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Enrollment {
    /// How far it came.
    pub(super) stage: Stage,
    /// Each service with `Enabled`, `InProgress`, `Failed` or `Disabled`.
    pub(super) services: Vec<Service>,
}

/// A service of an enrollment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Service {
    /// What people call it.
    pub(super) name: String,
    /// `Enabled`, `InProgress`, `Failed` or `Disabled`.
    pub(super) status: String,
}

impl Service {
    /// Whether it is in this state.
    pub(super) fn is(&self, status: &str) -> bool {
        self.status.eq_ignore_ascii_case(status)
    }

    /// `Update Manager (Failed)`.
    pub(super) fn told(&self) -> String {
        format!("{} ({})", self.name, word(&self.status))
    }
}

impl Enrollment {
    const fn of_stage(stage: Stage) -> Self {
        Self { stage, services: Vec::new() }
    }

    fn of(rows: &[Map<String, Value>]) -> Self {
        let Some(row) = rows.first().map(Row::over) else {
            return Self::of_stage(Stage::NotEnrolled);
        };
        let status = |key: &str| row.text(&format!("properties.services.{key}.enablementStatus"));
        let services: Vec<Service> = SERVICES
            .iter()
            .filter_map(|(key, name)| {
                Some(Service { name: (*name).to_owned(), status: status(key)? })
            })
            .collect();
        let state = row.text("properties.provisioningState").unwrap_or_default();
        let any = |status: &str| services.iter().any(|one| one.is(status));
        let stage = if any("Failed") || state.eq_ignore_ascii_case("Failed") {
            Stage::Failed
        } else if any("InProgress") || !state.eq_ignore_ascii_case("Succeeded") {
            Stage::InProgress
        } else {
            Stage::Enrolled
        };
        Self { stage, services }
    }
}

/// The enrollments of subscriptions by ARM id, in their order. What fails is in the coverage.
pub(super) async fn read(cx: &ReadContext, scopes: &[String]) -> Vec<(String, Enrollment)> {
    let operation = Operation {
        below: "/providers/Microsoft.ManagedOps/managedOps",
        version: ApiVersion::new("2025-07-28-preview"),
        action: ENROLLMENT_ACTION,
        pages: Pages::First,
    };
    let answers = places::each(cx, scopes, operation).await;
    places::note_rest(cx, scopes, "its enrollment was");
    let read = answers.into_iter().map(|(scope, answer)| {
        let own = match answer {
            Ok(rows) => Enrollment::of(&rows),
            Err(error) if is_absent(&error) => Enrollment::of_stage(Stage::NotEnrolled),
            Err(error) => {
                cx.part_failed(&scope, "enrollment", &error);
                Enrollment::of_stage(Stage::Unknown)
            }
        };
        (scope, own)
    });
    read.collect()
}

fn is_absent(error: &ToolError) -> bool {
    ABSENT.iter().any(|code| error.code().eq_ignore_ascii_case(code))
}

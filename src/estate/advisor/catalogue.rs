//! The kinds of advice: what each says, of which category and how much it matters. Ids of
//! security are those of Defender's assessments.

use crate::estate::defender::catalogue::{Assessment, Severity};

/// A category of Advisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Cost,
    HighAvailability,
    Security,
    Performance,
    OperationalExcellence,
}

impl Category {
    /// Every category.
    pub(crate) const ALL: [Self; 5] = [
        Self::HighAvailability,
        Self::Security,
        Self::Performance,
        Self::Cost,
        Self::OperationalExcellence,
    ];

    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Cost => "Cost",
            Self::HighAvailability => "HighAvailability",
            Self::Security => "Security",
            Self::Performance => "Performance",
            Self::OperationalExcellence => "OperationalExcellence",
        }
    }
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Impact {
    High,
    Medium,
    Low,
}

impl Impact {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }
}

/// A kind of advice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    key: &'static str,
    /// The type's id.
    pub(crate) id: &'static str,
    pub(crate) category: Category,
    pub(crate) impact: Impact,
    pub(crate) problem: &'static str,
    pub(crate) solution: &'static str,
    pub(crate) benefit: &'static str,
}

impl Kind {
    /// An assessment of Defender as advice.
    pub(crate) const fn of_assessment(assessment: &'static Assessment) -> Self {
        Self {
            key: "",
            id: assessment.id,
            category: Security,
            impact: match assessment.severity {
                Severity::High => Impact::High,
                Severity::Medium => Impact::Medium,
                Severity::Low | Severity::Informational => Impact::Low,
            },
            problem: assessment.name,
            solution: assessment.name,
            benefit: "Fewer ways for an attacker",
        }
    }
}

/// The kind of a key of this crate's.
pub(crate) fn of_key(key: &str) -> Option<Kind> {
    CATALOGUE.iter().find(|kind| kind.key == key).copied()
}

const fn kind(
    (key, id): (&'static str, &'static str),
    category: Category,
    impact: Impact,
    (problem, solution, benefit): (&'static str, &'static str, &'static str),
) -> Kind {
    Kind { key, id, category, impact, problem, solution, benefit }
}

use Category::*;

/// Every kind but those of security.
pub(crate) const CATALOGUE: &[Kind] = &[
    kind(
        ("unattached-disk", "48eda464-1485-4dcf-a674-d0905df5054a"),
        Cost,
        Impact::High,
        (
            "Disk is not attached to a virtual machine and is still charged",
            "Review disks that are not attached to a VM and evaluate if you still need the disk",
            "Reduce the cost of disks nobody uses",
        ),
    ),
    kind(
        ("right-size", "e10b1381-5f0a-47ff-8c7b-37bd13d7c974"),
        Cost,
        Impact::High,
        (
            "Virtual machine is underutilized",
            "Right-size or shutdown underutilized virtual machines",
            "Reduce the cost of machines with little to do",
        ),
    ),
    kind(
        ("reserve-machines", "84b1a508-fc21-49da-979e-96894f1665df"),
        Cost,
        Impact::High,
        (
            "Machines that run all the time are charged at the on-demand price",
            "Consider virtual machine reserved instance to save over your on-demand costs",
            "Save over on-demand prices",
        ),
    ),
    kind(
        ("reserve-databases", "39fd9f1a-7b5e-4f6e-9bd8-2f5f2c4b7d11"),
        Cost,
        Impact::Medium,
        (
            "Databases that run all the time are charged at the on-demand price",
            "Consider SQL Database reserved capacity to save over your on-demand costs",
            "Save over on-demand prices",
        ),
    ),
    kind(
        ("reserve-plans", "5a6a1fd0-13f8-4a53-8c5f-7d0d0f3f9d32"),
        Cost,
        Impact::Medium,
        (
            "App Service plans that run all the time are charged at the on-demand price",
            "Consider App Service reserved instance to save over your on-demand costs",
            "Save over on-demand prices",
        ),
    ),
    kind(
        ("reserve-caches", "7b6d0c0e-0f7a-4a7e-9d07-52fd1cb12c60"),
        Cost,
        Impact::Low,
        (
            "Caches that run all the time are charged at the on-demand price",
            "Consider Cache for Redis reserved capacity to save over your on-demand costs",
            "Save over on-demand prices",
        ),
    ),
    kind(
        ("old-snapshot", "702b474d-698f-4029-9f9d-4782c626923e"),
        Cost,
        Impact::Low,
        (
            "Snapshot is older than three months",
            "Delete snapshots that are not needed any more",
            "Reduce the cost of storage",
        ),
    ),
    kind(
        ("zones", "066a047a-9ace-45f4-ac50-6325840a6b00"),
        HighAvailability,
        Impact::High,
        (
            "Virtual machine is not in an availability zone",
            "Use availability zones for better resiliency and availability",
            "Survive the loss of a data centre",
        ),
    ),
    kind(
        ("backup", "651c7925-17a3-42e5-85cd-73bd095cf27f"),
        HighAvailability,
        Impact::Medium,
        (
            "Virtual machine is not backed up",
            "Enable backups on your virtual machines",
            "Recover from deletion and corruption",
        ),
    ),
    kind(
        ("redundant-storage", "42dbf883-9e4b-4f84-9da4-232b87c4b5e9"),
        HighAvailability,
        Impact::Low,
        (
            "Storage account keeps its copies in one data centre",
            "Use zone-redundant or geo-redundant storage for production data",
            "Keep data through the loss of a data centre",
        ),
    ),
    kind(
        ("create-index", "2a1c1f0f-8d1b-49a8-9ed1-0b7e4c1d8a55"),
        Performance,
        Impact::Medium,
        (
            "Queries of the database scan whole tables",
            "Create the indexes that the database's tuning advice names",
            "Faster queries",
        ),
    ),
    kind(
        ("scale-plan", "9b63a0ac-8d64-4bbd-a4b5-5b4e2ce37a47"),
        Performance,
        Impact::Medium,
        (
            "App Service plan reaches its processor limit at peaks",
            "Scale up or out the App Service plan to avoid CPU exhaustion",
            "Shorter response times at peaks",
        ),
    ),
    kind(
        ("assess-updates", "0b9a2e9f-6c0e-4c4e-9e0b-6d4f1a2b3c4d"),
        OperationalExcellence,
        Impact::Medium,
        (
            "Machine is not checked for missing updates on its own",
            "Enable periodic assessment of updates on the machine",
            "Know what is missing before an attacker does",
        ),
    ),
    kind(
        ("diagnostics", "5c9f0c17-2f1d-4a80-9c55-6a0d5e6c7b81"),
        OperationalExcellence,
        Impact::Low,
        (
            "Resource sends no logs anywhere",
            "Enable diagnostic settings to send the resource's logs to a workspace",
            "Find out what happened when something fails",
        ),
    ),
    kind(
        ("health-alert", "242639fd-cd73-4be2-8f55-70478db8d1a5"),
        OperationalExcellence,
        Impact::Medium,
        (
            "Nobody is told of Azure service issues in all regions of the subscription",
            "Create an Azure Service Health alert for every region in use",
            "Be told when Azure problems affect you",
        ),
    ),
];

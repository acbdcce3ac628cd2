//! Backup policies of a Recovery Services vault: when, and how long it is kept.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::{Value, json};

use super::{extend, item};
use crate::estate::{
    stories::backup_policy,
    world::{ResourceIx, World, company::Environment},
};

/// A policy of a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// What Azure puts into every vault; nothing uses it.
    Default,
    /// As [`Policy::Default`].
    Enhanced,
    Daily,
    /// The one that was changed.
    Erp,
    Test,
    Sql,
}

/// How long points are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) instant_days: usize,
    pub(crate) days: usize,
    pub(crate) weeks: usize,
    pub(crate) months: usize,
}

/// The policies of a vault.
pub(crate) fn in_vault(world: &World, vault: ResourceIx) -> Vec<Policy> {
    let mut policies = vec![Policy::Default, Policy::Enhanced];
    let group = world.resource(vault).and_then(|r| world.group(r.group));
    match group.filter(|g| g.name.starts_with("rg-backup-")).map(|g| g.environment) {
        Some(Environment::Production) => policies.extend([Policy::Daily, Policy::Sql]),
        Some(Environment::NonProduction) => policies.push(Policy::Test),
        Some(Environment::Platform | Environment::Sandbox) | None => {}
    }
    if backup_policy::vault(world) == Some(vault) {
        policies.push(Policy::Erp);
    }
    policies
}

impl Policy {
    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Default => "DefaultPolicy",
            Self::Enhanced => "EnhancedPolicy",
            Self::Daily => "policy-daily-30d",
            Self::Erp => backup_policy::POLICY,
            Self::Test => "policy-test-7d",
            Self::Sql => "policy-sql-daily",
        }
    }

    /// Its id in a vault.
    pub(crate) fn id(self, world: &World, vault: ResourceIx) -> String {
        format!("{}/backupPolicies/{}", world.resource_id(vault), self.name())
    }

    /// Minutes before the anchor at which the last backups begin.
    pub(crate) const fn minutes_ago(self) -> i64 {
        match self {
            Self::Default | Self::Enhanced | Self::Daily => 7 * 60 + 40,
            Self::Erp => backup_policy::FAILURES[0] + 2,
            Self::Test => 9 * 60 + 5,
            Self::Sql => 8 * 60 + 10,
        }
    }

    /// Minutes within which backups begin.
    pub(crate) const fn spread(self) -> u64 {
        match self {
            Self::Default | Self::Enhanced | Self::Daily | Self::Test => 45,
            Self::Erp => 0,
            Self::Sql => 12,
        }
    }

    /// How long points are kept.
    pub(crate) const fn kept(self) -> Kept {
        match self {
            Self::Default | Self::Enhanced => {
                Kept { instant_days: 2, days: 30, weeks: 0, months: 0 }
            }
            Self::Daily => Kept { instant_days: 2, days: 30, weeks: 12, months: 12 },
            Self::Erp => Kept { instant_days: 5, days: 30, weeks: 12, months: 12 },
            Self::Test => Kept { instant_days: 2, days: 7, weeks: 0, months: 0 },
            Self::Sql => Kept { instant_days: 0, days: 30, weeks: 0, months: 0 },
        }
    }

    /// The REST body (backup, 2024-04-01).
    pub(crate) fn body(self, world: &World, vault: ResourceIx) -> Value {
        let covered = item::in_vault(world, vault).filter(|item| item.policy(world) == self);
        let mut body = json!({
            "id": self.id(world, vault),
            "name": self.name(),
            "type": "Microsoft.RecoveryServices/vaults/backupPolicies",
            "properties": { "protectedItemsCount": covered.count() },
        });
        let at = self.runs_at(world);
        let own = match self {
            Self::Sql => self.sql(&at),
            Self::Enhanced => enhanced(&at),
            Self::Default | Self::Daily | Self::Erp | Self::Test => self.machines(&at),
        };
        extend(&mut body, own);
        body
    }

    /// The time of day, to the half hour before the first backup begins.
    fn runs_at(self, world: &World) -> String {
        let begins: Timestamp = world.ago(self.minutes_ago());
        let begins = begins.to_zoned_datetime(TimeZone::UTC);
        let over = i64::from(begins.minute()) % 30;
        let floor = begins.checked_sub(over.minutes()).unwrap_or(begins);
        floor.strftime("%Y-%m-%dT%H:%M:00Z").to_string()
    }

    fn machines(self, at: &str) -> Value {
        let kept = self.kept();
        let mut own = json!({
            "backupManagementType": "AzureIaasVM",
            "policyType": "V1",
            "timeZone": "UTC",
            "instantRPDetails": {},
            "instantRpRetentionRangeInDays": kept.instant_days,
            "schedulePolicy": daily(at),
            "retentionPolicy": self.retention(at),
            "tieringPolicy": { "ArchivedRP": { "tieringMode": "DoNotTier", "duration": 0, "durationType": "Invalid" } },
        });
        if let (Self::Erp, Some(own)) = (self, own.as_object_mut()) {
            let details = json!({ "azureBackupRGNamePrefix": "rg-erp-snapshots-" });
            own.insert("instantRPDetails".into(), details);
        }
        own
    }

    fn sql(self, at: &str) -> Value {
        let log =
            json!({ "schedulePolicyType": "LogSchedulePolicy", "scheduleFrequencyInMins": 15 });
        let weekly = json!({
            "schedulePolicyType": "SimpleSchedulePolicy",
            "scheduleRunFrequency": "Weekly",
            "scheduleRunDays": ["Sunday"],
            "scheduleRunTimes": [at],
            "scheduleWeeklyFrequency": 0,
        });
        let mut nightly = weekly.clone();
        if let Some(nightly) = nightly.as_object_mut() {
            let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
            nightly.insert("scheduleRunDays".into(), json!(days));
        }
        let simple = |count: u32| {
            json!({
                "retentionPolicyType": "SimpleRetentionPolicy",
                "retentionDuration": { "count": count, "durationType": "Days" },
            })
        };
        let full = json!({
            "retentionPolicyType": "LongTermRetentionPolicy",
            "weeklySchedule": {
                "daysOfTheWeek": ["Sunday"],
                "retentionTimes": [at],
                "retentionDuration": { "count": 12, "durationType": "Weeks" },
            },
        });
        json!({
            "backupManagementType": "AzureWorkload",
            "workLoadType": "SQLDataBase",
            "settings": { "timeZone": "UTC", "issqlcompression": true, "isCompression": true },
            "subProtectionPolicy": [
                { "policyType": "Full", "schedulePolicy": weekly, "retentionPolicy": full },
                { "policyType": "Differential", "schedulePolicy": nightly, "retentionPolicy": simple(30) },
                { "policyType": "Log", "schedulePolicy": log, "retentionPolicy": simple(15) },
            ],
        })
    }

    fn retention(self, at: &str) -> Value {
        let kept = self.kept();
        let lasting = |count: usize, unit: &str| json!({ "count": count, "durationType": unit });
        let mut retention = json!({
            "retentionPolicyType": "LongTermRetentionPolicy",
            "dailySchedule": { "retentionTimes": [at], "retentionDuration": lasting(kept.days, "Days") },
        });
        let Some(members) = retention.as_object_mut() else {
            return retention;
        };
        if kept.weeks > 0 {
            let weekly = json!({
                "daysOfTheWeek": ["Sunday"],
                "retentionTimes": [at],
                "retentionDuration": lasting(kept.weeks, "Weeks"),
            });
            members.insert("weeklySchedule".into(), weekly);
        }
        if kept.months > 0 {
            let monthly = json!({
                "retentionScheduleFormatType": "Weekly",
                "retentionScheduleWeekly": { "daysOfTheWeek": ["Sunday"], "weeksOfTheMonth": ["First"] },
                "retentionTimes": [at],
                "retentionDuration": lasting(kept.months, "Months"),
            });
            members.insert("monthlySchedule".into(), monthly);
        }
        retention
    }
}

fn daily(at: &str) -> Value {
    json!({
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": "Daily",
        "scheduleRunTimes": [at],
        "scheduleWeeklyFrequency": 0,
    })
}

fn enhanced(at: &str) -> Value {
    json!({
        "backupManagementType": "AzureIaasVM",
        "policyType": "V2",
        "timeZone": "UTC",
        "instantRPDetails": {},
        "instantRpRetentionRangeInDays": 2,
        "schedulePolicy": {
            "schedulePolicyType": "SimpleSchedulePolicyV2",
            "scheduleRunFrequency": "Hourly",
            "hourlySchedule": { "interval": 4, "scheduleWindowStartTime": at, "scheduleWindowDuration": 12 },
        },
        "retentionPolicy": Policy::Enhanced.retention(at),
    })
}

//! How the summary is told.

use super::{Issue, Output, Share};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, action, caveat, cell, column, count_of, detail, grouped,
            headline, listed, percent,
        },
        resiliency::replicas::DRILL_DAYS,
    },
};

const TOLD_REASONS: usize = 2;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("issues");

    fn present(&self, at: &Moment) -> Presentation {
        Presentation {
            summary: listed(&self.parts()),
            findings: self.findings(at),
            views: self.views(),
            rows: self.issues.len() as u64,
            total: None,
        }
    }
}

impl Output {
    /// The figures of the parts that were read.
    fn parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if let Some(backup) = &self.backup {
            parts.push(format!(
                "{} of {} failing",
                grouped(backup.failing),
                count_of(backup.items, "backup item")
            ));
        }
        if let Some(vms) = self.machines() {
            parts.push(format!(
                "{} of {} with backup",
                grouped(vms.protected),
                count_of(vms.total, "VM")
            ));
        }
        if let Some(replication) = &self.replication {
            parts.push(format!(
                "{} of {} critical",
                grouped(replication.critical),
                count_of(replication.machines, "replicated machine")
            ));
        }
        if let Some(zones) = &self.zones {
            parts.push(format!(
                "{} of {} of production without zones",
                grouped(zones.neither),
                count_of(zones.resources, "resource")
            ));
        }
        parts
    }

    fn machines(&self) -> Option<&Share> {
        self.protected.iter().flatten().find(|one| one.kind.as_str().ends_with("/virtualmachines"))
    }

    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let tone = match self.issues.first().map(|issue| issue.severity) {
            Some("Critical") => FindingTone::Critical,
            Some(_) => FindingTone::Warning,
            None => FindingTone::Good,
        };
        let mut findings = vec![headline(tone, format!("{}.", listed(&self.parts())))];
        findings.extend(self.told_backup(at));
        findings.extend(self.told_replication());
        findings.extend(self.told_protected());
        findings.extend(self.told_zones());
        findings.extend(self.next_step());
        findings.extend(self.unread());
        findings
    }

    fn told_backup(&self, at: &Moment) -> Vec<Finding> {
        let Some(backup) = &self.backup else { return Vec::new() };
        let items = count_of(backup.items, "item");
        let first = match (backup.items, backup.failing) {
            (0, _) => {
                detail(FindingTone::Warning, "Azure Backup protects nothing that can be seen here.")
            }
            (_, 0) => detail(FindingTone::Good, format!("{items} are backed up, and none fails.")),
            (_, some) => detail(
                FindingTone::Critical,
                format!("{} of {items} backed up fail.", grouped(some)),
            ),
        };
        let reasons = backup.reasons.iter().take(TOLD_REASONS);
        std::iter::once(first)
            .chain(reasons.map(|one| detail(FindingTone::Critical, one.told(at))))
            .collect()
    }

    fn told_replication(&self) -> Option<Finding> {
        let replication = self.replication.as_ref()?;
        if replication.machines == 0 {
            let text = "Site Recovery replicates nothing that can be seen here.";
            return Some(detail(FindingTone::Warning, text));
        }
        let text = format!(
            "{} replicated: {} critical, {} with a warning; failover never tested of {}, not for \
             {DRILL_DAYS} days of {}.",
            count_of(replication.machines, "machine"),
            replication.critical,
            replication.warning,
            replication.untested,
            replication.overdue
        );
        let tone = match (replication.critical, replication.warning + replication.untested) {
            (0, 0) => FindingTone::Good,
            (0, _) => FindingTone::Warning,
            _ => FindingTone::Critical,
        };
        Some(detail(tone, text))
    }

    fn told_protected(&self) -> Option<Finding> {
        let parts = self.protected.as_ref()?.iter().map(|share| {
            let whole = share.total.max(1) as f64;
            format!(
                "{} of {} ({})",
                grouped(share.protected),
                count_of(share.total, &share.noun()),
                percent(share.protected as f64 / whole)
            )
        });
        let parts: Vec<String> = parts.collect();
        let open = self.protected.iter().flatten().any(|share| share.unprotected() > 0);
        let tone = if open { FindingTone::Warning } else { FindingTone::Good };
        (!parts.is_empty()).then(|| detail(tone, format!("Backed up are {}.", listed(&parts))))
    }

    fn told_zones(&self) -> Option<Finding> {
        let zones = self.zones.filter(|zones| zones.resources > 0)?;
        let text = format!(
            "Of {} of production that could use zones, {} are zone-redundant, {} in one zone, {} neither.",
            count_of(zones.resources, "resource"),
            grouped(zones.redundant),
            grouped(zones.zonal),
            grouped(zones.neither)
        );
        let tone = if zones.neither > 0 { FindingTone::Warning } else { FindingTone::Good };
        Some(detail(tone, text))
    }

    fn next_step(&self) -> Option<Finding> {
        let first = self.issues.first()?;
        let text = match first.kind {
            "backup" => {
                "Look at why backups fail first: each night without a recovery point adds to what a loss would cost."
            }
            "replication" => {
                "Look at the critical replication first: a failover would lose more than is planned."
            }
            "unprotected" => "Decide first about what has no backup.",
            "drill" => "Plan the failover tests that are overdue.",
            _ => "Look at what production has without zones.",
        };
        Some(action(text))
    }

    /// The parts that are missing, so that nobody takes silence for good news.
    fn unread(&self) -> Option<Finding> {
        let parts = [
            ("backups", self.backup.is_none()),
            ("what has no backup", self.protected.is_none()),
            ("replication", self.replication.is_none()),
            ("zones", self.zones.is_none()),
        ];
        let missing: Vec<String> = parts
            .into_iter()
            .filter(|(_, missing)| *missing)
            .map(|(name, _)| name.to_owned())
            .collect();
        (!missing.is_empty()).then(|| {
            caveat(format!("This says nothing about {}: not readable here.", listed(&missing)))
        })
    }

    fn views(&self) -> Vec<View> {
        let mut views = Vec::new();
        if let Some(vms) = self.machines().filter(|vms| vms.total > 0) {
            views.push(View::Gauge {
                title: "VMs with backup".to_owned(),
                value: vms.protected as f64,
                max: vms.total as f64,
                unit: "VMs".to_owned(),
                label: format!("{} of {}", grouped(vms.protected), count_of(vms.total, "VM")),
            });
        }
        if !self.issues.is_empty() {
            let row =
                |one: &Issue| vec![one.severity.into(), cell(one.title.as_str()), one.count.into()];
            views.push(View::Table {
                title: "What to look at".to_owned(),
                columns: vec![
                    column("severity", "Severity", ColumnKind::Severity),
                    column("title", "Issue", ColumnKind::Text),
                    column("count", "Count", ColumnKind::Number),
                ],
                rows: self.issues.iter().map(row).collect(),
                total: self.issues.len() as u64,
            });
        }
        views
    }
}

//! Which of the parts are worth a look, and in which order.

use super::{Backup, Issue, Output, Replication, Share, zones::Zones};
use crate::tools::{present::count_of, untrusted::Untrusted};

/// The parts with what stands out in them, worst first.
pub(super) fn output(
    protected: Option<Vec<Share>>,
    backup: Option<Backup>,
    replication: Option<Replication>,
    zones: Option<Zones>,
) -> Output {
    let mut issues = Vec::new();
    issues.extend(backup.as_ref().and_then(failing));
    if let Some(replication) = &replication {
        issues.extend(of_replication(replication));
    }
    let unprotected = protected.iter().flatten().filter(|share| share.unprotected() > 0);
    issues.extend(unprotected.map(|share| {
        let open = share.unprotected();
        let text = format!("{} without backup", count_of(open, &share.noun()));
        Issue {
            kind: "unprotected",
            severity: "Warning",
            title: Untrusted::new(&crate::tools::untrusted::plain(&text)),
            count: open,
        }
    }));
    if let Some(zones) = zones.filter(|zones| zones.neither > 0) {
        let title = format!("{} of production without zones", count_of(zones.neither, "resource"));
        issues.push(issue("zones", "Warning", &title, zones.neither));
    }
    issues.sort_by_key(|issue| (issue.severity != "Critical", rank(issue.kind)));
    Output { issues, protected, backup, replication, zones }
}

fn issue(kind: &'static str, severity: &'static str, title: &str, count: u64) -> Issue {
    Issue { kind, severity, title: Untrusted::new(title), count }
}

fn failing(backup: &Backup) -> Option<Issue> {
    (backup.failing > 0).then(|| {
        let title = format!("{} with failing backups", count_of(backup.failing, "item"));
        issue("backup", "Critical", &title, backup.failing)
    })
}

fn of_replication(replication: &Replication) -> Vec<Issue> {
    let machines = |count| count_of(count, "replicated machine");
    let mut issues = Vec::new();
    let mut add = |kind, severity, count: u64, told: &str| {
        if count > 0 {
            issues.push(issue(kind, severity, &format!("{} {told}", machines(count)), count));
        }
    };
    add("replication", "Critical", replication.critical, "in critical health");
    add("replication", "Warning", replication.warning, "with a warning");
    add("drill", "Warning", replication.untested, "whose failover was never tested");
    add("drill", "Warning", replication.overdue, "whose failover was not tested for 180 days");
    issues
}

/// What is lost first comes first.
fn rank(kind: &str) -> u8 {
    match kind {
        "backup" => 0,
        "replication" => 1,
        "unprotected" => 2,
        "drill" => 3,
        _ => 4,
    }
}

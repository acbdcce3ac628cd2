//! What the tools of resiliency tell of the sample estate; the truth is computed here from the
//! estate's REST, not from the tools.

use serde_json::json;

use crate::tools_bench::{Bench, estate};

#[tokio::test]
async fn dump() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (tool, arguments) in [
        ("list_vaults", json!({})),
        ("list_protected_items", json!({})),
        ("list_protected_items", json!({"resource": "vm-erp-01"})),
        ("list_backup_jobs", json!({})),
        ("get_backup_job", json!({"resource": "vm-erp-01"})),
        ("list_backup_policies", json!({})),
        ("get_backup_policy", json!({"policy": "policy-erp-daily"})),
        ("get_backup_policy", json!({"policy": "policy-sql-daily"})),
        ("get_backup_policy", json!({"policy": "aks-daily-7d"})),
        ("list_recovery_points", json!({"resource": "vm-erp-01"})),
        ("list_recovery_points", json!({"resource": "ERP_Main"})),
        ("list_unprotected_resources", json!({})),
        ("list_unprotected_resources", json!({"vault": "rsv-backup-prod-weu"})),
        ("list_backup_instances", json!({})),
        ("list_replicated_items", json!({})),
        ("list_recovery_plans", json!({})),
        ("list_replication_jobs", json!({})),
        ("list_zone_redundancy", json!({})),
        ("summarize_business_continuity", json!({})),
    ] {
        match bench.run(tool, arguments.clone()).await {
            Ok(told) => {
                println!("=== {tool} {arguments}: {}", told.summary);
                for finding in &told.findings {
                    println!("{:?} {:?} {}", finding.kind, finding.tone, finding.text);
                }
                println!("{:?}", told.coverage.failures);
            }
            Err(error) => println!("=== {tool} {arguments}: ERROR {error:?}"),
        }
    }
}

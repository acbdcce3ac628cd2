//! Security that one tool answers: controls, vulnerabilities, owners of tasks, coverage, exposure.

use super::table::{Row, on};

/// Words of security beyond what several tools answer.
pub(super) const TABLE: &[Row] = &[
    on("security|score control|controls list|every|definition|all -compliance|recommendation", "list_security_controls"),
    on("security_control -improve|explain|first|raise|fix|cost", "list_security_controls"),
    on("control recommendation|assessment -compliance", "list_security_controls").last(),
    on("assessment|finding @resource -compliance", "list_resource_assessments"),
    on("assessment resource|healthy|unhealthy|passed|not_applicable -compliance|attack", "list_resource_assessments"),
    on("vulnerability|vulnerabilities|cve|vulnerable -storage|account", "list_vulnerabilities").knows("software package image registry server machine sql severity exploit patchable found"),
    on("sub-assessment|subassessment|vulnerability_assessment|vulnerability_scan|cves", "list_vulnerabilities"),
    on("vulnerable image|package|software|container|machine|vm|sql|server", "list_vulnerabilities"),
    on("governance assignment|rule|owner|task|due", "list_governance_assignments"),
    on("overdue|due|owner|owns|grace recommendation|remediation|assessment|governance", "list_governance_assignments").knows("security who date late soon"),
    on("who_owns|owner|responsible|assigned recommendation|remediation|finding", "list_governance_assignments"),
    on("defender|plan coverage|covered|cover -backup|zone", "get_plan_coverage").knows("resource type percentage plans"),
    on("plan_coverage|defender_coverage|coverage_by_defender|covered_by_defender", "get_plan_coverage"),
    on("resource|resource_type|machine|vm|storage not|without|no|unprotected defender", "get_plan_coverage").knows("covered protected plan plans"),
    on("exposed|reachable|facing|internet_facing|internet_exposed|publicly machine|vm|server|virtual_machine -path|alert|port_rule|hacker|attacker", "list_exposed_machines").knows("internet from the port ports to"),
    on("public_ip exposed|internet|machine|vm", "list_exposed_machines").knows("addresses address"),
    on("rdp|ssh|management_port|open_port|port exposed|open|internet|reachable -alert|recommendation|closed|should|rule|who|can't|cannot|why", "list_exposed_machines"),
    on("exposed internet machine|vm|server|resource|what|anything -path", "list_exposed_machines").knows("publicly"),
];

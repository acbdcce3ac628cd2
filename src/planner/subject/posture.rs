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
    on("governance rule", "list_governance_rules").knows("security defender which there many days time frame automatically"),
    on("assigned|assign automatically recommendation", "list_governance_rules").knows("security who gets"),
    on("governance assignment|owner|task|due", "list_governance_assignments"),
    on("overdue|due|owner|owns|grace recommendation|remediation|assessment|governance", "list_governance_assignments").knows("security who date late soon"),
    on("who_owns|owner|responsible|assigned recommendation|remediation|finding", "list_governance_assignments"),
    on("defender|plan coverage|covered|cover -backup|zone", "get_plan_coverage").knows("resource type percentage plans"),
    on("plan_coverage|defender_coverage|coverage_by_defender|covered_by_defender", "get_plan_coverage"),
    on("resource|resource_type|machine|vm|storage not|without|no|unprotected defender", "get_plan_coverage").knows("covered protected plan plans"),
    on("jit|just_in_time|just_in_time_access", "list_just_in_time_access").knows("access vm machine policy network requested who asked lack without enabled lately port management machines vms policies request requests"),
    on("alert_suppression|suppression_rule|suppression security|defender", "list_alert_suppression_rules").knows("security alert alerts rule rules defender expire never end force"),
    on("suppressed|suppress|muted security|defender alert", "list_alert_suppression_rules"),
    on("nsg|network_security_group|security_group rule|open|inbound|port|allow|allowing|allows|permissive|any|source|internet|world -block|blocking", "list_open_ports").knows("any source internet world traffic from find everyone permissive allowing allow allows networks network security group groups open inbound port ports"),
    on("inbound any_source|any|anywhere|internet|everyone -machine|vm", "list_open_ports").knows("rule rules allow allowing traffic source open port ports"),
    on("open_port|inbound_port|port world|everyone|any_source|anywhere", "list_open_ports").knows("open is are any source"),
    on("public_ip|public_ip_address|public_address|public_ips exposed|internet|attached|behind -machine|vm|server", "list_public_addresses").knows("address addresses exposed internet check attached behind"),
    on("public_ip|public_ip_address|public_address|public_ips -machine|vm|server", "list_public_addresses").knows("address addresses exposed internet check attached behind"),
    on("exposed|reachable|facing|internet_facing|internet_exposed|publicly machine|vm|server|virtual_machine -path|alert|port_rule|hacker|attacker", "list_exposed_machines").knows("internet from the port ports to"),
    on("public_ip machine|vm|server", "list_exposed_machines").knows("addresses address"),
    on("rdp|ssh|management_port|open_port|port exposed|open|internet|reachable -alert|recommendation|closed|should|rule|who|can't|cannot|why", "list_exposed_machines"),
    on("exposed internet machine|vm|server|resource|what|anything -path", "list_exposed_machines").knows("publicly"),
];

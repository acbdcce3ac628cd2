//! What the internet reaches: machines, rules and addresses, compared with the resources that
//! REST shows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    tools_bench::{Bench, estate},
    tools_observability::told,
};

const V: &str = "2024-05-01";

/// Every resource of a type, whole, by its id in lower case.
async fn whole(bench: &Bench, arm_type: &str) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for (_, row) in bench.each("/resources", "2024-07-01").await {
        if row["type"].as_str().unwrap().eq_ignore_ascii_case(arm_type) {
            let id = row["id"].as_str().unwrap();
            all.insert(id.to_lowercase(), bench.object(id, V).await);
        }
    }
    all
}

fn lower(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_lowercase()
}

/// The rules of a security group that let any source in, with the ports.
fn open_rules(group: &Value) -> Vec<(String, String)> {
    let rules = group["properties"]["securityRules"].as_array().unwrap();
    let open = rules.iter().filter(|rule| {
        let properties = &rule["properties"];
        properties["direction"] == "Inbound"
            && properties["access"] == "Allow"
            && matches!(properties["sourceAddressPrefix"].as_str(), Some("*" | "Internet"))
    });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    open.map(|rule| (text(&rule["name"]), text(&rule["properties"]["destinationPortRange"])))
        .collect()
}

fn is_management(port: &str) -> bool {
    matches!(port, "22" | "3389" | "*")
}

#[tokio::test]
async fn exposed_machines_are_those_with_an_address_and_open_ports() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let nics = whole(&bench, "Microsoft.Network/networkInterfaces").await;
    let groups = whole(&bench, "Microsoft.Network/networkSecurityGroups").await;
    let mut truth = BTreeMap::new();
    for nic in nics.values() {
        let configuration = &nic["properties"]["ipConfigurations"][0]["properties"];
        if configuration["publicIPAddress"]["id"].is_null() {
            continue;
        }
        let machine = lower(&nic["properties"]["virtualMachine"]["id"]);
        let group = &groups[&lower(&nic["properties"]["networkSecurityGroup"]["id"])];
        let managed = open_rules(group).iter().any(|(_, port)| is_management(port));
        truth.insert(machine, managed);
    }
    let output = bench.ok("list_exposed_machines", json!({})).await;
    let rows = output.output["rows"].as_array().unwrap();
    let told_of: BTreeMap<String, bool> = rows
        .iter()
        .map(|row| (lower(&row["machine"]), row["exposure"] == "management ports"))
        .collect();
    assert_eq!(told_of, truth);
    assert!(rows.iter().all(|row| row["address"].as_str().is_some_and(|one| one.contains('.'))));
    let managed = truth.values().filter(|managed| **managed).count();
    let first = &output.findings[0].text;
    assert!(first.contains(&format!("on {managed} the management ports")), "{first}");
    assert!(told(&output).contains("vm-web-01"), "{}", told(&output));
    let output = bench.ok("list_exposed_machines", json!({"exposure": "management"})).await;
    assert_eq!(output.output["rows"].as_array().unwrap().len(), managed);
}

#[tokio::test]
async fn open_rules_are_those_of_rest_and_a_port_finds_its_range() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let groups = whole(&bench, "Microsoft.Network/networkSecurityGroups").await;
    let truth: BTreeSet<(String, String, String)> = groups
        .iter()
        .flat_map(|(id, group)| {
            open_rules(group).into_iter().map(|(name, ports)| (id.clone(), name, ports))
        })
        .collect();
    let rows = |output: &Value| -> BTreeSet<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let all = output["rows"].as_array().unwrap().iter();
        all.map(|row| (lower(&row["securityGroup"]), text(&row["rule"]), text(&row["ports"])))
            .collect()
    };
    let all = bench.ok("list_open_ports", json!({})).await;
    assert_eq!(rows(&all.output), truth);
    for (port, fits) in [(3389, ["3389"].as_slice()), (22, &["22"]), (8085, &["8080-8090"])] {
        let some = bench.ok("list_open_ports", json!({ "port": port })).await;
        let expected = truth.iter().filter(|(_, _, ports)| fits.contains(&ports.as_str()));
        assert_eq!(rows(&some.output), expected.cloned().collect(), "{port}");
    }
    let none = bench.ok("list_open_ports", json!({"port": 7})).await;
    assert_eq!(none.coverage.rows, 0);
    assert!(told(&none).contains("No network security group"), "{}", told(&none));
}

#[tokio::test]
async fn addresses_are_told_with_what_they_lead_to() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let addresses = whole(&bench, "Microsoft.Network/publicIPAddresses").await;
    let output = bench.ok("list_public_addresses", json!({})).await;
    let rows = output.output["rows"].as_array().unwrap();
    assert_eq!(rows.len(), addresses.len());
    for row in rows {
        let address = &addresses[&lower(&row["id"])];
        assert_eq!(row["address"], address["properties"]["ipAddress"]);
        let attached = lower(&address["properties"]["ipConfiguration"]["id"]);
        let kind = row["kind"].as_str().unwrap();
        assert_eq!(kind == "nothing", attached.is_empty(), "{row}");
        assert_eq!(kind == "machine", attached.contains("/networkinterfaces/"), "{row}");
        let target = row["target"].as_str().unwrap_or_default();
        assert!(attached.starts_with(target), "{row}");
    }
    let machines = rows.iter().filter(|row| row["kind"] == "machine").count();
    let output = bench.ok("list_public_addresses", json!({"kind": "machine"})).await;
    assert_eq!(output.output["rows"].as_array().unwrap().len(), machines);
}

#[tokio::test]
async fn exposure_stays_inside_the_scope_of_the_thread() {
    let estate = estate().await;
    let all = Bench::at(&estate.endpoint(), "operator");
    let subscriptions = all.subscriptions().await;
    let (id, _) = subscriptions.iter().find(|(_, name)| name.ends_with("Production")).unwrap();
    let group = format!("/subscriptions/{id}/resourceGroups/rg-web-prod-weu");
    let bench = Bench::at(&estate.endpoint(), "operator").scoped(&[&group]);
    for (tool, key) in [("list_exposed_machines", "machine"), ("list_open_ports", "securityGroup")]
    {
        let output = bench.ok(tool, json!({})).await;
        let rows = output.output["rows"].as_array().unwrap();
        assert!(!rows.is_empty(), "{tool}");
        assert!(rows.iter().all(|row| lower(&row[key]).starts_with(&group.to_lowercase())));
    }
}

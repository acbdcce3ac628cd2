//! The tools of scope agree with the REST lists of the sample estate, for every user.

use opscopilot::tools::{ToolError, ToolOutput};
use serde_json::{Value, json};

use crate::tools_bench::{Bench, estate};

fn told(output: &ToolOutput) -> String {
    let findings = output.findings.iter().map(|one| format!("{:?}: {}", one.kind, one.text));
    findings.collect::<Vec<_>>().join("\n")
}

async fn production(bench: &Bench) -> String {
    let all = bench.subscriptions().await;
    all.into_iter().find(|(_, name)| name == "Northlight Production").unwrap().0
}

#[tokio::test]
async fn groups_and_their_sizes_are_those_that_rest_lists() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let groups = bench.each("/resourcegroups", "2024-07-01").await;
    let output = bench.ok("list_resource_groups", json!({"limit": 1000})).await;
    assert_eq!(output.output["total"], groups.len());
    let rows = output.output["groups"].as_array().unwrap();
    assert_eq!(rows.len(), groups.len());
    let mut sum = 0;
    for row in rows.iter().take(12) {
        let id = row["id"].as_str().unwrap();
        let truth = bench.rest(&format!("{id}/resources"), "2024-07-01").await;
        assert_eq!(row["resources"], truth.len(), "{id}");
    }
    for row in rows {
        sum += row["resources"].as_u64().unwrap();
    }
    let all = bench.each("/resources", "2024-07-01").await;
    assert_eq!(sum, all.len() as u64);
    let some = bench.ok("list_resource_groups", json!({"name": "WEB", "limit": 2})).await;
    let truth = groups.iter().filter(|(_, one)| one["name"].as_str().unwrap().contains("web"));
    assert_eq!(some.output["total"], truth.count());
    assert_eq!(some.output["groups"].as_array().unwrap().len(), 2);
    let empty = bench.ok("list_resource_groups", json!({"emptyOnly": true})).await;
    let truth = rows.iter().filter(|row| row["resources"] == 0).count();
    assert_eq!(empty.output["total"], truth);
}

#[tokio::test]
async fn resources_that_may_not_be_seen_are_not_counted_as_none() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "security-reader");
    let output = bench.ok("list_resource_groups", json!({})).await;
    let rows = output.output["groups"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["resources"].is_null()));
    assert!(
        output
            .coverage
            .failures
            .iter()
            .any(|one| one.message.contains("resources could not be read"))
    );
    assert!(!told(&output).contains("0 resources") && !told(&output).contains("without resources"));
    for tool in ["list_resource_groups", "check_access"] {
        let error = Bench::at(&estate.endpoint(), "nobody").run(tool, json!({})).await.unwrap_err();
        assert!(matches!(error, ToolError::Denied { .. }), "{tool}: {error}");
    }
}

#[tokio::test]
async fn a_resource_is_found_by_name_part_and_id() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.each("/resources", "2024-07-01").await;
    let (_, vm) =
        all.iter().find(|(_, row)| row["type"] == "Microsoft.Compute/virtualMachines").unwrap();
    let (id, name) = (vm["id"].as_str().unwrap(), vm["name"].as_str().unwrap());
    for arguments in [
        json!({"resource": id.to_uppercase().replace("/SUBSCRIPTIONS/", "/subscriptions/")}),
        json!({"resource": name, "type": "vm"}),
        json!({"resource": name.to_uppercase(), "type": "virtual machine"}),
    ] {
        let output = bench.ok("get_resource", arguments.clone()).await;
        let rows = output.output["resources"].as_array().unwrap();
        assert!(rows.iter().any(|row| row["id"] == id), "{arguments}: {rows:?}");
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        assert_eq!(row["tags"].as_array().unwrap().len(), vm["tags"].as_object().unwrap().len());
        assert!(row["state"].is_string(), "{row}");
        let links = row["links"].as_array().unwrap();
        let to = |part: &str| links.iter().any(|one| one["id"].as_str().unwrap().contains(part));
        assert!(to("/networkInterfaces/") && to("/disks/"), "{links:?}");
    }
    let group = bench.ok("get_resource", json!({"resource": "rg-web-prod-weu"})).await;
    assert_eq!(group.output["exact"], true);
    assert!(told(&group).contains("resource group"), "{}", told(&group));
    let part = bench.ok("get_resource", json!({"resource": "web"})).await;
    assert_eq!(part.output["exact"], false);
    assert!(part.output["total"].as_u64().unwrap() > 1);
    let none = bench.ok("get_resource", json!({"resource": "no-such-thing"})).await;
    assert_eq!(none.output["total"], 0);
    for (arguments, field) in [
        (json!({"resource": " "}), "resource"),
        (json!({"resource": "x", "type": "unicorn"}), "type"),
        (json!({}), "resource"),
        (json!({"resource": "/not/an/id"}), "/not/an/id"),
    ] {
        let error = bench.run("get_resource", arguments).await.unwrap_err();
        assert!(matches!(error, ToolError::Rejected { .. }), "{error}");
        assert!(error.to_string().contains(field), "{error}");
    }
    let error = Bench::at(&estate.endpoint(), "security-reader")
        .run("get_resource", json!({"resource": name}))
        .await
        .unwrap_err();
    assert!(matches!(error, ToolError::Denied { .. }), "{error}");
}

#[tokio::test]
async fn access_is_what_the_estate_enforces() {
    let estate = estate().await;
    let check = |user: &'static str, action: &'static str| {
        let bench = Bench::at(&estate.endpoint(), user);
        async move { bench.ok("check_access", json!({"action": action})).await }
    };
    let allowed = |output: &ToolOutput| -> Vec<bool> {
        let rows = output.output["verdicts"].as_array().unwrap();
        rows.iter().map(|row| row["allowed"].as_bool().unwrap()).collect()
    };
    let output = check("operator", "assign roles").await;
    assert!(allowed(&output).iter().all(|one| *one));
    assert!(told(&output).starts_with("Headline: Yes"), "{}", told(&output));
    let output = check("reader", "restart vm").await;
    assert!(allowed(&output).iter().all(|one| !*one));
    assert_eq!(output.output["roles"][0]["name"], "Virtual Machine Contributor");
    assert!(told(&output).contains("Microsoft.Compute/virtualMachines/restart/action"));
    let output = check("contributor", "Microsoft.Authorization/roleAssignments/write").await;
    assert_eq!(allowed(&output), [false]);
    assert_eq!(output.output["roles"][0]["name"], "Role Based Access Control Administrator");
    let output = check("security-reader", "see security alerts").await;
    assert!(allowed(&output).iter().all(|one| *one));
    let output = check("security-reader", "dismiss alerts").await;
    assert_eq!(output.output["roles"][0]["name"], "Security Admin");
    let output = check("reader", "see resources").await;
    assert!(allowed(&output).iter().all(|one| *one));
}

#[tokio::test]
async fn access_is_checked_at_groups_and_resources_and_locks_are_told() {
    let estate = estate().await;
    let operator = Bench::at(&estate.endpoint(), "operator");
    let subscription = production(&operator).await;
    let group = format!("/subscriptions/{subscription}/resourceGroups/rg-web-prod-weu");
    let bench = Bench::at(&estate.endpoint(), "group-reader");
    let output = bench.ok("check_access", json!({"at": group, "action": "see resources"})).await;
    assert_eq!(output.output["verdicts"][0]["allowed"], true);
    let by_name = bench.ok("check_access", json!({"at": "rg-web-prod-weu"})).await;
    assert!(by_name.output["verdicts"].as_array().unwrap().len() > 5);
    let scoped = Bench::at(&estate.endpoint(), "operator").scoped(&[&group]);
    scoped.ok("check_access", json!({})).await;
    let outside = format!("/subscriptions/{subscription}");
    let error = scoped.run("check_access", json!({"at": outside})).await.unwrap_err();
    assert!(error.to_string().contains("outside the scope"), "{error}");
    let locks = operator
        .rest(
            &format!("/subscriptions/{subscription}/providers/Microsoft.Authorization/locks"),
            "2020-05-01",
        )
        .await;
    let locked = locks[0]["id"].as_str().unwrap().split("/providers/").next().unwrap().to_owned();
    let arguments = json!({"at": locked, "action": "delete resource group"});
    let output = operator.ok("check_access", arguments).await;
    assert_eq!(output.output["locks"].as_array().unwrap().len(), 1);
    assert!(told(&output).contains("lock (CanNotDelete)"), "{}", told(&output));
    let error = operator.run("check_access", json!({"action": "fly"})).await.unwrap_err();
    assert!(error.to_string().contains("action"), "{error}");
}

#[tokio::test]
async fn what_the_tools_of_scope_tell() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.each("/resources", "2024-07-01").await;
    let vm = all.iter().find(|(_, row)| row["type"] == "Microsoft.Compute/virtualMachines");
    let id: &Value = &vm.unwrap().1["id"];
    for (tool, arguments) in [
        ("list_resource_groups", json!({"limit": 6})),
        ("get_resource", json!({"resource": id})),
        ("check_access", json!({"action": "restart VM"})),
    ] {
        let output = bench.ok(tool, arguments).await;
        let text = format!("{}\n\n{}\n\n{}", output.summary, told(&output), output.digest);
        insta::assert_snapshot!(tool, text);
    }
}

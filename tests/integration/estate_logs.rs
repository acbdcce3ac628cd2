//! Queries of logs over HTTP, in the shapes that Microsoft's own clients send: spans, batches,
//! errors inside errors, and data that tells the stories.

use reqwest::Method;
use serde_json::{Value, json};

use crate::estate_site::Site;

/// The GUID of a workspace, and its ARM id.
pub(crate) async fn workspace(site: &Site, name: &str) -> (String, String) {
    let query = format!(
        "resources | where type =~ 'microsoft.operationalinsights/workspaces' and name == '{name}' | project id, guid = properties.customerId"
    );
    let answer = site.graph(&query).await;
    let row = &answer["data"][0];
    (row["guid"].as_str().unwrap().to_owned(), row["id"].as_str().unwrap().to_owned())
}

/// Status and body of a POST.
async fn post(site: &Site, user: &str, path: &str, body: Value) -> (u16, Value) {
    let response = site.send(user, Method::POST, path, Some(body)).await;
    (response.status().as_u16(), response.json().await.unwrap())
}

/// The rows of a query over both workspaces, as objects.
async fn rows(site: &Site, query: &str, timespan: &str) -> Vec<Value> {
    let (weu, _) = workspace(site, "log-northlight-weu").await;
    let (neu, _) = workspace(site, "log-northlight-neu").await;
    let body = json!({ "query": query, "timespan": timespan, "workspaces": [neu] });
    let (status, answer) =
        post(site, "operator", &format!("/v1/workspaces/{weu}/query"), body).await;
    assert_eq!(status, 200, "{query}: {answer}");
    assert!(answer.get("error").is_none(), "{query}: {answer}");
    let table = &answer["tables"][0];
    assert_eq!(table["name"], "PrimaryResult");
    let columns: Vec<&str> =
        table["columns"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    let rows = table["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let cells = columns.iter().zip(row.as_array().unwrap());
        Value::Object(cells.map(|(name, cell)| ((*name).to_owned(), cell.clone())).collect())
    })
    .collect()
}

#[tokio::test]
async fn a_query_as_the_sdk_sends_it_is_answered_in_types_of_kusto() {
    let site = Site::start().await;
    let (id, _) = workspace(&site, "log-northlight-weu").await;
    let path = format!("/v1/workspaces/{id}/query");
    let body = json!({
        "query": "Heartbeat | where Computer == 'vm-web-01' | project TimeGenerated, Computer, VMUUID, ComputerPrivateIPs | top 2 by TimeGenerated",
        "timespan": "PT3600.0S",
        "workspaces": null,
    });
    let (status, answer) = post(&site, "operator", &path, body).await;
    assert_eq!(status, 200, "{answer}");
    let columns = answer["tables"][0]["columns"].as_array().unwrap();
    let types: Vec<&str> = columns.iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["datetime", "string", "guid", "dynamic"]);
    let row = &answer["tables"][0]["rows"][0];
    assert!(row[0].as_str().unwrap() > "2026-03-02T08:55:00", "{row}");
    assert!(row[3].as_str().unwrap().starts_with("[\"10."), "dynamic is JSON in a text: {row}");
    for (query, types) in [
        (
            "Perf | summarize a = avg(CounterValue), n = count() by Computer | take 1",
            vec!["string", "real", "long"],
        ),
        ("Event | project EventID, EventLevel | take 1", vec!["int", "int"]),
        ("print t = 1h, b = true, d = todecimal(1)", vec!["timespan", "bool", "decimal"]),
    ] {
        let (status, answer) = post(&site, "operator", &path, json!({"query": query})).await;
        assert_eq!(status, 200, "{query}: {answer}");
        let columns = answer["tables"][0]["columns"].as_array().unwrap();
        let told: Vec<&str> = columns.iter().map(|one| one["type"].as_str().unwrap()).collect();
        assert_eq!(told, types, "{query}");
    }
    let get = site.get(&format!("{path}?query=Heartbeat%20%7C%20count&timespan=P1D")).await;
    assert!(get["tables"][0]["rows"][0][0].as_i64().unwrap() > 100);
}

#[tokio::test]
async fn a_batch_echoes_ids_and_keeps_errors_apart() {
    let site = Site::start().await;
    let (id, _) = workspace(&site, "log-northlight-weu").await;
    let one = |name: &str, query: &str| {
        json!({ "id": name, "headers": { "Prefer": "include-statistics=true,include-render=true" },
            "body": { "query": query, "timespan": "P1D", "workspaces": null },
            "path": "/query", "method": "POST", "workspace": id })
    };
    let body = json!({ "requests": [
        one("a", "Heartbeat | summarize n = count() by bin(TimeGenerated, 1h) | render timechart with (title='x')"),
        one("b", "Heartbeat | where Nothing == 1"),
    ] });
    let (status, answer) = post(&site, "operator", "/v1/$batch", body).await;
    assert_eq!(status, 200);
    let responses = answer["responses"].as_array().unwrap();
    assert_eq!(responses[0]["id"], "a");
    assert_eq!(responses[0]["status"], 200);
    assert_eq!(responses[0]["body"]["render"]["visualization"], "timechart");
    assert!(responses[0]["body"]["statistics"]["query"]["executionTime"].is_number());
    assert_eq!(responses[1]["id"], "b");
    assert_eq!(responses[1]["status"], 400);
    assert_eq!(responses[1]["body"]["error"]["innererror"]["code"], "SemanticError");
}

#[tokio::test]
async fn what_is_wrong_is_told_inside_the_envelope_of_log_analytics() {
    let site = Site::start().await;
    let (id, arm) = workspace(&site, "log-northlight-weu").await;
    let path = format!("/v1/workspaces/{id}/query");
    for (query, inner) in [
        ("Heartbeat | wherex Computer == 1", "SyntaxError"),
        ("Heartbeat | where Nothing == 1", "SemanticError"),
        ("NoSuchTable | take 1", "SemanticError"),
        ("heartbeat | take 1", "SemanticError"),
        ("search 'x'", "SemanticError"),
    ] {
        let (status, answer) = post(&site, "operator", &path, json!({"query": query})).await;
        assert_eq!(status, 400, "{query}: {answer}");
        assert_eq!(answer["error"]["code"], "BadArgumentError", "{query}");
        assert_eq!(answer["error"]["innererror"]["code"], inner, "{query}: {answer}");
        assert!(answer["error"]["correlationId"].is_string());
    }
    let (status, answer) =
        post(&site, "operator", &path, json!({"query": "Heartbeat", "timespan": "soon"})).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("BadArgumentError")));
    for (path, code) in [
        ("/v1/workspaces/nonsense/query".to_owned(), "PathNotFoundError"),
        (
            "/v1/workspaces/2f1ba0a3-4b5c-4d3e-9f00-000000000001/query".to_owned(),
            "WorkspaceNotFoundError",
        ),
        ("/v1/nothing".to_owned(), "PathNotFoundError"),
    ] {
        let (status, answer) = post(&site, "operator", &path, json!({"query": "Heartbeat"})).await;
        assert_eq!((status, answer["error"]["code"].as_str().unwrap()), (404, code), "{path}");
    }
    let (status, answer) = post(&site, "nobody", &path, json!({"query": "Heartbeat"})).await;
    assert_eq!((status, &answer["error"]["code"]), (403, &json!("InsufficientAccessError")));
    let by_arm = format!("{arm}/api/query?api-version=2020-08-01");
    let (status, answer) =
        post(&site, "operator", &by_arm, json!({"query": "Heartbeat | count"})).await;
    assert_eq!(status, 200, "{answer}");
    let (status, _) = post(&site, "nobody", &by_arm, json!({"query": "Heartbeat | count"})).await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn a_scope_answers_only_its_own_logs() {
    let site = Site::start().await;
    let machine = site.graph("resources | where name == 'vm-web-01' | project id").await;
    let id = machine["data"][0]["id"].as_str().unwrap().to_owned();
    let query = json!({"query": "Heartbeat | distinct Computer", "timespan": "PT1H"});
    let (status, answer) = post(&site, "operator", &format!("/v1{id}/query"), query.clone()).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["tables"][0]["rows"], json!([["vm-web-01"]]));
    let group = id.split("/providers").next().unwrap();
    let path = format!("/v1{group}/query");
    let (_, answer) = post(&site, "group-reader", &path, query.clone()).await;
    assert_eq!(answer["tables"][0]["rows"].as_array().unwrap().len(), 4, "{answer}");
    let (status, answer) = post(&site, "nobody", &path, query).await;
    assert_eq!((status, &answer["error"]["code"]), (403, &json!("InsufficientAccessError")));
}

#[tokio::test]
async fn logs_tell_the_stories() {
    let site = Site::start().await;
    let last = rows(
        &site,
        "Heartbeat | where Computer == 'vm-api-02' | summarize t = max(TimeGenerated)",
        "P1D",
    )
    .await;
    // Stopped 7 hours and 12 minutes before the anchor.
    assert!(last[0]["t"].as_str().unwrap().starts_with("2026-03-02T01:4"), "{last:?}");
    let guessed = rows(&site, "SecurityEvent | where EventID == 4625 and IpAddress == '203.0.113.47' | summarize n = count() by Computer, TargetUserName", "P1D").await;
    assert_eq!(
        guessed,
        [json!({"Computer": "vm-web-01", "TargetUserName": "webadmin", "n": 4812})]
    );
    let succeeded = rows(
        &site,
        "SecurityEvent | where EventID == 4624 and IpAddress == '203.0.113.47' | count",
        "P1D",
    )
    .await;
    assert_eq!(succeeded[0]["Count"], 1);
    let failing = rows(&site, "AppRequests | where AppRoleName startswith 'app-orders-prod' | summarize bad = sumif(ItemCount, Success == false), n = sum(ItemCount) by late = TimeGenerated > ago(150m) | order by late asc", "PT6H").await;
    let share = |row: &Value| row["bad"].as_f64().unwrap() / row["n"].as_f64().unwrap();
    assert!(share(&failing[0]) < 0.2 && share(&failing[1]) > 0.6, "{failing:?}");
    let backups = rows(&site, "AddonAzureBackupJobs | where JobStatus == 'Failed' | summarize n = count() by BackupItemFriendlyName", "P7D").await;
    assert_eq!(backups.len(), 4);
    assert!(backups.iter().all(|row| row["n"] == 4), "{backups:?}");
    let changed = rows(&site, "ConfigurationChange | where Computer == 'vm-web-01' and SvcName == 'wupdsvc' | project ChangeCategory, SvcState", "P1D").await;
    assert_eq!(changed, [json!({"ChangeCategory": "Added", "SvcState": "Running"})]);
    let resized = rows(&site, "AzureActivity | where Resource == 'vm-api-02' and OperationNameValue endswith 'start/action' | summarize n = count() by ActivityStatusValue | order by ActivityStatusValue asc", "P1D").await;
    assert_eq!(resized[0]["ActivityStatusValue"], "Failure");
    let refused = rows(
        &site,
        "SigninLogs | where ResultType != '0' | summarize n = count() by IPAddress | top 1 by n",
        "P1D",
    )
    .await;
    assert_eq!(refused[0]["IPAddress"], "203.0.113.47");
}

#[tokio::test]
async fn a_short_span_and_a_long_one_tell_the_same_of_what_both_have() {
    let site = Site::start().await;
    for table in [
        "Heartbeat",
        "Event",
        "Syslog",
        "SigninLogs",
        "AppRequests",
        "Usage",
        "ConfigurationChange",
        "Perf",
    ] {
        let query = format!(
            "{table} | where TimeGenerated between (datetime(2026-03-02T06:00:00Z) .. datetime(2026-03-02T07:00:00Z)) | summarize n = count()"
        );
        let narrow = rows(&site, &query, "PT3H").await;
        let wide = rows(&site, &query, "P10D").await;
        assert_eq!(narrow, wide, "{table}");
        assert!(table == "ConfigurationChange" || narrow[0]["n"].as_i64() > Some(0), "{table}");
    }
}

#[tokio::test]
async fn every_table_has_the_columns_it_tells_and_rows() {
    let site = Site::start().await;
    let (_, arm) = workspace(&site, "log-northlight-weu").await;
    let tables = site.list(&format!("{arm}/tables?api-version=2023-09-01")).await;
    assert!(tables.len() >= 20);
    for table in &tables {
        let name = table["name"].as_str().unwrap();
        let columns = table["properties"]["schema"]["standardColumns"].as_array().unwrap();
        let schema = rows(&site, &format!("{name} | getschema | count"), "PT1M").await;
        assert_eq!(schema[0]["Count"], columns.len(), "{name}");
        let count = rows(&site, &format!("{name} | count"), "P7D").await;
        assert!(count[0]["Count"].as_i64() > Some(0), "{name} is empty");
        let one = rows(&site, &format!("{name} | take 1"), "P7D").await;
        assert_eq!(one[0]["Type"], name);
        assert_eq!(one[0].as_object().unwrap().len(), columns.len(), "{name}");
    }
    let one = site.get(&format!("{arm}/tables/Heartbeat?api-version=2023-09-01")).await;
    assert_eq!(one["properties"]["plan"], "Analytics");
}

#[tokio::test]
async fn application_insights_has_names_of_its_own() {
    let site = Site::start().await;
    let query = "resources | where type =~ 'microsoft.insights/components' and name startswith 'appi-orders-prod' | project id, app = properties.AppId";
    let answer = site.graph(query).await;
    let app = answer["data"][0]["app"].as_str().unwrap().to_owned();
    let path = format!("/v1/apps/{app}/query");
    let body = json!({"query": "requests | summarize n = sum(itemCount) by success, bin(timestamp, 1h) | order by timestamp asc", "timespan": "PT12H"});
    let (status, answer) = post(&site, "operator", &path, body).await;
    assert_eq!(status, 200, "{answer}");
    let rows = answer["tables"][0]["rows"].as_array().unwrap();
    assert!(rows.len() >= 12 && rows.iter().any(|row| row[0] == "False"), "{rows:?}");
    for table in ["dependencies", "exceptions", "traces", "availabilityResults", "pageViews"] {
        let body = json!({"query": format!("{table} | count"), "timespan": "P1D"});
        let (status, answer) = post(&site, "operator", &path, body).await;
        assert_eq!(status, 200, "{table}: {answer}");
        assert!(answer["tables"][0]["rows"][0][0].as_i64() > Some(0), "{table}");
    }
}

#[tokio::test]
async fn settings_rules_and_associations_are_there() {
    let site = Site::start().await;
    let vaults = site
        .graph(
            "resources | where type =~ 'microsoft.keyvault/vaults' | project id | order by id asc",
        )
        .await;
    let (mut with, mut without) = (0, 0);
    for vault in vaults["data"].as_array().unwrap() {
        let id = vault["id"].as_str().unwrap();
        let path = format!(
            "{id}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview"
        );
        match site.get(&path).await["value"].as_array().unwrap().len() {
            0 => without += 1,
            _ => with += 1,
        }
    }
    assert!(with > 0 && without > 0);
    let unhealthy = site.graph("securityresources | where type =~ 'microsoft.security/assessments' and properties.displayName == 'Diagnostic logs in Key Vault should be enabled' and properties.status.code == 'Unhealthy' | count").await;
    assert_eq!(unhealthy["data"][0]["Count"], without);
    let machine = site.graph("resources | where name == 'vm-web-01' | project id").await;
    let id = machine["data"][0]["id"].as_str().unwrap();
    let associations = site.list(&format!("{id}/providers/Microsoft.Insights/dataCollectionRuleAssociations?api-version=2023-03-11")).await;
    assert_eq!(associations.len(), 3);
    let rule = associations[0]["properties"]["dataCollectionRuleId"].as_str().unwrap();
    let covered = site.list(&format!("{rule}/associations?api-version=2023-03-11")).await;
    let rows = site.graph("insightsresources | summarize n = count() by rule = tolower(tostring(properties.dataCollectionRuleId))").await;
    let row = rows["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["rule"].as_str().unwrap().eq_ignore_ascii_case(rule))
        .unwrap();
    assert_eq!(row["n"], covered.len());
    let disk = site
        .graph("resources | where type =~ 'microsoft.compute/disks' | take 1 | project id")
        .await;
    let disk = disk["data"][0]["id"].as_str().unwrap();
    let path = format!(
        "{disk}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview"
    );
    assert_eq!(site.refusal("operator", &path).await, (400, "ResourceTypeNotSupported".into()));
}

//! Each story of the sample estate is told the same by every provider that could know of it.

use serde_json::Value;

use crate::estate_site::Site;

const LOG: &str =
    "providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01";
/// The longest span the activity log keeps, up to the anchor of the tests' world.
const LATELY: &str = "eventTimestamp ge '2025-12-03T00:00:00Z'";

/// One production estate and its subscription.
struct Scene {
    site: Site,
    production: String,
}

impl Scene {
    async fn set() -> Self {
        let site = Site::start().await;
        let production = site.subscription("Northlight Production").await;
        Self { site, production }
    }

    fn resource(&self, group: &str, path: &str) -> String {
        format!("{}/resourceGroups/{group}/providers/{path}", self.production)
    }

    /// Events of the activity log that also fit `filter`.
    async fn log(&self, filter: &str) -> Vec<Value> {
        let path = format!("{}/{LOG}&$filter={LATELY} and {filter}", self.production);
        self.site.list(&path).await
    }

    /// Names of alerts at a scope within the last 30 days that still hold.
    async fn fired(&self, scope: &str) -> Vec<String> {
        let path = format!(
            "{scope}/providers/Microsoft.AlertsManagement/alerts?timeRange=30d&monitorCondition=Fired&api-version=2019-03-01"
        );
        let mut names: Vec<String> =
            self.site.list(&path).await.iter().map(|a| text(&a["name"])).collect();
        names.sort();
        names
    }

    async fn health(&self, id: &str) -> Value {
        let path = format!(
            "{id}/providers/Microsoft.ResourceHealth/availabilityStatuses/current?api-version=2024-02-01&$expand=recommendedactions"
        );
        self.site.get(&path).await["properties"].clone()
    }

    async fn rows(&self, query: &str) -> Vec<Value> {
        self.site.graph(query).await["data"].as_array().unwrap().clone()
    }

    /// Rows of the change table about one resource, oldest first.
    async fn changes(&self, id: &str) -> Vec<Value> {
        let query = format!(
            "resourcechanges | where properties.targetResourceId =~ '{id}' \
             | extend at = tostring(properties.changeAttributes.timestamp) | order by at asc \
             | project at, changeType = tostring(properties.changeType), by = tostring(properties.changeAttributes.changedBy), \
               correlation = tostring(properties.changeAttributes.correlationId), changes = properties.changes"
        );
        self.rows(&query).await
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The ends of requests, oldest first, as operation, status and caller.
fn ends(log: &[Value]) -> Vec<(String, String, String)> {
    let mut ends: Vec<&Value> =
        log.iter().filter(|e| e["eventName"]["value"] == "EndRequest").collect();
    ends.reverse();
    let of = |e: &&Value| {
        (text(&e["operationName"]["value"]), text(&e["status"]["value"]), text(&e["caller"]))
    };
    ends.iter().map(of).collect()
}

#[tokio::test]
async fn a_machine_that_went_down_after_a_change_is_down_everywhere() {
    let scene = Scene::set().await;
    let machine = scene.resource("rg-api-prod-neu", "Microsoft.Compute/virtualMachines/vm-api-02");

    let health = scene.health(&machine).await;
    assert_eq!(health["availabilityState"], "Unavailable");
    assert_eq!(health["reasonType"], "UserInitiated");
    assert!(text(&health["summary"]).contains("AllocationFailed"));
    assert!(!health["recommendedActions"].as_array().unwrap().is_empty());
    let down = health["occuredTime"].clone();

    let expected =
        ["Heartbeat missing", "Resource health of production machines", "VM availability"];
    assert_eq!(scene.fired(&machine).await, expected);
    let balancer =
        scene.resource("rg-api-prod-neu", "Microsoft.Network/loadBalancers/lb-api-prod-neu");
    assert_eq!(scene.fired(&balancer).await, ["Backend health below 90 percent"]);

    let log = scene.log(&format!("resourceUri eq '{machine}' and category eq 'Administrative' and eventTimestamp ge '2026-03-02T00:00:00Z'")).await;
    let who = "jonas.weber@northlight.example".to_owned();
    let step = |action: &str, status: &str| {
        (format!("Microsoft.Compute/virtualMachines/{action}"), status.to_owned(), who.clone())
    };
    let steps = [
        step("deallocate/action", "Succeeded"),
        step("write", "Succeeded"),
        step("start/action", "Failed"),
        step("start/action", "Failed"),
    ];
    assert_eq!(ends(&log), steps);
    let failure = log.iter().find(|e| e["status"]["value"] == "Failed").unwrap();
    assert!(text(&failure["properties"]["statusMessage"]).contains("AllocationFailed"));
    let told =
        scene.log(&format!("resourceUri eq '{machine}' and category eq 'ResourceHealth'")).await;
    assert_eq!(told[0]["eventTimestamp"], down);

    let changes = scene.changes(&machine).await;
    let resize = changes.last().unwrap();
    let edit = &resize["changes"]["properties.hardwareProfile.vmSize"];
    let write =
        log.iter().find(|e| text(&e["operationName"]["value"]).ends_with("/write")).unwrap();
    assert_eq!(resize["correlation"], write["correlationId"]);
    assert_eq!(resize["by"], write["caller"]);
    let body =
        scene.site.get(&format!("{machine}?$expand=instanceView&api-version=2024-07-01")).await;
    assert_eq!(body["properties"]["hardwareProfile"]["vmSize"], edit["newValue"]);
    assert_ne!(edit["previousValue"], edit["newValue"]);
    assert_eq!(body["properties"]["instanceView"]["statuses"][1]["code"], "PowerState/deallocated");

    let rows = scene.rows(&format!(
        "healthresources | where type =~ 'microsoft.resourcehealth/availabilitystatuses' and properties.targetResourceId =~ '{machine}' \
         | project now = tostring(properties.availabilityState), before = tostring(properties.previousAvailabilityState), at = tostring(properties.occurredTime)"
    )).await;
    assert_eq!((&rows[0]["now"], &rows[0]["at"]), (&health["availabilityState"], &down));
    assert_eq!(rows[0]["before"], "Available");
}

#[tokio::test]
async fn a_guessed_password_follows_from_a_port_that_somebody_opened() {
    let scene = Scene::set().await;
    let filter =
        scene.resource("rg-web-prod-weu", "Microsoft.Network/networkSecurityGroups/nsg-vm-web-01");
    let machine = scene.resource("rg-web-prod-weu", "Microsoft.Compute/virtualMachines/vm-web-01");
    let log = scene
        .log(&format!("resourceUri eq '{filter}' and caller eq 'amara.okafor@northlight.example'"))
        .await;
    let opening =
        log.iter().find(|e| text(&e["operationName"]["value"]).contains("securityRules")).unwrap();
    assert!(text(&opening["resourceId"]).ends_with("/securityRules/Allow-RDP-Vendor-Temp"));
    assert!(text(&opening["description"]).contains("Temporary access"));

    let changes = scene.changes(&filter).await;
    let change = changes.iter().find(|c| c["correlation"] == opening["correlationId"]).unwrap();
    let edits = change["changes"].as_object().unwrap();
    let source = edits.iter().find(|(path, _)| path.ends_with(".sourceAddressPrefix")).unwrap();
    let rules = scene.site.get(&format!("{filter}?api-version=2024-05-01")).await;
    let rule = &rules["properties"]["securityRules"][0];
    assert!(source.0.contains(&text(&rule["id"])));
    assert_eq!(source.1["newValue"], rule["properties"]["sourceAddressPrefix"]);

    let raised =
        scene.log("category eq 'Security' and resourceGroupName eq 'rg-web-prod-weu'").await;
    let attack = raised.iter().find(|e| e["properties"]["severity"] == "High").unwrap();
    assert_eq!(attack["properties"]["compromisedEntity"], "vm-web-01");
    assert!(text(&opening["eventTimestamp"]) < text(&attack["eventTimestamp"]));
    assert_eq!(scene.fired(&machine).await, ["Failed sign-ins above 500 an hour"]);
    let paths = scene.rows(
        "securityresources | where type == 'microsoft.security/attackpaths' | mv-expand entity = properties.graphComponent.entities \
         | where entity.entityName == 'vm-web-01' | project risk = tostring(properties.riskLevel), role = tostring(entity.role)",
    ).await;
    assert_eq!((&paths[0]["risk"], &paths[0]["role"]), (&"Critical".into(), &"entryPoint".into()));
}

#[tokio::test]
async fn the_score_fell_when_the_checkout_was_loosened() {
    let scene = Scene::set().await;
    let account = scene
        .resource("rg-checkout-prod-weu", "Microsoft.Storage/storageAccounts/stcheckoutprodweu");
    let changes = scene.changes(&account).await;
    let types: Vec<String> = changes.iter().map(|c| text(&c["changeType"])).collect();
    assert_eq!(types[..2], ["Create", "Update"]);
    let edits = &changes[1]["changes"];
    let body = scene.site.get(&format!("{account}?api-version=2023-05-01")).await;
    assert_eq!(edits["properties.supportsHttpsTrafficOnly"]["newValue"], "false");
    assert_eq!(body["properties"]["supportsHttpsTrafficOnly"], false);
    assert_eq!(
        edits["properties.networkAcls.defaultAction"]["newValue"],
        body["properties"]["networkAcls"]["defaultAction"]
    );

    let log = scene.log("resourceGroupName eq 'rg-checkout-prod-weu' and caller eq 'marta.lindqvist@northlight.example'").await;
    assert!(log.iter().all(|e| e["description"] == "CHG0031842"));
    assert!(log.iter().any(|e| e["correlationId"] == changes[1]["correlation"]));
    let fell = scene.rows(&format!(
        "securityresources | where type == 'microsoft.security/assessments' and properties.resourceDetails.id =~ '{account}' \
         | where properties.status.code == 'Unhealthy' | project at = tostring(properties.status.statusChangeDate)"
    )).await;
    let loosened = text(&changes[1]["at"]);
    assert!(fell.len() >= 3 && fell.iter().all(|row| text(&row["at"]) > loosened));
}

#[tokio::test]
async fn backups_fail_every_night_since_the_policy_was_changed() {
    let scene = Scene::set().await;
    let vault = scene
        .resource("rg-backup-prod-weu", "Microsoft.RecoveryServices/vaults/rsv-backup-prod-weu");
    scene.site.get(&format!("{vault}?api-version=2024-04-01")).await;
    let log = scene.log(&format!("resourceUri eq '{vault}/backupPolicies/policy-erp-daily'")).await;
    assert_eq!(ends(&log)[0].2, "tom.hartmann@northlight.example");
    assert!(text(&log[0]["properties"]["requestbody"]).contains("rg-erp-snapshots-"));
    let changed = text(&log[0]["eventTimestamp"]);

    let denied = scene.log("category eq 'Policy' and status eq 'Failed'").await;
    assert_eq!(denied.len(), 4);
    assert!(
        denied
            .iter()
            .all(|e| text(&e["properties"]["statusMessage"]).contains("rg-erp-snapshots-1"))
    );
    assert!(denied.iter().all(|e| text(&e["eventTimestamp"]) > changed));
    let group = format!("{}/resourceGroups/rg-erp-prod-weu", scene.production);
    let path = format!(
        "{group}/providers/Microsoft.AlertsManagement/alerts?timeRange=30d&monitorService=Azure%20Backup&api-version=2019-03-01"
    );
    let alerts = scene.site.list(&path).await;
    assert_eq!(alerts.len(), 16, "four machines, four nights");
    assert!(alerts.iter().all(|a| text(&a["properties"]["essentials"]["startDateTime"]) > changed));
}

#[tokio::test]
async fn orphaned_disks_lost_their_machines_when_a_job_deleted_them() {
    let scene = Scene::set().await;
    let disks = scene.rows(
        "resources | where type =~ 'microsoft.compute/disks' and resourceGroup =~ 'rg-analytics-prod-neu' and properties.diskState == 'Unattached' \
         | project id, at = tostring(properties.lastOwnershipUpdateTime), sku = tostring(sku.name)",
    ).await;
    assert_eq!(disks.len(), 4);
    let deleted = scene.rows(
        "resourcechanges | where properties.changeType == 'Delete' | project id = tostring(properties.targetResourceId), correlation = tostring(properties.changeAttributes.correlationId)",
    ).await;
    for disk in &disks {
        assert_eq!(disk["sku"], "Premium_LRS");
        let changes = scene.changes(disk["id"].as_str().unwrap()).await;
        let detached = changes.iter().find(|c| c["changes"]["managedBy"].is_object()).unwrap();
        let machine = &detached["changes"]["managedBy"]["previousValue"];
        let gone = deleted.iter().find(|d| d["id"] == *machine).unwrap();
        assert_eq!(gone["correlation"], detached["correlation"]);
        assert_eq!(detached["at"], disk["at"]);
        let log = scene.log(&format!("correlationId eq '{}'", text(&gone["correlation"]))).await;
        assert!(
            log.iter()
                .any(|e| e["resourceId"] == *machine && e["claims"]["name"] == "sp-export-job")
        );
        let missing = scene
            .site
            .refusal("operator", &format!("{}?api-version=2024-07-01", text(machine)))
            .await;
        assert_eq!(missing, (404, "ResourceNotFound".into()));
    }
}

#[tokio::test]
async fn machines_lack_the_patches_that_two_windows_did_not_install() {
    let scene = Scene::set().await;
    let key = "e1145ab1-eb4f-43d8-911b-36ddf771d13f";
    let log = scene.log("resourceGroupName eq 'rg-billing-prod-neu' and operationName eq 'Microsoft.Compute/virtualMachines/installPatches/action'").await;
    let failed = ends(&log);
    assert_eq!(failed.len(), 6, "three machines, two windows");
    assert!(failed.iter().all(|(_, status, _)| status == "Failed"));
    for number in 1..=3 {
        let machine = scene.resource(
            "rg-billing-prod-neu",
            &format!("Microsoft.Compute/virtualMachines/vm-billing-{number:02}"),
        );
        let finding = format!("{machine}/providers/Microsoft.Security/assessments/{key}");
        let body = scene.site.get(&format!("{finding}?api-version=2021-06-01")).await;
        assert_eq!(body["properties"]["status"]["code"], "Unhealthy");
        let subs = scene
            .site
            .list(&format!("{finding}/subAssessments?api-version=2019-01-01-preview"))
            .await;
        let critical = subs
            .iter()
            .filter(|s| s["properties"]["additionalData"]["classification"] == "Critical");
        assert_eq!(critical.count(), 3);
        assert!(log.iter().any(|e| e["resourceId"] == machine.as_str()));
    }
    let group = format!("{}/resourceGroups/rg-billing-prod-neu", scene.production);
    assert!(scene.fired(&group).await.contains(&"Patch window failed".to_owned()));
}

#[tokio::test]
async fn an_outage_in_a_region_is_felt_by_what_runs_there() {
    let scene = Scene::set().await;
    let health = format!("{}/providers/Microsoft.ResourceHealth", scene.production);
    let active = scene.site.list(&format!("{health}/events?$filter=eventType eq 'ServiceIssue' and status eq 'Active'&api-version=2024-02-01")).await;
    assert_eq!(active.len(), 1);
    let (id, event) = (text(&active[0]["name"]), &active[0]["properties"]);
    assert_eq!(event["impact"][0]["impactedRegions"][0]["impactedRegion"], "East US 2");
    let impacted = scene
        .site
        .list(&format!("{health}/events/{id}/impactedResources?api-version=2024-02-01"))
        .await;
    assert!(impacted.iter().all(|r| r["properties"]["targetRegion"] == "eastus2"));

    let statuses =
        scene.site.list(&format!("{health}/availabilityStatuses?api-version=2024-02-01")).await;
    let struck: Vec<String> = statuses
        .iter()
        .filter(|s| {
            s["properties"]["serviceImpactingEvents"][0]["incidentProperties"]["trackingId"]
                == id.as_str()
        })
        .inspect(|s| assert_eq!(s["properties"]["occuredTime"], event["impactStartTime"]))
        .map(|s| {
            text(&s["id"]).split("/providers/Microsoft.ResourceHealth").next().unwrap().to_owned()
        })
        .collect();
    let targets: Vec<String> =
        impacted.iter().map(|r| text(&r["properties"]["targetResourceId"])).collect();
    assert_eq!(struck, targets);

    let site = scene.resource("rg-orders-prod-eus2", "Microsoft.Web/sites/app-orders-prod-eus2");
    assert!(targets.contains(&site));
    assert_eq!(scene.health(&site).await["availabilityState"], "Unavailable");
    assert_eq!(scene.fired(&site).await, ["HTTP server errors above 10 a minute"]);
    let told = scene.log("category eq 'ServiceHealth' and status eq 'Active'").await;
    let word = told.iter().find(|e| e["properties"]["trackingId"] == id.as_str()).unwrap();
    assert_eq!(word["properties"]["impactStartTime"], event["impactStartTime"]);
    let rows = scene.rows(&format!(
        "servicehealthresources | where type =~ 'microsoft.resourcehealth/events' and properties.TrackingId == '{id}' \
         | project began = todatetime(tolong(properties.ImpactStartTime)), status = tostring(properties.Status) | distinct began, status"
    )).await;
    let began = text(&event["impactStartTime"]).replace(".0000000Z", "Z");
    assert_eq!((&rows[0]["began"], &rows[0]["status"]), (&began.into(), &"Active".into()));
}

#[tokio::test]
async fn a_machine_with_no_protection_has_none_wherever_one_looks() {
    let scene = Scene::set().await;
    let machine =
        scene.resource("rg-legacy-prod-uks", "Microsoft.Compute/virtualMachines/vm-legacy-01");
    let pricings = |scope: &str| {
        format!(
            "{scope}/providers/Microsoft.Security/pricings/VirtualMachines?api-version=2024-01-01"
        )
    };
    let plan = scene.site.get(&pricings(&machine)).await;
    assert_eq!(
        (&plan["properties"]["pricingTier"], &plan["properties"]["inherited"]),
        (&"Free".into(), &"False".into())
    );
    let whole = scene.site.get(&pricings(&scene.production)).await;
    assert_eq!(whole["properties"]["resourcesCoverageStatus"], "PartiallyCovered");
    let unhealthy = scene
        .site
        .list(&format!("{machine}/providers/Microsoft.Security/assessments?api-version=2021-06-01"))
        .await;
    for name in [
        "Azure Backup should be enabled for virtual machines",
        "EDR solution should be installed on Virtual Machines",
    ] {
        let finding = unhealthy.iter().find(|a| a["properties"]["displayName"] == name).unwrap();
        assert_eq!(finding["properties"]["status"]["code"], "Unhealthy", "{name}");
    }
    let log = scene
        .log(&format!("resourceUri eq '{machine}' and caller eq 'priya.raman@northlight.example'"))
        .await;
    let operations: Vec<String> =
        ends(&log).into_iter().map(|(operation, _, _)| operation).collect();
    for operation in
        ["Microsoft.Compute/virtualMachines/extensions/delete", "Microsoft.Security/pricings/write"]
    {
        assert!(operations.contains(&operation.to_owned()), "{operations:?}");
    }
    let tags = scene.changes(&machine).await;
    assert!(tags.iter().any(|c| c["changes"]["tags.owner"]["newValue"].is_null()
        && c["changes"]["tags.owner"].is_object()));
    assert!(scene.fired(&machine).await.is_empty());
    assert_eq!(scene.health(&machine).await["availabilityState"], "Available");
}

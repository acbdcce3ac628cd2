//! Rows of the shapes that the published sample queries read.

use serde_json::{Value, json};

pub(crate) const SUB: &str = "11111111-1111-1111-1111-111111111111";
const TENANT: &str = "99999999-9999-9999-9999-999999999999";

fn resource(kind: &str, name: &str, location: &str, rest: Value) -> Value {
    let group = "rg-shop";
    let mut row = json!({
        "id": format!("/subscriptions/{SUB}/resourceGroups/{group}/providers/{kind}/{name}"),
        "name": name, "type": kind.to_lowercase(), "tenantId": TENANT, "kind": "", "location": location,
        "resourceGroup": group, "subscriptionId": SUB, "managedBy": "",
    });
    if let (Value::Object(row), Value::Object(rest)) = (&mut row, rest) {
        row.extend(rest);
    }
    row
}

fn id(kind: &str, name: &str) -> String {
    format!("/subscriptions/{SUB}/resourceGroups/rg-shop/providers/{kind}/{name}")
}

fn vm(name: &str, os: &str, power: &str, size: &str) -> Value {
    resource(
        "Microsoft.Compute/virtualMachines",
        name,
        "westeurope",
        json!({
            "tags": {"environment": "Internal", "hidden-link": "x"},
            "properties": {
                "hardwareProfile": {"vmSize": size},
                "osProfile": {"computerName": name.to_uppercase()},
                "storageProfile": {"osDisk": {"osType": os, "managedDisk": {"id": id("Microsoft.Compute/disks", name)}}},
                "extended": {"instanceView": {"powerState": {"code": power}}},
                "networkProfile": {"networkInterfaces": [{"id": id("Microsoft.Network/networkInterfaces", &format!("{name}-nic"))}]},
            },
        }),
    )
}

fn nic(vm: &str, address: Option<&str>) -> Value {
    let address =
        address.map(|name| json!({"id": id("Microsoft.Network/publicIPAddresses", name)}));
    resource(
        "Microsoft.Network/networkInterfaces",
        &format!("{vm}-nic"),
        "westeurope",
        json!({
            "properties": {"ipConfigurations": [{"properties": {"primary": true, "publicIPAddress": address}}]},
        }),
    )
}

pub(crate) fn resources() -> Value {
    json!([
        vm("contoso-web1", "Linux", "PowerState/running", "Standard_B2s"),
        vm("contoso-web2", "Linux", "PowerState/deallocated", "Standard_B2s"),
        vm("sql1", "Windows", "PowerState/running", "Standard_D4s_v5"),
        nic("contoso-web1", Some("ip1")),
        nic("contoso-web2", None),
        nic("sql1", None),
        resource(
            "Microsoft.Network/publicIPAddresses",
            "ip1",
            "westeurope",
            json!({"properties": {"ipAddress": "20.1.2.3"}})
        ),
        resource(
            "Microsoft.Network/publicIPAddresses",
            "ip2",
            "northeurope",
            json!({"properties": {"ipAddress": null}})
        ),
        resource(
            "Microsoft.KeyVault/vaults",
            "kv1",
            "westeurope",
            json!({"properties": {"enableSoftDelete": true}})
        ),
        resource(
            "Microsoft.Storage/storageAccounts",
            "stshop",
            "northeurope",
            json!({
                "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "tags": {"tag with a space": "Custom value"},
                "properties": {"supportsHttpsTrafficOnly": false},
            })
        ),
        resource(
            "Microsoft.Network/virtualNetworks",
            "vnet1",
            "westeurope",
            json!({"properties": {"subnets": [
                {"name": "web", "properties": {"addressPrefix": "10.0.0.0/24"}},
                {"name": "data", "properties": {"addressPrefix": "10.0.1.0/24"}},
            ]}})
        ),
        resource(
            "Microsoft.Network/networkSecurityGroups",
            "nsg-free",
            "westeurope",
            json!({"properties": {}})
        ),
        resource(
            "Microsoft.Network/networkSecurityGroups",
            "nsg-used",
            "westeurope",
            json!({"properties": {"subnets": [{"id": "x"}]}})
        ),
        resource(
            "Microsoft.DocumentDB/databaseAccounts",
            "cosmos1",
            "eastus",
            json!({"properties": {"writeLocations": [
                {"locationName": "East US"}, {"locationName": "West US"},
            ]}})
        ),
        resource(
            "Microsoft.Compute/virtualMachineScaleSets",
            "contoso-set",
            "westeurope",
            json!({"sku": {"name": "Standard_D2", "capacity": 4}})
        ),
        resource(
            "Microsoft.HybridCompute/machines",
            "arc1",
            "westeurope",
            json!({"properties": {
                "osProfile": {"computerName": "ARC1"}, "osName": "linux", "status": "Connected",
                "lastStatusChange": "2026-03-14T10:00:00Z",
            }})
        ),
        resource(
            "Microsoft.HybridCompute/machines/extensions",
            "x",
            "westeurope",
            json!({
                "id": id("Microsoft.HybridCompute/machines", "arc1/extensions/MDE"), "name": "MDE",
            })
        ),
    ])
}

pub(crate) fn containers() -> Value {
    json!([
        {"id": format!("/subscriptions/{SUB}"), "name": "Shop Production", "type": "microsoft.resources/subscriptions",
         "subscriptionId": SUB, "tenantId": TENANT, "properties": {"state": "Enabled", "managementGroupAncestorsChain": [
            {"name": "mg-prod", "displayName": "Production"}, {"name": "mg-root", "displayName": "Root"}]}},
        {"id": format!("/subscriptions/{SUB}/resourceGroups/rg-shop"), "name": "rg-shop",
         "type": "microsoft.resources/subscriptions/resourcegroups", "resourceGroup": "rg-shop", "subscriptionId": SUB,
         "tags": {"Key1": "Value1"}},
        {"id": "/providers/Microsoft.Management/managementGroups/mg-prod", "name": "mg-prod",
         "type": "microsoft.management/managementgroups", "properties": {"displayName": "Production",
         "details": {"managementGroupAncestorsChain": [{"name": "mg-root"}]}}},
    ])
}

pub(crate) fn security() -> Value {
    let assessment = |name: &str, display: &str, state: &str| {
        json!({"id": id("Microsoft.Security/assessments", name), "name": name, "type": "microsoft.security/assessments",
            "subscriptionId": SUB, "tenantId": TENANT, "resourceGroup": "rg-shop",
            "properties": {"displayName": display, "status": {"code": state}, "resourceDetails": {"Source": "Azure"},
                "metadata": {"severity": "High"}}})
    };
    json!([
        {"id": "/s/ascScore", "name": "ascScore", "type": "microsoft.security/securescores", "subscriptionId": SUB,
         "tenantId": TENANT, "properties": {"weight": 50, "score": {"percentage": 0.5, "current": 29.0, "max": 58}}},
        {"id": "/s/c1", "name": "c1", "type": "microsoft.security/securescores/securescorecontrols", "subscriptionId": SUB,
         "tenantId": TENANT, "properties": {"displayName": "Enable MFA", "unhealthyResourceCount": 2,
            "healthyResourceCount": 8, "notApplicableResourceCount": 0, "weight": 10,
            "score": {"percentage": 0.8, "current": 8.0, "max": 10},
            "definition": {"name": "def1", "properties": {"maxScore": 10, "source": {"sourceType": "BuiltIn"}}}}},
        assessment("a1", "MFA should be enabled", "Healthy"),
        assessment("a1", "MFA should be enabled", "Unhealthy"),
        assessment("a1", "MFA should be enabled", "Unhealthy"),
        assessment("dbd0cb49", "Container registry images should have vulnerability findings resolved", "Unhealthy"),
        {"id": id("Microsoft.Security/assessments", "dbd0cb49/subassessments/s1"), "name": "s1",
         "type": "microsoft.security/assessments/subassessments", "subscriptionId": SUB, "resourceGroup": "rg-shop",
         "properties": {"displayName": "CVE-1", "description": "d", "status": {"severity": "High", "code": "Unhealthy"},
            "resourceDetails": {"id": "/r"}, "timeGenerated": "2026-03-10T00:00:00Z",
            "additionalData": {"imageDigest": "sha256:1", "repositoryName": "web"}}},
        {"id": format!("/subscriptions/{SUB}/providers/Microsoft.Security/pricings/VirtualMachines"), "name": "VirtualMachines",
         "type": "microsoft.security/pricings", "subscriptionId": SUB, "properties": {"pricingTier": "Standard"}},
    ])
}

pub(crate) fn advisor() -> Value {
    let cost = |resource: &str, savings: &str| {
        json!({"type": "microsoft.advisor/recommendations", "properties": {
        "category": "Cost", "shortDescription": {"solution": "Right-size"}, "resourceMetadata": {"resourceId": resource},
        "extendedProperties": {"savingsAmount": savings, "savingsCurrency": "EUR"}}})
    };
    json!([cost("/a", "10.256"), cost("/b", "5.5"), {"type": "microsoft.advisor/recommendations",
        "properties": {"category": "Security"}}])
}

pub(crate) fn policy() -> Value {
    let state = |name: &str, state: &str, weight: i64| {
        json!({"type": "microsoft.policyinsights/policystates",
        "properties": {"complianceState": state, "resourceId": name, "policyAssignmentId": "/pa1", "stateWeight": weight,
            "policyAssignmentScope": "/s", "policyAssignmentName": "Audit", "policyDefinitionId": "/pd1",
            "resourceLocation": "westeurope", "timestamp": "2026-03-15T00:00:00Z",
            "policyAssignmentParameters": {}, "isDeny": "false"}})
    };
    json!([
        state("/r1", "Compliant", 200),
        state("/r2", "NonCompliant", 300),
        state("/r2", "Compliant", 200),
        state("/r3", "Exempt", 100)
    ])
}

pub(crate) fn health() -> Value {
    let status = |name: &str, state: &str| {
        json!({"id": format!("{}/providers/Microsoft.ResourceHealth/availabilityStatuses/current",
            id("Microsoft.Compute/virtualMachines", name)), "name": "current",
        "type": "microsoft.resourcehealth/availabilitystatuses", "subscriptionId": SUB,
        "properties": {"targetResourceType": "microsoft.compute/virtualmachines",
            "targetResourceId": id("microsoft.compute/virtualMachines", name), "availabilityState": state}})
    };
    json!([status("contoso-web1", "Available"), status("sql1", "Unavailable")])
}

pub(crate) fn service_health() -> Value {
    json!([{"id": "/e/1", "name": "ABC-1", "type": "microsoft.resourcehealth/events", "subscriptionId": SUB, "properties": {
        "EventType": "ServiceIssue", "Status": "Active", "Title": "Storage in West Europe", "TrackingId": "ABC-1",
        "Priority": 1, "ImpactStartTime": "2026-03-15T08:00:00Z", "ImpactMitigationTime": "2026-03-16T00:00:00Z",
        "Summary": "s"}}])
}

pub(crate) fn patches() -> Value {
    let vm = id("Microsoft.Compute/virtualMachines", "sql1");
    json!([
        {"id": format!("{vm}/patchAssessmentResults/latest"), "name": "latest",
         "type": "microsoft.compute/virtualmachines/patchassessmentresults", "properties": {"osType": "Windows",
            "lastModifiedDateTime": "2026-03-14T00:00:00Z", "installedPatchCount": 3, "failedPatchCount": 0,
            "availablePatchCountByClassification": {"critical": 2, "security": 5, "updateRollup": 0}}},
        {"id": format!("{vm}/patchAssessmentResults/latest/softwarePatches/KB1"), "name": "KB1",
         "type": "microsoft.compute/virtualmachines/patchassessmentresults/softwarepatches", "properties": {
            "patchName": "KB1", "kbId": "1", "classifications": ["Critical"], "lastModifiedDateTime": "2026-03-14T00:00:00Z"}},
        {"id": format!("{vm}/patchAssessmentResults/latest/softwarePatches/bash"), "name": "bash",
         "type": "microsoft.compute/virtualmachines/patchassessmentresults/softwarepatches", "properties": {
            "patchName": "bash", "version": "5.1", "classifications": ["Other"], "lastModifiedDateTime": "2026-03-14T00:00:00Z"}},
    ])
}

pub(crate) fn guest_configuration() -> Value {
    json!([{"id": "/g/1", "name": "AzureWindowsBaseline", "type": "microsoft.guestconfiguration/guestconfigurationassignments",
    "properties": {"complianceStatus": "NonCompliant", "lastComplianceStatusChecked": "2026-03-15T00:00:00Z",
        "targetResourceId": id("Microsoft.Compute/virtualMachines", "sql1"),
        "latestAssignmentReport": {"resources": [
            {"resourceId": "r1", "complianceStatus": "false", "reasons": [{"phrase": "p1"}, {"phrase": "p2"}]},
            {"resourceId": "Invalid assignment package.", "reasons": []},
        ]}}}])
}

pub(crate) fn authorization() -> Value {
    let assignment = |name: &str, role: &str, scope: &str| {
        json!({"id": format!("/ra/{name}"), "name": name,
        "type": "microsoft.authorization/roleassignments", "subscriptionId": SUB, "properties": {"principalId": "p1",
            "principalType": "User", "scope": scope, "createdOn": "2026-03-01T00:00:00Z",
            "roleDefinitionId": format!("/providers/Microsoft.Authorization/RoleDefinitions/{role}")}})
    };
    json!([
        assignment("1", "owner", "/s1"), assignment("2", "owner", "/s2"), assignment("3", "reader", "/s1"),
        {"id": "/providers/Microsoft.Authorization/RoleDefinitions/custom1", "name": "custom1",
         "type": "microsoft.authorization/roledefinitions", "properties": {"type": "CustomRole", "roleName": "Unused",
            "assignableScopes": ["/"], "permissions": [{"actions": ["*/read", "x/write"], "notActions": []}]}},
    ])
}

pub(crate) fn alerts() -> Value {
    let alert = |name: &str, severity: &str, state: &str, start: &str| {
        json!({"id": format!("/al/{name}"), "name": name,
        "type": "microsoft.alertsmanagement/alerts", "subscriptionId": SUB, "properties": {"essentials": {
            "severity": severity, "alertState": state, "monitorCondition": "Fired", "startDateTime": start,
            "monitorService": "Platform", "targetResourceType": "vm"}}})
    };
    json!([
        alert("cpu", "Sev1", "New", "2026-03-15T10:00:00Z"),
        alert("disk", "Sev3", "Closed", "2026-01-01T00:00:00Z")
    ])
}

pub(crate) fn changes() -> Value {
    let change = |kind: &str, at: &str, changes: Value| {
        json!({"id": format!("/ch/{at}"), "type": "microsoft.resources/changes",
        "subscriptionId": SUB, "resourceGroup": "rg-shop", "properties": {"changeType": kind,
            "targetResourceId": id("Microsoft.Compute/virtualMachines", "sql1"),
            "targetResourceType": "microsoft.compute/virtualmachines", "changes": changes,
            "changeAttributes": {"timestamp": at, "changedBy": "ops@contoso.com", "correlationId": "c1", "changesCount": 1}}})
    };
    json!([
        change(
            "Update",
            "2026-03-15T09:00:00.500Z",
            json!({"properties.hardwareProfile.vmSize": {"newValue": "B"}})
        ),
        change("Create", "2026-03-01T09:00:00Z", json!({})),
    ])
}

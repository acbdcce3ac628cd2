//! Queries in the shapes of Microsoft's published Resource Graph samples, against rows of the
//! shapes those samples read.

mod inventory;
pub(crate) mod rows;

use serde_json::json;

use super::{answer, check, names, rows as answered};

#[test]
fn secure_score_per_subscription_and_control() {
    check(
        "SecurityResources
        | where type == 'microsoft.security/securescores'
        | extend percentageScore = properties.score.percentage, currentScore = properties.score.current,
            maxScore = properties.score.max, weight = properties.weight
        | project subscriptionId, percentageScore, currentScore, maxScore, weight",
        json!([[rows::SUB, 0.5, 29.0, 58, 50]]),
    );
    check(
        "SecurityResources
        | where type == 'microsoft.security/securescores/securescorecontrols'
        | extend controlName=properties.displayName, unhealthy=properties.unhealthyResourceCount,
            maxScore=properties.definition.properties.maxScore, controlType=properties.definition.properties.source.sourceType
        | project controlName, unhealthy, gain = todouble(maxScore) - todouble(properties.score.current), controlType
        | order by gain desc",
        json!([["Enable MFA", 2, 2.0, "BuiltIn"]]),
    );
}

#[test]
fn secure_score_per_management_group() {
    check(
        "SecurityResources
        | where type == 'microsoft.security/securescores'
        | project subscriptionId,
            subscriptionTotal = iff(properties.score.max == 0, 0.00, round(tolong(properties.weight) * todouble(properties.score.current)/tolong(properties.score.max), 2)),
            weight = tolong(iff(properties.weight == 0, 1, properties.weight))
        | join kind=leftouter (
            ResourceContainers
            | where type == 'microsoft.resources/subscriptions' and properties.state == 'Enabled'
            | project subscriptionId, mgChain=properties.managementGroupAncestorsChain
        ) on subscriptionId
        | mv-expand mg=mgChain
        | summarize sumSubs = sum(subscriptionTotal), sumWeight = sum(weight), resultsNum = count()
            by tostring(mg.displayName), mgId = tostring(mg.name)
        | extend secureScore = iff(tolong(resultsNum) == 0, 404.00, round(sumSubs/sumWeight*100, 2))
        | project mgName=mg_displayName, mgId, sumSubs, sumWeight, resultsNum, secureScore
        | order by mgName asc",
        json!([["Production", "mg-prod", 25.0, 50, 1, 50.0], ["Root", "mg-root", 25.0, 50, 1, 50.0]]),
    );
}

#[test]
fn recommendations_and_findings() {
    check(
        "SecurityResources
        | where type == 'microsoft.security/assessments'
        | extend resourceId=id, recommendationName=properties.displayName, recommendationState=properties.status.code
        | where recommendationName startswith 'MFA'
        | summarize numberOfResources=count(resourceId) by tostring(recommendationName), tostring(recommendationState)
        | order by tostring(recommendationState) asc",
        json!([["MFA should be enabled", "Healthy", 1], ["MFA should be enabled", "Unhealthy", 2]]),
    );
    check(
        "securityresources
        | where type == 'microsoft.security/assessments'
        | where properties.displayName contains 'Container registry images should have vulnerability findings resolved'
        | summarize by assessmentKey=name //the ID of the assessment
        | join kind=inner (
            securityresources
            | where type == 'microsoft.security/assessments/subassessments'
            | extend assessmentKey = extract('.*assessments/(.+?)/.*',1,  id)
        ) on assessmentKey
        | project assessmentKey, subassessmentKey=name, id, parse_json(properties), resourceGroup, subscriptionId, tenantId
        | extend description = properties.description, severity = properties.status.severity,
            generated = properties.timeGenerated, digest = properties.additionalData.imageDigest
        | project assessmentKey, subassessmentKey, severity, digest",
        json!([["dbd0cb49", "s1", "High", "sha256:1"]]),
    );
    check(
        "SecurityResources | where type == 'microsoft.security/pricings'
        | project Subscription= subscriptionId, Azure_Defender_plan= name, Status= properties.pricingTier",
        json!([[rows::SUB, "VirtualMachines", "Standard"]]),
    );
}

#[test]
fn any_column_can_be_searched() {
    check(
        "SecurityResources | where type == 'microsoft.security/assessments' | where * contains 'vulnerability findings' | summarize by assessmentKey=name",
        json!([["dbd0cb49"]]),
    );
    check(
        "Resources | where * has 'Standard_LRS' or * == 'kv1' | project name | order by name asc",
        json!([["kv1"], ["stshop"]]),
    );
    check("Resources | where * !contains 'e' | count", json!([[0]]));
}

#[test]
fn regulatory_compliance_report() {
    check(
        "let rows = datatable(id: string, name: string, subscriptionId: string, properties: dynamic) [
            '/x/regulatoryComplianceStandards/HIPAA-HITRUST/regulatoryComplianceControls/c-1/regulatoryComplianceAssessments/a1', 'a1', 's', dynamic({'failedResources': 2, 'passedResources': 1, 'skippedResources': 0}),
        ];
        rows
        | parse id with * \"regulatoryComplianceStandards/\" complianceStandardId \"/regulatoryComplianceControls/\" complianceControlId \"/regulatoryComplianceAssessments\" *
        | extend complianceStandardId = replace( \"-\", \" \", complianceStandardId)
        | where complianceStandardId ==  \"HIPAA HITRUST\"
        | extend failed = toint(properties.failedResources), passed = toint(properties.passedResources)
        | where failed + passed > 0 or properties.assessmentType == \"MicrosoftManaged\"
        | join kind = leftouter(SecurityResources | where type == 'microsoft.security/assessments') on subscriptionId, name
        | extend source = tolower(tostring(properties1.resourceDetails.Source)), recommendationId = iff(isnull(id1) or isempty(id1), id, id1)
        | extend parts = extract_all(@\"/providers/[^/]+(?:/([^/]+)/[^/]+(?:/[^/]+/[^/]+)?)?/([^/]+)/([^/]+)$\", recommendationId)[0]
        | mvexpand perInitiative = properties1.statusPerInitiative
        | extend expected = perInitiative.policyInitiativeName =~ \"HIPAA HITRUST\"
        | summarize arg_max(expected, *) by complianceControlId, recommendationId
        | extend state = iff(expected, tolower(perInitiative.code), tolower(properties1.status.code))
        | project complianceControlId, failed, source, state, resourceGroup",
        json!([["c-1", 2, "", "", ""]]),
    );
}

#[test]
fn advisor_savings() {
    check(
        "AdvisorResources
        | where type == 'microsoft.advisor/recommendations'
        | where properties.category == 'Cost'
        | extend resources = tostring(properties.resourceMetadata.resourceId),
            savings = todouble(properties.extendedProperties.savingsAmount),
            solution = tostring(properties.shortDescription.solution),
            currency = tostring(properties.extendedProperties.savingsCurrency)
        | summarize dcount(resources), bin(sum(savings), 0.01) by solution, currency
        | project solution, dcount_resources, sum_savings, currency
        | order by sum_savings desc",
        json!([["Right-size", 2, 15.75, "EUR"]]),
    );
}

#[test]
fn policy_compliance_by_assignment() {
    check(
        "PolicyResources
        | where type =~ 'Microsoft.PolicyInsights/PolicyStates'
        | extend complianceState = tostring(properties.complianceState)
        | extend resourceId = tostring(properties.resourceId), policyAssignmentId = tostring(properties.policyAssignmentId),
            stateWeight = tolong(properties.stateWeight)
        | summarize max(stateWeight) by resourceId, policyAssignmentId
        | summarize counts = count() by policyAssignmentId, max_stateWeight
        | summarize overallStateWeight = max(max_stateWeight), nonCompliantCount = sumif(counts, max_stateWeight == 300),
            compliantCount = sumif(counts, max_stateWeight == 200), exemptCount = sumif(counts, max_stateWeight == 100)
            by policyAssignmentId
        | extend totalResources = todouble(nonCompliantCount + compliantCount + exemptCount)
        | extend compliancePercentage = iff(totalResources == 0, todouble(100), 100 * todouble(compliantCount + exemptCount) / totalResources)
        | project policyAssignmentId, complianceState = iff(overallStateWeight == 300, 'noncompliant', iff(overallStateWeight == 200, 'compliant', 'exempt')),
            compliancePercentage = round(compliancePercentage, 1), nonCompliantCount",
        json!([["/pa1", "noncompliant", 66.7, 1]]),
    );
    check(
        "PolicyResources | where type == 'microsoft.policyinsights/policystates'
        | where properties.complianceState == 'NonCompliant' | project properties.resourceId",
        json!([["/r2"]]),
    );
}

#[test]
fn health_of_resources_and_services() {
    check(
        "HealthResources
        | where type =~ 'microsoft.resourcehealth/availabilitystatuses'
        | summarize count() by subscriptionId, AvailabilityState = tostring(properties.availabilityState)
        | order by AvailabilityState asc",
        json!([[rows::SUB, "Available", 1], [rows::SUB, "Unavailable", 1]]),
    );
    check(
        "HealthResources
        | where type =~ 'microsoft.resourcehealth/availabilitystatuses' and properties.availabilityState != 'Available'
        | extend vm = tolower(tostring(properties.targetResourceId))
        | join kind=inner (resources | extend vm = tolower(id) | project vm, size = tostring(properties.hardwareProfile.vmSize)) on vm
        | project tostring(split(vm, '/')[-1]), size",
        json!([["sql1", "Standard_D4s_v5"]]),
    );
    check(
        "ServiceHealthResources
        | where type =~ 'Microsoft.ResourceHealth/events'
        | extend eventType = tostring(properties.EventType), status = properties.Status, trackingId = properties.TrackingId,
            impactMitigationTime = todatetime(properties.ImpactMitigationTime)
        | where status == 'Active' and impactMitigationTime > now()
        | summarize count(subscriptionId) by name, eventType",
        json!([["ABC-1", "ServiceIssue", 1]]),
    );
}

#[test]
fn patches_pending_and_installed() {
    check(
        "PatchAssessmentResources
        | where type !has 'softwarepatches'
        | extend prop = parse_json(properties)
        | extend lastTime = properties.lastModifiedDateTime
        | extend securityCount = prop.availablePatchCountByClassification.security, toolsCount = prop.availablePatchCountByClassification.tools
        | project lastTime, securityCount, toolsCount, OS = prop.osType",
        json!([["2026-03-14T00:00:00Z", 5, null, "Windows"]]),
    );
    check(
        "PatchInstallationResources
        | where type has 'softwarepatches' and properties !has 'version'
        | extend machineName = tostring(split(id, '/', 8)), resourceType = tostring(split(type, '/', 0)),
            tostring(rgName = split(id, '/', 4)), tostring(RunID = split(id, '/', 10))
        | extend prop = parse_json(properties)
        | extend lTime = todatetime(prop.lastModifiedDateTime), classifications = tostring(prop.classifications)
        | where lTime > ago(7d)
        | project lTime, RunID, machineName, rgName, resourceType, classifications
        | sort by RunID",
        json!([["2026-03-14T00:00:00Z", "[\"latest\"]", "[\"sql1\"]", "[\"rg-shop\"]", "[\"microsoft.compute\"]", "[\"Critical\"]"]]),
    );
}

#[test]
fn guest_configuration_reasons() {
    check(
        "GuestConfigurationResources
        | where type =~ 'microsoft.guestconfiguration/guestconfigurationassignments'
        | extend vmid = split(properties.targetResourceId, '/')
        | mvexpand properties.latestAssignmentReport.resources
        | where properties_latestAssignmentReport_resources.resourceId != 'Invalid assignment package.'
        | project status = tostring(properties.complianceStatus), vmName = vmid[(-1)],
            resource = tostring(properties_latestAssignmentReport_resources.resourceId),
            reasons = properties_latestAssignmentReport_resources.reasons
        | mvexpand reasons
        | project status, vmName, resource, phrase = reasons.phrase",
        json!([["NonCompliant", "sql1", "r1", "p1"], ["NonCompliant", "sql1", "r1", "p2"]]),
    );
}

#[test]
fn role_assignments_and_unused_roles() {
    check(
        "AuthorizationResources
        | where type =~ 'microsoft.authorization/roleassignments'
        | extend roleDefinitionId = tolower(tostring(properties.roleDefinitionId)), principalId = tostring(properties.principalId)
        | summarize count_ = count(), Scopes = make_set(tolower(properties.scope)) by roleDefinitionId, principalId
        | where count_ > 1
        | order by count_ desc",
        json!([["/providers/microsoft.authorization/roledefinitions/owner", "p1", 2, ["/s1", "/s2"]]]),
    );
    check(
        "AuthorizationResources
        | where type =~ 'microsoft.authorization/roledefinitions'
        | where tolower(properties.type) == 'customrole'
        | extend rdId = tolower(id)
        | extend Scope = tolower(properties.assignableScopes)
        | join kind = leftouter (
            AuthorizationResources
            | where type =~ 'microsoft.authorization/roleassignments'
            | extend RoleId = tolower(tostring(properties.roleDefinitionId))
            | summarize RoleAssignmentCount = count() by RoleId
        ) on $left.rdId == $right.RoleId
        | where isempty(RoleAssignmentCount)
        | project RoleName = properties.roleName, Scope, Actions = properties.permissions[0].actions",
        json!([["Unused", "[\"/\"]", ["*/read", "x/write"]]]),
    );
}

#[test]
fn alerts_and_changes() {
    check(
        "AlertsManagementResources
        | extend Sev = tostring(properties.essentials.severity), AlertTime = todatetime(properties.essentials.startDateTime)
        | where properties.essentials.monitorCondition == 'Fired' and AlertTime > ago(30d)
        | extend Details = pack_all()
        | project name, Sev, Details.Sev, properties.essentials['alertState']",
        json!([["cpu", "Sev1", "Sev1", "New"]]),
    );
    check(
        "ResourceChanges
        | join kind=inner (resourcecontainers | where type == 'microsoft.resources/subscriptions' | project subscriptionId, subscriptionName = name) on subscriptionId
        | extend changeTime = todatetime(properties.changeAttributes.timestamp), targetResourceId = tostring(properties.targetResourceId),
            changeType = tostring(properties.changeType), changedProperties = properties.changes
        | where changeTime > ago(1d)
        | order by changeTime desc
        | project changeTime, subscriptionName, changeType, tostring(split(targetResourceId, '/')[-1]), bag_keys(changedProperties)[0]",
        json!([["2026-03-15T09:00:00.5Z", "Shop Production", "Update", "sql1", "properties.hardwareProfile.vmSize"]]),
    );
    check(
        "ResourceChanges | extend changeType = tostring(properties.changeType), at = todatetime(properties.changeAttributes.timestamp)
        | summarize count() by changeType, bin(at, 1d) | order by at asc",
        json!([["Create", "2026-03-01T00:00:00Z", 1], ["Update", "2026-03-15T00:00:00Z", 1]]),
    );
}

#[test]
fn management_groups_of_a_chain() {
    check(
        "ResourceContainers
        | where type =~ 'microsoft.management/managementgroups'
        | extend mgParent = properties.details.managementGroupAncestorsChain
        | mv-expand with_itemindex=MGHierarchy mgParent
        | project name, properties.displayName, MGHierarchy, mgParent.name",
        json!([["mg-prod", "Production", 0, "mg-root"]]),
    );
    let found = answer("ResourceContainers | where type == 'microsoft.resources/subscriptions' | project SubName = name, properties.state").unwrap();
    assert_eq!(names(&found), ["SubName", "properties_state"]);
    assert_eq!(answered("ResourceContainers | summarize count()"), json!([[3]]));
}

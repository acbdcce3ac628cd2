"""Policy, updates, machine configuration, changes: what the configuration tools read."""

from datetime import datetime, timedelta, timezone

from harness import Nothing, first, gets, lists, refuses, segment

VM = "Microsoft.Compute/virtualMachines"
STATES = {"Compliant", "NonCompliant", "Exempt", "Unknown", "Conflict", "Error", "Protected"}
COMPLIANCE = {"Compliant", "NonCompliant", "Pending"}
DAY = timedelta(days=1)
ANCHOR = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)


def states(az, **options):
    from azure.mgmt.policyinsights.models import QueryOptions
    return az.pi.policy_states.list_query_results_for_subscription(
        "latest", az.sub, QueryOptions(**options) if options else None)


def assignment(az):
    """The scope and name of an assignment, and the definition it assigns."""
    found = first(az.pol.policy_assignments.list())
    return found.id[: found.id.lower().rindex("/providers/")], found.name


def definition(az, kind):
    """The name of an assigned built-in definition or set."""
    for item in az.pol.policy_assignments.list():
        id = item.policy_definition_id
        if id.lower().startswith(f"/providers/microsoft.authorization/{kind}/".lower()):
            return id.split("/")[-1]
    raise Nothing(f"no assignment of {kind}")


def remediation(az):
    return first(az.pi.remediations.list_for_subscription()).name


def guest(az):
    item = first(az.gc.guest_configuration_assignments.subscription_list())
    return segment(item.id, "resourceGroups"), segment(item.id, "virtualMachines"), item.name


def report(az):
    group, vm, name = guest(az)
    listed = az.gc.guest_configuration_assignment_reports.list(group, name, vm)
    if not listed.value:
        raise Nothing("no report")
    return group, name, listed.value[0].name.split("/")[-1], vm


def configuration(az):
    for at in az.every():
        for item in at.mt.maintenance_configurations.list():
            return at, item
    raise Nothing("no maintenance configuration")

def with_assignment(az):
    for item in az.mt.configuration_assignments_within_subscription.list():
        if item.resource_id and "/virtualmachines/" in item.resource_id.lower():
            id = item.resource_id
            return az.mt.configuration_assignments.list(
                segment(id, "resourceGroups"), "Microsoft.Compute", "virtualMachines",
                segment(id, "virtualMachines"))
    raise Nothing("no assignment to a machine")


def rows(az, table, which="", columns=""):
    kql = f"{table} {which} | take 3"
    answer = az.arg.resources({"subscriptions": [az.sub], "query": kql})
    if not answer.data:
        raise Nothing(f"no rows in {table}")
    return answer.data


def logs(az, kql):
    found = az.one("Microsoft.OperationalInsights/workspaces")
    customer = found.az.la.workspaces.get(found.group, found.name).customer_id
    answer = found.az.lq.query_workspace(customer, kql, timespan=timedelta(days=14))
    if not answer.tables[0].rows:
        raise Nothing("no rows")
    return answer


def exemptions(az):
    """`policyExemptions` left the pinned SDK: read as it is on the wire."""
    path = "/providers/Microsoft.Authorization/policyExemptions?api-version=2022-07-01-preview"
    answer = az.raw(az.scope + path)
    answer.raise_for_status()
    if not answer.json()["value"]:
        raise Nothing("no exemption")
    return answer.json()["value"][0]


CALLS = [
    *gets("G01 policy_states.summarize_for_subscription",
          lambda az: az.pi.policy_states.summarize_for_subscription("latest", az.sub), value=list,
          value__first__results__non_compliant_resources=int,
          value__first__results__non_compliant_policies=int,
          value__first__policy_assignments=list,
          value__first__policy_assignments__first__policy_assignment_id=str),
    *lists("G02 policy_states.list_query_results_for_subscription", states,
           resource_id=str, policy_assignment_id=str, policy_definition_id=str,
           compliance_state=STATES, timestamp=datetime, is_compliant=bool),
    *lists("G02 policy_states $filter",
           lambda az: states(az, filter="complianceState eq 'NonCompliant'"),
           compliance_state="NonCompliant"),
    *lists("G02 policy_states $apply",
           lambda az: states(az, apply="filter(complianceState eq 'NonCompliant')/"
                             "groupby((policyAssignmentId), aggregate($count as count))"),
           policy_assignment_id=str, additional_properties__count=int),
    *lists("G02 policy_states.list_query_results_for_resource",
           lambda az: az.pi.policy_states.list_query_results_for_resource(
               "latest", first(states(az)).resource_id), compliance_state=STATES),
    *refuses("G02 policy_states $filter", lambda az: states(az, filter="colour eq"), status=400),
    *lists("G04 policy_events.list_query_results_for_subscription",
           lambda az: az.pi.policy_events.list_query_results_for_subscription("default", az.sub),
           resource_id=str, timestamp=datetime),
    *lists("G05 remediations.list_for_subscription",
           lambda az: az.pi.remediations.list_for_subscription(), name=str,
           policy_assignment_id=str, provisioning_state=str, created_on=datetime,
           deployment_status__total_deployments=int),
    *gets("G06 remediations.get_at_subscription",
          lambda az: az.pi.remediations.get_at_subscription(remediation(az)), name=str,
          provisioning_state=str),
    *refuses("G06 remediations.get_at_subscription",
             lambda az: az.pi.remediations.get_at_subscription("no-such")),
    *lists("G09 remediations.list_deployments_at_subscription",
           lambda az: az.pi.remediations.list_deployments_at_subscription(remediation(az)),
           remediated_resource_id=str, status=str),
    *lists("G10 policy_assignments.list", lambda az: az.pol.policy_assignments.list(), id=str,
           name=str, policy_definition_id=str, scope=str,
           enforcement_mode={"Default", "DoNotEnforce", "Enroll"}, display_name_=str),
    *gets("G11 policy_assignments.get",
          lambda az: az.pol.policy_assignments.get(*assignment(az)), name=str,
          policy_definition_id=str),
    *refuses("G11 policy_assignments.get",
             lambda az: az.pol.policy_assignments.get(az.scope, "no-such"),
             code="PolicyAssignmentNotFound"),
    *gets("G12 policy_definitions.get_built_in",
          lambda az: az.pol.policy_definitions.get_built_in(definition(az, "policyDefinitions")),
          display_name=str, policy_type="BuiltIn", mode=str, policy_rule=dict),
    *gets("G13 policy_set_definitions.get_built_in",
          lambda az: az.pol.policy_set_definitions.get_built_in(
              definition(az, "policySetDefinitions")),
          display_name=str, policy_type="BuiltIn", policy_definitions=list),
    *gets("G14 policyExemptions on the wire", exemptions, name=str,
          properties__policyAssignmentId=str,
          properties__exemptionCategory={"Waiver", "Mitigated"}),
    *lists("G15 guest_configuration_assignments.subscription_list",
           lambda az: az.gc.guest_configuration_assignments.subscription_list(), name=str,
           properties__compliance_status=COMPLIANCE, properties__guest_configuration__name=str,
           properties__last_compliance_status_checked_=datetime),
    *lists("G16 guest_configuration_assignments.list",
           lambda az: az.gc.guest_configuration_assignments.list(*guest(az)[:2]), name=str,
           properties__compliance_status=COMPLIANCE),
    *gets("G17 guest_configuration_assignment_reports.list",
          lambda az: az.gc.guest_configuration_assignment_reports.list(
              guest(az)[0], guest(az)[2], guest(az)[1]), value=list,
          value__first__properties__compliance_status=COMPLIANCE),
    *gets("G17 guest_configuration_assignment_reports.get",
          lambda az: az.gc.guest_configuration_assignment_reports.get(*report(az)),
          properties__compliance_status=COMPLIANCE, properties__details=lambda d: d is not None),
    *lists("G20 maintenance_configurations.list",
           lambda az: configuration(az)[0].mt.maintenance_configurations.list(), paged=False, name=str,
           maintenance_scope=str, location=str),
    *gets("G20 maintenance_configurations.get",
          lambda az: configuration(az)[0].mt.maintenance_configurations.get(
              segment(configuration(az)[1].id, "resourceGroups"), configuration(az)[1].name),
          start_date_time=str, recur_every=str, time_zone=str),
    *lists("G22 configuration_assignments.list", with_assignment, paged=False,
           maintenance_configuration_id=str),
    *lists("G22 configuration_assignments_within_subscription.list",
           lambda az: az.mt.configuration_assignments_within_subscription.list(), paged=False,
           maintenance_configuration_id=str),
    *lists("G24 apply_updates.list", lambda az: az.mt.apply_updates.list(), paged=False, resource_id=str,
           status=str),
    *lists("G27 changes.list_changes_by_subscription",
           lambda az: az.ca.changes.list_changes_by_subscription(ANCHOR - 7 * DAY, ANCHOR),
           properties__resource_id=str, properties__time_stamp=datetime),
    *gets("G30 patch assessments",
          lambda az: rows(az, "patchassessmentresources",
                          "| where type == 'microsoft.compute/virtualmachines/patchassessmentresults'"),
          first__id=str, first__properties__osType={"Windows", "Linux"},
          first__properties__rebootPending=bool,
          first__properties__availablePatchCountByClassification=dict),
    *gets("G30 pending patches",
          lambda az: rows(az, "patchassessmentresources",
                          "| where type has 'softwarepatches'"),
          first__properties__patchName=str, first__properties__classifications=list),
    *gets("G30 patch installations",
          lambda az: rows(az, "patchinstallationresources",
                          "| where type == 'microsoft.compute/virtualmachines/patchinstallationresults'"),
          first__properties__status=str, first__properties__installedPatchCount=int),
    *gets("G30 maintenance rows", lambda az: rows(az, "maintenanceresources"), first__id=str),
    *gets("G30 policy rows", lambda az: rows(az, "policyresources",
                                             "| where type == 'microsoft.policyinsights/policystates'"),
          first__properties__complianceState=STATES),
    *gets("G30 guest configuration rows", lambda az: rows(az, "guestconfigurationresources"),
          first__properties__complianceStatus=COMPLIANCE),
    *gets("G31 resource changes", lambda az: rows(az, "resourcechanges"),
          first__properties__changeType={"Create", "Update", "Delete"},
          first__properties__targetResourceId=str,
          first__properties__changeAttributes__timestamp=str),
    *gets("G32 in-guest changes",
          lambda az: logs(az, "ConfigurationChange | take 3 | project TimeGenerated, Computer, "
                          "ConfigChangeType, ChangeCategory"),
          tables__first__rows__first=lambda row: (
              isinstance(row["TimeGenerated"], datetime) and row["Computer"]
              and row["ConfigChangeType"] and row["ChangeCategory"])),
    *gets("G32 inventory", lambda az: logs(az, "ConfigurationData | take 3 | project TimeGenerated, "
                                           "Computer, ConfigDataType"),
          tables__first__rows__first=lambda row: (
              isinstance(row["TimeGenerated"], datetime) and row["Computer"]
              and row["ConfigDataType"])),
]

# What the estate does not have yet; an entry fails once all of its calls work.
NOT_YET: set[str] = {
    "G27 changes.list_changes_by_subscription",
}

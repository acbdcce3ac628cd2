"""Defender for Cloud: what the security tools read."""

from datetime import datetime, timedelta

from harness import Nothing, first, gets, lists, refuses, scope_of, segment

NO_GUID = "00000000-1111-2222-3333-444444444444"
STATES = {"Passed", "Failed", "Skipped", "Unsupported"}
LEVELS = {"Low", "Medium", "High"}
SCORE = {"current": float, "max": float, "percentage": lambda p: 0 <= p <= 1}
ALERT = {
    "id": lambda id: "/locations/" in id, "name": str, "alert_type": str, "system_alert_id": str,
    "alert_display_name": str, "severity": {"Informational", "Low", "Medium", "High"},
    "intent": str, "start_time_utc": datetime, "time_generated_utc": datetime,
    "status": {"Active", "InProgress", "Resolved", "Dismissed"}, "resource_identifiers": list,
    "entities": list, "entities__first__type": str, "extended_properties": dict,
    "compromised_entity": str, "remediation_steps": list, "is_incident": bool,
}
ASSESSMENT = {
    "id": str, "name": str, "display_name": str,
    "status__code": {"Healthy", "Unhealthy", "NotApplicable"},
    "status__first_evaluation_date": datetime, "status__status_change_date": datetime,
    "resource_details__source": "Azure", "resource_details__id": str,
}


def assessment(az, code="Unhealthy"):
    for item in az.sec.assessments.list(az.scope):
        if item.status.code == code:
            return scope_of(item.id), item.name
    raise Nothing(f"no {code} assessment")


def sub_assessment(az):
    item = first(az.sec.sub_assessments.list_all(az.scope))
    name = segment(item.id, "assessments")
    return item.id[: item.id.lower().index("/providers/microsoft.security/")], name, item.name


def alert(az):
    item = first(az.sec.alerts.list())
    return segment(item.id, "locations"), item.name


def alert_group(az):
    for item in az.sec.alerts.list():
        if "/resourcegroups/" in item.id.lower():
            return segment(item.id, "resourceGroups")
    raise Nothing("no alert of a resource group")


def location(az):
    return first(az.sec.locations.list()).name


def standard(az):
    return first(az.sec.regulatory_compliance_standards.list()).name


def control(az):
    name = standard(az)
    return name, first(az.sec.regulatory_compliance_controls.list(name)).name


def compliance_assessment(az):
    names = control(az)
    return *names, first(az.sec.regulatory_compliance_assessments.list(*names)).name


def governed(az):
    """An assessment that somebody was given, from the rows Resource Graph has."""
    kql = ("securityresources | where type == "
           "'microsoft.security/assessments/governanceassignments' | project id")
    answer = az.arg.resources({"subscriptions": [az.sub], "query": kql})
    if not answer.data:
        raise Nothing("no governance assignment")
    id = answer.data[0]["id"]
    return id[: id.lower().index("/providers/microsoft.security/")], segment(id, "assessments")


def jit(az):
    item = first(az.sec.jit_network_access_policies.list())
    return segment(item.id, "resourceGroups"), segment(item.id, "locations"), item.name


def rule_scope(az):
    return az.scope.strip("/")


def rows(az, kind, **columns):
    """Rows of a type from Resource Graph's security table."""
    kql = f"securityresources | where type == 'microsoft.security/{kind}' | take 3"
    answer = az.arg.resources({"subscriptions": [az.sub], "query": kql})
    if not answer.data:
        raise Nothing(f"no rows of {kind}")
    return answer.data


CALLS = [
    *lists("S01 secure_scores.list", lambda az: az.sec.secure_scores.list(), name=str,
           display_name=str, weight=int, **SCORE),
    *gets("S02 secure_scores.get", lambda az: az.sec.secure_scores.get("ascScore"),
          name="ascScore", **SCORE),
    *refuses("S02 secure_scores.get", lambda az: az.sec.secure_scores.get("no-such")),
    *lists("S03 secure_score_controls.list", lambda az: az.sec.secure_score_controls.list(),
           display_name=str, healthy_resource_count=int, unhealthy_resource_count=int,
           not_applicable_resource_count=int, **SCORE),
    *lists("S03 secure_score_controls.list $expand",
           lambda az: az.sec.secure_score_controls.list(expand="definition"),
           definition__display_name=str, definition__max_score=int,
           definition__assessment_definitions=list),
    *lists("S04 secure_score_controls.list_by_secure_score",
           lambda az: az.sec.secure_score_controls.list_by_secure_score("ascScore"),
           display_name=str, **SCORE),
    *lists("S05 secure_score_control_definitions.list_by_subscription",
           lambda az: az.sec.secure_score_control_definitions.list_by_subscription(),
           display_name=str, max_score=int, source__source_type={"BuiltIn", "Custom"},
           assessment_definitions=list, assessment_definitions__first__id=str),
    *lists("S05 secure_score_control_definitions.list",
           lambda az: az.sec.secure_score_control_definitions.list(), display_name=str),
    *lists("S06 assessments.list", lambda az: az.sec.assessments.list(az.scope), **ASSESSMENT),
    *gets("S07 assessments.get", lambda az: az.sec.assessments.get(*assessment(az)), **ASSESSMENT),
    *gets("S07 assessments.get $expand",
          lambda az: az.sec.assessments.get(*assessment(az), expand="metadata"),
          metadata__severity=LEVELS, metadata__display_name=str),
    *gets("S07 assessments.get links",
          lambda az: az.sec.assessments.get(*assessment(az), expand="links"),
          links__azure_portal_uri=str),
    *refuses("S07 assessments.get",
             lambda az: az.sec.assessments.get(assessment(az)[0], NO_GUID)),
    *lists("S08 assessments_metadata.list_by_subscription",
           lambda az: az.sec.assessments_metadata.list_by_subscription(), name=str,
           display_name=str, description=str, remediation_description=str, severity=LEVELS,
           categories=list, user_impact_={"Low", "Moderate", "High"}, assessment_type={"BuiltIn"}),
    *gets("S08 assessments_metadata.get_in_subscription",
          lambda az: az.sec.assessments_metadata.get_in_subscription(assessment(az)[1]),
          display_name=str, severity=LEVELS),
    *lists("S08 assessments_metadata.list", lambda az: az.sec.assessments_metadata.list(),
           display_name=str, severity=LEVELS),
    *gets("S08 assessments_metadata.get",
          lambda az: az.sec.assessments_metadata.get(assessment(az)[1]), display_name=str),
    *refuses("S08 assessments_metadata.get_in_subscription",
             lambda az: az.sec.assessments_metadata.get_in_subscription(NO_GUID)),
    *lists("S09 sub_assessments.list_all", lambda az: az.sec.sub_assessments.list_all(az.scope),
           id=str, id_properties_id=str, display_name=str,
           status__code={"Healthy", "Unhealthy", "NotApplicable"}, status__severity=LEVELS,
           category=str, time_generated=datetime, resource_details__source="Azure",
           additional_data__assessed_resource_type_=str),
    *lists("S09 sub_assessments.list",
           lambda az: az.sec.sub_assessments.list(*sub_assessment(az)[:2]), display_name=str),
    *gets("S09 sub_assessments.get", lambda az: az.sec.sub_assessments.get(*sub_assessment(az)),
          display_name=str, remediation=str, description=str),
    *refuses("S09 sub_assessments.get",
             lambda az: az.sec.sub_assessments.get(*sub_assessment(az)[:2], NO_GUID)),
    *lists("S10 alerts.list", lambda az: az.sec.alerts.list(), **ALERT),
    *lists("S30 alerts.list_by_resource_group",
           lambda az: az.sec.alerts.list_by_resource_group(alert_group(az)), **ALERT),
    *lists("S10 alerts.list_subscription_level_by_region",
           lambda az: az.sec.alerts.list_subscription_level_by_region(alert(az)[0]), **ALERT),
    *gets("S11 alerts.get_subscription_level",
          lambda az: az.sec.alerts.get_subscription_level(*alert(az)), **ALERT),
    *refuses("S11 alerts.get_subscription_level",
             lambda az: az.sec.alerts.get_subscription_level(alert(az)[0], "0_" + NO_GUID)),
    *lists("S29 alerts_suppression_rules.list",
           lambda az: az.sec.alerts_suppression_rules.list(), name=str, alert_type=str, reason=str,
           state={"Enabled", "Disabled", "Expired"}, last_modified_utc=datetime,
           expiration_date_utc_=datetime, suppression_alerts_scope__all_of_=list),
    *gets("S29 alerts_suppression_rules.get",
          lambda az: az.sec.alerts_suppression_rules.get(
              first(az.sec.alerts_suppression_rules.list()).name), name=str, reason=str),
    *refuses("S29 alerts_suppression_rules.get",
             lambda az: az.sec.alerts_suppression_rules.get("no-such")),
    *gets("S16 pricings.list", lambda az: az.sec.pricings.list(az.scope.strip("/")), value=list,
          value__first__name=str, value__first__pricing_tier={"Free", "Standard"},
          value__first__free_trial_remaining_time=timedelta),
    *gets("S17 pricings.get",
          lambda az: az.sec.pricings.get(az.scope.strip("/"), "VirtualMachines"),
          name="VirtualMachines", pricing_tier={"Free", "Standard"}),
    *gets("S16 pricings.list $filter",
          lambda az: az.sec.pricings.list(az.scope.strip("/"),
                                          filter="name in (VirtualMachines,Containers)"),
          value=lambda plans: {p.name for p in plans} == {"VirtualMachines", "Containers"}),
    *refuses("S17 pricings.get", lambda az: az.sec.pricings.get(az.scope.strip("/"), "NoSuch")),
    *lists("S19 regulatory_compliance_standards.list",
           lambda az: az.sec.regulatory_compliance_standards.list(), name=str, state=STATES,
           passed_controls=int, failed_controls=int, skipped_controls=int,
           unsupported_controls=int),
    *lists("S19 regulatory_compliance_standards.list $filter",
           lambda az: az.sec.regulatory_compliance_standards.list(
               filter="properties/state eq 'Failed'"), state="Failed"),
    *gets("S19 regulatory_compliance_standards.get",
          lambda az: az.sec.regulatory_compliance_standards.get(standard(az)), state=STATES),
    *refuses("S19 regulatory_compliance_standards.get",
             lambda az: az.sec.regulatory_compliance_standards.get("no-such")),
    *lists("S20 regulatory_compliance_controls.list",
           lambda az: az.sec.regulatory_compliance_controls.list(standard(az)), name=str,
           description=str, state=STATES, passed_assessments=int, failed_assessments=int),
    *gets("S20 regulatory_compliance_controls.get",
          lambda az: az.sec.regulatory_compliance_controls.get(*control(az)), state=STATES),
    *lists("S21 regulatory_compliance_assessments.list",
           lambda az: az.sec.regulatory_compliance_assessments.list(*control(az)), name=str,
           description=str, state=STATES, passed_resources=int, failed_resources=int),
    *gets("S21 regulatory_compliance_assessments.get",
          lambda az: az.sec.regulatory_compliance_assessments.get(*compliance_assessment(az)),
          state=STATES),
    *lists("S22 governance_rules.list", lambda az: az.sec.governance_rules.list(rule_scope(az)),
           display_name=str, rule_priority=int, rule_type="Integrated", condition_sets=list,
           owner_source__type={"ByTag", "Manually"}, source_resource_type="Assessments",
           remediation_timeframe=str),
    *gets("S22 governance_rules.get",
          lambda az: az.sec.governance_rules.get(
              rule_scope(az), first(az.sec.governance_rules.list(rule_scope(az))).name),
          display_name=str),
    *lists("S23 governance_assignments.list",
           lambda az: az.sec.governance_assignments.list(*governed(az)), name=str, owner=str,
           remediation_due_date=datetime, is_grace_period=bool),
    *gets("S23 governance_assignments.get",
          lambda az: az.sec.governance_assignments.get(
              *governed(az), first(az.sec.governance_assignments.list(*governed(az))).name),
          owner=str, remediation_due_date=datetime),
    *lists("S25 jit_network_access_policies.list",
           lambda az: az.sec.jit_network_access_policies.list(), name=str, location=str,
           kind="Basic", virtual_machines=list, virtual_machines__first__id=str,
           virtual_machines__first__ports=list, virtual_machines__first__ports__first__number=int,
           virtual_machines__first__ports__first__protocol={"TCP", "UDP", "*"},
           virtual_machines__first__ports__first__max_request_access_duration=str,
           requests_=lambda asked: isinstance(asked, list), provisioning_state="Succeeded"),
    *gets("S25 jit_network_access_policies.get",
          lambda az: az.sec.jit_network_access_policies.get(*jit(az)), virtual_machines=list),
    *lists("S25 jit_network_access_policies.list_by_region",
           lambda az: az.sec.jit_network_access_policies.list_by_region(jit(az)[1]),
           virtual_machines=list),
    *lists("S25 jit_network_access_policies.list_by_resource_group",
           lambda az: az.sec.jit_network_access_policies.list_by_resource_group(jit(az)[0]),
           virtual_machines=list),
    *refuses("S25 jit_network_access_policies.get",
             lambda az: az.sec.jit_network_access_policies.get(*jit(az)[:2], "no-such")),
    *lists("S26 locations.list", lambda az: az.sec.locations.list(), name=str, id=str),
    *gets("S26 locations.get", lambda az: az.sec.locations.get(location(az)), name=str),
    *gets("S28 attack paths", lambda az: rows(az, "attackpaths"), first__id=str,
          first__properties__displayName=str, first__properties__riskCategories=list,
          first__properties__graphComponent=dict),
    *gets("S28 alert rows", lambda az: rows(az, "locations/alerts"),
          first__properties__Severity=str, first__properties__SystemAlertId=str),
]

# What the estate does not have yet; an entry fails once all of its calls work.
NOT_YET: set[str] = set()

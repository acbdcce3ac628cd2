"""Alerts, metrics, logs, activity, health, rules: what the observability tools read."""

from datetime import datetime, timedelta, timezone

from harness import first, gets, lists, refuses, segment

VM = "Microsoft.Compute/virtualMachines"
WORKSPACE = "Microsoft.OperationalInsights/workspaces"
COMPONENT = "Microsoft.Insights/components"
SEVERITIES = {f"Sev{n}" for n in range(5)}
SINCE = "2026-02-25T09:00:00Z"
UNTIL = "2026-03-02T09:00:00Z"
WINDOW = (datetime(2026, 2, 25, 9, tzinfo=timezone.utc), datetime(2026, 3, 2, 9, tzinfo=timezone.utc))
GUID = "00000000-1111-2222-3333-444444444444"


def an_alert(az):
    return first(az.am.alerts.get_all()).id.split("/")[-1]


def a_vm(az):
    return az.one(VM)


def event(az):
    return first(az.rh.events.list_by_subscription_id())


def event_with_impact(az):
    for item in az.rh.events.list_by_subscription_id():
        for _ in az.rh.impacted_resources.list_by_subscription_id_and_event_id(item.name):
            return item.name
    return event(az).name


def advisory(az):
    for item in az.rh.events.list_by_subscription_id():
        if str(getattr(item.event_type, "value", item.event_type)) == "SecurityAdvisory":
            return item.name
    return event(az).name


def metrics_of(az, **more):
    vm = a_vm(az)
    options = {"timespan": f"{SINCE}/{UNTIL}", "interval": "PT1H",
               "metricnames": "Percentage CPU", "aggregation": "Average,Maximum"}
    return vm.az.mon.metrics.list(vm.id, **(options | more))


def workspace(az):
    found = az.one(WORKSPACE)
    return found.az, found.az.la.workspaces.get(found.group, found.name)


def logs(az, kql="Heartbeat | take 5"):
    at, found = workspace(az)
    return at.lq.query_workspace(found.customer_id, kql, timespan=timedelta(days=1))


def log_batch(az):
    _, found = workspace(az)
    from azure.monitor.query import LogsBatchQuery
    one = LogsBatchQuery(workspace_id=found.customer_id, query="Heartbeat | count",
                         timespan=timedelta(days=1))
    return az.lq.query_batch([one, one])


def metric_batch(az):
    vm = a_vm(az)
    return vm.az.mq.query_resources(
        resource_ids=[vm.id], metric_namespace=VM, metric_names=["Percentage CPU"],
        timespan=WINDOW, granularity=timedelta(hours=1), aggregations=["Average"])


def group_and_name(item):
    return segment(item.id, "resourceGroups"), item.name


def metric_rule(az):
    return group_and_name(first(az.mon.metric_alerts.list_by_subscription()))


def query_rule(az):
    return group_and_name(first(az.mon.scheduled_query_rules.list_by_subscription()))


def activity_rule(az):
    return group_and_name(first(az.mon.activity_log_alerts.list_by_subscription_id()))


def groups_of(az):
    """Action groups of a subscription that has some."""
    return az.one("Microsoft.Insights/actionGroups").az.mon.action_groups


def rules_of(az):
    """Data collection rules of a subscription that has some."""
    return az.one("Microsoft.Insights/dataCollectionRules").az.mon.data_collection_rules


def action_group(az):
    return group_and_name(first(groups_of(az).list_by_subscription_id()))


def processing_rule(az):
    return group_and_name(first(az.apr.alert_processing_rules.list_by_subscription()))


def collection_rule(az):
    return group_and_name(first(rules_of(az).list_by_subscription()))


def settings_of(az):
    """`diagnosticSettings` left the pinned SDK: read as it is on the wire."""
    path = "/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview"
    for found in (az.one("Microsoft.Web/sites"), az.one("Microsoft.KeyVault/vaults")):
        answer = az.raw(found.id + path)
        answer.raise_for_status()
        for item in answer.json()["value"]:
            return item
    return {}


ACTIVITY = f"eventTimestamp ge '{SINCE}' and eventTimestamp le '{UNTIL}'"

CALLS = [
    *lists("O01 alerts.get_all", lambda az: az.am.alerts.get_all(), id=str, name=str,
           properties__essentials__severity=SEVERITIES,
           properties__essentials__monitor_condition={"Fired", "Resolved"},
           properties__essentials__alert_state={"New", "Acknowledged", "Closed"},
           properties__essentials__signal_type={"Metric", "Log", "Unknown"},
           properties__essentials__target_resource=str,
           properties__essentials__start_date_time=datetime),
    *lists("O01 alerts.get_all narrowed",
           lambda az: az.am.alerts.get_all(monitor_condition="Fired", time_range="7d",
                                           sort_by="severity", sort_order="asc"),
           properties__essentials__monitor_condition={"Fired"}),
    *refuses("O01 alerts.get_all",
             lambda az: az.am.alerts.get_all(time_range="1d", custom_time_range=f"{SINCE}/{UNTIL}"),
             status=400),
    *gets("O02 alerts.get_by_id", lambda az: az.am.alerts.get_by_id(an_alert(az)),
          properties__essentials__severity=SEVERITIES, properties__essentials__alert_rule=str),
    *refuses("O02 alerts.get_by_id", lambda az: az.am.alerts.get_by_id(GUID)),
    *gets("O04 alerts.get_history", lambda az: az.am.alerts.get_history(an_alert(az)),
          properties__alert_id=str, properties__modifications=list,
          properties__modifications__first__modification_event=str,
          properties__modifications__first__modified_at=str),
    *gets("O05 alerts.get_summary", lambda az: az.am.alerts.get_summary("severity,alertState"),
          properties__total=int, properties__groupedby=str, properties__values=list,
          properties__values__first__count=int),
    *refuses("O05 alerts.get_summary", lambda az: az.am.alerts.get_summary("colour"), status=400),
    *lists("O06 metric_definitions.list",
           lambda az: a_vm(az).az.mon.metric_definitions.list(a_vm(az).id), paged=False,
           name__value=str, unit=str, primary_aggregation_type=str, metric_availabilities=list,
           metric_availabilities__first__time_grain=timedelta),
    *gets("O07 metrics.list", metrics_of, timespan=str, interval=str, value=list,
          value__first__unit="Percent", value__first__timeseries__first__data=list,
          value__first__timeseries__first__data__first__time_stamp=datetime,
          value__first__timeseries__first__data__first__average=float),
    *refuses("O07 metrics.list", lambda az: metrics_of(az, metricnames="No Such Metric"),
             status=400),
    *lists("O08 metric_namespaces.list",
           lambda az: a_vm(az).az.mon.metric_namespaces.list(a_vm(az).id), paged=False,
           properties__metric_namespace_name=str),
    *gets("O31 metrics.list_at_subscription_scope",
          lambda az: az.mon.metrics.list_at_subscription_scope(
              "westeurope", timespan=f"{SINCE}/{UNTIL}", interval="PT6H",
              metricnames="Percentage CPU", metricnamespace=VM, aggregation="Average"),
          value=list),
    *gets("O30 metrics.query_resources", metric_batch,
          first__metrics=list, first__metrics__first__name="Percentage CPU"),
    *lists("O09 workspaces.list",
           lambda az: az.one(WORKSPACE).az.la.workspaces.list(), paged=False,
           customer_id=str, sku__name=str, provisioning_state="Succeeded", location=str),
    *gets("O09 workspaces.get", lambda az: workspace(az)[1], customer_id=str, name=str,
          retention_in_days=int),
    *lists("O35 tables.list_by_workspace",
           lambda az: az.one(WORKSPACE).az.la.tables.list_by_workspace(
               az.one(WORKSPACE).group, az.one(WORKSPACE).name), paged=False,
           name=str, plan={"Analytics", "Basic", "Auxiliary"}, schema__name=str),
    *gets("O10 query_workspace", logs, tables=list, tables__first__name=str,
          tables__first__columns=list, tables__first__rows=list),
    *refuses("O10 query_workspace", lambda az: logs(az, "Heartbeat | frobnicate"), status=400),
    *gets("O11 query_resource",
          lambda az: az.lq.query_resource(a_vm(az).id, "Heartbeat | take 1",
                                          timespan=timedelta(days=1)),
          tables=list, tables__first__rows__first=lambda row: (
              isinstance(row["TimeGenerated"], datetime) and row["Computer"])),
    *gets("O36 query_batch", log_batch, first__tables=list, first__tables__first__rows=list),
    *lists("O12 activity_logs.list", lambda az: az.mon.activity_logs.list(filter=ACTIVITY),
           event_timestamp=datetime, operation_name__value=str, status__value=str,
           category__value=str, level={"Critical", "Error", "Warning", "Informational", "Verbose"},
           resource_id_=str, correlation_id=str, caller_=lambda caller: True),
    *lists("O12 activity_logs.list of a group",
           lambda az: az.mon.activity_logs.list(
               filter=f"{ACTIVITY} and resourceGroupName eq 'rg-web-prod-weu'",
               select="eventTimestamp,eventDataId,operationName,status,resourceGroupName"),
           resource_group_name=lambda name: name.lower() == "rg-web-prod-weu"),
    *refuses("O12 activity_logs.list", lambda az: az.mon.activity_logs.list(filter="level eq 'x'"),
             status=400),
    *lists("O13 metric_alerts.list_by_subscription",
           lambda az: az.mon.metric_alerts.list_by_subscription(), paged=False, name=str, severity=int,
           enabled=bool, scopes=list, evaluation_frequency=timedelta, window_size=timedelta,
           criteria__all_of=list, criteria__all_of__first__metric_name=str),
    *gets("O13 metric_alerts.get", lambda az: az.mon.metric_alerts.get(*metric_rule(az)),
          name=str, criteria__all_of=list),
    *refuses("O13 metric_alerts.get",
             lambda az: az.mon.metric_alerts.get("rg-web-prod-weu", "no-such")),
    *gets("O37 metric_alerts_status.list",
          lambda az: az.mon.metric_alerts_status.list(*metric_rule(az)), value=list,
          value__first__properties__status=str),
    *lists("O15 scheduled_query_rules.list_by_subscription",
           lambda az: az.mon.scheduled_query_rules.list_by_subscription(), name=str, severity=int,
           enabled=bool, criteria__all_of__first__query=str, window_size=timedelta),
    *gets("O15 scheduled_query_rules.get",
          lambda az: az.mon.scheduled_query_rules.get(*query_rule(az)), name=str),
    *lists("O17 activity_log_alerts.list_by_subscription_id",
           lambda az: az.mon.activity_log_alerts.list_by_subscription_id(), name=str, scopes=list,
           enabled=bool, condition__all_of=list),
    *gets("O17 activity_log_alerts.get",
          lambda az: az.mon.activity_log_alerts.get(*activity_rule(az)), name=str),
    *lists("O18 action_groups.list_by_subscription_id",
           lambda az: groups_of(az).list_by_subscription_id(), paged=False, name=str,
           group_short_name=lambda name: 0 < len(name) <= 12, enabled=bool),
    *gets("O18 action_groups.get", lambda az: groups_of(az).get(*action_group(az)), name=str,
          group_short_name=str, email_receivers=list, email_receivers__first__email_address=str),
    *lists("O19 alert_processing_rules.list_by_subscription",
           lambda az: az.apr.alert_processing_rules.list_by_subscription(), name=str,
           properties__scopes=list, properties__enabled=bool, properties__actions=list),
    *gets("O19 alert_processing_rules.get_by_name",
          lambda az: az.apr.alert_processing_rules.get_by_name(*processing_rule(az)), name=str),
    *lists("O28 data_collection_rules.list_by_subscription",
           lambda az: rules_of(az).list_by_subscription(), name=str,
           data_flows=list),
    *gets("O28 data_collection_rules.get",
          lambda az: rules_of(az).get(*collection_rule(az)), immutable_id=str,
          data_flows__first__streams=list, data_flows__first__destinations=list),
    *gets("O29 diagnosticSettings on the wire", settings_of, name=str,
          properties__workspaceId=str),
    *lists("O21 events.list_by_subscription_id", lambda az: az.rh.events.list_by_subscription_id(),
           name=str, event_type=str, status={"Active", "Resolved"}, title=str,
           impact_start_time=datetime, impact=list, impact__first__impacted_service=str,
           impact__first__impacted_regions=list),
    *lists("O21 events.list_by_subscription_id $filter",
           lambda az: az.rh.events.list_by_subscription_id(filter="eventType eq 'ServiceIssue'"),
           event_type="ServiceIssue"),
    *gets("O22 event.get_by_subscription_id_and_tracking_id",
          lambda az: az.rh.event.get_by_subscription_id_and_tracking_id(event(az).name), name=str,
          title=str),
    *refuses("O22 event.get_by_subscription_id_and_tracking_id",
             lambda az: az.rh.event.get_by_subscription_id_and_tracking_id("NONE-123")),
    *gets("O38 event.fetch_details_by_subscription_id_and_tracking_id",
          lambda az: az.rh.event.fetch_details_by_subscription_id_and_tracking_id(advisory(az)),
          name=str),
    *lists("O23 impacted_resources.list_by_subscription_id_and_event_id",
           lambda az: az.rh.impacted_resources.list_by_subscription_id_and_event_id(
               event_with_impact(az)),
           target_resource_id=str, target_resource_type=str, target_region=str),
    *lists("O34 security_advisory_impacted_resources",
           lambda az: az.rh.security_advisory_impacted_resources
           .list_by_subscription_id_and_event_id(advisory(az)), target_resource_id=str),
    *lists("O24 availability_statuses.list_by_subscription_id",
           lambda az: az.rh.availability_statuses.list_by_subscription_id(), id=str,
           properties__availability_state={"Available", "Unavailable", "Degraded", "Unknown"},
           properties__title_=str, properties__summary=str),
    *gets("O25 availability_statuses.get_by_resource",
          lambda az: az.rh.availability_statuses.get_by_resource(a_vm(az).id), name="current",
          properties__availability_state=str),
    *lists("O25 availability_statuses.list",
           lambda az: az.rh.availability_statuses.list(a_vm(az).id), name=str,
           properties__availability_state=str),
    *lists("O26 components.list",
           lambda az: az.one(COMPONENT).az.ai.components.list(), app_id=str, kind=str,
           application_type=str, workspace_resource_id=str),
    *gets("O27 components.get",
          lambda az: az.one(COMPONENT).az.ai.components.get(az.one(COMPONENT).group,
                                                            az.one(COMPONENT).name),
          app_id=str, name=str),
]

# What the estate does not have yet; an entry fails once all of its calls work.
NOT_YET: set[str] = set()

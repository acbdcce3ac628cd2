"""Cost, budgets, advice, carbon, machine sizes: what the optimization tools read."""

from datetime import datetime

from harness import Nothing, first, gets, lists, refuses

VM = "Microsoft.Compute/virtualMachines"
CATEGORIES = {"HighAvailability", "Security", "Performance", "Cost", "OperationalExcellence"}
COST = {"totalCost": {"name": "Cost", "function": "Sum"}}
ADVICE = "properties/lookBackPeriod eq 'Last30Days'"


def dimension(name):
    return {"type": "Dimension", "name": name}


def usage(az, scope=None, **dataset):
    body = {"type": "ActualCost", "timeframe": "MonthToDate",
            "dataset": {"granularity": "None", "aggregation": COST} | dataset}
    return az.cm.query.usage(scope or az.scope, body)


def forecast(az):
    body = {"type": "ActualCost", "timeframe": "Custom",
            "timePeriod": {"from": "2026-03-01T00:00:00Z", "to": "2026-03-31T00:00:00Z"},
            "dataset": {"granularity": "Daily", "aggregation": COST},
            "includeActualCost": True, "includeFreshPartialCost": False}
    return az.cm.forecast.usage(az.scope, body)


def recommendation(az):
    item = first(az.adv.recommendations.list())
    return item.id[: item.id.lower().rindex("/providers/")], item.name


def months(az):
    return az.carbon.carbon_service.query_carbon_emission_data_available_date_range()


def carbon(az, report, **more):
    end = months(az).end_date
    start = end if report in ("ItemDetailsReport", "TopItemsSummaryReport") else months(az).start_date
    body = {"reportType": report, "subscriptionList": [az.sub.lower()],
            "carbonScopeList": ["Scope1", "Scope2", "Scope3"],
            "dateRange": {"start": start, "end": end}}
    return az.carbon.carbon_service.query_carbon_emission_reports(body | more)


def budget(az):
    return first(az.con.budgets.list(az.scope.strip("/"))).name


def vm(az):
    found = az.one(VM)
    return found.az, (found.group, found.name)


def scores(az):
    """The Advisor score is in no stable SDK: read as it is on the wire."""
    answer = az.raw(f"{az.scope}/providers/Microsoft.Advisor/advisorScore?api-version=2023-01-01")
    answer.raise_for_status()
    body = answer.json()
    items = body["value"] if isinstance(body, dict) else body
    if not items:
        raise Nothing("no score")
    return items[0]


def rows(az):
    kql = "advisorresources | where type == 'microsoft.advisor/recommendations' | take 3"
    answer = az.arg.resources({"subscriptions": [az.sub], "query": kql})
    if not answer.data:
        raise Nothing("no recommendation rows")
    return answer.data


CALLS = [
    *lists("P01 recommendations.list", lambda az: az.adv.recommendations.list(), id=str, name=str,
           category=CATEGORIES, impact={"High", "Medium", "Low"}, impacted_field=str,
           impacted_value=str, last_updated=datetime, short_description__problem=str,
           extended_properties_=dict, resource_metadata__resource_id=str),
    *lists("P01 recommendations.list $filter",
           lambda az: az.adv.recommendations.list(filter="Category eq 'Cost'"), category="Cost",
           extended_properties__savingsCurrency_=str),
    *refuses("P01 recommendations.list",
             lambda az: az.adv.recommendations.list(filter="colour eq 'red'"), status=400),
    *gets("P02 recommendations.get", lambda az: az.adv.recommendations.get(*recommendation(az)),
          category=CATEGORIES, recommendation_type_id=str),
    *refuses("P02 recommendations.get",
             lambda az: az.adv.recommendations.get(recommendation(az)[0], "no-such")),
    *lists("P05 suppressions.list", lambda az: az.adv.suppressions.list(), suppression_id=str,
           ttl=str),
    *gets("P07 advisorScore on the wire", scores, name=str,
          properties__lastRefreshedScore__score=float),
    *lists("P26 recommendation_metadata.list",
           lambda az: az.adv.recommendation_metadata.list(), name=str, supported_values=list),
    *gets("P08 query.usage by service",
          lambda az: usage(az, grouping=[dimension("ServiceName")]), columns=list,
          columns__first__name="Cost", columns__first__type="Number", rows=list,
          rows__first__first=float),
    *gets("P08 query.usage daily", lambda az: usage(az, granularity="Daily"),
          columns=lambda columns: [c.name for c in columns] == ["Cost", "UsageDate", "Currency"],
          rows=list),
    *gets("P08 query.usage of a group",
          lambda az: usage(az, f"{az.scope}/resourceGroups/rg-web-prod-weu",
                           grouping=[dimension("ResourceId")]), rows=list),
    *gets("P08 query.usage filtered and sorted",
          lambda az: usage(az, grouping=[dimension("ResourceGroup")],
                           filter={"dimensions": {"name": "ResourceLocation", "operator": "In",
                                                  "values": ["westeurope"]}},
                           sorting=[{"name": "Cost", "direction": "descending"}]), rows=list),
    *refuses("P08 query.usage by service",
             lambda az: usage(az, grouping=[dimension("NoSuchDimension")]), status=400),
    *gets("P09 forecast.usage", forecast,
          columns=lambda columns: "CostStatus" in [c.name for c in columns], rows=list),
    *lists("P10 dimensions.list", lambda az: az.cm.dimensions.list(az.scope.strip("/")),
           paged=False, category=str, description=str),
    *gets("P23 alerts.list", lambda az: az.cm.alerts.list(az.scope.strip("/")), value=list,
          value__first__definition__type=str, value__first__status=str,
          value__first__creation_time=str),
    *lists("P11 budgets.list", lambda az: az.con.budgets.list(az.scope.strip("/")), name=str,
           amount=float, time_grain=str, category="Cost", time_period__start_date=datetime,
           current_spend__amount=float, current_spend__unit=str, notifications_=dict),
    *gets("P11 budgets.get", lambda az: az.con.budgets.get(az.scope.strip("/"), budget(az)),
          amount=float, e_tag=str),
    *refuses("P11 budgets.get", lambda az: az.con.budgets.get(az.scope.strip("/"), "no-such")),
    *lists("P13 reservation_recommendations.list",
           lambda az: az.con.reservation_recommendations.list(az.scope.strip("/"), filter=ADVICE),
           kind={"legacy", "modern"}, sku_=lambda sku: sku is not None),
    *lists("X09 benefit_recommendations.list",
           lambda az: az.cm.benefit_recommendations.list(
               az.scope.strip("/"), filter=f"{ADVICE} and properties/term eq 'P1Y'"),
           properties__term="P1Y"),
    *gets("P15 carbon date range", months, start_date=str, end_date=str),
    *gets("P14 carbon overall", lambda az: carbon(az, "OverallSummaryReport"), value=list,
          value__first__data_type="OverallSummaryData", value__first__latest_month_emissions=float),
    *gets("P14 carbon monthly", lambda az: carbon(az, "MonthlySummaryReport"), value=list,
          value__first__date=str, value__first__carbon_intensity=float),
    *gets("P14 carbon top items",
          lambda az: carbon(az, "TopItemsSummaryReport", categoryType="ResourceType", topItems=5),
          value=list, value__first__item_name=str),
    *gets("P14 carbon item details",
          lambda az: carbon(az, "ItemDetailsReport", categoryType="Resource", pageSize=5,
                            orderBy="LatestMonthEmissions", sortDirection="Desc"),
          value=list, value__first__item_name=str, value__first__resource_id=str,
          skip_token_=str),
    *lists("P19 virtual_machines.list_all", lambda az: az.cmp.virtual_machines.list_all(), id=str,
           name=str, location=str, properties__hardware_profile__vm_size=str,
           properties__provisioning_state="Succeeded", properties__vm_id=str),
    *gets("P20 virtual_machines.get",
          lambda az: vm(az)[0].cmp.virtual_machines.get(*vm(az)[1], expand="instanceView"),
          properties__instance_view__statuses=list),
    *gets("P20 virtual_machines.instance_view",
          lambda az: vm(az)[0].cmp.virtual_machines.instance_view(*vm(az)[1]), statuses=list,
          statuses__first__code=str),
    *lists("P21 virtual_machines.list_available_sizes",
           lambda az: vm(az)[0].cmp.virtual_machines.list_available_sizes(*vm(az)[1]),
           paged=False, name=str,
           number_of_cores=int),
    *lists("P19 disks.list", lambda az: az.cmp.disks.list(), name=str,
           properties__disk_state=str, properties__disk_size_gb=int),
    *gets("P01 recommendation rows", rows, first__properties__category=CATEGORIES,
          first__properties__impact=str),
]

# What the estate does not have yet; an entry fails once all of its calls work.
NOT_YET: set[str] = {
    "P07 advisorScore on the wire",
    "P21 virtual_machines.list_available_sizes",
}

"""Subscriptions, groups, resources, rights: what the scope tools read."""

from harness import Call, first, gets, lists, refuses, segment

NO_SUB = "00000000-1111-2222-3333-444444444444"
VM = "Microsoft.Compute/virtualMachines"


def query(az, kql, **options):
    body = {"subscriptions": [az.sub], "query": kql, "options": options}
    return az.arg.resources(body)


def a_vm(az):
    return az.one(VM)


def rights_at(az):
    vm = a_vm(az)
    return vm.az.auth.permissions.list_for_resource(
        vm.group, "Microsoft.Compute", "", "virtualMachines", vm.name)


def some_role(az):
    return first(az.auth.role_definitions.list(az.scope))


def one_on_a_page(az):
    """`$top` bounds the page, and its link goes on from there."""
    pages = az.rm.resource_groups.list(top=1).by_page()
    one, two = list(next(pages)), list(next(pages))
    assert len(one) == 1 and len(two) == 1, f"{len(one)} and {len(two)} groups on pages of 1"
    assert one[0].id != two[0].id, "the second page is the first"

ENABLEMENT = {"Enabled", "InProgress", "Failed", "Disabled"}


CALLS = [
    *lists("C01 subscriptions.list", lambda az: az.subs.subscriptions.list(), least=4,
           id=str, subscription_id=str, tenant_id=str, display_name=str,
           state={"Enabled", "Warned", "PastDue", "Disabled"},
           subscription_policies__quota_id=str, subscription_policies__spending_limit={"Off", "On"}),
    *gets("C02 subscriptions.get", lambda az: az.subs.subscriptions.get(az.sub),
          display_name="Northlight Production", state="Enabled"),
    *refuses("C02 subscriptions.get", lambda az: az.subs.subscriptions.get(NO_SUB),
             code="SubscriptionNotFound"),
    *lists("C01 subscriptions.list_locations",
           lambda az: az.subs.subscriptions.list_locations(az.sub), paged=False,
           name=str, display_name=str),
    *lists("C03 tenants.list", lambda az: az.subs.tenants.list(), tenant_id=str),
    *lists("C04 resource_groups.list", lambda az: az.rm.resource_groups.list(), id=str, name=str,
           location=str, type="Microsoft.Resources/resourceGroups",
           properties__provisioning_state="Succeeded", tags_=dict),
    Call("C04 resource_groups.list", "$top", one_on_a_page),
    *gets("C04 resource_groups.get",
          lambda az: az.rm.resource_groups.get("RG-WEB-PROD-WEU"), name="rg-web-prod-weu"),
    *refuses("C04 resource_groups.get", lambda az: az.rm.resource_groups.get("rg-no-such"),
             code="ResourceGroupNotFound"),
    *lists("C05 resources.list", lambda az: az.rm.resources.list(), least=50,
           id=str, name=str, type=str, location=str, tags_=dict, sku_=lambda sku: sku.name),
    *lists("C05 resources.list $filter",
           lambda az: az.rm.resources.list(filter=f"resourceType eq '{VM}'"),
           type=lambda text: text.lower() == VM.lower()),
    *refuses("C05 resources.list $filter",
             lambda az: az.rm.resources.list(filter="colour eq 'red'"), status=400),
    *gets("C06 resources.get_by_id",
          lambda az: az.rm.resources.get_by_id(a_vm(az).id, api_version="2024-07-01"),
          id=str, name=str, location=str, properties=dict),
    *refuses("C06 resources.get_by_id",
             lambda az: az.rm.resources.get_by_id(a_vm(az).id + "-none", api_version="2024-07-01"),
             code="ResourceNotFound"),
    *gets("C07 providers.get", lambda az: az.rm.providers.get("Microsoft.Compute"),
          namespace="Microsoft.Compute", registration_state="Registered", resource_types=list,
          resource_types__first__api_versions=list),
    *lists("C07 providers.list", lambda az: az.rm.providers.list(), namespace=str,
           registration_state=str),
    *refuses("C07 providers.get", lambda az: az.rm.providers.get("Microsoft.NoSuch")),
    *gets("C08 resources", lambda az: query(az, "Resources | project id, name, type | order by id asc"),
          total_records=int, count=int, data=list, data__first__id=str,
          result_truncated={"true", "false"}),
    *gets("C08 resources as a table",
          lambda az: query(az, "Resources | summarize n = count() by type", resultFormat="table"),
          data__columns=list, data__rows=list, data__columns__first__name=str),
    *gets("C08 resources $top and $skipToken", lambda az: second_page(az), kind="page",
          count=3, skip_token_=str, data__first__id=str),
    *refuses("C08 resources", lambda az: query(az, "Resources | frobnicate"), status=400,
             code="BadRequest"),
    *lists("C09 permissions.list_for_resource_group",
           lambda az: az.auth.permissions.list_for_resource_group("rg-web-prod-weu"),
           actions=list, not_actions=lambda value: value is not None),
    *lists("C09 permissions.list_for_resource", rights_at, actions=list),
    *lists("C10 role_assignments.list_for_subscription",
           lambda az: az.auth.role_assignments.list_for_subscription(),
           id=str, role_definition_id=str, principal_id=str,
           principal_type={"User", "Group", "ServicePrincipal"}, scope=str),
    *lists("C10 role_assignments.list_for_scope",
           lambda az: az.auth.role_assignments.list_for_scope(az.scope, filter="atScope()"),
           role_definition_id=str, scope=str),
    *refuses("C10 role_assignments.list_for_scope",
             lambda az: az.auth.role_assignments.list_for_scope(az.scope, filter="colour eq 1"),
             status=400),
    *lists("C11 role_definitions.list", lambda az: az.auth.role_definitions.list(az.scope),
           id=str, role_name=str, role_type="BuiltInRole", permissions=list,
           assignable_scopes=list),
    *gets("C11 role_definitions.get",
          lambda az: az.auth.role_definitions.get(az.scope, some_role(az).name), role_name=str),
    *lists("C12 management_groups.list", lambda az: az.mg.management_groups.list(),
           id=str, name=str, display_name=str),
    *lists("C13 management_groups.get_descendants",
           lambda az: az.mg.management_groups.get_descendants(az.tenant),
           id=str, type=str, name=str, display_name=str, parent__id=str),
    *gets("C13 management_groups.get",
          lambda az: az.mg.management_groups.get(az.tenant, expand="children", recurse=True),
          name=str, display_name=str, children=list),
    *refuses("C13 management_groups.get", lambda az: az.mg.management_groups.get("no-such")),
    *lists("C14 entities.list", lambda az: az.mg.entities.list(), id=str, type=str, name=str,
           display_name=str),
    *lists("C15 management_locks.list_at_subscription_level",
           lambda az: az.locks.management_locks.list_at_subscription_level(),
           level={"CanNotDelete", "ReadOnly"}, id=lambda id: segment(id, "locks")),
    *lists("X01 managed_ops.list", lambda az: az.ops.managed_ops.list(), name="default",
           properties__provisioning_state=str,
           properties__desired_configuration__azure_monitor_insights__azure_monitor_workspace_id=str),
    *gets("X01 managed_ops.get", lambda az: az.ops.managed_ops.get("default"), name="default",
          properties__services__azure_monitor_insights__enablement_status=ENABLEMENT,
          properties__services__change_tracking_and_inventory__enablement_status=ENABLEMENT),
    *refuses("X01 managed_ops.get", lambda az: az.ops.managed_ops.get("no-such")),
]


def second_page(az):
    """The page after the first three, reached by the token in the body."""
    kql = "Resources | project id | order by id asc"
    one = query(az, kql, **{"$top": 3})
    two = query(az, kql, **{"$top": 3, "$skipToken": one.skip_token})
    first_ids = [row["id"] for row in one.data]
    assert not set(first_ids) & {row["id"] for row in two.data}, "a row stands on two pages"
    return two


# What the estate does not have yet; an entry fails once all of its calls work.
NOT_YET: set[str] = set()

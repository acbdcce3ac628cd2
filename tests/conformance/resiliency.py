"""Backup, site recovery, restore points: what the resiliency tools read."""

from datetime import datetime, timedelta

from harness import Nothing, first, gets, lists, refuses, segment

VAULT = "Microsoft.RecoveryServices/vaults"
BACKUP_VAULT = "Microsoft.DataProtection/backupVaults"
VM = "Microsoft.Compute/virtualMachines"
IAAS = "backupManagementType eq 'AzureIaasVM'"


def vault(az):
    """Clients, vault and group of a vault that protects something."""
    for_now = None
    for found in every(az, VAULT):
        for_now = for_now or found
        for _ in found.az.rsb.backup_protected_items.list(found.name, found.group, filter=IAAS):
            return found
    if for_now is None:
        raise Nothing("no vault")
    return for_now


def recovery_vault(az):
    """A vault that replicates something."""
    for found in every(az, VAULT):
        for _ in found.az.asr.replication_protected_items.list(found.group, found.name):
            return found
    raise Nothing("no vault with replicated items")


def backup_vault(az):
    for found in every(az, BACKUP_VAULT):
        for _ in found.az.dp.backup_instances.list(found.group, found.name):
            return found
    raise Nothing("no backup vault with instances")


def every(az, arm_type):
    seen = []

    def keep(found):
        seen.append(found)
        return False

    try:
        az.one(arm_type, keep)
    except Nothing:
        pass
    if not seen:
        raise Nothing(f"no {arm_type}")
    return seen


def item(az):
    """What names a protected item: vault, group, fabric, container, item."""
    found = vault(az)
    id = first(found.az.rsb.backup_protected_items.list(found.name, found.group, filter=IAAS)).id
    return found.az, (found.name, found.group, segment(id, "backupFabrics"),
                      segment(id, "protectionContainers"), segment(id, "protectedItems"))


def replica(az):
    found = recovery_vault(az)
    id = first(found.az.asr.replication_protected_items.list(found.group, found.name)).id
    return found.az, (found.group, found.name, segment(id, "replicationFabrics"),
                      segment(id, "replicationProtectionContainers"),
                      segment(id, "replicationProtectedItems"))


def instance(az):
    """A backup instance that has points to recover to, where there is one."""
    found = backup_vault(az)
    names = [one.name for one in found.az.dp.backup_instances.list(found.group, found.name)]
    for name in names:
        for _ in found.az.dp.recovery_points.list(found.group, found.name, name):
            return found.az, (found.group, found.name, name)
    return found.az, (found.group, found.name, names[0])


def of_vault(read):
    """A call with the clients, name and group of a vault."""
    def run(az):
        found = vault(az)
        return read(found.az, found.name, found.group)
    return run


def of_replicas(read):
    def run(az):
        found = recovery_vault(az)
        return read(found.az, found.group, found.name)
    return run


def of_backup_vault(read):
    def run(az):
        found = backup_vault(az)
        return read(found.az, found.group, found.name)
    return run


def protection(az):
    vm = az.one(VM)
    body = {"resourceType": "VM", "resourceId": vm.id, "poLogicalName": ""}
    return vm.az.rsb.backup_status.get("westeurope", body)


def rows(az, type):
    kql = f"recoveryservicesresources | where type == '{type}' | take 3"
    answer = az.arg.resources({"query": kql})
    if not answer.data:
        raise Nothing(f"no rows of {type}")
    return answer.data


def collection(az):
    for at in az.every():
        for found in at.cmp.restore_point_collections.list_all():
            return at, (segment(found.id, "resourceGroups"), found.name)
    raise Nothing("no restore point collection")


CALLS = [
    *lists("R01 vaults.list_by_subscription_id",
           lambda az: vault(az).az.rsv.vaults.list_by_subscription_id(), id=str, name=str,
           location=str, sku__name={"RS0", "Standard"}, properties__provisioning_state="Succeeded"),
    *gets("R02 vaults.get", of_vault(lambda az, name, group: az.rsv.vaults.get(group, name)),
          name=str, properties__redundancy_settings__standard_tier_storage_redundancy=str,
          properties__security_settings__soft_delete_settings__soft_delete_state=str),
    *refuses("R02 vaults.get",
             of_vault(lambda az, name, group: az.rsv.vaults.get(group, "no-such-vault")),
             code="ResourceNotFound"),
    *lists("R03 usages.list_by_vaults",
           of_vault(lambda az, name, group: az.rsv.usages.list_by_vaults(group, name)),
           paged=False,           current_value=int, limit=int, name__value=str),
    *lists("R04 backup_protected_items.list",
           of_vault(lambda az, name, group: az.rsb.backup_protected_items.list(
               name, group, filter=IAAS)),
           id=str, name=str, properties__protected_item_type="Microsoft.Compute/virtualMachines",
           properties__friendlyName=str, properties__source_resource_id=str,
           properties__policy_id=str, properties__protectionState=str,
           properties__healthStatus_=str, properties__lastBackupStatus_=str),
    *refuses("R04 backup_protected_items.list",
             of_vault(lambda az, name, group: az.rsb.backup_protected_items.list(
                 name, group, filter="colour eq 'red'")), status=400),
    *gets("R05 protected_items.get", lambda az: item(az)[0].rsb.protected_items.get(*item(az)[1]),
          name=str, properties__protected_item_type=str, properties__virtualMachineId=str),
    *lists("R07 backup_jobs.list",
           of_vault(lambda az, name, group: az.rsb.backup_jobs.list(name, group)), id=str,
           properties__job_type=str, properties__operation=str, properties__status=str,
           properties__entity_friendly_name=str, properties__start_time=datetime,
           properties__duration_=timedelta),
    *lists("R07 backup_jobs.list $filter",
           of_vault(lambda az, name, group: az.rsb.backup_jobs.list(
               name, group, filter="status eq 'Failed'")),
           properties__status="Failed", properties__error_details=list),
    *gets("R08 job_details.get",
          of_vault(lambda az, name, group: az.rsb.job_details.get(
              name, group, first(az.rsb.backup_jobs.list(name, group)).name)),
          properties__job_type=str, properties__status=str,
          properties__extended_info=lambda info: info is not None),
    *refuses("R08 job_details.get",
             of_vault(lambda az, name, group: az.rsb.job_details.get(name, group, "no-such-job"))),
    *lists("R10 backup_policies.list",
           of_vault(lambda az, name, group: az.rsb.backup_policies.list(name, group)), name=str,
           properties__backup_management_type=str,
           properties__schedule_policy__schedule_policy_type_=str,
           properties__retention_policy__retention_policy_type_=str),
    *gets("R11 protection_policies.get",
          of_vault(lambda az, name, group: az.rsb.protection_policies.get(
              name, group, first(az.rsb.backup_policies.list(name, group)).name)),
          properties__backup_management_type=str),
    *lists("R12 recovery_points.list",
           lambda az: item(az)[0].rsb.recovery_points.list(*item(az)[1]),
           properties__object_type="IaasVMRecoveryPoint", properties__recovery_point_type=str,
           properties__recovery_point_time=datetime),
    *lists("R13 backup_protectable_items.list",
           of_vault(lambda az, name, group: az.rsb.backup_protectable_items.list(
               name, group, filter=IAAS)),
           properties__protectable_item_type=str, properties__friendly_name=str,
           properties__protection_state=str),
    *gets("R14 backup_status.get", protection,
          protection_status={"NotProtected", "Protecting", "Protected", "ProtectionFailed"}),
    *lists("R40 backup_usage_summaries.list",
           of_vault(lambda az, name, group: az.rsb.backup_usage_summaries.list(
               name, group, filter="type eq 'BackupProtectedItemCountSummary'")),
           paged=False, current_value=int),
    *lists("R17 restore_point_collections.list_all",
           lambda az: collection(az)[0].cmp.restore_point_collections.list_all(), name=str,
           properties__source__id=str),
    *gets("R17 restore_point_collections.get",
          lambda az: collection(az)[0].cmp.restore_point_collections.get(
              *collection(az)[1], expand="restorePoints"), properties__restore_points=list),
    *lists("R19 backup_vaults.get_in_subscription",
           lambda az: az.one(BACKUP_VAULT).az.dp.backup_vaults.get_in_subscription(), name=str,
           properties__storage_settings=list),
    *lists("R20 backup_instances.list",
           of_backup_vault(lambda az, *vault: az.dp.backup_instances.list(*vault)), name=str,
           properties__object_type="BackupInstance", properties__friendly_name=str,
           properties__data_source_info__resource_id=str, properties__policy_info__policy_id=str,
           properties__current_protection_state=str),
    *gets("R20 backup_instances.get",
          lambda az: instance(az)[0].dp.backup_instances.get(*instance(az)[1]),
          properties__friendly_name=str),
    *lists("R22 jobs.list", of_backup_vault(lambda az, *vault: az.dp.jobs.list(*vault)), id=str,
           properties__status=str, properties__operation_category=str,
           properties__start_time=datetime),
    *lists("R23 backup_policies.list (data protection)",
           of_backup_vault(lambda az, *vault: az.dp.backup_policies.list(*vault)), name=str,
           properties__datasource_types=list, properties__policy_rules=list),
    *lists("R39 recovery_points.list (data protection)",
           lambda az: instance(az)[0].dp.recovery_points.list(*instance(az)[1]), name=str,
           properties__recovery_point_time=datetime),
    *lists("R32 replication_fabrics.list",
           of_replicas(lambda az, *vault: az.asr.replication_fabrics.list(*vault)), name=str,
           properties__friendly_name=str),
    *lists("R24 replication_protected_items.list",
           of_replicas(lambda az, *vault: az.asr.replication_protected_items.list(*vault)),
           name=str, properties__friendly_name=str, properties__replication_health=str,
           properties__provider_specific_details__instance_type="A2A",
           properties__provider_specific_details__rpo_in_seconds_=int),
    *gets("R24 replication_protected_items.get",
          lambda az: replica(az)[0].asr.replication_protected_items.get(*replica(az)[1]),
          properties__friendly_name=str, properties__allowed_operations=list),
    *lists("R34 recovery_points.list_by_replication_protected_items",
           lambda az: replica(az)[0].asr.recovery_points.list_by_replication_protected_items(
               *replica(az)[1]), properties__recovery_point_time=datetime),
    *lists("R25 replication_recovery_plans.list",
           of_replicas(lambda az, *vault: az.asr.replication_recovery_plans.list(*vault)),
           name=str, properties__friendly_name=str, properties__groups=list),
    *gets("R25 replication_recovery_plans.get",
          of_replicas(lambda az, *vault: az.asr.replication_recovery_plans.get(
              *vault, first(az.asr.replication_recovery_plans.list(*vault)).name)),
          properties__groups=list),
    *lists("R30 replication_jobs.list",
           of_replicas(lambda az, *vault: az.asr.replication_jobs.list(*vault)), name=str,
           properties__scenario_name=str, properties__state=str, properties__start_time=datetime),
    *gets("R41 replication_jobs.get",
          of_replicas(lambda az, *vault: az.asr.replication_jobs.get(
              *vault, first(az.asr.replication_jobs.list(*vault)).name)),
          properties__state=str),
    *lists("R31 replication_events.list",
           of_replicas(lambda az, *vault: az.asr.replication_events.list(*vault)), name=str,
           properties__severity=str, properties__time_of_occurrence=datetime),
    *gets("R33 replication_vault_health.get",
          of_replicas(lambda az, *vault: az.asr.replication_vault_health.get(*vault)),
          properties__protected_items_health__resource_count=int),
    *gets("R37 protected items",
          lambda az: rows(az, "microsoft.recoveryservices/vaults/backupfabrics/"
                          "protectioncontainers/protecteditems"),
          first__id=str, first__properties__dataSourceInfo__resourceID=str,
          first__properties__currentProtectionState=str, first__properties__policyName=str),
    *gets("R37 backup jobs", lambda az: rows(az, "microsoft.recoveryservices/vaults/backupjobs"),
          first__properties__status=str),
    *gets("R37 backup policies",
          lambda az: rows(az, "microsoft.recoveryservices/vaults/backuppolicies"), first__id=str),
    *gets("R37 backup instances",
          lambda az: rows(az, "microsoft.dataprotection/backupvaults/backupinstances"),
          first__id=str),
]

# What the estate does not have yet; an entry fails once all of its calls work.
NOT_YET: set[str] = {
    "R17 restore_point_collections.get",
    "R17 restore_point_collections.list_all",
}

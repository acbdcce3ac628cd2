//! The samples about resources, tags, machines and networks.

use serde_json::json;

use super::rows::SUB;
use crate::kql::check;

#[test]
fn counts_and_lists() {
    for (query, expected) in [
        ("Resources | summarize count()", json!([[17]])),
        ("Resources | where type =~ 'microsoft.keyvault/vaults' | count", json!([[1]])),
        (
            "Resources | where type contains 'storage' | distinct type",
            json!([["microsoft.storage/storageaccounts"]]),
        ),
        (
            "Resources | project name, type, location | order by name asc | take 1",
            json!([["MDE", "microsoft.hybridcompute/machines/extensions", "westeurope"]]),
        ),
        (
            "Resources | where type =~ 'Microsoft.Compute/virtualMachines' | summarize count() by tostring(properties.storageProfile.osDisk.osType) | order by count_ desc",
            json!([["Linux", 2], ["Windows", 1]]),
        ),
        (
            "Resources | where type == 'microsoft.compute/virtualmachines' | summarize count() by PowerState = tostring(properties.extended.instanceView.powerState.code) | order by PowerState asc",
            json!([["PowerState/deallocated", 1], ["PowerState/running", 2]]),
        ),
        (
            "Resources | where type =~ 'Microsoft.Compute/virtualMachines' | project name, properties.storageProfile.osDisk.osType | top 2 by name desc",
            json!([["sql1", "Windows"], ["contoso-web2", "Linux"]]),
        ),
        (
            "Resources | where type =~ 'microsoft.compute/virtualmachines' and name matches regex @'^contoso(.*)[0-9]+$' | project name | order by name asc",
            json!([["contoso-web1"], ["contoso-web2"]]),
        ),
        (
            "Resources | where type contains 'publicIPAddresses' and isnotempty(properties.ipAddress) | project properties.ipAddress | limit 100",
            json!([["20.1.2.3"]]),
        ),
        (
            "Resources | where type contains 'publicIPAddresses' and isnotempty(properties.ipAddress) | summarize count () by subscriptionId",
            json!([[SUB, 1]]),
        ),
        (
            "Resources | where type =~ 'microsoft.network/networksecuritygroups' and isnull(properties.networkInterfaces) and isnull(properties.subnets) | project name, resourceGroup | sort by name asc",
            json!([["nsg-free", "rg-shop"]]),
        ),
        (
            "Resources | where type=~ 'microsoft.compute/virtualmachinescalesets' | where name contains 'contoso' | project name, Capacity = toint(sku.capacity), Tier = sku.name | order by Capacity desc",
            json!([["contoso-set", 4, "Standard_D2"]]),
        ),
        (
            "Resources | where type =~ 'microsoft.documentdb/databaseaccounts' | project id, name, writeLocations = (properties.writeLocations) | mv-expand writeLocations | project id, name, writeLocation = tostring(writeLocations.locationName) | where writeLocation in ('East US', 'West US') | summarize by id, name | project name | order by name asc",
            json!([["cosmos1"]]),
        ),
        (
            "Resources | where type == 'microsoft.network/virtualnetworks' | extend subnets = properties.subnets | mv-expand subnets | project name, subnets.name, subnets.properties.addressPrefix",
            json!([["vnet1", "web", "10.0.0.0/24"], ["vnet1", "data", "10.0.1.0/24"]]),
        ),
        (
            "ResourceContainers | where type=='microsoft.resources/subscriptions/resourcegroups' | project name, type  | limit 5 | union  (Resources | project name, type | limit 1) | count",
            json!([[2]]),
        ),
        (
            "Resources | where type == 'microsoft.keyvault/vaults' | project name, subscriptionId | join (ResourceContainers | where type=='microsoft.resources/subscriptions' | project SubName=name, subscriptionId) on subscriptionId | project name, SubName",
            json!([["kv1", "Shop Production"]]),
        ),
        (
            "Resources | summarize resourceCount=count() by subscriptionId | join (ResourceContainers | where type=='microsoft.resources/subscriptions' | project SubName=name, subscriptionId) on subscriptionId | project-away subscriptionId, subscriptionId1",
            json!([[17, "Shop Production"]]),
        ),
    ] {
        check(query, expected);
    }
}

#[test]
fn tags() {
    check(
        "Resources | where tags.environment=~'internal' | project name, tags.environment | count",
        json!([[3]]),
    );
    check(
        "Resources | where type =~ 'Microsoft.Storage/storageAccounts' | where tags['tag with a space']=='Custom value' | project name",
        json!([["stshop"]]),
    );
    check(
        "Resources
        | where isnotempty(tags) | project tags | mvexpand tags
        | extend tagKey = tostring(bag_keys(tags)[0]) | extend tagValue = tostring(tags[tagKey])
        | union (resourcecontainers | where notempty(tags) | project tags | mvexpand tags
            | extend tagKey = tostring(bag_keys(tags)[0]) | extend tagValue = tostring(tags[tagKey]))
        | distinct tagKey, tagValue
        | where tagKey !startswith \"hidden-\" | order by tagKey asc",
        json!([["Key1", "Value1"], ["environment", "Internal"], ["tag with a space", "Custom value"]]),
    );
    check(
        "Resources
        | where type =~ 'microsoft.storage/storageaccounts'
        | join kind=inner (
            ResourceContainers
            | where type =~ 'microsoft.resources/subscriptions/resourcegroups'
            | mv-expand bagexpansion=array tags
            | where isnotempty(tags)
            | where tags[0] =~ 'key1' and tags[1] =~ 'value1'
            | project subscriptionId, resourceGroup)
        on subscriptionId, resourceGroup
        | project-away subscriptionId1, resourceGroup1
        | project name",
        json!([["stshop"]]),
    );
}

#[test]
fn machines_with_their_addresses() {
    check(
        "Resources
        | where type =~ 'microsoft.compute/virtualmachines'
        | extend nics=array_length(properties.networkProfile.networkInterfaces)
        | mv-expand nic=properties.networkProfile.networkInterfaces
        | where nics == 1 or nic.properties.primary =~ 'true' or isempty(nic)
        | project vmId = id, vmName = name, vmSize=tostring(properties.hardwareProfile.vmSize), nicId = tostring(nic.id)
        | join kind=leftouter (
            Resources
            | where type =~ 'microsoft.network/networkinterfaces'
            | extend ipConfigsCount=array_length(properties.ipConfigurations)
            | mv-expand ipconfig=properties.ipConfigurations
            | where ipConfigsCount == 1 or ipconfig.properties.primary =~ 'true'
            | project nicId = id, publicIpId = tostring(ipconfig.properties.publicIPAddress.id))
        on nicId
        | project-away nicId1
        | summarize by vmId, vmName, vmSize, nicId, publicIpId
        | join kind=leftouter (
            Resources
            | where type =~ 'microsoft.network/publicipaddresses'
            | project publicIpId = id, publicIpAddress = properties.ipAddress)
        on publicIpId
        | project-away publicIpId1
        | project vmName, vmSize, publicIpAddress
        | order by vmName asc",
        json!([["contoso-web1", "Standard_B2s", "20.1.2.3"], ["contoso-web2", "Standard_B2s", null], ["sql1", "Standard_D4s_v5", null]]),
    );
}

#[test]
fn extensions_of_arc_machines() {
    check(
        "Resources
        | where type == 'microsoft.hybridcompute/machines'
        | project id, JoinID = toupper(id), ComputerName = tostring(properties.osProfile.computerName), OSName = tostring(properties.osName)
        | join kind=leftouter(
            Resources
            | where type == 'microsoft.hybridcompute/machines/extensions'
            | project MachineId = toupper(substring(id, 0, indexof(id, '/extensions'))), ExtensionName = name
        ) on $left.JoinID == $right.MachineId
        | summarize Extensions = make_list(ExtensionName) by id, ComputerName, OSName
        | order by tolower(OSName) asc
        | project-away id",
        json!([["ARC1", "linux", ["MDE"]]]),
    );
    check(
        "Resources | where type =~ 'microsoft.hybridcompute/machines'
        | extend status = properties.status, since = datetime_diff('hour', now(), todatetime(properties.lastStatusChange))
        | summarize count() by tostring(status), old = iff(since > 24, 'old', 'fresh')",
        json!([["Connected", "old", 1]]),
    );
}

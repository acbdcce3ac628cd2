//! Networks: interfaces, addresses, filters and what joins them.

use serde_json::{Value, json};

use super::{Parts, Subject, compute::zone};
use crate::estate::{
    stories::brute_force,
    world::{Link, kind::Kind, mark::Mark},
};

pub(super) fn interface(subject: &Subject<'_>) -> Parts {
    let chance = subject.resource.chance;
    let address = format!("10.{}.1.{}", subject.group.region.octet(), 4 + chance.below(240));
    let mac = chance.child("mac").below(0x00ff_ffff);
    let network = subject.resource.linked(Link::Network);
    let subnet = network.map(|ix| format!("{}/subnets/snet-app", subject.world.resource_id(ix)));
    let mut configuration = json!({
        "privateIPAddress": address,
        "privateIPAllocationMethod": "Dynamic",
        "primary": true,
        "provisioningState": "Succeeded",
        "subnet": { "id": subnet },
    });
    if let Value::Object(configuration) = &mut configuration
        && subject.resource.linked(Link::PublicIp).is_some()
    {
        configuration
            .insert("publicIPAddress".into(), json!({ "id": subject.id_of(Link::PublicIp) }));
    }
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "ipConfigurations": [{
            "id": format!("{}/ipConfigurations/ipconfig1", subject.world.resource_id(subject.ix)),
            "name": "ipconfig1",
            "properties": configuration,
        }],
        "macAddress": format!("00-0D-3A-{:02X}-{:02X}-{:02X}", mac >> 16, (mac >> 8) & 0xff, mac & 0xff),
        "enableAcceleratedNetworking": true,
        "enableIPForwarding": false,
        "primary": true,
        "networkSecurityGroup": { "id": subject.id_of(Link::SecurityGroup) },
        "virtualMachine": { "id": subject.id_of(Link::VirtualMachine) },
    }))
}

pub(super) fn public_ip(subject: &Subject<'_>) -> Parts {
    let target = subject.resource.linked(Link::Target);
    let is_nic = target
        .and_then(|ix| subject.world.resource(ix))
        .is_some_and(|r| r.kind == Kind::NetworkInterface);
    let configuration = target.map(|ix| {
        let path =
            if is_nic { "ipConfigurations/ipconfig1" } else { "frontendIPConfigurations/public" };
        json!({ "id": format!("{}/{path}", subject.world.resource_id(ix)) })
    });
    let parts = Parts::of(json!({
        "provisioningState": "Succeeded",
        "ipAddress": address_of(subject),
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
        "idleTimeoutInMinutes": 4,
        "ipConfiguration": configuration,
    }))
    .with("sku", json!({ "name": "Standard", "tier": "Regional" }));
    if subject.spans_zones(60) { parts.with("zones", json!(["1", "2", "3"])) } else { parts }
}

/// An address of the ranges reserved for documentation.
fn address_of(subject: &Subject<'_>) -> String {
    format!("198.51.100.{}", 1 + subject.resource.chance.child("address").below(254))
}

pub(super) fn security_group(subject: &Subject<'_>) -> Parts {
    let mut rules = vec![rule("Allow-HTTPS", 200, "443", "Internet")];
    if subject.has(Mark::OpenPorts) {
        rules.push(rule("Allow-App-Any", 210, "8080-8090", "*"));
    }
    if subject.has(Mark::OpenManagementPorts) {
        rules.insert(0, management_rule(subject));
    } else {
        rules.push(rule("Allow-Management-Bastion", 300, "22", "10.10.0.0/24"));
    }
    let id = subject.world.resource_id(subject.ix);
    let rules = rules.into_iter().map(|(name, properties)| {
        json!({
            "id": format!("{id}/securityRules/{name}"),
            "name": name,
            "type": "Microsoft.Network/networkSecurityGroups/securityRules",
            "properties": properties,
        })
    });
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "resourceGuid": subject.guid("filter"),
        "securityRules": rules.collect::<Vec<_>>(),
        "defaultSecurityRules": [],
        "networkInterfaces": subject.references(Link::NetworkInterface),
    }))
}

/// The rule that opens remote administration to everyone.
fn management_rule(subject: &Subject<'_>) -> (&'static str, Value) {
    let is_story = subject.name() == "nsg-vm-web-01" && subject.group.name == brute_force::GROUP;
    if is_story {
        let (name, mut rule) = rule(brute_force::RULE, 100, "3389", "Internet");
        if let Value::Object(rule) = &mut rule {
            rule.insert(
                "description".into(),
                json!("Temporary access for vendor, remove after go-live"),
            );
        }
        return (name, rule);
    }
    if machine_behind(subject) {
        rule("Allow-RDP-Any", 110, "3389", "*")
    } else {
        rule("Allow-SSH-Any", 110, "22", "*")
    }
}

/// Whether the filter stands before a Windows machine.
fn machine_behind(subject: &Subject<'_>) -> bool {
    subject
        .world
        .group_resources(subject.resource.group)
        .filter_map(|ix| subject.world.resource(ix))
        .any(|r| r.kind == Kind::VirtualMachine && !r.marks.has(Mark::Linux))
}

fn rule(name: &'static str, priority: u32, port: &str, source: &str) -> (&'static str, Value) {
    let properties = json!({
        "provisioningState": "Succeeded",
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": port,
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": "*",
        "access": "Allow",
        "priority": priority,
        "direction": "Inbound",
    });
    (name, properties)
}

pub(super) fn virtual_network(subject: &Subject<'_>) -> Parts {
    let octet = subject.group.region.octet();
    let id = subject.world.resource_id(subject.ix);
    let filter = subject.id_of(Link::SecurityGroup);
    let subnets = [("snet-app", 1), ("snet-data", 2)].map(|(name, third)| {
        let mut properties = json!({
            "addressPrefix": format!("10.{octet}.{third}.0/24"),
            "provisioningState": "Succeeded",
            "privateEndpointNetworkPolicies": "Disabled",
        });
        if let (Value::Object(properties), Value::String(_)) = (&mut properties, &filter) {
            properties.insert("networkSecurityGroup".into(), json!({ "id": filter }));
        }
        json!({ "id": format!("{id}/subnets/{name}"), "name": name, "properties": properties })
    });
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "resourceGuid": subject.guid("network"),
        "addressSpace": { "addressPrefixes": [format!("10.{octet}.0.0/16")] },
        "subnets": subnets,
        "enableDdosProtection": !subject.has(Mark::NoDdosProtection),
    }))
}

pub(super) fn load_balancer(subject: &Subject<'_>) -> Parts {
    let id = subject.world.resource_id(subject.ix);
    let members = subject.resource.all_linked(Link::Target).map(|ix| {
        json!({ "id": format!("{}/ipConfigurations/ipconfig1", subject.world.resource_id(ix)) })
    });
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "frontendIPConfigurations": [{
            "id": format!("{id}/frontendIPConfigurations/public"),
            "name": "public",
            "properties": { "publicIPAddress": { "id": subject.id_of(Link::PublicIp) } },
        }],
        "backendAddressPools": [{
            "id": format!("{id}/backendAddressPools/members"),
            "name": "members",
            "properties": { "backendIPConfigurations": members.collect::<Vec<_>>() },
        }],
    }))
    .with("sku", json!({ "name": "Standard", "tier": "Regional" }))
}

pub(super) fn route_table() -> Parts {
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "disableBgpRoutePropagation": true,
        "routes": [{
            "name": "default",
            "properties": { "addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance" },
        }],
    }))
}

/// Firewalls, bastions and gateways: an address in the hub network.
pub(super) fn hub_appliance(subject: &Subject<'_>) -> Parts {
    let (subnet, sku) = match subject.resource.kind {
        Kind::Firewall => {
            ("AzureFirewallSubnet", json!({ "name": "AZFW_VNet", "tier": "Standard" }))
        }
        Kind::Bastion => ("AzureBastionSubnet", json!({ "name": "Standard" })),
        _ => ("GatewaySubnet", json!({ "name": "VpnGw2AZ", "tier": "VpnGw2AZ" })),
    };
    let network = subject.resource.linked(Link::Network);
    let subnet = network.map(|ix| format!("{}/subnets/{subnet}", subject.world.resource_id(ix)));
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "ipConfigurations": [{
            "name": "public",
            "properties": {
                "publicIPAddress": { "id": subject.id_of(Link::PublicIp) },
                "subnet": { "id": subnet },
            },
        }],
    });
    if let (Value::Object(properties), Kind::Firewall | Kind::VpnGateway) =
        (&mut properties, subject.resource.kind)
    {
        properties.insert("sku".into(), sku.clone());
    }
    let parts = Parts::of(properties);
    match subject.resource.kind {
        Kind::Bastion => parts.with("sku", sku),
        Kind::Firewall => parts.with("zones", json!(["1", "2", "3"])),
        _ => parts.with("zones", json!([zone(subject)])),
    }
}

pub(super) fn private_dns_zone() -> Parts {
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "numberOfRecordSets": 12,
        "numberOfVirtualNetworkLinks": 4,
    }))
}

pub(super) fn private_endpoint(subject: &Subject<'_>) -> Parts {
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "privateLinkServiceConnections": [{
            "name": subject.name(),
            "properties": {
                "privateLinkServiceId": subject.id_of(Link::Target),
                "privateLinkServiceConnectionState": { "status": "Approved" },
            },
        }],
    }))
}

//! From a compact resource to its ARM body and its Resource Graph row. One file a family; the
//! frame (id, tags, location) is here. Deterministic: the same world renders the same bytes.

mod compute;
mod monitoring;
mod network;
mod platform;
mod stores;
mod web;

pub(crate) use compute::instance_view;
use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::{
    clock::stamp,
    stories::score_drop,
    world::{
        Group, Link, Resource, ResourceIx, World, company::Environment, kind::Kind, mark::Mark,
    },
};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// What a family adds to the frame: `properties`, and `sku`, `kind` and the like where it has
/// them.
#[derive(Default)]
struct Parts {
    properties: Value,
    /// Members beside `properties`.
    beside: Vec<(&'static str, Value)>,
}

impl Parts {
    /// Only properties.
    fn of(properties: Value) -> Self {
        Self { properties, beside: Vec::new() }
    }

    /// With a member beside them.
    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.beside.push((name, value));
        self
    }
}

/// What a family needs to render one resource.
#[derive(Clone, Copy)]
struct Subject<'a> {
    world: &'a World,
    resource: &'a Resource,
    group: &'a Group,
    ix: ResourceIx,
}

impl Subject<'_> {
    fn has(&self, mark: Mark) -> bool {
        self.resource.marks.has(mark)
    }

    /// The id of the resource linked as `link`, or null.
    fn id_of(&self, link: Link) -> Value {
        self.resource
            .linked(link)
            .map_or(Value::Null, |ix| Value::String(self.world.resource_id(ix)))
    }

    /// `{"id": …}` for each resource linked as `link`.
    fn references(&self, link: Link) -> Vec<Value> {
        self.resource
            .all_linked(link)
            .map(|ix| json!({ "id": self.world.resource_id(ix) }))
            .collect()
    }

    fn name(&self) -> &str {
        &self.resource.name
    }

    fn location(&self) -> &'static str {
        self.group.region.name()
    }

    /// Its region, or that it has none.
    fn place(&self) -> &'static str {
        if self.resource.kind.is_global() { "global" } else { self.location() }
    }

    fn created(&self) -> String {
        stamp(self.world.ago(i64::from(self.resource.created)))
    }

    /// Whether it is spread over the zones of its region: some of the production is.
    fn spans_zones(&self, percent: u8) -> bool {
        self.group.environment == Environment::Production
            && self.resource.chance.child("zones").percent(percent)
    }

    /// A GUID of this resource's own.
    fn guid(&self, label: &str) -> String {
        self.resource.chance.child(label).guid()
    }
}

/// The whole ARM body of a resource; `None` for a number that is none.
pub(crate) fn body(world: &World, ix: ResourceIx) -> Option<Object> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    let subject = Subject { world, resource, group, ix };
    let parts = parts(&subject);
    let mut body = frame(&subject, resource.name.to_string());
    for (name, value) in parts.beside {
        body.insert(name.into(), value);
    }
    body.insert("properties".into(), parts.properties);
    Some(body)
}

/// The generic form of the resource list: everything but `properties`.
pub(crate) fn generic(world: &World, ix: ResourceIx) -> Option<Object> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    let subject = Subject { world, resource, group, ix };
    let mut body = frame(&subject, world.full_name(resource));
    for (name, value) in parts(&subject).beside {
        body.insert(name.into(), value);
    }
    Some(body)
}

/// The row of the Resource Graph table `resources`.
pub(crate) fn row(world: &World, ix: ResourceIx) -> Option<Object> {
    let mut row = body(world, ix)?;
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    row.insert("type".into(), lower(resource.kind.arm_type()));
    row.insert("resourceGroup".into(), lower(&group.name));
    row.insert("tenantId".into(), Value::String(world.tenant_id.clone()));
    let subscription = world.subscription(group.subscription)?;
    row.insert("subscriptionId".into(), Value::String(subscription.id.clone()));
    for absent in ["kind", "managedBy"] {
        row.entry(absent).or_insert_with(|| Value::String(String::new()));
    }
    if resource.kind == Kind::VirtualMachine {
        compute::extend_row(&Subject { world, resource, group, ix }, &mut row);
    }
    Some(row)
}

/// The row without the columns that depend on the type: all that a count by place or type sees.
pub(crate) fn plain_row(
    world: &World,
    ix: ResourceIx,
    uses: impl Fn(&str) -> bool,
) -> Option<Object> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    let subject = Subject { world, resource, group, ix };
    let mut row = Object::new();
    let mut tell = |name: &str, value: &dyn Fn() -> Option<Value>| {
        if uses(name) {
            row.extend(value().map(|value| (name.to_owned(), value)));
        }
    };
    tell("id", &|| Some(Value::String(world.resource_id(ix))));
    tell("name", &|| Some(Value::String(resource.name.to_string())));
    tell("type", &|| Some(lower(resource.kind.arm_type())));
    tell("location", &|| Some(Value::String(subject.place().into())));
    tell("resourceGroup", &|| Some(lower(&group.name)));
    tell("tenantId", &|| Some(Value::String(world.tenant_id.clone())));
    tell("subscriptionId", &|| {
        world.subscription(group.subscription).map(|own| Value::String(own.id.clone()))
    });
    Some(row)
}

/// The ARM body of a resource group.
pub(crate) fn group(group: &Group, id: &str) -> Value {
    let mut tags = tags(group);
    if group.name == score_drop::GROUP {
        tags.insert("changeRef".into(), json!(score_drop::CHANGE));
    }
    json!({
        "id": id,
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.region.name(),
        "tags": tags,
        "properties": { "provisioningState": "Succeeded" },
    })
}

/// Members every resource has.
fn frame(subject: &Subject<'_>, name: String) -> Object {
    let resource = subject.resource;
    let mut frame = Object::new();
    frame.insert("id".into(), Value::String(subject.world.resource_id(subject.ix)));
    frame.insert("name".into(), Value::String(name));
    frame.insert("type".into(), Value::String(resource.kind.arm_type().into()));
    frame.insert("location".into(), Value::String(subject.place().into()));
    let mut tags = if subject.has(Mark::Untagged) { Object::new() } else { tags(subject.group) };
    if subject.group.name == score_drop::GROUP {
        tags.insert("changeRef".into(), json!(score_drop::CHANGE));
    }
    frame.insert("tags".into(), Value::Object(tags));
    frame
}

fn tags(group: &Group) -> Object {
    let tags = tag_pairs(group).into_iter();
    tags.map(|(name, value)| (name.into(), Value::String(value.into()))).collect()
}

fn tag_pairs(group: &Group) -> [(&'static str, &str); 4] {
    [
        ("application", &*group.application),
        ("costCenter", group.cost_center),
        ("env", group.environment.tag()),
        ("owner", group.owner),
    ]
}

/// The value of a tag that resources of a group have, whatever the case of its name.
pub(crate) fn tag<'g>(group: &'g Group, name: &str) -> Option<Cow<'g, str>> {
    let mut pairs = tag_pairs(group).into_iter();
    pairs.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.into())
}

fn parts(subject: &Subject<'_>) -> Parts {
    match subject.resource.kind {
        Kind::VirtualMachine => compute::virtual_machine(subject),
        Kind::Disk => compute::disk(subject),
        Kind::Snapshot => compute::snapshot(subject),
        Kind::NetworkInterface => network::interface(subject),
        Kind::PublicIp => network::public_ip(subject),
        Kind::NetworkSecurityGroup => network::security_group(subject),
        Kind::VirtualNetwork => network::virtual_network(subject),
        Kind::LoadBalancer => network::load_balancer(subject),
        Kind::RouteTable => network::route_table(),
        Kind::Firewall | Kind::Bastion | Kind::VpnGateway => network::hub_appliance(subject),
        Kind::PrivateDnsZone => network::private_dns_zone(),
        Kind::PrivateEndpoint => network::private_endpoint(subject),
        Kind::StorageAccount => stores::storage_account(subject),
        Kind::KeyVault => stores::key_vault(subject),
        Kind::SqlServer => stores::sql_server(subject),
        Kind::SqlDatabase => stores::sql_database(subject),
        Kind::CosmosAccount => stores::cosmos(subject),
        Kind::RedisCache => stores::redis(subject),
        Kind::AppServicePlan => web::plan(subject),
        Kind::WebSite => web::site(subject),
        Kind::KubernetesCluster => web::cluster(subject),
        Kind::ContainerRegistry => web::registry(subject),
        Kind::Workspace => platform::workspace(subject),
        Kind::AppInsights => platform::insights(subject),
        Kind::ActionGroup => monitoring::action_group(subject),
        Kind::RecoveryVault => platform::recovery_vault(subject),
        Kind::BackupVault => platform::backup_vault(subject),
        Kind::ManagedIdentity => platform::identity(subject),
        Kind::MaintenanceConfiguration => platform::maintenance(subject),
        Kind::DataCollectionRule => platform::collection_rule(subject),
        Kind::MetricAlertRule => monitoring::metric_alert(subject),
        Kind::LogAlertRule => monitoring::log_alert(subject),
        Kind::ActivityAlertRule => monitoring::activity_alert(subject),
        Kind::AlertProcessingRule => monitoring::processing_rule(subject),
    }
}

fn lower(text: &str) -> Value {
    Value::String(text.to_ascii_lowercase())
}

/// "Enabled" or "Disabled".
const fn enabled(yes: bool) -> &'static str {
    if yes { "Enabled" } else { "Disabled" }
}

//! Resources of any type: `Resources_List`, `Resources_ListByResourceGroup`, `Resources_GetById`
//! and the type's own list operations.

use serde_json::{Value, json};

use super::{filter::Filter, namespaces};
use crate::estate::{
    access::Scope,
    chronicle::changed_minutes_ago,
    clock::stamp,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    render,
    world::{Link, ResourceIx, kind::Kind},
};

/// `GET {S}/resources`.
pub(super) fn in_subscription(call: &Call<'_>, subscription: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let ix = call.subscription(subscription)?;
    list(call, call.world().subscription_resources(ix))
}

/// `GET {G}/resources`.
pub(super) fn in_group(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let segments = call.path.scope.get(..4).unwrap_or_default();
    let Scope::Group(ix) = call.resolve(segments)? else {
        return Err(ArmError::internal());
    };
    list(call, call.world().group_resources(ix))
}

fn list(call: &Call<'_>, resources: impl Iterator<Item = ResourceIx>) -> Result<Answer, ArmError> {
    let filter = Filter::of(call)?;
    let only = filter.only_type().map(Kind::of_type);
    let expand = call.query.get("$expand").unwrap_or_default().to_owned();
    let fits = |ix: &ResourceIx| {
        only.is_none_or(|kind| call.world().resource(*ix).map(|r| r.kind) == kind)
            && may_read(call, *ix)
            && (filter.is_empty()
                || render::generic(call.world(), *ix)
                    .is_some_and(|body| filter.matches(&Value::Object(body))))
    };
    call.page(resources.filter(fits), |ix| expanded(call, ix, &expand))
}

/// The generic form with the members that `$expand` names.
fn expanded(call: &Call<'_>, ix: ResourceIx, expand: &str) -> Option<Value> {
    let world = call.world();
    let mut body = render::generic(world, ix)?;
    let created = world.resource(ix).map_or(0, |r| i64::from(r.created));
    let changed = world.resource(ix).map_or(0, changed_minutes_ago);
    for word in expand.split(',').map(str::trim) {
        match word {
            "createdTime" => body.insert(word.into(), json!(stamp(world.ago(created)))),
            "changedTime" => body.insert(word.into(), json!(stamp(world.ago(changed)))),
            "provisioningState" => body.insert(word.into(), json!("Succeeded")),
            _ => None,
        };
    }
    Some(Value::Object(body))
}

/// Whether the caller may read a resource.
pub(super) fn may_read(call: &Call<'_>, ix: ResourceIx) -> bool {
    call.world().resource(ix).is_some_and(|resource| {
        call.may(&format!("{}/read", resource.kind.arm_type()), Scope::Resource(ix))
    })
}

/// What no provider answers: a resource by id, or the list of a type.
pub(super) fn typed(call: &Call<'_>) -> Result<Answer, ArmError> {
    let namespace = call.path.namespace.as_deref().unwrap_or_default();
    if call.path.rest.is_empty() {
        return namespaces::get(call, namespace);
    }
    if !namespaces::is_known(namespace) {
        return Err(ArmError::invalid_namespace(namespace));
    }
    if let [.., word] = call.path.rest.as_slice()
        && word.eq_ignore_ascii_case("instanceView")
    {
        return instance_view(call);
    }
    if call.path.rest.len().is_multiple_of(2) { get(call) } else { by_type(call, namespace) }
}

fn get(call: &Call<'_>) -> Result<Answer, ArmError> {
    let Scope::Resource(ix) = call.resolve(&call.path.whole())? else {
        let namespace = call.path.namespace.as_deref().unwrap_or_default();
        return Err(ArmError::invalid_type(namespace, &call.path.rest.join("/")));
    };
    match call.method {
        Method::Head => return Ok(Answer::no_content()),
        Method::Get => {}
        other => return Err(ArmError::method_not_allowed(other.name())),
    }
    let mut body = render::body(call.world(), ix).ok_or_else(ArmError::internal)?;
    let wants_view =
        call.query.get("$expand").is_some_and(|e| e.eq_ignore_ascii_case("instanceView"));
    if wants_view
        && let (Some(view), Some(properties)) = (
            render::instance_view(call.world(), ix),
            body.get_mut("properties").and_then(Value::as_object_mut),
        )
    {
        properties.insert("instanceView".into(), view);
    }
    Answer::json(&body)
}

/// `GET {VM}/instanceView`.
fn instance_view(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let mut whole = call.path.whole();
    whole.pop();
    match call.resolve(&whole)? {
        Scope::Resource(ix) if is_kind(call, ix, Kind::VirtualMachine) => {
            Answer::json(&render::instance_view(call.world(), ix))
        }
        _ => Err(ArmError::invalid_type("Microsoft.Compute", "instanceView")),
    }
}

fn is_kind(call: &Call<'_>, ix: ResourceIx, kind: Kind) -> bool {
    call.world().resource(ix).is_some_and(|resource| resource.kind == kind)
}

/// `GET {S|G}/providers/{namespace}/{type}` and `GET {parent}/{child type}`.
fn by_type(call: &Call<'_>, namespace: &str) -> Result<Answer, ArmError> {
    let types: Vec<&str> = call.path.rest.iter().step_by(2).map(String::as_str).collect();
    let types = types.join("/");
    let kind = Kind::of_type(&format!("{namespace}/{types}"))
        .ok_or_else(|| ArmError::invalid_type(namespace, &types))?;
    call.only(Method::Get)?;
    let world = call.world();
    let parent = if call.path.rest.len() > 1 {
        let mut whole = call.path.whole();
        whole.pop();
        Some(call.resolve(&whole)?)
    } else {
        None
    };
    let fits = |ix: &ResourceIx| {
        world.resource(*ix).is_some_and(|r| r.kind == kind)
            && may_read(call, *ix)
            && match parent {
                Some(Scope::Resource(parent)) => {
                    world.resource(*ix).and_then(|r| r.linked(Link::Parent)) == Some(parent)
                }
                _ => true,
            }
    };
    let render = |ix| render::body(world, ix).map(Value::Object);
    let whole = |resources: &mut dyn Iterator<Item = ResourceIx>| {
        Answer::list(&resources.filter(fits).filter_map(render).collect::<Vec<_>>())
    };
    match call.scope()? {
        Scope::Subscription(ix) if kind.is_listed_whole() => {
            whole(&mut world.subscription_resources(ix))
        }
        Scope::Group(ix) if kind.is_listed_whole() => whole(&mut world.group_resources(ix)),
        Scope::Subscription(ix) => call.page(world.subscription_resources(ix).filter(fits), render),
        Scope::Group(ix) => call.page(world.group_resources(ix).filter(fits), render),
        Scope::Tenant | Scope::ManagementGroup(_) | Scope::Resource(_) => {
            Err(ArmError::invalid_type(namespace, &types))
        }
    }
}

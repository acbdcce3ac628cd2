//! `JitNetworkAccessPolicies_List`, `…_ListByRegion`, `…_ListByResourceGroup`, `…_Get`
//! (2020-01-01). Read only.

use crate::estate::{
    access::Scope,
    defender::jit::{self, Policy},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

const READ: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/read";

/// The policies of a subscription or resource group, of one region where it is given.
pub(super) fn list(call: &Call<'_>, location: Option<&str>) -> Result<Answer, ArmError> {
    let all = policies(call)?;
    let world = call.world();
    let fits =
        |policy: &Policy| location.is_none_or(|l| policy.location(world).eq_ignore_ascii_case(l));
    call.page(all.filter(fits), |policy| Some(policy.body(world)))
}

/// A resource group's policy.
pub(super) fn get(call: &Call<'_>, location: &str, name: &str) -> Result<Answer, ArmError> {
    let world = call.world();
    let is_group = matches!(call.scope()?, Scope::Group(_));
    let found = policies(call)?.find(|policy| {
        is_group && Policy::is_named(name) && policy.location(world).eq_ignore_ascii_case(location)
    });
    let what = format!("The just-in-time policy '{name}'");
    Answer::json(&found.ok_or_else(|| ArmError::not_found(&what))?.body(world))
}

fn policies<'a>(call: &Call<'a>) -> Result<Box<dyn Iterator<Item = Policy> + 'a>, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(READ, scope)?;
    let world = call.world();
    match scope {
        Scope::Subscription(ix) => Ok(Box::new(jit::of_subscription(world, ix))),
        Scope::Group(ix) => Ok(Box::new(jit::of_group(world, ix).into_iter())),
        Scope::Tenant | Scope::ManagementGroup(_) | Scope::Resource(_) => {
            Err(ArmError::invalid_type("Microsoft.Security", "jitNetworkAccessPolicies"))
        }
    }
}

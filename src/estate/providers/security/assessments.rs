//! Assessments at any scope, and their metadata (2021-06-01).

use crate::estate::{
    access::Scope,
    defender::{
        assessment::{self, Expand, Finding},
        catalogue,
    },
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

const READ: &str = "Microsoft.Security/assessments/read";

pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(READ, scope)?;
    let world = call.world();
    call.page(findings(call, scope)?, |finding| Some(finding.body(world, Expand::default())))
}

/// The findings at and below a scope, in their fixed order.
pub(super) fn findings<'a>(
    call: &Call<'a>,
    scope: Scope,
) -> Result<Box<dyn Iterator<Item = Finding> + 'a>, ArmError> {
    let world = call.world();
    Ok(match scope {
        Scope::Resource(ix) => Box::new(assessment::of_resource(world, ix)),
        Scope::Group(ix) => {
            let all = world.group_resources(ix);
            Box::new(all.flat_map(|ix| assessment::of_resource(world, ix)))
        }
        Scope::Subscription(ix) => Box::new(assessment::within(world, ix)),
        Scope::ManagementGroup(group) => {
            let below = world
                .subscription_ixs()
                .filter(move |ix| world.management_group_of(*ix).is_within(group));
            Box::new(below.flat_map(|ix| assessment::within(world, ix)))
        }
        Scope::Tenant => return Err(ArmError::invalid_type("Microsoft.Security", "assessments")),
    })
}

pub(super) fn get(call: &Call<'_>, id: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(READ, scope)?;
    let world = call.world();
    let is_it = |finding: &Finding| finding.assessment.id.eq_ignore_ascii_case(id);
    let found = match scope {
        Scope::Resource(ix) => assessment::of_resource(world, ix).find(is_it),
        Scope::Subscription(ix) => assessment::of_subscription(world, ix).find(is_it),
        Scope::Group(_) | Scope::ManagementGroup(_) | Scope::Tenant => None,
    };
    let finding = found.ok_or_else(|| {
        ArmError::not_found(&format!("The assessment '{id}' of '{}'", scope.id(world)))
    })?;
    let expand = call.query.get("$expand").unwrap_or_default().to_ascii_lowercase();
    // The portal's link is there unless something else is asked for.
    let expand = Expand {
        links: expand.is_empty() || expand.contains("links"),
        metadata: expand.contains("metadata"),
    };
    Answer::json(&finding.body(world, expand))
}

/// For the tenant, or at a subscription.
pub(super) fn metadata_list(call: &Call<'_>) -> Result<Answer, ArmError> {
    allow_metadata(call)?;
    call.page(catalogue::all(), |assessment| Some(assessment.metadata()))
}

pub(super) fn metadata_get(call: &Call<'_>, id: &str) -> Result<Answer, ArmError> {
    allow_metadata(call)?;
    let found = catalogue::find(id)
        .ok_or_else(|| ArmError::not_found(&format!("The assessment metadata '{id}'")))?;
    Answer::json(&found.metadata())
}

fn allow_metadata(call: &Call<'_>) -> Result<(), ArmError> {
    call.only(Method::Get)?;
    match call.scope()? {
        Scope::Tenant => Ok(()),
        scope => call.require("Microsoft.Security/assessmentMetadata/read", scope),
    }
}

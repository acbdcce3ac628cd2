//! Subscriptions and tenants: `Subscriptions_List`, `Subscriptions_Get`, `Tenants_List`,
//! `Subscriptions_ListLocations` (2022-12-01).

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::{
        SubscriptionIx, World,
        company::{COMPANY, DOMAIN, Environment, Region},
    },
};

pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let world = call.world();
    let visible = world.subscription_ixs().filter(|ix| call.sees(Scope::Subscription(*ix)));
    call.page(visible, |ix| body(world, ix))
}

pub(super) fn get(call: &Call<'_>, id: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let ix = call.subscription(id)?;
    Answer::json(&body(call.world(), ix))
}

pub(super) fn locations(call: &Call<'_>, id: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let ix = call.subscription(id)?;
    let subscription = call.world().subscription_id(ix);
    let regions = [Region::WestEurope, Region::NorthEurope, Region::EastUs2, Region::UkSouth];
    let items = regions.map(|region| {
        json!({
            "id": format!("{subscription}/locations/{}", region.name()),
            "name": region.name(),
            "type": "Region",
            "displayName": region.display(),
            "regionalDisplayName": region.display(),
            "metadata": { "regionType": "Physical", "regionCategory": "Recommended" },
        })
    });
    Answer::list(&items)
}

pub(super) fn tenants(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let id = &call.world().tenant_id;
    let tenant = json!({
        "id": format!("/tenants/{id}"),
        "tenantId": id,
        "countryCode": "NL",
        "displayName": COMPANY,
        "domains": [DOMAIN],
        "defaultDomain": DOMAIN,
        "tenantCategory": "Home",
        "tenantType": "AAD",
    });
    call.page(std::iter::once(tenant), Some)
}

/// The ARM body of a subscription.
pub(super) fn body(world: &World, ix: SubscriptionIx) -> Option<Value> {
    let subscription = world.subscription(ix)?;
    let quota = match subscription.environment {
        Environment::Production | Environment::Platform => "EnterpriseAgreement_2014-09-01",
        Environment::NonProduction | Environment::Sandbox => "MSDNDevTest_2014-09-01",
    };
    Some(json!({
        "id": world.subscription_id(ix),
        "subscriptionId": subscription.id,
        "tenantId": world.tenant_id,
        "displayName": subscription.name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": quota,
            "spendingLimit": "Off",
        },
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "tags": { "env": subscription.environment.tag() },
    }))
}

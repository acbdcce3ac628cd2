//! `Microsoft.Advisor` (2023-01-01): `Recommendations_List`, `_Get`, `Suppressions_List`,
//! `RecommendationMetadata_List`.

use serde_json::{Value, json};

use super::conditions::Conditions;
use crate::estate::{
    access::Scope,
    advisor::{self, Advice, CATALOGUE, Category, Impact},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

const READ: &str = "Microsoft.Advisor/recommendations/read";

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["recommendations"] => list(call),
        ["recommendations", name] => get(call, name),
        ["recommendations", name, "suppressions"] => suppressions_of(call, name),
        ["suppressions"] => suppressions(call),
        ["metadata"] => metadata(call),
        _ => return None,
    })
}

/// The advice at and below a scope.
fn advice<'a>(call: &Call<'a>) -> Result<Box<dyn Iterator<Item = Advice> + 'a>, ArmError> {
    let world = call.world();
    Ok(match call.scope()? {
        Scope::Resource(ix) => Box::new(advisor::of_resource(world, ix).into_iter()),
        Scope::Group(ix) => {
            let all = world.group_resources(ix);
            Box::new(all.flat_map(|ix| advisor::of_resource(world, ix)))
        }
        Scope::Subscription(ix) => Box::new(advisor::within(world, ix)),
        Scope::Tenant | Scope::ManagementGroup(_) => {
            return Err(ArmError::invalid_type("Microsoft.Advisor", "recommendations"));
        }
    })
}

fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    call.require(READ, call.scope()?)?;
    let fields = ["Category", "ResourceGroup", "ResourceId", "Impact", "RecommendationTypeGuid"];
    let filter = Conditions::of(call, &fields)?;
    let world = call.world();
    let fits = |advice: &Advice| {
        filter.any(|field| {
            let id = advice.subject_id(world);
            vec![match field {
                "Category" => advice.kind.category.word().to_owned(),
                "Impact" => advice.kind.impact.word().to_owned(),
                "RecommendationTypeGuid" => advice.kind.id.to_owned(),
                "ResourceGroup" => id.split('/').nth(4).unwrap_or_default().to_owned(),
                _ => id,
            }]
        })
    };
    let open = advice(call)?.filter(|one| fits(one) && !one.is_suppressed(world));
    call.page(open, |one| Some(one.body(world)))
}

fn find(call: &Call<'_>, name: &str) -> Result<Advice, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(READ, scope)?;
    let world = call.world();
    let own = match scope {
        Scope::Subscription(ix) => advisor::of_subscription(world, ix),
        Scope::Resource(ix) => advisor::of_resource(world, ix),
        Scope::Tenant | Scope::ManagementGroup(_) | Scope::Group(_) => Vec::new(),
    };
    let found = own.into_iter().find(|one| one.name(world).eq_ignore_ascii_case(name));
    found.ok_or_else(|| ArmError::not_found(&format!("The recommendation '{name}'")))
}

fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let found = find(call, name)?;
    Answer::json(&found.body(call.world()))
}

fn suppressions_of(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let found = find(call, name)?;
    let world = call.world();
    let own = found.is_suppressed(world).then(|| found.suppression(world));
    Answer::list(&own.into_iter().collect::<Vec<_>>())
}

fn suppressions(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    call.require("Microsoft.Advisor/suppressions/read", call.scope()?)?;
    let world = call.world();
    let put_off = advice(call)?.filter(|one| one.is_suppressed(world));
    call.page(put_off, |one| Some(one.suppression(world)))
}

fn metadata(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let value = |id: &str, display: &str| json!({ "id": id, "displayName": display });
    let types: Vec<Value> = CATALOGUE.iter().map(|kind| value(kind.id, kind.solution)).collect();
    let categories: Vec<Value> =
        Category::ALL.iter().map(|one| value(one.word(), one.word())).collect();
    let impacts: Vec<Value> = [Impact::High, Impact::Medium, Impact::Low]
        .iter()
        .map(|one| value(one.word(), one.word()))
        .collect();
    let one = |name: &str, display: &str, depends: &[&str], values: &[Value]| {
        json!({
            "id": format!("providers/Microsoft.Advisor/metadata/{name}"),
            "name": name,
            "type": "Microsoft.Advisor/metadata",
            "properties": {
                "displayName": display,
                "dependsOn": depends,
                "applicableScenarios": ["Alerts"],
                "supportedValues": values,
            },
        })
    };
    let all = [
        one("recommendationType", "Recommendation Type", &["category", "impact"], &types),
        one("recommendationCategory", "Category", &[], &categories),
        one("recommendationImpact", "Impact", &[], &impacts),
    ];
    call.page(all.into_iter(), Some)
}

//! `Microsoft.Consumption`: `Budgets_List`, `Budgets_Get`, `ReservationRecommendations_List`
//! (2024-08-01).

use serde_json::{Value, json};

use super::{conditions::Conditions, cost_management::cents};
use crate::estate::{
    access::Scope,
    clock::stamp,
    cost::{
        CURRENCY,
        budget::{self, Budget, THRESHOLDS, Threshold},
        calendar::{date_of, day_of, month_start},
        commitment::{Candidate, Term, candidates},
    },
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::SubscriptionIx,
};

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["budgets"] => budgets(call),
        ["budgets", name] => one_budget(call, name),
        ["reservationrecommendations"] => reservations(call),
        _ => return None,
    })
}

/// A list has the budgets of the scope and of the groups in it.
fn budgets(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.Consumption/budgets/read", scope)?;
    let all = budget::within(call.world(), scope);
    call.page(all.into_iter(), |budget| Some(body(call, &budget)))
}

fn one_budget(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.Consumption/budgets/read", scope)?;
    let all = budget::within(call.world(), scope).into_iter();
    let found = all.filter(|budget| budget.scope == scope);
    let found = found.into_iter().find(|budget| budget.name.eq_ignore_ascii_case(name));
    let found = found.ok_or_else(|| ArmError::not_found(&format!("The budget '{name}'")))?;
    Answer::json(&body(call, &found))
}

fn body(call: &Call<'_>, budget: &Budget) -> Value {
    let world = call.world();
    let today = day_of(call.state.clock.now());
    let scope = budget.scope.id(world);
    let mut notifications = serde_json::Map::new();
    for threshold in THRESHOLDS {
        let (kind, percent) = match threshold {
            Threshold::Actual(percent) => ("Actual", percent),
            Threshold::Forecast(percent) => ("Forecasted", percent),
        };
        notifications.insert(
            format!("{kind}_GreaterThanOrEqualTo_{percent}_Percent"),
            json!({
                "enabled": true,
                "operator": "GreaterThanOrEqualTo",
                "threshold": percent,
                "thresholdType": kind,
                "contactEmails": ["finops@northlight.example"],
                "contactRoles": ["Owner"],
                "contactGroups": [],
            }),
        );
    }
    let tag = world.chance.child("budget").child(&scope).child(&budget.name).bits();
    json!({
        "id": format!("{scope}/providers/Microsoft.Consumption/budgets/{}", budget.name),
        "name": budget.name,
        "type": "Microsoft.Consumption/budgets",
        "eTag": format!("\"{tag:x}\""),
        "properties": {
            "category": "Cost",
            "amount": budget.amount,
            "timeGrain": budget.grain_word(),
            "timePeriod": {
                "startDate": format!("{}T00:00:00Z", date_of(month_start(today, -11))),
                "endDate": format!("{}T00:00:00Z", date_of(month_start(today, 25))),
            },
            "currentSpend": { "amount": cents(budget.spent(world, today)), "unit": CURRENCY },
            "forecastSpend": { "amount": cents(budget.forecast(world, today)), "unit": CURRENCY },
            "notifications": notifications,
        },
    })
}

fn reservations(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    let Scope::Subscription(ix) = scope else {
        return Err(ArmError::bad_request(
            "Reservation recommendations are given at a subscription.",
        ));
    };
    call.require("Microsoft.Consumption/reservationRecommendations/read", scope)?;
    let fields = ["scope", "lookBackPeriod", "resourceType", "term"];
    let mut filter = Conditions::of(call, &fields)?;
    if filter.0.is_empty() {
        // What the service takes when nothing is said.
        filter = Conditions::parse("lookBackPeriod eq 'Last7Days' and scope eq 'Single'", &fields)
            .unwrap_or_default();
    }
    let mut bodies = Vec::new();
    for candidate in candidates(call.world(), ix) {
        for term in Term::ALL {
            for (look_back, days) in [("Last7Days", 7), ("Last30Days", 30), ("Last60Days", 60)] {
                for reach in ["Single", "Shared"] {
                    let fits = filter.any(|field| {
                        vec![
                            match field {
                                "scope" => reach,
                                "lookBackPeriod" => look_back,
                                "resourceType" => candidate.resource_type,
                                _ => term.word(),
                            }
                            .to_owned(),
                        ]
                    });
                    if fits {
                        bodies.push(reservation(
                            call,
                            ix,
                            (&candidate, term),
                            (look_back, days, reach),
                        ));
                    }
                }
            }
        }
    }
    call.page(bodies.into_iter(), Some)
}

fn reservation(
    call: &Call<'_>,
    ix: SubscriptionIx,
    (candidate, term): (&Candidate, Term),
    (look_back, days, reach): (&str, i32, &str),
) -> Value {
    let world = call.world();
    let own =
        format!("{}{}{}{look_back}{reach}", candidate.sku, candidate.region.name(), term.word());
    let name = world.chance.child("reservation").nth(u64::from(ix.0)).child(&own).guid();
    let cost = candidate.cost(f64::from(days));
    let saved = cost * candidate.discount(term);
    let with_reservation = cost - saved;
    json!({
        "id": format!("{}/providers/Microsoft.Consumption/reservationRecommendations/{name}", world.subscription_id(ix)),
        "name": name,
        "type": "Microsoft.Consumption/reservationRecommendations",
        "kind": "legacy",
        "location": candidate.region.name(),
        "sku": candidate.sku,
        "properties": {
            "lookBackPeriod": look_back,
            "instanceFlexibilityRatio": 1.0,
            "instanceFlexibilityGroup": candidate.sku,
            "normalizedSize": candidate.sku,
            "recommendedQuantityNormalized": candidate.quantity,
            "meterId": world.chance.child("meter").child(candidate.sku).guid(),
            "resourceType": candidate.resource_type,
            "term": term.word(),
            "costWithNoReservedInstances": cents(cost),
            "recommendedQuantity": candidate.quantity,
            "totalCostWithReservedInstances": cents(with_reservation),
            "netSavings": cents(saved),
            "firstUsageDate": stamp(world.ago(i64::from(days) * 1_440)),
            "scope": reach,
            "subscriptionId": world.subscription(ix).map(|one| &one.id),
            "skuProperties": [{ "name": "Cores", "value": "" }],
        },
    })
}

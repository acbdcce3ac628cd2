//! `Microsoft.CostManagement`: which of its operations a path is; dimensions, alerts and advice
//! about savings plans.

mod query;

use serde_json::{Value, json};

use super::conditions::Conditions;
use crate::estate::{
    access::Scope,
    clock::stamp,
    cost::{
        CURRENCY,
        budget::{self, Budget, BudgetAlert, Threshold},
        calendar::{date_of, day_of, month_start, point},
        commitment::{SavingsPlan, Term, savings_plan},
        dimension::Dimension,
        tally::{By, Granularity, Question, buckets, tally},
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
        ["query"] => query::usage(call),
        ["forecast"] => query::forecast(call),
        ["dimensions"] => dimensions(call),
        ["alerts"] => alerts(call),
        ["alerts", name] => alert(call, name),
        ["benefitrecommendations"] => benefits(call),
        _ => return None,
    })
}

/// The scope of a call; costs are told of groups and of what holds them.
fn billed(call: &Call<'_>) -> Result<Scope, ArmError> {
    match call.scope()? {
        scope @ (Scope::ManagementGroup(_) | Scope::Subscription(_) | Scope::Group(_)) => Ok(scope),
        scope @ (Scope::Tenant | Scope::Resource(_)) => Err(ArmError::bad_request(format!(
            "The scope '{}' is not supported; give a management group, a subscription or a \
                 resource group.",
            scope.id(call.world())
        ))),
    }
}

/// `Dimensions_List` (2024-08-01), of the present month.
fn dimensions(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = billed(call)?;
    call.require("Microsoft.CostManagement/dimensions/read", scope)?;
    let filter = Conditions::of(call, &["category"])?;
    let expands = call.query.get("$expand").unwrap_or_default().to_ascii_lowercase();
    let now = call.state.clock.now();
    let start = month_start(day_of(now), 0);
    let most = call.query.get("$top").and_then(|top| top.parse::<usize>().ok()).unwrap_or(1_000);
    let all = Dimension::ALL.iter().filter(|one| filter.any(|_| vec![one.names().0.to_owned()]));
    let bodies: Vec<Value> = all
        .map(|dimension| {
            let (name, display) = dimension.names();
            let span = buckets(Granularity::None, f64::from(start), point(now));
            let by = [By::Dimension(*dimension)];
            let question = Question { by: &by, filter: None, buckets: &span };
            let values = tally(call.world(), scope, &question);
            let data = values.keys().filter_map(|key| key.first()).take(most);
            let data: Vec<&str> = data.map(AsRef::as_ref).collect();
            let own = format!("dimensions_{name}_{}_{}_{most}", date_of(start), date_of(day_of(now)));
            json!({
                "id": format!("{}/providers/Microsoft.CostManagement/dimensions/{own}", scope.id(call.world())),
                "name": own,
                "type": "microsoft.CostManagement/dimensions",
                "properties": {
                    "category": name,
                    "description": display,
                    "data": if expands.contains("data") { json!(data) } else { json!([]) },
                    "total": values.len(),
                    "usageStart": format!("{}T00:00:00Z", date_of(start)),
                    "usageEnd": format!("{}T00:00:00Z", date_of(day_of(now))),
                    "filterEnabled": true,
                    "groupingEnabled": true,
                },
            })
        })
        .collect();
    Answer::list(&bodies)
}

/// `Alerts_List` (2024-08-01).
fn alerts(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let bodies = alert_bodies(call)?;
    call.page(bodies.into_iter(), Some)
}

/// `Alerts_Get` (2024-08-01).
fn alert(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let found = alert_bodies(call)?.into_iter().find(|body| {
        body.get("name").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(name))
    });
    let found = found.ok_or_else(|| ArmError::not_found(&format!("The alert '{name}'")))?;
    Answer::json(&found)
}

fn alert_bodies(call: &Call<'_>) -> Result<Vec<Value>, ArmError> {
    let scope = billed(call)?;
    call.require("Microsoft.CostManagement/alerts/read", scope)?;
    let world = call.world();
    let today = day_of(call.state.clock.now());
    let mut bodies = Vec::new();
    for budget in budget::within(world, scope) {
        let alerts = budget.alerts(world, today);
        bodies.extend(alerts.iter().map(|alert| budget_alert(call, &budget, alert)));
    }
    let unusual = world.subscription_ixs().filter(|ix| {
        Scope::Subscription(*ix) == scope || Scope::Subscription(*ix).is_within(scope, world)
    });
    bodies.extend(unusual.filter_map(|ix| anomaly(call, ix)));
    Ok(bodies)
}

/// Instants that are not there, as the service writes them.
const NEVER: &str = "0001-01-01T00:00:00";

fn budget_alert(call: &Call<'_>, budget: &Budget, alert: &BudgetAlert) -> Value {
    let world = call.world();
    let (percent, criteria) = match alert.threshold {
        Threshold::Actual(percent) => (percent, "CostThresholdExceeded"),
        Threshold::Forecast(percent) => (percent, "ForecastCostThresholdExceeded"),
    };
    let label = format!("{}|{criteria}|{percent}|{}", budget.name, alert.start);
    let name = world.chance.child("cost-alert").child(&budget.scope.id(world)).child(&label).guid();
    let at = format!("{}T07:12:00Z", date_of(alert.day));
    json!({
        "id": format!("{}/providers/Microsoft.CostManagement/alerts/{name}", budget.scope.id(world)),
        "name": name,
        "type": "Microsoft.CostManagement/alerts",
        "properties": {
            "definition": { "type": "Budget", "category": "Cost", "criteria": criteria },
            "description": format!("{percent} % of budget {}", budget.name),
            "source": "Preset",
            "details": {
                "timeGrainType": budget.grain_word(),
                "periodStartDate": format!("{}T00:00:00Z", date_of(alert.start)),
                "triggeredBy": format!("{}_{percent}", budget.name),
                "resourceGroupFilter": [],
                "resourceFilter": [],
                "meterFilter": [],
                "tagFilter": {},
                "threshold": f64::from(percent) / 100.0,
                "operator": "GreaterThanOrEqualTo",
                "amount": budget.amount,
                "unit": CURRENCY,
                "currentSpend": cents(alert.spent),
                "contactEmails": ["finops@northlight.example"],
                "contactGroups": [],
                "contactRoles": ["Owner"],
            },
            "costEntityId": budget.name,
            "status": if alert.is_active { "Active" } else { "Resolved" },
            "creationTime": at,
            "closeTime": NEVER,
            "modificationTime": at,
            "statusModificationTime": NEVER,
        },
    })
}

fn anomaly(call: &Call<'_>, ix: SubscriptionIx) -> Option<Value> {
    let world = call.world();
    let found = budget::anomaly(world, ix)?;
    let name = world.chance.child("cost-anomaly").nth(u64::from(ix.0)).guid();
    let at = format!("{}T06:40:00Z", date_of(found.day + 1));
    Some(json!({
        "id": format!("{}/providers/Microsoft.CostManagement/alerts/{name}", world.subscription_id(ix)),
        "name": name,
        "type": "Microsoft.CostManagement/alerts",
        "properties": {
            "definition": { "type": "Forecast", "category": "Cost", "criteria": "Other" },
            "description": format!(
                "Anomaly: the cost of {} was {:.2} {CURRENCY} where {:.2} {CURRENCY} were \
                 expected; the rise is from resource group {}",
                date_of(found.day), found.actual, found.expected, found.group
            ),
            "source": "Preset",
            "details": {
                "timeGrainType": "None",
                "periodStartDate": format!("{}T00:00:00Z", date_of(found.day)),
                "resourceGroupFilter": [found.group],
                "resourceFilter": [],
                "meterFilter": [],
                "tagFilter": {},
                "amount": cents(found.expected),
                "unit": CURRENCY,
                "currentSpend": cents(found.actual),
                "contactEmails": ["finops@northlight.example"],
                "contactGroups": [],
                "contactRoles": [],
            },
            "costEntityId": "cost-anomaly",
            "status": "Active",
            "creationTime": at,
            "closeTime": NEVER,
            "modificationTime": at,
            "statusModificationTime": NEVER,
        },
    }))
}

/// `BenefitRecommendations_List` (2024-08-01): savings plans for what ran all the time.
fn benefits(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require("Microsoft.CostManagement/benefitRecommendations/read", scope)?;
    let filter = Conditions::of(call, &["term", "lookBackPeriod", "scope"])?;
    let world = call.world();
    let below =
        world.subscription_ixs().filter(|ix| Scope::Subscription(*ix).is_within(scope, world));
    let mut bodies = Vec::new();
    for ix in below {
        for term in Term::ALL {
            for (look_back, days) in [("Last7Days", 7), ("Last30Days", 30), ("Last60Days", 60)] {
                let fits = filter.any(|field| {
                    vec![
                        match field {
                            "term" => term.word(),
                            "lookBackPeriod" => look_back,
                            _ => "Single",
                        }
                        .to_owned(),
                    ]
                });
                let plan = savings_plan(world, ix, term).filter(|_| fits);
                bodies.extend(plan.map(|plan| benefit(call, (ix, term), (look_back, days), &plan)));
            }
        }
    }
    call.page(bodies.into_iter(), Some)
}

fn benefit(
    call: &Call<'_>,
    (ix, term): (SubscriptionIx, Term),
    (look_back, days): (&str, i32),
    plan: &SavingsPlan,
) -> Value {
    let world = call.world();
    let label = format!("{}-{look_back}", term.word());
    let name = world.chance.child("benefit").nth(u64::from(ix.0)).child(&label).guid();
    let hours = f64::from(days) * 24.0;
    let cost = plan.hourly * hours;
    let saved = plan.saved_hourly() * hours;
    let paid = plan.commitment * hours;
    json!({
        "id": format!("{}/providers/Microsoft.CostManagement/benefitRecommendations/{name}", world.subscription_id(ix)),
        "name": name,
        "type": "Microsoft.CostManagement/benefitRecommendations",
        "kind": "SavingsPlan",
        "properties": {
            "firstConsumptionDate": stamp(world.ago(i64::from(days) * 1_440)),
            "lastConsumptionDate": stamp(world.anchor),
            "lookBackPeriod": look_back,
            "totalHours": days * 24,
            "armSkuName": "Compute_Savings_Plan",
            "term": term.word(),
            "commitmentGranularity": "Hourly",
            "currencyCode": CURRENCY,
            "costWithoutBenefit": cents(cost),
            "scope": "Single",
            "subscriptionId": world.subscription(ix).map(|one| &one.id),
            "recommendationDetails": {
                "averageUtilizationPercentage": 100.0,
                "coveragePercentage": cents(plan.coverage * 100.0),
                "commitmentAmount": cents(plan.commitment),
                "overageCost": cents(cost * (1.0 - plan.coverage)),
                "benefitCost": cents(paid),
                "savingsAmount": cents(saved),
                "savingsPercentage": cents(saved / cost * 100.0),
                "totalCost": cents(cost - saved),
                "wastageCost": 0.0,
            },
        },
    })
}

/// To two decimals.
pub(super) fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

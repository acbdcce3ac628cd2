//! The reports of carbon: of all months or the last, of everything or by item.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::row::{compare, months, pair, rounded, row};
use crate::estate::{
    access::Scope,
    carbon::{self, EmissionScope},
    cost::{
        Charge, DOLLARS,
        calendar::{Calendar, date_of, month_start},
        tally,
    },
    http::{
        answer::Answer,
        call::{Call, Method, read_token, write_token},
        error::ArmError,
    },
    world::SubscriptionIx,
};

const READ: &str = "Microsoft.Carbon/carbonEmissionReports/action";
const MAX_SUBSCRIPTIONS: usize = 100;
const MAX_PAGE: usize = 5_000;

/// What rows are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Category {
    Subscription,
    ResourceGroup,
    Resource,
    ResourceType,
    Location,
}

/// Which report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Report {
    Overall,
    Monthly,
    Top,
    TopMonthly,
    Items,
}

/// A row's members that say what it is of; in the order of the item.
type Item = Vec<(&'static str, String)>;

struct Asked<'a> {
    call: &'a Call<'a>,
    body: Value,
    report: Report,
    category: Category,
    scopes: Vec<EmissionScope>,
    /// First days of months.
    first: i32,
    last: i32,
    allowed: Vec<SubscriptionIx>,
}

pub(super) fn answer(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let body: Result<Value, _> = serde_json::from_slice(call.body);
    let body = body.map_err(|_| ArmError::invalid_content("The request content is no JSON."))?;
    let (allowed, decisions) = decide(call, &body)?;
    let asked = Asked::of(call, body, allowed)?;
    let mut rows = match asked.report {
        Report::Overall => asked.overall(),
        Report::Monthly => asked.monthly(),
        Report::Top => asked.top(false),
        Report::TopMonthly => asked.top(true),
        Report::Items => asked.items(),
    };
    let mut answer = json!({ "subscriptionAccessDecisionList": decisions });
    let (offset, size) = asked.page()?;
    let rest = rows.len() > offset + size;
    rows = rows.into_iter().skip(offset).take(size).collect();
    if let Some(answer) = answer.as_object_mut() {
        if rest {
            answer.insert("skipToken".into(), json!(write_token(offset + size, asked.owner())));
        }
        answer.insert("value".into(), json!(rows));
    }
    Answer::json(&answer)
}

/// Which subscriptions may be told of: those that may not are named, not refused.
fn decide(call: &Call<'_>, body: &Value) -> Result<(Vec<SubscriptionIx>, Vec<Value>), ArmError> {
    let ids = texts(body, "subscriptionList");
    if ids.is_empty() || ids.len() > MAX_SUBSCRIPTIONS {
        return Err(ArmError::bad_request(format!(
            "subscriptionList must have 1 to {MAX_SUBSCRIPTIONS} subscriptions."
        )));
    }
    let mut allowed = Vec::new();
    let mut decisions = Vec::new();
    for id in ids {
        let found = call.world().find_subscription(&id);
        match found.filter(|ix| call.may(READ, Scope::Subscription(*ix))) {
            Some(ix) => {
                allowed.push(ix);
                decisions.push(json!({ "subscriptionId": id, "decision": "Allowed" }));
            }
            None => decisions.push(json!({
                "subscriptionId": id,
                "decision": "Denied",
                "denialReason": format!("The caller does not have the permission {READ}."),
            })),
        }
    }
    Ok((allowed, decisions))
}

fn texts(body: &Value, name: &str) -> Vec<String> {
    let list = body.get(name).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_ascii_lowercase).collect()
}

impl<'a> Asked<'a> {
    fn of(call: &'a Call<'a>, body: Value, allowed: Vec<SubscriptionIx>) -> Result<Self, ArmError> {
        let word = |name: &str| {
            body.get(name).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase()
        };
        let report = match word("reportType").as_str() {
            "overallsummaryreport" => Report::Overall,
            "monthlysummaryreport" => Report::Monthly,
            "topitemssummaryreport" => Report::Top,
            "topitemsmonthlysummaryreport" => Report::TopMonthly,
            "itemdetailsreport" => Report::Items,
            other => {
                return Err(ArmError::bad_request(format!("The reportType '{other}' is invalid.")));
            }
        };
        let category = match word("categoryType").as_str() {
            "subscription" => Category::Subscription,
            "resourcegroup" => Category::ResourceGroup,
            "resource" => Category::Resource,
            "resourcetype" => Category::ResourceType,
            "location" => Category::Location,
            _ if matches!(report, Report::Overall | Report::Monthly) => Category::Subscription,
            other => {
                return Err(ArmError::bad_request(format!(
                    "The categoryType '{other}' is invalid."
                )));
            }
        };
        let scopes = texts(&body, "carbonScopeList");
        let scopes: Option<Vec<_>> = scopes.iter().map(|one| EmissionScope::of_word(one)).collect();
        let scopes = scopes.filter(|scopes| !scopes.is_empty()).ok_or_else(|| {
            ArmError::bad_request(
                "carbonScopeList must have one or more of Scope1, Scope2, Scope3.",
            )
        })?;
        let (first, last) = months(call, &body)?;
        if matches!(report, Report::Items | Report::Top) && first != last {
            return Err(ArmError::bad_request(
                "This report is of one month: start and end differ.",
            ));
        }
        Ok(Self { call, body, report, category, scopes, first, last, allowed })
    }

    /// The months asked about, oldest first.
    fn months(&self) -> Vec<i32> {
        let mut months = Vec::new();
        let mut month = self.first;
        while month <= self.last {
            months.push(month);
            month = month_start(month, 1);
        }
        months
    }

    /// Kilograms by item, in each of some months.
    fn sums(&self, months: &[i32], item: impl Fn(&Charge) -> Item) -> BTreeMap<Item, Vec<f64>> {
        let world = self.call.world();
        let calendar = Calendar::of(world);
        let mut sums: BTreeMap<Item, Vec<f64>> = BTreeMap::new();
        for charge in self.charges() {
            let row = sums.entry(item(&charge)).or_insert_with(|| vec![0.0; months.len()]);
            for (sum, month) in row.iter_mut().zip(months) {
                *sum += carbon::of_charge(world, &calendar, &charge, (&self.scopes, *month));
            }
        }
        sums
    }

    fn charges(&self) -> impl Iterator<Item = Charge> + '_ {
        let world = self.call.world();
        let groups = texts(&self.body, "resourceGroupUrlList");
        let types = texts(&self.body, "resourceTypeList");
        let places = texts(&self.body, "locationList");
        let all =
            self.allowed.iter().flat_map(|ix| tally::charges(world, Scope::Subscription(*ix)));
        all.filter(move |charge| {
            let place = charge.group(world).map_or("", |group| group.region.display());
            let fits = |list: &[String], own: &str| {
                list.is_empty() || list.iter().any(|one| one.eq_ignore_ascii_case(own))
            };
            fits(&types, charge.resource_type(world))
                && fits(&places, place)
                && (groups.is_empty() || fits(&groups, &world.group_id(charge.group)))
        })
    }

    fn overall(&self) -> Vec<Value> {
        let months = [self.last, month_start(self.last, -1)];
        let sums = self.sums(&months, |_| Vec::new());
        let (latest, previous) = pair(sums.values().next());
        vec![row("OverallSummaryData", (latest, previous), &[])]
    }

    fn monthly(&self) -> Vec<Value> {
        let mut months = vec![month_start(self.first, -1)];
        months.extend(self.months());
        let sums = self.sums(&months, |_| Vec::new());
        let empty = vec![0.0; months.len()];
        let sums = sums.values().next().unwrap_or(&empty);
        let of = |at: usize| sums.get(at).copied().unwrap_or_default();
        let rows = months.iter().enumerate().skip(1).map(|(at, month)| {
            let mut row = row("MonthlySummaryData", (of(at), of(at - 1)), &[]);
            if let Some(row) = row.as_object_mut() {
                row.insert("date".into(), json!(date_of(*month).to_string()));
                row.insert("carbonIntensity".into(), json!(self.intensity(of(at), *month)));
            }
            row
        });
        rows.collect()
    }

    /// Grams for a dollar spent.
    fn intensity(&self, kilograms: f64, month: i32) -> f64 {
        let calendar = Calendar::of(self.call.world());
        let (from, to) = (f64::from(month), f64::from(month_start(month, 1)));
        let spent: f64 = self.charges().map(|charge| charge.amount(&calendar, from, to)).sum();
        if spent > 0.0 { rounded(kilograms * 1_000.0 / (spent * DOLLARS)) } else { 0.0 }
    }

    fn item(&self, charge: &Charge) -> Item {
        let world = self.call.world();
        let id = charge.resource_id(world).to_ascii_lowercase();
        let name = id.rsplit('/').next().unwrap_or_default().to_owned();
        let group = charge.group(world);
        let group_name = group.map_or("", |group| group.name.as_str()).to_ascii_lowercase();
        let subscription = group.and_then(|group| world.subscription(group.subscription));
        let subscription = subscription.map_or_else(String::new, |one| one.id.clone());
        let place = group.map_or("", |group| group.region.display()).to_ascii_lowercase();
        let kind = charge.resource_type(world).to_ascii_lowercase();
        match self.category {
            Category::Subscription => vec![("itemName", subscription)],
            Category::Location => vec![("itemName", place)],
            Category::ResourceType => vec![("itemName", kind)],
            Category::ResourceGroup => vec![
                ("itemName", group_name),
                ("subscriptionId", subscription),
                ("resourceGroupUrl", world.group_id(charge.group).to_ascii_lowercase()),
            ],
            Category::Resource => vec![
                ("itemName", name),
                ("subscriptionId", subscription),
                ("resourceGroup", group_name),
                ("resourceId", id),
                ("location", place),
                ("resourceType", kind),
            ],
        }
    }

    fn top(&self, is_monthly: bool) -> Vec<Value> {
        let most = self.body.get("topItems").and_then(Value::as_u64).unwrap_or(5).clamp(1, 10);
        let mut months = vec![month_start(self.first, -1)];
        months.extend(self.months());
        let mut sums: Vec<(Item, Vec<f64>)> =
            self.sums(&months, |charge| self.item(charge)).into_iter().collect();
        let last = |sums: &[f64]| sums.last().copied().unwrap_or_default();
        sums.sort_by(|a, b| last(&b.1).total_cmp(&last(&a.1)));
        sums.truncate(usize::try_from(most).unwrap_or(5));
        let kind = self.data_type(if is_monthly {
            "TopItemsMonthlySummaryData"
        } else {
            "TopItemsSummaryData"
        });
        let mut rows = Vec::new();
        for (item, sums) in &sums {
            for (at, month) in months.iter().enumerate().skip(1) {
                let of = |at: usize| sums.get(at).copied().unwrap_or_default();
                let mut row = self.named(&kind, (of(at), of(at - 1)), item);
                if let (true, Some(row)) = (is_monthly, row.as_object_mut()) {
                    row.insert("date".into(), json!(date_of(*month).to_string()));
                }
                rows.push(row);
            }
        }
        rows
    }

    fn items(&self) -> Vec<Value> {
        let months = [self.last, month_start(self.last, -1)];
        let sums = self.sums(&months, |charge| self.item(charge));
        let kind = self.data_type("ItemDetailsData");
        let mut rows: Vec<Value> = sums
            .iter()
            .filter(|(_, sums)| sums.iter().any(|sum| *sum > 0.0))
            .map(|(item, sums)| self.named(&kind, pair(Some(sums)), item))
            .collect();
        let word = |name: &str| self.body.get(name).and_then(Value::as_str).unwrap_or_default();
        let column = match word("orderBy").to_ascii_lowercase().as_str() {
            "itemname" => "itemName",
            "resourcegroup" => "resourceGroup",
            "previousmonthemissions" => "previousMonthEmissions",
            "monthovermonthemissionschangeratio" => "monthOverMonthEmissionsChangeRatio",
            "monthlyemissionschangevalue" => "monthlyEmissionsChangeValue",
            _ => "latestMonthEmissions",
        };
        let is_ascending = word("sortDirection").eq_ignore_ascii_case("asc");
        rows.sort_by(|a, b| {
            let order = compare(a.get(column), b.get(column));
            if is_ascending { order } else { order.reverse() }
        });
        rows
    }

    /// Resources and groups have data types of their own.
    fn data_type(&self, of_others: &str) -> String {
        match self.category {
            Category::Resource => format!("Resource{of_others}"),
            Category::ResourceGroup => format!("ResourceGroup{of_others}"),
            Category::Subscription | Category::ResourceType | Category::Location => {
                of_others.to_owned()
            }
        }
    }

    fn named(&self, kind: &str, amounts: (f64, f64), item: &Item) -> Value {
        let category = match self.category {
            Category::Subscription => "Subscription",
            Category::ResourceGroup => "ResourceGroup",
            Category::Resource => "Resource",
            Category::ResourceType => "ResourceType",
            Category::Location => "Location",
        };
        let mut row = row(kind, amounts, item);
        if let Some(row) = row.as_object_mut() {
            row.insert("categoryType".into(), json!(category));
        }
        row
    }

    /// From which row on, and how many.
    fn page(&self) -> Result<(usize, usize), ArmError> {
        if self.report != Report::Items {
            return Ok((0, usize::MAX / 2));
        }
        let size = self.body.get("pageSize").and_then(Value::as_u64).unwrap_or(1_000);
        let size = usize::try_from(size).unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE);
        let token = self.body.get("skipToken").and_then(Value::as_str).unwrap_or_default();
        if token.is_empty() {
            return Ok((0, size));
        }
        let offset = read_token(token, self.owner());
        offset
            .map(|offset| (offset, size))
            .ok_or_else(|| ArmError::bad_request("The value of 'skipToken' is invalid."))
    }

    fn owner(&self) -> crate::estate::chance::Chance {
        crate::estate::chance::Chance::root(0).child("carbon").nth(self.last.unsigned_abs().into())
    }
}

//! `get_carbon_emissions`: what was emitted in the last month there is, by item, and how it went.
//!
//! Operations `CarbonService_QueryCarbonEmissionDataAvailableDateRange` and
//! `CarbonService_QueryCarbonEmissionReports` (2025-04-01). Carbon is told of whole subscriptions
//! and of resource groups in them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::money::{cents, change};
use crate::{
    azure::ApiVersion,
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::{given, group_given},
        context::{ListRead, Pages, ReadContext, Subscription, Visible},
        error::ToolError,
        present::{
            Moment, Present, Presentation, about, cell, column, detail, figure, headline, percent,
        },
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

/// Gets carbon emissions.
#[derive(Clone, Copy, Debug)]
pub struct GetCarbonEmissions;

const REPORTS_ACTION: RbacAction = "Microsoft.Carbon/carbonEmissionReports/action";
const VERSION: ApiVersion = ApiVersion::new("2025-04-01");
const SCOPES: [&str; 3] = ["Scope1", "Scope2", "Scope3"];
const TOLD: usize = 6;
/// Subscriptions that one report takes.
const MAX_SUBSCRIPTIONS: usize = 100;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// What it is broken down by. Default resourceType, which is by service.
    #[serde(default)]
    by: Breakdown,
    /// Only this resource group; needs a subscription where several are in scope.
    resource_group: Option<String>,
    /// Only this region, e.g. `West Europe`.
    location: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// What emissions are broken down by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Breakdown {
    #[default]
    ResourceType,
    Location,
    Subscription,
    ResourceGroup,
    Resource,
}

impl Breakdown {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::ResourceType => ("ResourceType", "resource type"),
            Self::Location => ("Location", "region"),
            Self::Subscription => ("Subscription", "subscription"),
            Self::ResourceGroup => ("ResourceGroup", "resource group"),
            Self::Resource => ("Resource", "resource"),
        }
    }
}

/// The result; amounts are kilograms of CO2 equivalent.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The latest month there is data of, its first day.
    month: String,
    total: f64,
    /// The month before it.
    before: f64,
    change: Option<f64>,
    by: String,
    items: Vec<Item>,
    /// Month by month.
    months: Vec<Month>,
}

/// What something emitted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    name: Untrusted<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    kilograms: f64,
    before: f64,
}

/// What a month emitted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Month {
    month: String,
    kilograms: f64,
    /// As Azure gives it.
    intensity: Option<f64>,
}

impl Tool for GetCarbonEmissions {
    const NAME: &'static str = "get_carbon_emissions";
    const TITLE: &'static str = "Get carbon emissions";
    const PILLAR: Pillar = Pillar::Optimization;
    const DESCRIPTION: &'static str = "Gets carbon emissions (kg CO2e) of the latest month by \
        service, region, subscription, group or resource, with the trend and intensity by month.";
    const ASKS: &'static [&'static str] = &[
        "What are our carbon emissions?",
        "Carbon footprint by region",
        "Which resources emit the most CO2?",
        "How did our emissions develop over the year?",
        "Carbon intensity per month",
        "Emissions by service last month",
    ];
    const ACTIONS: &'static [RbacAction] = &[REPORTS_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("Carbon emissions")?;
        let visible = cx.subscriptions().await?;
        let mut over = visible.select(cx.bounds(), &input.subscription)?;
        if over.len() > MAX_SUBSCRIPTIONS {
            over.truncate(MAX_SUBSCRIPTIONS);
            cx.note(
                "/",
                "Truncated",
                "a report of carbon takes 100 subscriptions; the rest was left out",
            );
        }
        let (first, last) = range(cx).await?;
        let (category, noun) = input.by.words();
        let asked = Asked { cx, over: &over, input: &input };
        let trend =
            asked.report(json!({"reportType": "MonthlySummaryReport"}), (&first, &last)).await?;
        let report = json!({
            "reportType": "ItemDetailsReport", "categoryType": category, "pageSize": 1000,
            "orderBy": "LatestMonthEmissions", "sortDirection": "Desc",
        });
        let rows = asked.report(report, (&last, &last)).await?;
        asked.note_denied(&rows)?;
        let items = items_of(&rows, (visible, input.by));
        let months: Vec<Month> = values(&trend).iter().filter_map(Month::of).collect();
        let of = |at: usize| months.iter().rev().nth(at).map_or(0.0, |month| month.kilograms);
        Ok(Output {
            month: last,
            total: of(0),
            before: of(1),
            change: change(of(0), of(1)),
            by: noun.to_owned(),
            items,
            months,
        })
    }
}

async fn range(cx: &ReadContext) -> Result<(String, String), ToolError> {
    let read = ListRead {
        scope: "",
        below: "/providers/Microsoft.Carbon/queryCarbonEmissionDataAvailableDateRange",
        version: VERSION,
        action: "Microsoft.Carbon/carbonEmissionReports/read",
        pages: Pages::First,
    };
    let pages = cx.query_pages(&read, &json!({})).await?;
    let row = pages.first().and_then(Row::of);
    let text = |name: &str| row.and_then(|row| row.text(name));
    text("startDate")
        .zip(text("endDate"))
        .ok_or_else(|| ToolError::nonsense("Azure names no months with data of carbon emissions"))
}

struct Asked<'a> {
    cx: &'a ReadContext,
    over: &'a [Subscription],
    input: &'a Input,
}

impl Asked<'_> {
    async fn report(&self, mut body: Value, (from, to): (&str, &str)) -> Result<Value, ToolError> {
        let ids: Vec<String> = self.over.iter().map(|one| one.id.to_lowercase()).collect();
        if let Some(body) = body.as_object_mut() {
            body.insert("subscriptionList".into(), json!(ids));
            body.insert("carbonScopeList".into(), json!(SCOPES));
            body.insert("dateRange".into(), json!({ "start": from, "end": to }));
            if let Some(place) = given(self.input.location.as_ref()) {
                body.insert("locationList".into(), json!([place.to_lowercase()]));
            }
            if let Some(group) = group_given(self.input.resource_group.as_ref()) {
                let group = group.to_lowercase();
                let urls: Vec<String> = ids
                    .iter()
                    .map(|id| format!("/subscriptions/{id}/resourcegroups/{group}"))
                    .collect();
                body.insert("resourceGroupUrlList".into(), json!(urls));
            }
        }
        let read = ListRead {
            scope: "",
            below: "/providers/Microsoft.Carbon/carbonEmissionReports",
            version: VERSION,
            action: REPORTS_ACTION,
            pages: Pages::First,
        };
        let mut pages = self.cx.query_pages(&read, &body).await?;
        let page = pages.pop().unwrap_or_default();
        if Row::of(&page).and_then(|row| row.text("skipToken")).is_some() {
            self.cx.note("/", "Truncated", "only the first 1,000 items were read");
        }
        Ok(page)
    }

    /// Subscriptions that Azure says may not be told of.
    fn note_denied(&self, page: &Value) -> Result<(), ToolError> {
        let decisions = Row::of(page).map(|row| row.list("subscriptionAccessDecisionList"));
        let decisions = decisions.unwrap_or_default();
        let denied: Vec<String> = decisions
            .iter()
            .filter_map(Row::of)
            .filter(|row| {
                row.text("decision").is_some_and(|word| word.eq_ignore_ascii_case("Denied"))
            })
            .filter_map(|row| row.text("subscriptionId"))
            .collect();
        for one in self.over {
            let scope = one.scope();
            if denied.iter().any(|id| id.eq_ignore_ascii_case(&one.id)) {
                let error = ToolError::denied(REPORTS_ACTION, &scope);
                if denied.len() >= self.over.len() {
                    return Err(error);
                }
                self.cx.failed(&scope, &error);
            } else {
                self.cx.read_at(&scope);
            }
        }
        Ok(())
    }
}

fn values(page: &Value) -> Vec<Value> {
    Row::of(page).map(|row| row.list("value")).unwrap_or_default()
}

fn items_of(page: &Value, (visible, by): (&Visible, Breakdown)) -> Vec<Item> {
    let rows = values(page);
    let items = rows.iter().filter_map(Row::of).filter_map(|row| {
        let name = row.text("itemName")?;
        let name = match by {
            Breakdown::Subscription => visible.name_of(&name),
            _ => Untrusted::new(&name),
        };
        Some(Item {
            name,
            resource: row.text("resourceId"),
            kilograms: cents(row.number("latestMonthEmissions")?),
            before: cents(row.number("previousMonthEmissions").unwrap_or_default()),
        })
    });
    items.collect()
}

impl Month {
    fn of(value: &Value) -> Option<Self> {
        let row = Row::of(value)?;
        Some(Self {
            month: row.text("date")?,
            kilograms: cents(row.number("latestMonthEmissions")?),
            intensity: row.number("carbonIntensity").map(cents),
        })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("items");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.items.len() as u64;
        Presentation {
            summary: format!("{} kg CO2e in {}", figure(self.total), self.month),
            findings: self.findings(),
            views: self.views(),
            rows,
            total: Some(rows),
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let how = match self.change {
            None => "the month before had none".to_owned(),
            Some(share) => format!(
                "{} {} than the {} kg of the month before",
                percent(share.abs()),
                if share > 0.0 { "more" } else { "less" },
                figure(self.before)
            ),
        };
        let tone = match self.change {
            Some(share) if share > 0.05 => FindingTone::Warning,
            Some(share) if share < 0.0 => FindingTone::Good,
            Some(_) | None => FindingTone::Neutral,
        };
        let text = format!(
            "{} kg CO2e were emitted in the month from {}, {how}.",
            figure(self.total),
            self.month
        );
        let mut findings = vec![headline(tone, text)];
        findings.extend(self.items.iter().take(TOLD).map(|item| {
            let text = format!(
                "`{}`: {} kg, {} kg in the month before.",
                item.name.marked(),
                figure(item.kilograms),
                figure(item.before)
            );
            let finding = detail(FindingTone::Neutral, text);
            match &item.resource {
                Some(id) => about(finding, id),
                None => finding,
            }
        }));
        if let Some(intensity) = self.months.last().and_then(|month| month.intensity) {
            let text = format!("The carbon intensity of that month is {}.", figure(intensity));
            findings.push(detail(FindingTone::Neutral, text));
        }
        findings
    }

    fn views(&self) -> Vec<View> {
        let row = |item: &Item| {
            let name = item.resource.as_deref().unwrap_or(item.name.as_str());
            vec![cell(name), item.kilograms.into(), item.before.into()]
        };
        let table = View::Table {
            title: format!("Emissions by {}", self.by),
            columns: vec![
                column("name", "Of", ColumnKind::Text),
                column("kilograms", "kg CO2e", ColumnKind::Number),
                column("before", "Month before", ColumnKind::Number),
            ],
            rows: self.items.iter().map(row).collect(),
            total: self.items.len() as u64,
        };
        let chart = View::Chart {
            title: "Emissions by month".to_owned(),
            chart: ChartKind::Lines,
            unit: "kg CO2e".to_owned(),
            labels: self.months.iter().map(|one| format!("{}T00:00:00Z", one.month)).collect(),
            series: vec![ChartSeries {
                name: "Emissions".to_owned(),
                values: self.months.iter().map(|one| Some(one.kilograms)).collect(),
            }],
        };
        vec![chart, table]
    }
}

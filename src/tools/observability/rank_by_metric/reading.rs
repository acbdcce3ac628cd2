//! How resources are ranked: where they are, which metric is meant, then one read a place.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde_json::Value;

use super::{By, Input, METRICS_ACTION, Order, Output, Ranked};
use crate::{
    azure::{ResourceId, kql_literal::Literal},
    tools::{
        arguments::{given, group_given},
        context::{
            FilteredRead, GraphRead, ListRead, Pages, RESOURCES_ACTION, ReadContext, Subscription,
            Visible,
        },
        error::ToolError,
        observability::metric::{
            definition::{self, Aggregation, Definition, VERSION},
            figures::Step,
            grain::Grain,
            subject,
            unit::Shown,
            words,
        },
        present::count_of,
        rows::Row,
        time_range::TimeRange,
        untrusted::{Untrusted, visible as printable},
    },
};

/// Places that are read at most: each is one request.
const MAX_PLACES: usize = 20;
const CONCURRENT_READS: usize = 4;
/// Rows that Resource Graph gives of a query without an id.
const MAX_ROWS: usize = 1_000;
/// Time series asked of a place that is narrower than a region.
const MAX_OF_GROUP: usize = 500;

const PLACES: &str = "\
| summarize n = count(), sample = take_any(id) by subscriptionId, location, resourceGroup = {{by}}
| order by n desc, location asc";

/// Where resources of the type are: a region of a subscription, or a group there.
#[derive(Clone, Debug)]
struct Place {
    subscription: String,
    location: String,
    group: Option<String>,
    count: u64,
    sample: String,
}

/// What is ranked by, and how.
struct Ranking<'a> {
    definition: Definition,
    by: Aggregation,
    order: Order,
    timespan: String,
    kind: &'a str,
    limit: usize,
}

/// A resource and its value as Azure gave it.
struct Valued {
    id: String,
    location: String,
    value: Option<f64>,
}

/// Ranks the resources.
pub(super) async fn read(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    (input, range, limit): (&Input, TimeRange, usize),
) -> Result<Output, ToolError> {
    let kind = subject::kind_of(Some(&input.kind))?
        .ok_or_else(|| ToolError::wrong("type", "name a type such as `vm`"))?;
    let places = places(cx, over, (input, &kind)).await?;
    let total = places.iter().map(|place| place.count).sum();
    let Some(first) = places.first() else {
        cx.check_silent(over, &BTreeSet::new(), ("resources", RESOURCES_ACTION)).await?;
        let rule = format!("there is no resource of the type `{}` in scope", printable(&kind));
        return Err(ToolError::wrong("type", rule));
    };
    let all = definition::of_resource(cx, &first.sample).await?;
    let words = [input.metric.clone()];
    let definition = words::meant(&words, &all)?.into_iter().next();
    let definition =
        definition.ok_or_else(|| ToolError::wrong("metric", "say what to rank by, e.g. `cpu`"))?;
    let by = match (definition.primary.adds_up(), input.by, input.order) {
        (true, ..) => definition.primary,
        (false, By::Average, _) => Aggregation::Average,
        (false, By::Peak, Order::Highest) => Aggregation::Maximum,
        (false, By::Peak, Order::Lowest) => Aggregation::Minimum,
    };
    let ranking = Ranking {
        timespan: timespan(cx, range, &definition),
        kind: &kind,
        order: input.order,
        definition,
        by,
        limit,
    };
    let (read, looked_at) = all_places(cx, &places, &ranking).await?;
    Ok(output(cx, visible, (read, total, looked_at), (&ranking, range)))
}

/// Whole minutes, at least one step of the metric, that end where the range does.
fn timespan(cx: &ReadContext, range: TimeRange, definition: &Definition) -> String {
    let minute = |at: Timestamp| Timestamp::from_second(at.as_second().div_euclid(60) * 60);
    let end = minute(range.end.min(cx.now())).unwrap_or(range.end);
    let step = jiff::SignedDuration::from_mins(Grain::of(range, definition.finest()).minutes);
    let start = range.start.min(end.checked_sub(step).unwrap_or(range.start));
    format!("{}/{end}", minute(start).unwrap_or(start))
}

/// Where resources of the type are, most first.
async fn places(
    cx: &ReadContext,
    over: &[Subscription],
    (input, kind): (&Input, &str),
) -> Result<Vec<Place>, ToolError> {
    let mut template = "| where type =~ {{type}}\n".to_owned();
    let mut values = vec![("type", Literal::Text(kind.to_owned()))];
    if let Some(location) = given(input.location.as_ref()) {
        let squeezed = location.split_whitespace().collect::<String>().to_lowercase();
        template.push_str("| where location =~ {{location}}\n");
        values.push(("location", Literal::Text(squeezed)));
    }
    let group = group_given(input.resource_group.as_ref());
    if let Some(group) = group {
        template.push_str("| where resourceGroup =~ {{group}}\n");
        values.push(("group", Literal::Text(group.to_owned())));
    }
    let by_group = group.is_some() || cx.bounds().is_narrow();
    template.push_str(&PLACES.replace("{{by}}", if by_group { "resourceGroup" } else { "''" }));
    let text = cx.query(("resources", over), &template, &values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_ROWS }).await?;
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    Ok(rows.iter().filter_map(|row| Place::of(Row::of(row)?)).collect())
}

impl Place {
    fn of(row: Row<'_>) -> Option<Self> {
        let sample = row.text("sample")?;
        ResourceId::parse(&sample).ok()?;
        Some(Self {
            subscription: row.text("subscriptionId")?,
            location: row.text("location")?,
            group: row.text("resourceGroup"),
            count: row.count("n")?,
            sample,
        })
    }
}

/// Reads the places with most resources, a few at a time; what is left out is in the coverage.
async fn all_places(
    cx: &ReadContext,
    places: &[Place],
    ranking: &Ranking<'_>,
) -> Result<(Vec<Valued>, u64), ToolError> {
    let left: u64 = places.iter().skip(MAX_PLACES).map(|place| place.count).sum();
    if left > 0 {
        let rest = (places.len() - MAX_PLACES) as u64;
        let what = format!(
            "{} in {} with fewer of them were not looked at; name a subscription or region",
            count_of(left, "resource"),
            count_of(rest, "region")
        );
        cx.note("/", "NotRead", &what);
    }
    let mut asked = Vec::new();
    for place in places.iter().take(MAX_PLACES) {
        asked.push(beside(cx, place, ranking));
    }
    let answers: Vec<_> = stream::iter(asked).buffered(CONCURRENT_READS).collect().await;
    let (mut valued, mut looked_at, mut failed) = (Vec::new(), 0, None);
    for (place, answer) in answers {
        let scope = format!("/subscriptions/{}", place.subscription);
        match answer {
            Ok(own) => {
                cx.read_at(&scope);
                looked_at += place.count;
                valued.extend(own);
            }
            Err(error) => {
                cx.part_failed(&scope, &format!("metrics in `{}`", place.location), &error);
                failed.get_or_insert(error);
            }
        }
    }
    match failed {
        Some(error) if looked_at == 0 => Err(error),
        Some(_) | None => Ok((valued, looked_at)),
    }
}

async fn beside<'a>(
    cx: &ReadContext,
    place: &'a Place,
    ranking: &Ranking<'_>,
) -> (&'a Place, Result<Vec<Valued>, ToolError>) {
    (place, of_place(cx, place, ranking).await)
}

async fn of_place(
    cx: &ReadContext,
    place: &Place,
    ranking: &Ranking<'_>,
) -> Result<Vec<Valued>, ToolError> {
    let scope = format!("/subscriptions/{}", place.subscription);
    let order = match ranking.order {
        Order::Highest => "desc",
        Order::Lowest => "asc",
    };
    let each = "Microsoft.ResourceId eq '*'";
    let (filter, top, within) = match &place.group {
        Some(group) => (
            format!("Microsoft.ResourceGroupName eq '{group}' and {each}"),
            MAX_OF_GROUP,
            place.sample.as_str(),
        ),
        // Resources without a value may come first where the least is wanted.
        None => (each.to_owned(), ranking.limit.max(MAX_ROWS), scope.as_str()),
    };
    let list = ListRead {
        scope: &scope,
        below: "/providers/Microsoft.Insights/metrics",
        version: VERSION,
        action: METRICS_ACTION,
        pages: Pages::First,
    };
    let query = [
        ("region", place.location.clone()),
        ("metricnamespace", ranking.kind.to_owned()),
        ("metricnames", ranking.definition.name.replace(',', "%2")),
        ("timespan", ranking.timespan.clone()),
        ("interval", "FULL".to_owned()),
        ("aggregation", ranking.by.name().to_owned()),
        ("$filter", filter),
        ("top", top.to_string()),
        ("orderby", format!("{} {order}", ranking.by.key())),
    ];
    let answer = cx.object_within(&FilteredRead { list, within, query: &query }).await?;
    let metrics = Row::of(&answer).map(|row| row.list("value")).unwrap_or_default();
    let series = metrics.iter().filter_map(Row::of).flat_map(|row| row.list("timeseries"));
    let series: Vec<Value> = series.collect();
    let read = series.iter().filter_map(|one| Valued::of(one, place, ranking.by));
    let valued: Vec<Valued> = read.collect();
    cx.skipped(&scope, series.len() - valued.len());
    let mut inside = Vec::new();
    for one in valued {
        if cx.check(&one.id).await.is_ok() {
            inside.push(one);
        }
    }
    Ok(inside)
}

impl Valued {
    fn of(series: &Value, place: &Place, by: Aggregation) -> Option<Self> {
        let row = Row::of(series)?;
        let labels = row.list("metadatavalues");
        let id = labels.iter().filter_map(Row::of).find_map(|label| {
            let name = label.text("name.value")?;
            name.eq_ignore_ascii_case("microsoft.resourceid").then(|| label.text("value"))?
        })?;
        let id = if id.starts_with('/') { id } else { format!("/{id}") };
        ResourceId::parse(&id).ok()?;
        let steps: Vec<Step> = row.list("data").iter().filter_map(Step::of).collect();
        let values = || steps.iter().filter_map(|step| step.by(by));
        let value = match by {
            Aggregation::Total | Aggregation::Count => Some(values().sum()),
            Aggregation::Minimum => values().reduce(f64::min),
            Aggregation::Maximum => values().reduce(f64::max),
            // One step is the whole range; of several the last part may be shorter.
            Aggregation::Average => match values().count() {
                0 => None,
                count => Some(values().sum::<f64>() / count as f64),
            },
        };
        let value = value.filter(|_| values().next().is_some());
        Some(Self { id, location: place.location.clone(), value })
    }
}

fn output(
    cx: &ReadContext,
    visible: &Visible,
    (read, total, looked_at): (Vec<Valued>, u64, u64),
    (ranking, range): (&Ranking<'_>, TimeRange),
) -> Output {
    let silent = read.iter().filter(|one| one.value.is_none()).count() as u64;
    let mut known: Vec<(Valued, f64)> =
        read.into_iter().filter_map(|one| one.value.map(|value| (one, value))).collect();
    known.sort_by(|(a, first), (b, second)| {
        let order = match ranking.order {
            Order::Highest => second.total_cmp(first),
            Order::Lowest => first.total_cmp(second),
        };
        order.then_with(|| a.id.cmp(&b.id))
    });
    known.truncate(ranking.limit);
    let largest = known.iter().map(|(_, value)| value.abs()).fold(0.0, f64::max);
    let shown = Shown::of(&ranking.definition.unit, largest);
    let resources = known.iter().filter_map(|(one, value)| {
        let id = ResourceId::parse(&one.id).ok()?;
        Some(Ranked {
            name: Untrusted::new(id.name()),
            resource_group: id.resource_group().map(Untrusted::new),
            subscription: visible.name_of(id.subscription().unwrap_or_default()),
            location: one.location.clone(),
            value: shown.value(*value),
            resource: one.id.clone(),
        })
    });
    Output {
        resource_type: ranking.kind.to_owned(),
        total,
        looked_at,
        silent,
        metric: Untrusted::new(&ranking.definition.name),
        display: Untrusted::new(&ranking.definition.display),
        unit: shown.unit.to_owned(),
        aggregation: ranking.by.name().to_owned(),
        order: ranking.order,
        asked: Untrusted::new(&range.in_words(cx.moment())),
        resources: resources.collect(),
    }
}

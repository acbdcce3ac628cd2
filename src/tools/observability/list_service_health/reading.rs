//! How events and what they concern are read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{EVENTS_ACTION, Event, EventStatus, Input};
use crate::{
    azure::kql_literal::Literal,
    tools::{
        arguments::given,
        context::{ReadContext, Subscription, Visible},
        error::ToolError,
        observability::narrowed::Narrowed,
        rows::{self, Row},
        time_range::TimeRange,
        untrusted::{Untrusted, cut},
    },
};

/// The columns that filters use, from either spelling.
const EVENTS: &str = "\
| where type =~ 'microsoft.resourcehealth/events'
| extend tracking = name,
    sort = iff(isempty(tostring(properties.EventType)), tostring(properties.eventType), tostring(properties.EventType)),
    status = iff(isempty(tostring(properties.Status)), tostring(properties.status), tostring(properties.Status))
";
/// An event has a row in each subscription that it reaches; there are far fewer events than the
/// thousand rows that come without an id.
const JOINED: &str = "\
| summarize subscriptions = make_set(subscriptionId), properties = take_any(properties) by tracking
| order by tracking asc";
const IMPACTED: &str = "\
| where type =~ 'microsoft.resourcehealth/events/impactedresources'
| extend tracking = tostring(split(id, '/')[6]),
    target = iff(isempty(tostring(properties.TargetResourceId)), tostring(properties.targetResourceId), tostring(properties.TargetResourceId))
";
const COUNTED: &str = "| summarize n = count() by tracking";
const SAMPLE: &str = "\
| where isnotempty(target)
| project id, tracking, target
| order by id asc";
const MAX_EVENTS: usize = 1_000;
const MAX_SAMPLE: usize = 500;
/// Resources named of one event.
const MAX_NAMED: usize = 25;

/// Which events are wanted.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) statuses: Vec<EventStatus>,
    pub(super) asked: String,
    types: Vec<String>,
    range: Option<TimeRange>,
    service: Option<String>,
    region: Option<String>,
    tracking: Option<String>,
}

impl Wanted {
    pub(super) fn of(cx: &ReadContext, input: &Input) -> Result<Self, ToolError> {
        let range = match &input.time_range {
            Some(text) => Some(TimeRange::parse("timeRange", text, cx.moment())?),
            None => None,
        };
        let tracking = given(input.tracking_id.as_ref()).map(str::to_owned);
        let statuses = if input.status.is_empty() && range.is_none() && tracking.is_none() {
            vec![EventStatus::Active]
        } else {
            input.status.clone()
        };
        let squeezed = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
        let mut asked = Vec::new();
        if !input.event_type.is_empty() {
            let kinds: Vec<&str> = input.event_type.iter().map(|one| one.words()).collect();
            asked.push(format!("of kind {}", kinds.join(" or ")));
        }
        for (words, text) in [
            ("about", &input.service),
            ("in", &input.region),
            ("with the tracking id", &input.tracking_id),
        ] {
            if let Some(text) = given(text.as_ref()) {
                asked.push(format!("{words} `{}`", cut(text, 80)));
            }
        }
        asked.extend(range.map(|range| range.in_words(cx.moment())));
        Ok(Self {
            statuses,
            types: input.event_type.iter().map(|one| one.name().to_owned()).collect(),
            service: given(input.service.as_ref()).map(str::to_lowercase),
            region: given(input.region.as_ref()).map(squeezed),
            asked: asked.join(" "),
            range,
            tracking,
        })
    }

    fn narrow(&self, table: &mut Narrowed) {
        if !self.types.is_empty() {
            let types = Literal::Texts(self.types.clone());
            table.step("| where sort in~ {{types}}", &[("types", types)]);
        }
        if !self.statuses.is_empty() {
            let names = self.statuses.iter().map(|one| one.name().to_owned()).collect();
            table.step("| where status in~ {{statuses}}", &[("statuses", Literal::Texts(names))]);
        }
        if let Some(tracking) = &self.tracking {
            let tracking = Literal::Text(tracking.clone());
            table.step("| where tracking =~ {{tracking}}", &[("tracking", tracking)]);
        }
    }

    /// What the query leaves to be chosen: instants come in more than one form.
    fn fits(&self, event: &Event) -> bool {
        let began = event.began_at.as_deref().and_then(rows::instant);
        let range = self.range.is_none_or(|range| {
            began.is_some_and(|began| began >= range.start && began < range.end)
        });
        let service = self.service.as_ref().is_none_or(|part| {
            event.services.iter().any(|one| one.as_str().to_lowercase().contains(part))
        });
        let place = |one: &Untrusted<String>| {
            one.as_str().split_whitespace().collect::<String>().to_lowercase()
        };
        let region = self.region.as_ref().is_none_or(|region| {
            event.regions.iter().map(place).any(|one| one == *region || one == "global")
        });
        range && service && region
    }
}

/// Reads the events that fit: active ones first, outages before the rest, then the latest.
pub(super) async fn events(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    wanted: &Wanted,
) -> Result<Vec<Event>, ToolError> {
    let mut table = Narrowed::of("servicehealthresources", EVENTS);
    wanted.narrow(&mut table);
    let answer = table.read(cx, over, (JOINED, &[]), MAX_EVENTS).await?;
    let all = format!("servicehealthresources\n{EVENTS}");
    cx.check_silent(over, &reached(&answer.rows), (&all, EVENTS_ACTION)).await?;
    let mut events: Vec<Event> = answer.each().filter_map(|row| Event::of(row, visible)).collect();
    cx.skipped("/", answer.rows.len() - events.len());
    events.retain(|event| wanted.fits(event));
    events.sort_by(|a, b| {
        let key = |one: &Event| (!one.is_active(), one.rank());
        key(a).cmp(&key(b)).then_with(|| b.began_at.cmp(&a.began_at))
    });
    Ok(events)
}

/// The subscriptions that some event reaches, in lower case.
fn reached(rows: &[Value]) -> BTreeSet<String> {
    let listed = rows.iter().filter_map(|row| Some(Row::of(row)?.list("subscriptions")));
    listed.flatten().filter_map(|id| Some(id.as_str()?.to_lowercase())).collect()
}

/// Adds what the events concern.
pub(super) async fn impacted(
    cx: &ReadContext,
    over: &[Subscription],
    events: &mut [Event],
) -> Result<(), ToolError> {
    if events.is_empty() {
        return Ok(());
    }
    let mut table = Narrowed::of("servicehealthresources", IMPACTED);
    let ids = events.iter().map(|one| one.tracking_id.as_str().to_owned()).collect();
    table.step("| where tracking in~ {{ids}}", &[("ids", Literal::Texts(ids))]);
    let counts = table.counts(cx, over, COUNTED).await?;
    let counted = counts.iter().filter_map(Row::of);
    let counted: BTreeMap<String, u64> = counted
        .filter_map(|row| Some((row.text("tracking")?.to_lowercase(), row.count("n")?)))
        .collect();
    if counted.is_empty() {
        return Ok(());
    }
    let sample = table.read(cx, over, (SAMPLE, &[]), MAX_SAMPLE).await?;
    for event in events {
        let tracking = event.tracking_id.as_str().to_lowercase();
        event.impacted = counted.get(&tracking).copied().unwrap_or(0);
        let own = sample.each().filter(|row| {
            row.text("tracking").is_some_and(|one| one.eq_ignore_ascii_case(&tracking))
        });
        let ids = own.filter_map(|row| row.text("target"));
        event.impacted_resources =
            ids.take(MAX_NAMED).map(|id| cut(&id, 2048).into_owned()).collect();
    }
    Ok(())
}

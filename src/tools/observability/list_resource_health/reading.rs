//! How health is counted and read.

use serde_json::Value;

use super::{Count, HEALTH_ACTION, Output, State, Status};
use crate::{
    azure::{ApiVersion, ResourceId, kql_literal::Literal},
    tools::{
        context::{FilteredRead, ListRead, Pages, ReadContext, Subscription, Visible},
        error::ToolError,
        observability::{alert, narrowed::Narrowed},
        rows::Row,
        untrusted::{Untrusted, cut},
    },
};

const HEALTH: &str = "\
| where type =~ 'microsoft.resourcehealth/availabilitystatuses'
| extend target = iff(isempty(tostring(properties.targetResourceId)),
        tostring(split(tolower(id), '/providers/microsoft.resourcehealth')[0]), tostring(properties.targetResourceId)),
    state = tostring(properties.availabilityState), reason = tostring(properties.reasonType),
    since = iff(isempty(tostring(properties.occurredTime)), tostring(properties.occuredTime), tostring(properties.occurredTime))
| extend at = todatetime(since)
";
const COUNT: &str = "| summarize n = count() by state, reason";
const ON_REQUEST: &str = "UserInitiated";
const ROWS: &str = "\
| where state in~ {{states}}
| extend rank = case(state =~ 'Unavailable', 0, state =~ 'Degraded', 1, state =~ 'Unknown', 2, 3),
    wanted = iff(reason =~ 'UserInitiated', 1, 0)
| project id, subscriptionId, target, since, properties, rank, wanted, at
| order by rank asc, wanted asc, at desc, id asc";
/// What Azure knows of the reason stands beside the state, in a row of its own.
const NOTES: &str = "\
| where type =~ 'microsoft.resourcehealth/resourceannotations'
| extend target = tostring(properties.targetResourceId)
";
const NOTED: &str = "\
| where target in~ {{targets}}
| project id, target, properties
| order by id asc";
/// Resources whose reasons are read.
const MAX_NOTED: usize = 100;
const MAX_ACTIONS: usize = 10;

pub(super) fn table() -> Narrowed {
    Narrowed::of("healthresources", HEALTH)
}

/// Counts the resources in each state, worst first, and those unavailable on request.
pub(super) async fn by_state(
    cx: &ReadContext,
    over: &[Subscription],
    table: &Narrowed,
) -> Result<(Vec<Count>, u64), ToolError> {
    let rows = table.counts(cx, over, COUNT).await?;
    let counted: Vec<(String, bool, u64)> = rows
        .iter()
        .filter_map(Row::of)
        .filter_map(|row| {
            let reason = row.text("reason").unwrap_or_default();
            let on_request = reason.eq_ignore_ascii_case(ON_REQUEST);
            Some((state_of(row.text("state")), on_request, row.count("n")?))
        })
        .collect();
    let mut counts =
        alert::summed(counted.iter().map(|(state, _, count)| (state.as_str(), *count)));
    counts.sort_by_key(|one| rank(one.key.as_str()));
    let down = counted.iter().filter(|(state, on_request, _)| *on_request && rank(state) == 0);
    Ok((counts, down.map(|(_, _, count)| count).sum()))
}

/// Reads the resources in some states, worst first, with their reasons.
pub(super) async fn statuses(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    table: &Narrowed,
    (states, limit): (&[State], usize),
) -> Result<(u64, Vec<Status>), ToolError> {
    let names = states.iter().map(|one| one.name().to_owned()).collect();
    let values = [("states", Literal::Texts(names))];
    let answer = table.read(cx, over, (ROWS, &values), limit).await?;
    let mut statuses: Vec<Status> =
        answer.each().filter_map(|row| Status::of(row, row.text("target"), visible)).collect();
    cx.skipped("/", answer.rows.len() - statuses.len());
    annotate(cx, over, &mut statuses).await?;
    Ok((answer.total, statuses))
}

/// Adds reasons to those that are not available and have none.
async fn annotate(
    cx: &ReadContext,
    over: &[Subscription],
    statuses: &mut [Status],
) -> Result<(), ToolError> {
    let bare = |one: &&Status| one.summary.is_none() && one.state != "Available";
    let targets: Vec<String> =
        statuses.iter().filter(bare).take(MAX_NOTED).map(|one| one.resource_id.clone()).collect();
    if targets.is_empty() {
        return Ok(());
    }
    let notes = Narrowed::of("healthresources", NOTES);
    let values = [("targets", Literal::Texts(targets))];
    let answer = notes.read(cx, over, (NOTED, &values), 4 * MAX_NOTED).await?;
    for row in answer.each() {
        let Some(target) = row.text("target") else { continue };
        let about = statuses.iter_mut().filter(|one| one.resource_id.eq_ignore_ascii_case(&target));
        for status in about {
            status.note(row);
        }
    }
    Ok(())
}

/// Reads the history of one resource.
pub(super) async fn one(
    cx: &ReadContext,
    visible: &Visible,
    id: &ResourceId,
    limit: usize,
) -> Result<Output, ToolError> {
    let scope = id.to_string();
    let list = ListRead {
        scope: &scope,
        below: "/providers/Microsoft.ResourceHealth/availabilityStatuses",
        version: ApiVersion::new("2024-02-01"),
        action: HEALTH_ACTION,
        pages: Pages::All,
    };
    let query = [("$expand", "recommendedactions".to_owned())];
    let listed = cx.list_within(&FilteredRead { list, within: &scope, query: &query }).await?;
    cx.read_at(&scope);
    let rows: Vec<Value> = listed.rows.into_iter().map(Value::Object).collect();
    let read = rows.iter().filter_map(Row::of);
    let mut statuses: Vec<Status> =
        read.filter_map(|row| Status::of(row, Some(scope.clone()), visible)).collect();
    cx.skipped(&scope, rows.len() - statuses.len());
    statuses.sort_by(|a, b| b.since.cmp(&a.since));
    let total = statuses.len() as u64;
    statuses.truncate(limit);
    Ok(Output {
        known: u64::from(!statuses.is_empty()),
        by_state: Vec::new(),
        stopped_on_request: 0,
        total,
        states: State::ALL.to_vec(),
        statuses,
        resource_id: Some(scope.clone()),
        asked: Untrusted::default(),
    })
}

impl Status {
    fn of(row: Row<'_>, target: Option<String>, visible: &Visible) -> Option<Self> {
        let resource_id = target.filter(|id| id.starts_with('/'))?;
        let text = |key: &str| row.text(&format!("properties.{key}"));
        let said = |key: &str| text(key).map(|text| Untrusted::new(&text));
        let at = |key: &str| row.instant(&format!("properties.{key}")).map(|at| at.to_string());
        let subscription_id = row
            .text("subscriptionId")
            .or_else(|| resource_id.split('/').nth(2).map(str::to_owned))?;
        let actions = row.list("properties.recommendedActions");
        let actions = actions.iter().filter_map(|one| Row::of(one)?.text("action"));
        Some(Self {
            state: state_of(text("availabilityState")),
            since: at("occuredTime").or_else(|| at("occurredTime")),
            reported_at: at("reportedTime"),
            title: said("title"),
            summary: said("summary").or_else(|| said("detailedStatus")),
            reason: text("reasonType").map(|text| cut(&text, 60).into_owned()),
            context: said("context"),
            expected_at: at("resolutionETA"),
            recommended_actions: actions
                .take(MAX_ACTIONS)
                .map(|one| Untrusted::new(&one))
                .collect(),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            resource_id,
        })
    }

    fn note(&mut self, row: Row<'_>) {
        let text = |key: &str| row.text(&format!("properties.{key}"));
        let said = |key: &str| text(key).map(|text| Untrusted::new(&text));
        self.title = self.title.take().or_else(|| said("annotationName"));
        self.summary = self.summary.take().or_else(|| said("summary")).or_else(|| said("reason"));
        self.context = self.context.take().or_else(|| said("context"));
        let category = || text("category").map(|text| cut(&text, 60).into_owned());
        self.reason = self.reason.take().or_else(category);
    }
}

fn state_of(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    let known = State::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(&text));
    known.map_or_else(|| cut(&text, 40).into_owned(), |one| one.name().to_owned())
}

fn rank(state: &str) -> usize {
    State::ALL.iter().position(|one| one.name() == state).unwrap_or(2)
}

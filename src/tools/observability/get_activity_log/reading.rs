//! How the log is read: which lists, with which filters.

use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

use super::{LOG_ACTION, Operation};
use crate::{
    azure::{ApiVersion, ResourceId},
    tools::{
        arguments::group_given,
        context::{FilteredRead, ListRead, Listed, Pages, ReadContext, Subscription},
        error::ToolError,
        observability::named::Named,
        time_range::TimeRange,
    },
};

/// Lists that one call reads.
const MAX_LISTS: usize = 16;
const CONCURRENT_READS: usize = 4;

/// A list of events: the subscription it is of and the id that a filter keeps it within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    subscription: String,
    within: ResourceId,
    filter: Option<String>,
}

/// The events that were read.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) events: Vec<Value>,
    pub(super) truncated: bool,
}

/// The lists that a call needs: of whole subscriptions, or narrowed by Azure to the group or
/// resource that is asked for or that the thread is bound to.
pub(super) fn scopes(
    cx: &ReadContext,
    over: &[Subscription],
    resource: &Named,
    group: Option<&String>,
) -> Result<Vec<Scope>, ToolError> {
    if let Named::One(id) = resource {
        return Ok(vec![Scope::of(id)?]);
    }
    let bound = cx.bounds().parts(over);
    let Some(group) = group_given(group) else { return bound.iter().map(Scope::of).collect() };
    let mut scopes = Vec::new();
    for id in over.iter().map(|one| format!("{}/resourceGroups/{group}", one.scope())) {
        let id = ResourceId::parse(&id)
            .map_err(|error| ToolError::wrong("resourceGroup", error.to_string()))?;
        match bound.iter().find(|one| one.is_within(&id)) {
            Some(part) => scopes.push(Scope::of(part)?),
            None if bound.iter().any(|one| id.is_within(one)) => scopes.push(Scope::of(&id)?),
            None => {}
        }
    }
    match (scopes.is_empty(), over.first()) {
        (true, Some(first)) => {
            Err(cx.bounds().outside(&format!("{}/resourceGroups/{group}", first.scope())))
        }
        (_, _) => Ok(scopes),
    }
}

impl Scope {
    fn of(id: &ResourceId) -> Result<Self, ToolError> {
        let Some(subscription) = id.subscription() else {
            return Err(ToolError::rejected(
                "the activity log is that of subscriptions; give one, or something inside one",
            ));
        };
        let filter = match (id.resource_group(), id.provider()) {
            (_, Some(_)) => Some(format!("resourceUri eq {}", quoted(&id.to_string()))),
            (Some(group), None) => Some(format!("resourceGroupName eq {}", quoted(group))),
            (None, None) => None,
        };
        Ok(Self {
            subscription: format!("/subscriptions/{subscription}"),
            within: id.clone(),
            filter,
        })
    }

    async fn read(&self, cx: &ReadContext, range: TimeRange) -> Result<Listed, ToolError> {
        let time =
            format!("eventTimestamp ge '{}' and eventTimestamp le '{}'", range.start, range.end);
        let filter = match &self.filter {
            Some(filter) => format!("{time} and {filter}"),
            None => time,
        };
        let list = ListRead {
            scope: &self.subscription,
            below: "/providers/Microsoft.Insights/eventtypes/management/values",
            version: ApiVersion::new("2015-04-01"),
            action: LOG_ACTION,
            pages: Pages::All,
        };
        let query = [("$filter", filter)];
        cx.list_within(&FilteredRead { list, within: &self.within.to_string(), query: &query })
            .await
    }
}

/// A text in a filter: a quote in it is written twice.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Reads the lists; one that fails is in the coverage.
pub(super) async fn read(
    cx: &ReadContext,
    scopes: &[Scope],
    range: TimeRange,
) -> Result<Log, ToolError> {
    let mut log = Log::default();
    let mut first_error = None;
    let mut read_any = false;
    let asked = scopes
        .iter()
        .take(MAX_LISTS)
        .map(|scope| async move { (scope, scope.read(cx, range).await) });
    let answers: Vec<_> =
        stream::iter(asked.collect::<Vec<_>>()).buffered(CONCURRENT_READS).collect().await;
    for (scope, answer) in answers {
        match answer {
            Ok(listed) => {
                read_any = true;
                cx.read_at(&scope.within.to_string());
                log.truncated |= listed.truncated;
                let rows = listed.rows.into_iter();
                log.events.extend(rows.map(|row| Value::Object(placed(row, scope))));
            }
            Err(error) => {
                cx.failed(&scope.within.to_string(), &error);
                first_error.get_or_insert(error);
            }
        }
    }
    for scope in scopes.iter().skip(MAX_LISTS) {
        cx.note(
            &scope.within.to_string(),
            "NotRead",
            "16 logs were read; ask for this one by itself",
        );
    }
    match first_error {
        Some(error) if !read_any => Err(error),
        Some(_) | None => Ok(log),
    }
}

/// The subscription of an event is that of its list.
fn placed(mut row: Map<String, Value>, scope: &Scope) -> Map<String, Value> {
    let id = scope.subscription.rsplit('/').next().unwrap_or_default();
    row.insert("subscriptionId".to_owned(), Value::from(id));
    row
}

/// Whether an operation is inside the boundary, whatever the list answered.
pub(super) fn is_inside(cx: &ReadContext, scopes: &[Scope], operation: &Operation) -> bool {
    if !cx.bounds().is_narrow() {
        return true;
    }
    let id = operation.resource_id.as_deref().and_then(|id| ResourceId::parse(id).ok());
    id.is_some_and(|id| scopes.iter().any(|scope| id.is_within(&scope.within)))
}

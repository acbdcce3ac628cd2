//! Resource Graph: `ResourceGraph_Resources` (2024-04-01). The request's options, scopes, paging
//! and errors; the query itself is run by `kql` over the tables of `tables`.

mod facets;
mod tables;
mod wanted;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::estate::{
    access::Scope,
    chance::Chance,
    http::{
        answer::Answer,
        call::{Call, Method, read_token, write_token},
        error::ArmError,
    },
    kql::{self, Column, Limits, Output, QueryError},
    world::SubscriptionIx,
};
use tables::GraphTables;

/// The most rows on a page, and the rows on one when nobody says.
const MOST_ROWS: usize = 1_000;
/// Seconds until a spent quota of queries is whole again.
const QUOTA_SECONDS: u32 = 5;

#[derive(Debug, Deserialize)]
struct Body {
    #[serde(default)]
    subscriptions: Option<Vec<String>>,
    #[serde(default, rename = "managementGroups")]
    management_groups: Option<Vec<String>>,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    options: Option<QueryOptions>,
    #[serde(default)]
    facets: Option<Vec<facets::Facet>>,
}

#[derive(Debug, Default, Deserialize)]
struct QueryOptions {
    #[serde(default, rename = "$top")]
    top: Option<usize>,
    #[serde(default, rename = "$skip")]
    skip: Option<usize>,
    #[serde(default, rename = "$skipToken")]
    skip_token: Option<String>,
    #[serde(default, rename = "resultFormat")]
    result_format: Option<String>,
    #[serde(default, rename = "authorizationScopeFilter")]
    authorization: Reach,
}

/// Which assignments are seen of a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
enum Reach {
    #[default]
    #[serde(rename = "AtScopeAndBelow")]
    Below,
    #[serde(rename = "AtScopeAndAbove")]
    Above,
    #[serde(rename = "AtScopeExact")]
    Exact,
    #[serde(rename = "AtScopeAboveAndBelow")]
    AboveAndBelow,
}

/// The refusal when the caller's queries have run out.
pub(in crate::estate) fn query_quota(seconds: u32) -> ArmError {
    let message = "Please provide below info when asking for support: timestamp and \
                   correlationId of this answer.";
    ArmError::new(429, "RateLimiting", message)
        .with_detail(json!({
            "code": "RateLimiting",
            "message": "Client application has been throttled and should not attempt to repeat \
                        the request until an amount of time has elapsed.",
        }))
        .with_header("retry-after", seconds.to_string())
        .with_header("x-ms-user-quota-remaining", "0")
        .with_header("x-ms-user-quota-resets-after", format!("00:00:{seconds:02}"))
}

pub(super) fn answer(call: &Call<'_>, queries_left: u32) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let started = std::time::Instant::now();
    let body: Body = serde_json::from_slice(call.body).map_err(|error| {
        ArmError::invalid_content(format!("The request content was invalid: {error}."))
    })?;
    let answer = run(call, &body)?;
    let taken = started.elapsed();
    let duration =
        format!("0:00:00:{:02}.{:07}", taken.as_secs().min(59), taken.subsec_nanos() / 100);
    Ok(Answer::json(&answer)?
        .with_header("x-ms-user-quota-remaining", queries_left.to_string())
        .with_header("x-ms-user-quota-resets-after", format!("00:00:{QUOTA_SECONDS:02}"))
        .with_header("x-ms-ratelimit-remaining-tenant-resource-requests", queries_left.to_string())
        .with_header("x-ms-resource-graph-request-duration", duration))
}

fn run(call: &Call<'_>, body: &Body) -> Result<Value, ArmError> {
    let query = body.query.as_deref().map(str::trim).filter(|query| !query.is_empty());
    let query = query.ok_or_else(|| ArmError::invalid_content("The query is missing."))?;
    let subscriptions = scopes(call, body)?;
    let defaults = QueryOptions::default();
    let options = body.options.as_ref().unwrap_or(&defaults);
    let page = Page::of(options, query)?;
    let tables = GraphTables::new(call, &subscriptions, (query, options.authorization));
    let limits = Limits::resource_graph(page.skip, page.take);
    let output =
        kql::run(query, &tables, call.state.clock.now(), limits).map_err(|e| invalid(&e))?;
    let mut answer = page.answer(&output);
    answer.insert("data".into(), data(&output, options.result_format.as_deref())?);
    let facets = body.facets.iter().flatten().map(|facet| facet.answer(call, query, &tables));
    answer.insert("facets".into(), facets.collect());
    Ok(Value::Object(answer))
}

/// The subscriptions the query looks into: the named ones the caller can see, or all of them.
fn scopes(call: &Call<'_>, body: &Body) -> Result<Vec<SubscriptionIx>, ArmError> {
    let world = call.world();
    let visible = || world.subscription_ixs().filter(|ix| call.sees(Scope::Subscription(*ix)));
    let named = body.subscriptions.as_deref().filter(|named| !named.is_empty());
    let groups = body.management_groups.as_deref().filter(|named| !named.is_empty());
    match (named, groups) {
        (Some(_), Some(_)) => {
            Err(ArmError::bad_request("Subscriptions and management groups cannot both be given."))
        }
        (Some(named), None) => {
            if let Some(wrong) = named.iter().find(|id| uuid::Uuid::try_parse(id).is_err()) {
                return Err(no_subscription(&format!("'{wrong}' is no subscription id.")));
            }
            let found: Vec<_> = visible()
                .filter(|ix| {
                    world
                        .subscription(*ix)
                        .is_some_and(|s| named.iter().any(|id| id.eq_ignore_ascii_case(&s.id)))
                })
                .collect();
            if found.is_empty() {
                return Err(no_subscription("None of them exists or is visible to the caller."));
            }
            Ok(found)
        }
        (None, Some(groups)) => {
            let groups = groups.iter().map(|name| call.find_management_group(name));
            let groups = groups.collect::<Result<Vec<_>, _>>()?;
            let is_in = |ix: &SubscriptionIx| {
                groups.iter().any(|group| world.management_group_of(*ix).is_within(*group))
            };
            Ok(visible().filter(is_in).collect())
        }
        (None, None) => Ok(visible().collect()),
    }
}

fn no_subscription(why: &str) -> ArmError {
    ArmError::bad_request("Please provide below info when asking for support.").with_detail(json!({
        "code": "NoValidSubscriptionsInQueryRequest",
        "message": format!("There must be at least one subscription that is valid. {why}"),
    }))
}

/// Which rows of the whole answer are wanted.
struct Page {
    skip: usize,
    take: usize,
    owner: Chance,
}

impl Page {
    fn of(options: &QueryOptions, query: &str) -> Result<Self, ArmError> {
        let owner = Chance::root(0).child("graph").child(query);
        let invalid = |what: &str, rule: &str| {
            ArmError::bad_request(format!("The option {what} is invalid: {rule}."))
        };
        let take = match options.top {
            None => MOST_ROWS,
            Some(top) if (1..=MOST_ROWS).contains(&top) => top,
            Some(_) => return Err(invalid("$top", "it must be between 1 and 1000")),
        };
        let skip = match options.skip_token.as_deref().filter(|token| !token.is_empty()) {
            None => options.skip.unwrap_or(0),
            // With a token the page begins where the last one ended; `$skip` was counted then.
            Some(token) => read_token(token, owner)
                .ok_or_else(|| invalid("$skipToken", "it does not belong to this query"))?,
        };
        Ok(Self { skip, take, owner })
    }

    /// The counts, and a token where there is more and the answer can be paged.
    fn answer(&self, output: &Output) -> Map<String, Value> {
        let end = self.skip.saturating_add(output.rows.len());
        let more = end < output.total;
        let pages = more && output.has_id && !output.ends_in_limit;
        let mut answer = Map::new();
        answer.insert("totalRecords".into(), json!(output.total));
        answer.insert("count".into(), json!(output.rows.len()));
        let truncated = if more && !pages { "true" } else { "false" };
        answer.insert("resultTruncated".into(), json!(truncated));
        if pages {
            answer.insert("$skipToken".into(), json!(write_token(end, self.owner)));
        }
        answer
    }
}

/// The rows, as objects or as a table.
fn data(output: &Output, format: Option<&str>) -> Result<Value, ArmError> {
    match format.unwrap_or("objectArray").to_ascii_lowercase().as_str() {
        "objectarray" => Ok(objects(output)),
        "table" => {
            let columns = output.columns.iter().map(column);
            Ok(json!({ "columns": columns.collect::<Vec<_>>(), "rows": output.rows }))
        }
        other => Err(ArmError::bad_request(format!(
            "The option resultFormat is invalid: '{other}' is neither objectArray nor table."
        ))),
    }
}

fn objects(output: &Output) -> Value {
    let names = || output.columns.iter().map(|column| column.name.clone());
    let rows =
        output.rows.iter().map(|row| Value::Object(names().zip(row.iter().cloned()).collect()));
    rows.collect()
}

fn column(column: &Column) -> Value {
    json!({ "name": column.name, "type": column.kind.name() })
}

/// A query that cannot be run, as Resource Graph puts it.
fn invalid(error: &QueryError) -> ArmError {
    let mut detail = json!({ "code": error.kind.code(), "message": error.message });
    if let Some(detail) = detail.as_object_mut() {
        if let Some(position) = error.position {
            detail.insert("line".into(), json!(position.line));
            detail.insert("characterPositionInLine".into(), json!(position.character));
        }
        if let Some(token) = &error.token {
            detail.insert("token".into(), json!(token));
        }
        if let Some(expected) = &error.expected {
            detail.insert("expectedToken".into(), json!(expected));
        }
    }
    ArmError::bad_request("Please provide below info when asking for support.")
        .with_detail(json!({
            "code": "InvalidQuery",
            "message": "Query is invalid. Please refer to the documentation for the Azure \
                        Resource Graph service and fix the error before retrying.",
        }))
        .with_detail(detail)
}

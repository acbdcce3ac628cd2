//! Queries of logs, as the data plane answers them: `Query_Execute`, `Query_ResourceExecute`,
//! `Query_Batch` of Log Analytics and `Query_Execute` of Application Insights (v1). The query
//! itself is run by `kql` over the tables of `logs`.

mod failure;
mod request;

use serde_json::{Map, Value, json};

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    kql::{self, Limits, Output},
    logs::{LogTables, Reach},
    world::{ResourceIx, kind::Kind},
};
use failure::{Failure, partial};
use request::Asked;

const QUERY: &str = "Microsoft.OperationalInsights/workspaces/query/read";
const LOGS: &str = "Microsoft.Insights/logs/read";
const APP: &str = "Microsoft.Insights/components/api/read";
/// Rows of one answer.
const MOST_ROWS: usize = 500_000;

/// A query answered: JSON, or why not.
type Told = Result<Value, Failure>;

/// Answers a path below `/v1`.
pub(super) fn answer(call: &Call<'_>) -> Result<Answer, ArmError> {
    let whole = call.path.whole();
    let words: Vec<&str> = whole.iter().skip(1).map(String::as_str).collect();
    let is = |word: &str, wanted: &str| word.eq_ignore_ascii_case(wanted);
    let told = match words.as_slice() {
        ["$batch"] => return batch(call),
        [kind, id, "query"] if is(kind, "workspaces") => {
            request::read(call).and_then(|asked| by_customer_id(call, id, &asked))
        }
        [kind, id, "query"] if is(kind, "apps") => {
            request::read(call).and_then(|asked| of_app(call, id, &asked))
        }
        [scope @ .., "query"] if scope.first().is_some_and(|one| is(one, "subscriptions")) => {
            request::read(call).and_then(|asked| of_resource(call, scope, &asked))
        }
        _ => Err(Failure::path()),
    };
    finished(call, told)
}

/// The query of one workspace by way of ARM.
pub(super) fn of_workspace(call: &Call<'_>, ix: ResourceIx) -> Result<Answer, ArmError> {
    call.require(QUERY, Scope::Resource(ix))?;
    let told = request::read(call).and_then(|asked| of_workspaces(call, ix, &asked));
    finished(call, told)
}

fn finished(call: &Call<'_>, told: Told) -> Result<Answer, ArmError> {
    match told {
        Ok(body) => Answer::json(&body),
        Err(failure) => failure.answer(call.correlation),
    }
}

fn batch(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let requests = match request::batch(call) {
        Ok(requests) => requests,
        Err(failure) => return failure.answer(call.correlation),
    };
    let responses = requests.iter().map(|one| {
        let told = one.asked().and_then(|asked| by_customer_id(call, &one.workspace, &asked));
        let (status, body) = match told {
            Ok(body) => (200, body),
            Err(failure) => (failure.status, failure.envelope(call.correlation)),
        };
        json!({ "id": one.id, "status": status, "headers": { "Content-Type": "application/json; charset=utf-8" }, "body": body })
    });
    Answer::json(&json!({ "responses": responses.collect::<Vec<_>>() }))
}

/// The workspace that is known by a GUID.
fn by_customer_id(call: &Call<'_>, id: &str, asked: &Asked) -> Told {
    let ix = workspace(call, id).ok_or_else(|| match uuid::Uuid::try_parse(id) {
        Ok(_) => Failure::workspace(id),
        Err(_) => Failure::path(),
    })?;
    of_workspaces(call, ix, asked)
}

fn of_workspaces(call: &Call<'_>, first: ResourceIx, asked: &Asked) -> Told {
    let mut all = vec![first];
    for other in &asked.workspaces {
        let ix = workspace(call, other).ok_or_else(|| Failure::workspace(other))?;
        if !all.contains(&ix) {
            all.push(ix);
        }
    }
    if !all.iter().all(|ix| call.may(QUERY, Scope::Resource(*ix))) {
        return Err(Failure::access());
    }
    let may_read = |table: &str| {
        let action = format!("Microsoft.OperationalInsights/workspaces/query/{table}/read");
        all.iter().all(|ix| call.may(&action, Scope::Resource(*ix)))
    };
    run(call, asked, (Reach::Workspaces(all.clone()), false), &may_read)
}

/// The workspace with this GUID, name or ARM id.
fn workspace(call: &Call<'_>, named: &str) -> Option<ResourceIx> {
    let world = call.world();
    let all = world.subscription_ixs().flat_map(|ix| world.subscription_resources(ix));
    let mut fits = all.filter(|ix| {
        world.resource(*ix).is_some_and(|one| {
            one.kind == Kind::Workspace
                && (one.chance.child("customer").guid().eq_ignore_ascii_case(named)
                    || one.name.eq_ignore_ascii_case(named)
                    || world.resource_id(*ix).eq_ignore_ascii_case(named))
        })
    });
    fits.next()
}

fn of_resource(call: &Call<'_>, segments: &[&str], asked: &Asked) -> Told {
    let segments: Vec<String> = segments.iter().map(|one| (*one).to_owned()).collect();
    let scope = call.resolve(&segments).map_err(|error| match error.status {
        403 => Failure::access(),
        _ => Failure::path(),
    })?;
    if !call.may(LOGS, scope) {
        return Err(Failure::access());
    }
    let may_read = |table: &str| call.may(&format!("Microsoft.Insights/logs/{table}/read"), scope);
    let id = scope.id(call.world()).to_ascii_lowercase();
    run(call, asked, (Reach::Resource(id), false), &may_read)
}

fn of_app(call: &Call<'_>, id: &str, asked: &Asked) -> Told {
    let world = call.world();
    let all = world.subscription_ixs().flat_map(|ix| world.subscription_resources(ix));
    let mut fits = all.filter(|ix| {
        world.resource(*ix).is_some_and(|one| {
            one.kind == Kind::AppInsights && one.chance.child("app").guid().eq_ignore_ascii_case(id)
        })
    });
    let ix = fits.next().ok_or_else(Failure::path)?;
    if !call.may(APP, Scope::Resource(ix)) {
        return Err(Failure::access());
    }
    let id = world.resource_id(ix).to_ascii_lowercase();
    run(call, asked, (Reach::Resource(id), true), &|_| true)
}

fn run(
    call: &Call<'_>,
    asked: &Asked,
    (reach, is_classic): (Reach, bool),
    may_read: &dyn Fn(&str) -> bool,
) -> Told {
    let started = std::time::Instant::now();
    let now = call.state.clock.now();
    let span = asked.span(now)?;
    let tables = LogTables { state: call.state, reach, span, is_classic, may_read };
    let output = match kql::run(&asked.query, &tables, now, Limits::log_analytics()) {
        Ok(output) => output,
        Err(error) => return Failure::of(&error).or_partial(),
    };
    let mut body = Map::new();
    body.insert("tables".into(), json!([table(&output)]));
    if output.total > MOST_ROWS {
        body.insert("error".into(), partial(&format!(
            "The results of this query exceed the set limit of {MOST_ROWS} records, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE)."
        )));
    }
    if call.prefer.contains("include-statistics=true") || asked.prefers("include-statistics=true") {
        let seconds = started.elapsed().as_secs_f64();
        body.insert(
            "statistics".into(),
            json!({ "query": {
            "executionTime": seconds,
            "datasetStatistics": [{ "tableRowCount": output.rows.len(), "tableSize": 0 }],
        } }),
        );
    }
    let wants_render =
        call.prefer.contains("include-render=true") || asked.prefers("include-render=true");
    if let (true, Some(kind)) = (wants_render, &output.render) {
        body.insert("render".into(), json!({
            "visualization": kind, "title": Value::Null, "accumulate": false, "isQuerySorted": false,
            "kind": Value::Null, "legend": Value::Null, "series": Value::Null, "xColumn": Value::Null,
        }));
    }
    Ok(Value::Object(body))
}

/// The answer's table; `dynamic` cells are JSON written as text.
fn table(output: &Output) -> Value {
    let named = output.columns.iter().zip(&output.types);
    let columns = named.map(|(column, word)| json!({ "name": column.name, "type": word }));
    let rows = output.rows.iter().map(|row| {
        let cells = row.iter().zip(&output.types);
        let cells = cells.map(|(cell, word)| match (cell, *word) {
            (Value::Null, _) => Value::Null,
            (Value::String(text), "dynamic") => Value::from(text.as_str()),
            (cell, "dynamic") => Value::from(cell.to_string()),
            (cell, _) => cell.clone(),
        });
        Value::Array(cells.collect())
    });
    json!({
        "name": "PrimaryResult",
        "columns": columns.collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
    })
}

//! Resource Graph: pages, limits, scopes and bad queries.

use opscopilot::azure::kql_text::KqlText;
use opscopilot::azure::resource_graph::{GraphRows, GraphScope, ReadQuery, Split};
use opscopilot::azure::{ArmError, SubscriptionId};
use serde_json::{Value, json as j};

use crate::azure_server::{Seen, Server, client, json, quick, with_header};

fn query(scope: GraphScope) -> ReadQuery {
    ReadQuery::new(KqlText::verbatim("resources | project name, id"), scope)
}

fn subscriptions(count: usize) -> GraphScope {
    let ids = (0..count).map(|n| SubscriptionId::parse(&format!("s{n}")).unwrap());
    GraphScope::Subscriptions(ids.collect())
}

async fn run(server: &Server, query: &ReadQuery) -> Result<GraphRows, ArmError> {
    client(&server.url, quick()).reader().resource_graph(query).await
}

fn token(seen: &Seen) -> Value {
    seen.json()["options"]["$skipToken"].clone()
}

/// Three pages of two rows.
async fn three_pages() -> Server {
    Server::start(|seen, _| {
        let page = token(seen).as_str().map_or(0, |token| token.parse::<usize>().unwrap());
        let rows = j!([{"name": format!("n{}", page * 2)}, {"name": format!("n{}", page * 2 + 1)}]);
        let mut body = j!({"totalRecords": 6, "count": 2, "resultTruncated": "false", "facets": [], "data": rows});
        if page < 2 {
            body["$skipToken"] = j!((page + 1).to_string());
        }
        json(200, &body)
    })
    .await
}

#[tokio::test]
async fn rows_are_read_over_all_pages() {
    let server = three_pages().await;
    let answer = run(&server, &query(subscriptions(2))).await.unwrap();
    assert_eq!((answer.rows.len(), answer.total, answer.truncated), (6, Some(6), false));
    assert_eq!((answer.pages, answer.parts), (3, 1));
    let seen = server.seen();
    assert!(
        seen[0]
            .target
            .starts_with("/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01")
    );
    assert_eq!(
        seen[0].json(),
        j!({"query": "resources | project name, id", "subscriptions": ["s0", "s1"],
            "options": {"resultFormat": "objectArray", "$top": 1000}})
    );
    assert_eq!(token(&seen[2]), j!("2"));
}

#[tokio::test]
async fn limits_end_the_reading_and_are_told() {
    let server = three_pages().await;
    let answer =
        run(&server, &ReadQuery { max_rows: 3, ..query(GraphScope::Tenant) }).await.unwrap();
    assert_eq!((answer.rows.len(), answer.truncated, answer.total), (3, true, Some(6)));
    assert_eq!(server.seen()[0].json()["options"]["$top"], j!(3));
    assert!(server.seen()[0].json().get("subscriptions").is_none());
    let server = three_pages().await;
    let answer =
        run(&server, &ReadQuery { max_pages: 2, ..query(GraphScope::Tenant) }).await.unwrap();
    assert_eq!((answer.rows.len(), answer.truncated), (4, true));
}

#[tokio::test]
async fn a_truncated_answer_without_a_token_is_told() {
    for truncated in [j!("true"), j!(true), j!("True")] {
        let server = Server::start(move |_, _| {
            json(200, &j!({"totalRecords": 5000, "resultTruncated": truncated, "data": [{"a": 1}]}))
        })
        .await;
        assert!(run(&server, &query(GraphScope::Tenant)).await.unwrap().truncated);
    }
}

#[tokio::test]
async fn columns_keep_the_order_of_the_query() {
    let body = r#"{"totalRecords":2,"data":[{"zeta":1,"alpha":{"y":1,"b":2}},{"zeta":2,"alpha":null,"mid":3}]}"#;
    let server = Server::start(move |_, _| axum::response::IntoResponse::into_response(body)).await;
    let answer = run(&server, &query(GraphScope::Tenant)).await.unwrap();
    assert_eq!(answer.columns, ["zeta", "alpha", "mid"]);
}

#[tokio::test]
async fn the_table_format_is_read_too() {
    let table = |rows: Value| j!({"totalRecords": 1, "data": {"columns": [{"name": "b", "type": "string"}, {"name": "a", "type": "integer"}], "rows": rows}});
    let server = Server::start(move |_, n| {
        json(200, &table(if n == 0 { j!([["x", 1]]) } else { j!([["x"]]) }))
    })
    .await;
    let answer = run(&server, &query(GraphScope::Tenant)).await.unwrap();
    assert_eq!(
        (answer.columns, answer.rows[0]["a"].clone()),
        (vec!["b".to_owned(), "a".to_owned()], j!(1))
    );
    let error = run(&server, &query(GraphScope::Tenant)).await.unwrap_err();
    assert!(matches!(error, ArmError::BadAnswer { .. }));
}

#[tokio::test]
async fn more_than_a_thousand_subscriptions_are_split_or_refused() {
    let server =
        Server::start(|_, _| json(200, &j!({"totalRecords": 1, "data": [{"a": 1}]}))).await;
    let whole = query(subscriptions(2_100));
    let error = run(&server, &whole).await.unwrap_err();
    assert!(matches!(error, ArmError::TooManyScopes { count: 2_100, limit: 1_000, .. }));
    assert_eq!(server.count(), 0);
    let answer = run(&server, &ReadQuery { split: Split::Concatenate, ..whole }).await.unwrap();
    assert_eq!((answer.parts, answer.rows.len(), answer.total), (3, 3, Some(3)));
    let sizes = server
        .seen()
        .iter()
        .map(|seen| seen.json()["subscriptions"].as_array().unwrap().len())
        .collect::<Vec<_>>();
    assert_eq!(sizes, [1_000, 1_000, 100]);
}

#[tokio::test]
async fn limits_hold_over_all_parts() {
    let server =
        Server::start(|_, _| json(200, &j!({"totalRecords": 1, "data": [{"a": 1}]}))).await;
    let whole = ReadQuery { split: Split::Concatenate, max_rows: 2, ..query(subscriptions(2_100)) };
    let answer = run(&server, &whole).await.unwrap();
    assert_eq!(
        (answer.parts, answer.rows.len(), answer.total, answer.truncated),
        (2, 2, None, true)
    );
}

#[tokio::test]
async fn no_subscriptions_is_no_rows_and_no_request() {
    let server = Server::start(|_, _| json(200, &j!({}))).await;
    let answer = run(&server, &query(subscriptions(0))).await.unwrap();
    assert_eq!((answer.rows.len(), answer.total, server.count()), (0, Some(0), 0));
}

#[tokio::test]
async fn the_quotas_own_clock_is_waited_for() {
    let server = Server::start(|_, number| {
        if number == 0 {
            let body = j!({"error": {"code": "RateLimiting", "message": "Please provide below info", "details": [{"code": "RateLimiting", "message": "slow"}]}});
            return with_header(json(429, &body), "x-ms-user-quota-resets-after", "00:00:00");
        }
        json(200, &j!({"totalRecords": 0, "data": []}))
    })
    .await;
    assert_eq!(run(&server, &query(GraphScope::Tenant)).await.unwrap().rows.len(), 0);
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_bad_query_says_what_is_wrong_with_it() {
    let server = Server::start(|_, _| {
        json(400, &j!({"error": {"code": "BadRequest", "message": "Please provide below info when asking for support: timestamp = x, correlationId = y.", "details": [
            {"code": "InvalidQuery", "message": "Query is invalid. Please refer to the documentation."},
            {"code": "ParserFailure", "message": "ParserFailure near line 1: projekt"},
        ]}}))
    })
    .await;
    let error = run(&server, &query(GraphScope::Tenant)).await.unwrap_err();
    assert!(matches!(error, ArmError::BadRequest(_)));
    assert!(error.to_string().contains("ParserFailure near line 1: projekt"), "{error}");
}

#[tokio::test]
async fn a_skip_token_that_repeats_is_an_error() {
    let server = Server::start(|_, _| {
        json(200, &j!({"totalRecords": 9, "$skipToken": "same", "data": [{"a": 1}]}))
    })
    .await;
    let error = run(&server, &query(GraphScope::Tenant)).await.unwrap_err();
    assert!(matches!(error, ArmError::BadAnswer { .. }));
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn an_answer_without_rows_is_an_error_and_never_empty() {
    for body in [j!({"totalRecords": 1}), j!({"data": null}), j!({"data": [1]}), j!({"data": "x"})]
    {
        let server = Server::start(move |_, _| json(200, &body)).await;
        let error = run(&server, &query(GraphScope::Tenant)).await.unwrap_err();
        assert!(matches!(error, ArmError::BadAnswer { .. }), "{error:?}");
    }
}

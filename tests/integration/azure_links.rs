//! Pages and links: where the client goes on, and where it never goes.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use opscopilot::azure::{
    ApiVersion, ArmError, ArmPath, ListPage, PageLimits, PathError, QueryPost,
};
use serde_json::{Value, json as j};

use crate::azure_server::{Server, client, get, json, quick, with_header};

async fn list(server: &Server, limits: PageLimits) -> Result<ListPage<Value>, ArmError> {
    client(&server.url, quick()).reader().list(&get("/subscriptions"), limits).await
}

fn limits(max_pages: u32, max_items: usize) -> PageLimits {
    PageLimits { max_pages, max_items }
}

/// Pages of two numbers, each linking to the next of `pages`.
async fn paged(pages: usize, link: &'static str) -> Server {
    Server::start(move |seen, number| {
        let host = seen.header("host");
        let items = j!([number * 2, number * 2 + 1]);
        if number + 1 == pages {
            return json(200, &j!({"value": items, "nextLink": ""}));
        }
        let to = link.replace("HOST", host).replace("N", &number.to_string());
        json(200, &j!({"value": items, "nextLink": to}))
    })
    .await
}

#[tokio::test]
async fn a_list_is_read_to_its_end_by_absolute_and_relative_links() {
    for link in [
        "http://HOST/subscriptions?api-version=2020-01-01&$skiptoken=N%3D",
        "/subscriptions?page=N",
    ] {
        let server = paged(3, link).await;
        let page = list(&server, PageLimits::default()).await.unwrap();
        assert_eq!(page.items, [0, 1, 2, 3, 4, 5]);
        assert!(!page.truncated && page.pages == 3);
        assert!(server.seen().iter().all(|seen| seen.header("authorization") == "Bearer sample"));
    }
}

#[tokio::test]
async fn a_link_is_called_as_it_is() {
    let server =
        paged(2, "http://HOST/subscriptions?api-version=2020-01-01&$skiptoken=a%2Bb%3D").await;
    list(&server, PageLimits::default()).await.unwrap();
    assert_eq!(
        server.seen()[1].target,
        "/subscriptions?api-version=2020-01-01&$skiptoken=a%2Bb%3D"
    );
}

#[tokio::test]
async fn a_list_longer_than_its_limits_says_so() {
    let server = paged(9, "/subscriptions?page=N").await;
    let page = list(&server, limits(2, 100)).await.unwrap();
    assert_eq!((page.items.len(), page.pages, page.truncated), (4, 2, true));
    let server = paged(9, "/subscriptions?page=N").await;
    let page = list(&server, limits(8, 3)).await.unwrap();
    assert_eq!((page.items.len(), page.pages, page.truncated), (3, 2, true));
    let server = paged(1, "").await;
    let page = list(&server, limits(1, 2)).await.unwrap();
    assert_eq!((page.items.len(), page.truncated), (2, false));
}

#[tokio::test]
async fn a_list_that_goes_round_in_circles_is_an_error() {
    let server =
        Server::start(|_, _| json(200, &j!({"value": [1], "nextLink": "/subscriptions?p=1"})))
            .await;
    let error = list(&server, PageLimits::default()).await.unwrap_err();
    assert!(matches!(error, ArmError::BadAnswer { .. }), "{error:?}");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_page_that_fails_fails_the_list() {
    let server = Server::script(vec![
        || json(200, &j!({"value": [1], "nextLink": "/subscriptions?p=1"})),
        || StatusCode::FORBIDDEN.into_response(),
    ])
    .await;
    assert!(matches!(list(&server, PageLimits::default()).await, Err(ArmError::Forbidden { .. })));
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_an_error_and_never_empty() {
    for body in
        [j!({}), j!({"value": null}), j!({"value": {}}), j!([]), j!({"value": [], "nextLink": 7})]
    {
        let server = Server::start(move |_, _| json(200, &body)).await;
        let error = list(&server, PageLimits::default()).await.unwrap_err();
        assert!(matches!(error, ArmError::BadAnswer { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_foreign_link_is_not_followed_and_gets_no_token() {
    let thief = Server::start(|_, _| json(200, &j!({"value": []}))).await;
    let port = thief.url.rsplit(':').next().unwrap().to_owned();
    for link in [
        format!("http://127.0.0.1:{port}/x"),
        format!("//127.0.0.1:{port}/x"),
        format!("http://localhost:{port}/x"),
        "https://HOST/x".to_owned(),
        "http://user@HOST/x".to_owned(),
        format!("http://HOST@127.0.0.1:{port}/x"),
        "file:///etc/passwd".to_owned(),
        "http://[bad".to_owned(),
    ] {
        let sent = link.clone();
        let server = Server::start(move |seen, _| {
            let link = sent.replace("HOST", seen.header("host"));
            json(200, &j!({"value": [], "nextLink": link}))
        })
        .await;
        let error = list(&server, PageLimits::default()).await.unwrap_err();
        assert!(matches!(error, ArmError::ForeignLink { .. }), "{link}: {error:?}");
        assert_eq!((server.count(), thief.count()), (1, 0), "{link}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let thief = Server::start(|_, _| json(200, &j!({}))).await;
    let to = format!("{}/secret?x=1", thief.url);
    for status in [301, 302, 307, 308] {
        let to = to.clone();
        let server =
            Server::start(move |_, _| with_header(json(status, &j!({})), "location", &to)).await;
        let error = list(&server, PageLimits::default()).await.unwrap_err();
        assert!(matches!(&error, ArmError::Redirected { to, .. } if *to == thief.url), "{error:?}");
        assert_eq!(thief.count(), 0);
    }
}

#[tokio::test]
async fn a_query_list_goes_on_without_a_body_and_only_to_a_query() {
    let path =
        "/subscriptions/a/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults";
    let post =
        QueryPost::new(ArmPath::parse(path).unwrap(), ApiVersion::new("2024-10-01")).unwrap();
    let server = Server::start(move |_, number| match number {
        0 => json(200, &j!({"value": [1], "@odata.nextLink": format!("{path}?$skiptoken=x")})),
        _ => json(200, &j!({"value": [2]})),
    })
    .await;
    let reader = client(&server.url, quick()).reader();
    let page = reader.query_list::<Value>(&post, &j!({}), PageLimits::default()).await.unwrap();
    assert_eq!(page.items, [1, 2]);
    let seen = server.seen();
    assert_eq!((seen[1].method.as_str(), seen[1].body.len()), ("POST", 0));

    let server = Server::start(|_, _| -> Response {
        json(200, &j!({"value": [], "nextLink": "/subscriptions/a/providers/Microsoft.Compute/virtualMachines/v/restart"}))
    })
    .await;
    let reader = client(&server.url, quick()).reader();
    let error =
        reader.query_list::<Value>(&post, &j!({}), PageLimits::default()).await.unwrap_err();
    assert!(matches!(error, ArmError::NotAQuery(_)), "{error:?}");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_name_is_data_and_never_a_path() {
    let base = ArmPath::parse("/subscriptions/a/resourceGroups").unwrap();
    for name in ["..", ".", "x/../../b", "x?api-version=1", "x#", "%2e%2e", "x\\..", "", " "] {
        let joined = base.clone().join(name);
        assert!(matches!(joined, Err(PathError::BadSegment { .. })), "{name}");
    }
    let server = Server::start(|_, _| json(200, &j!({}))).await;
    let path = base.join("größe & co;v=1").unwrap();
    let request = opscopilot::azure::ArmGet::new(path, ApiVersion::new("2024-01-01"));
    client(&server.url, quick()).reader().get::<Value>(&request).await.unwrap();
    let target =
        "/subscriptions/a/resourceGroups/gr%C3%B6%C3%9Fe%20&%20co;v=1?api-version=2024-01-01";
    assert_eq!(server.seen()[0].target, target);
}

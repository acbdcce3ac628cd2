//! A sample estate on a real socket, and a caller to ask it questions.

use opscopilot::estate::{Clock, Options, RunningEstate, serve};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The instant the tests' world is anchored at.
pub(crate) const ANCHOR: &str = "2026-03-02T09:00:00Z";

/// A running estate and a client.
pub(crate) struct Site {
    pub(crate) estate: RunningEstate,
    client: Client,
}

/// Options of a world that is the same in every test.
pub(crate) fn frozen() -> Options {
    Options {
        seed: Some(1),
        anchor: Some(ANCHOR.parse().unwrap()),
        clock: Clock::Frozen,
        ..Options::default()
    }
}

impl Site {
    /// Serves the usual world.
    pub(crate) async fn start() -> Self {
        Self::with(frozen()).await
    }

    /// Serves what `options` say.
    pub(crate) async fn with(options: Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let estate = serve(listener, options).unwrap();
        Self { estate, client: Client::builder().no_proxy().build().unwrap() }
    }

    /// Sends a request as `user` (`operator`, `reader`, …).
    pub(crate) async fn send(
        &self,
        user: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Response {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.estate.endpoint())
        };
        let request = self.client.request(method, url).bearer_auth(format!("sample:{user}"));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// The bare client, for requests that are not well-mannered.
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// GETs JSON as the operator.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.send("operator", Method::GET, path, None).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    /// Status and error code of a GET as `user`.
    pub(crate) async fn refusal(&self, user: &str, path: &str) -> (u16, String) {
        let response = self.send(user, Method::GET, path, None).await;
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    /// All items of a list, page after page, as `user`.
    pub(crate) async fn list_as(&self, user: &str, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let response = self.send(user, Method::GET, &path, None).await;
            assert_eq!(response.status(), 200, "{path}");
            let mut page: Value = response.json().await.unwrap();
            items.append(page["value"].as_array_mut().unwrap());
            next = page["nextLink"].as_str().map(str::to_owned);
        }
        items
    }

    /// All items of a list as the operator.
    pub(crate) async fn list(&self, path: &str) -> Vec<Value> {
        self.list_as("operator", path).await
    }

    /// `/subscriptions/{id}` of the subscription of this name.
    pub(crate) async fn subscription(&self, name: &str) -> String {
        let all = self.list("/subscriptions?api-version=2022-12-01").await;
        let found = all.iter().find(|s| s["displayName"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// Asks Resource Graph as `user`; the whole body is the caller's.
    pub(crate) async fn graph_as(&self, user: &str, body: Value) -> Response {
        let path = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
        self.send(user, Method::POST, path, Some(body)).await
    }

    /// The answer to a query as the operator.
    pub(crate) async fn graph(&self, query: &str) -> Value {
        let response = self.graph_as("operator", json!({ "query": query })).await;
        assert_eq!(response.status(), 200, "{query}");
        response.json().await.unwrap()
    }
}

/// The strings at a member of each item.
pub(crate) fn texts(items: &[Value], member: &str) -> Vec<String> {
    items.iter().map(|item| item[member].as_str().unwrap_or_default().to_owned()).collect()
}

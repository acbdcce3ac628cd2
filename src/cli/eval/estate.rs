//! The estate as a question's truth is read from it: over HTTP, with nothing of the code under
//! examination between.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::Url;

use super::EvalError;
use crate::{
    azure::{Http, HttpSettings, http::ProxyChoice},
    estate::RunningEstate,
};

/// The API version of Resource Graph.
const GRAPH: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
/// Rows that a query of the truth may have.
const MAX_ROWS: u32 = 1000;
/// Pages of a list that are read.
const MAX_PAGES: usize = 200;

/// A sample estate to read from.
pub(super) struct Estate {
    http: Http,
    running: RunningEstate,
    /// Subscriptions: name by id.
    pub(super) names: BTreeMap<String, String>,
}

impl Estate {
    /// Reads which subscriptions there are.
    pub(super) async fn over(running: RunningEstate) -> Result<Self, EvalError> {
        let settings = HttpSettings { proxy: ProxyChoice::Direct, ca_file: None };
        let http = Http::new(&settings).map_err(|error| EvalError::Truth(error.to_string()))?;
        let mut estate = Self { http, running, names: BTreeMap::new() };
        let rows = estate.list("/subscriptions", "2022-12-01").await?;
        let names = rows.iter().map(|row| (text(row, "subscriptionId"), text(row, "displayName")));
        estate.names = names.collect();
        Ok(estate)
    }

    /// All pages of a list.
    pub(super) async fn list(&self, path: &str, version: &str) -> Result<Vec<Value>, EvalError> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut next = format!("{}{path}{mark}api-version={version}", self.running.endpoint());
        let mut all = Vec::new();
        for _ in 0..MAX_PAGES {
            let page = self.get(&next).await?;
            let rows = page.get("value").and_then(Value::as_array);
            let rows = rows
                .ok_or_else(|| EvalError::Truth(format!("{next} is no list: {}", short(&page))))?;
            all.extend(rows.iter().cloned());
            match page.get("nextLink").and_then(Value::as_str) {
                Some(link) => link.clone_into(&mut next),
                None => return Ok(all),
            }
        }
        Err(EvalError::Truth(format!("{path} has too many pages")))
    }

    /// A list of each subscription, with its id.
    pub(super) async fn each(
        &self,
        below: &str,
        version: &str,
    ) -> Result<Vec<(String, Value)>, EvalError> {
        let mut all = Vec::new();
        for id in self.names.keys() {
            let rows = self.list(&format!("/subscriptions/{id}{below}"), version).await?;
            all.extend(rows.into_iter().map(|row| (id.clone(), row)));
        }
        Ok(all)
    }

    /// The answer of a path, its api-version included.
    pub(super) async fn read(&self, path: &str) -> Result<Value, EvalError> {
        self.get(&format!("{}{path}", self.running.endpoint())).await
    }

    /// The rows of a query of Resource Graph.
    pub(super) async fn query(&self, query: &str) -> Result<Vec<Value>, EvalError> {
        let body = json!({"query": query, "options": {"$top": MAX_ROWS}});
        let answer = self.post(GRAPH, &body).await?;
        let rows = answer.get("data").and_then(Value::as_array);
        rows.cloned().ok_or_else(|| EvalError::Truth(format!("{query}: {}", short(&answer))))
    }

    /// The answer to a POST that only asks.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, EvalError> {
        let url = self.url(&format!("{}{path}", self.running.endpoint()))?;
        let client = self.http.client_for(&url).map_err(|error| failed(path, &error))?;
        let request = client
            .post(url)
            .bearer_auth("sample")
            .header("content-type", "application/json")
            .body(body.to_string());
        let answer = request.send().await.map_err(|error| failed(path, &error))?;
        let answer = answer.text().await.map_err(|error| failed(path, &error))?;
        serde_json::from_str(&answer).map_err(|error| failed(path, &error))
    }

    /// Stops it.
    pub(super) async fn end(self) {
        if let Err(error) = self.running.shut_down().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the estate failed");
        }
    }

    async fn get(&self, url: &str) -> Result<Value, EvalError> {
        let at = self.url(url)?;
        let client = self.http.client_for(&at).map_err(|error| failed(url, &error))?;
        let request = client.get(at).bearer_auth("sample");
        let answer = request.send().await.map_err(|error| failed(url, &error))?;
        let answer = answer.text().await.map_err(|error| failed(url, &error))?;
        serde_json::from_str(&answer).map_err(|error| failed(url, &error))
    }

    fn url(&self, url: &str) -> Result<Url, EvalError> {
        Url::parse(url).map_err(|error| failed(url, &error))
    }
}

/// A field as text, empty where it is none.
pub(super) fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

/// What is at a JSON pointer, null where nothing is.
pub(super) fn at<'v>(row: &'v Value, pointer: &str) -> &'v Value {
    row.pointer(pointer).unwrap_or(&Value::Null)
}

fn failed(what: &str, error: &dyn std::error::Error) -> EvalError {
    EvalError::Truth(format!("{what}: {error}"))
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(300).collect()
}

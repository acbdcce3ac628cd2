//! A bench for tools: an estate or any endpoint, a user, a scope, and REST beside it.

use std::time::Duration;

use opscopilot::{
    azure::{
        ApiVersion, ArmClient, ArmGet, ArmPath, ArmReader, ClientSettings, Cloud, Credential, Http,
        HttpSettings, PageLimits, ScopeSet, Secret,
    },
    estate::{self, Options, RunningEstate},
    retry::RetryPolicy,
    tools::{Bounds, Fence, ReadContext, Registry, ToolError, ToolOutput, present::Moment},
};
use serde_json::Value;
use tokio::net::TcpListener;

pub(crate) const ANCHOR: &str = "2026-03-02T09:00:00Z";

pub(crate) struct Bench {
    reader: ArmReader,
    registry: Registry,
    scope: ScopeSet,
    allowed: Vec<String>,
    portal: Option<Cloud>,
}

/// An estate of seed 1 at the anchor.
pub(crate) async fn estate() -> RunningEstate {
    estate_of(1).await
}

/// An estate `scale` times as large.
pub(crate) async fn estate_of(scale: u32) -> RunningEstate {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options {
        seed: Some(1),
        scale: Some(scale),
        anchor: ANCHOR.parse().ok(),
        clock: estate::Clock::Frozen,
        ..Options::default()
    };
    estate::serve(listener, options).unwrap()
}

impl Bench {
    pub(crate) fn at(endpoint: &str, user: &str) -> Self {
        let once = RetryPolicy { max_attempts: 1, ..RetryPolicy::default() };
        Self::with(endpoint, user, once)
    }

    /// A bench that asks again, without waiting long.
    pub(crate) fn patient(endpoint: &str, user: &str) -> Self {
        let (base, cap) = (Duration::from_millis(1), Duration::from_millis(2));
        Self::with(endpoint, user, RetryPolicy { base, cap, ..RetryPolicy::default() })
    }

    fn with(endpoint: &str, user: &str, retry: RetryPolicy) -> Self {
        let cloud = Cloud::custom(endpoint, None).unwrap();
        let http = Http::new(&HttpSettings::default()).unwrap();
        let credential = Credential::fixed(Secret::new(format!("sample:{user}"))).unwrap();
        let settings = ClientSettings { retry, ..ClientSettings::default() };
        let client = ArmClient::new(&cloud, credential, http, settings).unwrap();
        Self {
            reader: client.reader(),
            registry: Registry::built_in().unwrap(),
            scope: ScopeSet::default(),
            allowed: Vec::new(),
            portal: None,
        }
    }

    pub(crate) fn with_portal_of(self, cloud: Cloud) -> Self {
        Self { portal: Some(cloud), ..self }
    }

    pub(crate) fn scoped(self, ids: &[&str]) -> Self {
        Self { scope: ScopeSet::parse(ids).unwrap(), ..self }
    }

    pub(crate) fn allowing(self, subscription: &str) -> Self {
        Self { allowed: vec![subscription.to_owned()], ..self }
    }

    pub(crate) async fn run(&self, tool: &str, arguments: Value) -> Result<ToolOutput, ToolError> {
        let allowed = self.allowed.iter().map(|id| id.clone().try_into().unwrap()).collect();
        let bounds = Bounds::new(self.scope.clone(), allowed);
        let at = Moment { now: ANCHOR.parse().unwrap(), zone: jiff::tz::TimeZone::UTC };
        let cx =
            ReadContext::new(self.reader.clone(), bounds, at).with_fence(Fence::fixed("fence"));
        let cx = match &self.portal {
            Some(cloud) => cx.with_portal_of(cloud.clone()),
            None => cx,
        };
        let result = self.registry.run(tool, &cx, arguments).await;
        if let Ok(output) = &result {
            check(output);
        }
        result
    }

    pub(crate) async fn ok(&self, tool: &str, arguments: Value) -> ToolOutput {
        self.run(tool, arguments).await.unwrap_or_else(|error| panic!("{tool}: {error}"))
    }

    /// A REST list, as the truth to compare with.
    pub(crate) async fn rest(&self, path: &str, version: &'static str) -> Vec<Value> {
        self.rest_with(path, version, &[]).await
    }

    /// A REST list with query parameters.
    pub(crate) async fn rest_with(
        &self,
        path: &str,
        version: &'static str,
        query: &[(&str, String)],
    ) -> Vec<Value> {
        let get = ArmGet::new(ArmPath::parse(path).unwrap(), ApiVersion::new(version));
        let get = query.iter().fold(get, |get, (name, value)| get.with_query(name, value.as_str()));
        let limits = PageLimits { max_pages: 1000, max_items: 1_000_000 };
        self.reader.list(&get, limits).await.unwrap().items
    }

    /// One object, by REST.
    pub(crate) async fn object(&self, path: &str, version: &'static str) -> Value {
        let get = ArmGet::new(ArmPath::parse(path).unwrap(), ApiVersion::new(version));
        self.reader.get(&get).await.unwrap()
    }

    pub(crate) async fn subscriptions(&self) -> Vec<(String, String)> {
        let listed = self.rest("/subscriptions", "2022-12-01").await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        listed.iter().map(|one| (text(&one["subscriptionId"]), text(&one["displayName"]))).collect()
    }

    /// A REST list below each subscription.
    pub(crate) async fn each(&self, below: &str, version: &'static str) -> Vec<(String, Value)> {
        let mut all = Vec::new();
        for (id, _) in self.subscriptions().await {
            let rows = self.rest(&format!("/subscriptions/{id}{below}"), version).await;
            all.extend(rows.into_iter().map(|row| (id.clone(), row)));
        }
        all
    }
}

/// What holds of every output.
fn check(output: &ToolOutput) {
    use opscopilot::protocol::{MAX_VIEW_ROWS, MAX_VIEWS_BYTES, View};
    let private = |text: &str| text.chars().any(|ch| ('\u{E000}'..='\u{F8FF}').contains(&ch));
    assert!(output.digest.len() <= opscopilot::tools::digest::MAX_DIGEST_BYTES);
    assert!(!private(&output.digest) && !private(&output.summary));
    assert!(output.findings.iter().all(|one| !private(&one.text)));
    assert!(!output.findings.is_empty() && !output.summary.is_empty());
    assert!(serde_json::to_vec(&output.views).unwrap().len() <= MAX_VIEWS_BYTES);
    for view in &output.views {
        if let View::Table { rows, columns, .. } = view {
            assert!(rows.len() <= MAX_VIEW_ROWS);
            assert!(rows.iter().all(|row| row.len() == columns.len()));
        }
    }
    let rows = output.rows_key.and_then(|key| output.output[key].as_array());
    assert_eq!(rows.map(|rows| rows.len() as u64), Some(output.coverage.rows));
}

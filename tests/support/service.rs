//! The real service in this process: SQLite in a directory of its own, the sample estate over
//! HTTP, and a scripted model over SSE.
//!
//! It must be ended, and then checks that no run was left at work; the model checks that every
//! scripted reply was asked for.
#![allow(dead_code, reason = "each of the targets that include this uses another part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test's support fails its test")]
#![allow(clippy::indexing_slicing, reason = "indexing a JSON value is total")]

use std::{sync::Arc, time::Duration};

use opscopilot::{
    agent::{Agent, AgentParts, DEFAULT_MAX_RUNS, Models},
    azure::{
        ArmClient, ClientSettings, Cloud, Credential, Http, HttpSettings, Secret,
        credential::CredentialChoice, http::ProxyChoice,
    },
    clock::Clock,
    estate::{self, Fault, RunningEstate},
    model::{ChatModel, openai::OpenAiSettings},
    planner::Planner,
    protocol::{EstateInfo, EstateKind, RunLimits},
    server::{self, RunningServer, ServerSettings},
    store::{Store, StoreOptions},
    tools::{Registry, Router},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::{
    chat::Chat,
    model_client,
    model_server::{ModelServer, Script},
};

/// How a service is set up.
pub(crate) struct Setup {
    pub(crate) server: ServerSettings,
    pub(crate) limits: RunLimits,
    /// Runs at work at once.
    pub(crate) max_runs: usize,
    /// How the store is opened.
    pub(crate) store: StoreOptions,
    pub(crate) clock: Clock,
    pub(crate) faults: Vec<Fault>,
    /// Who reads the estate.
    pub(crate) user: &'static str,
    /// Changes the model's settings.
    pub(crate) model: fn(&mut OpenAiSettings),
    /// Answers with the planner alone.
    pub(crate) planner_only: bool,
}

impl Default for Setup {
    fn default() -> Self {
        let estate = EstateInfo { name: "Sample".to_owned(), kind: EstateKind::Sample };
        Self {
            server: ServerSettings { estate, ..ServerSettings::default() },
            limits: RunLimits::default(),
            max_runs: DEFAULT_MAX_RUNS,
            store: StoreOptions::default(),
            clock: Clock::system(),
            faults: Vec::new(),
            user: "sample",
            model: |_| {},
            planner_only: false,
        }
    }
}

/// A running service.
pub(crate) struct Service {
    pub(crate) model: ModelServer,
    pub(crate) agent: Agent,
    setup: Setup,
    dir: TempDir,
    estate: Option<RunningEstate>,
    server: Option<RunningServer>,
    store: Store,
}

impl Service {
    /// A service as most tests want it.
    pub(crate) async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        // Another test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let options = estate::Options {
            seed: Some(7),
            anchor: Some("2026-11-20T08:00:00Z".parse().unwrap()),
            faults: setup.faults.clone(),
            ..estate::Options::default()
        };
        let estate = estate::serve(listener, options).unwrap();
        let model = ModelServer::start().await;
        let (store, agent, server) = open(&setup, &dir, &estate, &model).await;
        Self { model, agent, setup, dir, estate: Some(estate), server: Some(server), store }
    }

    pub(crate) fn url(&self) -> String {
        self.server.as_ref().unwrap().url()
    }

    /// A client that said hello.
    pub(crate) async fn chat(&self) -> Chat {
        Chat::connect(&self.url()).await
    }

    /// A client that follows a new thread, and the thread.
    pub(crate) async fn thread(&self) -> (Chat, String) {
        let mut chat = self.chat().await;
        let thread = chat.thread().await;
        (chat, thread)
    }

    /// Scripts the next reply of the model.
    pub(crate) fn says(&self, script: Script) -> &Self {
        self.model.push(script);
        self
    }

    /// Stops the service as a deploy does.
    pub(crate) async fn stop(&mut self) {
        self.server.take().unwrap().stop(Duration::ZERO).await;
        self.store.close().await;
    }

    /// Starts it again on the same directory.
    pub(crate) async fn begin_again(&mut self) {
        let estate = self.estate.as_ref().unwrap();
        let (store, agent, server) = open(&self.setup, &self.dir, estate, &self.model).await;
        (self.store, self.agent, self.server) = (store, agent, Some(server));
    }

    /// `GET path`: status and body.
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let (status, text) = self.get_text(path).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// `GET path`: status and text.
    pub(crate) async fn get_text(&self, path: &str) -> (u16, String) {
        let response = http().get(format!("{}{path}", self.url())).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// A request with a JSON body: status and body.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = http().request(method.parse().unwrap(), format!("{}{path}", self.url()));
        let response = request.json(body).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Ends it, and checks that nothing was left at work.
    pub(crate) async fn end(mut self) {
        let open = self.store.threads_with_open_runs().await.unwrap();
        assert!(open.is_empty(), "runs were left at work in {open:?}");
        self.server.take().unwrap().stop(Duration::ZERO).await;
        self.store.close().await;
        self.estate.take().unwrap().shut_down().await.unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let is_ended = self.server.is_none();
        assert!(is_ended || std::thread::panicking(), "a service was not ended");
    }
}

async fn open(
    setup: &Setup,
    dir: &TempDir,
    estate: &RunningEstate,
    model: &ModelServer,
) -> (Store, Agent, RunningServer) {
    let store = Store::open_with(dir.path(), setup.store.clone()).await.unwrap();
    let registry = Registry::built_in().unwrap();
    let router = Arc::new(Router::new(&registry));
    let planner: Arc<dyn ChatModel> = Arc::new(Planner::new(&registry, Arc::clone(&router)));
    let mut settings = model_client::settings(model);
    (setup.model)(&mut settings);
    let primary: Arc<dyn ChatModel> = match setup.planner_only {
        true => Arc::clone(&planner),
        false => Arc::new(model_client::model(settings)),
    };
    let agent = Agent::new(AgentParts {
        store: store.clone(),
        tools: Arc::new(registry),
        router,
        models: Models::new(primary, planner),
        azure: azure(setup, estate).reader(),
        subscriptions: Vec::new(),
        estate: "Sample".to_owned(),
        clock: setup.clock.clone(),
        limits: setup.limits,
        max_runs: setup.max_runs,
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = server::serve(listener, agent.clone(), setup.server.clone()).unwrap();
    agent.resume().await.unwrap();
    (store, agent, server)
}

fn azure(setup: &Setup, estate: &RunningEstate) -> ArmClient {
    let http = Http::new(&HttpSettings { proxy: ProxyChoice::Direct, ca_file: None }).unwrap();
    let cloud = Cloud::custom(&estate.endpoint(), None).unwrap();
    let choice = CredentialChoice::Token(Secret::new(setup.user));
    let credential = Credential::for_cloud(&cloud, choice, &http).unwrap();
    ArmClient::new(&cloud, credential, http, ClientSettings::default()).unwrap()
}

/// A client that is asked for nothing but a request.
pub(crate) fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

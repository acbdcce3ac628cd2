//! The door: what the edges may ask of the agent. Every change is done once, however often it
//! is asked, and goes on when the asker is gone.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::broadcast;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    azure::{ArmReader, ResourceId, ScopeSet, resource_id::SubscriptionId},
    clock::Clock,
    model::ChatModel,
    protocol::{
        CancelRun, CommandId, CreateThread, ErrorCode, Event, MAX_USER_TEXT_BYTES, ModelInfo,
        ModelState, Notice, Pillar, PrincipalId, RunLimits, StartRun, ThreadId, ThreadUpdated,
        UpdateThread, WireError,
    },
    store::{NewReply, Store, StoreError},
    thread::{RunFold, ThreadState},
    tools::{Bounds, OfferContext, ReadContext, Registry, Router, ToolSpec, own, present::Moment},
};

use super::{
    instructions::Instructions,
    log::{AgentError, ThreadLog, not_found},
    session::{Asker, Session},
};

/// Notices kept for an edge that is slow to take them.
const NOTICES: usize = 64;
/// The most scopes a thread may be bound to.
const MAX_SCOPES: usize = 100;
/// The longest title, in characters.
const MAX_TITLE_CHARS: usize = 200;

/// The models of the service.
pub struct Models {
    /// The one that is asked.
    pub primary: Arc<dyn ChatModel>,
    /// The one that stands in when it is down; the same when no other is configured.
    pub planner: Arc<dyn ChatModel>,
    degraded: AtomicBool,
}

impl Models {
    /// These models, the primary one taken to be well.
    #[must_use]
    pub fn new(primary: Arc<dyn ChatModel>, planner: Arc<dyn ChatModel>) -> Self {
        Self { primary, planner, degraded: AtomicBool::new(false) }
    }

    /// The model as clients are told of it.
    #[must_use]
    pub fn info(&self) -> ModelInfo {
        let state = if self.primary.name() == self.planner.name() {
            ModelState::BuiltIn
        } else if self.degraded.load(Ordering::Relaxed) {
            ModelState::Degraded
        } else {
            ModelState::Ready
        };
        ModelInfo { name: self.primary.name().to_owned(), state }
    }

    pub(super) fn failed(&self) {
        self.degraded.store(true, Ordering::Relaxed);
    }

    pub(super) fn succeeded(&self, model: &dyn ChatModel) {
        if model.name() == self.primary.name() {
            self.degraded.store(false, Ordering::Relaxed);
        }
    }
}

/// What an agent is made of.
pub struct AgentParts {
    /// The durable thread logs.
    pub store: Store,
    /// The tools there are.
    pub tools: Arc<Registry>,
    /// The index over them.
    pub router: Arc<Router>,
    /// Who answers.
    pub models: Models,
    /// How tools read Azure.
    pub azure: ArmReader,
    /// The only subscriptions that may be read; empty for all that the identity sees.
    pub subscriptions: Vec<SubscriptionId>,
    /// The name of the estate, for the model.
    pub estate: String,
    /// Where the instant comes from.
    pub clock: Clock,
    /// What a run may use.
    pub limits: RunLimits,
}

/// What all sessions share.
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) tools: Arc<Registry>,
    pub(super) router: Arc<Router>,
    pub(super) models: Models,
    pub(super) azure: ArmReader,
    pub(super) subscriptions: Vec<SubscriptionId>,
    pub(super) estate: String,
    pub(super) clock: Clock,
    pub(super) limits: RunLimits,
    own_tools: Vec<ToolSpec>,
    pub(super) instructions: Instructions,
    pub(super) tasks: TaskTracker,
    pub(super) stopping: CancellationToken,
    notices: broadcast::Sender<Notice>,
}

impl Shared {
    /// The tools that a question is offered at the start of its run.
    pub(super) fn offer_for(&self, state: &ThreadState, question: &str) -> Vec<String> {
        let calls = state.runs.iter().flat_map(|run| &run.steps).flat_map(|step| &step.calls);
        let mut earlier: Vec<String> = calls.rev().map(|call| call.tool.clone()).collect();
        let mut seen = std::collections::HashSet::new();
        earlier.retain(|name| seen.insert(name.clone()));
        let pillars = earlier.iter().filter_map(|name| Some(self.spec(name)?.pillar));
        let pillars: Vec<Pillar> = pillars.collect();
        self.router.offer(question, OfferContext { earlier: &earlier, pillars: &pillars })
    }

    /// The spec of a tool, the agent's own among them.
    pub(super) fn spec(&self, name: &str) -> Option<&ToolSpec> {
        self.tools.spec(name).or_else(|| self.own_tools.iter().find(|spec| spec.name == name))
    }

    pub(super) fn notify(&self, notice: Notice) {
        // Nobody listening is no failure.
        let _ = self.notices.send(notice);
    }

    /// What tools of this run may read.
    pub(super) fn read_context(
        &self,
        run: &RunFold,
        now: Timestamp,
    ) -> Result<ReadContext, AgentError> {
        let scope: Result<Vec<ResourceId>, _> =
            run.scope.iter().map(|id| ResourceId::parse(id)).collect();
        let scope = scope.map_err(|_| AgentError::Internal("a stored scope is no ARM id"))?;
        let bounds = Bounds::new(ScopeSet::new(scope), self.subscriptions.clone());
        let zone = TimeZone::get(&run.time_zone).unwrap_or(TimeZone::UTC);
        Ok(ReadContext::new(self.azure.clone(), bounds, Moment { now, zone })
            .with_max_pages(run.limits.pages_per_list))
    }
}

/// One command of one principal, done at most once.
#[derive(Clone, Debug)]
pub struct CommandKey {
    principal: PrincipalId,
    id: CommandId,
    digest: [u8; 32],
}

impl CommandKey {
    /// The key of a command with this body.
    #[must_use]
    pub fn new(principal: PrincipalId, id: CommandId, body: &impl Serialize) -> Self {
        let json = serde_json::to_vec(body).unwrap_or_default();
        Self { principal, id, digest: Sha256::digest(&json).into() }
    }

    pub(super) fn reply(&self, result: &Value, at: Timestamp) -> NewReply {
        NewReply {
            principal: self.principal.clone(),
            command_id: self.id.clone(),
            body_digest: self.digest,
            reply: Bytes::from(result.to_string()),
            at,
        }
    }
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The result, as the first asking gave it.
    pub result: Value,
    /// It had been done before.
    pub duplicate: bool,
}

/// The agent. Cheap to clone.
#[derive(Clone)]
pub struct Agent {
    shared: Arc<Shared>,
    sessions: Arc<Mutex<HashMap<ThreadId, Arc<Slot>>>>,
}

/// The place of a thread's session: one at a time, made by whoever comes first.
type Slot = tokio::sync::Mutex<Weak<Session>>;

impl Agent {
    /// An agent of these parts.
    #[must_use]
    pub fn new(parts: AgentParts) -> Self {
        let shared = Shared {
            store: parts.store,
            tools: parts.tools,
            router: parts.router,
            models: parts.models,
            azure: parts.azure,
            subscriptions: parts.subscriptions,
            estate: parts.estate,
            clock: parts.clock,
            limits: parts.limits,
            own_tools: own::specs(),
            instructions: Instructions::embedded(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            notices: broadcast::Sender::new(NOTICES),
        };
        Self { shared: Arc::new(shared), sessions: Arc::default() }
    }

    /// The model as clients are told of it.
    #[must_use]
    pub fn model(&self) -> ModelInfo {
        self.shared.models.info()
    }

    /// The durable thread logs, for reading.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// The tools there are.
    #[must_use]
    pub fn tools(&self) -> &Arc<Registry> {
        &self.shared.tools
    }

    /// Tells every client something.
    pub fn notify(&self, notice: Notice) {
        self.shared.notify(notice);
    }

    /// Notices from here on.
    #[must_use]
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.shared.notices.subscribe()
    }

    /// The session of a thread that the principal may see.
    ///
    /// # Errors
    /// [`AgentError::Refused`] (`notFound`) also when it may not, [`AgentError::Store`] and
    /// [`AgentError::Damaged`].
    pub async fn open(
        &self,
        principal: &PrincipalId,
        thread_id: ThreadId,
    ) -> Result<Arc<Session>, AgentError> {
        let session = self.session(thread_id).await?;
        if session.log.read(|state| state.admits(principal)).await? {
            Ok(session)
        } else {
            Err(not_found(thread_id).into())
        }
    }

    /// Creates a thread. The result is `{threadId}`.
    ///
    /// # Errors
    /// [`AgentError::Refused`] for a wrong title or scope, or another body under the same id.
    pub async fn create_thread(
        &self,
        asker: Asker,
        command: CreateThread,
    ) -> Result<Done, AgentError> {
        check_title(command.title.as_deref())?;
        check_scope(&command.scope)?;
        let key = CommandKey::new(asker.principal.clone(), command.id.clone(), &command);
        let this = self.clone();
        self.once(key.clone(), async move {
            let created = Event::ThreadUpdated(ThreadUpdated {
                title: command.title,
                scope: Some(command.scope),
                archived: None,
                participants: None,
                by: asker.principal,
            });
            let shared = &this.shared;
            let at = shared.clock.now();
            let reply = |id: ThreadId| Some(key.reply(&json!({ "threadId": id }), at));
            let log = ThreadLog::create(shared.store.clone(), shared.clock.clone(), created, reply)
                .await?;
            Ok(json!({ "threadId": log.thread_id() }))
        })
        .await
    }

    /// Changes a thread. The result is `{seq}`.
    ///
    /// # Errors
    /// [`AgentError::Refused`] for a wrong title or scope, or a thread of another owner.
    pub async fn update_thread(
        &self,
        asker: Asker,
        command: UpdateThread,
    ) -> Result<Done, AgentError> {
        check_title(command.title.as_deref())?;
        check_scope(command.scope.as_deref().unwrap_or_default())?;
        let session = self.open(&asker.principal, command.thread_id).await?;
        let key = CommandKey::new(asker.principal.clone(), command.id.clone(), &command);
        self.once(key.clone(), async move { session.update(asker.principal, key, command).await })
            .await
    }

    /// Starts or queues the run that answers a message. The result is `{runId, state}`.
    ///
    /// # Errors
    /// [`AgentError::Refused`] (`busy`, `overloaded`, `invalidArgument`, `notFound`).
    pub async fn start_run(&self, asker: Asker, command: StartRun) -> Result<Done, AgentError> {
        check_text(&command.message.text)?;
        let session = self.open(&asker.principal, command.thread_id).await?;
        let key = CommandKey::new(asker.principal.clone(), command.id.clone(), &command);
        self.once(key.clone(), async move { session.start_run(asker, key, command).await }).await
    }

    /// Cancels a run. The result is `{runId, state}`, once the run has ended.
    ///
    /// # Errors
    /// [`AgentError::Refused`] (`notFound`).
    pub async fn cancel_run(&self, asker: Asker, command: CancelRun) -> Result<Done, AgentError> {
        let session = self.open(&asker.principal, command.thread_id).await?;
        let key = CommandKey::new(asker.principal.clone(), command.id.clone(), &command);
        let run_id = command.run_id;
        self.once(
            key.clone(),
            async move { session.cancel_run(asker.principal, key, run_id).await },
        )
        .await
    }

    /// Deletes a thread of this owner; a run at work in it is cancelled first.
    ///
    /// # Errors
    /// [`AgentError::Refused`] (`notFound`, `forbidden`) and [`AgentError::Store`].
    pub async fn delete_thread(
        &self,
        principal: &PrincipalId,
        thread_id: ThreadId,
    ) -> Result<(), AgentError> {
        let session = self.open(principal, thread_id).await?;
        if session.log.read(|state| state.owner != *principal).await? {
            let message = "only the owner of a thread may delete it";
            return Err(WireError::new(ErrorCode::Forbidden, message).into());
        }
        session.stop_all(principal).await?;
        self.shared.store.delete_thread(thread_id).await?;
        session.log.hub.delete();
        self.slots().remove(&thread_id);
        Ok(())
    }

    /// Goes on with everything that was at work when the service stopped. Returns how many
    /// threads that were.
    ///
    /// # Errors
    /// [`AgentError::Store`] when the threads cannot be listed; a thread that cannot be resumed
    /// is logged and left as it is.
    pub async fn resume(&self) -> Result<usize, AgentError> {
        let threads = self.shared.store.threads_with_open_runs().await?;
        for thread_id in &threads {
            let resumed = match self.session(*thread_id).await {
                Ok(session) => session.resume().await,
                Err(error) => Err(error),
            };
            if let Err(error) = resumed {
                tracing::error!(
                    thread.id = %thread_id,
                    error = &error as &dyn std::error::Error,
                    "a thread could not be resumed"
                );
            }
        }
        Ok(threads.len())
    }

    /// Lets runs at work go on for `grace`, then leaves them to the next start.
    pub async fn stop(&self, grace: Duration) {
        self.shared.tasks.close();
        if tokio::time::timeout(grace, self.shared.tasks.wait()).await.is_err() {
            self.shared.stopping.cancel();
            self.shared.tasks.wait().await;
        }
        self.shared.stopping.cancel();
    }

    async fn session(&self, thread_id: ThreadId) -> Result<Arc<Session>, AgentError> {
        let slot = Arc::clone(self.slots().entry(thread_id).or_default());
        let mut place = slot.lock().await;
        if let Some(session) = place.upgrade() {
            return Ok(session);
        }
        let shared = &self.shared;
        let opened = ThreadLog::open(shared.store.clone(), shared.clock.clone(), thread_id).await;
        match opened {
            Ok(log) => {
                let session = Session::new(log, Arc::clone(shared));
                *place = Arc::downgrade(&session);
                Ok(session)
            }
            Err(error) => {
                self.slots().remove(&thread_id);
                Err(error)
            }
        }
    }

    /// Does a change once, in a task of its own: a client that leaves does not half-do it.
    async fn once(
        &self,
        key: CommandKey,
        effect: impl Future<Output = Result<Value, AgentError>> + Send + 'static,
    ) -> Result<Done, AgentError> {
        if let Some(done) = self.done_before(&key).await? {
            return Ok(done);
        }
        let done = tokio::spawn(effect)
            .await
            .map_err(|_| AgentError::Internal("a command did not end"))?;
        match done {
            Ok(result) => Ok(Done { result, duplicate: false }),
            Err(AgentError::Store(StoreError::DuplicateReply { .. })) => {
                let done = self.done_before(&key).await?;
                done.ok_or(AgentError::Internal("a reply was stored and is gone"))
            }
            Err(error) => Err(error),
        }
    }

    async fn done_before(&self, key: &CommandKey) -> Result<Option<Done>, AgentError> {
        let Some(stored) = self.shared.store.reply(&key.principal, &key.id).await? else {
            return Ok(None);
        };
        if stored.body_digest != key.digest {
            let message = "this command id was used for another command; make a new one";
            return Err(WireError::new(ErrorCode::InvalidArgument, message).into());
        }
        let result = serde_json::from_slice(&stored.reply)
            .map_err(|_| AgentError::Internal("a stored reply is damaged"))?;
        Ok(Some(Done { result, duplicate: true }))
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<ThreadId, Arc<Slot>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn invalid(message: impl Into<String>) -> AgentError {
    WireError::new(ErrorCode::InvalidArgument, message).into()
}

fn check_title(title: Option<&str>) -> Result<(), AgentError> {
    match title {
        Some(title) if title.chars().count() > MAX_TITLE_CHARS => {
            Err(invalid(format!("`title` is longer than {MAX_TITLE_CHARS} characters")))
        }
        Some(_) | None => Ok(()),
    }
}

fn check_scope(scope: &[String]) -> Result<(), AgentError> {
    if scope.len() > MAX_SCOPES {
        return Err(invalid(format!("`scope` holds more than {MAX_SCOPES} ids")));
    }
    for id in scope {
        ResourceId::parse(id).map_err(|error| invalid(format!("`scope`: {error}")))?;
    }
    Ok(())
}

fn check_text(text: &str) -> Result<(), AgentError> {
    if text.trim().is_empty() {
        return Err(invalid("`message.text` is empty"));
    }
    if text.len() > MAX_USER_TEXT_BYTES {
        return Err(invalid(format!(
            "`message.text` is longer than {MAX_USER_TEXT_BYTES} bytes; attach less"
        )));
    }
    Ok(())
}

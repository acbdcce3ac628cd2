//! The door: what the edges may ask of the agent. Every change is done once, however often it
//! is asked, and goes on when the asker is gone.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::{
    azure::ResourceId,
    protocol::{
        CancelRun, CreateThread, ErrorCode, Event, MAX_USER_TEXT_BYTES, ModelInfo, Notice,
        PrincipalId, StartRun, ThreadId, ThreadUpdated, UpdateThread, WireError,
    },
    redact::redact,
    store::Store,
    tools::Registry,
};

use super::{
    caps::json_len,
    log::{AgentError, ThreadLog, not_found},
    once::{CommandKey, Done, once, once_in_one_append, to_its_end},
    session::{Asker, Session},
    sessions::Sessions,
    shared::{AgentParts, Shared},
};

/// The most scopes a thread may be bound to.
const MAX_SCOPES: usize = 100;
/// The most bytes that the scopes of a thread take.
const MAX_SCOPE_BYTES: usize = 24 * 1024;
/// The longest title, in characters.
const MAX_TITLE_CHARS: usize = 200;
/// The most bytes of JSON that a user's message may become.
const MAX_USER_TEXT_JSON_BYTES: usize = 3 * MAX_USER_TEXT_BYTES;

/// The agent. Cheap to clone.
#[derive(Clone)]
pub struct Agent {
    shared: Arc<Shared>,
    sessions: Arc<Sessions>,
}

impl Agent {
    /// An agent of these parts.
    #[must_use]
    pub fn new(parts: AgentParts) -> Self {
        Self { shared: Arc::new(Shared::new(parts)), sessions: Arc::default() }
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

    /// Runs at work now, over all threads.
    #[must_use]
    pub fn runs_at_work(&self) -> usize {
        self.shared.slots.taken()
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
        self.shared.notices()
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
        let session = self.sessions.open(&self.shared, thread_id).await?;
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
        let title = checked_title(command.title.as_deref())?;
        check_scope(&command.scope)?;
        let key = CommandKey::new(asker.principal.clone(), command.id.clone(), &command);
        let this = self.clone();
        self.once_in_one_append(key.clone(), async move {
            let created = Event::ThreadUpdated(ThreadUpdated {
                title,
                scope: Some(command.scope),
                archived: None,
                participants: None,
                by: asker.principal,
            });
            let shared = &this.shared;
            shared.store.check_writable()?;
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
        let title = checked_title(command.title.as_deref())?;
        check_scope(command.scope.as_deref().unwrap_or_default())?;
        let session = self.open(&asker.principal, command.thread_id).await?;
        let key = CommandKey::new(asker.principal.clone(), command.id.clone(), &command);
        let command = UpdateThread { title, ..command };
        self.once_in_one_append(key.clone(), async move {
            session.shared.store.check_writable()?;
            session.update(asker.principal, key, command).await
        })
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
        self.once_in_one_append(key.clone(), async move {
            session.shared.store.check_writable()?;
            session.start_run(asker, key, command).await
        })
        .await
    }

    /// Cancels a run. The result is `{runId, state}`, once the run has ended.
    ///
    /// # Errors
    /// [`AgentError::Refused`] (`notFound`).
    pub async fn cancel_run(&self, asker: Asker, command: CancelRun) -> Result<Done, AgentError> {
        let session = self.open(&asker.principal, command.thread_id).await?;
        let key = CommandKey::new(asker.principal.clone(), command.id.clone(), &command);
        let run_id = command.run_id;
        // A run is told to stop before anything is stored: an earlier reply is looked for first.
        once(&self.shared.store, key.clone(), async move {
            session.cancel_run(asker.principal, key, run_id).await
        })
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
        let principal = principal.clone();
        to_its_end(async move { session.delete(&principal).await }).await
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
            let resumed = match self.sessions.open(&self.shared, *thread_id).await {
                Ok(session) => match session.resume().await {
                    Err(AgentError::Store(error)) if error.is_for_want_of_space() => {
                        session.resume_later();
                        Ok(())
                    }
                    resumed => resumed,
                },
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

    async fn once_in_one_append(
        &self,
        key: CommandKey,
        effect: impl Future<Output = Result<Value, AgentError>> + Send + 'static,
    ) -> Result<Done, AgentError> {
        once_in_one_append(&self.shared.store, key, effect).await
    }
}

fn invalid(message: impl Into<String>) -> AgentError {
    WireError::new(ErrorCode::InvalidArgument, message).into()
}

/// The title as it is stored.
fn checked_title(title: Option<&str>) -> Result<Option<String>, AgentError> {
    match title {
        Some(title) if title.chars().count() > MAX_TITLE_CHARS => {
            Err(invalid(format!("`title` is longer than {MAX_TITLE_CHARS} characters")))
        }
        Some(title) => Ok(Some(redact(title).into_owned())),
        None => Ok(None),
    }
}

fn check_scope(scope: &[String]) -> Result<(), AgentError> {
    if scope.len() > MAX_SCOPES {
        return Err(invalid(format!("`scope` holds more than {MAX_SCOPES} ids")));
    }
    if scope.iter().map(String::len).sum::<usize>() > MAX_SCOPE_BYTES {
        return Err(invalid(format!("`scope` is longer than {MAX_SCOPE_BYTES} bytes")));
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
    if json_len(text) > MAX_USER_TEXT_JSON_BYTES {
        return Err(invalid("`message.text` holds too many control characters"));
    }
    Ok(())
}

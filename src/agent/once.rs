//! Commands are done once, however often they are asked, and to their end when the asker is gone.

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tracing::Instrument as _;

use crate::{
    protocol::{CommandId, ErrorCode, PrincipalId, WireError},
    store::{NewReply, Store, StoreError},
};

use super::log::AgentError;

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

/// Does a change once that is one append with the reply in it: nothing of it happens a second
/// time, so the store is asked for an earlier reply only when it failed.
pub(super) async fn once_in_one_append(
    store: &Store,
    key: CommandKey,
    effect: impl Future<Output = Result<Value, AgentError>> + Send + 'static,
) -> Result<Done, AgentError> {
    let error = match to_its_end(effect).await {
        Ok(result) => return Ok(Done { result, duplicate: false }),
        Err(error) => error,
    };
    match (done_before(store, &key).await?, error) {
        (Some(done), _) => Ok(done),
        (None, AgentError::Store(StoreError::DuplicateReply { .. })) => {
            Err(AgentError::Internal("a reply was stored and is gone"))
        }
        (None, error) => Err(error),
    }
}

/// Does a change once, in a task of its own: a client that leaves does not half-do it.
pub(super) async fn once(
    store: &Store,
    key: CommandKey,
    effect: impl Future<Output = Result<Value, AgentError>> + Send + 'static,
) -> Result<Done, AgentError> {
    if let Some(done) = done_before(store, &key).await? {
        return Ok(done);
    }
    match to_its_end(effect).await {
        Ok(result) => Ok(Done { result, duplicate: false }),
        Err(AgentError::Store(StoreError::DuplicateReply { .. })) => {
            let done = done_before(store, &key).await?;
            done.ok_or(AgentError::Internal("a reply was stored and is gone"))
        }
        Err(error) => Err(error),
    }
}

/// Does something to its end, whoever stops waiting for it.
pub(super) async fn to_its_end<T: Send + 'static>(
    effect: impl Future<Output = Result<T, AgentError>> + Send + 'static,
) -> Result<T, AgentError> {
    tokio::spawn(effect.in_current_span())
        .await
        .unwrap_or(Err(AgentError::Internal("a command did not end")))
}

async fn done_before(store: &Store, key: &CommandKey) -> Result<Option<Done>, AgentError> {
    let Some(stored) = store.reply(&key.principal, &key.id).await? else {
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

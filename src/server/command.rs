//! Commands: read strictly, answered once each, in the agent's words.

use serde_json::{Value, json};

use crate::{
    agent::{Agent, AgentError, Asker, Done, Session},
    protocol::{
        Command, CommandId, Envelope, Epoch, ErrorCode, Frame, Hello, Reply, Seq, Subscribe,
        WireError,
    },
};

use super::error::wire;

/// Events that a subscription without a cursor begins with.
const DEFAULT_LAST: u32 = 200;

/// What a client's frame turned out to be.
pub(super) enum Read {
    /// A command that can be done.
    Command(Box<Command>),
    /// A wrong command that can be answered.
    Wrong(CommandId, WireError),
    /// No frame of this protocol: the connection ends.
    BadFrame(WireError),
}

/// Reads a frame.
pub(super) fn read(text: &str) -> Read {
    let bad = |message: String| Read::BadFrame(WireError::new(ErrorCode::BadFrame, message));
    // A list of a struct's fields would pass for it.
    if !text.trim_start().starts_with('{') {
        return bad("a frame is one JSON object with `type`".to_owned());
    }
    let envelope: Envelope = match serde_json::from_str(text) {
        Ok(envelope) => envelope,
        Err(error) => return bad(format!("a frame is one JSON object with `type`: {error}")),
    };
    let known = Command::NAMES.contains(&envelope.kind.as_str());
    let needs_no_id = matches!(envelope.kind.as_str(), "hello" | "ping");
    match (known, envelope.id, serde_json::from_str::<Command>(text)) {
        (true, _, Ok(command)) => Read::Command(Box::new(command)),
        (true, Some(id), Err(error)) => {
            let message = format!("`{}` is wrong: {error}", envelope.kind);
            Read::Wrong(id, WireError::new(ErrorCode::InvalidArgument, message))
        }
        (false, Some(id), _) => {
            let message = format!(
                "there is no command `{}`; there are {}",
                envelope.kind,
                Command::NAMES.join(", ")
            );
            Read::Wrong(id, WireError::new(ErrorCode::UnknownCommand, message))
        }
        (true, None, Err(error)) if needs_no_id => bad(format!("`{}`: {error}", envelope.kind)),
        (_, None, _) => bad(format!("`{}` has no `id`", envelope.kind)),
    }
}

/// The reply that says what came of a command.
pub(super) fn reply_of(id: CommandId, done: Result<Done, AgentError>) -> Frame {
    Frame::Reply(match done {
        Ok(done) => Reply {
            id,
            ok: true,
            result: Some(done.result),
            error: None,
            duplicate: done.duplicate,
        },
        Err(error) => return refusal(id, wire(error)),
    })
}

/// The reply that refuses a command.
pub(super) fn refusal(id: CommandId, error: WireError) -> Frame {
    let code = serde_json::to_value(error.code).ok();
    let code = code.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
    metrics::counter!("opscopilot_commands_refused_total", "code" => code).increment(1);
    Frame::Reply(Reply { id, ok: false, result: None, error: Some(error), duplicate: false })
}

/// The reply to a command that reads.
pub(super) fn answer(id: CommandId, result: Value) -> Frame {
    Frame::Reply(Reply { id, ok: true, result: Some(result), error: None, duplicate: false })
}

/// Does a command that changes something; its reply follows when it is done.
pub(super) async fn change(agent: Agent, asker: Asker, command: Command) -> Option<Frame> {
    let (id, done) = match command {
        Command::CreateThread(c) => (c.id.clone(), agent.create_thread(asker, c).await),
        Command::UpdateThread(c) => (c.id.clone(), agent.update_thread(asker, c).await),
        Command::StartRun(c) => (c.id.clone(), agent.start_run(asker, c).await),
        Command::CancelRun(c) => (c.id.clone(), agent.cancel_run(asker, c).await),
        Command::Hello(_) | Command::Ping(_) | Command::Subscribe(_) | Command::Unsubscribe(_) => {
            return None;
        }
    };
    match &done {
        Ok(done) => tracing::debug!(duplicate = done.duplicate, "a command was done"),
        Err(error) => tracing::debug!(error.kind = error.kind(), "a command was refused"),
    }
    Some(reply_of(id, done))
}

/// The span of a command that changes something.
pub(super) fn span_of(command: &Command) -> tracing::Span {
    let (name, thread_id) = match command {
        Command::Hello(_) => ("hello", None),
        Command::Ping(_) => ("ping", None),
        Command::CreateThread(_) => ("thread.create", None),
        Command::UpdateThread(c) => ("thread.update", Some(c.thread_id)),
        Command::Subscribe(c) => ("thread.subscribe", Some(c.thread_id)),
        Command::Unsubscribe(c) => ("thread.unsubscribe", Some(c.thread_id)),
        Command::StartRun(c) => ("run.start", Some(c.thread_id)),
        Command::CancelRun(c) => ("run.cancel", Some(c.thread_id)),
    };
    let id = id_of(command);
    tracing::info_span!(
        "command",
        command.id = id.as_ref().map(CommandId::as_str),
        command.name = name,
        thread.id = thread_id.map(tracing::field::display)
    )
}

/// Whether it must happen in the order in which a client sent it: a second question must not
/// overtake the first.
pub(super) fn is_ordered(command: &Command) -> bool {
    match command {
        Command::StartRun(_) | Command::UpdateThread(_) => true,
        Command::CreateThread(_)
        | Command::CancelRun(_)
        | Command::Hello(_)
        | Command::Ping(_)
        | Command::Subscribe(_)
        | Command::Unsubscribe(_) => false,
    }
}

/// The id of a command that has one.
pub(super) fn id_of(command: &Command) -> Option<CommandId> {
    match command {
        Command::Hello(_) | Command::Ping(_) => None,
        Command::CreateThread(c) => Some(c.id.clone()),
        Command::UpdateThread(c) => Some(c.id.clone()),
        Command::Subscribe(c) => Some(c.id.clone()),
        Command::Unsubscribe(c) => Some(c.id.clone()),
        Command::StartRun(c) => Some(c.id.clone()),
        Command::CancelRun(c) => Some(c.id.clone()),
    }
}

/// Where a subscription begins: behind its cursor, or at the last events.
pub(super) fn start_of(session: &Session, command: &Subscribe) -> Result<Seq, WireError> {
    let head = session.log.hub.look(Seq::MAX).head_seq;
    let Some(cursor) = &command.after else {
        return Ok(head.saturating_sub(Seq::from(command.last.unwrap_or(DEFAULT_LAST))));
    };
    let parsed = cursor
        .split_once(':')
        .and_then(|(epoch, seq)| Some((epoch.parse::<Epoch>().ok()?, seq.parse::<Seq>().ok()?)));
    match parsed {
        Some((epoch, seq)) if epoch == session.log.epoch() && seq <= head => Ok(seq),
        // Another incarnation of the log, or one that lost its end: start over.
        Some(_) => Ok(0),
        None => {
            Err(WireError::new(ErrorCode::InvalidArgument, "`after` is a cursor `<epoch>:<seq>`"))
        }
    }
}

/// The time zone of a `hello`: the client's own where it is one, else UTC.
pub(super) fn time_zone_of(hello: &Hello) -> String {
    let asked = hello.time_zone.as_deref().unwrap_or("UTC");
    match jiff::tz::TimeZone::get(asked) {
        Ok(_) => asked.to_owned(),
        Err(_) => "UTC".to_owned(),
    }
}

/// The result of `thread.subscribe`.
pub(super) fn subscribed_result(session: &Session) -> Value {
    json!({ "threadId": session.log.thread_id() })
}

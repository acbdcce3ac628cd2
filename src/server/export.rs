//! A thread as a file: a transcript in Markdown, or its log as JSON.
//!
//! It is written page by page as it is read, so that a long thread is never in memory whole, and
//! it ends at the event that was the last when it was asked for: the same thread at the same
//! event is the same file.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;

use crate::{
    agent::AgentError,
    protocol::{Seq, ThreadId, ThreadStanding},
    store::Store,
};

use super::{Edge, error::HttpError, extract::Asked, rest::Ids};
use log_json::LogJson;
use transcript::Transcript;

mod log_json;
mod markdown;
mod transcript;

/// Events read at once.
const PAGE: u32 = 64;
/// The longest part of a title in a file name, in characters.
const MAX_NAME_CHARS: usize = 40;

/// Which form.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Format {
    #[default]
    Md,
    Json,
}

/// `GET /v1/threads/{id}/export?format=md|json`: the whole thread as a file to keep.
pub(super) async fn read(
    State(edge): State<Edge>,
    ids: Ids,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, HttpError> {
    let session = edge.agent.open(&edge.principal().id, ids.thread).await?;
    let epoch = session.log.epoch();
    let thread = session.log.read(|state| state.standing(ids.thread, epoch)).await?;
    let headers = headers(&thread, wanted.format)?;
    let form = match wanted.format {
        Format::Md => Form::Markdown(Box::default()),
        Format::Json => Form::Json(Box::default()),
    };
    let file = File {
        store: edge.agent.store().clone(),
        thread_id: ids.thread,
        at: At::Begin,
        form,
        thread,
    };
    let pieces = stream::try_unfold(file, async |mut file| {
        let piece = file.next().await.inspect_err(|error| {
            let error: &dyn std::error::Error = error;
            tracing::error!(thread.id = %file.thread_id, error, "an export broke off");
        })?;
        Ok::<_, AgentError>(piece.map(|piece| (Bytes::from(piece), file)))
    });
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// A file as it is being written.
struct File {
    store: Store,
    thread_id: ThreadId,
    thread: ThreadStanding,
    at: At,
    form: Form,
}

/// How far it is written.
#[derive(Clone, Copy)]
enum At {
    Begin,
    After(Seq),
    End,
}

enum Form {
    Markdown(Box<Transcript>),
    Json(Box<LogJson>),
}

impl File {
    /// The next piece; none at the end. A thread that is deleted meanwhile breaks the file off:
    /// half of one must not pass for the whole.
    async fn next(&mut self) -> Result<Option<String>, AgentError> {
        let after = match self.at {
            At::Begin => {
                self.at = At::After(0);
                return Ok(Some(match &self.form {
                    Form::Markdown(_) => Transcript::head(&self.thread),
                    Form::Json(_) => LogJson::head(&self.thread)?,
                }));
            }
            At::After(seq) if seq >= self.thread.head_seq => {
                self.at = At::End;
                return Ok(Some(match &self.form {
                    Form::Markdown(_) => Transcript::tail(),
                    Form::Json(log) => log.tail(self.thread_id)?,
                }));
            }
            At::After(seq) => seq,
            At::End => return Ok(None),
        };
        let events = self.store.events(self.thread_id, after, PAGE).await?;
        let Some(last) = events.last().map(|event| event.seq) else {
            return Err(AgentError::Internal("the thread was deleted while it was exported"));
        };
        self.at = At::After(last);
        let mut piece = String::new();
        for event in events.iter().filter(|event| event.seq <= self.thread.head_seq) {
            match &mut self.form {
                Form::Markdown(transcript) => transcript.write(&mut piece, event)?,
                Form::Json(log) => log.write(&mut piece, event)?,
            }
        }
        Ok(Some(piece))
    }
}

fn headers(thread: &ThreadStanding, format: Format) -> Result<HeaderMap, HttpError> {
    let (kind, extension) = match format {
        Format::Md => ("text/markdown; charset=utf-8", "md"),
        Format::Json => ("application/json", "json"),
    };
    let disposition = format!("attachment; filename=\"{}.{extension}\"", name_of(thread));
    let disposition = HeaderValue::try_from(disposition)
        .map_err(|_| AgentError::Internal("the name of an export is no header"))?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(headers)
}

/// A name of lower-case letters, digits and hyphens: safe in a header and on any disk.
fn name_of(thread: &ThreadStanding) -> String {
    let mut name = String::from("thread");
    let words = thread.title.split(|c: char| !c.is_ascii_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        if name.len() + word.len() > MAX_NAME_CHARS {
            break;
        }
        name.push('-');
        name.push_str(&word.to_ascii_lowercase());
    }
    let id = thread.thread_id.to_string();
    // The end of the id is its random part.
    format!("{name}-{}", id.get(id.len().saturating_sub(8)..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Epoch, PrincipalId};

    #[test]
    fn a_file_name_holds_nothing_but_letters_digits_and_hyphens() {
        for title in
            ["", "Explain my secure score", "../../etc/passwd", "a\"; x=\"\r\nSet: b", "日本"]
        {
            let at = jiff::Timestamp::UNIX_EPOCH;
            let thread = ThreadStanding {
                thread_id: ThreadId::new(),
                epoch: Epoch::new(),
                title: title.repeat(9),
                owner: PrincipalId::local(),
                archived: false,
                scope: Vec::new(),
                head_seq: 1,
                created_at: at,
                updated_at: at,
            };
            let name = name_of(&thread);
            assert!(name.len() < 60 && name.starts_with("thread"), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
        }
    }
}

//! One reply's body, from bytes to events: the only place that decides what a stream means.
//!
//! Pure: no sockets, no clock. Bytes may be split anywhere. It is bounded by its limits and, once
//! it has given [`ModelEvent::End`] or an error, it gives nothing more.

use std::collections::VecDeque;

use super::{
    calls::Calls,
    chunk::{Chunk, Delta, ErrorSent, FunctionSent, UsageSent},
    complaint::Complaint,
    finish::{Finish, read_finish},
    lenient::Text,
    sse::SseReader,
    surrogates::mend_surrogates,
};
use crate::{
    model::{ModelError, ModelEvent},
    protocol::{FinishReason, Usage},
};

/// The longest single event, in bytes. A whole reply that is not streamed is one, and so is a
/// call with a large argument.
const MAX_EVENT_BYTES: usize = 4 * 1024 * 1024;

/// What comes out.
pub(super) type Decoded = Result<ModelEvent, ModelError>;

/// Reads one reply.
pub(super) struct Decoder {
    format: Format,
    max_bytes: usize,
    taken_bytes: usize,
    calls: Calls,
    /// A choice came, so this is a reply.
    has_choice: bool,
    finish: Option<Finish>,
    usage: Option<Usage>,
    complaint: Complaint,
    out: VecDeque<Decoded>,
    is_over: bool,
}

enum Format {
    /// Nothing but white space has come.
    Unknown,
    Events(SseReader),
    /// One JSON document: the endpoint does not stream.
    Document(Vec<u8>),
}

impl Decoder {
    /// A decoder of at most `max_bytes`; `complaint` makes an endpoint's words fit for people.
    pub(super) fn new(max_bytes: usize, complaint: Complaint) -> Self {
        Self {
            format: Format::Unknown,
            max_bytes,
            taken_bytes: 0,
            calls: Calls::default(),
            has_choice: false,
            finish: None,
            usage: None,
            complaint,
            out: VecDeque::new(),
            is_over: false,
        }
    }

    /// The next event, if there is one.
    pub(super) fn pop(&mut self) -> Option<Decoded> {
        self.out.pop_front()
    }

    /// Whether the end or an error is out.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether the model has said why it ended; what may follow is the usage.
    pub(super) fn has_finish(&self) -> bool {
        self.finish.is_some()
    }

    /// Takes more of the body.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.is_over {
            return;
        }
        self.taken_bytes = self.taken_bytes.saturating_add(bytes.len());
        if self.taken_bytes > self.max_bytes {
            return self.fail(ModelError::TooLong { limit_bytes: self.max_bytes });
        }
        let bytes = match self.format {
            Format::Unknown => self.recognise(bytes),
            Format::Events(_) | Format::Document(_) => bytes,
        };
        match &mut self.format {
            Format::Unknown => {}
            Format::Document(document) => {
                document.extend_from_slice(bytes);
                if document.len() > MAX_EVENT_BYTES {
                    self.fail(ModelError::TooLong { limit_bytes: MAX_EVENT_BYTES });
                }
            }
            Format::Events(_) => self.read_events(bytes),
        }
    }

    /// The body ended by itself.
    pub(super) fn close(&mut self) {
        match &mut self.format {
            Format::Document(document) => {
                let document = std::mem::take(document);
                self.take_json(&document);
                match self.has_choice {
                    // A whole document is a whole reply, even if it does not say so.
                    true => self.end(self.finish.unwrap_or(Finish::Reason(FinishReason::Stop))),
                    false => self.fail(malformed("JSON that is no reply")),
                }
            }
            Format::Events(reader) if reader.has_noise() && !self.has_choice => {
                self.fail(malformed("text that is no event stream; check the base URL"));
            }
            Format::Events(_) | Format::Unknown => {}
        }
        self.end_or("the endpoint closed the stream before the reply was finished");
    }

    /// The body broke off: `why` says how.
    pub(super) fn cut(&mut self, why: &str) {
        self.end_or(why);
    }

    /// Ends the reply if the model has finished it, and says otherwise that it was cut.
    fn end_or(&mut self, why: &str) {
        if self.is_over {
            return;
        }
        match self.finish {
            Some(finish) => self.end(finish),
            None => self.fail(ModelError::Cut { reason: why.to_owned() }),
        }
    }

    /// Tells events from a document by the first character, since content types are often wrong.
    /// Returns the bytes from there on.
    fn recognise<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let is_blank = |b: &u8| b.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(b);
        let start = bytes.iter().position(|b| !is_blank(b)).unwrap_or(bytes.len());
        let bytes = bytes.get(start..).unwrap_or_default();
        match bytes.first() {
            None => {}
            Some(b'{' | b'[') => self.format = Format::Document(Vec::new()),
            Some(b'<') => self.fail(malformed("a web page; check the base URL")),
            Some(_) => self.format = Format::Events(SseReader::new(MAX_EVENT_BYTES)),
        }
        bytes
    }

    fn read_events(&mut self, mut bytes: &[u8]) {
        while !self.is_over {
            let Format::Events(reader) = &mut self.format else { return };
            match reader.next(&mut bytes) {
                Ok(None) => return,
                Ok(Some(event)) => self.take_event(&event.name, &event.data),
                Err(_) => self.fail(ModelError::TooLong { limit_bytes: MAX_EVENT_BYTES }),
            }
        }
    }

    fn take_event(&mut self, name: &[u8], data: &[u8]) {
        match data.trim_ascii() {
            b"" => {}
            b"[DONE]" => self.end_or("the endpoint ended the stream without a finish reason"),
            data if name == b"error" && data.first() != Some(&b'{') => {
                let sentence = String::from_utf8_lossy(data);
                self.report(&sentence);
            }
            data => self.take_json(data),
        }
    }

    fn take_json(&mut self, data: &[u8]) {
        // Invalid UTF-8 is replaced; a character that was split over writes is whole here.
        let text = String::from_utf8_lossy(data);
        if !text.starts_with('{') {
            return self.fail(malformed("data that is no JSON object"));
        }
        let text = &*text;
        match serde_json::from_str::<Chunk<'_>>(text) {
            Ok(chunk) => self.take_chunk(chunk),
            Err(error) => {
                // Half of a surrogate pair is the one escape that JSON's readers refuse.
                let Some(mended) = mend_surrogates(text) else {
                    return self.fail(not_json(&error));
                };
                match serde_json::from_str::<Chunk<'_>>(&mended) {
                    Ok(chunk) => self.take_chunk(chunk),
                    Err(error) => self.fail(not_json(&error)),
                }
            }
        }
    }

    fn take_chunk(&mut self, chunk: Chunk<'_>) {
        if let Some(usage) = chunk.usage {
            self.usage = Some(read_usage(&usage));
        }
        if let Some(error) = chunk.error.filter(|error| !error.is_empty()) {
            return self.take_error(error);
        }
        let Some(choices) = chunk.choices else {
            return match (&*chunk.object.0, &*chunk.detail.0) {
                ("error", _) => self.report(&chunk.message.0),
                (_, "") => {}
                (_, detail) => self.report(detail),
            };
        };
        for choice in choices.into_iter().filter(|choice| choice.index.0.unwrap_or(0) == 0) {
            match (choice.delta, choice.message) {
                (Some(delta), _) => self.take_delta(delta),
                // Some servers repeat the whole message at the end of the stream.
                (None, Some(message)) if !self.has_choice => self.take_message(message),
                (None, _) => {}
            }
            self.has_choice = true;
            if let Some(finish) = read_finish(&choice.finish_reason.0) {
                self.finish.get_or_insert(finish);
            }
        }
    }

    fn take_error(&mut self, error: ErrorSent<'_>) {
        if error.code().eq_ignore_ascii_case("content_filter") {
            return self.end(Finish::Reason(FinishReason::ContentFilter));
        }
        self.report(&error.into_message());
    }

    /// The endpoint says that it failed. After the model's own end that changes nothing.
    fn report(&mut self, message: &str) {
        let reason = self.complaint.about(message);
        match self.finish {
            Some(finish) => self.end(finish),
            None => self.fail(ModelError::Failed { reason }),
        }
    }

    fn take_delta(&mut self, delta: Delta<'_>) {
        self.take_text([delta.content, delta.refusal]);
        let taken = self.calls.add(delta.tool_calls.unwrap_or_default());
        self.take_calls(taken, delta.function_call);
    }

    fn take_message(&mut self, message: Delta<'_>) {
        self.take_text([message.content, message.refusal]);
        let taken = self.calls.add_whole(&message.tool_calls.unwrap_or_default());
        self.take_calls(taken, message.function_call);
    }

    /// A refusal is an answer like any other: people shall read it.
    fn take_text(&mut self, texts: [Text<'_>; 2]) {
        for Text(text) in texts {
            if !text.is_empty() && !self.is_over {
                self.out.push_back(Ok(ModelEvent::Text(text.into_owned())));
            }
        }
    }

    fn take_calls(&mut self, taken: Result<(), String>, legacy: Option<FunctionSent<'_>>) {
        let legacy = legacy.filter(|_| self.finish.is_none());
        let taken = match legacy {
            Some(function) => taken.and_then(|()| self.calls.add_legacy(function)),
            None => taken,
        };
        if let Err(reason) = taken {
            self.fail(ModelError::Malformed { reason });
        }
    }

    fn end(&mut self, finish: Finish) {
        if self.is_over {
            return;
        }
        let finish = match finish {
            Finish::Reason(FinishReason::Stop | FinishReason::ToolCalls) => {
                match self.calls.is_empty() {
                    true => FinishReason::Stop,
                    false => FinishReason::ToolCalls,
                }
            }
            // A call of a reply that did not end well may be half a call: none is given out.
            Finish::Reason(reason) => reason,
            Finish::Failed => {
                let reason = self.complaint.about("it gave up in the middle of its reply");
                return self.fail(ModelError::Failed { reason });
            }
            Finish::Aborted => {
                let reason = "the endpoint aborted the reply".to_owned();
                return self.fail(ModelError::Cut { reason });
            }
        };
        if finish == FinishReason::ToolCalls {
            match self.calls.finish() {
                Ok(calls) => {
                    self.out.extend(calls.into_iter().map(|call| Ok(ModelEvent::Call(call))));
                }
                Err(reason) => return self.fail(ModelError::Malformed { reason }),
            }
        }
        self.is_over = true;
        self.out.push_back(Ok(ModelEvent::End { finish, usage: self.usage }));
    }

    fn fail(&mut self, error: ModelError) {
        if !self.is_over {
            self.is_over = true;
            self.out.push_back(Err(error));
        }
    }
}

fn malformed(what: &str) -> ModelError {
    ModelError::Malformed { reason: what.to_owned() }
}

/// Says where, never what: the text is the model's or a prompt's.
fn not_json(error: &serde_json::Error) -> ModelError {
    let what = match error.classify() {
        serde_json::error::Category::Data => "JSON that is no part of a reply",
        serde_json::error::Category::Eof => "JSON that breaks off",
        serde_json::error::Category::Io | serde_json::error::Category::Syntax => {
            "data that is no JSON"
        }
    };
    ModelError::Malformed { reason: format!("{what} (at byte {})", error.column()) }
}

fn read_usage(sent: &UsageSent) -> Usage {
    let cached = sent.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens.0);
    Usage {
        input_tokens: sent.prompt_tokens.0.unwrap_or(0),
        cached_input_tokens: cached.unwrap_or(0),
        output_tokens: sent.completion_tokens.0.unwrap_or(0),
    }
}

#[cfg(test)]
mod tests;

//! What the server answers, as a list of writes.

use axum::body::Bytes;
use serde_json::{Value, json};

use super::Gate;

/// One reply. Begin with [`Script::new`] (events) or [`Script::json`], and end with
/// [`stop`](Self::stop), or badly.
pub(crate) struct Script {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// Held back before even the status is sent.
    pub(super) before: Option<Gate>,
    pub(super) steps: Vec<Step>,
    pub(super) ending: Ending,
    calls: usize,
}

/// One step of a reply.
pub(super) enum Step {
    /// One write, a chunk of its own.
    Write(Bytes),
    /// Wait for the test.
    Gate(Gate),
    /// Text at a fixed rate, made when it is sent.
    Paced {
        sent: usize,
        count: usize,
        per_second: f64,
        text: Box<dyn FnMut(usize) -> String + Send>,
    },
    /// The same write for ever.
    Repeat { bytes: Bytes },
}

/// What comes after the last step.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    /// The body ends as it should.
    Close,
    /// The connection is broken off.
    Cut,
    /// Nothing, for ever.
    Hang,
}

impl Script {
    /// A stream of events with nothing in it yet.
    pub(crate) fn new() -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/event-stream".to_owned())],
            before: None,
            steps: Vec::new(),
            ending: Ending::Close,
            calls: 0,
        }
    }

    /// A whole answer in one piece of text.
    pub(crate) fn answer(text: &str) -> Self {
        Self::new().text(text).stop()
    }

    /// A whole reply that asks for one tool.
    pub(crate) fn asks(name: &str, arguments: &Value) -> Self {
        Self::new().call(name, arguments).stop()
    }

    /// A JSON document instead of a stream.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let content_type = ("content-type".to_owned(), "application/json".to_owned());
        let script = Self { status, headers: vec![content_type], ..Self::new() };
        script.raw(body.to_string())
    }

    /// An error in OpenAI's envelope.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &json!({"error": {"message": message, "type": "t", "code": code}}))
    }

    /// Sets the status.
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Holds everything back, the status included, until the gate opens.
    pub(crate) fn after(mut self, gate: &Gate) -> Self {
        self.before = Some(gate.clone());
        self
    }

    /// Waits here until the gate opens.
    pub(crate) fn gate(mut self, gate: &Gate) -> Self {
        self.steps.push(Step::Gate(gate.clone()));
        self
    }

    /// Writes bytes as they are.
    pub(crate) fn raw(mut self, bytes: impl Into<Bytes>) -> Self {
        self.steps.push(Step::Write(bytes.into()));
        self
    }

    /// An event with this data.
    pub(crate) fn event(self, data: &Value) -> Self {
        self.raw(event(data))
    }

    /// A chunk with this `delta`.
    pub(crate) fn delta(self, delta: &Value) -> Self {
        self.event(&chunk(delta, &Value::Null))
    }

    /// A piece of text.
    pub(crate) fn text(self, text: &str) -> Self {
        self.raw(text_chunk(text))
    }

    /// Several pieces of text.
    pub(crate) fn chunks<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        texts.into_iter().fold(self, Self::text)
    }

    /// `count` pieces of text, `per_second` of them each second, made when they are sent.
    pub(crate) fn paced(
        mut self,
        count: usize,
        per_second: f64,
        text: impl FnMut(usize) -> String + Send + 'static,
    ) -> Self {
        self.steps.push(Step::Paced { sent: 0, count, per_second, text: Box::new(text) });
        self
    }

    /// A tool call: its name, then its arguments in one piece.
    pub(crate) fn call(self, name: &str, arguments: &Value) -> Self {
        self.calls([(name, arguments.clone())])
    }

    /// Several tool calls at once, their arguments interleaved in small pieces.
    pub(crate) fn calls<'a>(mut self, calls: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        let mut pieces = Vec::new();
        let mut begun = Vec::new();
        for (name, arguments) in calls {
            let (index, id) = (self.calls, format!("call_{}", self.calls));
            self.calls += 1;
            let function = json!({"name": name, "arguments": ""});
            begun.push(json!({"index": index, "id": id, "type": "function", "function": function}));
            let text: Vec<char> = arguments.to_string().chars().collect();
            for (at, piece) in text.chunks(16.max(text.len() / 64)).enumerate() {
                let piece: String = piece.iter().collect();
                pieces.push((at, json!({"index": index, "function": {"arguments": piece}})));
            }
        }
        pieces.sort_by_key(|(at, _)| *at);
        let all = begun.into_iter().chain(pieces.into_iter().map(|(_, piece)| piece));
        all.fold(self, |script, piece| script.delta(&json!({"tool_calls": [piece]})))
    }

    /// The chunk with the finish reason.
    pub(crate) fn finish(self, reason: &str) -> Self {
        self.event(&chunk(&json!({}), &json!(reason)))
    }

    /// The chunk with the usage.
    pub(crate) fn usage(self, input: u64, output: u64) -> Self {
        let usage = json!({"prompt_tokens": input, "completion_tokens": output,
            "total_tokens": input + output, "prompt_tokens_details": {"cached_tokens": 0}});
        self.event(&json!({"object": "chat.completion.chunk", "choices": [], "usage": usage}))
    }

    /// `[DONE]`.
    pub(crate) fn done(self) -> Self {
        self.raw("data: [DONE]\n\n")
    }

    /// A proper end: the finish reason that fits, the usage and `[DONE]`.
    pub(crate) fn stop(self) -> Self {
        let reason = if self.calls == 0 { "stop" } else { "tool_calls" };
        self.finish(reason).usage(100, 20).done()
    }

    /// Splits all writes so far into writes of one byte.
    pub(crate) fn bytewise(mut self) -> Self {
        let split = |step| match step {
            Step::Write(bytes) => bytes.iter().map(|b| Step::Write(vec![*b].into())).collect(),
            other => vec![other],
        };
        self.steps = self.steps.into_iter().flat_map(split).collect();
        self
    }

    /// Then breaks the connection.
    pub(crate) fn cut(mut self) -> Self {
        self.ending = Ending::Cut;
        self
    }

    /// Then is silent, for ever.
    pub(crate) fn hang(mut self) -> Self {
        self.ending = Ending::Hang;
        self
    }

    /// Then writes the same bytes for ever.
    pub(crate) fn flood(mut self, bytes: impl Into<Bytes>) -> Self {
        self.steps.push(Step::Repeat { bytes: bytes.into() });
        self
    }
}

/// A piece of text as an event's bytes.
pub(super) fn text_chunk(text: &str) -> Bytes {
    event(&chunk(&json!({"content": text}), &Value::Null)).into()
}

fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

fn chunk(delta: &Value, finish_reason: &Value) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    })
}

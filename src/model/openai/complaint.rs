//! What an endpoint says about a failure, made fit for people and logs: one short line without
//! our credentials and without the words of the conversation, which many servers echo.

use std::sync::Arc;

use super::settings::Secret;
use crate::model::{ModelMessage, ModelRequest};

/// The longest message, in characters.
const MAX_CHARS: usize = 300;
/// So many bytes in a row from the conversation are no coincidence.
const ECHO_BYTES: usize = 32;
/// A shorter text is not looked for: its words are anybody's.
const MIN_TEXT_BYTES: usize = 8;
const HIDDEN: &str = "[…]";

/// Knows what must not be said.
#[derive(Clone)]
pub(super) struct Complaint {
    request: Arc<ModelRequest>,
    secret: Option<Secret>,
}

impl Complaint {
    /// For one request and the secret that it was sent with.
    pub(super) fn new(request: Arc<ModelRequest>, secret: Option<Secret>) -> Self {
        Self { request, secret }
    }

    /// The message in one short line.
    pub(super) fn about(&self, message: &str) -> String {
        // Enough for the line and for what is taken out of it.
        let message: String = message.chars().take(8 * MAX_CHARS).collect();
        let message = self.without_echo(&self.without_secret(&message));
        let mut line = String::new();
        for word in message.split(|c: char| c.is_whitespace() || c.is_control()) {
            if !word.is_empty() {
                line.push_str(if line.is_empty() { "" } else { " " });
                line.push_str(if looks_secret(word) { HIDDEN } else { word });
            }
        }
        if line.is_empty() {
            return "no reason given".to_owned();
        }
        if let Some((end, _)) = line.char_indices().nth(MAX_CHARS) {
            line.truncate(end);
            line.push('…');
        }
        line
    }

    fn without_secret(&self, message: &str) -> String {
        match self.secret.as_ref().map(Secret::expose) {
            Some(secret) if !secret.is_empty() => message.replace(secret, HIDDEN),
            Some(_) | None => message.to_owned(),
        }
    }

    fn without_echo(&self, message: &str) -> String {
        self.texts().fold(message.to_owned(), |message, text| hide_echo(&message, text.trim()))
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let messages = self.request.messages.iter().map(|message| match message {
            ModelMessage::User { text } | ModelMessage::Assistant { text, .. } => text.as_str(),
            ModelMessage::Result(result) => result.text.as_str(),
        });
        messages.chain([&*self.request.system])
    }
}

/// Keys of OpenAI's form, also half masked, as its own errors repeat them.
fn looks_secret(word: &str) -> bool {
    word.contains("***") || word.trim_start_matches(['\'', '"', '(', '`']).starts_with("sk-")
}

/// Hides each stretch of `message` that is in `text`.
fn hide_echo(message: &str, text: &str) -> String {
    if text.len() < MIN_TEXT_BYTES {
        return message.to_owned();
    }
    let needle_bytes = text.len().min(ECHO_BYTES);
    let finder = |needle: &[u8]| memchr::memmem::find(text.as_bytes(), needle).is_some();
    let mut shown = String::new();
    let mut rest = message;
    while let Some(first) = rest.chars().next() {
        let mut echoed = 0;
        while rest.as_bytes().get(echoed..echoed + needle_bytes).is_some_and(finder) {
            echoed += 1;
        }
        if echoed > 0 {
            let end = rest.ceil_char_boundary(echoed + needle_bytes - 1);
            shown.push_str(HIDDEN);
            rest = rest.get(end..).unwrap_or_default();
        } else {
            shown.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(system: &str, question: &str) -> Complaint {
        let request = ModelRequest {
            system: system.into(),
            messages: vec![ModelMessage::User { text: question.to_owned() }],
            tools: Arc::from([]),
            time_zone: "UTC".to_owned(),
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        Complaint::new(Arc::new(request), Some(Secret::new("hunter-22\n")))
    }

    #[test]
    fn the_conversation_and_the_key_are_taken_out() {
        let complaint = complaint("You are the copilot of an operations team.", "pass is quäx 12");
        let told = complaint.about(
            "bad input 'pass is quäx 12' for\n'You are the copilot of an operations team.': \
             key hunter-22, sk-proj-1a**9 or ab***yz",
        );
        assert_eq!(told, "bad input '[…]' for '[…]': key […], […] or […]");
    }

    #[test]
    fn a_long_message_is_cut_and_an_empty_one_is_named() {
        let complaint = complaint("", "");
        assert_eq!(complaint.about(" \n"), "no reason given");
        assert_eq!(complaint.about(&"é".repeat(5000)).chars().count(), MAX_CHARS + 1);
    }
}

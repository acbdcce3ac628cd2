//! What an answer other than 2xx means, in the endpoint's words and with what to do about it.

use reqwest::{Response, StatusCode};

use super::{chunk::Chunk, complaint::Complaint};

/// So much of an error's body is read, in bytes.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// An answer other than 2xx.
pub(super) struct Refusal {
    pub(super) kind: RefusalKind,
    /// The HTTP status.
    pub(super) status: u16,
    /// What the endpoint says and what to do.
    pub(super) reason: String,
}

/// What a refusal means for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalKind {
    /// It does not know `stream_options`, which asks for the usage.
    UsageUnknown,
    /// Its content filter took the question.
    Filtered,
    /// The account has nothing left; waiting does not help.
    QuotaSpent,
    /// Anything else.
    Plain,
}

/// Reads an answer other than 2xx.
pub(super) async fn read_refusal(mut response: Response, complaint: &Complaint) -> Refusal {
    let status = response.status();
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = response.chunk().await {
        let room = MAX_BODY_BYTES.saturating_sub(body.len());
        body.extend_from_slice(bytes.get(..room).unwrap_or(&bytes));
        if body.len() >= MAX_BODY_BYTES {
            break;
        }
    }
    let body = String::from_utf8_lossy(&body);
    let (message, code) = read_error(&body);
    let mut reason = complaint.about(&message);
    let hint = hint(status, &message);
    if !hint.is_empty() {
        reason = format!("{reason} ({hint})");
    }
    let names_usage = message.contains("stream_options") || message.contains("include_usage");
    let kind = match code.as_str() {
        "content_filter" => RefusalKind::Filtered,
        "insufficient_quota" => RefusalKind::QuotaSpent,
        _ if names_usage && matches!(status.as_u16(), 400 | 422) => RefusalKind::UsageUnknown,
        _ => RefusalKind::Plain,
    };
    Refusal { kind, status: status.as_u16(), reason }
}

/// The message and the code of an error's body. A body that is no JSON is its own message,
/// unless it is a web page.
fn read_error(body: &str) -> (String, String) {
    let Ok(chunk) = serde_json::from_str::<Chunk<'_>>(body) else {
        let page = body.trim_start().starts_with('<');
        return (if page { String::new() } else { body.to_owned() }, String::new());
    };
    match chunk.error {
        Some(error) => {
            let code = error.code().to_ascii_lowercase();
            (error.into_message().into_owned(), code)
        }
        None => (chunk.message.or(chunk.detail).0.into_owned(), String::new()),
    }
}

/// What an operator can do about it.
fn hint(status: StatusCode, message: &str) -> &'static str {
    let says = |word: &str| message.contains(word);
    match status.as_u16() {
        300..=399 => "it redirects: use the address that it redirects to",
        400 if says("max_tokens") || says("max_completion_tokens") => {
            "set the other field for the output limit"
        }
        400 if says("context length") || says("context_length") || says("context window") => {
            "the conversation is too long for the model: begin a new thread"
        }
        400 if says("parallel_tool_calls") => "leave parallel calls unset",
        400 if says("temperature") => "leave the temperature unset",
        400 if says("tools") || says("tool_choice") => "if the model has no tools, say so",
        400 | 422 => "check the model's name and settings",
        401 => "check the key, or the identity that the token is for",
        403 => "the key or identity may not use this model: check its role and the network rules",
        404 => "check the base URL and the name of the model or deployment",
        429 if says("quota") => "the account's quota is spent",
        407 => "the proxy wants credentials",
        413 => "the conversation is too long: begin a new thread",
        _ => "",
    }
}

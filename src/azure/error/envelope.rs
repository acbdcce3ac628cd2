//! Reading an answer that says no: every error envelope there is, and the bodies that are none.
//!
//! Owns the parsing. It must not know retries or connections: status, headers and body in, an
//! [`ArmError`] out. Nothing here fails; what cannot be read becomes a code of the status.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{ArmError, ArmFault, FaultDetail};
use crate::retry::parse_retry_after;

const MAX_MESSAGE_CHARS: usize = 1_000;
const MAX_WORD_CHARS: usize = 200;
const MAX_DETAILS: usize = 16;
const MAX_DEPTH: usize = 8;

/// The error of an answer with a status of 400 or more.
#[must_use]
pub fn error_of(status: u16, headers: &HeaderMap, body: &[u8], path: &str) -> ArmError {
    let fault = Box::new(fault_of(status, headers, body, path));
    match status {
        401 | 407 => ArmError::Unauthorized(fault),
        403 => {
            let (action, scope) = missing_right(&fault);
            ArmError::Forbidden {
                action,
                scope,
                fault,
            }
        }
        404 | 410 => ArmError::NotFound(fault),
        409 | 412 | 423 => ArmError::Conflict(fault),
        429 => ArmError::Throttled {
            retry_after: fault.retry_after,
            fault,
        },
        500.. => ArmError::Upstream(fault),
        _ => ArmError::BadRequest(fault),
    }
}

/// How long an answer asks to wait: `Retry-After`, or the headers that say it where that is
/// absent (Resource Graph's user quota, Cost Management's buckets).
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(wait) = text("retry-after").and_then(|value| parse_retry_after(value, now)) {
        return Some(wait);
    }
    if let Some(ms) = text("retry-after-ms").or_else(|| text("x-ms-retry-after-ms")) {
        return ms.trim().parse().ok().map(Duration::from_millis);
    }
    if let Some(wait) = text("x-ms-user-quota-resets-after").and_then(parse_clock) {
        return Some(wait);
    }
    headers
        .iter()
        .filter(|(name, _)| {
            let name = name.as_str();
            name.starts_with("x-ms-ratelimit-microsoft.costmanagement-")
                && name.ends_with("-retry-after")
        })
        .filter_map(|(_, value)| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs)
        .max()
}

/// `[d.]hh:mm:ss[.fff]`, as .NET prints a time span.
fn parse_clock(value: &str) -> Option<Duration> {
    let mut parts = value.trim().rsplitn(3, ':');
    let seconds: f64 = parts.next()?.parse().ok()?;
    let minutes: u32 = parts.next()?.parse().ok()?;
    let hours = parts.next()?;
    let (days, hours): (u32, u32) = match hours.split_once('.') {
        Some((days, hours)) => (days.parse().ok()?, hours.parse().ok()?),
        None => (0, hours.parse().ok()?),
    };
    let whole = f64::from(days) * 86_400.0 + f64::from(hours) * 3_600.0 + f64::from(minutes) * 60.0;
    Duration::try_from_secs_f64(whole + seconds).ok()
}

fn fault_of(status: u16, headers: &HeaderMap, body: &[u8], path: &str) -> ArmFault {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.map(|value| shorten(value, MAX_WORD_CHARS))
    };
    let mut fault = ArmFault {
        status,
        code: format!("Http{status}"),
        request_id: header("x-ms-request-id"),
        correlation_id: header("x-ms-correlation-request-id"),
        path: path.to_owned(),
        retry_after: retry_after(headers, Timestamp::now()),
        ..ArmFault::default()
    };
    match serde_json::from_slice::<Value>(trim_bom(body)) {
        Ok(value) => read_value(&value, &mut fault),
        Err(_) => fault.message = words_of(body),
    }
    if fault.message.is_empty() && status == 401 {
        fault.message = header("www-authenticate").unwrap_or_default();
    }
    if let Some(code) = header("x-ms-error-code").or_else(|| header("x-ms-failure-cause"))
        && fault.code.starts_with("Http")
    {
        fault.code = code;
    }
    fault
}

/// Tries the envelopes in turn: ARM's `error`, an array of one, OData's `odata.error`, the
/// code and message at the top, OAuth's `error` as a string.
fn read_value(value: &Value, fault: &mut ArmFault) {
    let value = value
        .as_array()
        .and_then(|list| list.first())
        .unwrap_or(value);
    // Some services send the envelope as a JSON string.
    if let Some(inner) = value.as_str() {
        match serde_json::from_str::<Value>(inner) {
            Ok(nested) if nested.is_object() => return read_value(&nested, fault),
            Ok(_) | Err(_) => {
                fault.message = shorten(inner, MAX_MESSAGE_CHARS);
                return;
            }
        }
    }
    let error = field(value, "error").or_else(|| field(value, "odata.error"));
    let error = match error {
        Some(error) if error.is_object() => error,
        Some(_) | None => value,
    };
    if let Some(code) = text_field(error, "code").or_else(|| text_field(value, "error")) {
        fault.code = shorten(&code, MAX_WORD_CHARS);
    }
    let message = text_field(error, "message").or_else(|| text_field(value, "error_description"));
    fault.message = shorten(&message.unwrap_or_default(), MAX_MESSAGE_CHARS);
    fault.target = text_field(error, "target").map(|text| shorten(&text, MAX_WORD_CHARS));
    collect_details(error, 0, &mut fault.details);
    if fault.message.is_empty() {
        let first = fault
            .details
            .iter()
            .find(|detail| !detail.message.is_empty());
        fault.message = first
            .map(|detail| detail.message.clone())
            .unwrap_or_default();
    }
}

fn collect_details(error: &Value, depth: usize, into: &mut Vec<FaultDetail>) {
    if depth >= MAX_DEPTH {
        return;
    }
    let nested = field(error, "details")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for child in nested.chain(field(error, "innererror")) {
        if into.len() >= MAX_DETAILS {
            return;
        }
        let detail = FaultDetail {
            code: shorten(
                &text_field(child, "code").unwrap_or_default(),
                MAX_WORD_CHARS,
            ),
            message: shorten(
                &text_field(child, "message").unwrap_or_default(),
                MAX_MESSAGE_CHARS,
            ),
            target: text_field(child, "target").map(|text| shorten(&text, MAX_WORD_CHARS)),
        };
        if !detail.code.is_empty() || !detail.message.is_empty() {
            into.push(detail);
        }
        collect_details(child, depth + 1, into);
    }
    let infos = field(error, "additionalInfo")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for info in infos {
        if into.len() >= MAX_DETAILS {
            return;
        }
        into.extend(policy_detail(info));
    }
}

/// A `PolicyViolation` names the assignment that said no: the one thing to act on.
fn policy_detail(info: &Value) -> Option<FaultDetail> {
    let details = field(info, "info")?;
    let target = text_field(details, "policyAssignmentId")
        .or_else(|| text_field(details, "policyDefinitionId"))?;
    let name = text_field(details, "policyAssignmentDisplayName")
        .or_else(|| text_field(details, "policyDefinitionDisplayName"))
        .unwrap_or_else(|| target.clone());
    Some(FaultDetail {
        code: text_field(info, "type").unwrap_or_default(),
        message: shorten(&format!("policy `{name}` forbids it"), MAX_MESSAGE_CHARS),
        target: Some(shorten(&target, MAX_MESSAGE_CHARS)),
    })
}

/// The permission and scope an `AuthorizationFailed` or `LinkedAuthorizationFailed` names.
fn missing_right(fault: &ArmFault) -> (Option<String>, Option<String>) {
    let message = fault.message.as_str();
    // The linked form names what the caller has first; what is missing stands after `however`.
    let tail = message
        .find("however")
        .and_then(|at| message.get(at..))
        .unwrap_or(message);
    let action = quoted_after(tail, &["action '", "action(s) '", "perform '"]);
    let scope = quoted_after(
        tail,
        &["over scope '", "on the linked scope(s) '", "on scope '"],
    );
    (action, scope)
}

fn quoted_after(text: &str, markers: &[&str]) -> Option<String> {
    markers.iter().find_map(|marker| {
        let rest = text.get(text.find(marker)? + marker.len()..)?;
        let quoted = rest.get(..rest.find('\'')?)?;
        (!quoted.is_empty()).then(|| quoted.to_owned())
    })
}

/// The words of a body that is no JSON: a page of a proxy, or plain text.
fn words_of(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..16_384).unwrap_or(body));
    if !text.trim_start().starts_with('<') {
        return shorten(&text, MAX_MESSAGE_CHARS);
    }
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|at| {
        let open = at + lower.get(at..)?.find('>')? + 1;
        let close = open + lower.get(open..)?.find("</title")?;
        text.get(open..close)
    });
    match title.map(|title| shorten(title, MAX_WORD_CHARS)) {
        Some(title) if !title.is_empty() => format!("a web page instead of an answer: {title}"),
        Some(_) | None => "a web page instead of an answer".to_owned(),
    }
}

/// A field by name whatever its case: older services send `Code` and `Message`.
fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    let found = object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    });
    found.filter(|value| !value.is_null())
}

fn text_field(value: &Value, name: &str) -> Option<String> {
    let text = match field(value, name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        // OData wraps a message as {"lang", "value"}.
        object @ Value::Object(_) => field(object, "value")?.as_str()?.to_owned(),
        Value::Null | Value::Bool(_) | Value::Array(_) => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

fn trim_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// One line of at most `max` characters, without control characters.
fn shorten(text: &str, max: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
            count += 1;
        }
        for c in word.chars() {
            if count >= max {
                line.push('…');
                return line;
            }
            line.push(c);
            count += 1;
        }
    }
    line
}

//! The rules that real endpoints check in a request; a request that breaks one fails its test.

use std::collections::HashSet;

use serde_json::Value;

use super::Asked;

/// The rules that a request breaks, as sentences.
pub(super) fn check(asked: &Asked) -> Vec<String> {
    let mut broken = Vec::new();
    if !asked.uri.path().ends_with("/chat/completions") {
        broken.push(format!("no such path: {}", asked.uri.path()));
    }
    if asked.body["stream"] != true {
        broken.push("it is not streamed".to_owned());
    }
    if asked.body["model"].as_str().is_none_or(str::is_empty) {
        broken.push("it names no model".to_owned());
    }
    check_messages(asked.messages(), &mut broken);
    check_tools(&asked.body, &mut broken);
    broken
}

fn check_messages(messages: &[Value], broken: &mut Vec<String>) {
    let mut seen = HashSet::new();
    let mut open: HashSet<&str> = HashSet::new();
    for (at, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or("");
        if role != "tool" && !open.is_empty() {
            broken.push(format!("message {at} comes before the results of {open:?}"));
            open.clear();
        }
        let calls = message["tool_calls"].as_array();
        match role {
            "system" if at == 0 => {}
            "system" => broken.push(format!("message {at}: a system message not at the start")),
            "user" if message["content"].is_string() => {}
            "assistant" if calls.is_some_and(|calls| !calls.is_empty()) => {}
            "assistant" if message["content"].is_string() && calls.is_none() => {}
            "tool" if message["content"].is_string() => {
                let id = message["tool_call_id"].as_str().unwrap_or("");
                if !open.remove(id) {
                    broken.push(format!("message {at} is a result of no call: {id:?}"));
                }
            }
            role => broken.push(format!("message {at} is wrong for its role {role:?}")),
        }
        for call in calls.into_iter().flatten() {
            let id = call["id"].as_str().unwrap_or("");
            if id.is_empty() || id.len() > 40 || !seen.insert(id) {
                broken.push(format!("message {at}: {id:?} is no new call id"));
            }
            open.insert(id);
            check_call(call, broken);
        }
    }
    if !open.is_empty() {
        broken.push(format!("calls without a result: {open:?}"));
    }
    if !matches!(messages.last().and_then(|m| m["role"].as_str()), Some("user" | "tool")) {
        broken.push("the last message is neither a question nor a result".to_owned());
    }
}

fn check_call(call: &Value, broken: &mut Vec<String>) {
    check_name(&call["function"]["name"], broken);
    let arguments = call["function"]["arguments"].as_str().unwrap_or("");
    match serde_json::from_str::<Value>(arguments) {
        Ok(Value::Object(_)) if call["type"] == "function" => {}
        _ => broken.push(format!("no call of a function with an object: {call}")),
    }
}

fn check_tools(body: &Value, broken: &mut Vec<String>) {
    let mut seen = HashSet::new();
    let tools = &body["tools"];
    if tools.as_array().is_some_and(|tools| tools.is_empty() || tools.len() > 128) {
        broken.push("the list of tools is empty or too long".to_owned());
    }
    if tools.is_null() && !body["parallel_tool_calls"].is_null() {
        broken.push("parallel_tool_calls without tools".to_owned());
    }
    for tool in tools.as_array().into_iter().flatten() {
        let function = &tool["function"];
        check_name(&function["name"], broken);
        if !seen.insert(function["name"].as_str()) {
            broken.push(format!("a tool is offered twice: {}", function["name"]));
        }
        let schema = &function["parameters"];
        if tool["type"] != "function" || schema["type"] != "object" {
            broken.push(format!("no function of an object: {tool}"));
        }
        if schema.to_string().contains("\"$ref\"") {
            broken.push(format!("a schema with a $ref: {}", function["name"]));
        }
    }
}

fn check_name(name: &Value, broken: &mut Vec<String>) {
    let is_legal = |name: &str| {
        (1..=64).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    if !name.as_str().is_some_and(is_legal) {
        broken.push(format!("no legal name of a tool: {name}"));
    }
}

//! Every error envelope Azure and what stands before it can send.

use std::time::Duration;

use opscopilot::azure::error::FaultDetail;
use opscopilot::azure::error::envelope::error_of;
use opscopilot::azure::{ArmError, ArmFault};
use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::json as j;

fn parse(status: u16, body: &str) -> ArmError {
    error_of(status, &HeaderMap::new(), body.as_bytes(), "/subscriptions/a")
}

fn fault(status: u16, body: &str) -> ArmFault {
    parse(status, body).fault().unwrap().clone()
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let pairs = pairs.iter();
    pairs.map(|(k, v)| (HeaderName::from_static(k), v.parse().unwrap())).collect()
}

#[test]
fn each_envelope_gives_code_and_message() {
    for body in [
        r#"{"error":{"code":"C","message":"M"}}"#,
        r#"{"code":"C","message":"M"}"#,
        r#"{"Code":"C","Message":"M"}"#,
        r#"[{"error":{"code":"C","message":"M"}}]"#,
        r#"{"odata.error":{"code":"C","message":{"lang":"en","value":"M"}}}"#,
        r#"{"error":"C","error_description":"M"}"#,
        r#""{\"error\":{\"code\":\"C\",\"message\":\"M\"}}""#,
        "\u{feff}{\"error\":{\"code\":\"C\",\"message\":\"M\"}}",
        r#"{"error":{"code":"C","details":[{"code":"D","message":"M"}]}}"#,
    ] {
        let fault = fault(400, body);
        assert_eq!((fault.code.as_str(), fault.message.as_str()), ("C", "M"), "{body}");
    }
}

#[test]
fn a_body_that_is_no_envelope_gives_the_status_and_its_words() {
    for (body, message) in [
        ("", ""),
        ("upstream connect\n error", "upstream connect error"),
        ("<html><body>Bad Gateway</body></html>", "a web page instead of an answer"),
        (
            "<html><TITLE lang=en> 502\tBad Gateway </TITLE>",
            "a web page instead of an answer: 502 Bad Gateway",
        ),
        ("{\"error\":", "{\"error\":"),
        ("{}", ""),
        ("null", ""),
        ("[]", ""),
        ("17", ""),
        ("\"just words\"", "just words"),
    ] {
        let fault = fault(502, body);
        assert_eq!((fault.code.as_str(), fault.message.as_str()), ("Http502", message), "{body}");
    }
}

#[test]
fn details_and_inner_errors_are_flattened_in_order() {
    let body = j!({"error": {
        "code": "BadRequest", "message": "Please provide below info", "target": "query",
        "details": [
            {"code": "InvalidQuery", "message": "Query is invalid."},
            {"code": "ParserFailure", "message": "'foo' at line 1", "details": [{"code": "Deeper", "message": "d"}]},
        ],
        "innererror": {"code": "SemanticError", "message": "s", "innererror": {"code": "SEM0100", "message": "column"}},
    }});
    let error = parse(400, &body.to_string());
    let fault = error.fault().unwrap();
    let codes: Vec<&str> = fault.details.iter().map(|detail| detail.code.as_str()).collect();
    assert_eq!(codes, ["InvalidQuery", "ParserFailure", "Deeper", "SemanticError", "SEM0100"]);
    assert_eq!(fault.target.as_deref(), Some("query"));
    assert!(error.to_string().contains("'foo' at line 1"), "{error}");
}

#[test]
fn a_missing_permission_names_action_and_scope() {
    let plain = "The client 'ada@contoso.com' with object id '1' does not have authorization to perform action \
        'Microsoft.Compute/virtualMachines/read' over scope '/subscriptions/a/resourceGroups/rg' or the scope is invalid.";
    let linked = "The client has permission to perform action 'Microsoft.Network/nic/write' on scope '/subscriptions/x'; \
        however, it does not have permission to perform action(s) 'Microsoft.Network/subnets/join/action' on the linked scope(s) '/subscriptions/y' (respectively).";
    for (message, action, scope) in [
        (plain, "Microsoft.Compute/virtualMachines/read", "/subscriptions/a/resourceGroups/rg"),
        (linked, "Microsoft.Network/subnets/join/action", "/subscriptions/y"),
    ] {
        let body = j!({"error": {"code": "AuthorizationFailed", "message": message}}).to_string();
        let error = parse(403, &body);
        let text = error.to_string();
        assert!(text.starts_with(&format!("missing permission {action} at {scope};")), "{text}");
        let ArmError::Forbidden { action: a, scope: s, .. } = error else { panic!() };
        assert_eq!((a.as_deref(), s.as_deref()), (Some(action), Some(scope)));
    }
    let vague = parse(403, r#"{"error":{"code":"Forbidden","message":"no"}}"#);
    assert!(matches!(vague, ArmError::Forbidden { action: None, scope: None, .. }));
}

#[test]
fn a_policy_that_forbids_is_named() {
    let body = j!({"error": {"code": "RequestDisallowedByPolicy", "message": "no", "additionalInfo": [
        {"type": "PolicyViolation", "info": {"policyAssignmentId": "/p/a", "policyAssignmentDisplayName": "No public IPs"}}
    ]}});
    let expected = FaultDetail {
        code: "PolicyViolation".to_owned(),
        message: "policy `No public IPs` forbids it".to_owned(),
        target: Some("/p/a".to_owned()),
    };
    assert_eq!(fault(403, &body.to_string()).details, [expected]);
}

#[test]
fn each_status_has_its_kind() {
    let kind = |status| match parse(status, "{}") {
        ArmError::Unauthorized(_) => "unauthorized",
        ArmError::Forbidden { .. } => "forbidden",
        ArmError::NotFound(_) => "notFound",
        ArmError::Conflict(_) => "conflict",
        ArmError::Throttled { .. } => "throttled",
        ArmError::BadRequest(_) => "badRequest",
        ArmError::Upstream(_) => "upstream",
        other => panic!("{other:?}"),
    };
    let kinds = [400, 401, 403, 404, 409, 412, 418, 429, 500, 503, 599].map(kind);
    assert_eq!(
        kinds,
        [
            "badRequest",
            "unauthorized",
            "forbidden",
            "notFound",
            "conflict",
            "conflict",
            "badRequest",
            "throttled",
            "upstream",
            "upstream",
            "upstream"
        ]
    );
}

#[test]
fn the_wait_is_read_from_whichever_header_says_it() {
    let seconds = |pairs: &[(&'static str, &str)]| {
        let error = error_of(429, &headers(pairs), b"", "/a");
        error.fault().unwrap().retry_after.map(|wait| wait.as_secs_f64())
    };
    assert_eq!(
        seconds(&[("retry-after", "17"), ("x-ms-user-quota-resets-after", "00:00:05")]),
        Some(17.0)
    );
    assert_eq!(seconds(&[("x-ms-user-quota-resets-after", "00:01:05")]), Some(65.0));
    assert_eq!(seconds(&[("x-ms-user-quota-resets-after", "1.00:00:00.5")]), Some(86_400.5));
    assert_eq!(seconds(&[("retry-after-ms", "1500")]), Some(1.5));
    assert_eq!(
        seconds(&[
            ("x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after", "3"),
            ("x-ms-ratelimit-microsoft.costmanagement-entity-retry-after", "9"),
        ]),
        Some(9.0)
    );
    assert_eq!(seconds(&[("retry-after", "soon"), ("x-ms-user-quota-resets-after", "x")]), None);
}

#[test]
fn ids_for_support_are_kept_and_shown() {
    let found = headers(&[
        ("x-ms-request-id", "r"),
        ("x-ms-correlation-request-id", "c"),
        ("retry-after", "1"),
    ]);
    let error = error_of(
        404,
        &found,
        br#"{"error":{"code":"ResourceNotFound","message":"The Resource 'x' was not found."}}"#,
        "/subscriptions/a",
    );
    assert_eq!(
        error.to_string(),
        "not found at /subscriptions/a: ResourceNotFound: The Resource 'x' was not found (request r)"
    );
    let fault = error.fault().unwrap();
    assert_eq!(fault.correlation_id.as_deref(), Some("c"));
    assert_eq!(fault.retry_after, Some(Duration::from_secs(1)));
}

proptest! {
    #[test]
    fn no_body_breaks_the_reading_and_all_text_is_capped(status in 400u16..600, body in any::<Vec<u8>>()) {
        let error = error_of(status, &HeaderMap::new(), &body, "/a");
        prop_assert!(error.fault().unwrap().message.chars().count() <= 1_001);
    }

    #[test]
    fn no_nesting_breaks_the_reading(depth in 0usize..60, text in "\\PC{0,30}") {
        let mut body = j!({"code": text, "message": text.repeat(200)});
        for level in 0..depth {
            body = if level % 2 == 0 {
                j!({"code": "c", "message": "m", "details": [body]})
            } else {
                j!({"code": "c", "message": "m", "innererror": body})
            };
        }
        let fault = fault(400, &j!({"error": body}).to_string());
        prop_assert!(fault.details.len() <= 16 && fault.message.chars().count() <= 1_001);
    }
}

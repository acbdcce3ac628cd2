//! The planner: which tools a question means, and what it says when it means none.

use std::sync::Arc;

use futures_util::StreamExt;
use opscopilot::{
    model::{ChatModel, ModelCall, ModelEvent, ModelMessage, ModelRequest, ModelResult, ToolOffer},
    planner::Planner,
    protocol::Effect,
    tools::{OfferContext, Registry, Router},
};
use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) struct Desk {
    planner: Planner,
    router: Arc<Router>,
    registry: Registry,
}

/// What the planner did with a question.
#[derive(Debug, Default)]
pub(crate) struct Reaction {
    pub(crate) calls: Vec<(String, Value)>,
    pub(crate) text: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::with(Registry::built_in().unwrap())
    }

    /// A desk with these tools.
    pub(crate) fn with(registry: Registry) -> Self {
        let router = Arc::new(Router::new(&registry));
        Self { planner: Planner::new(&registry, Arc::clone(&router)), router, registry }
    }

    /// Whether a tool changes anything.
    pub(crate) fn writes(&self, tool: &str) -> bool {
        self.registry.spec(tool).is_none_or(|spec| spec.effect != Effect::Read)
    }

    pub(crate) fn ask(&self, question: &str) -> Reaction {
        self.converse(vec![user(question)])
    }

    /// What the planner does in a conversation; the last thing that the user said counts.
    fn converse(&self, messages: Vec<ModelMessage>) -> Reaction {
        let last = messages.iter().rev().find_map(|message| match message {
            ModelMessage::User { text } => Some(text.clone()),
            ModelMessage::Assistant { .. } | ModelMessage::Result(_) => None,
        });
        let offered = self.router.offer(&last.unwrap_or_default(), OfferContext::default());
        let tools = offered.iter().filter_map(|name| self.registry.spec(name));
        let request = ModelRequest {
            system: "".into(),
            messages,
            tools: tools
                .map(|spec| ToolOffer {
                    name: spec.name.clone(),
                    description: spec.description.clone(),
                    input_schema: Arc::clone(&spec.input_schema),
                })
                .collect(),
            time_zone: "UTC".to_owned(),
            now: "2026-11-24T12:00:00Z".parse().unwrap(),
        };
        let mut reaction = Reaction::default();
        let events = async {
            let stream = self.planner.reply(request).await.unwrap();
            stream.collect::<Vec<_>>().await
        };
        for event in futures_util::FutureExt::now_or_never(events).unwrap() {
            match event.unwrap() {
                ModelEvent::Text(text) => reaction.text.push_str(&text),
                ModelEvent::Call(call) => {
                    let arguments = serde_json::from_str(&call.arguments).unwrap();
                    reaction.calls.push((call.tool, arguments));
                }
                ModelEvent::End { .. } => {}
            }
        }
        reaction
    }
}

#[test]
fn questions_reach_their_tool_with_what_they_name() {
    let desk = Desk::new();
    for (question, tool, arguments) in [
        ("Which subscriptions do I have?", "list_subscriptions", json!({})),
        ("Which subscriptions can I see?", "list_subscriptions", json!({})),
        ("list my subscriptions please", "list_subscriptions", json!({})),
        ("show me all VMs", "find_resources", json!({"type": "vms"})),
        ("How many VMs are there?", "find_resources", json!({"type": "vms"})),
        ("which VMs are stopped", "find_resources", json!({"type": "vms", "state": "stopped"})),
        ("find vm-web-01", "find_resources", json!({"name": "vm-web-01"})),
        ("show resource groups", "list_resource_groups", json!({})),
        (
            "list storage accounts in production",
            "find_resources",
            json!({"type": "storage accounts", "subscription": "production"}),
        ),
        (
            "list all virtual machines in west europe",
            "find_resources",
            json!({"type": "virtual machines", "location": "westeurope"}),
        ),
        ("how many resources do we have by region", "count_resources", json!({})),
        ("Explain my secure score", "explain_secure_score", json!({})),
        ("Why is my secure score so low?", "explain_secure_score", json!({})),
        ("What should I fix first to raise my score?", "explain_secure_score", json!({})),
        ("What is my secure score?", "get_secure_score", json!({})),
        (
            "Which security alerts are high severity?",
            "list_security_alerts",
            json!({"severity": ["High"]}),
        ),
        (
            "show dismissed security alerts",
            "list_security_alerts",
            json!({"status": ["Dismissed"]}),
        ),
    ] {
        reaches(&desk, question, (tool, &arguments));
    }
}

#[test]
fn questions_about_what_runs_reach_their_tool_with_what_they_name() {
    let desk = Desk::new();
    for (question, tool, arguments) in [
        ("critical alerts", "list_alerts", json!({"severity": ["Sev0"]})),
        ("any threats in the last 24 hours?", "list_security_alerts", json!({"timeRange": "24h"})),
        ("Sev1 alerts on vm-web-01", "list_alerts", json!({"resource": "vm-web-01"})),
        ("who stopped vm-web-01?", "get_activity_log", json!({"operation": "deallocate"})),
        ("What changed on vm-web-01?", "list_resource_changes", json!({"resource": "vm-web-01"})),
        ("May I restart vm-web-01?", "check_access", json!({"action": "restart vm"})),
        ("is there an outage in East US 2?", "list_service_health", json!({"region": "eastus2"})),
        (
            "are we compliant with PCI DSS?",
            "list_regulatory_compliance",
            json!({"standard": "PCI"}),
        ),
        ("describe vm-web-01", "get_resource", json!({"resource": "vm-web-01"})),
    ] {
        reaches(&desk, question, (tool, &arguments));
    }
}

/// The question becomes one call of the tool, with at least these arguments.
fn reaches(desk: &Desk, question: &str, (tool, arguments): (&str, &Value)) {
    let reaction = desk.ask(question);
    let [(called, given)] = reaction.calls.as_slice() else {
        panic!("{question}: {reaction:?}");
    };
    assert_eq!(called, tool, "{question}");
    for (name, value) in arguments.as_object().unwrap() {
        assert_eq!(&given[name], value, "{question}: {name} of {given}");
    }
}

#[test]
fn a_question_in_two_parts_is_two_calls() {
    let desk = Desk::new();
    let reaction = desk.ask("What is my secure score and which alerts are high severity?");
    let mut tools: Vec<_> = reaction.calls.iter().map(|(tool, _)| tool.as_str()).collect();
    tools.sort_unstable();
    assert_eq!(tools, ["get_secure_score", "list_security_alerts"]);
}

#[test]
fn what_no_tool_knows_is_said_and_nothing_is_called() {
    let desk = Desk::new();
    for question in [
        "What's our Azure credits balance?",
        "How much does a Standard_D4s_v5 VM cost per hour?",
        "What is the price for Virtual Machines?",
        "Who are the top 10 DDOS attackers from my VM",
        "Which users have no MFA?",
        "tell me a joke",
        "",
        "???",
    ] {
        let reaction = desk.ask(question);
        assert!(reaction.calls.is_empty(), "{question}: {reaction:?}");
        let honest = reaction.text.contains("I have no tool") || reaction.text.contains("Ask me");
        assert!(honest, "{question}: {}", reaction.text);
        assert!(reaction.text.contains("\n- "), "{question}: {}", reaction.text);
    }
}

#[test]
fn a_change_is_refused_and_a_greeting_answered() {
    let desk = Desk::new();
    for question in ["restart vm-web-01", "please delete all disks", "Update my AKS cluster"] {
        let reaction = desk.ask(question);
        assert!(reaction.calls.is_empty(), "{question}");
        assert!(reaction.text.contains("nothing was changed"), "{question}");
    }
    for question in ["hello", "What can you do?", "help"] {
        let reaction = desk.ask(question);
        assert!(reaction.calls.is_empty(), "{question}");
        assert!(reaction.text.contains("Explain my secure score"), "{question}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_fail(question in any::<String>()) {
        thread_local!(static DESK: Desk = Desk::new());
        DESK.with(|desk| {
            let reaction = desk.ask(&question);
            assert!(reaction.calls.is_empty() != reaction.text.is_empty());
        });
    }
}

/// Any JSON, also such that no tool would give.
fn any_json() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "resources",
        "alerts",
        "controls",
        "subscriptions",
        "rows",
        "total",
        "name",
        "title",
        "id",
        "type",
        "share",
        "state",
        "subscriptionId",
        "startedAt",
        "ä|`[e1]\n",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..6)
                .prop_map(|pairs| pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_result_makes_it_fail(
        question in prop::sample::select(vec![
            "How many VMs are there?", "Is vm-1 running?", "Which region has the most VMs?", "the lowest secure score",
            "id of the production subscription", "explain the enable mfa control", "any malware alerts", "list VMs",
        ]),
        again in prop::sample::select(vec!["the second one", "why?", "tell me more", "what should I do?", "and in prod?"]),
        output in any_json(),
        ok in any::<bool>(),
        text in prop_oneof![any::<String>(), Just("Rejected: `subscription`: there are `a` (x) `".to_owned()), Just("Denied: `".to_owned())],
    ) {
        thread_local!(static DESK: Desk = Desk::new());
        DESK.with(|desk| {
            let calls = desk.ask(question).calls;
            let mut messages = vec![user(question)];
            messages.extend(answered(&calls, &output, (ok, &text)));
            let first = desk.converse(messages.clone());
            assert!(first.calls.is_empty() != first.text.is_empty(), "{first:?}");
            messages.push(user(again));
            let second = desk.converse(messages);
            assert!(second.calls.is_empty() != second.text.is_empty(), "{second:?}");
        });
    }
}

#[test]
fn a_right_that_is_missing_is_explained_with_scope_and_role() {
    let desk = Desk::new();
    let question = "Which security alerts are high severity?";
    let calls = desk.ask(question).calls;
    let denied = "Denied: the identity lacks `Microsoft.Security/alerts/read` at `/subscriptions/1`. The role \
        `Security Reader` has it. Nothing was read there; do not take this for an empty result.";
    let mut messages = vec![user(question)];
    messages.extend(answered(&calls, &Value::Null, (false, denied)));
    let text = desk.converse(messages).text;
    for part in
        ["Microsoft.Security/alerts/read", "/subscriptions/1", "Security Reader", "no empty result"]
    {
        assert!(text.contains(part), "{text}");
    }
}

fn user(text: &str) -> ModelMessage {
    ModelMessage::User { text: text.to_owned() }
}

/// Calls, each with this result.
fn answered(
    calls: &[(String, Value)],
    output: &Value,
    (ok, text): (bool, &str),
) -> Vec<ModelMessage> {
    let ids = calls.iter().enumerate().map(|(at, (tool, arguments))| ModelCall {
        id: format!("c{at}"),
        tool: tool.clone(),
        arguments: arguments.clone(),
    });
    let ids: Vec<ModelCall> = ids.collect();
    let results = ids.iter().map(|call| {
        ModelMessage::Result(ModelResult {
            call_id: call.id.clone(),
            tool: call.tool.clone(),
            text: text.to_owned(),
            ok,
            evidence_id: ok.then(|| "e1".to_owned()),
            output: ok.then(|| Arc::new(output.clone())),
            findings: Arc::default(),
        })
    });
    let results: Vec<ModelMessage> = results.collect();
    std::iter::once(ModelMessage::Assistant { text: String::new(), calls: ids })
        .chain(results)
        .collect()
}

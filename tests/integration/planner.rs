//! The planner: which tools a question means, and what it says when it means none.

use std::sync::Arc;

use futures_util::StreamExt;
use opscopilot::{
    model::{ChatModel, ModelEvent, ModelMessage, ModelRequest, ToolOffer},
    planner::Planner,
    tools::{OfferContext, Registry, Router},
};
use proptest::prelude::*;
use serde_json::{Value, json};

struct Desk {
    planner: Planner,
    router: Arc<Router>,
    registry: Registry,
}

/// What the planner did with a question.
#[derive(Debug, Default)]
struct Reaction {
    calls: Vec<(String, Value)>,
    text: String,
}

impl Desk {
    fn new() -> Self {
        let registry = Registry::built_in().unwrap();
        let router = Arc::new(Router::new(&registry));
        Self { planner: Planner::new(&registry, Arc::clone(&router)), router, registry }
    }

    fn ask(&self, question: &str) -> Reaction {
        let offered = self.router.offer(question, OfferContext::default());
        let tools = offered.iter().filter_map(|name| self.registry.spec(name));
        let request = ModelRequest {
            system: "".into(),
            messages: vec![ModelMessage::User { text: question.to_owned() }],
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
        ("why is vm-api-02 down?", "list_resource_health", json!({"resource": "vm-api-02"})),
        ("show resource groups", "find_resources", json!({"type": "resource groups"})),
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
        ("critical alerts", "list_alerts", json!({})),
        ("any alerts in the last 24 hours?", "list_security_alerts", json!({"timeRange": "24h"})),
        ("alerts on vm-web-01", "list_security_alerts", json!({"resource": "vm-web-01"})),
        (
            "show dismissed security alerts",
            "list_security_alerts",
            json!({"status": ["Dismissed"]}),
        ),
    ] {
        let reaction = desk.ask(question);
        let [(called, given)] = reaction.calls.as_slice() else {
            panic!("{question}: {reaction:?}");
        };
        assert_eq!(called, tool, "{question}");
        for (name, value) in arguments.as_object().unwrap() {
            assert_eq!(&given[name], value, "{question}: {name} of {given}");
        }
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
        "list failed backup jobs",
        "Help me troubleshoot why my user didn't receive an MFA prompt.",
        "tell me a joke",
        "",
        "???",
    ] {
        let reaction = desk.ask(question);
        assert!(reaction.calls.is_empty(), "{question}: {reaction:?}");
        assert!(reaction.text.contains("no operation"), "{question}: {}", reaction.text);
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

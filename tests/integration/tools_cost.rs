//! What a question costs: the same requests on an estate of any size, and few tokens.

use opscopilot::{
    protocol::Pillar,
    tools::{Registry, router::MAX_OFFER_TOKENS},
};

use crate::tool_costs::{CALLS, Cost, of_definitions, of_tools};

/// Requests of a call at most.
const MAX_REQUESTS: usize = 24;
/// Requests at most of a tool that asks other tools: about ten of them, each of which keeps to its
/// own limit; it reads no more than they would one after the other.
const MAX_REQUESTS_ACROSS: usize = 96;
/// What does not fit an answer is counted by one request more.
const COUNTED: usize = 1;
/// Further pages of a call at most.
const MAX_PAGES: usize = 32;

#[test]
fn every_tool_is_costed() {
    let registry = Registry::built_in().unwrap();
    let mut costed: Vec<&str> = CALLS.iter().map(|(tool, _)| *tool).collect();
    costed.sort_unstable();
    assert_eq!(registry.specs().map(|spec| spec.name.as_str()).collect::<Vec<_>>(), costed);
}

#[tokio::test]
async fn ten_times_the_resources_cost_the_same_requests_and_pages() {
    let (small, large) = (of_tools(1).await.unwrap(), of_tools(10).await.unwrap());
    let registry = Registry::built_in().unwrap();
    let most = |tool: &str| match registry.spec(tool).unwrap().pillar {
        Pillar::Across => MAX_REQUESTS_ACROSS,
        _ => MAX_REQUESTS,
    };
    // The larger estate has more subscriptions too: what Azure answers for one at a time is apart.
    let own = |cost: &Cost| cost.requests - cost.places;
    let grown = small.iter().zip(&large).filter(|(small, large)| {
        own(large) > own(small) + COUNTED
            || large.requests > most(large.tool)
            || large.pages > MAX_PAGES
    });
    let grown: Vec<_> = grown.collect();
    assert!(grown.is_empty(), "{grown:#?}");
}

#[test]
fn the_definitions_of_a_question_cost_at_most_four_thousand_tokens() {
    for (question, offered, tokens) in of_definitions().unwrap() {
        assert!(tokens <= MAX_OFFER_TOKENS && offered > 3, "{question}: {offered}, {tokens}");
    }
}

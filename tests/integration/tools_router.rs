//! The index finds the right tool for what operators ask, and keeps its caps. Eight are offered
//! for their rank: of tools that tell nearly the same, any of the first three may lead.

use opscopilot::{
    protocol::Pillar,
    tools::{
        OfferContext, Registry, Router, ToolSpec, own,
        router::{MAX_OFFER_TOKENS, MAX_OFFERED, MAX_OFFERED_IN_RUN},
    },
};

fn router() -> (Registry, Router) {
    let registry = Registry::built_in().unwrap();
    let router = Router::new(&registry);
    (registry, router)
}

fn check(tool: &str, questions: &[&str]) {
    let (_, router) = router();
    for question in questions {
        let ranked = router.rank(question);
        let first = &ranked[..ranked.len().min(3)];
        assert!(first.iter().any(|(name, _)| name == tool), "{question}: {first:?}");
    }
}

#[test]
fn questions_about_subscriptions_are_for_list_subscriptions() {
    check(
        "list_subscriptions",
        &[
            "which subs do I have access to",
            "list subscriptions",
            "Are any of my subscriptions disabled?",
            "give me the subscription ids",
            "what subscriptions can you see here?",
            "show me the state of our subscriptions",
        ],
    );
}

#[test]
fn questions_for_resources_are_for_find_resources() {
    check(
        "find_resources",
        &[
            "List all Log Analytics workspaces in my subscription",
            "What workbooks do I have in resource group rg-ops?",
            "Show me all my storage accounts in East US?",
            "What resources exist in resource group myRG?",
            "Show me what resources are in the resource group myRG",
            "List all resources in my resource group",
            "find vm web-prod-01",
            "which VMs are stopped?",
            "what is running in northeurope",
            "resources tagged owner=payments",
        ],
    );
}

#[test]
fn free_queries_are_for_query_resources() {
    check(
        "query_resources",
        &[
            "Write a KQL query to list my VMs by OS.",
            "Write a query that finds all resources that were created yesterday.",
            "run this kusto query against resource graph: resources | take 5",
            "use Azure Resource Graph to query for NICs with no machine",
            "execute a KQL query",
        ],
    );
}

#[test]
fn questions_for_the_score_are_for_get_secure_score() {
    check(
        "get_secure_score",
        &[
            "what's our secure score",
            "What is the current secure score?",
            "show secure score per subscription",
            "which subscription scores lowest in secure score?",
            "secure score percentage please",
        ],
    );
}

#[test]
fn questions_about_the_score_are_for_explain_secure_score() {
    check(
        "explain_secure_score",
        &[
            "Explain my secure score",
            "explain the security score of prod",
            "why is our secure score so low?",
            "how do I improve my secure score",
            "what should we fix first to raise the secure score?",
            "which security controls give the most points",
            "how can we increase the security posture",
        ],
    );
}

#[test]
fn questions_about_attacks_are_for_list_security_alerts() {
    check(
        "list_security_alerts",
        &[
            "Which security alerts are high severity?",
            "any active security alerts?",
            "are we being attacked right now?",
            "show me the latest threats detected by defender",
            "is someone brute forcing my VM",
            "security alerts in the last 7 days for vm-web-01",
            "how many high severity security alerts are there?",
            "list dismissed security alerts",
        ],
    );
}

#[test]
fn questions_for_numbers_are_for_count_resources() {
    check(
        "count_resources",
        &[
            "how many VMs do I have?",
            "how many resources are there in each region",
            "count resources by type",
            "number of storage accounts per subscription",
            "inventory of resources by resource group",
        ],
    );
}

#[test]
fn questions_for_recommendations_are_for_summarize_recommendations() {
    check(
        "summarize_recommendations",
        &[
            "Summarize high-impact Security recommendations by resource-type in subscription prod",
            "security recommendations per resource type",
            "which resource types have the most security recommendations",
        ],
    );
}

#[test]
fn an_offer_begins_with_the_agents_own_and_keeps_its_caps() {
    let (registry, router) = router();
    let pillars = [Pillar::Security];
    let earlier = ["list_subscriptions".to_owned(), "gone_tool".to_owned()];
    let context = OfferContext { earlier: &earlier, pillars: &pillars };
    for question in ["", "Explain my secure score", "größe 日本 \u{0}", &"vm ".repeat(50_000)] {
        let offered = router.offer(question, context);
        assert_eq!(offered[..2], [own::FIND_TOOLS, own::READ_EVIDENCE]);
        assert!(offered.len() <= MAX_OFFERED);
        let own = own::specs();
        let specs = registry.specs().chain(&own);
        let tokens: usize =
            specs.filter(|spec| offered.contains(&spec.name)).map(ToolSpec::tokens).sum();
        assert!(tokens <= MAX_OFFER_TOKENS, "{tokens}");
        assert!(offered.contains(&"list_subscriptions".to_owned()));
        assert!(!offered.contains(&"gone_tool".to_owned()));
    }
}

#[test]
fn finding_adds_what_is_not_offered_and_says_what_must_wait() {
    let (_, router) = router();
    let already = vec!["list_security_alerts".to_owned()];
    let found = router.find("security alerts and secure score", &already);
    assert!(found.added.contains(&"get_secure_score".to_owned()));
    assert!(!found.added.contains(&"list_security_alerts".to_owned()));
    let full: Vec<String> = (0..MAX_OFFERED_IN_RUN).map(|at| format!("tool_{at}")).collect();
    let found = router.find("secure score", &full);
    assert!(found.added.is_empty() && !found.waiting.is_empty());
}

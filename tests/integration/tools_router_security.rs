//! The index ranks the tools of scope and security among the first three for what operators ask of
//! them.

use opscopilot::tools::{Registry, Router};

fn check(tool: &str, questions: &[&str]) {
    let router = Router::new(&Registry::built_in().unwrap());
    for question in questions {
        let ranked = router.rank(question);
        let first = &ranked[..ranked.len().min(3)];
        assert!(first.iter().any(|(name, _)| name == tool), "{question}: {first:?}");
    }
}

#[test]
fn every_ask_of_a_tool_finds_the_tool() {
    let registry = Registry::built_in().unwrap();
    let router = Router::new(&registry);
    for spec in registry.specs() {
        for ask in &spec.asks {
            let ranked = router.rank(ask);
            let place = ranked.iter().position(|(name, _)| *name == spec.name);
            let is_found = place.is_some_and(|place| place < 3);
            assert!(is_found, "{}: {ask}: {:?}", spec.name, &ranked[..3]);
        }
    }
}

#[test]
fn questions_about_groups_are_for_list_resource_groups() {
    check(
        "list_resource_groups",
        &[
            "List all resource groups in my subscription",
            "Show me the resource groups in my subscription",
            "which RGs do we have in northeurope",
            "any empty resource groups?",
            "how many resource groups are there in prod",
            "largest resource groups",
        ],
    );
}

#[test]
fn questions_about_one_resource_are_for_get_resource() {
    check(
        "get_resource",
        &[
            "show details of storage account stprod01",
            "what are the properties of vm-app-02?",
            "describe kv-payments-prod",
            "what are the settings of this key vault",
            "how is vm-web-01 configured",
            "which disks and NIC is this VM connected to",
        ],
    );
}

#[test]
fn questions_about_rights_are_for_check_access() {
    check(
        "check_access",
        &[
            "what am I allowed to do here?",
            "do I have permission to restart the VM",
            "which role do I need to dismiss alerts",
            "why is my access denied",
            "check my permissions on rg-web-prod-weu",
            "what rights am I missing",
            "may I assign roles in this subscription",
        ],
    );
}

#[test]
fn questions_for_the_whole_are_for_summarize_security() {
    check(
        "summarize_security",
        &[
            "summarize security",
            "how secure is our environment?",
            "give me an overview of security in production",
            "what are the biggest security risks right now?",
            "security summary please",
            "what security problems should I worry about",
        ],
    );
}

#[test]
fn questions_for_recommendations_are_for_list_security_recommendations() {
    check(
        "list_security_recommendations",
        &[
            "list security recommendations",
            "which Defender recommendations affect most resources?",
            "unhealthy assessments of my key vaults",
            "what security recommendations are not followed on storage accounts",
            "How can I make this storage account more secure?",
            "Is this storage account vulnerable?",
            "high severity recommendations for vm-web-01",
        ],
    );
}

#[test]
fn questions_about_one_recommendation_are_for_get_security_recommendation() {
    check(
        "get_security_recommendation",
        &[
            "how do I remediate the recommendation about disk encryption?",
            "which resources are affected by the recommendation on MFA",
            "remediation steps for secure transfer to storage accounts",
            "explain this recommendation",
            "details of the recommendation management ports should be closed",
            "how do I fix this recommendation",
        ],
    );
}

#[test]
fn questions_about_one_alert_are_for_get_security_alert() {
    check(
        "get_security_alert",
        &[
            "tell me more about this alert",
            "details of the security alert on vm-web-01",
            "which IP addresses took part in the attack?",
            "what are the remediation steps for this alert",
            "timeline of this security alert",
            "investigate this security alert",
        ],
    );
}

#[test]
fn questions_about_plans_are_for_list_resource_protections() {
    check(
        "list_resource_protections",
        &[
            "which Defender plans are off?",
            "is Defender for Servers enabled in production?",
            "which resources are not protected by Defender",
            "show Defender plan coverage",
            "are my storage accounts protected by Defender for Storage?",
            "what Defender plans do we pay for",
        ],
    );
}

#[test]
fn questions_about_standards_are_for_list_regulatory_compliance() {
    check(
        "list_regulatory_compliance",
        &[
            "are we PCI compliant?",
            "regulatory compliance status",
            "which ISO 27001 controls are failing?",
            "Check my Azure subscription for any compliance issues or recommendations",
            "how do we do against the cloud security benchmark",
            "what compliance standards do we not meet",
        ],
    );
}

#[test]
fn questions_about_paths_are_for_list_attack_paths() {
    check(
        "list_attack_paths",
        &[
            "show me the attack paths",
            "any critical attack paths in production?",
            "how could an attacker reach our databases",
            "attack paths over vm-web-01",
            "what could an attacker do from the internet",
            "attack path analysis of my subscription",
        ],
    );
}

//! Resource ids and scopes.

use opscopilot::azure::{ResourceId, ResourceIdError, ScopeSet, SubscriptionId};
use proptest::prelude::*;

fn id(text: &str) -> ResourceId {
    ResourceId::parse(text).unwrap()
}

const VM: &str =
    "/subscriptions/S1/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/vm1";

#[test]
fn a_resource_is_taken_apart() {
    let vm = id(VM);
    assert_eq!((vm.subscription(), vm.resource_group()), (Some("S1"), Some("RG")));
    assert_eq!((vm.provider(), vm.name()), (Some("Microsoft.Compute"), "vm1"));
    assert_eq!(vm.resource_type(), "Microsoft.Compute/virtualMachines");
    assert!(!vm.is_extension() && vm.extended().is_none());
    let child = id(&format!("{VM}/extensions/ama"));
    assert_eq!(child.resource_type(), "Microsoft.Compute/virtualMachines/extensions");
    assert_eq!(child.parent(), Some(vm.clone()));
    let group = vm.parent().unwrap();
    assert_eq!(group.to_string(), "/subscriptions/S1/resourceGroups/RG");
    assert_eq!(group.resource_type(), "Microsoft.Resources/subscriptions/resourceGroups");
    let subscription = group.parent().unwrap();
    assert_eq!((subscription.name(), subscription.parent()), ("S1", None));
}

#[test]
fn an_extension_knows_what_it_extends() {
    let assessment = id(&format!("{VM}/providers/Microsoft.Security/assessments/a1"));
    assert!(assessment.is_extension());
    assert_eq!(assessment.extended(), Some(id(VM)));
    assert_eq!(assessment.parent(), Some(id(VM)));
    assert_eq!(assessment.resource_type(), "Microsoft.Security/assessments");
    assert_eq!(assessment.resource_group(), Some("RG"));
    let sub = id(&format!("{VM}/providers/Microsoft.Security/assessments/a1/subAssessments/s"));
    assert_eq!(sub.parent(), Some(assessment.clone()));
    assert_eq!(sub.extended(), Some(id(VM)));
}

#[test]
fn management_groups_and_tenant_resources_are_ids() {
    let group = id("/providers/Microsoft.Management/managementGroups/Prod");
    assert_eq!(
        (group.management_group(), group.subscription(), group.parent()),
        (Some("Prod"), None, None)
    );
    let assignment = id(
        "/providers/Microsoft.Management/managementGroups/Prod/providers/Microsoft.Authorization/policyAssignments/p",
    );
    assert_eq!(assignment.extended(), Some(group.clone()));
    assert!(assignment.is_within(&group));
    let role = id("/providers/Microsoft.Authorization/roleDefinitions/r");
    assert_eq!((role.management_group(), role.name()), (None, "r"));
    let alert = id("/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/1");
    assert_eq!((alert.resource_group(), alert.parent()), (None, Some(id("/subscriptions/s"))));
}

#[test]
fn what_is_no_id_is_refused_with_a_reason() {
    for text in [
        "",
        "vm1",
        "/",
        "/subscriptions",
        "/subscriptions/a/resourceGroups",
        "/subscriptions/a/x/y",
        "/subscriptions/a/providers",
        "/subscriptions/a/providers/Microsoft.Compute",
        "/subscriptions/a/providers/Microsoft.Compute/virtualMachines",
        "/subscriptions/a/providers/x/y/z",
        "/tenants/a",
        "/subscriptions/a/resourceGroups/r/virtualMachines/v",
    ] {
        let error = ResourceId::parse(text).unwrap_err();
        assert!(error.to_string().len() > 20, "{error}");
    }
    for text in [
        "/subscriptions/../b",
        "/subscriptions/a?x=1",
        "/subscriptions/a%2Fb",
        "/subscriptions//b",
        "/subscriptions/a\n",
    ] {
        // A line end at the end is white space; inside it is not.
        let bent = ResourceId::parse(&format!("{text}/resourceGroups/r"));
        assert!(matches!(bent, Err(ResourceIdError::Path(_))), "{text}");
    }
    assert_eq!(id(" /subscriptions/a/ "), id("/subscriptions/a"));
}

#[test]
fn a_resource_may_be_called_like_a_word_of_the_grammar() {
    let odd = id("/subscriptions/s/resourceGroups/providers/providers/Microsoft.A/types/providers");
    assert_eq!((odd.resource_group(), odd.name()), (Some("providers"), "providers"));
    assert_eq!(odd.parent(), Some(id("/subscriptions/s/resourceGroups/providers")));
}

#[test]
fn a_scope_holds_whole_segments_only() {
    let set = ScopeSet::parse(["/subscriptions/a", "/subscriptions/B/resourceGroups/R1"]).unwrap();
    for (text, inside) in [
        ("/subscriptions/A", true),
        ("/subscriptions/a/resourceGroups/x", true),
        ("/subscriptions/ab", false),
        ("/SUBSCRIPTIONS/b/RESOURCEGROUPS/r1/providers/Microsoft.A/b/c", true),
        ("/subscriptions/b/resourceGroups/r11", false),
        ("/subscriptions/b", false),
    ] {
        assert_eq!(set.contains(&id(text)), inside, "{text}");
    }
    let names: Vec<String> = set.subscriptions().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn an_empty_scope_is_unbounded_and_nested_ones_are_dropped() {
    assert!(ScopeSet::default().contains(&id(VM)));
    let set =
        ScopeSet::parse([VM, "/subscriptions/s1", "/subscriptions/S1/resourceGroups/x"]).unwrap();
    assert_eq!(set.ids(), [id("/subscriptions/s1")]);
    let groups = ScopeSet::parse(["/providers/Microsoft.Management/managementGroups/M"]).unwrap();
    assert_eq!(groups.management_groups(), ["M"]);
    assert!(!groups.contains(&id("/subscriptions/s1")));
    assert!(ScopeSet::parse(["/subscriptions/a", "nonsense"]).is_err());
}

#[test]
fn a_subscription_id_is_one_segment() {
    assert_eq!(SubscriptionId::parse(" AB-1 ").unwrap().as_str(), "ab-1");
    for bad in ["", "a/b", "..", "a?b"] {
        assert!(SubscriptionId::parse(bad).is_err(), "{bad}");
    }
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9äß_.;()-]{1,12}"
        .prop_filter("not a dot", |name| !matches!(name.as_str(), "." | ".."))
}

fn any_id() -> impl Strategy<Value = String> {
    let pairs = prop::collection::vec(("[a-zA-Z]{1,10}", name()), 1..4);
    (name(), name(), prop::collection::vec(pairs, 0..3)).prop_map(|(subscription, group, parts)| {
        let mut id = format!("/subscriptions/{subscription}/resourceGroups/{group}");
        for part in parts {
            id.push_str("/providers/Microsoft.Test");
            for (kind, name) in part {
                id.push_str(&format!("/t{kind}/{name}"));
            }
        }
        id
    })
}

proptest! {
    #[test]
    fn an_id_survives_text_and_case(text in any_id()) {
        let parsed = id(&text);
        prop_assert_eq!(parsed.to_string(), text.clone());
        prop_assert_eq!(&id(&text.to_ascii_uppercase()), &parsed);
        prop_assert_eq!(parsed.path().to_string(), text);
        let json = serde_json::to_string(&parsed).unwrap();
        prop_assert_eq!(serde_json::from_str::<ResourceId>(&json).unwrap(), parsed);
    }

    #[test]
    fn parents_lead_to_the_subscription_and_hold_their_children(text in any_id()) {
        let whole = id(&text);
        let mut at = whole.clone();
        while let Some(parent) = at.parent() {
            prop_assert!(at.is_within(&parent) && whole.is_within(&parent) && !parent.is_within(&at));
            at = parent;
        }
        prop_assert_eq!(at.resource_type(), "Microsoft.Resources/subscriptions");
    }

    #[test]
    fn a_longer_name_is_never_within(text in any_id(), more in "[a-z0-9]{1,4}") {
        let (short, long) = (id(&text), id(&format!("{text}{more}")));
        prop_assert!(!long.is_within(&short) && !short.is_within(&long));
    }

    #[test]
    fn no_text_panics_and_what_parses_keeps_its_path(text in "[/a-zA-Z.%?#\\\\ ]{0,60}") {
        if let Ok(parsed) = ResourceId::parse(&text) {
            let shown = parsed.to_string();
            prop_assert!(!shown.contains(['?', '#', '%', '\\']) && !shown.contains("/../"));
        }
    }
}

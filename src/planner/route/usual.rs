//! Which tools a subject usually means, by what is wanted of it.

use crate::{
    model::ToolOffer,
    planner::{
        arguments,
        part::Part,
        subject::{Intent, Meant, Subject},
    },
};

/// The tools that questions about a subject usually mean: mostly one.
pub(super) fn usual_tools(part: &Part<'_>, offers: &[ToolOffer]) -> Vec<&'static str> {
    let has = |tool: &str| offers.iter().any(|offer| offer.name == tool);
    match part.subject {
        Subject::Of(meant) => vec![of_one(meant, part, offers).unwrap_or(meant.tool)],
        Subject::Situation if has(WHOLE) => vec![WHOLE],
        _ => of_subject(part).to_vec(),
    }
}

/// `Get backup policy P` where a list of policies is meant by the words: the tool of one, if the
/// question names which.
fn of_one(meant: Meant, part: &Part<'_>, offers: &[ToolOffer]) -> Option<&'static str> {
    let noun = meant.tool.strip_prefix("list_")?;
    let one = match noun.strip_suffix("ies") {
        Some(stem) => format!("get_{stem}y"),
        None => format!("get_{}", noun.strip_suffix('s')?),
    };
    let offer = offers.iter().find(|offer| offer.name == one)?;
    let key = one.rsplit('_').next()?;
    arguments::names_one(&offer.input_schema, key, part).then(|| Subject::of_table(&one))?.and_then(
        |subject| match subject {
            Subject::Of(meant) => Some(meant.tool),
            _ => None,
        },
    )
}

/// The tool that tells how things are, all in all.
const WHOLE: &str = "summarize_operations";

fn of_subject(part: &Part<'_>) -> &'static [&'static str] {
    let about = &part.about;
    let wants = |intent| part.intent == intent;
    match part.subject {
        Subject::Score if wants(Intent::Explain) => &["explain_secure_score"],
        Subject::Score => &["get_secure_score"],
        Subject::Security if about.resource().is_some() => &["list_security_recommendations"],
        Subject::Security => &["summarize_security"],
        Subject::SecurityAlerts => {
            let one = about.resource().is_some()
                && (wants(Intent::Detail) || wants(Intent::Explain))
                && part.text.has_any("alert");
            if about.alert.is_some() || one {
                &["get_security_alert"]
            } else {
                &["list_security_alerts"]
            }
        }
        Subject::Monitoring if about.alert.is_some() => &["get_alert"],
        Subject::Monitoring if wants(Intent::Summarize) => &["summarize_alerts"],
        Subject::Monitoring => &["list_alerts"],
        Subject::Alerts if about.alert.is_some() => &["get_alert", "get_security_alert"],
        Subject::Alerts if wants(Intent::Summarize) => {
            &["summarize_alerts", "list_security_alerts"]
        }
        Subject::Alerts => &["list_alerts", "list_security_alerts"],
        Subject::Recommendations if about.recommendation.is_some() => {
            &["get_security_recommendation"]
        }
        Subject::Recommendations if by_type(part) => &["summarize_recommendations"],
        Subject::Recommendations => &["list_security_recommendations"],
        Subject::Protections => &["list_resource_protections"],
        Subject::Compliance => &["list_regulatory_compliance"],
        Subject::AttackPaths => &["list_attack_paths"],
        Subject::Access => &["check_access"],
        Subject::Health => &["list_resource_health"],
        Subject::Outages => &["list_service_health"],
        Subject::Changes => &["list_resource_changes"],
        Subject::Activity => &["get_activity_log"],
        Subject::Situation => &[
            "list_resource_health",
            "list_service_health",
            "list_alerts",
            "list_security_alerts",
            "list_resource_changes",
        ],
        Subject::Subscriptions => &["list_subscriptions"],
        Subject::Groups => &["list_resource_groups"],
        Subject::Resources => of_estate(part),
        Subject::Of(_) | Subject::None(_) | Subject::Other => &[],
    }
}

fn of_estate(part: &Part<'_>) -> &'static [&'static str] {
    let about = &part.about;
    let one = about.resource().is_some() && about.tag.is_none();
    if one && part.intent == Intent::Detail {
        return &["get_resource"];
    }
    let held = about.group.is_none()
        && about.tag.is_none()
        && about.state.is_none()
        && about.resource().is_none();
    let overview = (part.intent == Intent::Summarize
        || part.text.has_any("overview environment estate"))
        && about.region.is_none();
    let all = (part.intent == Intent::Count || overview) && about.kind.is_none();
    if held && (about.by.is_some() || all) { &["count_resources"] } else { &["find_resources"] }
}

fn by_type(part: &Part<'_>) -> bool {
    part.about.by == Some("type")
        || part.text.has_any("resource-type type types")
        || part.text.has("by resource")
}

//! Azure: which one, as whom, and which subscriptions are seen.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use tokio::time::timeout;

use super::{
    report::{Check, Report},
    rights,
};
use crate::{
    app::{self, AppConfig, azure::Azure},
    azure::ScopeSet,
    protocol::EstateKind,
    tools::{Bounds, ReadContext, Registry, Subscription, ToolError, present::Moment},
};

/// Subscriptions that are named one by one.
const NAMED: usize = 6;

/// Checks sign-in, subscriptions and rights.
pub(super) async fn check(
    config: &AppConfig,
    azure: &Azure,
    registry: Option<&Registry>,
    patience: Duration,
    report: &mut Report,
) {
    report.add(Check::ok("azure", what(azure)));
    let allowed = match app::azure::allowed(&config.azure) {
        Ok(allowed) => allowed,
        Err(error) => {
            let todo = "give ids of subscriptions, e.g. from `az account list`";
            report.add(Check::fail("subscriptions", error.to_string(), todo));
            return;
        }
    };
    let bounds = Bounds::new(ScopeSet::default(), allowed);
    let moment = Moment { now: Timestamp::now(), zone: TimeZone::UTC };
    let cx = ReadContext::new(azure.client.reader(), bounds, moment);
    let seen = match timeout(patience, cx.subscriptions()).await {
        Ok(Ok(visible)) => visible.inside().to_vec(),
        Ok(Err(error @ ToolError::Denied { .. })) => {
            // Azure knows who asks.
            report.add(Check::ok("credential", format!("{} signs in", azure.credential)));
            let todo = "give the identity the role Reader at the subscriptions it shall see";
            report.add(Check::fail("subscriptions", format!("none is visible: {error}"), todo));
            return;
        }
        Ok(Err(error)) => {
            report.add(unseen(azure, &error));
            return;
        }
        Err(_) => {
            let text = format!(
                "{}: no answer within {} s, signing in as {}",
                azure.info.name,
                patience.as_secs(),
                azure.credential
            );
            let todo = "check the network, the proxy and the endpoint; --timeout waits longer";
            report.add(Check::fail("credential", text, todo));
            return;
        }
    };
    report.add(Check::ok("credential", format!("{} signs in", azure.credential)));
    report.add(subscriptions(config, &seen));
    if let (Some(registry), false) = (registry, seen.is_empty()) {
        rights::check(&cx, &seen, registry, patience, report).await;
    }
}

fn what(azure: &Azure) -> String {
    match azure.info.kind {
        EstateKind::Sample => {
            format!("{} (the sample estate); --cloud public talks to real Azure", azure.info.name)
        }
        EstateKind::Azure => azure.info.name.clone(),
        EstateKind::Custom => format!("the endpoint {}", azure.cloud.arm_endpoint()),
    }
}

/// Why nothing is seen.
fn unseen(azure: &Azure, error: &ToolError) -> Check {
    let text = format!("{}: {error}", azure.credential);
    let todo = match azure.credential {
        "developer-tools" => "sign in with `az login` (or azd), or choose --azure-identity",
        "token" => "the token may have expired or be of another audience: get a new one",
        _ => {
            "check the identity's variables (AZURE_CLIENT_ID, AZURE_TENANT_ID, …), the network \
             and the endpoint"
        }
    };
    Check::fail("credential", text, todo)
}

fn subscriptions(config: &AppConfig, seen: &[Subscription]) -> Check {
    let wanted = &config.azure.allow_subscription;
    let is_seen = |id: &&String| seen.iter().any(|one| one.id.eq_ignore_ascii_case(id.trim()));
    let missing: Vec<&str> = wanted.iter().filter(|id| !is_seen(id)).map(|id| id.trim()).collect();
    if seen.is_empty() {
        let todo = "give the identity the role Reader at the subscriptions it shall see";
        return Check::fail("subscriptions", "none is visible".to_owned(), todo);
    }
    let mut names: Vec<&str> = seen.iter().take(NAMED).map(|one| one.name.as_str()).collect();
    let more = format!("{} more", seen.len().saturating_sub(NAMED));
    if seen.len() > NAMED {
        names.push(&more);
    }
    let text = format!("{} visible: {}", seen.len(), names.join(", "));
    if !missing.is_empty() {
        let text = format!("{text}; allowed but not visible: {}", missing.join(", "));
        return Check::warn(
            "subscriptions",
            text,
            "check the ids, or give the identity Reader there",
        );
    }
    let disabled = seen.iter().filter(|one| one.state != "Enabled").count();
    match disabled {
        0 => Check::ok("subscriptions", text),
        count => {
            let text = format!("{text}; {count} not enabled");
            Check::warn("subscriptions", text, "a subscription that is not enabled may answer less")
        }
    }
}

//! `get_activity_log`: who did what, when, and whether it worked.
//!
//! Owns the reading of events into operations. `ActivityLogs_List` (2015-04-01), one list a
//! subscription: Resource Graph has no such table. Azure keeps 90 days. What a caller is called and
//! what an event says is untrusted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::named::Named;
use crate::{
    protocol::Pillar,
    tools::{
        arguments::{Kept, limit_of, range_of},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::{Untrusted, cut},
    },
};

mod operation;
mod reading;
mod telling;

/// Gets the activity log.
#[derive(Clone, Copy, Debug)]
pub struct GetActivityLog;

const LOG_ACTION: &str = "Microsoft.Insights/eventtypes/values/read";
const KEPT: Kept = (90, "Azure keeps the activity log for 90 days");
const LIMITS: (u32, u32) = (50, 500);

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// When: `24h`, `7d`, `yesterday`, a date or `start/end`; 90 days back at most. Default `24h`.
    time_range: Option<String>,
    /// Name of the resource, or its ARM id.
    resource: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Part of the name or address of who did it.
    caller: Option<String>,
    /// Part of the operation, e.g. `delete`, `restart`, `roleAssignments`.
    operation: Option<String>,
    /// Only what failed. Default false.
    failed_only: Option<bool>,
    /// Only what people and services changed or did, not alerts or health events. Default false.
    writes_only: Option<bool>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Operations at most, 1 to 500. Default 50.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many operations fit, of the events that were read.
    total: u64,
    /// How many of those failed.
    failed: u64,
    /// Who did them, most first.
    callers: Vec<Caller>,
    /// The operations, newest first.
    operations: Vec<Operation>,
    /// Events that were read.
    events: u64,
    /// Whether there are more events than were read.
    truncated: bool,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// Somebody who did something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Caller {
    /// The name, or the address or id where there is none.
    name: Untrusted<String>,
    /// How many operations.
    count: u64,
    /// How many of them failed.
    failed: u64,
}

/// Something that was done: all events of one request about one resource.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Operation {
    /// The last event.
    at: String,
    /// The first event that was read.
    began_at: String,
    /// What, e.g. `Microsoft.Compute/virtualMachines/restart/action`.
    operation: String,
    /// What, in words, where Azure has them.
    title: Option<String>,
    /// How it ended so far, e.g. `Succeeded`, `Failed`, `Started`.
    status: String,
    /// `Administrative`, `Policy`, `ServiceHealth`, …
    category: Option<String>,
    /// Who did it: an address, or the id of an application.
    caller: Option<Untrusted<String>>,
    /// What the caller is called.
    caller_name: Option<Untrusted<String>>,
    /// The ARM id that it was done to.
    resource_id: Option<String>,
    /// What Azure says of it, mostly of failures.
    message: Option<Untrusted<String>>,
    /// The address of the client.
    client_ip: Option<Untrusted<String>>,
    /// The id that joins what belongs together.
    correlation_id: Option<String>,
    /// The id of the subscription.
    subscription_id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
}

impl Tool for GetActivityLog {
    const NAME: &'static str = "get_activity_log";
    const TITLE: &'static str = "Get the activity log";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Gets the activity log: who created, changed, deleted, started \
        or restarted what, when, and whether it failed. For which properties changed use \
        list_resource_changes.";
    const ASKS: &'static [&'static str] = &[
        "Who deleted the VM?",
        "Who stopped or restarted this machine?",
        "Show the activity log",
        "What operations failed today?",
        "What did alice@contoso.com do yesterday?",
        "Recent changes made in this resource group or failed writes, check the Activity Log",
        "Who assigned roles or created resources this week?",
        "Audit log: who did what in production?",
        "Who touched this resource group last?",
    ];
    const ACTIONS: &'static [RbacAction] = &[LOG_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let asked = input.time_range.as_deref().unwrap_or("24h");
        let range = range_of(cx, asked, KEPT)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let resource = Named::of(cx, &over, input.resource.as_ref()).await?;
        let scopes = reading::scopes(cx, &over, &resource, input.resource_group.as_ref())?;
        let log = reading::read(cx, &scopes, range).await?;
        let wanted = operation::Wanted::of(&input, resource);
        let given = log.events.len();
        let mut operations = operation::of(&log.events, visible);
        operations.retain(|one| wanted.fits(one) && reading::is_inside(cx, &scopes, one));
        let asked = format!("{}{}", range.in_words(cx.moment()), wanted.words());
        let mut output = Output::of(operations, limit);
        output.events = given as u64;
        output.truncated = log.truncated;
        output.asked = Untrusted::new(&cut(&asked, 400));
        Ok(output)
    }
}

//! `list_just_in_time_access`: which machines open their management ports on request only, who
//! asked lately, and which machines have no such protection.
//!
//! Owns the reading of policies (`JitNetworkAccessPolicies_List`, 2020-01-01), which Resource
//! Graph does not have; machines without one come from the recommendation that says so.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::assessments::{ASSESSMENTS_ACTION, resource_of};
use crate::{
    azure::ApiVersion,
    protocol::Pillar,
    tools::{
        arguments::given,
        context::{GRAPH_ACTION, GraphRead, Operation, Pages, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::{Untrusted, cut},
    },
};

mod telling;

/// Lists just-in-time access.
#[derive(Clone, Copy, Debug)]
pub struct ListJustInTimeAccess;

const POLICIES_ACTION: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/read";
/// The recommendation of machines without just-in-time access.
const LACKING: &str = "\
| where type =~ 'microsoft.security/assessments'
| where name =~ '805651bc-6ecd-4c73-9b55-97a19d0582d0'
| where tostring(properties.status.code) =~ 'Unhealthy'
| project id
| order by id asc";
const MAX_LACKING: usize = 1_000;
const MAX_REQUESTS: usize = 200;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only this machine: part of its name, or its ARM id.
    resource: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Machines with just-in-time access.
    machines: Vec<Machine>,
    /// Who asked for access, latest first.
    requests: Vec<Request>,
    /// ARM ids of machines that should have it and have not.
    lacking: Vec<String>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// A machine with just-in-time access.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Machine {
    /// Its ARM id.
    id: String,
    /// The ports that are opened on request, e.g. `22`.
    ports: Vec<String>,
    /// The longest a port stays open, as an ISO 8601 duration.
    longest: Option<String>,
    /// The name of the subscription.
    subscription: Untrusted<String>,
}

/// A request for access.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// ARM id of the machine.
    machine: String,
    /// Who asked.
    requestor: Option<Untrusted<String>>,
    /// When.
    began_at: Option<String>,
    /// Until when the port is or was open.
    ends_at: Option<String>,
    /// The port.
    port: Option<String>,
    /// `Initiated` while open, else `Revoked`.
    status: Option<String>,
    /// Why, in the words of who asked.
    justification: Option<Untrusted<String>>,
}

impl Tool for ListJustInTimeAccess {
    const NAME: &'static str = "list_just_in_time_access";
    const TITLE: &'static str = "List just-in-time access";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Lists just-in-time (JIT) access to virtual machines: which \
        machines have it, who asked for access lately, and which machines lack it.";
    const ASKS: &'static [&'static str] = &[
        "Which VMs have just-in-time access?",
        "List JIT policies",
        "Who requested just-in-time access to our machines?",
        "Which machines lack JIT VM access?",
        "Just in time network access policies",
        "Is JIT enabled on that VM?",
    ];
    const ACTIONS: &'static [RbacAction] = &[POLICIES_ACTION, ASSESSMENTS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("just-in-time policies")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let asked = given(input.resource.as_deref()).unwrap_or_default();
        let operation = Operation {
            below: "/providers/Microsoft.Security/jitNetworkAccessPolicies",
            version: ApiVersion::new("2020-01-01"),
            action: POLICIES_ACTION,
            pages: Pages::All,
        };
        let (policies, lacking) = tokio::join!(cx.list_each(&over, operation), lacking(cx, &over));
        let mut output = Output {
            machines: Vec::new(),
            requests: Vec::new(),
            lacking: lacking?,
            asked: Untrusted::new(asked),
        };
        for (subscription, rows) in policies? {
            for fields in rows {
                output.take(&Value::Object(fields), subscription);
            }
        }
        output.narrow(asked);
        Ok(output)
    }
}

/// The machines that should have it and have not.
async fn lacking(cx: &ReadContext, over: &[Subscription]) -> Result<Vec<String>, ToolError> {
    let text = cx.query(("securityresources", over), LACKING, &[])?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_LACKING }).await?;
    let ids = answer.rows.into_iter().map(Value::Object);
    Ok(ids.filter_map(|row| resource_of(&Row::of(&row)?.text("id")?)).collect())
}

impl Output {
    /// Takes what a policy says.
    fn take(&mut self, policy: &Value, subscription: &Subscription) {
        let Some(row) = Row::of(policy) else { return };
        for machine in &row.list("properties.virtualMachines") {
            self.machines.extend(Row::of(machine).and_then(|row| Machine::of(row, subscription)));
        }
        for asked in &row.list("properties.requests") {
            let Some(asked) = Row::of(asked) else { continue };
            for machine in &asked.list("virtualMachines") {
                let of = Row::of(machine).and_then(|machine| Request::of(asked, machine));
                self.requests.extend(of);
            }
        }
    }

    /// Keeps what is about a machine of this name or id, in its order.
    fn narrow(&mut self, asked: &str) {
        let lower = asked.to_lowercase();
        let fits = |id: &str| {
            let id = id.to_lowercase();
            let name = id.rsplit('/').next().unwrap_or_default();
            id == lower || (!lower.contains('/') && name.contains(&lower))
        };
        self.machines.retain(|one| fits(&one.id));
        self.requests.retain(|one| fits(&one.machine));
        self.lacking.retain(|id| fits(id));
        self.machines.sort_by(|a, b| a.id.cmp(&b.id));
        self.requests.sort_by(|a, b| b.began_at.cmp(&a.began_at));
        self.requests.truncate(MAX_REQUESTS);
    }
}

impl Machine {
    fn of(row: Row<'_>, subscription: &Subscription) -> Option<Self> {
        let ports = row.list("ports");
        let ports: Vec<Row<'_>> = ports.iter().filter_map(Row::of).collect();
        let number = |port: &Row<'_>| port.text("number").map(|text| cut(&text, 20).into_owned());
        Some(Self {
            id: row.text("id")?,
            longest: ports.first().and_then(|port| port.text("maxRequestAccessDuration")),
            ports: ports.iter().filter_map(number).collect(),
            subscription: subscription.name.clone(),
        })
    }
}

impl Request {
    fn of(asked: Row<'_>, machine: Row<'_>) -> Option<Self> {
        let ports = machine.list("ports");
        let port = ports.first().and_then(Row::of);
        let said = |key: &str| asked.text(key).map(|text| Untrusted::new(&text));
        let of_port = |key: &str| port.and_then(|port| port.text(key));
        Some(Self {
            machine: machine.text("id")?,
            requestor: said("requestor"),
            began_at: asked.instant("startTimeUtc").map(|at| at.to_string()),
            ends_at: port.and_then(|port| port.instant("endTimeUtc")).map(|at| at.to_string()),
            port: of_port("number"),
            status: of_port("status").map(|text| cut(&text, 40).into_owned()),
            justification: said("justification"),
        })
    }
}

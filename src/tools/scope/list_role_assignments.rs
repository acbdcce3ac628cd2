//! `list_role_assignments`: who has which role where, and which of that is broad.
//!
//! Reads `authorizationresources` of Resource Graph with what subscriptions inherit
//! (`authorizationScopeFilter`, 2024-04-01). A grant is broad when it lets its holder change
//! everything, or who may, at a subscription or above. Names of principals are the directory's,
//! which is not read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::look_up;
use crate::{
    azure::kql_literal::Literal,
    protocol::Pillar,
    tools::{
        arguments::given,
        context::{GRAPH_ACTION, GraphRead, ReadContext},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

use reading::Assignment;

const ACTION: &str = "Microsoft.Authorization/roleAssignments/read";
/// Roles that let their holder change everything, or who may.
const PRIVILEGED: [&str; 4] = [
    "Owner",
    "Contributor",
    "User Access Administrator",
    "Role Based Access Control Administrator",
];
const MAX_ROWS: usize = 2_000;
const ALL: &str = "\
authorizationresources
| where type =~ 'microsoft.authorization/roleassignments'";

/// Lists role assignments.
#[derive(Clone, Copy, Debug)]
pub struct ListRoleAssignments;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Role, or part of its name, e.g. `Owner`.
    role: Option<String>,
    /// Object id of a user, group or service principal; or one of these words for a kind.
    principal: Option<String>,
    /// Only broad grants, only inherited from above a subscription, or only direct ones.
    only: Option<Only>,
    /// Who may reach this resource: name or ARM id.
    resource: Option<String>,
    /// Who may reach this resource group.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// Which assignments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Only {
    /// All rights, or those over access, at a subscription or above.
    Broad,
    /// From a management group or the tenant.
    Inherited,
    /// At a subscription or below.
    Direct,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many there are.
    total: u64,
    /// How many of those here are broad.
    broad: u64,
    /// How many of those here are from above a subscription.
    inherited: u64,
    /// To users, of those here.
    users: u64,
    /// To groups.
    groups: u64,
    /// To service principals.
    service_principals: u64,
    /// The assignments, broad ones first.
    assignments: Vec<Assignment>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

impl Tool for ListRoleAssignments {
    const NAME: &'static str = "list_role_assignments";
    const TITLE: &'static str = "List role assignments";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Lists who has which Azure role where, inherited ones \
        included, broad grants (Owner, Contributor, access administrators) first.";
    const ASKS: &'static [&'static str] = &[
        "Who has access to this subscription?",
        "Find role assignments granting Owner or Contributor broadly",
        "Review RBAC for over-privileged users and identities",
        "Show me the available role assignments in my subscription",
        "Which service principals are Owner?",
        "Who can assign roles?",
        "Which role assignments are inherited from management groups?",
        "Who are the owners of production?",
    ];
    const ACTIONS: &'static [RbacAction] = &[ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let mut over = visible.select(cx.bounds(), &input.subscription)?;
        let one = given(input.resource.as_deref()).map(|name| ("resource", name));
        let one = one.or(given(input.resource_group.as_deref()).map(|one| ("resourceGroup", one)));
        let places = match one {
            Some((field, name)) => {
                let id = look_up::id_of(cx, field, name).await?;
                let own = id.split('/').nth(2).unwrap_or_default();
                over.retain(|one| one.id.eq_ignore_ascii_case(own));
                vec![id]
            }
            None if cx.bounds().is_narrow() => super::places::of(cx, &over),
            None => Vec::new(),
        };
        let (template, values) = reading::query(&input, &places);
        let values: Vec<(&str, Literal)> =
            values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let text = cx.whole_query("authorizationresources", &template, &values)?;
        let read = GraphRead { text, over: &over, max_rows: MAX_ROWS };
        let (answer, with_rows) =
            tokio::try_join!(cx.graph_inherited(&read), cx.with_rows(&over, ALL))?;
        let count = answer.rows.len();
        let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
        let read = rows.iter().filter_map(|row| Assignment::of(Row::of(row)?, visible));
        let assignments: Vec<Assignment> = read.collect();
        cx.skipped("/", count - assignments.len());
        if assignments.is_empty() {
            cx.check_allowed(&over, ACTION).await?;
        } else {
            cx.check_without_rows(&over, &with_rows, ACTION).await?;
        }
        let total = answer.total.unwrap_or(0).max(assignments.len() as u64);
        Ok(Output::of(assignments, total, &reading::asked(&input)))
    }
}

impl Output {
    fn of(assignments: Vec<Assignment>, total: u64, asked: &str) -> Self {
        let count = |fits: &dyn Fn(&Assignment) -> bool| {
            assignments.iter().filter(|one| fits(one)).count() as u64
        };
        Self {
            total,
            broad: count(&|one| one.broad),
            inherited: count(&Assignment::is_inherited),
            users: count(&|one| one.is_to("User")),
            groups: count(&|one| one.is_to("Group")),
            service_principals: count(&|one| one.is_to("ServicePrincipal")),
            asked: Untrusted::new(asked),
            assignments,
        }
    }
}

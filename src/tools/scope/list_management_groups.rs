//! `list_management_groups`: the hierarchy of management groups, with the subscriptions in it.
//!
//! Owns the tree, made of what `resourcecontainers` of Resource Graph tells of subscriptions and
//! of groups themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
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

mod telling;
mod tree;

use tree::{Group, Tree};

const MAX_ROWS: usize = 5_000;
const QUERY: &str = "\
| where type in~ ('microsoft.resources/subscriptions', 'microsoft.management/managementgroups')
| project id, name, type, subscriptionId, display = tostring(properties.displayName),
    chain = properties.managementGroupAncestorsChain,
    above = properties.details.managementGroupAncestorsChain
| order by id asc";

/// Lists management groups.
#[derive(Clone, Copy, Debug)]
pub struct ListManagementGroups;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Part of a management group's name: it and what is below. Default all.
    name: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Subscriptions in the groups listed.
    subscription_count: u64,
    /// Levels below the root, the root's own included.
    levels: u64,
    /// The groups, each before those below it.
    groups: Vec<Group>,
    /// Subscriptions whose group is not known.
    unplaced: Vec<Untrusted<String>>,
    /// What was asked for.
    asked: Untrusted<String>,
}

impl Tool for ListManagementGroups {
    const NAME: &'static str = "list_management_groups";
    const TITLE: &'static str = "List management groups";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Lists the hierarchy of management groups with the \
        subscriptions in each.";
    const ASKS: &'static [&'static str] = &[
        "Show the management group hierarchy",
        "Which management groups are there?",
        "Which subscriptions are under which management group?",
        "What is below the landing zones management group?",
        "In which management group is production?",
        "List descendants of a management group",
    ];
    const ACTIONS: &'static [RbacAction] = &[GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.inside();
        let text = cx.whole_query("resourcecontainers", QUERY, &[])?;
        let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_ROWS }).await?;
        let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
        let mut tree = Tree::default();
        // A group that holds nothing of a bounded thread is none of its business.
        let all = cx.bounds().scope().is_unbounded() && cx.bounds().allows_all();
        let mut left_out = 0;
        for row in rows.iter().filter_map(Row::of) {
            let placed =
                match row.text("type").is_some_and(|kind| kind.ends_with("managementgroups")) {
                    true if all => tree.add_group(row),
                    true => Some(()),
                    false => tree.add_subscription(row, visible),
                };
            left_out += usize::from(placed.is_none());
        }
        cx.skipped("/", left_out);
        if answer.truncated {
            cx.note("/", "Truncated", "there are more subscriptions and groups than were read");
        }
        let asked = given(input.name.as_deref()).unwrap_or_default();
        let (groups, unplaced) = tree.finish(asked);
        Ok(Output {
            subscription_count: groups.iter().map(|one| one.subscriptions.len() as u64).sum(),
            levels: groups.iter().map(|one| one.level).max().unwrap_or(0),
            groups,
            unplaced,
            asked: Untrusted::new(asked),
        })
    }
}

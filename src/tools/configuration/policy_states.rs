//! Policy states of Resource Graph: the query they are read with, and what the policies in them
//! are called.
//!
//! Owns the boundary of a state, which is that of the resource it is of, and the second query that
//! turns the ids of policies into names. Table `policyresources`.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    azure::{ResourceId, kql_literal, kql_literal::Literal},
    tools::{
        context::{GraphRead, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        untrusted::Untrusted,
    },
};

/// The right to see how resources comply.
pub(super) const STATES_ACTION: &str = "Microsoft.PolicyInsights/policyStates/queryResults/read";

/// Names that are looked up at most.
const MAX_NAMES: usize = 300;

/// What is asked of states.
#[derive(Debug, Default)]
pub(super) struct Narrowed<'a> {
    /// Part of an assignment's name or display name.
    pub(super) assignment: Option<&'a str>,
    /// Part of a definition's name or display name.
    pub(super) definition: Option<&'a str>,
    /// The resource group's name.
    pub(super) group: Option<&'a str>,
    /// The ARM type.
    pub(super) kind: Option<String>,
    /// The ARM id of a resource.
    pub(super) resource: Option<String>,
}

/// Reads rows of states: `rest` follows the table with the columns `resourceId`, `weight`,
/// `assignmentId`, `definitionId` and what `properties` has.
pub(super) async fn rows(
    cx: &ReadContext,
    over: &[Subscription],
    narrowed: &Narrowed<'_>,
    (rest, max_rows): (&str, usize),
) -> Result<(Vec<Value>, u64), ToolError> {
    let mut values = Vec::new();
    let mut text = String::from("| where type =~ 'microsoft.policyinsights/policystates'\n");
    text.push_str(&bound(cx, over));
    text.push_str(
        "| extend resourceId = tolower(tostring(properties.resourceId)), \
         weight = toint(properties.stateWeight), \
         assignmentId = tolower(tostring(properties.policyAssignmentId)), \
         definitionId = tolower(tostring(properties.policyDefinitionId))\n",
    );
    for (word, ids, column) in [
        (narrowed.assignment, ASSIGNMENTS, "assignmentId"),
        (narrowed.definition, DEFINITIONS, "definitionId"),
    ] {
        if let Some(word) = word {
            let found = named(cx, over, ids, word).await?;
            let texts = kql_literal::strings(&found);
            text.push_str(&format!("| where {column} in~ {texts}\n"));
        }
    }
    if let Some(group) = narrowed.group {
        text.push_str("| where resourceGroup =~ {{group}}\n");
        values.push(("group", Literal::Text(group.to_owned())));
    }
    if let Some(kind) = &narrowed.kind {
        text.push_str("| where tostring(properties.resourceType) =~ {{kind}}\n");
        values.push(("kind", Literal::Text(kind.clone())));
    }
    if let Some(resource) = &narrowed.resource {
        text.push_str("| where resourceId =~ {{resource}}\n");
        values.push(("resource", Literal::Text(resource.clone())));
    }
    text.push_str(rest);
    let text = cx.whole_query("policyresources", &text, &values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows }).await?;
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    let total = answer.total.unwrap_or(rows.len() as u64).max(rows.len() as u64);
    Ok((rows, total))
}

fn bound(cx: &ReadContext, over: &[Subscription]) -> String {
    let below = |id: &ResourceId| {
        let own = kql_literal::string(&id.to_string());
        let below = kql_literal::string(&format!("{id}/"));
        let column = "tostring(properties.resourceId)";
        format!("{column} =~ {own} or {column} startswith {below}")
    };
    let filter = cx.bounds().filter_by(over, below);
    filter.map(|filter| format!("| where {filter}\n")).unwrap_or_default()
}

const ASSIGNMENTS: &str = "('microsoft.authorization/policyassignments')";
const DEFINITIONS: &str = "('microsoft.authorization/policydefinitions')";

/// The ids of the assignments or definitions that a word means.
async fn named(
    cx: &ReadContext,
    over: &[Subscription],
    kinds: &str,
    word: &str,
) -> Result<Vec<String>, ToolError> {
    let rest = format!(
        "| where type in~ {kinds}\n\
         | where name =~ {{{{word}}}} or id =~ {{{{word}}}} or tostring(properties.displayName) contains {{{{word}}}}\n\
         | project id = tolower(id)"
    );
    let values = [("word", Literal::Text(word.to_owned()))];
    let text = cx.whole_query("policyresources", &rest, &values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_NAMES }).await?;
    let ids: Vec<String> =
        answer.rows.iter().filter_map(|row| row.get("id")?.as_str().map(str::to_owned)).collect();
    match ids.is_empty() {
        false => Ok(ids),
        true if kinds == ASSIGNMENTS => Err(ToolError::wrong(
            "assignment",
            "no policy assignment in scope is called that; `list_policy_assignments` names them",
        )),
        true => Err(ToolError::wrong(
            "policy",
            "no policy definition is called that; `list_policy_definitions` names them",
        )),
    }
}

/// What a policy object is called, and what it says to whoever runs into it.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    /// Its title.
    pub(super) title: Untrusted<String>,
    /// Its message or description.
    pub(super) text: Untrusted<String>,
}

/// What policy objects are called, by id in lower case.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, Name>);

impl Names {
    /// Looks up the names of these ids; those that cannot be read keep their last segment.
    pub(super) async fn read(
        cx: &ReadContext,
        over: &[Subscription],
        mut ids: Vec<String>,
    ) -> Result<Self, ToolError> {
        ids.retain(|id| id.contains("/providers/microsoft.authorization/policy"));
        ids.sort();
        ids.dedup();
        ids.truncate(MAX_NAMES);
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let rest = "| where type in~ ('microsoft.authorization/policyassignments', \
            'microsoft.authorization/policydefinitions', 'microsoft.authorization/policysetdefinitions')\n\
            | where id in~ {{ids}}\n\
            | project id = tolower(id), title = tostring(properties.displayName), \
            message = tostring(properties.nonComplianceMessages[0].message), \
            description = tostring(properties.description)";
        let values = [("ids", Literal::Texts(ids))];
        let text = cx.whole_query("policyresources", rest, &values)?;
        let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_NAMES }).await?;
        let mut names = HashMap::new();
        for fields in answer.rows {
            let value = Value::Object(fields);
            let Some(row) = Row::of(&value) else { continue };
            let Some(id) = row.text("id") else { continue };
            let text = row.text("message").or_else(|| row.text("description"));
            let name = Name {
                title: Untrusted::new(&row.text("title").unwrap_or_else(|| last(&id).to_owned())),
                text: Untrusted::new(&text.unwrap_or_default()),
            };
            names.insert(id.to_lowercase(), name);
        }
        Ok(Self(names))
    }

    /// What an id is called.
    pub(super) fn of(&self, id: &str) -> Name {
        self.0
            .get(&id.to_lowercase())
            .cloned()
            .unwrap_or_else(|| Name { title: Untrusted::new(last(id)), text: Untrusted::default() })
    }
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

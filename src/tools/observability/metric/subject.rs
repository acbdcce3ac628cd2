//! Whose metrics are wanted: resources by name, by id or by type. Table `resources`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    azure::{ResourceId, kql_literal::Literal},
    tools::{
        arguments::{given, group_given},
        context::{GraphRead, RESOURCES_ACTION, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        scope::resource_types::type_of,
        untrusted::visible,
    },
};

/// What was asked for.
#[derive(Debug, Default)]
pub(in super::super) struct Asked {
    /// Names, parts of names or ARM ids.
    pub(in super::super) resources: Vec<String>,
    /// A type in words.
    pub(in super::super) kind: Option<String>,
    /// A resource group.
    pub(in super::super) group: Option<String>,
}

/// A resource with metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Subject {
    pub(in super::super) id: String,
    pub(in super::super) name: String,
    /// The ARM type in lower case.
    pub(in super::super) kind: String,
}

/// What was found.
#[derive(Debug, Default)]
pub(in super::super) struct Subjects {
    pub(in super::super) found: Vec<Subject>,
    /// How many fit in all.
    pub(in super::super) total: u64,
}

const COLUMNS: &str = "\
| project id, name, type
| order by name asc, id asc";

/// Words for a type as an ARM type.
///
/// # Errors
/// [`ToolError::Rejected`] for words that mean none.
pub(in super::super) fn kind_of(words: Option<&String>) -> Result<Option<String>, ToolError> {
    let Some(words) = given(words) else { return Ok(None) };
    type_of(words).map(Some).ok_or_else(|| {
        let rule = format!(
            "no resource type is called `{}`; give an ARM type such as \
             `Microsoft.Compute/virtualMachines`",
            visible(words)
        );
        ToolError::wrong("type", rule)
    })
}

/// Finds up to `max` resources: those of the very names, else those with them in their names.
///
/// # Errors
/// [`ToolError::Rejected`] when nothing or too little was asked for, or nothing is there.
pub(in super::super) async fn find(
    cx: &ReadContext,
    over: &[Subscription],
    asked: &Asked,
    max: usize,
) -> Result<Subjects, ToolError> {
    let kind = kind_of(asked.kind.as_ref())?;
    let names: Vec<String> = asked
        .resources
        .iter()
        .filter_map(|text| given(Some(text)))
        .map(|text| text.trim_matches('`').trim_end_matches('/').to_owned())
        .collect();
    if names.is_empty() && kind.is_none() {
        return Err(ToolError::wrong("resource", "name a resource, or a type"));
    }
    for id in names.iter().filter(|name| name.starts_with('/')) {
        cx.check(id).await?;
        let parsed = ResourceId::parse(id);
        parsed.map_err(|error| ToolError::wrong("resource", error.to_string()))?;
    }
    let exact = query(cx, over, (&names, kind.as_deref(), asked), Match::Exact, max).await?;
    if !exact.found.is_empty() || names.is_empty() {
        return some(cx, over, exact, (&names, kind.as_deref())).await;
    }
    // A name says more than words that may mean a type: `disk latency of vm-01`.
    if kind.is_some() {
        let named = query(cx, over, (&names, None, asked), Match::Exact, max).await?;
        if !named.found.is_empty() {
            return Ok(named);
        }
    }
    let part = query(cx, over, (&names, kind.as_deref(), asked), Match::Part, max).await?;
    some(cx, over, part, (&names, kind.as_deref())).await
}

/// What was found, if anything was: who may see no resources is told so.
async fn some(
    cx: &ReadContext,
    over: &[Subscription],
    found: Subjects,
    (names, kind): (&[String], Option<&str>),
) -> Result<Subjects, ToolError> {
    if !found.found.is_empty() {
        return Ok(found);
    }
    cx.check_silent(over, &BTreeSet::new(), ("resources", RESOURCES_ACTION)).await?;
    let named: Vec<String> = names.iter().map(|name| format!("`{}`", visible(name))).collect();
    Err(match (named.as_slice(), kind) {
        ([], Some(kind)) => {
            ToolError::wrong("type", format!("there is no resource of the type `{kind}` in scope"))
        }
        (named, _) => ToolError::wrong(
            "resource",
            format!("no resource in scope is called {}", named.join(" or ")),
        ),
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Match {
    Exact,
    Part,
}

async fn query(
    cx: &ReadContext,
    over: &[Subscription],
    (names, kind, asked): (&[String], Option<&str>, &Asked),
    matches: Match,
    max: usize,
) -> Result<Subjects, ToolError> {
    let mut template = String::new();
    let mut values = Vec::new();
    if !names.is_empty() {
        template.push_str(match matches {
            Match::Exact => "| where name in~ {{names}} or id in~ {{names}}\n",
            Match::Part => "| where name contains {{first}}\n",
        });
        values.push(match matches {
            Match::Exact => ("names", Literal::Texts(names.to_vec())),
            Match::Part => ("first", Literal::Text(names.first().cloned().unwrap_or_default())),
        });
    }
    if let Some(kind) = kind {
        template.push_str("| where type =~ {{type}}\n");
        values.push(("type", Literal::Text(kind.to_owned())));
    }
    if let Some(group) = group_given(asked.group.as_ref()) {
        template.push_str("| where resourceGroup =~ {{group}}\n");
        values.push(("group", Literal::Text(group.to_owned())));
    }
    template.push_str(COLUMNS);
    let text = cx.query(("resources", over), &template, &values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: max }).await?;
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    let found: Vec<Subject> = rows.iter().filter_map(|row| Subject::of(Row::of(row)?)).collect();
    let total = answer.total.unwrap_or(0).max(found.len() as u64);
    Ok(Subjects { found, total })
}

impl Subject {
    fn of(row: Row<'_>) -> Option<Self> {
        let id = row.text("id")?;
        ResourceId::parse(&id).ok()?;
        Some(Self { name: row.text("name")?, kind: row.text("type")?.to_lowercase(), id })
    }
}

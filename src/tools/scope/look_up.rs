//! One resource by its name or ARM id: the rows of Resource Graph that it means.
//!
//! Owns the order of the search: an id means itself, an exact name comes before a part of one,
//! resources before resource groups. It must not know what the rows are wanted for.

use serde_json::{Map, Value};

use crate::{
    azure::{ResourceId, kql_literal::Literal},
    tools::{
        context::{GraphRead, ReadContext, Subscription},
        error::ToolError,
    },
};

/// Rows at most; a name that means more is too short.
pub(super) const MAX_FOUND: usize = 6;

const PROJECTION: &str = "\
| extend exact = iff(name =~ {{name}}, 1, 0)
| order by exact desc, name asc, id asc
| project id, name, type, kind, location, resourceGroup, subscriptionId, managedBy, sku, zones,
    identity, tags, properties, exact";

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked<'a> {
    /// The name, a part of it, or the ARM id.
    pub(super) name: &'a str,
    /// The ARM type, in lower case.
    pub(super) kind: Option<String>,
    /// The resource group's name.
    pub(super) group: Option<&'a str>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The rows, whole names before parts of names.
    pub(super) rows: Vec<Map<String, Value>>,
    /// Whether the rows have the very name or id.
    pub(super) exact: bool,
    /// How many there are.
    pub(super) total: u64,
}

/// Looks a resource up, with one query or two.
pub(super) async fn look_up(
    cx: &ReadContext,
    over: &[Subscription],
    asked: &Asked<'_>,
) -> Result<Found, ToolError> {
    let container = asked.name.starts_with('/') && {
        cx.check(asked.name).await?;
        let id = ResourceId::parse(asked.name)
            .map_err(|error| ToolError::wrong("resource", error.to_string()))?;
        id.provider().is_none()
    };
    if container {
        return search(cx, over, ("resourcecontainers", asked)).await;
    }
    let found = search(cx, over, ("resources", asked)).await?;
    if found.exact || asked.kind.is_some() || asked.name.starts_with('/') {
        return Ok(found);
    }
    let groups = search(cx, over, ("resourcecontainers", asked)).await?;
    Ok(if groups.exact || found.rows.is_empty() { groups } else { found })
}

/// The ARM id, in lower case, of the one resource that a name or an id means. An id is taken as it
/// is, once it is inside the scope: what it names may be gone.
///
/// # Errors
/// [`ToolError::Rejected`] naming `argument` when nothing or several things have the name.
pub(in crate::tools) async fn id_of(
    cx: &ReadContext,
    argument: &str,
    asked: &str,
) -> Result<String, ToolError> {
    let asked = asked.trim();
    if asked.starts_with('/') {
        cx.check(asked).await?;
        return Ok(asked.trim_end_matches('/').to_lowercase());
    }
    let visible = cx.subscriptions().await?;
    let over = visible.select(cx.bounds(), &None)?;
    let found = look_up(cx, &over, &Asked { name: asked, ..Asked::default() }).await?;
    let ids = found.rows.iter().filter_map(|row| row.get("id")?.as_str());
    let ids: Vec<&str> = ids.collect();
    match ids.as_slice() {
        [] => Err(ToolError::wrong(argument, "no resource in scope has that name")),
        [one] => Ok(one.to_lowercase()),
        several => {
            let rule = format!("several have that name: {}; give one id", several.join(", "));
            Err(ToolError::wrong(argument, rule))
        }
    }
}

async fn search(
    cx: &ReadContext,
    over: &[Subscription],
    (table, asked): (&str, &Asked<'_>),
) -> Result<Found, ToolError> {
    let mut template = String::new();
    let mut values = vec![("name", Literal::Text(asked.name.to_owned()))];
    if asked.name.starts_with('/') {
        let id = asked.name.trim_end_matches('/');
        template.push_str("| where id =~ {{id}}\n");
        values.push(("id", Literal::Text(id.to_owned())));
    } else {
        template.push_str("| where name contains {{name}}\n");
    }
    if let Some(kind) = &asked.kind {
        template.push_str("| where type =~ {{type}}\n");
        values.push(("type", Literal::Text(kind.clone())));
    }
    if let Some(group) = asked.group {
        template.push_str("| where resourceGroup =~ {{group}}\n");
        values.push(("group", Literal::Text(group.to_owned())));
    }
    template.push_str(PROJECTION);
    let text = cx.query((table, over), &template, &values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_FOUND }).await?;
    Ok(Found::of(answer.rows, answer.total.unwrap_or(0), asked.name.starts_with('/')))
}

impl Found {
    fn of(mut rows: Vec<Map<String, Value>>, total: u64, by_id: bool) -> Self {
        let is_exact = |row: &Map<String, Value>| {
            by_id || row.get("exact").and_then(Value::as_f64).is_some_and(|exact| exact > 0.0)
        };
        let exact = rows.iter().filter(|row| is_exact(row)).count();
        if exact > 0 && exact < rows.len() {
            rows.retain(is_exact);
            return Self { rows, exact: true, total: exact as u64 };
        }
        Self { exact: exact > 0, total: total.max(rows.len() as u64), rows }
    }
}

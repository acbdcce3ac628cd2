//! Which production resources use zones, as `list_zone_redundancy` counts them: its query file is
//! asked, so that both say the same.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::tools::{
    context::ReadContext,
    error::ToolError,
    query::{self, QueryTool},
    rows::Row,
    tool::AnyTool,
};

const TOOL: &str = "list_zone_redundancy";

/// How many resources use zones.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Zones {
    /// Resources that could use zones.
    pub(super) resources: u64,
    /// Those spread over several.
    pub(super) redundant: u64,
    /// Those in one.
    pub(super) zonal: u64,
    /// The rest.
    pub(super) neither: u64,
}

/// Counts production resources.
///
/// # Errors
/// Those of the query.
pub(super) async fn read(
    cx: &ReadContext,
    subscription: Option<&String>,
) -> Result<Zones, ToolError> {
    static FOUND: OnceLock<Option<QueryTool>> = OnceLock::new();
    let find = || {
        let all = query::built_in().unwrap_or_default();
        all.into_iter().find(|tool| tool.spec().name == TOOL)
    };
    let tool = FOUND.get_or_init(find).as_ref();
    let tool = tool.ok_or_else(|| ToolError::rejected(format!("there is no tool {TOOL}")))?;
    let mut arguments = json!({ "environment": "production" });
    if let (Some(arguments), Some(name)) = (arguments.as_object_mut(), subscription) {
        arguments.insert("subscription".to_owned(), Value::String(name.clone()));
    }
    let told = tool.tell(cx, arguments).await?;
    let rows = Row::of(&told.output).map(|row| row.list("rows")).unwrap_or_default();
    let sum = |key: &str| {
        rows.iter().filter_map(Row::of).map(|row| row.count(key).unwrap_or(0)).sum::<u64>()
    };
    Ok(Zones {
        resources: sum("resources"),
        redundant: sum("redundant"),
        zonal: sum("zonal"),
        neither: sum("neither"),
    })
}

//! A resource that is named and not given by id.
//!
//! Owns the question whether a name means one resource. Table `resources`.

use crate::{
    azure::{ResourceId, kql_literal::Literal},
    tools::{
        arguments::given,
        context::{GraphRead, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
    },
};

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Nothing in particular.
    Any,
    /// This resource.
    One(ResourceId),
    /// Whatever has this in its name.
    Part(String),
}

impl Named {
    /// Reads an argument: an ARM id inside the boundary, the name of the only resource that is
    /// called so, else a part of names.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] for an id that is none or outside, else what the query failed with.
    pub(super) async fn of(
        cx: &ReadContext,
        over: &[Subscription],
        resource: Option<&String>,
    ) -> Result<Self, ToolError> {
        let Some(resource) = given(resource) else { return Ok(Self::Any) };
        if resource.starts_with('/') {
            cx.check(resource).await?;
            let id = ResourceId::parse(resource);
            return id
                .map(Self::One)
                .map_err(|error| ToolError::wrong("resource", error.to_string()));
        }
        let values = [("name", Literal::Text(resource.to_owned()))];
        let rest = "| where name =~ {{name}}\n| project id\n| order by id asc";
        let text = cx.query(("resources", over), rest, &values)?;
        let answer = cx.graph(&GraphRead { text, over, max_rows: 2 }).await?;
        let rows: Vec<serde_json::Value> =
            answer.rows.into_iter().map(serde_json::Value::Object).collect();
        let mut ids =
            rows.iter().filter_map(|row| ResourceId::parse(&Row::of(row)?.text("id")?).ok());
        Ok(match (ids.next(), ids.next()) {
            (Some(only), None) => Self::One(only),
            (_, _) => Self::Part(resource.to_owned()),
        })
    }

    /// Whether an ARM id is meant.
    pub(super) fn fits(&self, id: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => ResourceId::parse(id).is_ok_and(|id| id.is_within(one)),
            Self::Part(part) => {
                let name = id.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                name.to_lowercase().contains(&part.to_lowercase())
            }
        }
    }
}

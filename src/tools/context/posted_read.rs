//! Lists that are asked for by POST, such as policy states and the deployments of a remediation.
//!
//! Owns the boundary of such a read, as [`super::filtered_read`] does for GETs. It must not know
//! any operation; which POSTs only read is known to the reader.

use serde_json::{Value, json};

use super::{FilteredRead, Listed, Pages, ReadContext};
use crate::{
    azure::{ArmError, ArmPath, PageLimits, QueryPost},
    tools::error::ToolError,
};

impl ReadContext {
    /// Reads a list by a query POST without a body, kept within an id.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] when that id is outside the boundary, else what the list failed
    /// with.
    pub async fn post_list_within(&self, read: &FilteredRead<'_>) -> Result<Listed, ToolError> {
        self.check(read.within).await?;
        let listed = self.posted(read).await;
        listed.map_err(|error| ToolError::from_arm(&error, read.list.action, read.list.scope))
    }

    async fn posted(&self, read: &FilteredRead<'_>) -> Result<Listed, ArmError> {
        let list = &read.list;
        let path = ArmPath::parse(&format!("{}{}", list.scope.trim_end_matches('/'), list.below))?;
        let post = QueryPost::new(path, list.version)?;
        let post = read
            .query
            .iter()
            .fold(post, |post, (name, value)| post.with_query(name, value.as_str()));
        let max_pages = match list.pages {
            Pages::All => self.max_pages,
            Pages::First => 1,
        };
        let limits = PageLimits { max_pages, ..PageLimits::default() };
        let page = self.reader.query_list::<Value>(&post, &json!({}), limits).await?;
        let truncated = page.truncated && list.pages == Pages::All;
        if truncated {
            self.note(list.scope, "Truncated", "there is more than was read");
        }
        let given = page.items.len();
        let rows: Vec<_> = page
            .items
            .into_iter()
            .filter_map(|item| match item {
                Value::Object(fields) => Some(fields),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => None,
            })
            .collect();
        self.skipped(list.scope, given - rows.len());
        self.data_from(self.at.now);
        Ok(Listed { rows, truncated })
    }
}

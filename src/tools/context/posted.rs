//! Reads that are POSTs: queries whose question is a body.
//!
//! Owns the following of their links. The body decides what is looked at, so that the caller must
//! keep it inside the boundary. It must not know any operation.

use serde_json::Value;

use super::{ListRead, ReadContext};
use crate::{
    azure::{ArmError, ArmPath, QueryPost},
    tools::error::ToolError,
};

impl ReadContext {
    /// Asks a query and gives its pages, at most as many as the context allows. The link to the
    /// next one is at `properties.nextLink`, and is asked with the same body.
    ///
    /// # Errors
    /// What the query failed with.
    pub async fn query_pages(
        &self,
        read: &ListRead<'_>,
        body: &Value,
    ) -> Result<Vec<Value>, ToolError> {
        let pages = self.read_query_pages(read, body).await;
        self.data_from(self.at.now);
        pages.map_err(|error| ToolError::from_arm(&error, read.action, read.scope))
    }

    async fn read_query_pages(
        &self,
        read: &ListRead<'_>,
        body: &Value,
    ) -> Result<Vec<Value>, ArmError> {
        let path = ArmPath::parse(&format!("{}{}", read.scope.trim_end_matches('/'), read.below))?;
        let post = QueryPost::new(path, read.version)?;
        let mut page: Value = self.reader.query(&post, body).await?;
        let mut pages = Vec::new();
        loop {
            let link = page.pointer("/properties/nextLink").and_then(Value::as_str);
            let link = link.filter(|link| !link.is_empty()).map(str::to_owned);
            pages.push(page);
            let Some(link) = link else {
                return Ok(pages);
            };
            if pages.len() >= self.max_pages as usize {
                self.note(read.scope, "Truncated", "there is more than was read");
                return Ok(pages);
            }
            page = self.reader.query_link(&post, &link, body).await?;
        }
    }
}

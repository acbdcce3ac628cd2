//! Reads that a query string narrows: a filtered list, or one object.
//!
//! Owns how such a read is kept inside the boundary: by the id that it is `within`, since its path
//! may be that of the whole subscription. It must not know any operation.

use serde_json::{Map, Value};

use super::{ListRead, Pages, ReadContext};
use crate::{
    azure::{ArmError, ArmGet, ArmPath, PageLimits},
    tools::error::ToolError,
};

/// A list or an object, kept by its query within an id.
#[derive(Clone, Copy, Debug)]
pub struct FilteredRead<'a> {
    /// The operation and the scope of its path.
    pub list: ListRead<'a>,
    /// The ARM id that the answer is about; it must be inside the boundary.
    pub within: &'a str,
    /// Query parameters such as `$filter`, values as they are.
    pub query: &'a [(&'a str, String)],
}

/// What a list gave.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// The rows.
    pub rows: Vec<Map<String, Value>>,
    /// Whether there are more, beyond the limit of pages.
    pub truncated: bool,
}

impl ReadContext {
    /// Reads a list whose query keeps it within an id.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] when that id is outside the boundary, else what the list failed
    /// with.
    pub async fn list_within(&self, read: &FilteredRead<'_>) -> Result<Listed, ToolError> {
        self.check(read.within).await?;
        self.listed(&read.list, read.query)
            .await
            .map_err(|error| ToolError::from_arm(&error, read.list.action, read.list.scope))
    }

    /// Reads one object about something within the boundary.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] when that id is outside the boundary, else what the read failed
    /// with.
    pub async fn object_within(&self, read: &FilteredRead<'_>) -> Result<Value, ToolError> {
        self.check(read.within).await?;
        let got = match request(&read.list, read.query) {
            Ok(get) => self.reader.get::<Value>(&get).await,
            Err(error) => Err(error),
        };
        self.data_from(self.at.now);
        got.map_err(|error| ToolError::from_arm(&error, read.list.action, read.list.scope))
    }

    pub(super) async fn listed(
        &self,
        read: &ListRead<'_>,
        query: &[(&str, String)],
    ) -> Result<Listed, ArmError> {
        let max_pages = match read.pages {
            Pages::All => self.max_pages,
            Pages::First => 1,
        };
        let limits = PageLimits { max_pages, ..PageLimits::default() };
        let page = self.reader.list::<Value>(&request(read, query)?, limits).await?;
        let truncated = page.truncated && read.pages == Pages::All;
        if truncated {
            self.note(read.scope, "Truncated", "there is more than was read");
        }
        let given = page.items.len();
        let rows: Vec<_> = page.items.into_iter().filter_map(object).collect();
        self.skipped(read.scope, given - rows.len());
        self.data_from(self.at.now);
        Ok(Listed { rows, truncated })
    }
}

fn request(read: &ListRead<'_>, query: &[(&str, String)]) -> Result<ArmGet, ArmError> {
    let path = ArmPath::parse(&format!("{}{}", read.scope.trim_end_matches('/'), read.below))?;
    let get = ArmGet::new(path, read.version);
    Ok(query.iter().fold(get, |get, (name, value)| get.with_query(name, value.as_str())))
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}

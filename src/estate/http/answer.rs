//! What a provider answers with, before the headers every answer has.

use bytes::Bytes;
use serde::Serialize;

use super::error::ArmError;

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// JSON, or nothing.
    pub(crate) body: Option<Bytes>,
    /// Headers beside the usual ones.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Answer {
    /// 200 with a JSON body.
    pub(crate) fn json(body: &impl Serialize) -> Result<Self, ArmError> {
        let body = serde_json::to_vec(body).map_err(|_| ArmError::internal())?;
        Ok(Self { status: 200, body: Some(body.into()), headers: Vec::new() })
    }

    /// 200 with `{"value": […]}` and nothing more: a list that is never paged.
    pub(crate) fn list(items: &[serde_json::Value]) -> Result<Self, ArmError> {
        Self::json(&serde_json::json!({ "value": items }))
    }

    /// 204.
    pub(crate) const fn no_content() -> Self {
        Self { status: 204, body: None, headers: Vec::new() }
    }

    /// With a header.
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

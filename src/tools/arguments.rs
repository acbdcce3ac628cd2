//! Arguments that many tools have, read in one way.
//!
//! It must not know any tool.

use jiff::ToSpan;

use super::{context::ReadContext, error::ToolError, time_range::TimeRange};

/// How long Azure keeps something: days, and a sentence without a full stop that says so.
pub type Kept = (i64, &'static str);

/// The text of an argument without white space around it, if there is any.
#[must_use]
pub fn given<T: AsRef<str> + ?Sized>(text: Option<&T>) -> Option<&str> {
    text.map(|text| text.as_ref().trim()).filter(|text| !text.is_empty())
}

/// The name of a resource group, which may come as an ARM id.
#[must_use]
pub fn group_given<T: AsRef<str> + ?Sized>(group: Option<&T>) -> Option<&str> {
    let group = given(group)?.trim_end_matches('/');
    group.rsplit('/').next()
}

/// The limit of rows: the usual one when none is asked for.
///
/// # Errors
/// [`ToolError::Rejected`] when it is not 1 to the most there may be.
pub fn limit_of(asked: Option<u32>, (usual, most): (u32, u32)) -> Result<usize, ToolError> {
    let limit = asked.unwrap_or(usual);
    if (1..=most).contains(&limit) {
        return Ok(limit as usize);
    }
    Err(ToolError::wrong("limit", format!("give 1 to {most}")))
}

/// A time range of something that Azure keeps for some days; a part that is gone is in the
/// coverage.
///
/// # Errors
/// [`ToolError::Rejected`] when the text is no range, or all of it is gone.
pub fn range_of(cx: &ReadContext, text: &str, (days, gone): Kept) -> Result<TimeRange, ToolError> {
    let range = TimeRange::parse("timeRange", text, cx.moment())?;
    let oldest = cx.now().checked_sub((days * 24).hours()).unwrap_or(range.start);
    let Some((range, cut)) = range.since(oldest) else {
        return Err(ToolError::wrong("timeRange", gone));
    };
    if cut {
        cx.note("/", "Truncated", gone);
    }
    Ok(range)
}

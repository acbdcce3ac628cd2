//! Links of a result into the Azure portal.
//!
//! Owns which parts of views and findings get one. The links are made here, by code, from ids that
//! parse; it must not know any tool, nor the portal's host.

use serde_json::Value;

use super::context::ReadContext;
use crate::protocol::{Column, ColumnKind, Finding, TimelineEntry, View};

/// The view with a link at every resource that has a page.
pub(super) fn view(view: View, cx: &ReadContext) -> View {
    match view {
        View::Table { title, columns, rows, total } => {
            let linked = columns.into_iter().enumerate();
            let columns = linked.map(|(at, one)| column(one, (at, &rows), cx)).collect();
            View::Table { title, columns, rows, total }
        }
        View::Timeline { title, entries, total } => {
            let entries = entries.into_iter().map(|one| entry(one, cx)).collect();
            View::Timeline { title, entries, total }
        }
        other @ (View::Chart { .. } | View::Gauge { .. }) => other,
    }
}

/// The finding with a link to its resource.
pub(super) fn finding(finding: Finding, cx: &ReadContext) -> Finding {
    let portal_url = finding.resource_id.as_deref().and_then(|id| cx.portal_url(id));
    Finding { portal_url, ..finding }
}

fn entry(entry: TimelineEntry, cx: &ReadContext) -> TimelineEntry {
    let portal_url = entry.resource_id.as_deref().and_then(|id| cx.portal_url(id));
    TimelineEntry { portal_url, ..entry }
}

fn column(column: Column, (at, rows): (usize, &[Vec<Value>]), cx: &ReadContext) -> Column {
    if column.kind != ColumnKind::Resource {
        return column;
    }
    let link = |row: &Vec<Value>| row.get(at)?.as_str().and_then(|id| cx.portal_url(id));
    let urls: Vec<Option<String>> = rows.iter().map(link).collect();
    let any = urls.iter().any(Option::is_some);
    Column { portal_urls: if any { urls } else { Vec::new() }, ..column }
}

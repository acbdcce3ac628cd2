//! A table of Resource Graph, narrowed to what a call asks for: resource, group, time.
//!
//! Owns the filters that the tools of this room share and how they are worded. The columns of a
//! table must define `target`, the ARM id that a row is about, and `at`, its instant. It must not
//! know any table.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    azure::{
        ResourceId,
        kql_literal::{self, Literal},
    },
    tools::{
        arguments::{given, group_given},
        context::{GraphRead, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        time_range::TimeRange,
        untrusted::{Untrusted, cut},
    },
};

/// Rows that Resource Graph gives of a query without an id: it does not page those.
const MAX_COUNTS: usize = 1_000;

/// A table with its columns and filters.
#[derive(Clone, Debug, Default)]
pub(super) struct Narrowed {
    table: &'static str,
    columns: String,
    template: String,
    values: Vec<(&'static str, Literal)>,
    asked: Vec<String>,
}

/// What a query gave.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) rows: Vec<Value>,
    pub(super) total: u64,
}

impl Answer {
    /// The rows that are objects.
    pub(super) fn each(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().filter_map(Row::of)
    }
}

impl Narrowed {
    /// The table, with the columns that filters and counts use.
    pub(super) fn of(table: &'static str, columns: &str) -> Self {
        Self { table, columns: columns.to_owned(), ..Self::default() }
    }

    /// Adds a step of the query and its values.
    pub(super) fn step(&mut self, clause: &str, values: &[(&'static str, Literal)]) {
        self.template.push_str(clause);
        self.template.push('\n');
        self.values.extend_from_slice(values);
    }

    /// Adds to what was asked for, in words.
    pub(super) fn said(&mut self, words: &str) {
        self.asked.push(words.to_owned());
    }

    /// What was asked for, in words.
    pub(super) fn asked(&self) -> Untrusted<String> {
        Untrusted::new(&self.asked.join(" "))
    }

    /// Keeps rows about a resource: an ARM id, which must be inside the boundary, or a part of a
    /// name.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] for an id that is none or outside.
    pub(super) async fn resource(
        &mut self,
        cx: &ReadContext,
        resource: Option<&String>,
    ) -> Result<(), ToolError> {
        let Some(resource) = given(resource) else { return Ok(()) };
        if resource.starts_with('/') {
            cx.check(resource).await?;
            let id = ResourceId::parse(resource)
                .map_err(|error| ToolError::wrong("resource", error.to_string()))?;
            self.step(&format!("| where {}", about(&id)), &[]);
            self.said(&format!("on `{}`", id.name()));
        } else {
            let part = Literal::Text(resource.to_owned());
            self.step(
                "| where extract('([^/]+)$', 1, target) contains {{part}}",
                &[("part", part)],
            );
            self.said(&format!("on resources named like `{}`", cut(resource, 80)));
        }
        Ok(())
    }

    /// Keeps rows about a resource group or what is in it.
    pub(super) fn group(&mut self, group: Option<&String>) {
        let Some(group) = group_given(group) else { return };
        let inside = Literal::Text(format!("/resourcegroups/{group}/"));
        let itself = Literal::Text(format!("/resourcegroups/{group}"));
        self.step(
            "| where target contains {{inside}} or target endswith {{itself}}",
            &[("inside", inside), ("itself", itself)],
        );
        self.said(&format!("in resource group `{}`", cut(group, 90)));
    }

    /// Keeps rows of a time range.
    pub(super) fn range(&mut self, cx: &ReadContext, range: Option<TimeRange>) {
        let Some(range) = range else { return };
        self.step(
            "| where at >= {{start}} and at < {{end}}",
            &[("start", Literal::Instant(range.start)), ("end", Literal::Instant(range.end))],
        );
        self.said(&range.in_words(cx.moment()));
    }

    /// Runs the query with its last steps, kept inside the boundary.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(super) async fn read(
        &self,
        cx: &ReadContext,
        over: &[Subscription],
        (rest, more): (&str, &[(&'static str, Literal)]),
        max_rows: usize,
    ) -> Result<Answer, ToolError> {
        let bound = cx.bounds().filter_by(over, about);
        let bound = bound.map(|filter| format!("| where {filter}\n")).unwrap_or_default();
        let template = format!("{}{}{bound}{rest}", self.columns, self.template);
        let mut values = self.values.clone();
        values.extend_from_slice(more);
        let text = cx.whole_query(self.table, &template, &values)?;
        let answer = cx.graph(&GraphRead { text, over, max_rows }).await?;
        let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
        Ok(Answer { total: answer.total.unwrap_or(0).max(rows.len() as u64), rows })
    }

    /// Runs a query that counts.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(super) async fn counts(
        &self,
        cx: &ReadContext,
        over: &[Subscription],
        rest: &str,
    ) -> Result<Vec<Value>, ToolError> {
        Ok(self.read(cx, over, (rest, &[]), MAX_COUNTS).await?.rows)
    }

    /// Checks the right to read the table's rows where a subscription has none.
    ///
    /// # Errors
    /// [`ToolError::Denied`] when no row came and no scope allows it.
    pub(super) async fn check_rights(
        &self,
        cx: &ReadContext,
        over: &[Subscription],
        action: &str,
    ) -> Result<(), ToolError> {
        let rows = format!("{}\n{}", self.table, self.columns);
        cx.check_silent(over, &BTreeSet::new(), (&rows, action)).await
    }
}

/// Whether a row is about a resource or group, or something in it; names are compared whole.
fn about(id: &ResourceId) -> String {
    let own = kql_literal::string(&id.to_string());
    let below = kql_literal::string(&format!("{id}/"));
    format!("target =~ {own} or target startswith {below} or id startswith {below}")
}

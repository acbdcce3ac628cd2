//! A query of this pillar, kept inside the boundary by what its rows are about.
//!
//! Owns the filters that the tools of this room share and how they are worded. The columns of a
//! query must define `target`, the ARM id of what a row protects, and `vault`, the name of the
//! vault: the row's own id is the vault's, which may lie in another group than what it protects.
//! It must not know any table.

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

/// What a call is asked about, as far as the tools of this room share it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked<'a> {
    pub(super) vault: Option<&'a String>,
    pub(super) resource: Option<&'a String>,
    pub(super) group: Option<&'a String>,
}

/// A table with its columns and filters.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    cx: &'a ReadContext,
    over: &'a [Subscription],
    name: &'static str,
    columns: &'static str,
    first: String,
    template: String,
    values: Vec<(&'static str, Literal)>,
    asked: Vec<String>,
}

/// What a query gave.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) rows: Vec<Value>,
    pub(super) total: u64,
}

impl Found {
    /// The rows that are objects.
    pub(super) fn each(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().filter_map(Row::of)
    }
}

impl<'a> Table<'a> {
    /// A table with its columns, over some subscriptions.
    pub(super) fn of(
        cx: &'a ReadContext,
        over: &'a [Subscription],
        (name, columns): (&'static str, &'static str),
    ) -> Self {
        Self {
            cx,
            over,
            name,
            columns,
            first: String::new(),
            template: String::new(),
            values: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// Adds a step of the query and its values.
    pub(super) fn step(&mut self, clause: &str, values: &[(&'static str, Literal)]) {
        self.template.push_str(clause);
        self.template.push('\n');
        self.values.extend_from_slice(values);
    }

    /// Adds a condition on the table itself, before its columns: a large table is cut down there.
    pub(super) fn first(&mut self, condition: &str) {
        self.first.push_str(&format!("| where {condition}\n"));
    }

    /// Adds to what was asked for, in words.
    pub(super) fn said(&mut self, words: &str) {
        self.asked.push(words.to_owned());
    }

    /// What was asked for, in words.
    pub(super) fn asked(&self) -> Untrusted<String> {
        Untrusted::new(&self.asked.join(" "))
    }

    /// Keeps what is asked for.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] for an id that is none or outside the boundary.
    pub(super) async fn keep(&mut self, asked: Asked<'_>) -> Result<(), ToolError> {
        if let Some(resource) = given(asked.resource) {
            self.resource(resource).await?;
        }
        if let Some(vault) = given(asked.vault) {
            self.vault(vault);
        }
        if let Some(group) = group_given(asked.group) {
            let inside = Literal::Text(format!("/resourcegroups/{group}/"));
            self.step(
                "| where target contains {{group}} or id contains {{group}}",
                &[("group", inside)],
            );
            self.said(&format!("in resource group `{}`", cut(group, 90)));
        }
        Ok(())
    }

    async fn resource(&mut self, resource: &str) -> Result<(), ToolError> {
        let resource = resource.trim_matches('`').trim_end_matches('/');
        if resource.starts_with('/') {
            self.cx.check(resource).await?;
            let id = ResourceId::parse(resource)
                .map_err(|error| ToolError::wrong("resource", error.to_string()))?;
            self.step(&format!("| where {}", about(&id)), &[]);
            self.said(&format!("of `{}`", id.name()));
            return Ok(());
        }
        // People say where a backup is when they ask of what it is.
        let part = Literal::Text(resource.to_owned());
        self.step(
            "| where extract('([^/]+)$', 1, target) contains {{part}} or friendly contains {{part}} or vault =~ {{part}}",
            &[("part", part)],
        );
        self.said(&format!("of resources named like `{}`", cut(resource, 80)));
        Ok(())
    }

    /// Keeps what is in a vault, by name or by id.
    fn vault(&mut self, vault: &str) {
        let vault = vault.trim_matches('`').trim_end_matches('/');
        let name = vault.rsplit('/').next().unwrap_or(vault);
        if vault.starts_with('/') {
            let id = Literal::Text(format!("{vault}/"));
            self.step("| where id startswith {{vaultId}}", &[("vaultId", id)]);
        } else {
            let part = Literal::Text(name.to_owned());
            self.step("| where vault contains {{vaultName}}", &[("vaultName", part)]);
        }
        self.said(&format!("in vault `{}`", cut(name, 90)));
    }

    /// Keeps rows of a time range; the columns must define `at`.
    pub(super) fn range(&mut self, range: TimeRange) {
        self.step(
            "| where at >= {{start}} and at < {{end}}",
            &[("start", Literal::Instant(range.start)), ("end", Literal::Instant(range.end))],
        );
        self.said(&range.in_words(self.cx.moment()));
    }

    /// Runs the query with its last steps.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(super) async fn read(&self, rest: &str, max_rows: usize) -> Result<Found, ToolError> {
        let bound = self.cx.bounds().filter_by(self.over, about);
        let bound = bound.map(|filter| format!("| where {filter}\n")).unwrap_or_default();
        let template = format!("{}{}{}{bound}{rest}", self.first, self.columns, self.template);
        let text = self.cx.whole_query(self.name, &template, &self.values)?;
        let answer = self.cx.graph(&GraphRead { text, over: self.over, max_rows }).await?;
        let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
        Ok(Found { total: answer.total.unwrap_or(0).max(rows.len() as u64), rows })
    }

    /// Runs a query that counts.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(super) async fn counts(&self, rest: &str) -> Result<Found, ToolError> {
        self.read(rest, MAX_COUNTS).await
    }

    /// Checks the right to read the table's rows where a subscription has none, whatever was
    /// asked for.
    ///
    /// # Errors
    /// [`ToolError::Denied`] when no scope allows it.
    pub(super) async fn check_rights(&self, action: &str) -> Result<(), ToolError> {
        let rows = format!("{}\n{}", self.name, self.columns);
        self.cx.check_silent(self.over, &BTreeSet::new(), (&rows, action)).await
    }
}

/// Whether a row is about a resource or group, or something in it; names are compared whole.
fn about(id: &ResourceId) -> String {
    let own = kql_literal::string(&id.to_string());
    let below = kql_literal::string(&format!("{id}/"));
    format!("target =~ {own} or target startswith {below} or id startswith {below}")
}

/// The id of the vault that an id is below.
pub(super) fn vault_id(id: &str) -> String {
    id.split('/').take(9).collect::<Vec<_>>().join("/")
}

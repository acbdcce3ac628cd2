//! `list_locks`: which resources, groups and subscriptions are locked, against what, and why.
//!
//! Reads `ManagementLocks_ListAtSubscriptionLevel` and its like at narrower scopes (2020-05-01).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{look_up, places};
use crate::{
    azure::ApiVersion,
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::given,
        context::{Operation, Pages, ReadContext, Visible},
        error::ToolError,
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, headline,
            part_of, word_cell,
        },
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::{Untrusted, mark, word},
    },
};

const ACTION: &str = "Microsoft.Authorization/locks/read";
const MARKER: &str = "/providers/microsoft.authorization/locks/";
const TOLD: usize = 12;

/// Lists locks.
#[derive(Clone, Copy, Debug)]
pub struct ListLocks;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only this level.
    level: Option<Level>,
    /// Name or ARM id of a resource or resource group: its own locks and those it inherits.
    resource: Option<String>,
    /// Only in this resource group.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// What a lock forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
enum Level {
    /// Deleting.
    CanNotDelete,
    /// Deleting and changing.
    ReadOnly,
}

impl Level {
    const fn word(self) -> &'static str {
        match self {
            Self::CanNotDelete => "CanNotDelete",
            Self::ReadOnly => "ReadOnly",
        }
    }
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Locks against deleting.
    cannot_delete: u64,
    /// Locks against any change.
    read_only: u64,
    /// The locks, by what they are on.
    locks: Vec<Lock>,
    /// Where they were looked for, in words; empty is all in scope.
    asked: Untrusted<String>,
}

/// A lock.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Lock {
    /// The ARM id.
    id: String,
    /// The name.
    name: Untrusted<String>,
    /// `CanNotDelete` or `ReadOnly`.
    level: String,
    /// The ARM id of what is locked.
    scope: String,
    /// `subscription`, `resource group` or `resource`.
    kind: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
    /// Why, in the words of who made it.
    notes: Option<Untrusted<String>>,
}

impl Tool for ListLocks {
    const NAME: &'static str = "list_locks";
    const TITLE: &'static str = "List locks";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Lists the management locks on subscriptions, resource \
        groups and resources: level, what is locked and why.";
    const ASKS: &'static [&'static str] = &[
        "Which resources are locked?",
        "List delete locks",
        "Are there read-only locks?",
        "Which resource groups have a lock?",
        "Is this resource group locked against deletion?",
        "Show management locks in production",
    ];
    const ACTIONS: &'static [RbacAction] = &[ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let one = given(input.resource.as_deref()).map(|name| ("resource", name));
        let one = one.or(given(input.resource_group.as_deref()).map(|one| ("resourceGroup", one)));
        let (asked, places) = match one {
            Some((field, name)) => (name, vec![look_up::id_of(cx, field, name).await?]),
            None => ("", places::of(cx, &over)),
        };
        let mut locks = read(cx, &places, visible).await?;
        locks.retain(|one| input.level.is_none_or(|level| one.is(level)));
        Ok(Output::of(locks, asked))
    }
}

async fn read(
    cx: &ReadContext,
    places: &[String],
    visible: &Visible,
) -> Result<Vec<Lock>, ToolError> {
    let operation = Operation {
        below: "/providers/Microsoft.Authorization/locks",
        version: ApiVersion::new("2020-05-01"),
        action: ACTION,
        pages: Pages::All,
    };
    let (mut locks, mut first_error, mut read) = (Vec::new(), None, 0_usize);
    for (place, answer) in places::each(cx, places, operation).await {
        match answer {
            Ok(rows) => {
                let count = rows.len();
                let found: Vec<Lock> =
                    rows.iter().filter_map(|row| Lock::of(row, visible)).collect();
                cx.read_at(&place);
                cx.skipped(&place, count - found.len());
                locks.extend(found);
                read += 1;
            }
            Err(error) => {
                cx.failed(&place, &error);
                first_error.get_or_insert(error);
            }
        }
    }
    places::note_rest(cx, places, "its locks were");
    match first_error {
        Some(error) if read == 0 => Err(error),
        Some(_) | None => Ok(locks),
    }
}

impl Lock {
    fn of(fields: &Map<String, Value>, visible: &Visible) -> Option<Self> {
        let row = Row::over(fields);
        let id = row.text("id")?;
        let at = id.to_ascii_lowercase().rfind(MARKER)?;
        let scope = id.get(..at)?.to_owned();
        let lower = scope.to_ascii_lowercase();
        let kind = match (lower.contains("/resourcegroups/"), lower.contains("/providers/")) {
            (_, true) => "resource",
            (true, false) => "resource group",
            (false, false) => "subscription",
        };
        Some(Self {
            name: Untrusted::new(&row.text("name")?),
            level: row.text("properties.level")?,
            kind: kind.to_owned(),
            subscription: visible.name_of(scope.split('/').nth(2).unwrap_or_default()),
            notes: row.text("properties.notes").map(|notes| Untrusted::new(&notes)),
            scope,
            id,
        })
    }

    fn is(&self, level: Level) -> bool {
        self.level.eq_ignore_ascii_case(level.word())
    }

    fn told(&self) -> Finding {
        let name = self.scope.rsplit('/').next().unwrap_or(&self.scope);
        let notes = self.notes.as_ref().map(|notes| format!(": {}", notes.marked()));
        let text = format!(
            "The {} `{}` in `{}` has the lock `{}` ({}){}",
            self.kind,
            mark(name),
            self.subscription.marked(),
            self.name.marked(),
            word(&self.level),
            notes.unwrap_or_default()
        );
        let text = format!("{}.", text.trim_end_matches('.'));
        about(detail(FindingTone::Neutral, text), &self.scope)
    }
}

impl Output {
    fn of(mut locks: Vec<Lock>, asked: &str) -> Self {
        locks.sort_by_key(|one| (one.scope.to_lowercase(), one.id.to_lowercase()));
        let mut seen = BTreeSet::new();
        locks.retain(|one| seen.insert(one.id.to_lowercase()));
        let count = |level: Level| locks.iter().filter(|one| one.is(level)).count() as u64;
        Self {
            cannot_delete: count(Level::CanNotDelete),
            read_only: count(Level::ReadOnly),
            asked: Untrusted::new(asked),
            locks,
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let at = match self.asked.is_empty() {
            true => String::new(),
            false => format!(" that reach `{}`", self.asked.marked()),
        };
        let count = self.locks.len() as u64;
        if count == 0 {
            let text = format!("There are no such locks{at}.");
            return vec![
                headline(FindingTone::Neutral, text),
                action("Lock what everything else needs and what must not be lost."),
            ];
        }
        let text = format!(
            "There {} {}{at}: {} against deleting, {} against any change.",
            if count == 1 { "is" } else { "are" },
            count_of(count, "lock"),
            self.cannot_delete,
            self.read_only
        );
        let mut findings = vec![headline(FindingTone::Neutral, text)];
        findings.extend(self.locks.iter().take(TOLD).map(Lock::told));
        let told = count.min(TOLD as u64);
        findings.extend(part_of((told, count), "locks are told here; all are in the table"));
        findings
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("locks");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.locks.len() as u64;
        let row = |one: &Lock| {
            vec![
                cell(&one.scope),
                one.kind.as_str().into(),
                word_cell(&one.level),
                cell(one.name.as_str()),
                cell(one.notes.as_ref().map_or("", Untrusted::as_str)),
                cell(one.subscription.as_str()),
            ]
        };
        let table = View::Table {
            title: "Locks".to_owned(),
            columns: vec![
                column("scope", "Locked", ColumnKind::Resource),
                column("kind", "Kind", ColumnKind::Text),
                column("level", "Level", ColumnKind::Text),
                column("name", "Lock", ColumnKind::Text),
                column("notes", "Notes", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.locks.iter().map(row).collect(),
            total: rows,
        };
        Presentation {
            summary: count_of(rows, "lock"),
            findings: self.findings(),
            views: if rows == 0 { Vec::new() } else { vec![table] },
            rows,
            total: None,
        }
    }
}

//! Logs inside the boundary: whose are read, and how what lies outside is kept out.
//!
//! Owns the choice between workspaces and the logs of a scope. A workspace holds rows about
//! resources of any subscription: where the boundary is narrower than all, Azure is asked for the
//! logs of the scope itself, or each row is compared with it. It must not know any table.

use jiff::Timestamp;
use serde_json::Value;

use super::{GraphRead, ReadContext, Subscription};
use crate::{
    azure::{
        ArmError, LogAnswer, LogQuery, LogTarget, LogWorkspace, ResourceId, kql_literal,
        kql_text::KqlText,
    },
    tools::{error::ToolError, present::count_of, rows::Row, untrusted::Untrusted},
};

/// The right that a query of a workspace needs.
pub const LOGS_ACTION: &str = "Microsoft.OperationalInsights/workspaces/query/read";
/// The right to see workspaces.
pub const WORKSPACES_ACTION: &str = "Microsoft.OperationalInsights/workspaces/read";
/// The right that a query of a resource's own logs needs.
const RESOURCE_LOGS_ACTION: &str = "Microsoft.Insights/logs/read";

const WORKSPACES: &str = "\
| where type =~ 'microsoft.operationalinsights/workspaces'
| project id, name, customerId = tostring(properties.customerId)
| order by name asc, id asc";
/// Workspaces that one query reads.
const MAX_WORKSPACES: usize = 50;

/// Whose logs a call wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// All that there are inside the boundary.
    All,
    /// Those of the workspace with this name, ARM id or GUID.
    Workspace(&'a str),
    /// Those about this resource, group or subscription, by ARM id.
    Resource(&'a str),
}

/// Where logs are read.
#[derive(Clone, Debug)]
pub struct LogPlace {
    target: LogTarget,
    /// The names of the workspaces; empty where a scope is asked for its own logs.
    pub workspaces: Vec<Untrusted<String>>,
    /// The condition that keeps rows inside the boundary, where the place itself does not.
    pub filter: Option<String>,
}

/// A query of logs that a tool makes.
#[derive(Clone, Debug)]
pub struct LogRead<'a> {
    /// Where.
    pub place: &'a LogPlace,
    /// The query; it keeps to the filter of the place.
    pub text: KqlText,
    /// From when to when.
    pub span: (Timestamp, Timestamp),
    /// Rows at most.
    pub max_rows: usize,
}

impl LogPlace {
    /// The ARM id that the logs are of, to be told.
    fn scope(&self) -> String {
        match &self.target {
            LogTarget::Workspaces(first, _) => first.id.to_string(),
            LogTarget::Resource(id) => id.to_string(),
        }
    }

    /// The ARM id and the name of its first workspace; nothing where there is none.
    #[must_use]
    pub fn first(&self) -> Option<(String, Untrusted<String>)> {
        match &self.target {
            LogTarget::Workspaces(first, _) => {
                Some((first.id.to_string(), Untrusted::new(first.id.name())))
            }
            LogTarget::Resource(_) => None,
        }
    }

    fn action(&self) -> &'static str {
        match self.target {
            LogTarget::Workspaces(..) => LOGS_ACTION,
            LogTarget::Resource(_) => RESOURCE_LOGS_ACTION,
        }
    }
}

impl ReadContext {
    /// Where the logs are that a call wants, for queries over `over`.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] outside the boundary and where there is no such workspace,
    /// [`ToolError::Denied`] where none may be seen, else what the query failed with.
    pub async fn log_place(
        &self,
        over: &[Subscription],
        wanted: Wanted<'_>,
    ) -> Result<LogPlace, ToolError> {
        if let Wanted::Resource(id) = wanted {
            self.check(id).await?;
            return of_scope(id);
        }
        let inside = self.subscriptions().await?.inside();
        let is_free = self.bounds().scope().is_unbounded() && self.bounds().allows_all();
        let parts = self.bounds().parts(over);
        if let (false, Wanted::All, [only]) = (is_free, wanted, parts.as_slice()) {
            return of_scope(&only.to_string());
        }
        let filter = (!is_free || over.len() < inside.len()).then(|| filter(&parts));
        let place = self.workspaces(inside, wanted).await?;
        Ok(LogPlace { filter, ..place })
    }

    /// Workspaces inside the boundary, for what is asked of workspaces themselves.
    ///
    /// # Errors
    /// As [`Self::log_place`].
    pub async fn workspace_place(
        &self,
        inside: &[Subscription],
        named: Option<&str>,
    ) -> Result<LogPlace, ToolError> {
        self.workspaces(inside, named.map_or(Wanted::All, Wanted::Workspace)).await
    }

    async fn workspaces(
        &self,
        inside: &[Subscription],
        wanted: Wanted<'_>,
    ) -> Result<LogPlace, ToolError> {
        let text = self.query(("resources", inside), WORKSPACES, &[])?;
        let rows = self.graph(&GraphRead { text, over: inside, max_rows: 1_000 }).await?;
        let rows: Vec<Value> = rows.rows.into_iter().map(Value::Object).collect();
        let mut all: Vec<(String, LogWorkspace)> = rows.iter().filter_map(workspace).collect();
        self.skipped("/", rows.len() - all.len());
        if all.is_empty() && !rows.is_empty() {
            return Err(ToolError::nonsense("workspaces without an id"));
        }
        if all.is_empty() {
            self.check_allowed(inside, WORKSPACES_ACTION).await?;
            return Err(ToolError::rejected(
                "there is no Log Analytics workspace in scope; the logs of one resource can be \
                 asked for by its ARM id",
            ));
        }
        if let Wanted::Workspace(asked) = wanted {
            let names: Vec<String> = all.iter().map(|(name, _)| format!("`{name}`")).collect();
            all.retain(|(name, one)| is_called(name, one, asked));
            if all.is_empty() {
                let rule =
                    format!("no workspace in scope is called that; there are {}", names.join(", "));
                return Err(ToolError::wrong("workspace", rule));
            }
        }
        if let Some(rest) = all.len().checked_sub(MAX_WORKSPACES).filter(|rest| *rest > 0) {
            let what = format!("{} were not read", count_of(rest as u64, "more workspace"));
            self.note("/", "NotRead", &what);
            all.truncate(MAX_WORKSPACES);
        }
        let workspaces = all.iter().map(|(name, _)| Untrusted::new(name)).collect();
        let mut all = all.into_iter().map(|(_, one)| one);
        let first = all.next().ok_or_else(|| ToolError::rejected("there is no workspace"))?;
        let target = LogTarget::Workspaces(first, all.collect());
        Ok(LogPlace { target, workspaces, filter: None })
    }

    /// Runs a query of logs.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] for a query that is wrong, with what is wrong, else what it failed
    /// with.
    pub async fn logs(&self, read: &LogRead<'_>) -> Result<LogAnswer, ToolError> {
        let query = LogQuery {
            target: read.place.target.clone(),
            text: read.text.clone(),
            span: Some(read.span),
            max_rows: read.max_rows,
        };
        let (scope, action) = (read.place.scope(), read.place.action());
        let answer = self.reader.query_logs(&query).await.map_err(|error| match &error {
            ArmError::BadRequest(fault) => ToolError::wrong("query", innermost(fault)),
            other => ToolError::from_arm(other, action, &scope),
        })?;
        self.data_from(self.now());
        self.read_at(&scope);
        if answer.partial.is_some() {
            self.note(&scope, "Truncated", "only a part of the logs was answered: ask for less");
        }
        Ok(answer)
    }
}

/// What is wrong with a query, in the words that say most.
fn innermost(fault: &crate::azure::ArmFault) -> String {
    let told = fault.details.iter().rev().find(|detail| !detail.message.is_empty());
    told.map_or_else(|| fault.message.clone(), |detail| detail.message.clone())
}

fn of_scope(id: &str) -> Result<LogPlace, ToolError> {
    let id =
        ResourceId::parse(id).map_err(|error| ToolError::wrong("resource", error.to_string()))?;
    Ok(LogPlace { target: LogTarget::Resource(id), workspaces: Vec::new(), filter: None })
}

fn workspace(row: &Value) -> Option<(String, LogWorkspace)> {
    let row = Row::of(row)?;
    let id = ResourceId::parse(&row.text("id")?).ok()?;
    let customer_id = row.text("customerId")?.parse().ok()?;
    Some((row.text("name")?, LogWorkspace { id, customer_id }))
}

fn is_called(name: &str, one: &LogWorkspace, asked: &str) -> bool {
    let asked = asked.trim();
    name.eq_ignore_ascii_case(asked)
        || one.id.to_string().eq_ignore_ascii_case(asked)
        || one.customer_id.to_string().eq_ignore_ascii_case(asked)
}

/// Rows about the parts of the boundary and what is below them.
fn filter(parts: &[ResourceId]) -> String {
    let clause = |id: &ResourceId| {
        let own = kql_literal::string(&id.to_string());
        let below = kql_literal::string(&format!("{id}/"));
        format!("_ResourceId =~ {own} or _ResourceId startswith {below}")
    };
    let clauses: Vec<String> = parts.iter().map(clause).collect();
    if clauses.is_empty() { "false".to_owned() } else { format!("({})", clauses.join(" or ")) }
}

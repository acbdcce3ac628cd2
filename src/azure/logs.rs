//! Queries of logs: the data plane of Log Analytics, or Resource Manager's own operation where no
//! token for it can be had.
//!
//! Owns which host is asked, what is sent and how an answer reads. It must not know any table.
//! The token goes to the configured host of the cloud and nowhere else.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client::ArmReader;
use super::cloud::Cloud;
use super::error::ArmError;
use super::kql_text::KqlText;
use super::path::{ApiVersion, ArmPath};
use super::request::{NotAQuery, QueryPost};
use super::resource_id::ResourceId;
use super::wire::Wire;

mod reading;
mod text;

pub use reading::{LogAnswer, LogColumn, LogKind};
pub use text::{bounded, undrawn};

/// Seconds that a query may run before Azure gives up; what may be shown comes with the rows.
const PREFER: &str = "wait=40,include-render=true";
/// The same for Resource Manager, which answers in an older form unless asked.
const PREFER_BY_ARM: &str = "response-v1=true,wait=40,include-render=true";
const ARM_VERSION: ApiVersion = ApiVersion::new("2020-08-01");
/// Workspaces that one query may read.
pub const MAX_WORKSPACES: usize = 100;
/// Rows that a query answers at most.
pub const MAX_ROWS: usize = 10_000;
/// What `Prefer: wait` says.
pub const MAX_WAIT: Duration = Duration::from_secs(40);

/// How queries of logs are sent.
#[derive(Clone, Debug)]
pub(in crate::azure) enum LogsWay {
    /// To the data plane, with a token of its own.
    DataPlane(Arc<Wire>),
    /// To the data plane at the same origin, or to Resource Manager where there is none.
    Either(Arc<Wire>),
    /// To Resource Manager: a fixed token is good for that alone.
    ResourceManager,
}

impl LogsWay {
    pub(in crate::azure) fn of(cloud: &Cloud, arm: &Wire, is_token: bool) -> Self {
        let scope = cloud.log_analytics_scope().unwrap_or_default();
        let wire = || Arc::new(arm.beside((cloud.log_analytics_endpoint(), scope)));
        match (cloud, is_token) {
            (Cloud::Custom(_), _) => Self::Either(wire()),
            (Cloud::Public | Cloud::UsGov | Cloud::China, true) => Self::ResourceManager,
            (Cloud::Public | Cloud::UsGov | Cloud::China, false) => Self::DataPlane(wire()),
        }
    }
}

/// A workspace: its ARM id, and the GUID that the data plane knows it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogWorkspace {
    /// The ARM id.
    pub id: ResourceId,
    /// `properties.customerId`.
    pub customer_id: uuid::Uuid,
}

/// Whose logs are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTarget {
    /// Those of a workspace, and of others together with it; at most [`MAX_WORKSPACES`].
    Workspaces(LogWorkspace, Vec<LogWorkspace>),
    /// Those about one resource, in whichever workspaces they are.
    Resource(ResourceId),
}

/// A query of logs.
#[derive(Clone, Debug)]
pub struct LogQuery {
    /// Whose.
    pub target: LogTarget,
    /// The query; its rows are bounded to [`LogQuery::max_rows`] before it is sent.
    pub text: KqlText,
    /// The first instant and the last, in addition to what the query says.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Rows at most; no more than [`MAX_ROWS`].
    pub max_rows: usize,
}

#[derive(Serialize)]
struct Body<'a> {
    query: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    timespan: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    workspaces: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Whole {
    #[serde(default)]
    tables: Vec<reading::Table>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    render: Option<Map<String, Value>>,
}

impl ArmReader {
    /// Runs a query of logs (`Query_Execute`, v1: `POST {logs}/workspaces/{customerId}/query`, or
    /// `Query_ResourceExecute`; by Resource Manager `POST {workspace}/api/query`, api-version
    /// 2020-08-01). An answer that Azure gives in part says so.
    ///
    /// # Errors
    /// [`ArmError`]: `BadRequest` for a query that is wrong, with the inner errors as details,
    /// `Forbidden`, `NotFound` for a workspace that is none, `Throttled`, `TooManyScopes`, and the
    /// rest.
    pub async fn query_logs(&self, query: &LogQuery) -> Result<LogAnswer, ArmError> {
        let max_rows = query.max_rows.clamp(1, MAX_ROWS);
        let text = bounded(query.text.as_str(), max_rows + 1);
        let body = body(query, &text)?;
        let whole: Option<Whole> = match &self.logs {
            LogsWay::DataPlane(wire) => self.by_data_plane(wire, query, &body).await?,
            LogsWay::ResourceManager => self.by_arm(query, &body).await?,
            LogsWay::Either(wire) => match self.by_data_plane(wire, query, &body).await {
                Err(error) if is_elsewhere(&error) => {
                    self.by_arm(query, &body).await.map_err(|_| error)?
                }
                other => other?,
            },
        };
        let whole = whole.unwrap_or_default();
        LogAnswer::of(whole.tables, whole.error.as_ref(), whole.render, max_rows)
    }

    async fn by_data_plane(
        &self,
        wire: &Wire,
        query: &LogQuery,
        body: &Body<'_>,
    ) -> Result<Option<Whole>, ArmError> {
        let path = match &query.target {
            LogTarget::Workspaces(first, _) => {
                ArmPath::parse(&format!("/workspaces/{}/query", first.customer_id))?
            }
            LogTarget::Resource(id) => ArmPath::parse(&format!("{id}/query"))?,
        };
        self.send_logs(Some(wire), (&path, &[]), (body, PREFER)).await
    }

    async fn by_arm(&self, query: &LogQuery, body: &Body<'_>) -> Result<Option<Whole>, ArmError> {
        let post = match &query.target {
            LogTarget::Workspaces(first, _) => {
                QueryPost::new(ArmPath::parse(&format!("{}/api/query", first.id))?, ARM_VERSION)?
            }
            LogTarget::Resource(id) => return Err(NotAQuery(format!("{id}/query")).into()),
        };
        self.send_logs(None, (&post.path, &post.query), (body, PREFER_BY_ARM)).await
    }
}

fn body<'a>(query: &LogQuery, text: &'a str) -> Result<Body<'a>, ArmError> {
    let workspaces = match &query.target {
        LogTarget::Workspaces(_, others) if others.len() >= MAX_WORKSPACES => {
            return Err(ArmError::TooManyScopes {
                count: others.len() + 1,
                what: "workspaces",
                limit: MAX_WORKSPACES,
            });
        }
        LogTarget::Workspaces(_, others) => {
            others.iter().map(|one| one.customer_id.to_string()).collect()
        }
        LogTarget::Resource(_) => Vec::new(),
    };
    let timespan = query.span.map(|(from, to)| format!("{from}/{to}"));
    Ok(Body { query: text, timespan, workspaces })
}

/// Whether an endpoint of somebody's own does not have the data plane at all: an error of the
/// data plane has a code of its own.
fn is_elsewhere(error: &ArmError) -> bool {
    match error {
        ArmError::NotFound(fault) => {
            !matches!(fault.code.as_str(), "PathNotFoundError" | "WorkspaceNotFoundError")
        }
        _ => false,
    }
}

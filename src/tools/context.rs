//! What a tool may read with: Azure, inside the thread's scope, and nothing that changes it.
//!
//! Owns the boundary of a call and what the call looked at. One context serves one call. It must
//! not know any tool, nor the thread that the scope comes from.

use futures_util::{StreamExt, stream};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};
use tokio::sync::OnceCell;

use super::{error::ToolError, present::Moment, untrusted::Fence};
use crate::azure::{
    ArmError, ArmReader, Cloud, ResourceId,
    kql_literal::Literal,
    kql_text::KqlText,
    resource_graph::{Assigned, GraphRows, GraphScope, ReadQuery, Split},
};

mod bounds;
mod filtered_read;
mod list_read;
mod logs;
mod looked_at;
mod outside;
mod posted;
mod posted_read;
mod rights;
mod subscriptions;

pub use bounds::Bounds;
pub use filtered_read::{FilteredRead, Listed};
use looked_at::LookedAt;
use rights::KnownRights;

pub use list_read::{ListRead, Operation, Pages};
pub use logs::{LOGS_ACTION, LogPlace, LogRead, WORKSPACES_ACTION, Wanted as LogsOf};
pub use looked_at::is_note;
pub use rights::{Rights, WithRows, allows, matches};
pub use subscriptions::{Subscription, Visible};

/// The right that a Resource Graph query needs.
pub const GRAPH_ACTION: &str = "Microsoft.ResourceGraph/resources/read";

/// The right to see resources of any type.
pub const RESOURCES_ACTION: &str = "Microsoft.Resources/subscriptions/resources/read";

/// Pages that a call reads of one list.
const DEFAULT_PAGES: u32 = 8;
/// Requests of one call under way at once.
const CONCURRENT_READS: usize = 4;
/// Subscriptions whose rights are checked one by one.
const MAX_PROBES: usize = 16;

/// What a call reads with. Made anew for each call.
#[derive(Debug)]
pub struct ReadContext {
    reader: ArmReader,
    portal: Cloud,
    bounds: Bounds,
    at: Moment,
    fence: Fence,
    max_pages: u32,
    visible: OnceCell<Visible>,
    known_rights: KnownRights,
    seen: LookedAt,
}

/// A query of Resource Graph that a tool writes.
#[derive(Clone, Debug)]
pub struct GraphRead<'a> {
    /// The query, already bound to the scope where that is narrower than a subscription.
    pub text: KqlText,
    /// The subscriptions that it covers.
    pub over: &'a [Subscription],
    /// Rows at most.
    pub max_rows: usize,
}

impl ReadContext {
    /// A context for one call.
    #[must_use]
    pub fn new(reader: ArmReader, bounds: Bounds, at: Moment) -> Self {
        Self {
            portal: reader.cloud().clone(),
            reader,
            bounds,
            at,
            fence: Fence::random(),
            max_pages: DEFAULT_PAGES,
            visible: OnceCell::new(),
            known_rights: KnownRights::default(),
            seen: LookedAt::default(),
        }
    }

    /// The context with another limit of pages per list.
    #[must_use]
    pub fn with_max_pages(self, max_pages: u32) -> Self {
        Self { max_pages: max_pages.max(1), ..self }
    }

    /// The context with a known fence, for tests.
    #[must_use]
    pub fn with_fence(self, fence: Fence) -> Self {
        Self { fence, ..self }
    }

    /// The context with links into the portal of another cloud, for tests.
    #[must_use]
    pub fn with_portal_of(self, portal: Cloud) -> Self {
        Self { portal, ..self }
    }

    /// The instant of the call.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.at.now
    }

    /// The user's time zone.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.at.zone
    }

    /// The instant and the zone together.
    #[must_use]
    pub fn moment(&self) -> &Moment {
        &self.at
    }

    /// Where an ARM id opens in the portal, where the cloud has one and the id is of something
    /// with a page there.
    #[must_use]
    pub fn portal_url(&self, id: &str) -> Option<String> {
        self.portal.portal_url(&ResourceId::parse(id).ok()?)
    }

    /// The delimiter of this call.
    #[must_use]
    pub fn fence(&self) -> &Fence {
        &self.fence
    }

    /// The boundary of this call.
    #[must_use]
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// The subscriptions inside the boundary, read once a call
    /// (`GET /subscriptions`, api-version 2022-12-01).
    ///
    /// # Errors
    /// [`ToolError::Denied`] when none is visible, else what the list failed with.
    pub async fn subscriptions(&self) -> Result<&Visible, ToolError> {
        let visible =
            self.visible.get_or_try_init(|| subscriptions::read(self, &self.bounds)).await?;
        if visible.inside().is_empty() {
            let at = self.bounds.scope().ids().first().map_or("/".to_owned(), ToString::to_string);
            return Err(ToolError::denied("Microsoft.Resources/subscriptions/read", &at));
        }
        Ok(visible)
    }

    /// Runs a query over subscriptions of the boundary.
    ///
    /// # Errors
    /// [`ToolError`].
    pub async fn graph(&self, read: &GraphRead<'_>) -> Result<GraphRows, ToolError> {
        let rows = self.graph_beside(read).await?;
        self.graph_read(read.over);
        Ok(rows)
    }

    /// Runs a query beside other reads whose notes come before its own: it notes nothing, which
    /// [`Self::graph_read`] does when the others are done.
    ///
    /// # Errors
    /// [`ToolError`].
    pub async fn graph_beside(&self, read: &GraphRead<'_>) -> Result<GraphRows, ToolError> {
        self.graph_seeing(read, Assigned::Below).await
    }

    /// As [`Self::graph`], and sees what the subscriptions inherit from above them.
    ///
    /// # Errors
    /// [`ToolError`].
    pub async fn graph_inherited(&self, read: &GraphRead<'_>) -> Result<GraphRows, ToolError> {
        let rows = self.graph_seeing(read, Assigned::AboveAndBelow).await?;
        self.graph_read(read.over);
        Ok(rows)
    }

    async fn graph_seeing(
        &self,
        read: &GraphRead<'_>,
        assigned: Assigned,
    ) -> Result<GraphRows, ToolError> {
        let ids: Vec<_> = read.over.iter().filter_map(Subscription::key).collect();
        let query = ReadQuery {
            split: Split::Refuse,
            max_rows: read.max_rows,
            max_pages: self.max_pages,
            assigned,
            ..ReadQuery::new(read.text.clone(), GraphScope::Subscriptions(ids))
        };
        let rows = self.reader.resource_graph(&query).await;
        rows.map_err(|error| ToolError::from_arm(&error, GRAPH_ACTION, "/"))
    }

    /// Notes that a query over subscriptions was answered.
    pub fn graph_read(&self, over: &[Subscription]) {
        self.data_from(self.at.now);
        for subscription in over {
            self.read_at(&subscription.scope());
        }
    }

    /// Reads a list below a scope that must be inside the boundary.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] outside the boundary, else what the list failed with.
    pub async fn list(&self, read: &ListRead<'_>) -> Result<Vec<Map<String, Value>>, ToolError> {
        self.check(read.scope).await?;
        self.list_unbound(read)
            .await
            .map_err(|error| ToolError::from_arm(&error, read.action, read.scope))
    }

    /// Checks that an ARM id is inside the boundary, management groups included.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] naming the scope that it needs, or what the list of subscriptions
    /// failed with.
    pub async fn check(&self, id: &str) -> Result<(), ToolError> {
        self.bounds.check(id)?;
        if self.bounds.scope().management_groups().is_empty() {
            return Ok(());
        }
        let inside = self.subscriptions().await?.inside();
        let parsed = ResourceId::parse(id).ok();
        let subscription = parsed.as_ref().and_then(ResourceId::subscription);
        match subscription {
            Some(own) if !inside.iter().any(|one| one.id.eq_ignore_ascii_case(own)) => {
                Err(self.bounds.outside(id))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A query over `table` whose template keeps itself inside the boundary
    /// ([`Bounds::filter_by`]).
    ///
    /// # Errors
    /// [`ToolError::Rejected`] when the template does not fit its values.
    pub fn whole_query(
        &self,
        table: &str,
        rest: &str,
        values: &[(&str, Literal)],
    ) -> Result<KqlText, ToolError> {
        KqlText::bind(&format!("{table}\n{rest}"), values)
            .map_err(|error| ToolError::rejected(error.to_string()))
    }

    /// A query over `table`, kept inside the boundary, then `rest` with its values bound.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] when the template does not fit its values.
    pub fn query(
        &self,
        (table, over): (&str, &[Subscription]),
        rest: &str,
        values: &[(&str, Literal)],
    ) -> Result<KqlText, ToolError> {
        let rest = KqlText::bind(rest, values);
        let rest = rest.map_err(|error| ToolError::rejected(error.to_string()))?;
        let bound = self.bounds.filter(over);
        let bound = bound.map(|filter| format!("| where {filter}\n")).unwrap_or_default();
        Ok(KqlText::verbatim(format!("{table}\n{bound}{}", rest.as_str())))
    }

    /// Reads lists below several subscriptions, a few at a time; a subscription that fails is in
    /// the coverage. The answers are in the order of `over`; at most 16 are asked.
    ///
    /// # Errors
    /// The first failure, when no subscription could be read.
    pub async fn list_each<'a>(
        &self,
        over: &'a [Subscription],
        operation: Operation<'_>,
    ) -> Result<Vec<(&'a Subscription, Vec<Map<String, Value>>)>, ToolError> {
        if over.len() > MAX_PROBES {
            let rest = over.len() - MAX_PROBES;
            let what = format!(
                "{rest} more subscriptions gave no rows; whether they may be read was not checked"
            );
            self.note("/", "NotChecked", &what);
        }
        let mut asked = Vec::new();
        for subscription in over.iter().take(MAX_PROBES) {
            asked.push(self.list_at(subscription, operation));
        }
        let answers: Vec<_> = stream::iter(asked).buffered(CONCURRENT_READS).collect().await;
        let mut read = Vec::new();
        let mut first_error = None;
        for (subscription, answer) in answers {
            let scope = subscription.scope();
            match answer {
                Ok(rows) => {
                    self.read_at(&scope);
                    read.push((subscription, rows));
                }
                Err(error) => {
                    self.failed(&scope, &error);
                    first_error.get_or_insert(error);
                }
            }
        }
        match first_error {
            Some(error) if read.is_empty() => Err(error),
            Some(_) | None => Ok(read),
        }
    }

    async fn list_at<'a>(
        &self,
        subscription: &'a Subscription,
        operation: Operation<'_>,
    ) -> (&'a Subscription, Result<Vec<Map<String, Value>>, ToolError>) {
        let answer = self.list(&operation.below(&subscription.scope())).await;
        (subscription, answer)
    }

    async fn list_unbound(&self, read: &ListRead<'_>) -> Result<Vec<Map<String, Value>>, ArmError> {
        self.listed(read, &[]).await.map(|listed| listed.rows)
    }
}

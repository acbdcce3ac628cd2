//! What all sessions share: the parts of the agent, and what a run is given of them.

use std::{collections::HashSet, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use tokio::sync::broadcast;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    azure::{ArmReader, ResourceId, ScopeSet, resource_id::SubscriptionId},
    clock::Clock,
    protocol::{Notice, Pillar, RunLimits},
    store::Store,
    thread::{RunFold, ThreadState},
    tools::{Bounds, OfferContext, ReadContext, Registry, Router, ToolSpec, own, present::Moment},
};

use super::{instructions::Instructions, log::AgentError, models::Models, slots::Slots};

/// Notices kept for an edge that is slow to take them.
const NOTICES: usize = 64;

/// What an agent is made of.
pub struct AgentParts {
    /// The durable thread logs.
    pub store: Store,
    /// The tools there are.
    pub tools: Arc<Registry>,
    /// The index over them.
    pub router: Arc<Router>,
    /// Who answers.
    pub models: Models,
    /// How tools read Azure.
    pub azure: ArmReader,
    /// The only subscriptions that may be read; empty for all that the identity sees.
    pub subscriptions: Vec<SubscriptionId>,
    /// The name of the estate, for the model.
    pub estate: String,
    /// Where the instant comes from.
    pub clock: Clock,
    /// What a run may use.
    pub limits: RunLimits,
    /// Runs at work at once; more are told `overloaded`.
    pub max_runs: usize,
}

/// What all sessions share.
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) tools: Arc<Registry>,
    pub(super) router: Arc<Router>,
    pub(super) models: Models,
    pub(super) azure: ArmReader,
    pub(super) subscriptions: Vec<SubscriptionId>,
    pub(super) estate: String,
    pub(super) clock: Clock,
    pub(super) limits: RunLimits,
    own_tools: Vec<ToolSpec>,
    pub(super) instructions: Instructions,
    pub(super) slots: Slots,
    pub(super) tasks: TaskTracker,
    pub(super) stopping: CancellationToken,
    notices: broadcast::Sender<Notice>,
}

impl Shared {
    pub(super) fn new(parts: AgentParts) -> Self {
        Self {
            store: parts.store,
            tools: parts.tools,
            router: parts.router,
            models: parts.models,
            azure: parts.azure,
            subscriptions: parts.subscriptions,
            estate: parts.estate,
            clock: parts.clock,
            limits: parts.limits,
            own_tools: own::specs(),
            instructions: Instructions::embedded(),
            slots: Slots::new(parts.max_runs),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            notices: broadcast::Sender::new(NOTICES),
        }
    }

    /// Notices from here on.
    pub(super) fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// The tools that a question is offered at the start of its run.
    pub(super) fn offer_for(&self, state: &ThreadState, question: &str) -> Vec<String> {
        let calls = state.runs.iter().flat_map(|run| &run.steps).flat_map(|step| &step.calls);
        let mut earlier: Vec<String> = calls.rev().map(|call| call.tool.clone()).collect();
        let mut seen = HashSet::new();
        earlier.retain(|name| seen.insert(name.clone()));
        let pillars = earlier.iter().filter_map(|name| Some(self.spec(name)?.pillar));
        let pillars: Vec<Pillar> = pillars.collect();
        self.router.offer(question, OfferContext { earlier: &earlier, pillars: &pillars })
    }

    /// The spec of a tool, the agent's own among them.
    pub(super) fn spec(&self, name: &str) -> Option<&ToolSpec> {
        self.tools.spec(name).or_else(|| self.own_tools.iter().find(|spec| spec.name == name))
    }

    pub(super) fn notify(&self, notice: Notice) {
        // Nobody listening is no failure.
        let _ = self.notices.send(notice);
    }

    /// What tools of this run may read, with the reader of its step.
    pub(super) fn read_context(
        &self,
        run: &RunFold,
        (reader, now): (&ArmReader, Timestamp),
    ) -> Result<ReadContext, AgentError> {
        let scope: Result<Vec<ResourceId>, _> =
            run.scope.iter().map(|id| ResourceId::parse(id)).collect();
        let scope = scope.map_err(|_| AgentError::Internal("a stored scope is no ARM id"))?;
        let bounds = Bounds::new(ScopeSet::new(scope), self.subscriptions.clone());
        let zone = TimeZone::get(&run.time_zone).unwrap_or(TimeZone::UTC);
        Ok(ReadContext::new(reader.clone(), bounds, Moment { now, zone })
            .with_max_pages(run.limits.pages_per_list))
    }
}

//! Evidence: results stored whole, paged for people and models.

use std::{collections::HashMap, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::Value;

use crate::{
    protocol::{
        AssistantMessage, CallId, Coverage, EvidenceId, Finding, RunId, Trigger, Unsupported,
    },
    store::StoredEvidence,
    thread::{HistoryMessage, Support, ThreadState, claim_check},
};

use super::{log::AgentError, run_loop::RunContext};

/// Evidence read from the store at once: so many of the largest are within its cap.
const EVIDENCE_PER_READ: usize = 8;
/// The latest evidence of a thread that a model which reads outputs is given.
const MAX_EVIDENCE_TOLD: usize = 64;
/// Stored JSON from this size on is parsed aside: it takes about a millisecond.
const LARGE_BYTES: usize = 128 * 1024;

/// An output as the planner and the claim check read it.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) evidence_id: EvidenceId,
    pub(super) output: Arc<Value>,
    pub(super) findings: Arc<[Finding]>,
}

impl Output {
    fn read(stored: &StoredEvidence) -> Result<(CallId, Self), AgentError> {
        let output = Self {
            evidence_id: stored.evidence_id,
            output: Arc::new(parsed(&stored.output)?),
            findings: parsed(&stored.findings)?,
        };
        Ok((stored.call_id, output))
    }
}

/// The outputs of a thread that were read or made by a run.
#[derive(Default)]
pub(super) struct Outputs(HashMap<CallId, Output>);

impl Outputs {
    pub(super) fn get(&self, call_id: CallId) -> Option<&Output> {
        self.0.get(&call_id)
    }

    pub(super) fn insert(&mut self, call_id: CallId, output: Output) {
        self.0.insert(call_id, output);
    }

    fn of_evidence(&self, id: EvidenceId) -> Option<&Output> {
        self.0.values().find(|output| output.evidence_id == id)
    }
}

/// A page of an evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidencePage {
    /// The evidence.
    pub evidence_id: EvidenceId,
    /// The tool that made it.
    pub tool: String,
    /// When it was made.
    pub at: Timestamp,
    /// What there is besides the rows.
    pub output: Value,
    /// The rows of this page.
    pub rows: Vec<Value>,
    /// How many rows the evidence has.
    pub total: usize,
    /// The number of rows up to and with this page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
}

/// Rows `after .. after + limit` of an evidence, and everything that is no row.
///
/// # Errors
/// [`AgentError::Internal`] when what is stored is no JSON.
pub fn page_of(
    stored: &StoredEvidence,
    after: usize,
    limit: usize,
) -> Result<EvidencePage, AgentError> {
    let mut output: Value = parsed(&stored.output)?;
    let rows = match (&stored.rows_key, &mut output) {
        (Some(key), Value::Object(fields)) => match fields.remove(key) {
            Some(Value::Array(rows)) => rows,
            Some(_) | None => Vec::new(),
        },
        _ => Vec::new(),
    };
    let total = rows.len();
    let rows: Vec<Value> = rows.into_iter().skip(after).take(limit).collect();
    let end = after.saturating_add(rows.len());
    Ok(EvidencePage {
        evidence_id: stored.evidence_id,
        tool: stored.tool.clone(),
        at: stored.at,
        output,
        rows,
        total,
        next: (end < total).then_some(end),
    })
}

impl RunContext {
    /// Reads the outputs that a history speaks of and that are not here yet.
    pub(super) async fn load_outputs(&mut self, told: &[HistoryMessage]) -> Result<(), AgentError> {
        let wanted = told.iter().filter_map(|message| match message {
            HistoryMessage::Result { call, evidence_id: Some(id), .. } => {
                self.outputs.get(call.call_id).is_none().then_some(*id)
            }
            HistoryMessage::User { .. }
            | HistoryMessage::Assistant { .. }
            | HistoryMessage::Result { .. } => None,
        });
        let wanted: Vec<EvidenceId> = wanted.collect();
        let oldest = wanted.len().saturating_sub(MAX_EVIDENCE_TOLD);
        self.load(wanted.get(oldest..).unwrap_or_default()).await
    }

    async fn load(&mut self, wanted: &[EvidenceId]) -> Result<(), AgentError> {
        for some in wanted.chunks(EVIDENCE_PER_READ) {
            let stored = self.log.store.evidence_many(self.log.thread_id(), some).await?;
            let bytes: usize = stored.iter().map(|stored| stored.output.len()).sum();
            let read = move || stored.iter().map(Output::read).collect::<Result<Vec<_>, _>>();
            let outputs = if bytes < LARGE_BYTES { read() } else { aside(read).await? };
            outputs?.into_iter().for_each(|(call_id, output)| self.outputs.insert(call_id, output));
        }
        Ok(())
    }

    /// The claims of an answer that nothing it cites, nor the question, nor what was looked at
    /// supports.
    pub(super) async fn unsupported(
        &mut self,
        message: &AssistantMessage,
    ) -> Result<Vec<Unsupported>, AgentError> {
        let mut cited: Vec<EvidenceId> =
            message.citations.iter().map(|citation| citation.evidence_id).collect();
        cited.sort_unstable();
        cited.dedup();
        let missing: Vec<EvidenceId> =
            cited.iter().copied().filter(|id| self.outputs.of_evidence(*id).is_none()).collect();
        self.load(&missing).await?;
        let known = self.log.read(|state| Known::of(state, self.run_id, &cited)).await?;
        let Some(known) = known else { return Ok(Vec::new()) };
        let outputs = cited.iter().filter_map(|id| self.outputs.of_evidence(*id).cloned());
        let outputs: Vec<Output> = outputs.collect();
        let (begun_at, message) = (self.begun_at, message.clone());
        // Evidence of some MiB takes some tens of milliseconds to read.
        aside(move || known.unsupported(&message, &outputs, begun_at)).await
    }
}

/// Does work that would keep a thread of the runtime from other people's text.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AgentError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| AgentError::Internal("reading an evidence failed"))
}

/// What a run knows besides the evidence it cites.
struct Known {
    question: String,
    time_zone: String,
    coverage: Coverage,
    arguments: Vec<Value>,
}

impl Known {
    fn of(state: &ThreadState, run_id: RunId, cited: &[EvidenceId]) -> Option<Self> {
        let run = state.run(run_id)?;
        let Trigger::Message { text, .. } = &run.trigger;
        let calls = state.runs.iter().flat_map(|run| &run.steps).flat_map(|step| &step.calls);
        let cited = calls.filter(|call| call.evidence_id.is_some_and(|id| cited.contains(&id)));
        Some(Self {
            question: text.clone(),
            time_zone: run.time_zone.clone(),
            coverage: run.coverage(),
            arguments: cited.map(|call| call.arguments.clone()).collect(),
        })
    }

    fn unsupported(
        &self,
        message: &AssistantMessage,
        cited: &[Output],
        begun_at: Timestamp,
    ) -> Vec<Unsupported> {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let mut support =
            Support::new(begun_at, zone).text(&self.question).coverage(&self.coverage);
        for arguments in &self.arguments {
            support = support.value(arguments);
        }
        for output in cited {
            support = support.value(&output.output);
            for finding in output.findings.iter() {
                support = support.text(&finding.text);
            }
        }
        claim_check(&message.text, &message.citations, &support)
    }
}

/// Stored JSON, parsed.
pub(super) fn parsed<T: serde::de::DeserializeOwned>(json: &[u8]) -> Result<T, AgentError> {
    serde_json::from_slice(json).map_err(|_| AgentError::Internal("a stored evidence is damaged"))
}

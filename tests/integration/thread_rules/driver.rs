//! A driver that does what the rules say and nothing else, in a world that the tape decides.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use opscopilot::{
    protocol::{
        AssistantMessage, CallId, Coverage, Effect, Event, EventRecord, FinishReason, MessageId,
        Outcome, PrincipalId, ResumeReason, RunFinished, RunId, RunLimits, RunQueued, RunResumed,
        RunStarted, ThreadUpdated, ToolCallCompleted, ToolCallRequested, ToolStatus, Trigger,
        Usage,
    },
    thread::{Next, RunFold, ThreadState, find_citations, next_of},
};
use serde_json::{Value, json};

use super::tape::Tape;

/// What the model replies: a finish, a text, the calls it asks for.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) finish: FinishReason,
    pub(super) text: String,
    pub(super) calls: Vec<(&'static str, Value)>,
    pub(super) usage: Option<Usage>,
}

impl Reply {
    pub(super) fn of(finish: FinishReason, text: &str) -> Self {
        Self { finish, text: text.to_owned(), calls: Vec::new(), usage: None }
    }

    /// A reply that asks for calls of these tools.
    pub(super) fn calls(tools: &[&'static str]) -> Self {
        let calls = tools.iter().enumerate().map(|(n, tool)| (*tool, json!({ "n": n }))).collect();
        Self { calls, ..Self::of(FinishReason::ToolCalls, "") }
    }
}

pub(super) struct Driver {
    pub(super) records: Vec<EventRecord>,
    pub(super) state: ThreadState,
    /// The state after each event, as it was live.
    pub(super) states: Vec<ThreadState>,
    /// The calls that were really made.
    pub(super) executed: HashSet<CallId>,
    pub(super) now: Timestamp,
}

impl Driver {
    pub(super) fn new() -> Self {
        let now: Timestamp = "2026-11-03T09:00:00Z".parse().unwrap();
        let event = Event::ThreadUpdated(ThreadUpdated {
            title: Some("first".to_owned()),
            scope: None,
            archived: None,
            participants: None,
            by: PrincipalId::local(),
        });
        let record = EventRecord { seq: 1, at: now, event };
        let state = ThreadState::begin(&record).unwrap();
        let states = vec![state.clone()];
        Self { records: vec![record], state, states, executed: HashSet::new(), now }
    }

    pub(super) fn wait(&mut self, millis: i64) {
        self.now += SignedDuration::from_millis(millis);
    }

    /// Stores an event; the rules must take it.
    pub(super) fn write(&mut self, event: Event) {
        let record = EventRecord { seq: self.state.head_seq + 1, at: self.now, event };
        self.state.apply(&record).unwrap();
        self.states.push(self.state.clone());
        self.records.push(record);
    }

    /// Asks for a run: at once where the thread is free, else queued.
    pub(super) fn ask(&mut self, limits: RunLimits) -> RunId {
        let run_id = RunId::new();
        let trigger = Trigger::Message {
            message_id: MessageId::new(),
            text: format!("question {}", self.state.runs.len()),
        };
        if self.state.open_runs() > 0 {
            self.write(Event::RunQueued(RunQueued {
                run_id,
                trigger,
                by: PrincipalId::local(),
                time_zone: "Europe/Berlin".to_owned(),
                limits,
            }));
        } else {
            self.write(Event::RunStarted(started(run_id, trigger, limits)));
        }
        run_id
    }

    /// What the run at work does next.
    pub(super) fn next(&self) -> Next {
        next_of(self.run(), self.now)
    }

    /// The run at work.
    pub(super) fn run(&self) -> &RunFold {
        self.state.running().unwrap()
    }

    /// Starts the first queued run, where the thread is free.
    pub(super) fn start_queued(&mut self) {
        let Some(run) = self.state.first_queued() else { return };
        let event = started(run.run_id, run.trigger.clone(), run.limits);
        self.write(Event::RunStarted(event));
    }

    /// Stores a reply of the model, as one transaction.
    pub(super) fn reply(&mut self, reply: Reply) {
        let (run_id, step) = (self.run().run_id, self.run().steps.len() as u32 + 1);
        let citations = find_citations(&reply.text, &self.state.evidence);
        self.write(Event::AssistantMessage(AssistantMessage {
            run_id,
            step,
            message_id: MessageId::new(),
            text: reply.text,
            finish: reply.finish,
            model: "scripted".to_owned(),
            usage: reply.usage,
            citations,
            unsupported: Vec::new(),
        }));
        for (tool, arguments) in reply.calls {
            let evidence_id = (tool != "find_tools").then(|| self.state.next_evidence());
            self.write(Event::ToolCallRequested(ToolCallRequested {
                run_id,
                step,
                call_id: CallId::new(),
                tool: tool.to_owned(),
                title: tool.to_owned(),
                effect: Effect::Read,
                arguments,
                evidence_id,
            }));
        }
    }

    /// Stores the one result of a call.
    pub(super) fn answer(&mut self, call_id: CallId, status: ToolStatus, model_text: &str) {
        let evidence_id = match status {
            ToolStatus::Succeeded => {
                let call = self.run().open_calls().find(|call| call.call_id == call_id);
                call.unwrap().evidence_id
            }
            _ => None,
        };
        self.write(Event::ToolCallCompleted(ToolCallCompleted {
            call_id,
            status,
            evidence_id,
            summary: "a line".to_owned(),
            views: Vec::new(),
            error: None,
            model_text: model_text.to_owned(),
            coverage: (status == ToolStatus::Succeeded).then(|| coverage_of(self.now)),
            offered: Vec::new(),
            duration_ms: 5,
        }));
    }

    /// The service stops and comes back: the run at work goes on.
    pub(super) fn restart(&mut self) {
        let run_id = self.run().run_id;
        let reason = ResumeReason::Restart;
        self.write(Event::RunResumed(RunResumed { run_id, reason }));
    }

    /// Ends a run as the rules or a person want it: open calls get their result first.
    pub(super) fn finish(&mut self, run_id: RunId, outcome: Outcome) {
        let open = self.state.run(run_id).unwrap().open_calls();
        let open: Vec<CallId> = open.map(|call| call.call_id).collect();
        for call_id in open {
            self.answer(call_id, ToolStatus::Cancelled, "Cancelled.");
        }
        let run = self.state.run(run_id).unwrap();
        let (coverage, usage) = (run.coverage(), run.usage);
        self.write(Event::RunFinished(RunFinished { run_id, outcome, coverage, usage }));
    }

    /// Does what comes next, once, with replies and results from the tape.
    pub(super) fn drive(&mut self, tape: &mut Tape) {
        if self.state.running().is_none() {
            return self.start_queued();
        }
        match self.next() {
            Next::CallModel { step } => {
                assert_eq!(step as usize, self.run().steps.len() + 1);
                let reply = any_reply(tape);
                self.reply(reply);
            }
            Next::RunTools { run, refuse } => {
                let at = tape.below(run.len() + refuse.len());
                match run.get(at) {
                    Some(call_id) => {
                        self.executed.insert(*call_id);
                        self.answer(*call_id, any_status(tape), &"x".repeat(tape.below(400)));
                    }
                    None => self.answer(refuse[at - run.len()], ToolStatus::Rejected, "Too many."),
                }
            }
            Next::Finish(outcome) => self.finish(self.run().run_id, outcome),
            Next::Rest => panic!("the run at work rests"),
        }
    }
}

fn started(run_id: RunId, trigger: Trigger, limits: RunLimits) -> RunStarted {
    RunStarted {
        run_id,
        trigger,
        by: PrincipalId::local(),
        scope: Vec::new(),
        time_zone: "Europe/Berlin".to_owned(),
        model: "scripted".to_owned(),
        tools: vec!["list_security_alerts".to_owned()],
        limits,
    }
}

fn coverage_of(now: Timestamp) -> Coverage {
    let scopes = vec!["/subscriptions/1".to_owned()];
    Coverage { scopes, rows: 3, total: Some(5), data_at: Some(now), ..Coverage::default() }
}

fn any_reply(tape: &mut Tape) -> Reply {
    use FinishReason::{Cancelled, ContentFilter, Cut, Length, Stop, ToolCalls};
    let finish = tape.pick(&[
        Stop,
        ToolCalls,
        ToolCalls,
        ToolCalls,
        ToolCalls,
        Length,
        ContentFilter,
        Cut,
        Cancelled,
    ]);
    let mut reply = Reply::of(finish, tape.pick(&["", " ", "It is so [e1], or [e7].", "é"]));
    let asks = if finish == ToolCalls { tape.below(6) } else { tape.below(10) / 9 };
    for _ in 0..asks {
        let tool = tape.pick(&["list_security_alerts", "find_tools", "no_such_tool"]);
        let arguments = tape.pick(&[json!({}), json!({ "top": 3 }), json!("{\"top\":")]);
        reply.calls.push((tool, arguments));
    }
    reply.usage = tape.one_in(2).then(|| Usage {
        input_tokens: tape.below(3000) as u64,
        cached_input_tokens: 0,
        output_tokens: tape.below(300) as u64,
    });
    reply
}

fn any_status(tape: &mut Tape) -> ToolStatus {
    use ToolStatus::{Cancelled, Denied, Failed, Rejected, Succeeded};
    tape.pick(&[Succeeded, Succeeded, Rejected, Rejected, Denied, Failed, Cancelled])
}

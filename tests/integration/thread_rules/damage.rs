//! Damaged logs: each is refused by name, and the state stays as it was.

use opscopilot::{
    protocol::{Event, EventRecord, FinishReason, Outcome, RunId, RunLimits, ToolStatus},
    thread::{FoldError, Next, ThreadState},
};
use proptest::prelude::*;

use super::{
    driver::{Driver, Reply},
    tape::Tape,
};

/// A finished run with two calls and one that is at work with an open call.
fn log() -> Driver {
    let mut driver = Driver::new();
    driver.ask(RunLimits::default());
    driver.reply(Reply::calls(&["a", "b"]));
    let Next::RunTools { run, .. } = driver.next() else { panic!("no calls") };
    run.into_iter().for_each(|call| driver.answer(call, ToolStatus::Succeeded, "a digest"));
    driver.reply(Reply::of(FinishReason::Stop, "So [e1]."));
    driver.drive(&mut Tape::new(Vec::new()));
    driver.ask(RunLimits::default());
    driver.ask(RunLimits::default());
    driver.reply(Reply::calls(&["a"]));
    driver
}

/// The first event of the log that `wanted` picks, changed.
fn again(driver: &Driver, wanted: fn(&mut Event) -> bool) -> Event {
    let mut events = driver.records.iter().map(|record| record.event.clone());
    events.find_map(|mut event| wanted(&mut event).then_some(event)).unwrap()
}

fn refusal(driver: &Driver, event: Event) -> FoldError {
    let mut state = driver.state.clone();
    let record = EventRecord { seq: state.head_seq + 1, at: driver.now, event };
    let error = state.apply(&record).unwrap_err();
    assert!(state == driver.state, "a refused event changed the state");
    error
}

#[test]
fn events_that_cannot_follow_are_refused() {
    let driver = log();
    let seq = driver.state.head_seq + 1;
    let runs: Vec<RunId> = driver.state.runs.iter().map(|run| run.run_id).collect();
    let run = |n: usize| FoldError::Run { seq, run_id: runs[n] };
    type Pick = fn(&mut Event) -> bool;
    let cases: [(&str, Pick, FoldError); 6] = [
        ("a run starts twice", |e| matches!(e, Event::RunStarted(_)), run(0)),
        ("a run is queued twice", |e| matches!(e, Event::RunQueued(_)), run(2)),
        ("a run ends twice", |e| matches!(e, Event::RunFinished(_)), run(0)),
        ("an ended run speaks", |e| matches!(e, Event::AssistantMessage(_)), run(0)),
        (
            "a call is answered twice",
            |e| matches!(e, Event::ToolCallCompleted(_)),
            FoldError::Call { seq },
        ),
        (
            "an evidence id is reserved twice",
            |e| matches!(e, Event::ToolCallRequested(_)),
            FoldError::Evidence { seq },
        ),
    ];
    for (name, pick, expected) in cases {
        assert_eq!(refusal(&driver, again(&driver, pick)), expected, "{name}");
    }
}

#[test]
fn a_run_neither_ends_nor_speaks_while_a_call_waits_for_its_result() {
    let driver = log();
    let (at_work, seq) = (driver.run().run_id, driver.state.head_seq + 1);
    let expected = FoldError::Run { seq, run_id: at_work };
    for mut event in driver.records.iter().map(|record| record.event.clone()) {
        match &mut event {
            Event::RunFinished(finished) => finished.run_id = at_work,
            Event::AssistantMessage(message) => message.run_id = at_work,
            _ => continue,
        }
        assert_eq!(refusal(&driver, event), expected);
    }
}

#[test]
fn one_run_of_a_thread_is_at_work_at_a_time() {
    let driver = log();
    let queued = driver.state.first_queued().unwrap().run_id;
    for run_id in [queued, RunId::new()] {
        let Event::RunStarted(mut started) = again(&driver, |e| matches!(e, Event::RunStarted(_)))
        else {
            panic!("no start")
        };
        started.run_id = run_id;
        let expected = FoldError::Run { seq: driver.state.head_seq + 1, run_id };
        assert_eq!(refusal(&driver, Event::RunStarted(started)), expected);
    }
}

#[test]
fn an_evidence_is_stored_only_under_the_id_its_call_reserved() {
    let driver = log();
    let open = driver.run().open_calls().next().unwrap().call_id;
    let Event::ToolCallCompleted(mut result) =
        again(&driver, |e| matches!(e, Event::ToolCallCompleted(_)))
    else {
        panic!("no result")
    };
    result.call_id = open;
    let expected = FoldError::Evidence { seq: driver.state.head_seq + 1 };
    assert_eq!(refusal(&driver, Event::ToolCallCompleted(result)), expected);
}

#[test]
fn a_log_that_does_not_begin_at_its_beginning_is_refused() {
    let driver = log();
    assert_eq!(ThreadState::replay(&[]), Err(FoldError::NoOwner));
    assert_eq!(ThreadState::replay(&driver.records[1..]), Err(FoldError::NoOwner));
    let mut late = driver.records[0].clone();
    late.seq = 2;
    assert_eq!(ThreadState::begin(&late), Err(FoldError::Gap { head: 0, found: 2 }));
}

#[test]
fn events_of_runs_that_are_only_queued_are_refused() {
    let driver = log();
    let (queued, seq) = (driver.state.first_queued().unwrap().run_id, driver.state.head_seq + 1);
    for mut event in driver.records.iter().map(|record| record.event.clone()) {
        match &mut event {
            Event::AssistantMessage(message) => message.run_id = queued,
            Event::ToolCallRequested(call) => (call.run_id, call.evidence_id) = (queued, None),
            _ => continue,
        }
        assert_eq!(refusal(&driver, event), FoldError::Run { seq, run_id: queued });
    }
}

#[test]
fn a_queued_run_may_end_before_its_start() {
    let mut driver = log();
    let queued = driver.state.first_queued().unwrap().run_id;
    driver.finish(queued, Outcome::Completed);
    assert_eq!(driver.state.first_queued(), None);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn any_damage_is_refused_or_taken_but_never_half_taken(
        at in 0_usize..20, from in 0_usize..20, gap in 0_u64..3,
    ) {
        let driver = log();
        let (at, from) = (at % driver.records.len(), from % driver.records.len());
        let mut state = driver.states[at].clone();
        let seq = state.head_seq + gap;
        let record = EventRecord { seq, ..driver.records[from].clone() };
        let before = state.clone();
        match state.apply(&record) {
            Ok(()) => prop_assert_eq!(state.head_seq, before.head_seq + 1),
            Err(error) => {
                prop_assert!(state == before, "a refused event changed the state");
                prop_assert_eq!(matches!(error, FoldError::Gap { .. }), gap != 1);
            }
        }
    }
}

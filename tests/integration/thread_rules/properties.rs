//! What holds for every thread that the rules wrote, whatever model, tools and people did.

use std::collections::HashMap;

use opscopilot::{
    protocol::{
        CallId, Event, EventRecord, LimitKind, Outcome, PrincipalId, RunLimits, RunState,
        ThreadUpdated,
    },
    thread::{Progress, RunFold, ThreadState},
};
use proptest::prelude::*;

use super::{driver::Driver, histories::check_history, tape::Tape};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 192, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happens_the_promises_of_a_thread_hold(tape in Tape::any(400)) {
        let mut tape = tape;
        let mut driver = Driver::new();
        while !tape.is_over() {
            happen(&mut driver, &mut tape);
        }
        drain(&mut driver, &mut tape);
        every_call_has_one_result(&driver);
        driver.state.runs.iter().for_each(|run| run_kept_to_its_limits(run, &driver));
        replay_equals_live(&driver);
        the_stored_log_folds_to_the_same(&driver);
    }
}

/// One thing happens in the thread.
fn happen(driver: &mut Driver, tape: &mut Tape) {
    driver.wait(tape.pick(&[0, 1, 900, 7_000, 40_000, -50]));
    match tape.below(16) {
        0 => driver.write(any_update(tape)),
        1 | 2 => {
            if driver.state.open_runs() < 4 {
                driver.ask(any_limits(tape));
            }
        }
        3 => {
            let open = driver.state.runs.iter().filter(|run| run.state() != RunState::Finished);
            let open: Vec<_> = open.map(|run| run.run_id).collect();
            if !open.is_empty() {
                let run_id = tape.pick(&open);
                driver.finish(run_id, Outcome::Cancelled { by: PrincipalId::local() });
            }
        }
        4 | 5 => {
            if driver.state.running().is_some() {
                driver.restart();
            }
        }
        _ => driver.drive(tape),
    }
    check_history(&driver.state, tape.below(4_000));
}

/// Drives until nothing is left to do: it must end within what the limits allow.
fn drain(driver: &mut Driver, tape: &mut Tape) {
    let of_run = |run: &RunFold| 2 + run.limits.steps as usize * 7;
    let mut left: usize = driver.state.runs.iter().map(of_run).sum::<usize>() + 8;
    while driver.state.open_runs() > 0 {
        assert!(left > 0, "a run does not end");
        left -= 1;
        driver.drive(tape);
    }
}

fn any_update(tape: &mut Tape) -> Event {
    let participants = vec!["ana".parse().unwrap()];
    Event::ThreadUpdated(ThreadUpdated {
        title: tape.one_in(2).then(|| "another".to_owned()),
        scope: tape.one_in(2).then(|| vec!["/subscriptions/1".to_owned()]),
        archived: tape.one_in(2).then_some(true),
        participants: tape.one_in(2).then_some(participants),
        by: PrincipalId::local(),
    })
}

fn any_limits(tape: &mut Tape) -> RunLimits {
    let asked = RunLimits {
        steps: tape.below(8) as u32,
        tool_calls: tape.below(9) as u32,
        pages_per_list: 8,
        work_ms: tape.pick(&[0, 1_000, 30_000, 120_000, 999_999]),
        tokens: tape.pick(&[0, 2_000, 9_000, 999_999]),
    };
    if tape.one_in(3) { RunLimits::default() } else { RunLimits::default().lowered_to(asked) }
}

fn every_call_has_one_result(driver: &Driver) {
    let mut results: HashMap<CallId, usize> = HashMap::new();
    for record in &driver.records {
        match &record.event {
            Event::ToolCallRequested(call) => {
                assert_eq!(results.insert(call.call_id, 0), None);
            }
            Event::ToolCallCompleted(result) => *results.get_mut(&result.call_id).unwrap() += 1,
            Event::ThreadUpdated(_)
            | Event::RunQueued(_)
            | Event::RunStarted(_)
            | Event::RunResumed(_)
            | Event::AssistantMessage(_)
            | Event::RunFinished(_) => {}
        }
    }
    assert!(results.values().all(|count| *count == 1), "{results:?}");
}

fn run_kept_to_its_limits(run: &RunFold, driver: &Driver) {
    let calls = || run.steps.iter().flat_map(|step| &step.calls);
    let executed = calls().filter(|call| driver.executed.contains(&call.call_id)).count();
    assert!(executed <= run.limits.tool_calls as usize, "{executed} calls were made");
    assert!(run.steps.len() <= run.limits.steps as usize, "{} steps", run.steps.len());
    let Progress::Finished(finished) = &run.progress else { panic!("it has not ended") };
    let Outcome::LimitReached { limit } = &finished.outcome else { return };
    match limit {
        LimitKind::Steps => assert_eq!(run.steps.len(), run.limits.steps as usize),
        LimitKind::ToolCalls => assert!(run.call_count() > run.limits.tool_calls as usize),
        LimitKind::Tokens => assert!(run.usage.total() >= run.limits.tokens),
        LimitKind::WorkMs => {
            assert!(run.worked(driver.now).as_millis() >= u128::from(run.limits.work_ms));
        }
        LimitKind::InvalidCalls => assert!(calls().count() >= 3),
    }
}

fn replay_equals_live(driver: &Driver) {
    for cut in 1..=driver.records.len() {
        let (before, after) = driver.records.split_at(cut);
        let mut state = ThreadState::replay(before).unwrap();
        assert!(state == driver.states[cut - 1], "replay of {cut} events differs from live");
        // From a few cuts on to the end; each single step is compared by the next cut.
        if cut % 16 == 1 {
            after.iter().for_each(|record| state.apply(record).unwrap());
            assert!(state == driver.state, "from cut {cut} the end differs");
        }
    }
}

fn the_stored_log_folds_to_the_same(driver: &Driver) {
    let stored: Vec<String> =
        driver.records.iter().map(|record| serde_json::to_string(record).unwrap()).collect();
    let read: Vec<EventRecord> =
        stored.iter().map(|json| serde_json::from_str(json).unwrap()).collect();
    assert_eq!(read, driver.records);
    assert!(ThreadState::replay(&read).unwrap() == driver.state);
}

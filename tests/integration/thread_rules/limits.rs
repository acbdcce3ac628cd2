//! How a run ends: at a limit, by its model's reply, by restarts; cleanly, with what it has.

use opscopilot::{
    protocol::{FinishReason, LimitKind, Outcome, RunLimits, ToolStatus, Usage},
    thread::Next,
};
use serde_json::json;

use super::driver::{Driver, Reply};

fn at_work(limits: RunLimits) -> Driver {
    let mut driver = Driver::new();
    driver.ask(limits);
    driver
}

/// One step with so many calls, all answered.
fn step(driver: &mut Driver, tools: &[&'static str], status: ToolStatus) {
    driver.reply(Reply::calls(tools));
    while let Next::RunTools { run, refuse } = driver.next() {
        run.into_iter().for_each(|call| driver.answer(call, status, "a digest"));
        refuse.into_iter().for_each(|call| driver.answer(call, ToolStatus::Rejected, "Too many."));
    }
}

fn reached(limit: LimitKind) -> Next {
    Next::Finish(Outcome::LimitReached { limit })
}

fn failure_code(next: Next) -> String {
    match next {
        Next::Finish(Outcome::Failed { code, .. }) => code,
        other => panic!("{other:?} is no failure"),
    }
}

#[test]
fn a_run_asks_the_model_as_often_as_its_steps_allow() {
    let mut driver = at_work(RunLimits { steps: 2, ..RunLimits::default() });
    assert_eq!(driver.next(), Next::CallModel { step: 1 });
    step(&mut driver, &["a"], ToolStatus::Succeeded);
    assert_eq!(driver.next(), Next::CallModel { step: 2 });
    step(&mut driver, &["a"], ToolStatus::Succeeded);
    assert_eq!(driver.next(), reached(LimitKind::Steps));
}

#[test]
fn calls_above_the_limit_are_refused_and_the_run_ends() {
    let mut driver = at_work(RunLimits { tool_calls: 3, ..RunLimits::default() });
    step(&mut driver, &["a", "b"], ToolStatus::Succeeded);
    driver.reply(Reply::calls(&["c", "d", "e"]));
    let Next::RunTools { run, refuse } = driver.next() else { panic!("no calls") };
    assert_eq!((run.len(), refuse.len()), (1, 2));
    for call in run.iter().chain(&refuse) {
        driver.answer(*call, ToolStatus::Rejected, "Too many.");
    }
    assert_eq!(driver.next(), reached(LimitKind::ToolCalls));
}

#[test]
fn a_refusal_stored_first_takes_no_place_from_the_calls_before_it() {
    let mut driver = at_work(RunLimits { tool_calls: 2, ..RunLimits::default() });
    driver.reply(Reply::calls(&["a", "b", "c"]));
    let Next::RunTools { run, refuse } = driver.next() else { panic!("no calls") };
    driver.answer(refuse[0], ToolStatus::Rejected, "Too many.");
    driver.restart();
    assert_eq!(driver.next(), Next::RunTools { run, refuse: Vec::new() });
}

#[test]
fn as_many_calls_as_the_limit_still_get_an_answer() {
    let mut driver = at_work(RunLimits { tool_calls: 2, ..RunLimits::default() });
    step(&mut driver, &["a", "b"], ToolStatus::Succeeded);
    assert_eq!(driver.next(), Next::CallModel { step: 2 });
}

#[test]
fn tokens_count_input_and_output_of_every_reply() {
    let mut driver = at_work(RunLimits { tokens: 100, ..RunLimits::default() });
    let usage = Usage { input_tokens: 30, cached_input_tokens: 30, output_tokens: 19 };
    for expected in [Next::CallModel { step: 2 }, Next::CallModel { step: 3 }] {
        driver.reply(Reply { usage: Some(usage), ..Reply::calls(&["a"]) });
        let Next::RunTools { run, .. } = driver.next() else { panic!("no calls") };
        driver.answer(run[0], ToolStatus::Succeeded, "a digest");
        assert_eq!(driver.next(), expected);
    }
    driver.reply(Reply { usage: Some(usage), ..Reply::calls(&["a"]) });
    let Next::RunTools { run, .. } = driver.next() else { panic!("no calls") };
    driver.answer(run[0], ToolStatus::Succeeded, "a digest");
    assert_eq!(driver.next(), reached(LimitKind::Tokens));
}

#[test]
fn work_counts_from_the_start_to_the_last_event_before_a_restart_and_from_there_on() {
    let mut driver = at_work(RunLimits { work_ms: 10_000, ..RunLimits::default() });
    driver.wait(4_000);
    step(&mut driver, &["a"], ToolStatus::Succeeded);
    driver.wait(86_400_000);
    driver.restart();
    assert_eq!(driver.run().worked(driver.now).as_secs(), 4, "the night counted as work");
    driver.wait(5_999);
    assert_eq!(driver.next(), Next::CallModel { step: 2 });
    driver.wait(1);
    assert_eq!(driver.next(), reached(LimitKind::WorkMs));
}

#[test]
fn neither_waiting_in_the_queue_nor_the_time_after_the_end_is_work() {
    let mut driver = at_work(RunLimits::default());
    let (first, queued) = (driver.run().run_id, driver.ask(RunLimits::default()));
    let cancelled = driver.ask(RunLimits::default());
    driver.wait(3_000);
    driver.finish(cancelled, Outcome::Completed);
    driver.finish(first, Outcome::Completed);
    driver.start_queued();
    driver.wait(2_000);
    let worked = |run_id| driver.state.run(run_id).unwrap().worked(driver.now).as_secs();
    assert_eq!([first, queued, cancelled].map(worked), [3, 2, 0]);
}

#[test]
fn a_clock_that_runs_back_neither_panics_nor_counts() {
    let mut driver = at_work(RunLimits::default());
    driver.wait(-5_000);
    step(&mut driver, &["a"], ToolStatus::Succeeded);
    assert_eq!(driver.run().worked(driver.now).as_millis(), 0);
}

#[test]
fn the_same_invalid_call_three_times_ends_the_run() {
    let mut driver = at_work(RunLimits::default());
    step(&mut driver, &["a"], ToolStatus::Rejected);
    step(&mut driver, &["a"], ToolStatus::Rejected);
    assert_eq!(driver.next(), Next::CallModel { step: 3 });
    step(&mut driver, &["a"], ToolStatus::Rejected);
    assert_eq!(driver.next(), reached(LimitKind::InvalidCalls));
}

#[test]
fn different_or_failed_calls_may_be_made_again() {
    let mut driver = at_work(RunLimits::default());
    for n in 0..5 {
        driver.reply(Reply { calls: vec![("a", json!({ "n": n }))], ..Reply::calls(&[]) });
        let Next::RunTools { run, .. } = driver.next() else { panic!("no calls") };
        driver.answer(run[0], ToolStatus::Rejected, "Wrong.");
    }
    for _ in 0..5 {
        step(&mut driver, &["b"], ToolStatus::Failed);
    }
    assert_eq!(driver.next(), Next::CallModel { step: 11 });
}

#[test]
fn every_way_a_reply_ends_has_its_own_outcome() {
    use FinishReason::{Cancelled, ContentFilter, Cut, Length, Stop, ToolCalls};
    for (finish, text, code) in [
        (Stop, "", "emptyReply"),
        (Stop, " \n\t", "emptyReply"),
        (ToolCalls, "I look it up", "emptyReply"),
        (Length, "It is", "replyTooLong"),
        (ContentFilter, "", "contentFilter"),
        (Cut, "It", "modelCut"),
        (Cancelled, "It", "cancelled"),
    ] {
        let mut driver = at_work(RunLimits::default());
        driver.reply(Reply::of(finish, text));
        assert_eq!(failure_code(driver.next()), code, "{finish:?} {text:?}");
    }
}

#[test]
fn a_text_that_ends_by_itself_is_the_answer() {
    let mut driver = at_work(RunLimits::default());
    driver.reply(Reply::of(FinishReason::Stop, "It is 42."));
    assert_eq!(driver.next(), Next::Finish(Outcome::Completed));
    assert_eq!(driver.run().standing().answer, "It is 42.");
}

#[test]
fn two_restarts_in_a_row_end_the_run_and_one_does_not() {
    let mut driver = at_work(RunLimits::default());
    driver.restart();
    assert_eq!(driver.next(), Next::CallModel { step: 1 });
    driver.restart();
    assert_eq!(failure_code(driver.next()), "restart");
}

#[test]
fn an_event_of_the_run_between_two_restarts_lets_it_go_on() {
    let mut driver = at_work(RunLimits::default());
    driver.restart();
    step(&mut driver, &["a"], ToolStatus::Succeeded);
    driver.ask(RunLimits::default());
    driver.restart();
    assert_eq!(driver.next(), Next::CallModel { step: 2 });
}

#[test]
fn after_a_restart_a_call_with_a_result_is_never_run_again() {
    let mut driver = at_work(RunLimits::default());
    driver.reply(Reply::calls(&["a", "b", "c"]));
    let Next::RunTools { run, .. } = driver.next() else { panic!("no calls") };
    driver.answer(run[1], ToolStatus::Succeeded, "a digest");
    driver.restart();
    let left = Next::RunTools { run: vec![run[0], run[2]], refuse: Vec::new() };
    assert_eq!(driver.next(), left);
}

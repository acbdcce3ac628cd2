//! What the model is told: every call beside its result, under a cap, the oldest dropped first.

use opscopilot::{
    protocol::{FinishReason, Outcome, PrincipalId, RunLimits, ToolStatus, Trigger},
    thread::{HistoryMessage, Next, ThreadState, history},
};

use super::driver::{Driver, Reply};

/// What holds for the history of any thread under any cap.
pub(super) fn check_history(state: &ThreadState, cap: usize) {
    let told = history(state, cap);
    assert_eq!(told, history(state, cap), "it is not deterministic");
    calls_stand_beside_their_results(&told);
    let whole = history(state, usize::MAX);
    let Some(last) = state.runs.iter().rfind(|run| run.has_started()) else {
        return assert!(told.is_empty());
    };
    let Trigger::Message { text: question, .. } = &last.trigger;
    let users = |told: &[HistoryMessage]| -> Vec<String> {
        told.iter()
            .filter_map(|message| match message {
                HistoryMessage::User { text } => Some(text.clone()),
                HistoryMessage::Assistant { .. } | HistoryMessage::Result { .. } => None,
            })
            .collect()
    };
    assert_eq!(users(&told).last(), Some(question), "the run at work is not the last");
    assert!(users(&whole).ends_with(&users(&told)), "runs are not dropped oldest first");
    assert!(told.len() <= whole.len() && size_of(&told) <= size_of(&whole));
    if size_of(&told) > cap {
        assert_eq!(users(&told).len(), 1, "above the cap with more than the run at work");
        assert!(told.iter().all(|message| match message {
            HistoryMessage::Result { text, .. } => text.len() < 80,
            HistoryMessage::User { .. } | HistoryMessage::Assistant { .. } => true,
        }));
    }
}

fn calls_stand_beside_their_results(told: &[HistoryMessage]) {
    let mut waiting = Vec::new().into_iter();
    for message in told {
        match message {
            HistoryMessage::Result { call, .. } => assert_eq!(waiting.next().as_ref(), Some(call)),
            HistoryMessage::User { .. } => assert_eq!(waiting.next(), None),
            HistoryMessage::Assistant { text, calls } => {
                assert_eq!(waiting.next(), None, "a call without its result");
                assert!(!text.is_empty() || !calls.is_empty(), "a message that says nothing");
                waiting = calls.clone().into_iter();
            }
        }
    }
    assert_eq!(waiting.next(), None);
}

fn size_of(told: &[HistoryMessage]) -> usize {
    told.iter()
        .map(|message| match message {
            HistoryMessage::User { text } | HistoryMessage::Result { text, .. } => text.len(),
            HistoryMessage::Assistant { text, calls } => calls
                .iter()
                .map(|call| call.tool.len() + call.arguments.to_string().len())
                .sum::<usize>()
                .saturating_add(text.len()),
        })
        .sum()
}

/// A thread with so many finished runs, one call each, and one run at work with one.
fn thread_of(runs: usize) -> Driver {
    let mut driver = Driver::new();
    for n in 0..=runs {
        driver.ask(RunLimits::default());
        driver.reply(Reply::calls(&["list_security_alerts"]));
        let Next::RunTools { run, .. } = driver.next() else { panic!("no calls to run") };
        driver.answer(run[0], ToolStatus::Succeeded, &"x".repeat(1_000));
        if n < runs {
            driver.reply(Reply::of(FinishReason::Stop, "So it is [e1]."));
            driver.drive(&mut super::tape::Tape::new(Vec::new()));
        }
    }
    driver
}

fn texts(told: &[HistoryMessage]) -> Vec<&str> {
    told.iter()
        .map(|message| match message {
            HistoryMessage::User { text } | HistoryMessage::Result { text, .. } => {
                if text.len() > 900 { "digest" } else { text }
            }
            HistoryMessage::Assistant { text, .. } => text,
        })
        .collect()
}

#[test]
fn past_the_cap_the_oldest_digest_goes_first_and_says_where_to_read_it_again() {
    let driver = thread_of(2);
    let dropped = "(dropped to save room; read it again with read_evidence e1)";
    assert_eq!(
        texts(&history(&driver.state, 2_900)),
        [
            "question 0",
            "",
            dropped,
            "So it is [e1].",
            "question 1",
            "",
            "digest",
            "So it is [e1].",
            "question 2",
            "",
            "digest"
        ]
    );
    check_history(&driver.state, 2_900);
}

#[test]
fn then_the_oldest_runs_go_whole_and_the_run_at_work_stays() {
    let driver = thread_of(2);
    let only = ["question 2", "", "digest"];
    assert_eq!(texts(&history(&driver.state, 1_050)), only);
    let dropped = "(dropped to save room; read it again with read_evidence e3)";
    assert_eq!(texts(&history(&driver.state, 0)), ["question 2", "", dropped]);
    check_history(&driver.state, 0);
}

#[test]
fn a_run_cancelled_before_its_start_is_never_told_to_the_model() {
    let mut driver = Driver::new();
    driver.ask(RunLimits::default());
    let queued = driver.ask(RunLimits::default());
    driver.finish(queued, Outcome::Cancelled { by: PrincipalId::local() });
    assert_eq!(texts(&history(&driver.state, usize::MAX)), ["question 0"]);
}

#[test]
fn a_reply_that_broke_off_is_told_as_broken_off() {
    let mut driver = Driver::new();
    driver.ask(RunLimits::default());
    driver.reply(Reply::of(FinishReason::Cut, "Half a"));
    let told = history(&driver.state, usize::MAX);
    assert_eq!(texts(&told), ["question 0", "Half a\n(This reply broke off here.)"]);
}

#[test]
fn a_reply_that_said_nothing_is_left_out() {
    let mut driver = Driver::new();
    driver.ask(RunLimits::default());
    driver.reply(Reply::of(FinishReason::Stop, ""));
    assert_eq!(texts(&history(&driver.state, usize::MAX)), ["question 0"]);
}

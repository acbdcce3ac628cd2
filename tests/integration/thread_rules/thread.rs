//! What a thread and a run say of themselves.

use opscopilot::{
    protocol::{
        CallId, Epoch, Event, EvidenceId, FinishReason, MessageId, PrincipalId, RunLimits,
        RunState, ThreadId, ThreadUpdated, ToolStatus, Trigger,
    },
    thread::Next,
};

use super::{
    driver::{Driver, Reply},
    tape::Tape,
};

fn finish(driver: &mut Driver) {
    driver.drive(&mut Tape::new(Vec::new()));
}

fn only_call(driver: &Driver) -> CallId {
    let Next::RunTools { run, .. } = driver.next() else { panic!("no calls") };
    run[0]
}

#[test]
fn the_standing_of_a_run_is_its_last_answer_with_what_it_looked_at() {
    let mut driver = Driver::new();
    let run_id = driver.ask(RunLimits::default());
    driver.reply(Reply::calls(&["list_security_alerts"]));
    let standing = driver.state.run(run_id).unwrap().standing();
    assert_eq!((standing.state, standing.answer.as_str()), (RunState::Running, ""));
    let call = only_call(&driver);
    driver.answer(call, ToolStatus::Succeeded, "a digest");
    driver.reply(Reply::of(FinishReason::Stop, "Five alerts [e1][e9]."));
    finish(&mut driver);
    let standing = driver.state.run(run_id).unwrap().standing();
    assert_eq!(standing.state, RunState::Finished);
    assert_eq!(standing.answer, "Five alerts [e1][e9].");
    assert_eq!(standing.citations.len(), 1, "only evidence that is there is cited");
    assert_eq!((standing.coverage.rows, standing.coverage.total), (3, Some(5)));
}

#[test]
fn a_run_whose_reply_broke_off_has_no_answer() {
    let mut driver = Driver::new();
    let run_id = driver.ask(RunLimits::default());
    driver.reply(Reply::of(FinishReason::Cut, "Half a"));
    finish(&mut driver);
    let standing = driver.state.run(run_id).unwrap().standing();
    assert_eq!((standing.message_id, standing.answer.as_str()), (None, ""));
    assert!(standing.outcome.is_some());
}

#[test]
fn evidence_ids_follow_the_calls_and_are_never_reused() {
    let mut driver = Driver::new();
    driver.ask(RunLimits::default());
    driver.reply(Reply::calls(&["a", "find_tools", "b"]));
    let ids: Vec<_> = driver.run().open_calls().map(|call| call.evidence_id).collect();
    let id = |n| Some(EvidenceId::from_number(n));
    assert_eq!(ids, [id(1), None, id(2)]);
    let Next::RunTools { run, .. } = driver.next() else { panic!("no calls") };
    for (call, status) in
        run.into_iter().zip([ToolStatus::Failed, ToolStatus::Succeeded, ToolStatus::Succeeded])
    {
        driver.answer(call, status, "a digest");
    }
    let known: Vec<_> = driver.state.evidence.iter().collect();
    assert_eq!(known, [EvidenceId::from_number(2)], "a failed call leaves a gap");
    assert_eq!(driver.state.next_evidence(), EvidenceId::from_number(3));
}

#[test]
fn a_repeated_message_leads_to_its_first_run() {
    let mut driver = Driver::new();
    let run_id = driver.ask(RunLimits::default());
    driver.ask(RunLimits::default());
    let Trigger::Message { message_id, .. } = driver.run().trigger.clone();
    assert_eq!(driver.state.run_of_message(&message_id).unwrap().run_id, run_id);
    assert!(driver.state.run_of_message(&MessageId::new()).is_none());
}

#[test]
fn queued_runs_start_in_the_order_asked() {
    let mut driver = Driver::new();
    let asked: Vec<_> = (0..3).map(|_| driver.ask(RunLimits::default())).collect();
    let mut ran = Vec::new();
    while driver.state.open_runs() > 0 {
        if driver.state.running().is_none() {
            driver.start_queued();
        }
        ran.push(driver.run().run_id);
        driver.reply(Reply::of(FinishReason::Stop, "Done."));
        finish(&mut driver);
    }
    assert_eq!(ran, asked);
}

#[test]
fn updates_change_only_what_they_name() {
    let mut driver = Driver::new();
    let ana: PrincipalId = "ana".parse().unwrap();
    driver.write(Event::ThreadUpdated(ThreadUpdated {
        title: None,
        scope: Some(vec!["/subscriptions/1".to_owned()]),
        archived: None,
        participants: Some(vec![ana.clone()]),
        by: ana.clone(),
    }));
    let standing = driver.state.standing(ThreadId::new(), Epoch::new());
    assert_eq!((standing.title.as_str(), standing.archived), ("first", false));
    assert_eq!(standing.scope, ["/subscriptions/1"]);
    assert_eq!(standing.owner, PrincipalId::local(), "who changes a thread does not own it");
    assert!(driver.state.admits(&ana) && driver.state.admits(&PrincipalId::local()));
    assert!(!driver.state.admits(&"eve".parse().unwrap()));
}

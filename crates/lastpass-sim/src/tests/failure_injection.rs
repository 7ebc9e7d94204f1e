//! Whether a change is executed under each fault, and which calls random faults apply to.

use std::time::Duration;

use serde_json::{Value, json};

use crate::company::Company;
use crate::fault::{ConnectionError, Execution, Fault, FaultKind};
use crate::simulator::Simulator;
use crate::tests::{call, enterprise, guide, send};

fn add() -> Value {
    enterprise("batchadd", json!([{"username": "ann@example.test"}]))
}

/// The number of users, whether the only call had an effect, and the number of mails sent.
fn outcome(simulator: &Simulator) -> (usize, bool, usize) {
    let users = simulator.with_company(|company| company.users.len());
    (users, simulator.calls()[0].had_effect, simulator.mails().len())
}

#[tokio::test(start_paused = true)]
async fn ambiguous_faults_hide_whether_the_command_was_executed() {
    for kind in FaultKind::AMBIGUOUS {
        let simulator = Simulator::new(Company::empty());
        simulator.inject(Fault::once(kind.clone()));
        let reply = send(&simulator, add()).await;
        let is_success = reply
            .as_ref()
            .is_ok_and(|reply| reply.status() == 200 && serde_json::from_slice::<Value>(reply.body()).is_ok());
        assert!(!is_success, "{kind:?} has a complete reply");
        let at_once = kind.execution() == Execution::Immediate;
        assert_eq!(outcome(&simulator), (at_once.into(), at_once, at_once.into()), "{kind:?}");
        tokio::time::sleep(Duration::from_secs(60)).await;
        let eventually = kind.execution() != Execution::Never;
        assert_eq!(outcome(&simulator), (eventually.into(), eventually, eventually.into()), "{kind:?}");
    }
}

#[tokio::test]
async fn responses_do_not_depend_on_whether_the_command_was_executed() {
    for (before, after) in [
        (FaultKind::Status(504), FaultKind::StatusAfter(504)),
        (FaultKind::Html, FaultKind::HtmlAfter),
        (FaultKind::Empty, FaultKind::EmptyAfter),
    ] {
        let mut replies = Vec::new();
        for kind in [before, after] {
            let simulator = Simulator::new(Company::empty());
            simulator.inject(Fault::once(kind));
            let reply = send(&simulator, add()).await.expect("a reply");
            replies.push((reply.status(), reply.headers().clone(), reply.into_body()));
        }
        assert_eq!(replies[0], replies[1]);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_timeout_a_delayed_reply_has_taken_effect_and_a_delayed_call_has_not() {
    for (kind, had_effect) in
        [(FaultKind::DelayReply(Duration::from_secs(90)), true), (FaultKind::Delay(Duration::from_secs(90)), false)]
    {
        let simulator = Simulator::new(Company::empty());
        simulator.inject(Fault::once(kind));
        let result = tokio::time::timeout(Duration::from_secs(10), send(&simulator, add())).await;
        assert!(result.is_err());
        assert_eq!(simulator.calls()[0].had_effect, had_effect);
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_execution_after_a_retry_has_no_second_effect() {
    let simulator = Simulator::new(Company::empty());
    simulator.inject(Fault::once(FaultKind::LateExecution(Duration::from_secs(5))));
    assert_eq!(send(&simulator, add()).await.err(), Some(ConnectionError::Reset));
    call(&simulator, add()).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let had_effect: Vec<bool> = simulator.calls().iter().map(|call| call.had_effect).collect();
    assert_eq!((had_effect, simulator.mails().len()), (vec![false, true], 1));
}

#[tokio::test(start_paused = true)]
async fn a_late_execution_does_not_mark_calls_after_the_history_was_cleared() {
    let simulator = Simulator::new(Company::empty());
    simulator.inject(Fault::once(FaultKind::LateExecution(Duration::from_secs(5))));
    send(&simulator, add()).await.expect_err("the connection is lost");
    simulator.clear_calls();
    call(&simulator, enterprise("getuserdata", json!({}))).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(simulator.mails().len(), 1);
    assert!(!simulator.calls()[0].had_effect);
}

/// Sends 200 reads and returns the numbers of those that fail.
async fn failed_reads(simulator: &Simulator) -> Vec<u32> {
    let mut failed = Vec::new();
    for number in 0..200 {
        if send(simulator, enterprise("getuserdata", json!({}))).await.is_err() {
            failed.push(number);
        }
    }
    failed
}

#[tokio::test]
async fn random_faults_apply_to_the_same_calls_for_the_same_seed() {
    let with = |seed, rate| {
        let simulator = Simulator::new(Company::empty());
        simulator.inject_random(seed, rate, vec![FaultKind::ResetBefore, FaultKind::ResetAfter]);
        simulator
    };
    let first = failed_reads(&with(1, 0.25)).await;
    assert!((25..75).contains(&first.len()), "{}", first.len());
    assert_eq!(failed_reads(&with(1, 0.25)).await, first);
    assert_ne!(failed_reads(&with(2, 0.25)).await, first);
    assert_eq!((failed_reads(&with(1, 0.0)).await.len(), failed_reads(&with(1, 1.0)).await.len()), (0, 200));
    // A scheduled fault takes precedence over a random one and does not shift later ones.
    let scheduled = with(1, 0.25);
    scheduled.inject(Fault { skip: first[0], ..Fault::once(FaultKind::Refused) });
    assert_eq!(failed_reads(&scheduled).await, first);
    let cleared = with(1, 1.0);
    cleared.clear_faults();
    assert!(failed_reads(&cleared).await.is_empty());
}

#[tokio::test]
async fn random_faults_apply_to_the_given_commands_only() {
    let simulator = Simulator::new(Company::empty());
    simulator.inject_random_for(&["batchaddusers", "deluser"], 1, 1.0, vec![FaultKind::Refused]);
    assert!(failed_reads(&simulator).await.is_empty());
    assert!(send(&simulator, add()).await.is_err());
    let delete = guide("deleteuser", json!({"username": "ann@example.test", "action": "delete"}));
    assert!(send(&simulator, delete).await.is_err());
}

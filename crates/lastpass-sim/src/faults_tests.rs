//! What becomes of a change under each fault, and which calls chance strikes.

use std::time::Duration;

use serde_json::{Value, json};

use crate::ask::{ask, enterprise, guide, send};
use crate::company::Company;
use crate::fault::{ConnectionError, Execution, Fault, FaultKind};
use crate::simulator::Simulator;

fn add() -> Value {
    enterprise("batchadd", json!([{"username": "ann@example.test"}]))
}

/// How many people are there, whether the only call acted, and how many mails left.
fn outcome(simulator: &Simulator) -> (usize, bool, usize) {
    let people = simulator.with_company(|company| company.users.len());
    (people, simulator.calls()[0].had_effect, simulator.mails().len())
}

#[tokio::test(start_paused = true)]
async fn the_service_acts_or_not_and_the_caller_cannot_tell() {
    for kind in FaultKind::AMBIGUOUS {
        let simulator = Simulator::new(Company::empty());
        simulator.inject(Fault::once(kind.clone()));
        let reply = send(&simulator, add()).await;
        let told = reply
            .as_ref()
            .is_ok_and(|reply| reply.status() == 200 && serde_json::from_slice::<Value>(reply.body()).is_ok());
        assert!(!told, "{kind:?} tells");
        let acts_at_once = kind.execution() == Execution::Immediate;
        assert_eq!(outcome(&simulator), (acts_at_once.into(), acts_at_once, acts_at_once.into()), "{kind:?}");
        tokio::time::sleep(Duration::from_secs(60)).await;
        let acts = kind.execution() != Execution::Never;
        assert_eq!(outcome(&simulator), (acts.into(), acts, acts.into()), "{kind:?}");
    }
}

#[tokio::test]
async fn a_page_after_acting_looks_like_one_before() {
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
async fn a_caller_who_stops_waiting_for_a_late_reply_has_changed_something() {
    for (kind, acted) in
        [(FaultKind::DelayReply(Duration::from_secs(90)), true), (FaultKind::Delay(Duration::from_secs(90)), false)]
    {
        let simulator = Simulator::new(Company::empty());
        simulator.inject(Fault::once(kind));
        let waited = tokio::time::timeout(Duration::from_secs(10), send(&simulator, add())).await;
        assert!(waited.is_err());
        assert_eq!(simulator.calls()[0].had_effect, acted);
    }
}

#[tokio::test(start_paused = true)]
async fn the_late_act_comes_after_a_second_try_and_does_nothing_twice() {
    let simulator = Simulator::new(Company::empty());
    simulator.inject(Fault::once(FaultKind::LateExecution(Duration::from_secs(5))));
    assert_eq!(send(&simulator, add()).await.err(), Some(ConnectionError::Reset));
    ask(&simulator, add()).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let had_effect: Vec<bool> = simulator.calls().iter().map(|call| call.had_effect).collect();
    assert_eq!((had_effect, simulator.mails().len()), (vec![false, true], 1));
}

#[tokio::test(start_paused = true)]
async fn a_late_act_leaves_forgotten_calls_alone() {
    let simulator = Simulator::new(Company::empty());
    simulator.inject(Fault::once(FaultKind::LateExecution(Duration::from_secs(5))));
    send(&simulator, add()).await.expect_err("the connection is lost");
    simulator.clear_calls();
    ask(&simulator, enterprise("getuserdata", json!({}))).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(simulator.mails().len(), 1);
    assert!(!simulator.calls()[0].had_effect);
}

/// Which of 200 reads are lost.
async fn struck(simulator: &Simulator) -> Vec<u32> {
    let mut struck = Vec::new();
    for number in 0..200 {
        if send(simulator, enterprise("getuserdata", json!({}))).await.is_err() {
            struck.push(number);
        }
    }
    struck
}

#[tokio::test]
async fn chance_strikes_the_same_calls_for_the_same_seed() {
    let with = |seed, rate| {
        let simulator = Simulator::new(Company::empty());
        simulator.inject_random(seed, rate, vec![FaultKind::ResetBefore, FaultKind::ResetAfter]);
        simulator
    };
    let first = struck(&with(1, 0.25)).await;
    assert!((25..75).contains(&first.len()), "{}", first.len());
    assert_eq!(struck(&with(1, 0.25)).await, first);
    assert_ne!(struck(&with(2, 0.25)).await, first);
    assert_eq!((struck(&with(1, 0.0)).await.len(), struck(&with(1, 1.0)).await.len()), (0, 200));
    // A fault that was told comes in place of chance and does not shift it.
    let told = with(1, 0.25);
    told.inject(Fault { skip: first[0], ..Fault::once(FaultKind::Refused) });
    assert_eq!(struck(&told).await, first);
    let cleared = with(1, 1.0);
    cleared.clear_faults();
    assert!(struck(&cleared).await.is_empty());
}

#[tokio::test]
async fn chance_keeps_to_the_commands_given() {
    let simulator = Simulator::new(Company::empty());
    simulator.inject_random_for(&["batchaddusers", "deluser"], 1, 1.0, vec![FaultKind::Refused]);
    assert!(struck(&simulator).await.is_empty());
    assert!(send(&simulator, add()).await.is_err());
    let leave = guide("deleteuser", json!({"username": "ann@example.test", "action": "delete"}));
    assert!(send(&simulator, leave).await.is_err());
}

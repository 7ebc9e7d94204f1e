//! A process that dies at any step of its work: another one brings the change to its end, or begins it anew.

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::{
    SETTINGS, databases,
    jobs::{Job, Kind},
    process::{Ask, Deployment, Fate},
    score::Score,
    truth::Truth,
};
use crate::world::{ADMIN, Seen, company};

/// Longer than a claim holds without a sign of life, and than LastPass may take to act.
const LEASE_AND_LATE_EFFECTS: TimeDelta = TimeDelta::seconds(61);
/// So many processes die at the same time, each one poll later than the one before.
const AT_ONCE: u64 = 12;

/// Kills a process at every step of a kind of change; `again` is who comes after it, and with what.
async fn killed_at_every_step(kind: Kind, again: impl Fn(&Job) -> (Ask, Ask)) {
    for (database_kind, database) in databases().await {
        let deployment = Deployment::new(company(20), &database, &SETTINGS);
        let (mut jobs, mut replies, mut score) = (Vec::new(), Vec::<Seen>::new(), Score::default());
        let before = deployment.world.sim.with_company(|company| company.clone());
        let mut polls = 0;
        loop {
            let batch: Vec<Job> = deployment.world.sim.with_company(|company| {
                (polls..polls + AT_ONCE).map(|polls| Job::prepare(kind, polls as usize, company)).collect()
            });
            let killed = batch.iter().zip(polls..).map(|(job, polls)| {
                let process = deployment.process();
                let (first, _) = again(job);
                async move { process.send_and_die(polls, &first).await.1 }
            });
            let fates = join_all(killed).await;
            deployment.world.pass(LEASE_AND_LATE_EFFECTS);
            let other = deployment.process();
            let second: Vec<Ask> = batch.iter().map(|job| again(job).1).collect();
            replies.extend(join_all(second.iter().map(|ask| other.send(ask))).await);
            jobs.extend(batch);
            score.kills += fates.iter().filter(|fate| **fate == Fate::Died).count();
            polls += AT_ONCE;
            if fates.contains(&Fate::Survived) {
                break;
            }
        }
        let truth = Truth::of(&deployment.world).await;
        for (job, reply) in jobs.iter().zip(&replies) {
            truth.check(job, reply, &mut score);
        }
        truth.check_the_rest(&jobs, &before, &mut score);
        score.calls = deployment.world.sim.calls().len();
        score.close(&format!("{kind:?} killed at every step, {database_kind:?}"));
    }
}

/// The same request, with the same key.
fn repeated(job: &Job) -> (Ask, Ask) {
    (job.ask(), job.ask())
}

/// Somebody who knows nothing of the first request, and has no key of it; nor had the first.
fn asked_anew(job: &Job) -> (Ask, Ask) {
    (job.ask_without_key(ADMIN), job.ask_without_key(ADMIN))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_person_is_made_once_though_the_process_dies() {
    killed_at_every_step(Kind::Provision, repeated).await;
    killed_at_every_step(Kind::Provision, asked_anew).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leaver_is_off_boarded_though_the_process_dies() {
    killed_at_every_step(Kind::Deactivate, repeated).await;
    killed_at_every_step(Kind::Deactivate, asked_anew).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memberships_are_as_reported_though_the_process_dies() {
    killed_at_every_step(Kind::Groups, repeated).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_is_never_sent_twice_under_one_key_though_the_process_dies() {
    killed_at_every_step(Kind::Reinvite, repeated).await;
}

//! A process that dies at any step of its work: another one brings the change to its end, or begins it anew.

use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::{
    database::Database,
    faults::{
        SETTINGS,
        jobs::{Job, JobKind},
        on_every_database,
        process::{Deployment, Fate, JobRequest},
        score::Score,
        truth::Truth,
    },
    world::company,
};

/// Longer than a claim holds without a sign of life, and than LastPass may take to act, both a minute.
const LEASE_AND_LATE_EFFECTS: TimeDelta = TimeDelta::minutes(2);
/// So many processes die at the same time, each one poll later than the one before.
const AT_ONCE: u64 = 12;

/// Who comes after a process that died.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// The same caller, with the same key.
    Repeat,
    /// Somebody else; and there never was a key.
    Another,
}

/// The kinds of changes whose processes die, and who comes next; the others are left to chance.
const SCENARIOS: [(JobKind, Next); 6] = [
    (JobKind::Provision, Next::Repeat),
    (JobKind::Provision, Next::Another),
    (JobKind::Deactivate, Next::Repeat),
    (JobKind::Deactivate, Next::Another),
    (JobKind::Groups, Next::Repeat),
    (JobKind::Reinvite, Next::Repeat),
];

impl Next {
    fn asks(self, job: &Job) -> (JobRequest, JobRequest) {
        match self {
            Self::Repeat => (job.request(), job.request()),
            Self::Another => (job.request_without_key(), job.request_by_another()),
        }
    }
}

/// Kills a process at every step of one kind of change, until one survives.
async fn killed_at_every_step(kind: JobKind, next: Next, database: &Database, score: &mut Score) {
    let deployment = Deployment::new(company(20), database, &SETTINGS);
    let before = deployment.world.sim.with_company(|company| company.clone());
    let (mut jobs, mut replies, mut polls) = (Vec::new(), Vec::new(), 0);
    loop {
        let batch: Vec<Job> = deployment.world.sim.with_company(|company| {
            (polls..polls + AT_ONCE).map(|polls| Job::prepare(kind, polls as usize, company)).collect()
        });
        let (first, second): (Vec<JobRequest>, Vec<JobRequest>) = batch.iter().map(|job| next.asks(job)).unzip();
        let killed = first.iter().zip(polls..).map(|(ask, polls)| deployment.process().send_and_die(polls, ask));
        let fates: Vec<Fate> = join_all(killed).await.into_iter().map(|(_, fate)| fate).collect();
        deployment.world.advance(LEASE_AND_LATE_EFFECTS);
        let other = deployment.process();
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
        truth.check(job, reply, score);
    }
    truth.check_the_rest(&jobs, &before, score);
    score.calls += deployment.world.sim.calls().len();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_whole_at_whichever_step_its_process_dies() {
    on_every_database(async |database_kind, _| {
        let mut score = Score::default();
        for (kind, next) in SCENARIOS {
            let database = database_kind.empty().await.expect("there was one just now");
            killed_at_every_step(kind, next, &database, &mut score).await;
        }
        score.close(&format!("{database_kind:?}, killed at every step"));
    })
    .await;
}

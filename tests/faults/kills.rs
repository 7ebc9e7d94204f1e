//! A process that dies at any step of its work: another one completes the change or starts it again.

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

/// Longer than the lease of a claim, and than LastPass may take to act, both a minute.
const LEASE_AND_LATE_EFFECTS: TimeDelta = TimeDelta::minutes(2);
/// The number of processes that die concurrently, each one poll later than the previous one.
const CONCURRENCY: u64 = 12;

/// The next request after a process died.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// The same caller, with the same key.
    Repeat,
    /// Another caller, and neither request has a key.
    Another,
}

/// The changes whose processes die, and the next request. The other kinds occur in random runs.
const SCENARIOS: [(JobKind, Next); 6] = [
    (JobKind::Provision, Next::Repeat),
    (JobKind::Provision, Next::Another),
    (JobKind::Deactivate, Next::Repeat),
    (JobKind::Deactivate, Next::Another),
    (JobKind::Groups, Next::Repeat),
    (JobKind::Reinvite, Next::Repeat),
];

impl Next {
    fn requests(self, job: &Job) -> (JobRequest, JobRequest) {
        match self {
            Self::Repeat => (job.request(), job.request()),
            Self::Another => (job.request_without_key(), job.request_by_another()),
        }
    }
}

/// Kills a process at every poll of one kind of change, until one survives.
async fn killed_at_every_step(kind: JobKind, next: Next, database: &Database, score: &mut Score) {
    let deployment = Deployment::new(company(20), database, &SETTINGS);
    let before = deployment.world.sim.with_company(|company| company.clone());
    let (mut jobs, mut replies, mut polls) = (Vec::new(), Vec::new(), 0);
    loop {
        let batch: Vec<Job> = deployment.world.sim.with_company(|company| {
            (polls..polls + CONCURRENCY).map(|polls| Job::prepare(kind, polls as usize, company)).collect()
        });
        let (first, second): (Vec<JobRequest>, Vec<JobRequest>) = batch.iter().map(|job| next.requests(job)).unzip();
        let killed =
            first.iter().zip(polls..).map(|(request, polls)| deployment.process().send_and_die(polls, request));
        let fates: Vec<Fate> = join_all(killed).await.into_iter().map(|(_, fate)| fate).collect();
        deployment.world.advance(LEASE_AND_LATE_EFFECTS);
        let other = deployment.process();
        replies.extend(join_all(second.iter().map(|request| other.send(request))).await);
        jobs.extend(batch);
        score.kills += fates.iter().filter(|fate| **fate == Fate::Died).count();
        polls += CONCURRENCY;
        if fates.contains(&Fate::Survived) {
            break;
        }
    }
    let truth = Truth::of(&deployment.world).await;
    for (job, reply) in jobs.iter().zip(&replies) {
        truth.check(job, reply, score);
    }
    truth.check_bystanders(&jobs, &before, score);
    score.calls += deployment.world.sim.calls().len();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_complete_whenever_its_process_dies() {
    on_every_database(async |database_kind, _| {
        let mut score = Score::default();
        for (kind, next) in SCENARIOS {
            let database = database_kind.empty().await.expect("the database is installed");
            killed_at_every_step(kind, next, &database, &mut score).await;
        }
        score.close(&format!("{database_kind:?}, killed at every step"));
    })
    .await;
}

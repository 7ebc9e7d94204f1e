//! Many concurrent changes while a third of all calls fail and processes die: after one recovery run, all have ended.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use chrono::TimeDelta;
use futures_util::{
    future::join,
    stream::{self, StreamExt},
};
use lastpass_sim::{Company, FaultKind};

use crate::{
    database::Database,
    faults::{
        SETTINGS,
        jobs::{Job, MIX},
        on_every_database,
        process::{Deployment, Fate, INJECTED, Process},
        score::Score,
        truth::Truth,
    },
    world::{TestResponse, company},
};

/// The operations of one round. `FAULT_ROUNDS` is the number of rounds.
const OPERATIONS: usize = 200;
const INSTANCES: usize = 4;
const CONCURRENCY: usize = 64;
/// How often a client tries before it leaves the operation to the recovery run.
const ATTEMPTS: usize = 4;
/// The percentage of attempts whose process dies, within [`MAX_POLLS`] polls of its work.
const DEATHS: u64 = 15;
const MAX_POLLS: u64 = 40;
/// The percentage of operations that two clients request at the same time.
const DUPLICATES: u64 = 15;
/// How long after a broken connection LastPass acts: within the minute that it has, and short, since it is real time.
const LATE: Duration = Duration::from_millis(50);

/// The kinds after which the outcome is unknown, and those that state that nothing was done.
fn kinds() -> Vec<FaultKind> {
    let mut kinds = FaultKind::AMBIGUOUS.to_vec();
    for kind in &mut kinds {
        if let FaultKind::LateExecution(delay) = kind {
            *delay = LATE;
        }
    }
    kinds.extend([
        FaultKind::Refused,
        FaultKind::TooManyRequests { retry_after: Some(0) },
        FaultKind::Fail(INJECTED.to_owned()),
        FaultKind::FailList(vec![INJECTED.to_owned()]),
        FaultKind::Warn(INJECTED.to_owned()),
        FaultKind::OkWithError(INJECTED.to_owned()),
    ]);
    kinds
}

/// A pseudorandom number for a seed and a place.
fn drawn(place: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    hasher.finish()
}

/// One client of an operation, or two independent clients with the same key.
async fn clients(deployment: &Deployment, instances: &[Process], job: &Job, seed: u64) -> (TestResponse, usize) {
    let one = client(deployment, instances, job, (seed, 0));
    if drawn((seed, &job.email, "twins")) % 100 >= DUPLICATES {
        return one.await;
    }
    let ((one, deaths), (other, more_deaths)) = join(one, client(deployment, instances, job, (seed, 1))).await;
    // If nothing was sent the key is free again, and the other client's request is an operation of its own: an open one is
    // recovered later, and of two that ended the successful one is checked.
    let has_failed = |response: &TestResponse| has_ended(response) && !response.status.is_success();
    let checked = if has_failed(&one) { other } else { one };
    (checked, deaths + more_deaths)
}

/// Sends the request until the operation has ended, at most [`ATTEMPTS`] times. Returns how many processes died.
async fn client(deployment: &Deployment, instances: &[Process], job: &Job, seed: (u64, u64)) -> (TestResponse, usize) {
    let (request, mut deaths) = (job.request(), 0);
    let mut attempt = 0;
    loop {
        let draw = drawn((seed, &job.email, attempt));
        let response = if draw % 100 < DEATHS {
            let (response, fate) = deployment.process().send_and_die(draw / 100 % MAX_POLLS, &request).await;
            deaths += usize::from(fate == Fate::Died);
            response
        } else {
            instances[(draw / 100) as usize % INSTANCES].send(&request).await
        };
        attempt += 1;
        if has_ended(&response) || attempt == ATTEMPTS {
            return (response, deaths);
        }
    }
}

/// Whether a reply reports the end of an operation.
fn has_ended(reply: &TestResponse) -> bool {
    reply.status.is_success() || (reply.status == 502 && reply.json()["actionId"].is_string())
}

async fn round(database: &Database, seed: u64, score: &mut Score) {
    let mut company: Company = company(20);
    let kinds = MIX.iter().flat_map(|(kind, share)| std::iter::repeat_n(*kind, *share)).cycle().take(OPERATIONS);
    let mut jobs: Vec<Job> = kinds.enumerate().map(|(number, kind)| Job::prepare(kind, number, &mut company)).collect();
    jobs.sort_by_key(|job| drawn((seed, &job.email)));
    let before = company.clone();
    let deployment = Deployment::new(company, database, &SETTINGS);
    let instances: Vec<Process> = (0..INSTANCES).map(|_| deployment.process()).collect();
    let sim = &deployment.world.sim;

    sim.inject_random(seed, 1.0 / 3.0, self::kinds());
    let (deployment_ref, instances_ref) = (&deployment, &instances);
    let attempted = stream::iter(jobs)
        .map(|job| async move {
            let (response, deaths) = clients(deployment_ref, instances_ref, &job, seed).await;
            (job, response, deaths)
        })
        .buffer_unordered(CONCURRENCY)
        .collect::<Vec<_>>()
        .await;
    score.faults += deployment.faults();
    sim.clear_faults();
    // The simulator delays effects in real time.
    tokio::time::sleep(LATE * 2).await;
    deployment.world.advance(TimeDelta::minutes(2));

    let recovered = stream::iter(attempted)
        .map(|(job, response, deaths)| async move {
            let is_open = !has_ended(&response);
            let response =
                if is_open { instances_ref[deaths % INSTANCES].send(&job.request()).await } else { response };
            (job, response, deaths, is_open)
        })
        .buffer_unordered(CONCURRENCY)
        .collect::<Vec<_>>()
        .await;

    let truth = Truth::of(&deployment.world).await;
    let mut jobs = Vec::new();
    for (job, response, deaths, is_recovered) in recovered {
        truth.check(&job, &response, score);
        score.kills += deaths;
        score.recovered += usize::from(is_recovered);
        jobs.push(job);
    }
    truth.check_bystanders(&jobs, &before, score);
    score.calls += sim.calls().len();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_is_lost_doubled_or_wrong_while_a_third_of_all_calls_fail() {
    let rounds = std::env::var("FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    on_every_database(async |kind, _| {
        let mut score = Score::default();
        for seed in 0..rounds {
            let database = kind.empty().await.expect("the database is installed");
            round(&database, seed, &mut score).await;
        }
        score.close(&format!("{kind:?}, a third of all calls failing"));
    })
    .await;
}

//! Many changes at once while a third of all calls fail and processes die: after one settling run, all has ended.

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

/// How many operations one round is made of; `FAULT_ROUNDS` tells how many rounds.
const OPERATIONS: usize = 200;
const INSTANCES: usize = 4;
const AT_ONCE: usize = 64;
/// How often a client asks before it leaves the rest to the settling run.
const ATTEMPTS: usize = 4;
/// How many attempts of a hundred end in the death of their process, within so many polls of its work.
const DEATHS: u64 = 15;
const LIVES: u64 = 40;
/// How many operations of a hundred are asked for by two clients at once.
const TWINS: u64 = 15;
/// How late LastPass acts on a connection that broke: well within the minute that it has, and short, since it is real.
const LATE: Duration = Duration::from_millis(50);

/// Each kind after which nobody can know, and those that say that nothing was done.
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

/// A number that the seed and the place decide.
fn drawn(place: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    hasher.finish()
}

/// One client of an operation, or two who know nothing of each other, with the same key.
async fn clients(deployment: &Deployment, instances: &[Process], job: &Job, seed: u64) -> (TestResponse, usize) {
    let one = client(deployment, instances, job, (seed, 0));
    if drawn((seed, &job.email, "twins")) % 100 >= TWINS {
        return one.await;
    }
    let ((one, deaths), (other, more_deaths)) = join(one, client(deployment, instances, job, (seed, 1))).await;
    // Where nothing was sent the key is free again, and the other client's request is an operation of its own: one that
    // is open is settled, and of two that ended the one that did something is looked at.
    let is_told = |response: &TestResponse| has_ended(response) && !response.status.is_success();
    let told = if is_told(&one) { other } else { one };
    (told, deaths + more_deaths)
}

/// Asks until the operation has come to its end, a few times; tells how often the process died on the way.
async fn client(deployment: &Deployment, instances: &[Process], job: &Job, seed: (u64, u64)) -> (TestResponse, usize) {
    let (ask, mut deaths) = (job.request(), 0);
    let mut attempt = 0;
    loop {
        let draw = drawn((seed, &job.email, attempt));
        let response = if draw % 100 < DEATHS {
            let (response, fate) = deployment.process().send_and_die(draw / 100 % LIVES, &ask).await;
            deaths += usize::from(fate == Fate::Died);
            response
        } else {
            instances[(draw / 100) as usize % INSTANCES].send(&ask).await
        };
        attempt += 1;
        if has_ended(&response) || attempt == ATTEMPTS {
            return (response, deaths);
        }
    }
}

/// Whether a reply tells the end of an operation.
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
    let asked = stream::iter(jobs)
        .map(|job| async move {
            let (response, deaths) = clients(deployment_ref, instances_ref, &job, seed).await;
            (job, response, deaths)
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    score.faults += deployment.faults();
    sim.clear_faults();
    // The simulator acts late by the machine's clock.
    tokio::time::sleep(LATE * 2).await;
    deployment.world.advance(TimeDelta::minutes(2));

    let settled = stream::iter(asked)
        .map(|(job, response, deaths)| async move {
            let is_open = !has_ended(&response);
            let response =
                if is_open { instances_ref[deaths % INSTANCES].send(&job.request()).await } else { response };
            (job, response, deaths, is_open)
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;

    let truth = Truth::of(&deployment.world).await;
    let mut jobs = Vec::new();
    for (job, response, deaths, is_settled) in settled {
        truth.check(&job, &response, score);
        score.kills += deaths;
        score.settled += usize::from(is_settled);
        jobs.push(job);
    }
    truth.check_the_rest(&jobs, &before, score);
    score.calls += sim.calls().len();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_in_a_wrong_group_while_a_third_of_all_calls_fail() {
    let rounds = std::env::var("FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    on_every_database(async |kind, _| {
        let mut score = Score::default();
        for seed in 0..rounds {
            let database = kind.empty().await.expect("there was one just now");
            round(&database, seed, &mut score).await;
        }
        score.close(&format!("{kind:?}, a third of all calls failing"));
    })
    .await;
}

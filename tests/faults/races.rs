//! Concurrent requests for the same change to several processes.

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use lastpass_sim::{Company, MailKind, Simulator};
use tokio::sync::Notify;

use crate::{
    faults::{
        SETTINGS,
        jobs::{Job, JobKind},
        on_every_database,
        process::{Deployment, JobRequest, Process},
    },
    world::{TestResponse, company},
};

const INSTANCES: usize = 4;

fn instances(deployment: &Deployment) -> Vec<Process> {
    (0..INSTANCES).map(|_| deployment.process()).collect()
}

/// Sends all concurrently, each to the next process.
async fn send_all(instances: &[Process], requests: &[JobRequest]) -> Vec<TestResponse> {
    join_all(requests.iter().zip(instances.iter().cycle()).map(|(request, process)| process.send(request))).await
}

fn statuses(replies: &[TestResponse]) -> Vec<u16> {
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses
}

/// The number of accounts with an address, and of invitations to it.
fn accounts_and_mails(sim: &Simulator, email: &str) -> (usize, usize) {
    let accounts = sim.with_company(|company| company.users.iter().filter(|user| user.username == email).count());
    let mails = sim.mails().into_iter().filter(|mail| mail.to == email && mail.kind == MailKind::Invitation).count();
    (accounts, mails)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_concurrent_requests_create_one_account() {
    on_every_database(async |_, database| {
        let deployment = Deployment::new(company(20), &database, &SETTINGS);
        let instances = instances(&deployment);
        for number in 0..5 {
            let job = Job::prepare(JobKind::Provision, number, &mut Company::empty());
            let replies = send_all(&instances, &vec![job.request_without_key(); 6]).await;
            assert_eq!(statuses(&replies), [201, 409, 409, 409, 409, 409]);
            for refusal in replies.iter().filter(|reply| reply.status == 409) {
                let code = refusal.json()["code"].clone();
                refusal.problem(409, if code == "already-exists" { "already-exists" } else { "change-in-progress" });
            }
            assert_eq!(accounts_and_mails(&deployment.world.sim, &job.email), (1, 1));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_concurrent_requests_with_one_key_are_one_action() {
    on_every_database(async |_, database| {
        let deployment = Deployment::new(company(20), &database, &SETTINGS);
        let instances = instances(&deployment);
        for number in 0..5 {
            let job = Job::prepare(JobKind::Provision, number, &mut Company::empty());
            let replies = send_all(&instances, &vec![job.request(); 6]).await;
            let (done, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 201);
            let actions: BTreeSet<String> = done.iter().map(|reply| reply.json()["actionId"].to_string()).collect();
            assert_eq!(actions.len(), 1, "one action for all requests");
            for refusal in refused {
                refusal.problem(409, "change-in-progress");
            }
            assert_eq!(accounts_and_mails(&deployment.world.sim, &job.email), (1, 1));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_do_not_exceed_the_off_boarding_limit() {
    on_every_database(async |_, database| {
        let mut company = company(20);
        let jobs: Vec<Job> = (0..20).map(|number| Job::prepare(JobKind::Deactivate, number, &mut company)).collect();
        let deployment = Deployment::new(company, &database, &[("OFFBOARDING_LIMIT", "5")]);
        let off_boarded = || {
            let is_ours = |email: &str| jobs.iter().any(|job| job.email == email);
            deployment.world.sim.with_company(|company| {
                company.users.iter().filter(|user| user.disabled && is_ours(&user.username)).count()
            })
        };
        let requests: Vec<JobRequest> = jobs.iter().map(Job::request_without_key).collect();
        let replies = send_all(&instances(&deployment), &requests).await;
        assert_eq!(statuses(&replies), [[200; 5].as_slice(), &[429; 15]].concat());
        for refusal in replies.iter().filter(|reply| reply.status == 429) {
            refusal.problem(429, "offboarding-limit");
            let seconds: u64 = refusal.header("retry-after").parse().expect("a number of seconds");
            assert!((1..=3600).contains(&seconds), "{seconds}");
        }
        assert_eq!(off_boarded(), 5);

        let refused = requests.into_iter().zip(&replies).filter(|(_, reply)| reply.status == 429);
        let refused: Vec<JobRequest> = refused.map(|(request, _)| request).collect();
        deployment.world.advance(TimeDelta::minutes(59));
        deployment.process().send(&refused[0]).await.problem(429, "offboarding-limit");
        deployment.world.advance(TimeDelta::minutes(2));
        send_all(&instances(&deployment), &refused).await;
        assert_eq!(off_boarded(), 10, "five more in the next hour");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_two_admins_are_never_both_off_boarded() {
    on_every_database(async |_, database| {
        let mut company = company(5);
        for user in &mut company.users {
            user.admin = false;
        }
        let kinds = [JobKind::Deactivate, JobKind::Remove];
        let pair = [0, 1].map(|number| Job::prepare(kinds[number], number, &mut company));
        for user in company.users.iter_mut().filter(|user| pair.iter().any(|job| job.email == user.username)) {
            user.admin = true;
        }
        let users = company.users.clone();
        let deployment = Deployment::new(company, &database, &SETTINGS);
        let sim = &deployment.world.sim;
        let [first, second] = [deployment.process(), deployment.process()];
        let mut done = 0;
        // The second begins one poll later each time, until the first has long ended.
        for polls in 0..50 {
            let reached = Arc::new(Notify::new());
            let later = async {
                reached.notified().await;
                second.send(&pair[1].request_without_key()).await
            };
            let (one, other) =
                join(first.send_and_notify(polls, &reached, &pair[0].request_without_key()), later).await;
            for refusal in [&one, &other].into_iter().filter(|reply| !reply.status.is_success()) {
                refusal.problem(409, "last-admin");
            }
            let admins = sim.with_company(|company| {
                let active = company.users.iter().filter(|user| user.admin && !user.disabled).count();
                company.users.clone_from(&users);
                active
            });
            let successes = [&one, &other].into_iter().filter(|reply| reply.status.is_success()).count();
            assert_eq!(admins + successes, 2, "{polls} polls: {} and {}", one.text(), other.text());
            assert!(admins > 0, "{polls} polls: no admin is left");
            done += successes;
        }
        assert!(done > 0, "a request without a race succeeds");
    })
    .await;
}

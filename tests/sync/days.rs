//! Thirty days in the life of a company with a sync a day: some without, some killed, some overlapping, some with a list
//! that fails, is incomplete or suspiciously short. The database holds what happened, none lost and none doubled.

use std::{future::poll_fn, pin::pin};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join;
use lastpass_sim::{Company, Fault, FaultKind, Life, User};
use serde_json::Value;

use crate::{
    database::{Database, DatabaseKind, on_every_database},
    interrupted::EndingProcess,
    sync::{
        SCHEDULED,
        oracle::{Oracle, Progress, Reading, Report, Tables, without},
        parts, scheduled,
        stored::{quiet, seen_by_last, tables, with_times_of},
    },
    world::{TestResponse, World},
};

/// How the sync of a day goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    Whole,
    /// None at all.
    Without,
    /// The process ends somewhere, and no other follows on that day.
    Killed,
    /// Two processes end somewhere, and a third completes.
    KilledTwice,
    /// Two instances at the same time.
    Overlapping,
    /// LastPass's list cannot be read.
    Failing,
    /// LastPass counts more people than it lists.
    Incomplete,
    /// LastPass lists and counts half of the people.
    Short,
}

/// The days. Each kind follows and precedes several others.
const DAYS: [Day; 30] = [
    Day::KilledTwice,
    Day::Whole,
    Day::Overlapping,
    Day::Without,
    Day::Failing,
    Day::Whole,
    Day::Killed,
    Day::Whole,
    Day::Incomplete,
    Day::Whole,
    Day::Short,
    Day::Whole,
    Day::KilledTwice,
    Day::Overlapping,
    Day::Without,
    Day::Without,
    Day::Killed,
    Day::Incomplete,
    Day::Killed,
    Day::KilledTwice,
    Day::Failing,
    Day::Short,
    Day::Short,
    Day::Overlapping,
    Day::Killed,
    Day::Killed,
    Day::Whole,
    Day::Without,
    Day::KilledTwice,
    Day::Whole,
];

/// The time of each day's sync after the beginning of the story's day, in hours. A day of the company ends after 17.
const HOURS: [i64; 5] = [0, 9, 16, 18, 3];

/// The number of things that happen on a day.
const EVENTS: usize = 6;

/// Forty people with different groups, scores and methods.
fn company() -> Company {
    let person = |id: u64| User {
        fullname: format!("User {id}"),
        mpstrength: (!id.is_multiple_of(7)).then_some((id * 37 % 101) as u8),
        totalscore: (!id.is_multiple_of(5)).then_some((id * 53 % 1001) as f64 / 10.0),
        admin: id % 13 == 1,
        multifactor: id.is_multiple_of(3).then(|| "googleauth".to_owned()),
        groups: if id.is_multiple_of(2) {
            vec!["Sales-Team".to_owned()]
        } else {
            vec!["VPN".to_owned(), "All Staff".to_owned()]
        },
        department: id.is_multiple_of(4).then(|| "Support".to_owned()),
        ..User::new(id, format!("user{id}@example.com"))
    };
    let invited = (1..=3).map(|number| format!("Invited{number}@example.com")).collect();
    Company { users: (1..=40).map(person).collect(), invited, ..Company::empty() }
}

/// The story's company, its database, and every state that the database may be in.
struct Story<'a> {
    world: World,
    database: &'a Database,
    settings: Vec<(&'static str, &'static str)>,
    /// When each run began.
    runs: Vec<DateTime<Utc>>,
    /// More than one after a process was killed.
    possible: Vec<Oracle>,
    /// The number of processes killed.
    kills: u64,
    /// How often a whole run is polled.
    polls: u64,
}

impl<'a> Story<'a> {
    fn new(database: &'a Database, retention_days: &'static str) -> Self {
        let settings = [SCHEDULED, &[("RETENTION_DAYS", retention_days)]].concat();
        let days = retention_days.parse().expect("a number");
        Self {
            world: World::with_database(company(), database, &settings),
            database,
            settings,
            runs: Vec::new(),
            possible: vec![Oracle::new(TimeDelta::days(days))],
            kills: 0,
            polls: 40,
        }
    }

    async fn live(&mut self, day: Day, place: usize, life: &mut Life) {
        let start = crate::world::noon() + TimeDelta::days(place as i64);
        self.world.advance(start + TimeDelta::hours(HOURS[place % HOURS.len()]) - self.world.now());
        let now = self.world.now();
        if place > 0 {
            self.world.sim.with_company(|company| life.live_day(company, now, EVENTS));
        }
        let company = self.world.sim.with_company(|company| company.clone());
        match day {
            Day::Whole => self.whole(&company, true).await,
            Day::Without => {}
            Day::Killed => self.killed(&company).await,
            Day::KilledTwice => {
                self.killed(&company).await;
                self.killed(&company).await;
                self.whole(&company, true).await;
            }
            Day::Overlapping => self.overlapping(&company).await,
            Day::Failing => self.failing().await,
            Day::Incomplete => {
                let ids = self.unlisted(&company, 5);
                self.world.sim.with_company(|company| company.unlisted.clone_from(&ids));
                self.whole(&without(&company, &ids), false).await;
                self.world.sim.with_company(|company| company.unlisted.clear());
            }
            Day::Short => {
                let short = without(&company, &self.unlisted(&company, 2));
                self.world.sim.with_company(|company| company.users.clone_from(&short.users));
                self.whole(&short, true).await;
                self.world.sim.with_company(|listed| listed.users.clone_from(&company.users));
            }
        }
    }

    /// One in so many users. No address of theirs is another user's already: where no one may be marked as left, such a
    /// list cannot be stored.
    fn unlisted(&self, company: &Company, one_in: u64) -> Vec<u64> {
        let is_replaced =
            |oracle: &Oracle, id: &u64| oracle.replaced(&without(company, &[*id])).contains(&id.to_string());
        let ids = company.users.iter().map(|user| user.id).filter(|id| id % one_in == 0);
        ids.filter(|id| !self.possible.iter().any(|oracle| is_replaced(oracle, id))).collect()
    }

    /// A run that ends, and the check of its reply.
    async fn whole(&mut self, listed: &Company, is_clean: bool) {
        self.runs.push(self.world.now());
        let process = EndingProcess::default();
        let mut polls = 0;
        let run = {
            let mut run = pin!(process.driven(self.world.send_with_background(&process, scheduled(), Bytes::new())));
            poll_fn(|context| {
                polls += 1;
                run.as_mut().poll(context)
            })
            .await
        };
        self.polls = polls;
        let reports = self.complete(listed, is_clean).await;
        assert!(reports.iter().any(|report| is_reported(&run, report)), "{}\n{reports:?}", run.text());
    }

    /// What a run that ended must have reported, in each state that the database may be in.
    async fn complete(&mut self, listed: &Company, is_clean: bool) -> Vec<Report> {
        let reading = Reading { at: self.world.now(), listed, is_clean, stored: None };
        let reports: Vec<Report> =
            self.possible.iter_mut().map(|oracle| oracle.run(&reading, Progress::Complete)).collect();
        let is_held = self.keep_what_the_database_holds().await;
        reports.into_iter().zip(is_held).filter(|(_, is_held)| *is_held).map(|(report, _)| report).collect()
    }

    /// Keeps the states that the database is in, of which there must be one. Returns which they are.
    async fn keep_what_the_database_holds(&mut self) -> Vec<bool> {
        let stored = tables(self.database, &self.runs).await;
        let is_held: Vec<bool> = self.possible.iter().map(|oracle| oracle.tables() == stored).collect();
        let nearest = self.possible.iter().map(|oracle| differences(&oracle.tables(), &stored)).min_by_key(Vec::len);
        let nearest = nearest.expect("a state");
        assert!(nearest.is_empty(), "at {}, expected (-) and stored (+):\n{}", self.world.now(), nearest.join("\n"));
        let mut held = is_held.iter();
        self.possible.retain(|_| *held.next().expect("as many"));
        is_held
    }

    /// A process that ends somewhere, another place each time.
    async fn killed(&mut self, listed: &Company) {
        self.runs.push(self.world.now());
        self.kills += 1;
        let polls = self.kills * 7 % 16 * self.polls / 16 + 1;
        let instance = self.world.another_instance(self.database, &self.settings);
        let process = EndingProcess::default();
        let run = process.ended_after(polls, instance.send_with_background(&process, scheduled(), Bytes::new())).await;
        drop(instance);
        if run.is_some() {
            self.complete(listed, true).await;
        } else {
            quiet(self.database).await;
            let stored = seen_by_last(self.database, &self.runs).await;
            let reading = Reading { at: self.world.now(), listed, is_clean: true, stored: Some(stored) };
            for oracle in self.possible.clone() {
                for progress in Progress::ALL {
                    let mut oracle = oracle.clone();
                    oracle.run(&reading, progress);
                    if !self.possible.contains(&oracle) {
                        self.possible.push(oracle);
                    }
                }
            }
        }
        // The lease of a killed run ends by time.
        self.world.advance(TimeDelta::seconds(301));
    }

    /// Two instances at the same time. Both may end if the second begins after the first.
    async fn overlapping(&mut self, listed: &Company) {
        self.runs.push(self.world.now());
        let other = self.world.another_instance(self.database, &self.settings);
        let (one, two) = join(self.world.sync(), other.sync()).await;
        let mut ended = 0;
        for run in [one, two] {
            if run.status == 200 {
                ended += 1;
            } else {
                run.problem(409, "sync-running");
            }
        }
        assert!(ended > 0, "one of them runs");
        let reading = Reading { at: self.world.now(), listed, is_clean: true, stored: None };
        for _ in 0..ended {
            for oracle in &mut self.possible {
                oracle.run(&reading, Progress::Complete);
            }
        }
        self.keep_what_the_database_holds().await;
    }

    /// The history of each user, as an admin reads it, those who left included.
    async fn check_histories(&self) {
        for (key, expected) in self.possible[0].histories() {
            let query = key.strip_prefix("invited:").map_or(format!("id={key}"), |address| format!("email={address}"));
            let reply = self.world.get(&format!("users?{query}")).await;
            let json = reply.json();
            let history = json["user"]["history"].as_array().unwrap_or_else(|| panic!("{key}: {}", reply.text()));
            let part = |entry: &Value, name: &str| match &entry[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
            };
            let line = |entry: &Value| ["at", "kind", "from", "to"].map(|name| part(entry, name)).join("|");
            let mut lines: Vec<_> = history.iter().map(|entry| with_times_of(&self.runs, &line(entry))).collect();
            let times = |lines: &[String]| lines.iter().map(|line| line[..20].to_owned()).collect::<Vec<_>>();
            assert!(times(&lines).is_sorted_by(|one, next| one >= next), "newest first: {lines:?}");
            lines.sort();
            assert_eq!(lines, expected, "{key}");
        }
    }

    async fn failing(&mut self) {
        self.world.sim.inject(Fault::always(FaultKind::Truncated).on("getuserdata"));
        let run = self.world.sync().await;
        run.problem(500, "sync-incomplete");
        self.world.sim.clear_faults();
        let statuses: Vec<String> = parts(&run).into_iter().map(|(_, status, _)| status).collect();
        assert_eq!(statuses, ["failed", "skipped", "done", "done"]);
        let now = self.world.now();
        self.possible.iter_mut().for_each(|oracle| oracle.run_without_people(now));
    }
}

/// Whether a reply reports this.
fn is_reported(run: &TestResponse, expected: &Report) -> bool {
    let [people, figures, changes, retention] = &parts(run)[..] else { panic!("{}", run.text()) };
    let is = |part: &(String, String, u64), status: &str, count: usize| part.1 == status && part.2 == count as u64;
    let is_counted = match expected.mass_departure {
        None => run.status == 200 && is(people, "done", expected.read),
        Some(leaving) => {
            let detail = &run.json()["parts"][0]["detail"];
            run.status == 500 && people.1 == "failed" && names(detail, leaving)
        }
    };
    is_counted
        && if expected.has_figures { is(figures, "done", 1) } else { is(figures, "skipped", 0) }
        && is(changes, "done", 0)
        && is(retention, "done", expected.deleted)
}

/// Whether a text contains a number.
fn names(detail: &Value, number: usize) -> bool {
    let detail = detail.as_str().expect("a text");
    detail.split(|letter: char| !letter.is_ascii_digit()).any(|word| word == number.to_string())
}

/// The lines that only one of the tables has.
fn differences(expected: &Tables, stored: &Tables) -> Vec<String> {
    let pairs = [
        (&expected.people, &stored.people),
        (&expected.history, &stored.history),
        (&expected.figures, &stored.figures),
    ];
    let mut found = Vec::new();
    for (expected, stored) in pairs {
        let mut rest = stored.clone();
        for line in expected {
            match rest.iter().position(|other| other == line) {
                Some(position) => drop(rest.remove(position)),
                None => found.push(format!("- {line}")),
            }
        }
        found.extend(rest.into_iter().map(|line| format!("+ {line}")));
    }
    found
}

async fn thirty_days(database: &Database, seed: u64, retention_days: &'static str) {
    let mut story = Story::new(database, retention_days);
    let mut life = Life::new(seed);
    for (place, day) in DAYS.into_iter().enumerate() {
        story.live(day, place, &mut life).await;
    }
    story.check_histories().await;
}

on_every_database! {
    async fn thirty_days_give_what_happened(database) {
        thirty_days(database, 1, "400").await;
    }
}

#[tokio::test]
async fn thirty_days_of_other_companies_with_short_retention() {
    for seed in [2, 3] {
        thirty_days(&Database::sqlite(), seed, "7").await;
    }
}

//! The simulator: takes requests, keeps the company, the faults and the record of calls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request as HttpRequest, Response, StatusCode};

use crate::calls::{Call, Calls};
use crate::commands::{self, Answer, Command};
use crate::company::Company;
use crate::fault::{ConnectionError, Execution, Fault, FaultKind};
use crate::faults::{Faults, Met};
use crate::log::{LogEvent, Span};
use crate::mail::Mail;
use crate::outcome;
use crate::request::Request;
use crate::world::World;

/// The path of the one address of the API.
const PATH: &str = "/enterpriseapi.php";

/// A LastPass account in memory; clones share it.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    world: RwLock<World>,
    faults: Mutex<Faults>,
    calls: Mutex<Calls>,
}

impl Simulator {
    /// A simulator of that account, without faults, on the system's clock.
    pub fn new(company: Company) -> Self {
        Self::with_clock(company, Utc::now)
    }

    /// The same, on a clock of the caller's: it dates what commands make.
    pub fn with_clock(company: Company, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self {
            shared: Arc::new(Shared {
                world: RwLock::new(World::new(company, Box::new(clock))),
                faults: Mutex::default(),
                calls: Mutex::default(),
            }),
        }
    }

    /// Answers one request. Only `POST /enterpriseapi.php` leads to the API; headers do not matter.
    pub async fn respond(&self, request: HttpRequest<Bytes>) -> Result<Response<Bytes>, ConnectionError> {
        if request.method() != Method::POST || request.uri().path() != PATH {
            return Ok(outcome::page(StatusCode::NOT_FOUND));
        }
        let request = Request::parse(request.body());
        let number = lock(&self.shared.calls).record(&request);
        let Met { delays, kind } = self.meet(&request);
        for delay in delays {
            tokio::time::sleep(delay).await;
        }
        let Some(kind) = kind else {
            return Ok(outcome::reply(self.shared.act(&request, number).into()));
        };
        let dialect = request.dialect;
        let answer = match kind.execution() {
            Execution::Never => None,
            Execution::Immediate => Some(self.shared.act(&request, number)),
            Execution::Delayed(delay) => {
                let shared = Arc::clone(&self.shared);
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    shared.act(&request, number);
                });
                None
            }
        };
        if let FaultKind::DelayReply(delay) = kind {
            tokio::time::sleep(delay).await;
        }
        kind.outcome(dialect, answer)
    }

    /// Changes the account, or looks at it.
    pub fn with_company<T>(&self, change: impl FnOnce(&mut Company) -> T) -> T {
        change(self.shared.write().open())
    }

    /// What a person does: accepts an invitation, logs in for the first time or again, and so
    /// finishes a change of address. False if nobody may log in under that address.
    pub fn log_in(&self, username: &str) -> bool {
        self.shared.write().log_in(username)
    }

    /// The mail that left so far, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.read().mails.clone()
    }

    /// Adds an event to the log, of whatever time.
    pub fn log_event(&self, event: LogEvent) {
        self.shared.write().company.log.add(event);
    }

    /// Everything in the log, oldest first, what calls left there too.
    pub fn events(&self) -> Vec<LogEvent> {
        let mut events = self.shared.read().newest_events(Span::ALL, |_| true, usize::MAX);
        events.reverse();
        events
    }

    /// Adds a fault, behind those already there.
    pub fn inject(&self, fault: Fault) {
        lock(&self.shared.faults).tell(fault);
    }

    /// From now on each call meets one of the kinds with that probability (0 to 1).
    ///
    /// The same seed strikes the same calls, counted in the order in which they come.
    pub fn inject_random(&self, seed: u64, rate: f64, kinds: Vec<FaultKind>) {
        self.inject_random_for(&[], seed, rate, kinds);
    }

    /// The same for calls of these commands alone, by either dialect's names.
    pub fn inject_random_for(&self, commands: &[&str], seed: u64, rate: f64, kinds: Vec<FaultKind>) {
        lock(&self.shared.faults).add_chance(seed, rate, kinds, commands);
    }

    /// Removes all faults, those by chance too.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// The calls so far, oldest first, those lost on the way too.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.shared.calls).all().to_vec()
    }

    /// Empties the record of calls.
    pub fn clear_calls(&self) {
        lock(&self.shared.calls).forget();
    }

    fn meet(&self, request: &Request) -> Met {
        let sent = request.command.as_str();
        let names = match commands::find(request.dialect, sent) {
            Some(Command { enterprise_name, guide_name, .. }) => [sent, *enterprise_name, *guide_name],
            None => [sent; 3],
        };
        lock(&self.shared.faults).meet(names)
    }
}

impl Shared {
    /// The reply of a service without faults.
    fn act(&self, request: &Request, number: usize) -> String {
        match commands::find(request.dialect, &request.command).map(|command| &command.answer) {
            Some(Answer::Read { answer, action }) => {
                let world = self.read();
                if let Some(refusal) = commands::unauthorized(&world.company, request) {
                    return refusal;
                }
                let reply = answer(&world, request);
                // Behind the answer: a poller sees its calls of before, not the one it is making.
                commands::record_question(&world, request, action);
                reply
            }
            Some(Answer::Change(change)) => {
                let mut world = self.write();
                if let Some(refusal) = commands::unauthorized(&world.company, request) {
                    return refusal;
                }
                let before = world.deeds();
                let reply = change(&mut world, request);
                if world.deeds() > before {
                    lock(&self.calls).mark_acted(number);
                }
                reply
            }
            None => commands::unauthorized(&self.read().company, request)
                .unwrap_or_else(|| commands::unknown(request.dialect)),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "simulator_tests.rs"]
mod tests;

//! The simulator: takes requests, keeps the company, the faults and the record of calls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;
use http::{Method, Request as HttpRequest, Response, StatusCode};

use crate::commands;
use crate::company::Company;
use crate::fault::{self, ConnectionLost, Fault, FaultKind};
use crate::index::{Index, World};
use crate::request::Request;

/// The path of the one address of the API.
const PATH: &str = "/enterpriseapi.php";

/// One call that was made, answered or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The command as sent.
    pub command: String,
    /// The page index asked for.
    pub page: Option<u64>,
    /// The caller's label (`apiuser`).
    pub label: Option<String>,
}

/// A LastPass account in memory; clones share it.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    world: RwLock<World>,
    faults: Mutex<Vec<Fault>>,
    calls: Mutex<Vec<Call>>,
}

impl Simulator {
    /// A simulator of that account, without faults.
    pub fn new(company: Company) -> Self {
        Self {
            shared: Arc::new(Shared {
                world: RwLock::new(World::new(company)),
                faults: Mutex::default(),
                calls: Mutex::default(),
            }),
        }
    }

    /// Answers one request. Only `POST /enterpriseapi.php` leads to the API; headers do not matter.
    pub async fn respond(&self, request: HttpRequest<Bytes>) -> Result<Response<Bytes>, ConnectionLost> {
        if request.method() != Method::POST || request.uri().path() != PATH {
            return Ok(fault::page(StatusCode::NOT_FOUND));
        }
        let request = Request::parse(request.body());
        lock(&self.shared.calls).push(Call {
            command: request.command.clone(),
            page: request.number("pageindex"),
            label: request.label.clone(),
        });
        let (delays, fault) = self.struck_by(&request);
        for delay in delays {
            tokio::time::sleep(delay).await;
        }
        let answer = || {
            let world = self.shared.world.read().unwrap_or_else(PoisonError::into_inner);
            commands::answer(&world, &request)
        };
        match fault {
            Some(kind) => kind.outcome(request.dialect, answer),
            None => Ok(fault::reply(answer().into())),
        }
    }

    /// Changes the account, or looks at it.
    pub fn with_company<T>(&self, change: impl FnOnce(&mut Company) -> T) -> T {
        let mut world = self.shared.world.write().unwrap_or_else(PoisonError::into_inner);
        world.index = Index::default();
        change(&mut world.company)
    }

    /// Adds a fault, behind those already there.
    pub fn inject(&self, fault: Fault) {
        lock(&self.shared.faults).push(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// The calls so far, oldest first, those lost on the way too.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.shared.calls).clone()
    }

    /// Empties the record of calls.
    pub fn forget_calls(&self) {
        lock(&self.shared.calls).clear();
    }

    fn struck_by(&self, request: &Request) -> (Vec<std::time::Duration>, Option<FaultKind>) {
        let sent = request.command.as_str();
        let known = commands::find(request.dialect, sent);
        let names = [sent, known.map_or(sent, |command| command.enterprise_name)];
        let mut faults = lock(&self.shared.faults);
        let mut delays = Vec::new();
        let mut struck = None;
        for fault in faults.iter_mut() {
            if !fault.strikes(names) {
                continue;
            }
            if let FaultKind::Delay(delay) = fault.kind {
                delays.push(delay);
            } else {
                struck = Some(fault.kind.clone());
                break;
            }
        }
        faults.retain(|fault| fault.times != Some(0));
        (delays, struck)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "simulator_tests.rs"]
mod tests;

//! The simulator: receives requests and holds the account, the pending faults and the call history.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response, StatusCode};

use crate::account_state::AccountState;
use crate::call_history::{Call, CallHistory};
use crate::commands::{self, Command, Handler, log_events::log_read};
use crate::company::Company;
use crate::event_log::{LogEvent, TimestampRange};
use crate::fault::{ConnectionError, Execution, Fault, FaultKind};
use crate::fault_injector::{AppliedFaults, FaultInjector};
use crate::mail::Mail;
use crate::request::ApiRequest;
use crate::response::{api_response, html_page};

/// The only path of the API.
const PATH: &str = "/enterpriseapi.php";

/// A LastPass account in memory. Clones share the same account.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    account: RwLock<AccountState>,
    faults: Mutex<FaultInjector>,
    calls: Mutex<CallHistory>,
}

impl Simulator {
    /// Creates a simulator of this account, without faults, that uses the system clock.
    pub fn new(company: Company) -> Self {
        Self::with_clock(company, Utc::now)
    }

    /// Creates a simulator that uses this clock for events, new users and logins.
    pub fn with_clock(company: Company, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self {
            shared: Arc::new(Shared {
                account: RwLock::new(AccountState::new(company, Box::new(clock))),
                faults: Mutex::default(),
                calls: Mutex::default(),
            }),
        }
    }

    /// Responds to one request. Any request but `POST /enterpriseapi.php` gets HTTP 404; headers are ignored.
    ///
    /// # Errors
    /// Returns a [`ConnectionError`] if an injected fault closes the connection.
    pub async fn respond(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionError> {
        if request.method() != Method::POST || request.uri().path() != PATH {
            return Ok(html_page(StatusCode::NOT_FOUND));
        }
        let request = ApiRequest::parse(request.body());
        let number = lock(&self.shared.calls).record(&request);
        let AppliedFaults { delays, kind } = self.next_faults(&request);
        for delay in delays {
            tokio::time::sleep(delay).await;
        }
        let Some(kind) = kind else {
            return Ok(api_response(self.shared.execute(&request, number).into()));
        };
        let dialect = request.dialect;
        let reply = match kind.execution() {
            Execution::Never => None,
            Execution::Immediate => Some(self.shared.execute(&request, number)),
            Execution::Delayed(delay) => {
                let shared = Arc::clone(&self.shared);
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    shared.execute(&request, number);
                });
                None
            }
        };
        if let FaultKind::DelayReply(delay) = kind {
            tokio::time::sleep(delay).await;
        }
        kind.response(dialect, reply)
    }

    /// Reads or changes the account.
    pub fn with_company<T>(&self, operation: impl FnOnce(&mut Company) -> T) -> T {
        operation(self.shared.write().company_mut())
    }

    /// Logs a user in, which accepts an invitation and completes a change of address.
    /// Returns false if there is no active user with this address.
    pub fn log_in(&self, username: &str) -> bool {
        self.shared.write().log_in(username)
    }

    /// The mail sent so far, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.read().mails.clone()
    }

    /// Adds an event of any time to the log.
    pub fn log_event(&self, event: LogEvent) {
        self.shared.write().company.log.add(event);
    }

    /// All events of the log, oldest first, including those of calls.
    pub fn events(&self) -> Vec<LogEvent> {
        let mut events = self.shared.read().newest_events(TimestampRange::ALL, |_| true, usize::MAX);
        events.reverse();
        events
    }

    /// Adds a fault; faults that were injected earlier take precedence.
    pub fn inject(&self, fault: Fault) {
        lock(&self.shared.faults).inject(fault);
    }

    /// Makes each call fail with this probability (0 to 1), in one of these ways.
    ///
    /// The seed and the order of the calls determine which calls fail.
    pub fn inject_random(&self, seed: u64, rate: f64, kinds: Vec<FaultKind>) {
        self.inject_random_for(&[], seed, rate, kinds);
    }

    /// Like [`Self::inject_random`], limited to these commands, by either dialect's names.
    pub fn inject_random_for(&self, commands: &[&str], seed: u64, rate: f64, kinds: Vec<FaultKind>) {
        lock(&self.shared.faults).inject_random(seed, rate, kinds, commands);
    }

    /// Removes all faults, including random ones.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// The calls received so far, oldest first, including those that failed.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.shared.calls).all().to_vec()
    }

    /// Clears the call history.
    pub fn clear_calls(&self) {
        lock(&self.shared.calls).clear();
    }

    fn next_faults(&self, request: &ApiRequest) -> AppliedFaults {
        let sent = request.command.as_str();
        let names = match commands::find(request.dialect, sent) {
            Some(Command { enterprise_name, guide_name, .. }) => [sent, *enterprise_name, *guide_name],
            None => [sent; 3],
        };
        lock(&self.shared.faults).next_call(names)
    }
}

impl Shared {
    /// Executes a command and returns its reply.
    fn execute(&self, request: &ApiRequest, number: usize) -> String {
        let exists = commands::exists(&self.read().company, &request.command);
        let command = commands::find(request.dialect, &request.command).filter(|_| exists);
        match command.map(|command| &command.handler) {
            Some(Handler::Read { execute, action }) => {
                let account = self.read();
                if let Some(error) = commands::credential_error(&account.company, request) {
                    return error;
                }
                let reply = execute(&account, request);
                // Logged after the read: a client sees its earlier calls, but not the current one.
                log_read(&account, request, action);
                reply
            }
            Some(Handler::Change(execute)) => {
                let mut account = self.write();
                if let Some(error) = commands::credential_error(&account.company, request) {
                    return error;
                }
                let before = account.effects();
                let reply = execute(&mut account, request);
                if account.effects() > before {
                    lock(&self.calls).mark_effect(number);
                }
                reply
            }
            None => commands::credential_error(&self.read().company, request)
                .unwrap_or_else(|| commands::unknown_command(request.dialect)),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, AccountState> {
        self.account.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, AccountState> {
        self.account.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

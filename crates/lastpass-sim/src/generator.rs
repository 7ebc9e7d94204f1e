//! Generates a demo account. The account and its log depend only on the arguments, never on the clock.

mod company;
mod last_logins;
mod log;
mod names;
mod sites;

use chrono::NaiveDate;

use crate::company::Company;
use crate::event_log::EventLog;

impl Company {
    /// Generates a realistic account of this many users, as of the start of `today` (UTC).
    ///
    /// The same arguments generate the same account. No date in it is later than the start of `today`.
    pub fn generate(seed: u64, users: usize, today: NaiveDate) -> Self {
        let log = move || log::generate(&account(seed, users, today), seed, today);
        Self { log: EventLog::lazy(log), ..account(seed, users, today) }
    }
}

/// The account without a log.
fn account(seed: u64, users: usize, today: NaiveDate) -> Company {
    let mut company = company::generate(seed, users, today);
    last_logins::set(&mut company, seed, today);
    company
}

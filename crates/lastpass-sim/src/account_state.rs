//! The mutable state of an account. Commands change it only through these methods, which update index and counters.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::company::{Company, User};
use crate::event_log::{LogEvent, TimestampRange, call_events::CallEvents};
use crate::mail::{Mail, MailKind};
use crate::user_index::{StatusFilter, UserIndex};

/// The address that users log in from.
const LOGIN_IP: &str = "192.0.2.10";

/// Returns the current time.
pub(crate) type Clock = Box<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The company with its index, its clock, the sent mail and the events of calls.
pub(crate) struct AccountState {
    pub(crate) company: Company,
    pub(crate) mails: Vec<Mail>,
    call_events: Mutex<CallEvents>,
    index: UserIndex,
    clock: Clock,
    /// The number of changes made and mails sent.
    effects: u64,
    /// The highest id that was assigned here or seen in the company.
    last_id: u64,
}

impl AccountState {
    pub(crate) fn new(company: Company, clock: Clock) -> Self {
        Self {
            company,
            mails: Vec::new(),
            call_events: Mutex::default(),
            index: UserIndex::default(),
            clock,
            effects: 0,
            last_id: 0,
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The number of changes made and mails sent.
    pub(crate) fn effects(&self) -> u64 {
        self.effects
    }

    /// The company, for changes that bypass the commands.
    pub(crate) fn company_mut(&mut self) -> &mut Company {
        self.index = UserIndex::default();
        &mut self.company
    }

    /// Adds the event of a call to the log. Takes `&self`, so that reads run concurrently.
    pub(crate) fn log_call(&self, event: LogEvent) {
        if self.company.log_api_calls {
            self.call_events.lock().unwrap_or_else(PoisonError::into_inner).add(event);
        }
    }

    /// Up to `limit` matching events, newest first.
    pub(crate) fn newest_events(
        &self,
        range: TimestampRange,
        matches: impl Fn(&LogEvent) -> bool,
        limit: usize,
    ) -> Vec<LogEvent> {
        let matches = |event: &&LogEvent| matches(event);
        let mut found: Vec<LogEvent> = {
            let call_events = self.call_events.lock().unwrap_or_else(PoisonError::into_inner);
            call_events.within(range).rev().filter(matches).take(limit).cloned().collect()
        };
        found.extend(self.company.log.within(range).iter().rev().filter(matches).take(limit).cloned());
        found.sort_by_key(|event| Reverse(event.at));
        found.truncate(limit);
        found
    }

    /// The position of the user with this address, ignoring case.
    pub(crate) fn position_of(&self, username: &str) -> Option<usize> {
        self.index.position_of(&self.company.users, username)
    }

    /// The positions of the users that match the filter.
    pub(crate) fn positions_of(&self, filter: StatusFilter) -> Arc<Vec<usize>> {
        self.index.positions_of(&self.company.users, filter)
    }

    /// Changes a user in any way but the address. Returns whether anything changed.
    pub(crate) fn change_user(&mut self, position: usize, change: impl FnOnce(&mut User)) -> bool {
        let user = &mut self.company.users[position];
        let before = user.clone();
        change(user);
        let changed = *user != before;
        if changed {
            self.index.user_changed();
            self.effects += 1;
        }
        changed
    }

    /// Changes a user's address.
    pub(crate) fn rename_user(&mut self, position: usize, username: String) {
        self.company.users[position].username = username;
        self.index = UserIndex::default();
        self.effects += 1;
    }

    /// Appends a user, created now and with the next free id.
    pub(crate) fn add_user(&mut self, mut user: User) {
        self.last_id = self.last_id.max(self.index.highest_id(&self.company.users)) + 1;
        user.id = self.last_id;
        user.created = self.now();
        self.index.user_added(&user.username, self.company.users.len());
        self.company.users.push(user);
        self.effects += 1;
    }

    /// Removes a user from the company and its shared folders.
    pub(crate) fn remove_user(&mut self, position: usize) -> User {
        let user = self.company.users.remove(position);
        for folder in &mut self.company.folders {
            folder.members.retain(|member| !same_address(&member.username, &user.username));
        }
        self.last_id = self.last_id.max(user.id);
        self.index = UserIndex::default();
        self.effects += 1;
        user
    }

    /// The position of this address in the list of invitations.
    pub(crate) fn invitation_position(&self, username: &str) -> Option<usize> {
        self.company.invited.iter().position(|invited| same_address(invited, username))
    }

    /// Adds an invitation and stores the user until it is accepted.
    pub(crate) fn invite(&mut self, user: User) {
        self.company.invited.push(user.username.clone());
        self.company.pending_users.push(user);
        self.effects += 1;
    }

    /// Changes the data stored for an invited address.
    pub(crate) fn change_pending_user(&mut self, username: &str, change: impl FnOnce(&mut User)) {
        let pending = &mut self.company.pending_users;
        let position = pending.iter().position(|user| same_address(&user.username, username));
        let position = position.unwrap_or_else(|| {
            // `Company::invited` may list addresses that no `batchadd` created.
            pending.push(User::newly_added(username));
            pending.len() - 1
        });
        let before = pending[position].clone();
        change(&mut pending[position]);
        self.effects += u64::from(pending[position] != before);
    }

    /// Removes an invitation and returns the data stored for it.
    pub(crate) fn remove_invitation(&mut self, position: usize) -> User {
        let username = self.company.invited.remove(position);
        self.effects += 1;
        let pending = &mut self.company.pending_users;
        match pending.iter().position(|user| same_address(&user.username, &username)) {
            Some(position) => pending.remove(position),
            None => User::newly_added(username),
        }
    }

    /// Whether a personal account with this address exists.
    pub(crate) fn has_personal_account(&self, username: &str) -> bool {
        self.company.personal_accounts.iter().any(|account| same_address(account, username))
    }

    pub(crate) fn send_mail(&mut self, to: &str, kind: MailKind) {
        self.mails.push(Mail { to: to.to_lowercase(), kind });
        self.effects += 1;
    }

    /// Logs a user in: accepts an invitation, sets the master password, completes a change of address.
    /// Returns false if the user does not exist or is disabled.
    pub(crate) fn log_in(&mut self, username: &str) -> bool {
        if let Some(position) = self.invitation_position(username) {
            let user = self.remove_invitation(position);
            self.add_user(user);
        }
        let Some(position) = self.position_of(username) else { return false };
        let now = self.now();
        let User { username, disabled, .. } = &self.company.users[position];
        let (action, data) =
            if *disabled { ("Failed login attempt", "lastpass.com") } else { ("Log in", "LastPass via Website") };
        self.log_call(LogEvent::new(now, username, LOGIN_IP, action, data));
        if *disabled {
            return false;
        }
        self.change_user(position, |user| {
            user.never_logged_in = false;
            user.last_login = Some(now);
            user.last_pw_change.get_or_insert(now);
        });
        if let Some(username) = self.company.users[position].new_username.take() {
            self.rename_user(position, username);
        }
        true
    }
}

/// Compares addresses, ignoring case.
fn same_address(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || (!one.is_ascii() && one.to_lowercase() == other.to_lowercase())
}

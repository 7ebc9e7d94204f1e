//! The account as it changes: all that commands alter passes here, so that index and counts follow.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::company::{Company, User};
use crate::index::{Filter, Index};
use crate::log::{Journal, LogEvent, Span};
use crate::mail::{Mail, MailKind};

/// Where people log in from.
const PLACE_OF_LOGINS: &str = "192.0.2.10";

/// Tells what time it is.
pub(crate) type Clock = Box<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The company together with its index, its clock and the mail that left.
pub(crate) struct World {
    pub(crate) company: Company,
    pub(crate) mails: Vec<Mail>,
    journal: Mutex<Journal>,
    index: Index,
    clock: Clock,
    /// How many changes were made and mails sent.
    deeds: u64,
    /// The highest id that was ever given, here or by hand, as far as it was noticed.
    last_id: u64,
}

impl World {
    pub(crate) fn new(company: Company, clock: Clock) -> Self {
        Self {
            company,
            mails: Vec::new(),
            journal: Mutex::default(),
            index: Index::default(),
            clock,
            deeds: 0,
            last_id: 0,
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Grows with each change made and each mail sent.
    pub(crate) fn deeds(&self) -> u64 {
        self.deeds
    }

    /// The company, to be changed from outside in any way.
    pub(crate) fn open(&mut self) -> &mut Company {
        self.index = Index::default();
        &mut self.company
    }

    /// Adds the event of a call to the log, beside others who look.
    pub(crate) fn record(&self, event: LogEvent) {
        if self.company.log_api_calls {
            self.journal.lock().unwrap_or_else(PoisonError::into_inner).add(event);
        }
    }

    /// Up to `most` of the events wanted, newest first.
    pub(crate) fn newest_events(&self, span: Span, wanted: impl Fn(&LogEvent) -> bool, most: usize) -> Vec<LogEvent> {
        let wanted = |event: &&LogEvent| wanted(event);
        let mut found: Vec<LogEvent> = {
            let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
            journal.within(span).rev().filter(wanted).take(most).cloned().collect()
        };
        found.extend(self.company.log.within(span).iter().rev().filter(wanted).take(most).cloned());
        found.sort_by_key(|event| Reverse(event.at));
        found.truncate(most);
        found
    }

    /// The position of the person with that address, in any letter case.
    pub(crate) fn position_of(&self, username: &str) -> Option<usize> {
        self.index.position_of(&self.company.users, username)
    }

    /// The positions of everyone whom the filter admits.
    pub(crate) fn positions_of(&self, filter: Filter) -> Arc<Vec<usize>> {
        self.index.positions_of(&self.company.users, filter)
    }

    /// Changes anything about a person but the address; tells whether it made a difference.
    pub(crate) fn change_user(&mut self, position: usize, change: impl FnOnce(&mut User)) -> bool {
        let user = &mut self.company.users[position];
        let before = user.clone();
        change(user);
        let changed = *user != before;
        if changed {
            self.index.states_changed();
            self.deeds += 1;
        }
        changed
    }

    /// Gives a person another address.
    pub(crate) fn rename_user(&mut self, position: usize, username: String) {
        self.company.users[position].username = username;
        self.index = Index::default();
        self.deeds += 1;
    }

    /// Puts a person behind all others, made now and with the next free id.
    pub(crate) fn add_user(&mut self, mut user: User) {
        self.last_id = self.last_id.max(self.index.highest_id(&self.company.users)) + 1;
        user.id = self.last_id;
        user.created = self.now();
        self.index.added(&user.username, self.company.users.len());
        self.company.users.push(user);
        self.deeds += 1;
    }

    /// Takes a person out of the company and of its shared folders.
    pub(crate) fn remove_user(&mut self, position: usize) -> User {
        let user = self.company.users.remove(position);
        for folder in &mut self.company.folders {
            folder.members.retain(|member| !same_address(&member.username, &user.username));
        }
        self.last_id = self.last_id.max(user.id);
        self.index = Index::default();
        self.deeds += 1;
        user
    }

    /// Where in the list of invitations that address is.
    pub(crate) fn invitation_of(&self, username: &str) -> Option<usize> {
        self.company.invited.iter().position(|invited| same_address(invited, username))
    }

    /// Keeps what is known of a person until the invitation is accepted.
    pub(crate) fn invite(&mut self, user: User) {
        self.company.invited.push(user.username.clone());
        self.company.pending_users.push(user);
        self.deeds += 1;
    }

    /// Changes what is kept for an invited address.
    pub(crate) fn change_invited(&mut self, username: &str, change: impl FnOnce(&mut User)) {
        let awaiting = &mut self.company.pending_users;
        let place = awaiting.iter().position(|user| same_address(&user.username, username));
        let place = place.unwrap_or_else(|| {
            // An invitation from before this company was simulated.
            awaiting.push(User::fresh(username));
            awaiting.len() - 1
        });
        let before = awaiting[place].clone();
        change(&mut awaiting[place]);
        self.deeds += u64::from(awaiting[place] != before);
    }

    /// Takes an invitation back; returns what was kept for it.
    pub(crate) fn uninvite(&mut self, place: usize) -> User {
        let username = self.company.invited.remove(place);
        self.deeds += 1;
        let awaiting = &mut self.company.pending_users;
        match awaiting.iter().position(|user| same_address(&user.username, &username)) {
            Some(place) => awaiting.remove(place),
            None => User::fresh(username),
        }
    }

    /// Whether a personal account of that address exists.
    pub(crate) fn has_personal_account(&self, username: &str) -> bool {
        self.company.personal_accounts.iter().any(|account| same_address(account, username))
    }

    pub(crate) fn send(&mut self, to: &str, kind: MailKind) {
        self.mails.push(Mail { to: to.to_lowercase(), kind });
        self.deeds += 1;
    }

    /// What a person does, not a command: accept, choose a master password, finish a new address.
    pub(crate) fn log_in(&mut self, username: &str) -> bool {
        if let Some(place) = self.invitation_of(username) {
            let user = self.uninvite(place);
            self.add_user(user);
        }
        let Some(position) = self.position_of(username) else { return false };
        let now = self.now();
        let User { username, disabled, .. } = &self.company.users[position];
        let (action, data) =
            if *disabled { ("Failed login attempt", "lastpass.com") } else { ("Log in", "LastPass via Website") };
        self.record(LogEvent::new(now, username, PLACE_OF_LOGINS, action, data));
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

/// Addresses are compared in any letter case.
fn same_address(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || (!one.is_ascii() && one.to_lowercase() == other.to_lowercase())
}

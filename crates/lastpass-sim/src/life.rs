//! Days in the life of a company: people join, change and leave.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use fastrand::Rng;

use crate::company::{Company, User};

/// The groups that people join and leave.
const GROUPS: [&str; 5] = ["Sales-Team", "HR-Team", "All Staff", "VPN", "Night; Shift"];

/// The second factors that people set up.
const METHODS: [&str; 3] = ["googleauth", "lastpassauth", "duo"];

/// What can happen, the frequent more than once.
const KINDS: [Kind; 22] = [
    Kind::Invitation,
    Kind::Invitation,
    Kind::Acceptance,
    Kind::Acceptance,
    Kind::Withdrawal,
    Kind::Arrival,
    Kind::Arrival,
    Kind::Return,
    Kind::Departure,
    Kind::Departure,
    Kind::Login,
    Kind::Login,
    Kind::Access,
    Kind::Access,
    Kind::Admin,
    Kind::Method,
    Kind::Method,
    Kind::Score,
    Kind::Score,
    Kind::Group,
    Kind::Address,
    Kind::Exchange,
];

/// The life of one company. The seed and the company determine it.
#[derive(Debug)]
pub struct Life {
    rng: Rng,
    /// The highest id that was given.
    last_id: u64,
    /// People who left, and may return.
    left: Vec<User>,
    /// The users to whom something happened today.
    changed: HashSet<u64>,
}

/// What happened to one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifeEvent {
    /// The user's id; `None` of an invitation.
    pub id: Option<u64>,
    /// The address after the event.
    pub username: String,
    /// What happened.
    pub kind: LifeEventKind,
}

/// What can happen to a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LifeEventKind {
    /// Was invited.
    Invited,
    /// The invitation was taken back.
    Uninvited,
    /// The invitation became an account.
    Accepted,
    /// Got an account without an invitation.
    Joined,
    /// Came back with the same id.
    Returned,
    /// Left the company.
    Left,
    /// Logged in for the first time.
    FirstLogin,
    /// Logged in again.
    Login,
    /// Logins were blocked.
    Disabled,
    /// Logins were permitted again.
    Enabled,
    /// Became an administrator.
    AdminGiven,
    /// Is no longer an administrator.
    AdminRevoked,
    /// The second factor before and after.
    MethodChanged(Option<String>, Option<String>),
    /// The strength of the master password before and after.
    ScoreChanged(u8, u8),
    /// Joined this group.
    GroupJoined(String),
    /// Left this group.
    GroupLeft(String),
    /// Has another address.
    AddressChanged,
}

/// One line of [`KINDS`].
#[derive(Clone, Copy)]
enum Kind {
    Invitation,
    Acceptance,
    Withdrawal,
    Arrival,
    Return,
    Departure,
    Login,
    Access,
    Admin,
    Method,
    Score,
    Group,
    Address,
    Exchange,
}

impl Life {
    /// A life with this seed.
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), last_id: 0, left: Vec::new(), changed: HashSet::new() }
    }

    /// Simulates one day: up to this many events in the company, at most one for each user.
    pub fn live_day(&mut self, company: &mut Company, now: DateTime<Utc>, events: usize) -> Vec<LifeEvent> {
        self.changed.clear();
        self.last_id = company.users.iter().map(|user| user.id).max().unwrap_or(0).max(self.last_id);
        let mut happened = Vec::new();
        for _ in 0..events {
            let kind = KINDS[self.rng.usize(0..KINDS.len())];
            self.live(kind, company, now, &mut happened);
        }
        happened
    }

    /// Simulates one event, if there is a user to whom it can happen.
    fn live(&mut self, kind: Kind, company: &mut Company, now: DateTime<Utc>, happened: &mut Vec<LifeEvent>) {
        match kind {
            Kind::Invitation => {
                let username = format!("invited{}@example.com", self.next_id());
                company.invited.push(username.clone());
                happened.push(LifeEvent { id: None, username, kind: LifeEventKind::Invited });
            }
            Kind::Acceptance | Kind::Withdrawal if company.invited.is_empty() => {}
            Kind::Acceptance | Kind::Withdrawal => {
                let username = company.invited.remove(self.rng.usize(0..company.invited.len()));
                if happened.iter().any(|event| event.username == username) {
                    company.invited.push(username);
                    return;
                }
                company.pending_users.retain(|user| user.username != username);
                if matches!(kind, Kind::Acceptance) {
                    let user = self.newcomer(username, now);
                    happened.push(self.enter(company, user, LifeEventKind::Accepted));
                } else {
                    happened.push(LifeEvent { id: None, username, kind: LifeEventKind::Uninvited });
                }
            }
            Kind::Arrival => {
                let username = format!("user{}@example.com", self.last_id + 1);
                let user = self.newcomer(username, now);
                happened.push(self.enter(company, user, LifeEventKind::Joined));
            }
            Kind::Return if self.left.is_empty() => {}
            Kind::Return => {
                let user = self.left.remove(self.rng.usize(0..self.left.len()));
                if self.changed.contains(&user.id) {
                    self.left.push(user);
                } else {
                    happened.push(self.enter(company, user, LifeEventKind::Returned));
                }
            }
            Kind::Departure => {
                let Some(position) = self.someone(company) else { return };
                let user = company.users.remove(position);
                for folder in &mut company.folders {
                    folder.members.retain(|member| member.username != user.username);
                }
                happened.push(event(&user, LifeEventKind::Left));
                self.left.push(user);
            }
            Kind::Exchange => {
                let (Some(one), Some(other)) = (self.someone(company), self.someone(company)) else { return };
                let username = company.users[one].username.clone();
                company.users[one].username = std::mem::replace(&mut company.users[other].username, username);
                happened.extend(
                    [one, other].map(|position| event(&company.users[position], LifeEventKind::AddressChanged)),
                );
            }
            Kind::Login | Kind::Access | Kind::Admin | Kind::Method | Kind::Score | Kind::Group | Kind::Address => {
                let Some(position) = self.someone(company) else { return };
                let user = &mut company.users[position];
                let change = self.change(kind, user, now);
                happened.extend(change.map(|kind| event(user, kind)));
            }
        }
    }

    /// Changes a user. `None` if this kind of change is not possible.
    fn change(&mut self, kind: Kind, user: &mut User, now: DateTime<Utc>) -> Option<LifeEventKind> {
        match kind {
            Kind::Login if user.disabled => None,
            Kind::Login => {
                user.last_login = Some(now);
                if !std::mem::replace(&mut user.never_logged_in, false) {
                    return Some(LifeEventKind::Login);
                }
                user.last_pw_change = Some(now);
                (user.mpstrength, user.totalscore) =
                    (Some(self.rng.u8(0..=100)), Some(f64::from(self.rng.u8(0..=100))));
                Some(LifeEventKind::FirstLogin)
            }
            Kind::Access => {
                user.disabled = !user.disabled;
                Some(if user.disabled { LifeEventKind::Disabled } else { LifeEventKind::Enabled })
            }
            Kind::Admin => {
                user.admin = !user.admin;
                Some(if user.admin { LifeEventKind::AdminGiven } else { LifeEventKind::AdminRevoked })
            }
            Kind::Method => {
                let method = METHODS.get(self.rng.usize(0..=METHODS.len())).map(|method| (*method).to_owned());
                let before = std::mem::replace(&mut user.multifactor, method);
                (before != user.multifactor).then(|| LifeEventKind::MethodChanged(before, user.multifactor.clone()))
            }
            Kind::Score => {
                let before = user.mpstrength.filter(|_| !user.never_logged_in)?;
                let after = self.rng.u8(0..=100);
                user.mpstrength = Some(after);
                (before != after).then_some(LifeEventKind::ScoreChanged(before, after))
            }
            Kind::Group => {
                let group = GROUPS[self.rng.usize(0..GROUPS.len())].to_owned();
                match user.groups.iter().position(|own| *own == group) {
                    Some(position) => Some(LifeEventKind::GroupLeft(user.groups.remove(position))),
                    None => {
                        user.groups.push(group.clone());
                        Some(LifeEventKind::GroupJoined(group))
                    }
                }
            }
            Kind::Address => {
                user.username = format!("moved{}@example.com", self.next_id());
                Some(LifeEventKind::AddressChanged)
            }
            Kind::Invitation
            | Kind::Acceptance
            | Kind::Withdrawal
            | Kind::Arrival
            | Kind::Return
            | Kind::Departure
            | Kind::Exchange => None,
        }
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The position of a user to whom nothing happened today, and to whom something does now.
    fn someone(&mut self, company: &Company) -> Option<usize> {
        let positions =
            (0..company.users.len()).filter(|position| !self.changed.contains(&company.users[*position].id));
        let positions: Vec<usize> = positions.collect();
        let position = *positions.get(self.rng.usize(0..positions.len().max(1)))?;
        self.changed.insert(company.users[position].id);
        Some(position)
    }

    /// A new user, who has logged in or not.
    fn newcomer(&mut self, username: String, now: DateTime<Utc>) -> User {
        let user = if self.rng.bool() {
            User { last_pw_change: Some(now), last_login: Some(now), ..User::new(0, username) }
        } else {
            User::newly_added(username)
        };
        User { id: self.next_id(), created: now, ..user }
    }

    fn enter(&mut self, company: &mut Company, user: User, kind: LifeEventKind) -> LifeEvent {
        self.changed.insert(user.id);
        let event = event(&user, kind);
        company.users.push(user);
        event
    }
}

fn event(user: &User, kind: LifeEventKind) -> LifeEvent {
    LifeEvent { id: Some(user.id), username: user.username.clone(), kind }
}

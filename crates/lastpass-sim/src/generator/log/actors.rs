//! The users that act in a generated log, with their IP addresses, clients and sites.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use fastrand::Rng;

use crate::company::{Company, User};
use crate::generator::log::day::{Day, EventWriter};
use crate::generator::sites::SITES;

/// Limits the log of a large company to about 40 MB.
const MAX_ACTORS: usize = 4_000;

/// After how many days without a login a user is inactive. Later in the day that begins, the last login is 30 days ago.
const INACTIVE_DAYS: i64 = 29;

/// The sites of each department, as positions in the list of sites.
const DEPARTMENT_SITES: &[(&str, &[usize])] = &[
    ("Engineering", &[0, 1, 4, 6, 11, 22]),
    ("Sales", &[3, 7, 8, 9, 6, 5]),
    ("Marketing", &[2, 7, 9, 15, 16, 10]),
    ("HR", &[14, 9, 6, 8]),
    ("Finance", &[12, 13, 20, 14]),
    ("Legal", &[8, 17, 6]),
];

/// One acting user.
pub(crate) struct Actor {
    /// The position in the list of users.
    pub(crate) user: usize,
    pub(crate) username: Arc<str>,
    /// The IP address of the office and, for most users, that of their home.
    pub(crate) ips: Vec<Arc<str>>,
    /// The data of a login event.
    pub(crate) client: &'static str,
    pub(crate) sites: Vec<&'static str>,
    /// The local hour in which the working day starts.
    pub(crate) start_hour: i64,
    pub(crate) is_federated: bool,
    pub(crate) has_second_factor: bool,
    pub(crate) is_admin: bool,
    pub(crate) status: ActorStatus,
    pub(crate) created: DateTime<Utc>,
    pub(crate) last_login: DateTime<Utc>,
}

/// How active a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActorStatus {
    /// Works on workdays.
    Active,
    /// Has not logged in for [`INACTIVE_DAYS`], and is no administrator.
    Inactive,
    /// The account is deactivated.
    Deactivated,
}

/// All acting users.
pub(crate) struct Actors {
    pub(crate) all: Vec<Actor>,
}

impl Actors {
    /// Selects the users that ever logged in. Without any, the log only has events of the API.
    pub(crate) fn new(company: &Company, today: NaiveDate, writer: &mut EventWriter) -> Self {
        let now = today.and_time(NaiveTime::MIN).and_utc();
        let mut all = Vec::new();
        for (position, user) in company.users.iter().enumerate().take(MAX_ACTORS) {
            let Some(last_login) = user.last_login else { continue };
            let status = match (now - last_login).num_days() {
                _ if user.disabled => ActorStatus::Deactivated,
                _ if user.admin => ActorStatus::Active,
                INACTIVE_DAYS.. => ActorStatus::Inactive,
                _ => ActorStatus::Active,
            };
            all.push(actor(position, user, last_login, status, writer));
        }
        Self { all }
    }

    /// A random active user who has an account on this day, and matches.
    pub(crate) fn active(&self, day: &Day, rng: &mut Rng, matches: impl Fn(&Actor) -> bool) -> Option<&Actor> {
        let start = rng.usize(0..self.all.len());
        let mut rotated = self.all[start..].iter().chain(&self.all[..start]);
        let is_active = |actor: &Actor| actor.status == ActorStatus::Active && actor.created <= day.at(0);
        rotated.find(|actor| is_active(actor) && matches(actor))
    }

    /// A random administrator of this day.
    pub(crate) fn admin(&self, day: &Day, rng: &mut Rng) -> Option<&Actor> {
        self.active(day, rng, |actor| actor.is_admin)
    }
}

fn actor(
    position: usize,
    user: &User,
    last_login: DateTime<Utc>,
    status: ActorStatus,
    writer: &mut EventWriter,
) -> Actor {
    let mut rng = Rng::with_seed(user.id);
    let mut ips = vec![writer.intern(&format!("192.0.2.{}", rng.u8(2..5)))];
    if rng.u8(0..10) < 7 {
        ips.push(writer.intern(&format!("198.18.{}.{}", rng.u8(..), rng.u8(1..255))));
    }
    let client = match rng.u8(0..10) {
        0..6 => "LastPass via Chrome v4.134.0",
        6..8 => "LastPass via Firefox v4.127.0",
        8 => "LastPass via Safari v4.121.0",
        _ => "LastPass via Website",
    };
    let department_sites = DEPARTMENT_SITES.iter().find(|(department, _)| {
        user.department.as_deref() == Some(department)
            || user.groups.iter().any(|group| group.strip_suffix("-Team") == Some(department))
    });
    let mut sites: Vec<&'static str> = match department_sites {
        Some((_, positions)) => positions.iter().map(|position| SITES[*position]).collect(),
        None => Vec::new(),
    };
    sites.extend((0..4).map(|_| SITES[rng.usize(0..SITES.len())]));
    Actor {
        user: position,
        username: writer.intern(&user.username),
        ips,
        client,
        sites,
        start_hour: rng.i64(7..10),
        is_federated: user.mpstrength.is_none(),
        has_second_factor: user.multifactor.is_some(),
        is_admin: user.admin,
        status,
        created: user.created,
        last_login,
    }
}

//! The users that act in a generated log, with their IP addresses, clients and sites.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use fastrand::Rng;

use crate::company::{Company, User};
use crate::generator::log::day::EventWriter;
use crate::generator::sites::SITES;

/// Limits the log of a large company to about 40 MB.
const MAX_ACTORS: usize = 4_000;

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
    pub(crate) status: ActorStatus,
    pub(crate) created: DateTime<Utc>,
    pub(crate) last_login: DateTime<Utc>,
}

/// How active a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActorStatus {
    /// Works on workdays.
    Active,
    /// Has not logged in for at least 30 days.
    Inactive,
    /// The account is deactivated.
    Deactivated,
}

/// All acting users.
pub(crate) struct Actors {
    pub(crate) all: Vec<Actor>,
    /// The positions of the administrators.
    pub(crate) admins: Vec<usize>,
}

impl Actors {
    /// Selects the users that ever logged in. Without any, the log only has events of the API.
    pub(crate) fn new(company: &Company, writer: &mut EventWriter) -> Self {
        let newest = company.users.iter().filter_map(|user| user.last_login).max().unwrap_or_default();
        let mut actors = Self { all: Vec::new(), admins: Vec::new() };
        for user in company.users.iter().take(MAX_ACTORS) {
            let Some(last_login) = user.last_login else { continue };
            if user.admin && !user.disabled {
                actors.admins.push(actors.all.len());
            }
            let status = match (newest - last_login).num_days() {
                _ if user.disabled => ActorStatus::Deactivated,
                _ if user.admin => ActorStatus::Active,
                30.. => ActorStatus::Inactive,
                _ => ActorStatus::Active,
            };
            actors.all.push(actor(user, last_login, status, writer));
        }
        actors
    }

    /// A random matching user; any user if none matches.
    pub(crate) fn pick(&self, rng: &mut Rng, matches: impl Fn(&Actor) -> bool) -> &Actor {
        let start = rng.usize(0..self.all.len());
        let mut rotated = self.all[start..].iter().chain(&self.all[..start]);
        rotated.find(|actor| matches(actor)).unwrap_or(&self.all[start])
    }

    /// A random administrator; any user if there is none.
    pub(crate) fn admin(&self, rng: &mut Rng) -> &Actor {
        match rng.choice(&self.admins) {
            Some(position) => &self.all[*position],
            None => self.pick(rng, |_| true),
        }
    }
}

fn actor(user: &User, last_login: DateTime<Utc>, status: ActorStatus, writer: &mut EventWriter) -> Actor {
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
        username: writer.intern(&user.username),
        ips,
        client,
        sites,
        start_hour: rng.i64(7..10),
        is_federated: user.mpstrength.is_none(),
        has_second_factor: user.multifactor.is_some(),
        status,
        created: user.created,
        last_login,
    }
}

//! Who acts in a generated log, from where and with what.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use fastrand::Rng;

use crate::{
    company::{Company, User},
    generate::SITES,
    log::generate::Scribe,
};

/// In a larger company only that many act, so that its log stays within some 40 MB.
const MOST_ACTING: usize = 4_000;

/// Sites of each department, as positions in the list of sites.
const USUAL_SITES: &[(&str, &[usize])] = &[
    ("Engineering", &[0, 1, 4, 6, 11, 22]),
    ("Sales", &[3, 7, 8, 9, 6, 5]),
    ("Marketing", &[2, 7, 9, 15, 16, 10]),
    ("HR", &[14, 9, 6, 8]),
    ("Finance", &[12, 13, 20, 14]),
    ("Legal", &[8, 17, 6]),
];

/// One person as the log knows them.
pub(crate) struct Person {
    pub(crate) username: Arc<str>,
    /// The office, and home for most.
    pub(crate) places: Vec<Arc<str>>,
    /// What a login's data says.
    pub(crate) client: &'static str,
    pub(crate) sites: Vec<&'static str>,
    /// When the day begins.
    pub(crate) hour: i64,
    pub(crate) is_federated: bool,
    pub(crate) has_second_factor: bool,
    pub(crate) habit: Habit,
    pub(crate) created: DateTime<Utc>,
    pub(crate) last_login: DateTime<Utc>,
}

/// How a person takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Works on workdays.
    Works,
    /// Has not been seen for a month or more.
    Away,
    /// Is deactivated.
    Left,
}

/// Everyone who may act.
pub(crate) struct Staff {
    pub(crate) people: Vec<Person>,
    /// Positions in the list of people.
    pub(crate) administrators: Vec<usize>,
}

impl Staff {
    /// Those who ever logged in. An account where nobody did has no log but for the API's calls.
    pub(crate) fn of(company: &Company, scribe: &mut Scribe) -> Self {
        let newest = company.users.iter().filter_map(|user| user.last_login).max().unwrap_or_default();
        let mut staff = Self { people: Vec::new(), administrators: Vec::new() };
        for user in company.users.iter().take(MOST_ACTING) {
            let Some(last_login) = user.last_login else { continue };
            if user.admin && !user.disabled {
                staff.administrators.push(staff.people.len());
            }
            let habit = match (newest - last_login).num_days() {
                _ if user.disabled => Habit::Left,
                _ if user.admin => Habit::Works,
                30.. => Habit::Away,
                _ => Habit::Works,
            };
            staff.people.push(person(user, last_login, habit, scribe));
        }
        staff
    }

    /// The first from some person on whom the condition admits, or that person.
    pub(crate) fn pick(&self, rng: &mut Rng, wanted: impl Fn(&Person) -> bool) -> &Person {
        let start = rng.usize(0..self.people.len());
        let mut circle = self.people[start..].iter().chain(&self.people[..start]);
        circle.find(|person| wanted(person)).unwrap_or(&self.people[start])
    }

    /// Some administrator; somebody if there is none.
    pub(crate) fn administrator(&self, rng: &mut Rng) -> &Person {
        match rng.choice(&self.administrators) {
            Some(position) => &self.people[*position],
            None => self.pick(rng, |_| true),
        }
    }
}

fn person(user: &User, last_login: DateTime<Utc>, habit: Habit, scribe: &mut Scribe) -> Person {
    let mut rng = Rng::with_seed(user.id);
    let mut places = vec![scribe.text(&format!("192.0.2.{}", rng.u8(2..5)))];
    if rng.u8(0..10) < 7 {
        places.push(scribe.text(&format!("198.18.{}.{}", rng.u8(..), rng.u8(1..255))));
    }
    let client = match rng.u8(0..10) {
        0..6 => "LastPass via Chrome v4.134.0",
        6..8 => "LastPass via Firefox v4.127.0",
        8 => "LastPass via Safari v4.121.0",
        _ => "LastPass via Website",
    };
    let of_department = USUAL_SITES.iter().find(|(department, _)| {
        user.department.as_deref() == Some(department)
            || user.groups.iter().any(|group| group.strip_suffix("-Team") == Some(department))
    });
    let mut sites: Vec<&'static str> = match of_department {
        Some((_, positions)) => positions.iter().map(|position| SITES[*position]).collect(),
        None => Vec::new(),
    };
    sites.extend((0..4).map(|_| SITES[rng.usize(0..SITES.len())]));
    Person {
        username: scribe.text(&user.username),
        places,
        client,
        sites,
        hour: rng.i64(7..10),
        is_federated: user.mpstrength.is_none(),
        has_second_factor: user.multifactor.is_some(),
        habit,
        created: user.created,
        last_login,
    }
}

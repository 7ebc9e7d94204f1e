//! Which users have left, by a reading and the rows of the users who had not. Pure.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use crate::{
    jobs::people::reading::{Reading, address},
    store::{CurrentUser, SyncState},
};

/// Up to this many accounts may leave at once, however small the organization is.
const MAX_DEPARTURES: usize = 5;
/// In a larger organization, up to this percentage of the accounts.
const MAX_DEPARTURES_PERCENT: usize = 10;

/// How a reading shows a user who had not left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListingStatus {
    Listed,
    /// Listed with another address, at this index.
    Readdressed(usize),
    /// The user had no id, and the same address is now listed with one.
    GotAccount,
    /// Another listed id has the address.
    Replaced,
    Missing,
}

impl ListingStatus {
    fn of(user: &CurrentUser, reading: &Reading<'_>) -> Self {
        if let Some(person) = reading.by_key(&user.user_key) {
            return if address(person) == user.email_key { Self::Listed } else { Self::Readdressed(person.index()) };
        }
        match reading.by_address(&user.email_key).map(|person| person.id().is_some()) {
            Some(true) if user.has_id() => Self::Replaced,
            Some(true) => Self::GotAccount,
            Some(false) | None => Self::Missing,
        }
    }
}

/// A user who leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DepartedUser {
    pub(crate) user_key: String,
    email_key: String,
    pub(crate) is_account: bool,
}

/// A user who is listed with another address than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReaddressedUser {
    /// The index in the reading.
    pub(crate) index: usize,
    pub(crate) old_address: String,
}

/// Collects the users who had not left.
#[derive(Debug)]
pub(crate) struct DepartureCollector<'a> {
    state: &'a SyncState,
    accounts: usize,
    leaving: Vec<DepartedUser>,
    /// Those who were missing when an earlier reading lacked too many.
    held: Vec<DepartedUser>,
    readdressed: Vec<ReaddressedUser>,
    /// The addresses of users who stay although they are not listed.
    kept_addresses: HashSet<String>,
}

/// What a reading decides about the users who had not left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Departures {
    /// Who has left.
    pub(crate) departed: Vec<DepartedUser>,
    /// Who is listed with another address.
    pub(crate) readdressed: Vec<ReaddressedUser>,
    /// The addresses that are not free yet for another user.
    pub(crate) kept_addresses: HashSet<String>,
    /// How many accounts would leave at once, if those are too many: then they stay.
    pub(crate) mass_departure: Option<usize>,
}

impl<'a> DepartureCollector<'a> {
    pub(crate) fn new(state: &'a SyncState) -> Self {
        Self {
            state,
            accounts: 0,
            leaving: Vec::new(),
            held: Vec::new(),
            readdressed: Vec::new(),
            kept_addresses: HashSet::new(),
        }
    }

    pub(crate) fn add(&mut self, user: CurrentUser, reading: &Reading<'_>) {
        self.accounts += usize::from(user.is_account());
        let is_before = |time: Option<DateTime<Utc>>| time.is_some_and(|time| user.last_seen < time);
        let held = self.state.held;
        let (leaves, was_held) = match ListingStatus::of(&user, reading) {
            ListingStatus::Listed | ListingStatus::GotAccount => return,
            ListingStatus::Readdressed(index) => {
                self.readdressed.push(ReaddressedUser { index, old_address: user.email_key });
                return;
            }
            ListingStatus::Replaced => (true, is_before(held.map(|held| held.at))),
            ListingStatus::Missing => {
                (is_before(self.state.clean_reading), is_before(held.and_then(|held| held.missing_before)))
            }
        };
        if !leaves || !reading.is_clean {
            self.kept_addresses.insert(user.email_key);
            return;
        }
        let is_account = user.is_account();
        let user = DepartedUser { user_key: user.user_key, email_key: user.email_key, is_account };
        if was_held { self.held.push(user) } else { self.leaving.push(user) }
    }

    pub(crate) fn finish(mut self, reading: &Reading<'_>) -> Departures {
        let accounts = self.leaving.iter().filter(|user| user.is_account).count();
        let is_mass = accounts > MAX_DEPARTURES && accounts * 100 > self.accounts * MAX_DEPARTURES_PERCENT;
        let mut departed = self.held;
        if is_mass {
            self.kept_addresses.extend(self.leaving.into_iter().map(|user| user.email_key));
        } else {
            departed.extend(self.leaving);
        }
        Departures {
            departed,
            kept_addresses: with_blocked(self.kept_addresses, &self.readdressed, reading),
            readdressed: self.readdressed,
            mass_departure: is_mass.then_some(accounts),
        }
    }
}

/// The addresses that are not free, and those of users who therefore keep the old one.
fn with_blocked(
    mut kept_addresses: HashSet<String>,
    readdressed: &[ReaddressedUser],
    reading: &Reading<'_>,
) -> HashSet<String> {
    let old_and_new = |user: &ReaddressedUser| {
        let new = reading.get(user.index).map(|person| address(person).into_owned())?;
        Some((new, user.old_address.clone()))
    };
    let old_addresses: HashMap<_, _> = readdressed.iter().filter_map(old_and_new).collect();
    let mut open: Vec<_> = kept_addresses.iter().cloned().collect();
    while let Some(kept) = open.pop() {
        if let Some(old) = old_addresses.get(&kept)
            && kept_addresses.insert(old.clone())
        {
            open.push(old.clone());
        }
    }
    kept_addresses
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{
        domain::{DepartmentGroups, PeopleBuilder, PersonEntry, ScoreSource},
        report::Departments,
        store::HeldDepartures,
    };

    fn day(number: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(number)
    }

    fn user(key: &str, email: &str, last_seen: i64) -> CurrentUser {
        CurrentUser::for_test(key, email, day(last_seen))
    }

    /// A reading of day 9 of accounts, each with an id and an address, and of invited addresses.
    struct Listed<'a> {
        accounts: &'a [(&'a str, &'a str)],
        invited: &'a [&'a str],
        is_clean: bool,
    }

    impl Listed<'_> {
        fn departures(&self, users: &[CurrentUser], state: &SyncState) -> Departures {
            let mut builder = PeopleBuilder::default();
            for (id, email) in self.accounts {
                builder.add(&PersonEntry { id: Some(id), email, ..PersonEntry::default() }, []);
            }
            for email in self.invited {
                builder.add_invited(email);
            }
            let people = builder.finish(day(9));
            let departments = Departments::new(&people, &DepartmentGroups::default());
            let reading = Reading::new(&people, &departments, ScoreSource::default(), self.is_clean);
            let mut collector = DepartureCollector::new(state);
            for user in users {
                collector.add(user.clone(), &reading);
            }
            collector.finish(&reading)
        }
    }

    fn clean<'a>(accounts: &'a [(&'a str, &'a str)]) -> Listed<'a> {
        Listed { accounts, invited: &[], is_clean: true }
    }

    fn after_clean_reading(number: i64) -> SyncState {
        SyncState { clean_reading: Some(day(number)), held: None }
    }

    fn keys(departures: &Departures) -> Vec<&str> {
        departures.departed.iter().map(|user| user.user_key.as_str()).collect()
    }

    #[test]
    fn two_clean_readings_in_a_row_have_to_lack_a_user() {
        let check = |last_seen, state: &SyncState, is_clean, expected: &[&str]| {
            let listed = Listed { is_clean, ..clean(&[("1", "a@x.co")]) };
            let users = [user("1", "a@x.co", 0), user("2", "b@x.co", last_seen)];
            let departures = listed.departures(&users, state);
            assert_eq!(keys(&departures), expected, "{last_seen} {state:?} {is_clean}");
            assert_eq!(departures.kept_addresses.contains("b@x.co"), expected.is_empty());
        };
        check(8, &after_clean_reading(8), true, &[]);
        check(7, &after_clean_reading(8), true, &["2"]);
        check(7, &after_clean_reading(8), false, &[]);
        // A reading that is not clean listed the user after the first that lacked the user.
        check(8, &after_clean_reading(7), true, &[]);
        // No clean reading came before.
        check(1, &SyncState::default(), true, &[]);
    }

    #[test]
    fn another_id_with_the_address_means_that_the_user_has_left_at_once() {
        let users = [user("1", "a@x.co", 8), user("2", "b@x.co", 8)];
        let state = after_clean_reading(8);
        let replaced = clean(&[("2", "b@x.co"), ("3", "A@x.co")]);
        assert_eq!(keys(&replaced.departures(&users, &state)), ["1"]);
        let unclean = Listed { is_clean: false, ..replaced }.departures(&users, &state);
        assert_eq!((keys(&unclean).len(), unclean.kept_addresses.contains("a@x.co")), (0, true));
        // The other id is an earlier one, which changed its address.
        let departures = clean(&[("2", "a@x.co")]).departures(&users, &state);
        assert_eq!(keys(&departures), ["1"]);
        assert_eq!(departures.readdressed, [ReaddressedUser { index: 0, old_address: "b@x.co".to_owned() }]);
        // Both ids are listed with one address: the newer account has it.
        assert_eq!(
            keys(&clean(&[("1", "a@x.co"), ("3", "a@x.co"), ("2", "b@x.co")]).departures(&users, &state)),
            ["1"]
        );
        // An invitation is no id.
        let invited = Listed { accounts: &[("2", "b@x.co")], invited: &["a@x.co"], is_clean: true };
        let departures = invited.departures(&users, &state);
        assert_eq!((keys(&departures).len(), departures.kept_addresses.contains("a@x.co")), (0, true));
    }

    #[test]
    fn an_id_with_a_new_address_is_the_same_user() {
        let departures = clean(&[("1", "new@x.co")]).departures(&[user("1", "a@x.co", 7)], &after_clean_reading(8));
        assert_eq!(keys(&departures).len(), 0);
        assert_eq!(departures.readdressed, [ReaddressedUser { index: 0, old_address: "a@x.co".to_owned() }]);
    }

    #[test]
    fn an_invitation_becomes_an_account_or_is_taken_back() {
        let users = [user("invited:a@x.co", "a@x.co", 7)];
        let state = after_clean_reading(8);
        assert_eq!(keys(&clean(&[("1", "a@x.co")]).departures(&users, &state)).len(), 0);
        let departures = clean(&[("1", "b@x.co")]).departures(&users, &state);
        assert_eq!(departures.departed.iter().map(|user| user.is_account).collect::<Vec<_>>(), [false]);
        let listed = Listed { accounts: &[], invited: &["A@x.co"], is_clean: true };
        assert_eq!(listed.departures(&users, &state).departed, []);
    }

    /// The departures of a reading that lists accounts `missing..all`, which were all seen on `last_seen`.
    fn of_many(all: usize, missing: usize, last_seen: i64, state: &SyncState) -> Departures {
        let names: Vec<_> = (0..all).map(|id| (id.to_string(), format!("{id}@x.co"))).collect();
        let accounts: Vec<_> = names[missing..].iter().map(|(id, email)| (id.as_str(), email.as_str())).collect();
        let mut users: Vec<_> = names.iter().map(|(id, email)| user(id, email, last_seen)).collect();
        // Invitations count neither as accounts nor as departures.
        users.extend((0..50).map(|number| user(&format!("invited:i{number}@x.co"), "", last_seen)));
        clean(&accounts).departures(&users, state)
    }

    #[test]
    fn over_ten_percent_and_more_than_five_accounts_do_not_leave_at_once() {
        let check = |all, missing, expected: Option<usize>| {
            let departures = of_many(all, missing, 7, &after_clean_reading(8));
            assert_eq!(departures.mass_departure, expected, "{missing} of {all}");
            assert_eq!(departures.departed.iter().any(|user| user.is_account), expected.is_none());
        };
        check(10, 5, None);
        check(10, 6, Some(6));
        check(60, 6, None);
        check(59, 6, Some(6));
        check(100, 10, None);
        check(100, 11, Some(11));
    }

    #[test]
    fn the_next_clean_reading_that_lacks_the_same_people_marks_them() {
        // Seen on day 6, lacked on day 7 and 8: on day 8 these were too many.
        let state = SyncState {
            clean_reading: Some(day(8)),
            held: Some(HeldDepartures { at: day(8), missing_before: Some(day(7)) }),
        };
        let departures = of_many(100, 30, 6, &state);
        assert_eq!((departures.mass_departure, departures.departed.len()), (None, 80));
        // Others, whom the reading of day 8 was the first to lack, are held too.
        assert_eq!(of_many(100, 30, 7, &state).mass_departure, Some(30));
    }
}

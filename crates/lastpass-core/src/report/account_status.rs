//! The status of a person's account. Knows no figures.

use crate::domain::Person;

/// The status of an account. [`AccountStatus::of`] documents which one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountStatus {
    /// The account is in use.
    Active,
    /// An invitation is pending.
    Invited,
    /// The account was never used.
    NeverLoggedIn,
    /// The account is disabled.
    Disabled,
}

impl AccountStatus {
    /// All statuses, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Active, Self::Invited, Self::NeverLoggedIn, Self::Disabled];

    /// The status of a person: disabled, else invited, else never logged in, else active.
    pub fn of(person: Person<'_>) -> Self {
        if person.is_disabled() {
            Self::Disabled
        } else if person.is_invited() {
            Self::Invited
        } else if person.never_logged_in() {
            Self::NeverLoggedIn
        } else {
            Self::Active
        }
    }

    /// The number of statuses whose names are before this one's in the alphabet.
    pub(crate) fn alphabetical_position(self) -> usize {
        Self::ALL.iter().filter(|status| status.name() < self.name()).count()
    }

    /// The name in queries and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::NeverLoggedIn => "neverLoggedIn",
            Self::Disabled => "disabled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AccountStatus;
    use crate::{domain::PersonEntry, report::test_people::TestPeople};

    #[test]
    fn disabled_comes_before_invited_before_never_logged_in() {
        let check = |disabled, invited, never_logged_in, expected: &str| {
            let mut example =
                TestPeople::default().entry(PersonEntry { disabled, never_logged_in, ..TestPeople::ann() }, &[]);
            if invited {
                example = example.invited(TestPeople::ann().email);
            }
            assert_eq!(AccountStatus::of(example.finish().get(0)).name(), expected);
        };
        check(false, false, false, "active");
        check(false, false, true, "neverLoggedIn");
        check(false, true, false, "invited");
        check(false, true, true, "invited");
        check(true, true, true, "disabled");
    }

    #[test]
    fn an_address_without_an_entry_is_invited() {
        let people = TestPeople::default().invited("new@example.com").finish();
        assert_eq!(AccountStatus::of(people.get(0)), AccountStatus::Invited);
    }
}

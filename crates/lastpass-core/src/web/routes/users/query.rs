//! The query of the users.

use std::num::NonZeroUsize;

use crate::{
    cache::freshness::Freshness,
    domain::{People, Person, normalize_address},
    report::{PeopleFilter, PeoplePosition, Sort, SortKey},
    web::{
        request::{parameters::Parameters, permissions::Admin, user_cursor, user_filter::people_filter},
        response::problem::Problem,
    },
};

/// The order of the list.
pub(crate) const BY_ADDRESS: Sort = Sort { key: SortKey::Email, descending: false };

/// The parameters of the list of users.
const LIST_PARAMETERS: [&str; 10] =
    ["q", "status", "risk", "range", "department", "group", "mfa", "inactiveDays", "limit", "cursor"];

/// The query.
pub(crate) struct UsersQuery {
    pub(crate) freshness: Freshness,
    pub(crate) users: RequestedUsers,
}

/// The users that are requested.
pub(crate) enum RequestedUsers {
    /// One user, in detail.
    One(UserKey),
    /// A page of the users that match a filter.
    Page(UsersPageQuery),
}

/// The key of one user.
#[derive(Debug)]
pub(crate) enum UserKey {
    /// LastPass's id.
    Id(String),
    /// The address, in any letter case.
    Email(String),
}

/// A page of users.
pub(crate) struct UsersPageQuery {
    pub(crate) filter: PeopleFilter,
    pub(crate) limit: NonZeroUsize,
    pub(crate) after: Option<PeoplePosition>,
}

impl UsersQuery {
    /// Parses the parameters.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidParameters`] if a parameter is unknown or invalid.
    pub(crate) fn parse(mut parameters: Parameters, admin: Admin) -> Result<Self, Problem> {
        let freshness = parameters.freshness(Some(admin))?;
        let key = match (parameters.text("id"), parameters.address("email")) {
            (Some(id), None) => Some(UserKey::Id(id)),
            (None, Some(email)) => Some(UserKey::Email(email)),
            (None, None) => None,
            (Some(id), Some(_)) => {
                parameters.add_error("email", "must not be given together with id");
                Some(UserKey::Id(id))
            }
        };
        if key.is_some() {
            parameters.reject_if_given(&LIST_PARAMETERS, "is for the search; id and email name one person");
        }
        let page = UsersPageQuery {
            filter: people_filter(&mut parameters),
            limit: parameters.limit().into(),
            after: parameters.cursor(|text| user_cursor::decode(text, BY_ADDRESS)),
        };
        parameters.finish()?;
        Ok(Self { freshness, users: key.map_or(RequestedUsers::Page(page), RequestedUsers::One) })
    }
}

impl UserKey {
    /// Finds the user. If LastPass lists an address twice, an entry that is not disabled comes first.
    pub(crate) fn find<'a>(&self, people: &'a People) -> Option<Person<'a>> {
        match self {
            Self::Id(id) => people.iter().find(|person| person.id() == Some(id)),
            Self::Email(email) => {
                let email = normalize_address(email);
                let matching = people.iter().filter(|person| normalize_address(person.email()) == email);
                matching.min_by_key(|person| person.is_disabled())
            }
        }
    }
}

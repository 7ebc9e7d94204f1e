//! What the caller wants of the people.

use std::num::NonZeroUsize;

use crate::{
    cache::slot::Freshness,
    domain::{People, Person, normalize_name},
    report::{PeopleFilter, PeoplePosition, Sort, SortKey},
    web::{
        request::{parameters::Parameters, permissions::Admin, user_cursor, user_filter::people_filter},
        response::problem::Problem,
    },
};

/// The order of the search.
pub(crate) const BY_ADDRESS: Sort = Sort { key: SortKey::Email, descending: false };

/// Parameters of the search, which id and email take the place of.
const OF_THE_SEARCH: [&str; 9] =
    ["q", "status", "risk", "department", "group", "mfa", "inactiveDays", "limit", "cursor"];

/// The query, checked.
pub(crate) struct Query {
    pub(crate) freshness: Freshness,
    pub(crate) wanted: Wanted,
}

/// Who is asked for.
pub(crate) enum Wanted {
    /// One person.
    One(Who),
    /// All of a kind, page by page.
    Some(List),
}

/// How one person is named.
#[derive(Debug)]
pub(crate) enum Who {
    /// By LastPass's id.
    Id(String),
    /// By the address, in any letter case.
    Email(String),
}

/// A page of people.
pub(crate) struct List {
    pub(crate) filter: PeopleFilter,
    pub(crate) limit: NonZeroUsize,
    pub(crate) after: Option<PeoplePosition>,
}

impl Query {
    pub(crate) fn parse(mut parameters: Parameters, admin: Admin) -> Result<Self, Problem> {
        let freshness = parameters.freshness(Some(admin))?;
        let who = match (parameters.text("id"), parameters.text("email")) {
            (Some(id), None) => Some(Who::Id(id)),
            (None, Some(email)) => Some(Who::Email(email)),
            (None, None) => None,
            (Some(id), Some(_)) => {
                parameters.add_error("email", "must not be given together with id");
                Some(Who::Id(id))
            }
        };
        if who.is_some() {
            parameters.reject_if_given(&OF_THE_SEARCH, "is for the search; id and email name one person");
        }
        let list = List {
            filter: people_filter(&mut parameters),
            limit: parameters.limit().into(),
            after: parameters.cursor(|text| user_cursor::decode(text, BY_ADDRESS)),
        };
        parameters.finish()?;
        Ok(Self { freshness, wanted: who.map_or(Wanted::Some(list), Wanted::One) })
    }
}

impl Who {
    /// The person. Of an address that LastPass lists twice, an entry that is not disabled is meant.
    pub(crate) fn among<'a>(&self, people: &'a People) -> Option<Person<'a>> {
        match self {
            Self::Id(id) => people.iter().find(|person| person.id() == Some(id)),
            Self::Email(email) => {
                let email = normalize_name(email);
                let named = people.iter().filter(|person| normalize_name(person.email()) == email);
                named.min_by_key(|person| person.is_disabled())
            }
        }
    }
}

//! Where in the company the wanted people are, found once and kept until the company changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::company::{Company, User};

/// The two yes-or-no filters of `getuserdata`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Filter {
    pub(crate) disabled: Option<bool>,
    pub(crate) admin: Option<bool>,
}

impl Filter {
    pub(crate) fn is_none(self) -> bool {
        self.disabled.is_none() && self.admin.is_none()
    }

    pub(crate) fn admits(self, user: &User) -> bool {
        self.disabled.is_none_or(|wanted| wanted == user.disabled)
            && self.admin.is_none_or(|wanted| wanted == user.admin)
    }
}

/// Positions in [`Company::users`].
#[derive(Default)]
pub(crate) struct Index {
    by_username: OnceLock<HashMap<String, usize>>,
    by_filter: Mutex<HashMap<Filter, Arc<Vec<usize>>>>,
}

/// The company together with its index.
pub(crate) struct World {
    pub(crate) company: Company,
    pub(crate) index: Index,
}

impl World {
    pub(crate) fn new(company: Company) -> Self {
        Self { company, index: Index::default() }
    }

    /// The position of the person with that address, in any case.
    pub(crate) fn position_of(&self, username: &str) -> Option<usize> {
        let positions = self.index.by_username.get_or_init(|| {
            let mut positions = HashMap::with_capacity(self.company.users.len());
            for (position, user) in self.company.users.iter().enumerate() {
                positions.entry(user.username.to_lowercase()).or_insert(position);
            }
            positions
        });
        positions.get(&username.to_lowercase()).copied()
    }

    /// The positions of everyone whom the filter admits.
    pub(crate) fn positions_of(&self, filter: Filter) -> Arc<Vec<usize>> {
        let mut kept = self.index.by_filter.lock().unwrap_or_else(PoisonError::into_inner);
        let positions = kept.entry(filter).or_insert_with(|| {
            let users = self.company.users.iter().enumerate();
            Arc::new(users.filter(|(_, user)| filter.admits(user)).map(|(at, _)| at).collect())
        });
        Arc::clone(positions)
    }
}

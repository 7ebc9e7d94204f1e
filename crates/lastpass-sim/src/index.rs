//! Where in the company the wanted people are, found once and kept until that changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::company::User;

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

/// Positions in [`crate::Company::users`], and the highest id there.
#[derive(Default)]
pub(crate) struct Index {
    by_username: OnceLock<HashMap<String, usize>>,
    by_filter: Mutex<HashMap<Filter, Arc<Vec<usize>>>>,
    highest_id: OnceLock<u64>,
}

impl Index {
    /// The position of the person with that address, in any letter case.
    pub(crate) fn position_of(&self, users: &[User], username: &str) -> Option<usize> {
        let positions = self.by_username.get_or_init(|| {
            let mut positions = HashMap::with_capacity(users.len());
            for (position, user) in users.iter().enumerate() {
                positions.entry(user.username.to_lowercase()).or_insert(position);
            }
            positions
        });
        positions.get(&username.to_lowercase()).copied()
    }

    /// The positions of everyone whom the filter admits.
    pub(crate) fn positions_of(&self, users: &[User], filter: Filter) -> Arc<Vec<usize>> {
        let mut kept = self.by_filter.lock().unwrap_or_else(PoisonError::into_inner);
        let positions = kept.entry(filter).or_insert_with(|| {
            let users = users.iter().enumerate();
            Arc::new(users.filter(|(_, user)| filter.admits(user)).map(|(at, _)| at).collect())
        });
        Arc::clone(positions)
    }

    /// The highest id that anyone had when it was first asked for.
    pub(crate) fn highest_id(&self, users: &[User]) -> u64 {
        *self.highest_id.get_or_init(|| users.iter().map(|user| user.id).max().unwrap_or(0))
    }

    /// Takes note of a person put behind all others.
    pub(crate) fn added(&mut self, username: &str, position: usize) {
        if let Some(positions) = self.by_username.get_mut() {
            positions.entry(username.to_lowercase()).or_insert(position);
        }
        self.states_changed();
    }

    /// Takes note that someone was disabled, enabled, or the like; everyone is where they were.
    pub(crate) fn states_changed(&mut self) {
        self.by_filter.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

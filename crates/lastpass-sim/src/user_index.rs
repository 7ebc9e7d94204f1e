//! Finds users by address and by status; lookups are cached until a change invalidates them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::company::User;

/// The two boolean filters of `getuserdata`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StatusFilter {
    pub(crate) disabled: Option<bool>,
    pub(crate) admin: Option<bool>,
}

impl StatusFilter {
    pub(crate) fn is_empty(self) -> bool {
        self.disabled.is_none() && self.admin.is_none()
    }

    pub(crate) fn matches(self, user: &User) -> bool {
        self.disabled.is_none_or(|wanted| wanted == user.disabled)
            && self.admin.is_none_or(|wanted| wanted == user.admin)
    }
}

/// Positions in [`crate::Company::users`], and the highest id.
#[derive(Default)]
pub(crate) struct UserIndex {
    by_username: OnceLock<HashMap<String, usize>>,
    by_filter: Mutex<HashMap<StatusFilter, Arc<Vec<usize>>>>,
    highest_id: OnceLock<u64>,
}

impl UserIndex {
    /// The position of the user with this address, ignoring case.
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

    /// The positions of the users that match the filter.
    pub(crate) fn positions_of(&self, users: &[User], filter: StatusFilter) -> Arc<Vec<usize>> {
        let mut cache = self.by_filter.lock().unwrap_or_else(PoisonError::into_inner);
        let positions = cache.entry(filter).or_insert_with(|| {
            let users = users.iter().enumerate();
            Arc::new(users.filter(|(_, user)| filter.matches(user)).map(|(position, _)| position).collect())
        });
        Arc::clone(positions)
    }

    /// The highest id at the time of the first call.
    pub(crate) fn highest_id(&self, users: &[User]) -> u64 {
        *self.highest_id.get_or_init(|| users.iter().map(|user| user.id).max().unwrap_or(0))
    }

    /// Updates the index after a user was appended.
    pub(crate) fn user_added(&mut self, username: &str, position: usize) {
        if let Some(positions) = self.by_username.get_mut() {
            positions.entry(username.to_lowercase()).or_insert(position);
        }
        self.user_changed();
    }

    /// Updates the index after a user's status changed; addresses and positions are the same.
    pub(crate) fn user_changed(&mut self) {
        self.by_filter.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

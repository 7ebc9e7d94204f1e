//! The rows of users and of their history. Knows no SQL.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{PeopleBuilder, PersonEntry, Score, ScoreSource, UserChangeKind};

/// The prefix of the key of a user without an id, who is only invited.
pub(crate) const INVITATION_PREFIX: &str = "invited:";

/// One row of `lastpass_users`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct StoredUser {
    /// LastPass's id, else [`INVITATION_PREFIX`] and the address as compared.
    pub(crate) user_key: String,
    pub(crate) id: Option<String>,
    /// As LastPass spells it.
    pub(crate) email: String,
    /// The address as compared: one row without `left_at` has it.
    pub(crate) email_key: String,
    pub(crate) name: Option<String>,
    pub(crate) status: String,
    pub(crate) department: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) security_score: Option<f64>,
    pub(crate) vault_score: Option<f64>,
    pub(crate) mfa: Option<String>,
    pub(crate) is_admin: bool,
    /// `status` does not show it of a disabled account.
    pub(crate) never_logged_in: bool,
    pub(crate) last_login: Option<DateTime<Utc>>,
    pub(crate) password_last_changed: Option<DateTime<Utc>>,
    pub(crate) first_seen: DateTime<Utc>,
    pub(crate) last_seen: DateTime<Utc>,
    pub(crate) left_at: Option<DateTime<Utc>>,
}

impl StoredUser {
    /// Whether the user has an account, rather than only an invitation.
    pub(crate) fn is_account(&self) -> bool {
        is_account(self.id.as_deref(), &self.status)
    }

    /// Whether the account is disabled.
    pub(crate) fn is_disabled(&self) -> bool {
        self.status == "disabled"
    }

    /// The score of the setting.
    pub(crate) fn score(&self, source: ScoreSource) -> Option<Score> {
        let score = match source {
            ScoreSource::MasterPassword => self.security_score,
            ScoreSource::Vault => self.vault_score,
        };
        score.and_then(Score::new)
    }

    /// Adds the user, as last seen.
    pub(crate) fn add_to(&self, builder: &mut PeopleBuilder) {
        if !self.is_account() {
            builder.add_invited(&self.email);
            return;
        }
        let entry = PersonEntry {
            id: self.id.as_deref(),
            email: &self.email,
            name: self.name.as_deref(),
            master_password_strength: self.score(ScoreSource::MasterPassword),
            vault_score: self.score(ScoreSource::Vault),
            last_login: self.last_login,
            password_last_changed: self.password_last_changed,
            disabled: self.is_disabled(),
            admin: self.is_admin,
            never_logged_in: self.never_logged_in,
            mfa: self.mfa.as_deref(),
            directory_department: self.department.as_deref(),
            ..PersonEntry::default()
        };
        builder.add(&entry, self.groups.iter().map(String::as_str));
        if self.status == "invited" {
            builder.add_invited(&self.email);
        }
    }
}

fn is_account(id: Option<&str>, status: &str) -> bool {
    id.is_some() || status != "invited"
}

/// A user who has not left: what decides whether a reading lists the user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct CurrentUser {
    pub(crate) user_key: String,
    id: Option<String>,
    pub(crate) email_key: String,
    status: String,
    pub(crate) last_seen: DateTime<Utc>,
}

impl CurrentUser {
    #[cfg(test)]
    pub(crate) fn for_test(user_key: &str, email_key: &str, last_seen: DateTime<Utc>) -> Self {
        let id = (!user_key.starts_with(INVITATION_PREFIX)).then(|| user_key.to_owned());
        let status = if id.is_some() { "active" } else { "invited" }.to_owned();
        Self { user_key: user_key.to_owned(), id, email_key: email_key.to_owned(), status, last_seen }
    }

    /// As [`StoredUser::is_account`].
    pub(crate) fn is_account(&self) -> bool {
        is_account(self.id.as_deref(), &self.status)
    }

    /// Whether LastPass has given the user an id.
    pub(crate) fn has_id(&self) -> bool {
        self.id.is_some()
    }
}

/// One entry of the history.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct UserChange {
    pub(crate) user_key: String,
    pub(crate) at: DateTime<Utc>,
    #[serde(serialize_with = "kind_name", deserialize_with = "kind_of_name")]
    pub(crate) kind: UserChangeKind,
    pub(crate) from_value: Option<String>,
    pub(crate) to_value: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn kind_name<S: serde::Serializer>(kind: &UserChangeKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}

fn kind_of_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<UserChangeKind, D::Error> {
    let name = String::deserialize(deserializer)?;
    UserChangeKind::of_name(&name).ok_or_else(|| serde::de::Error::custom("an unknown kind"))
}

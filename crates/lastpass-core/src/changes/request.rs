//! A request for a change: what to change, for whom, and how. Knows no SQL.

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use crate::domain::{EmailAddress, PersonAction, Role};

/// One change to one user.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Creates an account and adds it to groups.
    Provision(NewPerson),
    /// Changes the memberships of a user.
    Groups {
        /// The user's address.
        email: EmailAddress,
        /// The groups to add the user to, as the caller spells them.
        add: Vec<String>,
        /// The groups to remove the user from.
        remove: Vec<String>,
    },
    /// Applies an action to a user.
    Person {
        /// The user's address.
        email: EmailAddress,
        /// The action.
        action: PersonAction,
        /// Whether folders may be left without an administrator.
        allow_orphans: bool,
    },
}

/// A user to create.
#[derive(Debug, Clone)]
pub(crate) struct NewPerson {
    /// First and last name.
    pub(crate) name: String,
    /// The e-mail address.
    pub(crate) email: EmailAddress,
    /// The department, spelled as in the settings.
    pub(crate) department: String,
    /// The department's group.
    pub(crate) department_group: String,
    /// Further groups, as the caller spells them.
    pub(crate) additional_groups: Vec<String>,
    /// The manager's name; kept in the audit record only.
    pub(crate) manager: Option<String>,
    /// The manager's address; kept in the audit record only.
    pub(crate) manager_email: Option<EmailAddress>,
    /// The first day, as the caller writes it; kept in the audit record only.
    pub(crate) start_date: Option<String>,
}

impl Change {
    /// The address of the user.
    pub(crate) fn email(&self) -> &EmailAddress {
        match self {
            Self::Provision(person) => &person.email,
            Self::Groups { email, .. } | Self::Person { email, .. } => email,
        }
    }

    /// The name of the action in the record.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Provision(_) => "provision",
            Self::Groups { .. } => "groups",
            Self::Person { action, .. } => action.name(),
        }
    }
}

/// The details of a new user that the record keeps, besides the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ActionDetails))]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Details {
    /// First and last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub(crate) name: Option<String>,
    /// The department.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub(crate) department: Option<String>,
    /// The manager's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub(crate) manager: Option<String>,
    /// The manager's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub(crate) manager_email: Option<String>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub(crate) start_date: Option<String>,
}

impl Details {
    pub(crate) fn name_and_department(&self) -> (&str, &str) {
        (self.name.as_deref().unwrap_or_default(), self.department.as_deref().unwrap_or_default())
    }
}

/// A change, who requests it, and how.
#[derive(Debug, Clone)]
pub(crate) struct ChangeRequest {
    /// The change.
    pub(crate) change: Change,
    /// The caller, as the record names it.
    pub(crate) actor: String,
    /// The caller's role.
    pub(crate) role: Role,
    /// The caller's Idempotency-Key, if any.
    pub(crate) key: Option<IdempotencyKey>,
    /// The fingerprint of the body, which distinguishes a repeat from another request with the same key.
    pub(crate) body_fingerprint: String,
    /// Whether to report what the change would do, without making it.
    pub(crate) is_dry_run: bool,
}

/// An Idempotency-Key, scoped to one caller and one route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key of a caller on a route, as a digest.
    pub(crate) fn new(caller: &str, route: &str, key: &str) -> Self {
        let text = [caller, route, key].map(|part| format!("{}:{part}", part.len())).concat();
        Self(hex::encode(digest::digest(&digest::SHA256, text.as_bytes())))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

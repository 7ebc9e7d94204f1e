//! The table of LastPass's actions: English name, kind, outcome, format of `Data` and effect of each. Knows no event.
//!
//! LastPass writes display text rather than codes: Title Case until about December 2022, sentence case since
//! (elastic/integrations issue 4839), translated in accounts of other languages. The names come from the
//! vendor's list of user activity, from Elastic's and Splunk's integrations, and from what clients saw live.

use std::cmp::Ordering;

use crate::audit::{EventKind, EventOutcome, data_format::DataFormat};

/// An action that LastPass logs, with what is known about it.
#[derive(Debug, PartialEq, Eq)]
pub struct EventAction {
    /// The English name, in sentence case.
    pub name: &'static str,
    /// The kind of event.
    pub kind: EventKind,
    /// Success or failure; `None` if the action does not say.
    pub outcome: Option<EventOutcome>,
    /// The format of `Data`.
    pub(crate) data_format: DataFormat,
    /// The effect that detections and filters distinguish.
    pub(crate) effect: ActionEffect,
}

/// The effect of an action, as far as detections and filters distinguish it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActionEffect {
    LoggedIn,
    LoginFailed,
    /// The API was read; nothing was changed.
    ApiRead,
    MfaDisabled,
    MasterPasswordReset,
    AdminGranted,
    PolicyChanged,
    /// Exported or printed.
    DataExported,
    SitesDeleted,
    FolderDeleted,
    AccountCreated,
    AccountDeleted,
    /// Removed from the company; the personal account remains.
    AccountRemoved,
    AccountDisabled,
    AccountReactivated,
    Invited,
    InvitedAgain,
    AddedToGroup,
    RemovedFromGroup,
    PasswordChangeRequired,
    PasswordResetSent,
    SecretRegenerated,
    /// Any other effect.
    Other,
}

impl EventAction {
    /// The names of all actions in the table, in sentence case.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|action| action.name)
    }

    /// Looks up an action by name, ignoring letter case and surrounding whitespace.
    ///
    /// A name that starts with `Disabled ` and is not in the table is a multifactor method. Returns `None` for any other
    /// unknown name.
    pub fn find(text: &str) -> Option<&'static Self> {
        let text = text.trim();
        match TABLE.binary_search_by(|action| compare_ignoring_case(action.name, text)) {
            Ok(index) => Some(&TABLE[index]),
            // The vendor documents `Disabled [Auth-Method]`, and adds new methods.
            Err(_) => starts_with_ignoring_case(text, "disabled ").then_some(&DISABLED_METHOD),
        }
    }
}

fn compare_ignoring_case(left: &str, right: &str) -> Ordering {
    left.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

const DONE: Option<EventOutcome> = Some(EventOutcome::Success);
const REFUSED: Option<EventOutcome> = Some(EventOutcome::Failure);
/// An observation, or an intermediate step: neither success nor failure.
const UNKNOWN: Option<EventOutcome> = None;

const fn row(
    name: &'static str,
    kind: EventKind,
    outcome: Option<EventOutcome>,
    data_format: DataFormat,
    effect: ActionEffect,
) -> EventAction {
    EventAction { name, kind, outcome, data_format, effect }
}

static DISABLED_METHOD: EventAction = row(
    "Disabled multifactor method",
    EventKind::UserManagement,
    DONE,
    DataFormat::Addresses,
    ActionEffect::MfaDisabled,
);

/// Sorted by name in lower case, for the binary search.
#[rustfmt::skip]
static TABLE: &[EventAction] = &[
    row("Account lockout", EventKind::Login, UNKNOWN, DataFormat::People, ActionEffect::Other),
    row("Add global equiv domain", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Add global never URLs", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Add global only URLs", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Add policy", EventKind::PolicyChange, DONE, DataFormat::Policy, ActionEffect::PolicyChanged),
    row("Add secure note", EventKind::VaultAccess, DONE, DataFormat::Item, ActionEffect::Other),
    row("Add to group", EventKind::UserManagement, DONE, DataFormat::GroupAndPerson, ActionEffect::AddedToGroup),
    row("Add to shared folder", EventKind::SharedFolder, DONE, DataFormat::FolderAndMember, ActionEffect::Other),
    row("Adding user to group", EventKind::UserManagement, DONE, DataFormat::GroupAndPerson, ActionEffect::AddedToGroup),
    row("Create group", EventKind::UserManagement, DONE, DataFormat::Group, ActionEffect::Other),
    row("Created LastPass account", EventKind::UserManagement, DONE, DataFormat::PersonAndFolder, ActionEffect::Other),
    row("Created shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, ActionEffect::Other),
    row("Data export", EventKind::VaultAccess, DONE, DataFormat::Unknown, ActionEffect::DataExported),
    row("Data import", EventKind::VaultAccess, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Data printed", EventKind::VaultAccess, DONE, DataFormat::Unknown, ActionEffect::DataExported),
    row("Deactivated user", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::AccountDisabled),
    row("Deactivating user", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::AccountDisabled),
    row("Delete group", EventKind::UserManagement, DONE, DataFormat::Group, ActionEffect::Other),
    row("Delete policy", EventKind::PolicyChange, DONE, DataFormat::Policy, ActionEffect::PolicyChanged),
    row("Delete shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, ActionEffect::FolderDeleted),
    row("Delete shared sites", EventKind::SharedFolder, DONE, DataFormat::SiteFromFolder, ActionEffect::SitesDeleted),
    row("Deleted shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, ActionEffect::FolderDeleted),
    row("Deleted sites", EventKind::VaultAccess, DONE, DataFormat::Site, ActionEffect::SitesDeleted),
    row("Destroy all sessions", EventKind::AdminAction, DONE, DataFormat::People, ActionEffect::Other),
    row("Disabled", EventKind::UserManagement, DONE, DataFormat::Addresses, ActionEffect::MfaDisabled),
    row("Disabled Google Authenticator", EventKind::UserManagement, DONE, DataFormat::Addresses, ActionEffect::MfaDisabled),
    row("Disabled Grid", EventKind::UserManagement, DONE, DataFormat::Addresses, ActionEffect::MfaDisabled),
    row("Disabled LastPass authentication", EventKind::UserManagement, DONE, DataFormat::Addresses, ActionEffect::MfaDisabled),
    row("Disabled Microsoft Authenticated", EventKind::UserManagement, DONE, DataFormat::Addresses, ActionEffect::MfaDisabled),
    row("Disabled Microsoft Authenticator", EventKind::UserManagement, DONE, DataFormat::Addresses, ActionEffect::MfaDisabled),
    row("Disabled multifactor authentication", EventKind::UserManagement, DONE, DataFormat::Addresses, ActionEffect::MfaDisabled),
    row("Disabled Toopher", EventKind::UserManagement, DONE, DataFormat::Addresses, ActionEffect::MfaDisabled),
    row("Disabled YubiKey", EventKind::UserManagement, DONE, DataFormat::Addresses, ActionEffect::MfaDisabled),
    row("Edit group", EventKind::UserManagement, DONE, DataFormat::Group, ActionEffect::Other),
    row("Edit policy", EventKind::PolicyChange, DONE, DataFormat::Policy, ActionEffect::PolicyChanged),
    row("Edit secure note", EventKind::VaultAccess, DONE, DataFormat::Item, ActionEffect::Other),
    row("Employee account created", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::AccountCreated),
    row("Employee account deleted", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::AccountDeleted),
    row("Employee account requires activation", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::Other),
    row("Employee invited", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::Invited),
    row("Enterprise API secret regenerated", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::SecretRegenerated),
    row("Failed login attempt", EventKind::Login, REFUSED, DataFormat::Login, ActionEffect::LoginFailed),
    row("Form filled", EventKind::VaultAccess, DONE, DataFormat::Site, ActionEffect::Other),
    row("Get shared folder data", EventKind::Api, DONE, DataFormat::Unknown, ActionEffect::ApiRead),
    row("Get user data", EventKind::Api, DONE, DataFormat::Unknown, ActionEffect::ApiRead),
    row("Group addition", EventKind::UserManagement, DONE, DataFormat::GroupAndPerson, ActionEffect::AddedToGroup),
    row("Group removal", EventKind::UserManagement, DONE, DataFormat::GroupAndPerson, ActionEffect::RemovedFromGroup),
    row("History cleared", EventKind::VaultAccess, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Iterations changed", EventKind::UserManagement, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("LastPass login", EventKind::Login, DONE, DataFormat::Login, ActionEffect::LoggedIn),
    row("Limit shared folder", EventKind::SharedFolder, DONE, DataFormat::FolderAndMember, ActionEffect::Other),
    row("Log in", EventKind::Login, DONE, DataFormat::Login, ActionEffect::LoggedIn),
    row("Login", EventKind::Login, DONE, DataFormat::Login, ActionEffect::LoggedIn),
    row("Login to admin console", EventKind::Login, DONE, DataFormat::People, ActionEffect::LoggedIn),
    row("Login verification email sent", EventKind::Login, UNKNOWN, DataFormat::Unknown, ActionEffect::Other),
    row("Make admin", EventKind::AdminAction, DONE, DataFormat::People, ActionEffect::AdminGranted),
    row("Master password changed", EventKind::UserManagement, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Master password reset by super admin", EventKind::AdminAction, DONE, DataFormat::People, ActionEffect::MasterPasswordReset),
    row("Master password reuse", EventKind::UserManagement, UNKNOWN, DataFormat::Unknown, ActionEffect::Other),
    row("Master password reverted", EventKind::UserManagement, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Move from shared folder", EventKind::SharedFolder, DONE, DataFormat::SiteFromFolder, ActionEffect::Other),
    row("Move to shared folder", EventKind::SharedFolder, DONE, DataFormat::SiteToFolder, ActionEffect::Other),
    row("Multifactor enabled", EventKind::UserManagement, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Open secure note", EventKind::VaultAccess, DONE, DataFormat::Item, ActionEffect::Other),
    row("Password changed", EventKind::VaultAccess, DONE, DataFormat::Site, ActionEffect::Other),
    row("Password reset", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::PasswordResetSent),
    row("Password reuse", EventKind::VaultAccess, UNKNOWN, DataFormat::Site, ActionEffect::Other),
    row("Permanently deleted shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, ActionEffect::FolderDeleted),
    row("Personal share", EventKind::VaultAccess, DONE, DataFormat::Item, ActionEffect::Other),
    row("Provisioning credential changed", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::SecretRegenerated),
    row("Provisioning service added", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Provisioning service removed", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Provisioning sync happened", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Re-invite user", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::InvitedAgain),
    row("Reactivated user", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::AccountReactivated),
    row("Remove admin", EventKind::AdminAction, DONE, DataFormat::People, ActionEffect::Other),
    row("Remove from group", EventKind::UserManagement, DONE, DataFormat::GroupAndPerson, ActionEffect::RemovedFromGroup),
    row("Remove global equiv domain", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Remove global never URLs", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Remove user from company", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::AccountRemoved),
    row("Removed from shared folder", EventKind::SharedFolder, DONE, DataFormat::FolderAndMember, ActionEffect::Other),
    row("Rename group", EventKind::UserManagement, DONE, DataFormat::GroupRename, ActionEffect::Other),
    row("Renamed shared folder", EventKind::SharedFolder, DONE, DataFormat::FolderRename, ActionEffect::Other),
    row("Reporting", EventKind::Api, DONE, DataFormat::Unknown, ActionEffect::ApiRead),
    row("Require password change", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::PasswordChangeRequired),
    row("Restored shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, ActionEffect::Other),
    row("SAML login", EventKind::Login, DONE, DataFormat::Login, ActionEffect::LoggedIn),
    row("SCIM provisioning hash updated", EventKind::AdminAction, DONE, DataFormat::Unknown, ActionEffect::SecretRegenerated),
    row("Sharing key updated", EventKind::UserManagement, DONE, DataFormat::Unknown, ActionEffect::Other),
    row("Site added", EventKind::VaultAccess, DONE, DataFormat::Site, ActionEffect::Other),
    row("Site changed", EventKind::VaultAccess, DONE, DataFormat::Site, ActionEffect::Other),
    row("Site deleted", EventKind::VaultAccess, DONE, DataFormat::Site, ActionEffect::SitesDeleted),
    row("Stop requiring password change", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::Other),
    row("Super admin password reset", EventKind::AdminAction, DONE, DataFormat::People, ActionEffect::MasterPasswordReset),
    row("Update folder permissions", EventKind::SharedFolder, DONE, DataFormat::FolderAndMember, ActionEffect::Other),
    row("Update policy users", EventKind::PolicyChange, DONE, DataFormat::Unknown, ActionEffect::PolicyChanged),
    row("User deprovisioned", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::AccountDisabled),
    row("User provisioned", EventKind::UserManagement, DONE, DataFormat::People, ActionEffect::AccountCreated),
    row("Username changed", EventKind::UserManagement, DONE, DataFormat::Item, ActionEffect::Other),
];

#[cfg(test)]
mod tests {
    use super::{EventAction, TABLE};
    use crate::audit::{EventKind, EventOutcome};

    #[test]
    fn the_table_is_sorted_and_lookup_ignores_case() {
        assert!(TABLE.is_sorted_by(|left, right| left.name.to_lowercase() < right.name.to_lowercase()));
        for action in TABLE {
            for text in
                [action.name.to_owned(), action.name.to_uppercase(), format!(" {} ", action.name.to_lowercase())]
            {
                assert_eq!(EventAction::find(&text).map(|found| found.name), Some(action.name));
            }
        }
    }

    #[test]
    fn actions_have_the_expected_kind_and_outcome() {
        let check = |text: &str, expected: Option<(EventKind, Option<EventOutcome>)>| {
            assert_eq!(EventAction::find(text).map(|action| (action.kind, action.outcome)), expected, "{text}");
        };
        check("Failed Login Attempt", Some((EventKind::Login, Some(EventOutcome::Failure))));
        check("master password changed", Some((EventKind::UserManagement, Some(EventOutcome::Success))));
        check("Disabled Passkey", Some((EventKind::UserManagement, Some(EventOutcome::Success))));
        check("Master Password Reuse", Some((EventKind::UserManagement, None)));
        check("Update policy users", Some((EventKind::PolicyChange, Some(EventOutcome::Success))));
        for unknown in ["", "Log", "Log in again", "ログイン", "Disable", "Enabled Passkey"] {
            check(unknown, None);
        }
    }

    #[test]
    fn every_action_of_the_splunk_lists_is_in_the_table() {
        let csv = include_str!("../../../../tests/samples/splunk_ta/lastpass_vendor_object_categories.csv");
        let names = csv.lines().skip(1).filter_map(|line| line.split(',').next());
        let actions = include_str!("../../../../tests/samples/splunk_ta/lastpass_vendor_actions.csv");
        let others = actions.lines().skip(1).filter_map(|line| line.split(',').next());
        let mut checked = 0;
        // A star is a wildcard; the other list contains each of the names it matches.
        for name in names.chain(others).filter(|name| !name.contains('*')) {
            assert!(EventAction::find(name).is_some(), "{name}");
            checked += 1;
        }
        assert!(checked > 120, "{checked}");
    }
}

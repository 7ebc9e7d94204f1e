//! The one maintained table of LastPass's actions: English names, what each is, and how its `Data` reads.
//!
//! LastPass writes display text rather than codes: Title Case until about December 2022, sentence case since
//! (elastic/integrations issue 4839), translated in accounts of another language. The names are those of the vendor's list
//! of user activity, of Elastic's and Splunk's integrations, and of what clients saw live.

use std::cmp::Ordering;

use crate::audit::{EventKind, EventOutcome, data_format::DataFormat};

/// What is known of an action.
#[derive(Debug, PartialEq, Eq)]
pub struct EventAction {
    /// The English name, in sentence case.
    pub name: &'static str,
    /// What it is about.
    pub kind: EventKind,
    /// How it ended; nothing where the action does not tell.
    pub outcome: Option<EventOutcome>,
    /// How its `Data` reads.
    pub(crate) grammar: DataFormat,
    /// What the detections make of it.
    pub(crate) effect: Effect,
}

/// What an action did, as far as a detection or a filter asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    LoggedIn,
    LoginFailed,
    /// The API answered a question; nothing was changed.
    Asked,
    MfaDisabled,
    MasterPasswordReset,
    AdminMade,
    PolicyChanged,
    /// Exported or printed.
    DataTakenOut,
    SitesDeleted,
    FolderDeleted,
    /// Deleted, or taken out of the company.
    AccountDeleted,
    AccountDisabled,
    /// Created, or usable again.
    AccountEnabled,
    SecretRegenerated,
    /// Nothing that is asked for.
    Plain,
}

impl EventAction {
    /// The names of the table, in sentence case.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|action| action.name)
    }

    /// The action that LastPass names so, in any letter case.
    pub fn find(text: &str) -> Option<&'static Self> {
        let text = text.trim();
        match TABLE.binary_search_by(|action| compare_in_any_case(action.name, text)) {
            Ok(index) => Some(&TABLE[index]),
            // The vendor writes `Disabled [Auth-Method]`: new methods come, and each is one less to log in with.
            Err(_) => starts_in_any_case(text, "disabled ").then_some(&DISABLED_METHOD),
        }
    }
}

fn compare_in_any_case(left: &str, right: &str) -> Ordering {
    left.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn starts_in_any_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

const DONE: Option<EventOutcome> = Some(EventOutcome::Success);
const REFUSED: Option<EventOutcome> = Some(EventOutcome::Failure);
/// A finding, or the middle of something that goes on: neither done nor refused.
const UNKNOWN: Option<EventOutcome> = None;

const fn row(
    name: &'static str,
    kind: EventKind,
    outcome: Option<EventOutcome>,
    grammar: DataFormat,
    effect: Effect,
) -> EventAction {
    EventAction { name, kind, outcome, grammar, effect }
}

static DISABLED_METHOD: EventAction =
    row("Disabled multifactor method", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled);

/// Sorted by name in lower case, for the search.
#[rustfmt::skip]
static TABLE: &[EventAction] = &[
    row("Account lockout", EventKind::Login, UNKNOWN, DataFormat::People, Effect::Plain),
    row("Add global equiv domain", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::Plain),
    row("Add global never URLs", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::Plain),
    row("Add global only URLs", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::Plain),
    row("Add policy", EventKind::PolicyChange, DONE, DataFormat::Policy, Effect::PolicyChanged),
    row("Add secure note", EventKind::VaultAccess, DONE, DataFormat::SecureNote, Effect::Plain),
    row("Add to group", EventKind::UserManagement, DONE, DataFormat::GroupPerson, Effect::Plain),
    row("Add to shared folder", EventKind::SharedFolder, DONE, DataFormat::FolderPerson, Effect::Plain),
    row("Adding user to group", EventKind::UserManagement, DONE, DataFormat::GroupPerson, Effect::Plain),
    row("Create group", EventKind::UserManagement, DONE, DataFormat::Group, Effect::Plain),
    row("Created LastPass account", EventKind::UserManagement, DONE, DataFormat::PersonOfFolder, Effect::Plain),
    row("Created shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, Effect::Plain),
    row("Data export", EventKind::VaultAccess, DONE, DataFormat::Unknown, Effect::DataTakenOut),
    row("Data import", EventKind::VaultAccess, DONE, DataFormat::Unknown, Effect::Plain),
    row("Data printed", EventKind::VaultAccess, DONE, DataFormat::Unknown, Effect::DataTakenOut),
    row("Deactivated user", EventKind::UserManagement, DONE, DataFormat::People, Effect::AccountDisabled),
    row("Deactivating user", EventKind::UserManagement, DONE, DataFormat::People, Effect::AccountDisabled),
    row("Delete group", EventKind::UserManagement, DONE, DataFormat::Group, Effect::Plain),
    row("Delete policy", EventKind::PolicyChange, DONE, DataFormat::Policy, Effect::PolicyChanged),
    row("Delete shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, Effect::FolderDeleted),
    row("Delete shared sites", EventKind::SharedFolder, DONE, DataFormat::SiteFromFolder, Effect::SitesDeleted),
    row("Deleted shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, Effect::FolderDeleted),
    row("Deleted sites", EventKind::VaultAccess, DONE, DataFormat::Site, Effect::SitesDeleted),
    row("Destroy all sessions", EventKind::AdminAction, DONE, DataFormat::People, Effect::Plain),
    row("Disabled", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled),
    row("Disabled Google Authenticator", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled),
    row("Disabled Grid", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled),
    row("Disabled LastPass authentication", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled),
    row("Disabled Microsoft Authenticated", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled),
    row("Disabled Microsoft Authenticator", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled),
    row("Disabled multifactor authentication", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled),
    row("Disabled Toopher", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled),
    row("Disabled YubiKey", EventKind::UserManagement, DONE, DataFormat::Addresses, Effect::MfaDisabled),
    row("Edit group", EventKind::UserManagement, DONE, DataFormat::Group, Effect::Plain),
    row("Edit policy", EventKind::PolicyChange, DONE, DataFormat::Policy, Effect::PolicyChanged),
    row("Edit secure note", EventKind::VaultAccess, DONE, DataFormat::SecureNote, Effect::Plain),
    row("Employee account created", EventKind::UserManagement, DONE, DataFormat::People, Effect::AccountEnabled),
    row("Employee account deleted", EventKind::UserManagement, DONE, DataFormat::People, Effect::AccountDeleted),
    row("Employee account requires activation", EventKind::UserManagement, DONE, DataFormat::People, Effect::Plain),
    row("Employee invited", EventKind::UserManagement, DONE, DataFormat::People, Effect::Plain),
    row("Enterprise API secret regenerated", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::SecretRegenerated),
    row("Failed login attempt", EventKind::Login, REFUSED, DataFormat::Login, Effect::LoginFailed),
    row("Form filled", EventKind::VaultAccess, DONE, DataFormat::Site, Effect::Plain),
    row("Get shared folder data", EventKind::Api, DONE, DataFormat::Unknown, Effect::Asked),
    row("Get user data", EventKind::Api, DONE, DataFormat::Unknown, Effect::Asked),
    row("Group addition", EventKind::UserManagement, DONE, DataFormat::GroupPerson, Effect::Plain),
    row("Group removal", EventKind::UserManagement, DONE, DataFormat::GroupPerson, Effect::Plain),
    row("History cleared", EventKind::VaultAccess, DONE, DataFormat::Unknown, Effect::Plain),
    row("Iterations changed", EventKind::UserManagement, DONE, DataFormat::Unknown, Effect::Plain),
    row("LastPass login", EventKind::Login, DONE, DataFormat::Login, Effect::LoggedIn),
    row("Limit shared folder", EventKind::SharedFolder, DONE, DataFormat::FolderPerson, Effect::Plain),
    row("Log in", EventKind::Login, DONE, DataFormat::Login, Effect::LoggedIn),
    row("Login", EventKind::Login, DONE, DataFormat::Login, Effect::LoggedIn),
    row("Login to admin console", EventKind::Login, DONE, DataFormat::People, Effect::LoggedIn),
    row("Login verification email sent", EventKind::Login, UNKNOWN, DataFormat::Unknown, Effect::Plain),
    row("Make admin", EventKind::AdminAction, DONE, DataFormat::People, Effect::AdminMade),
    row("Master password changed", EventKind::UserManagement, DONE, DataFormat::Unknown, Effect::Plain),
    row("Master password reset by super admin", EventKind::AdminAction, DONE, DataFormat::People, Effect::MasterPasswordReset),
    row("Master password reuse", EventKind::UserManagement, UNKNOWN, DataFormat::Unknown, Effect::Plain),
    row("Master password reverted", EventKind::UserManagement, DONE, DataFormat::Unknown, Effect::Plain),
    row("Move from shared folder", EventKind::SharedFolder, DONE, DataFormat::SiteFromFolder, Effect::Plain),
    row("Move to shared folder", EventKind::SharedFolder, DONE, DataFormat::SiteToFolder, Effect::Plain),
    row("Multifactor enabled", EventKind::UserManagement, DONE, DataFormat::Unknown, Effect::Plain),
    row("Open secure note", EventKind::VaultAccess, DONE, DataFormat::SecureNote, Effect::Plain),
    row("Password changed", EventKind::VaultAccess, DONE, DataFormat::Site, Effect::Plain),
    row("Password reset", EventKind::UserManagement, DONE, DataFormat::People, Effect::Plain),
    row("Password reuse", EventKind::VaultAccess, UNKNOWN, DataFormat::Site, Effect::Plain),
    row("Permanently deleted shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, Effect::FolderDeleted),
    row("Personal share", EventKind::VaultAccess, DONE, DataFormat::Unknown, Effect::Plain),
    row("Provisioning credential changed", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::SecretRegenerated),
    row("Provisioning service added", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::Plain),
    row("Provisioning service removed", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::Plain),
    row("Provisioning sync happened", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::Plain),
    row("Re-invite user", EventKind::UserManagement, DONE, DataFormat::People, Effect::Plain),
    row("Reactivated user", EventKind::UserManagement, DONE, DataFormat::People, Effect::AccountEnabled),
    row("Remove admin", EventKind::AdminAction, DONE, DataFormat::People, Effect::Plain),
    row("Remove from group", EventKind::UserManagement, DONE, DataFormat::GroupPerson, Effect::Plain),
    row("Remove global equiv domain", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::Plain),
    row("Remove global never URLs", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::Plain),
    row("Remove user from company", EventKind::UserManagement, DONE, DataFormat::People, Effect::AccountDeleted),
    row("Removed from shared folder", EventKind::SharedFolder, DONE, DataFormat::FolderPerson, Effect::Plain),
    row("Rename group", EventKind::UserManagement, DONE, DataFormat::GroupRename, Effect::Plain),
    row("Renamed shared folder", EventKind::SharedFolder, DONE, DataFormat::FolderRename, Effect::Plain),
    row("Reporting", EventKind::Api, DONE, DataFormat::Unknown, Effect::Asked),
    row("Require password change", EventKind::UserManagement, DONE, DataFormat::People, Effect::Plain),
    row("Restored shared folder", EventKind::SharedFolder, DONE, DataFormat::Folder, Effect::Plain),
    row("SAML login", EventKind::Login, DONE, DataFormat::Login, Effect::LoggedIn),
    row("SCIM provisioning hash updated", EventKind::AdminAction, DONE, DataFormat::Unknown, Effect::SecretRegenerated),
    row("Sharing key updated", EventKind::UserManagement, DONE, DataFormat::Unknown, Effect::Plain),
    row("Site added", EventKind::VaultAccess, DONE, DataFormat::Site, Effect::Plain),
    row("Site changed", EventKind::VaultAccess, DONE, DataFormat::Site, Effect::Plain),
    row("Site deleted", EventKind::VaultAccess, DONE, DataFormat::Site, Effect::SitesDeleted),
    row("Stop requiring password change", EventKind::UserManagement, DONE, DataFormat::People, Effect::Plain),
    row("Super admin password reset", EventKind::AdminAction, DONE, DataFormat::People, Effect::MasterPasswordReset),
    row("Update folder permissions", EventKind::SharedFolder, DONE, DataFormat::FolderPerson, Effect::Plain),
    row("Update policy users", EventKind::PolicyChange, DONE, DataFormat::Unknown, Effect::PolicyChanged),
    row("User deprovisioned", EventKind::UserManagement, DONE, DataFormat::People, Effect::AccountDisabled),
    row("User provisioned", EventKind::UserManagement, DONE, DataFormat::People, Effect::AccountEnabled),
    row("Username changed", EventKind::UserManagement, DONE, DataFormat::Unknown, Effect::Plain),
];

#[cfg(test)]
mod tests {
    use super::{EventAction, TABLE};
    use crate::audit::{EventKind, EventOutcome};

    #[test]
    fn the_table_is_sorted_and_finds_each_name_in_any_case() {
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
    fn actions_are_of_their_kind_and_outcome() {
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
    fn every_name_of_the_splunk_lists_is_known() {
        let csv = include_str!("../../../../tests/samples/splunk_ta/lastpass_vendor_object_categories.csv");
        let names = csv.lines().skip(1).filter_map(|line| line.split(',').next());
        let actions = include_str!("../../../../tests/samples/splunk_ta/lastpass_vendor_actions.csv");
        let others = actions.lines().skip(1).filter_map(|line| line.split(',').next());
        let mut checked = 0;
        // A star stands for a family of names, all of which the other list spells out.
        for name in names.chain(others).filter(|name| !name.contains('*')) {
            assert!(EventAction::find(name).is_some(), "{name}");
            checked += 1;
        }
        assert!(checked > 120, "{checked}");
    }
}

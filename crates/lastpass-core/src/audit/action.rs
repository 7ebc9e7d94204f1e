//! The one maintained table of LastPass's actions: English names, what each is, and how its `Data` reads.
//!
//! LastPass writes display text rather than codes: Title Case until about December 2022, sentence case since
//! (elastic/integrations issue 4839), translated in accounts of another language. The names are those of the vendor's list
//! of user activity, of Elastic's and Splunk's integrations, and of what clients saw live.

use std::cmp::Ordering;

use crate::audit::{Grammar, Kind, Outcome};

/// What is known of an action.
#[derive(Debug, PartialEq, Eq)]
pub struct Action {
    /// The English name, in sentence case.
    pub name: &'static str,
    /// What it is about.
    pub kind: Kind,
    /// How it ended; nothing where the action does not tell.
    pub outcome: Option<Outcome>,
    /// How its `Data` reads.
    pub(crate) grammar: Grammar,
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

impl Action {
    /// The names of the table, in sentence case.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|action| action.name)
    }

    /// The action that LastPass names so, in any letter case.
    pub fn find(text: &str) -> Option<&'static Self> {
        let text = text.trim();
        match TABLE.binary_search_by(|action| compare_in_any_case(action.name, text)) {
            Ok(place) => Some(&TABLE[place]),
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

const DONE: Option<Outcome> = Some(Outcome::Success);
const REFUSED: Option<Outcome> = Some(Outcome::Failure);
/// A finding, or the middle of something that goes on: neither done nor refused.
const UNKNOWN: Option<Outcome> = None;

const fn row(name: &'static str, kind: Kind, outcome: Option<Outcome>, grammar: Grammar, effect: Effect) -> Action {
    Action { name, kind, outcome, grammar, effect }
}

static DISABLED_METHOD: Action =
    row("Disabled multifactor method", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled);

/// Sorted by name in lower case, for the search.
#[rustfmt::skip]
static TABLE: &[Action] = &[
    row("Account lockout", Kind::Login, UNKNOWN, Grammar::People, Effect::Plain),
    row("Add global equiv domain", Kind::AdminAction, DONE, Grammar::Unknown, Effect::Plain),
    row("Add global never URLs", Kind::AdminAction, DONE, Grammar::Unknown, Effect::Plain),
    row("Add global only URLs", Kind::AdminAction, DONE, Grammar::Unknown, Effect::Plain),
    row("Add policy", Kind::PolicyChange, DONE, Grammar::Policy, Effect::PolicyChanged),
    row("Add secure note", Kind::VaultAccess, DONE, Grammar::SecureNote, Effect::Plain),
    row("Add to group", Kind::UserManagement, DONE, Grammar::GroupPerson, Effect::Plain),
    row("Add to shared folder", Kind::SharedFolder, DONE, Grammar::FolderPerson, Effect::Plain),
    row("Adding user to group", Kind::UserManagement, DONE, Grammar::GroupPerson, Effect::Plain),
    row("Create group", Kind::UserManagement, DONE, Grammar::Group, Effect::Plain),
    row("Created LastPass account", Kind::UserManagement, DONE, Grammar::PersonOfFolder, Effect::Plain),
    row("Created shared folder", Kind::SharedFolder, DONE, Grammar::Folder, Effect::Plain),
    row("Data export", Kind::VaultAccess, DONE, Grammar::Unknown, Effect::DataTakenOut),
    row("Data import", Kind::VaultAccess, DONE, Grammar::Unknown, Effect::Plain),
    row("Data printed", Kind::VaultAccess, DONE, Grammar::Unknown, Effect::DataTakenOut),
    row("Deactivated user", Kind::UserManagement, DONE, Grammar::People, Effect::AccountDisabled),
    row("Deactivating user", Kind::UserManagement, DONE, Grammar::People, Effect::AccountDisabled),
    row("Delete group", Kind::UserManagement, DONE, Grammar::Group, Effect::Plain),
    row("Delete policy", Kind::PolicyChange, DONE, Grammar::Policy, Effect::PolicyChanged),
    row("Delete shared folder", Kind::SharedFolder, DONE, Grammar::Folder, Effect::FolderDeleted),
    row("Delete shared sites", Kind::SharedFolder, DONE, Grammar::SiteFromFolder, Effect::SitesDeleted),
    row("Deleted shared folder", Kind::SharedFolder, DONE, Grammar::Folder, Effect::FolderDeleted),
    row("Deleted sites", Kind::VaultAccess, DONE, Grammar::Site, Effect::SitesDeleted),
    row("Destroy all sessions", Kind::AdminAction, DONE, Grammar::People, Effect::Plain),
    row("Disabled", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled),
    row("Disabled Google Authenticator", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled),
    row("Disabled Grid", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled),
    row("Disabled LastPass authentication", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled),
    row("Disabled Microsoft Authenticated", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled),
    row("Disabled Microsoft Authenticator", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled),
    row("Disabled multifactor authentication", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled),
    row("Disabled Toopher", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled),
    row("Disabled YubiKey", Kind::UserManagement, DONE, Grammar::Addresses, Effect::MfaDisabled),
    row("Edit group", Kind::UserManagement, DONE, Grammar::Group, Effect::Plain),
    row("Edit policy", Kind::PolicyChange, DONE, Grammar::Policy, Effect::PolicyChanged),
    row("Edit secure note", Kind::VaultAccess, DONE, Grammar::SecureNote, Effect::Plain),
    row("Employee account created", Kind::UserManagement, DONE, Grammar::People, Effect::AccountEnabled),
    row("Employee account deleted", Kind::UserManagement, DONE, Grammar::People, Effect::AccountDeleted),
    row("Employee account requires activation", Kind::UserManagement, DONE, Grammar::People, Effect::Plain),
    row("Employee invited", Kind::UserManagement, DONE, Grammar::People, Effect::Plain),
    row("Enterprise API secret regenerated", Kind::AdminAction, DONE, Grammar::Unknown, Effect::SecretRegenerated),
    row("Failed login attempt", Kind::Login, REFUSED, Grammar::Login, Effect::LoginFailed),
    row("Form filled", Kind::VaultAccess, DONE, Grammar::Site, Effect::Plain),
    row("Get shared folder data", Kind::Api, DONE, Grammar::Unknown, Effect::Asked),
    row("Get user data", Kind::Api, DONE, Grammar::Unknown, Effect::Asked),
    row("Group addition", Kind::UserManagement, DONE, Grammar::GroupPerson, Effect::Plain),
    row("Group removal", Kind::UserManagement, DONE, Grammar::GroupPerson, Effect::Plain),
    row("History cleared", Kind::VaultAccess, DONE, Grammar::Unknown, Effect::Plain),
    row("Iterations changed", Kind::UserManagement, DONE, Grammar::Unknown, Effect::Plain),
    row("LastPass login", Kind::Login, DONE, Grammar::Login, Effect::LoggedIn),
    row("Limit shared folder", Kind::SharedFolder, DONE, Grammar::FolderPerson, Effect::Plain),
    row("Log in", Kind::Login, DONE, Grammar::Login, Effect::LoggedIn),
    row("Login", Kind::Login, DONE, Grammar::Login, Effect::LoggedIn),
    row("Login to admin console", Kind::Login, DONE, Grammar::People, Effect::LoggedIn),
    row("Login verification email sent", Kind::Login, UNKNOWN, Grammar::Unknown, Effect::Plain),
    row("Make admin", Kind::AdminAction, DONE, Grammar::People, Effect::AdminMade),
    row("Master password changed", Kind::UserManagement, DONE, Grammar::Unknown, Effect::Plain),
    row("Master password reset by super admin", Kind::AdminAction, DONE, Grammar::People, Effect::MasterPasswordReset),
    row("Master password reuse", Kind::UserManagement, UNKNOWN, Grammar::Unknown, Effect::Plain),
    row("Master password reverted", Kind::UserManagement, DONE, Grammar::Unknown, Effect::Plain),
    row("Move from shared folder", Kind::SharedFolder, DONE, Grammar::SiteFromFolder, Effect::Plain),
    row("Move to shared folder", Kind::SharedFolder, DONE, Grammar::SiteToFolder, Effect::Plain),
    row("Multifactor enabled", Kind::UserManagement, DONE, Grammar::Unknown, Effect::Plain),
    row("Open secure note", Kind::VaultAccess, DONE, Grammar::SecureNote, Effect::Plain),
    row("Password changed", Kind::VaultAccess, DONE, Grammar::Site, Effect::Plain),
    row("Password reset", Kind::UserManagement, DONE, Grammar::People, Effect::Plain),
    row("Password reuse", Kind::VaultAccess, UNKNOWN, Grammar::Site, Effect::Plain),
    row("Permanently deleted shared folder", Kind::SharedFolder, DONE, Grammar::Folder, Effect::FolderDeleted),
    row("Personal share", Kind::VaultAccess, DONE, Grammar::Unknown, Effect::Plain),
    row("Provisioning credential changed", Kind::AdminAction, DONE, Grammar::Unknown, Effect::SecretRegenerated),
    row("Provisioning service added", Kind::AdminAction, DONE, Grammar::Unknown, Effect::Plain),
    row("Provisioning service removed", Kind::AdminAction, DONE, Grammar::Unknown, Effect::Plain),
    row("Provisioning sync happened", Kind::AdminAction, DONE, Grammar::Unknown, Effect::Plain),
    row("Re-invite user", Kind::UserManagement, DONE, Grammar::People, Effect::Plain),
    row("Reactivated user", Kind::UserManagement, DONE, Grammar::People, Effect::AccountEnabled),
    row("Remove admin", Kind::AdminAction, DONE, Grammar::People, Effect::Plain),
    row("Remove from group", Kind::UserManagement, DONE, Grammar::GroupPerson, Effect::Plain),
    row("Remove global equiv domain", Kind::AdminAction, DONE, Grammar::Unknown, Effect::Plain),
    row("Remove global never URLs", Kind::AdminAction, DONE, Grammar::Unknown, Effect::Plain),
    row("Remove user from company", Kind::UserManagement, DONE, Grammar::People, Effect::AccountDeleted),
    row("Removed from shared folder", Kind::SharedFolder, DONE, Grammar::FolderPerson, Effect::Plain),
    row("Rename group", Kind::UserManagement, DONE, Grammar::GroupRename, Effect::Plain),
    row("Renamed shared folder", Kind::SharedFolder, DONE, Grammar::FolderRename, Effect::Plain),
    row("Reporting", Kind::Api, DONE, Grammar::Unknown, Effect::Asked),
    row("Require password change", Kind::UserManagement, DONE, Grammar::People, Effect::Plain),
    row("Restored shared folder", Kind::SharedFolder, DONE, Grammar::Folder, Effect::Plain),
    row("SAML login", Kind::Login, DONE, Grammar::Login, Effect::LoggedIn),
    row("SCIM provisioning hash updated", Kind::AdminAction, DONE, Grammar::Unknown, Effect::SecretRegenerated),
    row("Sharing key updated", Kind::UserManagement, DONE, Grammar::Unknown, Effect::Plain),
    row("Site added", Kind::VaultAccess, DONE, Grammar::Site, Effect::Plain),
    row("Site changed", Kind::VaultAccess, DONE, Grammar::Site, Effect::Plain),
    row("Site deleted", Kind::VaultAccess, DONE, Grammar::Site, Effect::SitesDeleted),
    row("Stop requiring password change", Kind::UserManagement, DONE, Grammar::People, Effect::Plain),
    row("Super admin password reset", Kind::AdminAction, DONE, Grammar::People, Effect::MasterPasswordReset),
    row("Update folder permissions", Kind::SharedFolder, DONE, Grammar::FolderPerson, Effect::Plain),
    row("Update policy users", Kind::PolicyChange, DONE, Grammar::Unknown, Effect::PolicyChanged),
    row("User deprovisioned", Kind::UserManagement, DONE, Grammar::People, Effect::AccountDisabled),
    row("User provisioned", Kind::UserManagement, DONE, Grammar::People, Effect::AccountEnabled),
    row("Username changed", Kind::UserManagement, DONE, Grammar::Unknown, Effect::Plain),
];

#[cfg(test)]
mod tests {
    use super::{Action, TABLE};
    use crate::audit::{Kind, Outcome};

    #[test]
    fn the_table_is_sorted_and_finds_each_name_in_any_case() {
        assert!(TABLE.is_sorted_by(|left, right| left.name.to_lowercase() < right.name.to_lowercase()));
        for action in TABLE {
            for text in
                [action.name.to_owned(), action.name.to_uppercase(), format!(" {} ", action.name.to_lowercase())]
            {
                assert_eq!(Action::find(&text).map(|found| found.name), Some(action.name));
            }
        }
    }

    #[test]
    fn actions_are_of_their_kind_and_outcome() {
        let check = |text: &str, expected: Option<(Kind, Option<Outcome>)>| {
            assert_eq!(Action::find(text).map(|action| (action.kind, action.outcome)), expected, "{text}");
        };
        check("Failed Login Attempt", Some((Kind::Login, Some(Outcome::Failure))));
        check("master password changed", Some((Kind::UserManagement, Some(Outcome::Success))));
        check("Disabled Passkey", Some((Kind::UserManagement, Some(Outcome::Success))));
        check("Master Password Reuse", Some((Kind::UserManagement, None)));
        check("Update policy users", Some((Kind::PolicyChange, Some(Outcome::Success))));
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
            assert!(Action::find(name).is_some(), "{name}");
            checked += 1;
        }
        assert!(checked > 120, "{checked}");
    }
}

//! Which class of OCSF an action belongs to, and which of its activities it is. Knows the schema's numbers and names.

/// A class of events, and what its own attributes are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    AccountChange(Account),
    Authentication(Login),
    EntityManagement(Entity),
    UserAccess(Privilege),
    GroupManagement,
    /// What lies in a vault: sites, notes, and the vault itself.
    WebResources,
    Api,
    /// For what no other class is meant for, or what does not say enough for its class.
    Base,
}

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// That of somebody whom the event has to name: an administrator did it.
    Named,
    /// That of whoever did it, where nobody else is named.
    Own,
}

/// What somebody logs in to, or out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Login {
    /// LastPass, or a site that it opens.
    Vault,
    /// A site, by SAML.
    Saml,
    AdminConsole,
    /// All sessions of somebody.
    Sessions,
}

/// What is managed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entity {
    Policy,
    SharedFolder,
    /// Something of the company, by the name that the action itself gives it.
    Setting(&'static str),
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privilege {
    Admin,
    SharedFolder,
}

/// What happened, as the class has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    /// One of the activities of the class.
    Listed(u8, &'static str),
    /// None of them; LastPass's own name for it is told.
    Other,
    /// LastPass gives no name.
    Unknown,
}

impl Class {
    pub(crate) fn uid(self) -> u16 {
        match self {
            Self::AccountChange(_) => 3001,
            Self::Authentication(_) => 3002,
            Self::EntityManagement(_) => 3004,
            Self::UserAccess(_) => 3005,
            Self::GroupManagement => 3006,
            Self::WebResources => 6001,
            Self::Api => 6003,
            Self::Base => 0,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AccountChange(_) => "Account Change",
            Self::Authentication(_) => "Authentication",
            Self::EntityManagement(_) => "Entity Management",
            Self::UserAccess(_) => "User Access Management",
            Self::GroupManagement => "Group Management",
            Self::WebResources => "Web Resources Activity",
            Self::Api => "API Activity",
            Self::Base => "Base Event",
        }
    }

    pub(crate) fn category(self) -> (u8, &'static str) {
        match self {
            Self::AccountChange(_)
            | Self::Authentication(_)
            | Self::EntityManagement(_)
            | Self::UserAccess(_)
            | Self::GroupManagement => (3, "Identity & Access Management"),
            Self::WebResources | Self::Api => (6, "Application Activity"),
            Self::Base => (0, "Uncategorized"),
        }
    }

    /// Whether the class has an `actor` only by the profile `host`.
    pub(crate) fn needs_host_profile(self) -> bool {
        match self {
            Self::WebResources | Self::Base => true,
            Self::AccountChange(_)
            | Self::Authentication(_)
            | Self::EntityManagement(_)
            | Self::UserAccess(_)
            | Self::GroupManagement
            | Self::Api => false,
        }
    }
}

/// The class and the activity of an action, by its name in the table of actions.
#[rustfmt::skip]
pub(crate) fn of(action: &str) -> (Class, Activity) {
    use Account::{Named, Own};
    use Activity::{Listed, Other};
    use Class::{AccountChange, Api, Authentication, Base, EntityManagement, GroupManagement, UserAccess, WebResources};
    use Entity::{Policy, Setting};

    match action {
        "Failed login attempt" | "LastPass login" | "Log in" | "Login"
            => (Authentication(Login::Vault), Listed(1, "Logon")),
        "SAML login" => (Authentication(Login::Saml), Listed(1, "Logon")),
        "Login to admin console" => (Authentication(Login::AdminConsole), Listed(1, "Logon")),
        "Destroy all sessions" => (Authentication(Login::Sessions), Listed(2, "Logoff")),
        "Login verification email sent" => (Authentication(Login::Vault), Other),

        "Created LastPass account" | "Employee account created" | "User provisioned"
            => (AccountChange(Named), Listed(1, "Create")),
        "Reactivated user" => (AccountChange(Named), Listed(2, "Enable")),
        // A password that is put back is changed as well.
        "Master password changed" | "Master password reverted" => (AccountChange(Own), Listed(3, "Password Change")),
        "Master password reset by super admin" | "Password reset" | "Super admin password reset"
            => (AccountChange(Named), Listed(4, "Password Reset")),
        "Deactivated user" | "Deactivating user" | "User deprovisioned" => (AccountChange(Named), Listed(5, "Disable")),
        "Employee account deleted" => (AccountChange(Named), Listed(6, "Delete")),
        "Account lockout" => (AccountChange(Own), Listed(9, "Lock")),
        "Multifactor enabled" => (AccountChange(Own), Listed(10, "MFA Factor Enable")),
        // Each method has an action of its own: `Disabled YubiKey`.
        _ if action.starts_with("Disabled") => (AccountChange(Own), Listed(11, "MFA Factor Disable")),
        // An account that leaves the company lives on without it.
        "Employee account requires activation" | "Employee invited" | "Re-invite user" | "Remove user from company"
        | "Require password change" | "Stop requiring password change" => (AccountChange(Named), Other),
        "Iterations changed" | "Master password reuse" | "Sharing key updated" | "Username changed"
            => (AccountChange(Own), Other),

        "Make admin" => (UserAccess(Privilege::Admin), Listed(1, "Assign Privileges")),
        "Remove admin" => (UserAccess(Privilege::Admin), Listed(2, "Revoke Privileges")),
        "Add to shared folder" => (UserAccess(Privilege::SharedFolder), Listed(1, "Assign Privileges")),
        "Removed from shared folder" => (UserAccess(Privilege::SharedFolder), Listed(2, "Revoke Privileges")),
        // These tell what the rights are now, and not whether they are more or fewer.
        "Limit shared folder" | "Update folder permissions" => (UserAccess(Privilege::SharedFolder), Other),

        "Add to group" | "Adding user to group" | "Group addition" => (GroupManagement, Listed(3, "Add User")),
        "Group removal" | "Remove from group" => (GroupManagement, Listed(4, "Remove User")),
        "Delete group" => (GroupManagement, Listed(5, "Delete")),
        "Create group" => (GroupManagement, Listed(6, "Create")),
        "Edit group" | "Rename group" => (GroupManagement, Other),

        "Add policy" => (EntityManagement(Policy), Listed(1, "Create")),
        "Edit policy" => (EntityManagement(Policy), Listed(3, "Update")),
        "Delete policy" => (EntityManagement(Policy), Listed(4, "Delete")),
        "Update policy users" => (EntityManagement(Setting("Policy users")), Listed(3, "Update")),
        "Created shared folder" => (EntityManagement(Entity::SharedFolder), Listed(1, "Create")),
        "Delete shared folder" | "Deleted shared folder" | "Permanently deleted shared folder"
            => (EntityManagement(Entity::SharedFolder), Listed(4, "Delete")),
        // The schema: «Move or rename».
        "Renamed shared folder" => (EntityManagement(Entity::SharedFolder), Listed(5, "Move")),
        "Restored shared folder" => (EntityManagement(Entity::SharedFolder), Other),
        "Add global equiv domain" => (EntityManagement(Setting("Global equiv domain")), Listed(1, "Create")),
        "Remove global equiv domain" => (EntityManagement(Setting("Global equiv domain")), Listed(4, "Delete")),
        "Add global never URLs" => (EntityManagement(Setting("Global never URLs")), Listed(1, "Create")),
        "Remove global never URLs" => (EntityManagement(Setting("Global never URLs")), Listed(4, "Delete")),
        "Add global only URLs" => (EntityManagement(Setting("Global only URLs")), Listed(1, "Create")),
        "Enterprise API secret regenerated"
            => (EntityManagement(Setting("Enterprise API secret")), Listed(3, "Update")),
        "Provisioning credential changed"
            => (EntityManagement(Setting("Provisioning credential")), Listed(3, "Update")),
        "Provisioning service added" => (EntityManagement(Setting("Provisioning service")), Listed(1, "Create")),
        "Provisioning service removed" => (EntityManagement(Setting("Provisioning service")), Listed(4, "Delete")),
        "Provisioning sync happened" => (EntityManagement(Setting("Provisioning service")), Other),
        "SCIM provisioning hash updated" => (EntityManagement(Setting("SCIM provisioning hash")), Listed(3, "Update")),

        "Add secure note" | "Site added" => (WebResources, Listed(1, "Create")),
        "Open secure note" => (WebResources, Listed(2, "Read")),
        "Edit secure note" | "Password changed" | "Site changed" => (WebResources, Listed(3, "Update")),
        "Delete shared sites" | "Deleted sites" | "Site deleted" => (WebResources, Listed(4, "Delete")),
        "Data import" => (WebResources, Listed(6, "Import")),
        "Data export" => (WebResources, Listed(7, "Export")),
        "Personal share" => (WebResources, Listed(8, "Share")),
        "Data printed" | "Form filled" | "History cleared" | "Move from shared folder" | "Move to shared folder"
        | "Password reuse" => (WebResources, Other),

        "Get shared folder data" | "Get user data" | "Reporting" => (Api, Listed(2, "Read")),

        _ => (Base, Other),
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, of};
    use crate::audit::EventAction;

    #[test]
    fn every_action_of_the_table_has_a_class_of_its_own() {
        for name in EventAction::names() {
            assert_ne!(of(name).0, Class::Base, "{name}");
        }
        let method = EventAction::find("Disabled Passkey").expect("any method is known");
        assert_eq!(of(method.name), of("Disabled YubiKey"));
    }
}

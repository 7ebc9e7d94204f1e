//! The class and the activity of each action in OCSF. Knows the schema's numbers and names.

/// A class of events, and the source of its own attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OcsfClass {
    AccountChange(TargetAccount),
    Authentication(LoginKind),
    EntityManagement(EntityKind),
    UserAccess(PrivilegeKind),
    GroupManagement,
    /// The contents of a vault: sites, notes, and the vault itself.
    WebResources,
    Api,
    /// An event that fits no other class, or lacks what its class requires.
    Base,
}

/// The account that an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TargetAccount {
    /// The account that the event names: an administrator acted on it.
    Named,
    /// The actor's own account, unless the event names another.
    Own,
}

/// What a user logs in to, or out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginKind {
    /// LastPass, or a site that it opens.
    Vault,
    /// A site, by SAML.
    Saml,
    AdminConsole,
    /// All sessions of a user.
    Sessions,
}

/// The entity that is managed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityKind {
    Policy,
    SharedFolder,
    /// A setting of the company; the action determines its name.
    Setting(&'static str),
}

/// The kind of a privilege.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrivilegeKind {
    Admin,
    SharedFolder,
}

/// The activity of an event within its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OcsfActivity {
    /// One of the activities of the class.
    Listed(u8, &'static str),
    /// None of them; `activity_name` is LastPass's own name.
    Other,
    /// LastPass reports no name.
    Unknown,
}

impl OcsfClass {
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

    /// Whether the class has `actor` only in the profile `host`.
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
pub(crate) fn classify(action: &str) -> (OcsfClass, OcsfActivity) {
    use TargetAccount::{Named, Own};
    use OcsfActivity::{Listed, Other};
    use OcsfClass::{AccountChange, Api, Authentication, Base, EntityManagement, GroupManagement, UserAccess, WebResources};
    use EntityKind::{Policy, Setting};

    match action {
        "Failed login attempt" | "LastPass login" | "Log in" | "Login"
            => (Authentication(LoginKind::Vault), Listed(1, "Logon")),
        "SAML login" => (Authentication(LoginKind::Saml), Listed(1, "Logon")),
        "Login to admin console" => (Authentication(LoginKind::AdminConsole), Listed(1, "Logon")),
        "Destroy all sessions" => (Authentication(LoginKind::Sessions), Listed(2, "Logoff")),
        "Login verification email sent" => (Authentication(LoginKind::Vault), Other),

        "Created LastPass account" | "Employee account created" | "User provisioned"
            => (AccountChange(Named), Listed(1, "Create")),
        "Reactivated user" => (AccountChange(Named), Listed(2, "Enable")),
        // Reverting a password also changes it.
        "Master password changed" | "Master password reverted" => (AccountChange(Own), Listed(3, "Password Change")),
        "Master password reset by super admin" | "Password reset" | "Super admin password reset"
            => (AccountChange(Named), Listed(4, "Password Reset")),
        "Deactivated user" | "Deactivating user" | "User deprovisioned" => (AccountChange(Named), Listed(5, "Disable")),
        "Employee account deleted" => (AccountChange(Named), Listed(6, "Delete")),
        "Account lockout" => (AccountChange(Own), Listed(9, "Lock")),
        "Multifactor enabled" => (AccountChange(Own), Listed(10, "MFA Factor Enable")),
        // Each method has its own action, such as `Disabled YubiKey`.
        _ if action.starts_with("Disabled") => (AccountChange(Own), Listed(11, "MFA Factor Disable")),
        // An account that is removed from the company is not deleted.
        "Employee account requires activation" | "Employee invited" | "Re-invite user" | "Remove user from company"
        | "Require password change" | "Stop requiring password change" => (AccountChange(Named), Other),
        "Iterations changed" | "Master password reuse" | "Sharing key updated" | "Username changed"
            => (AccountChange(Own), Other),

        "Make admin" => (UserAccess(PrivilegeKind::Admin), Listed(1, "Assign Privileges")),
        "Remove admin" => (UserAccess(PrivilegeKind::Admin), Listed(2, "Revoke Privileges")),
        "Add to shared folder" => (UserAccess(PrivilegeKind::SharedFolder), Listed(1, "Assign Privileges")),
        "Removed from shared folder" => (UserAccess(PrivilegeKind::SharedFolder), Listed(2, "Revoke Privileges")),
        // These say what the rights are now, not whether there are more or fewer.
        "Limit shared folder" | "Update folder permissions" => (UserAccess(PrivilegeKind::SharedFolder), Other),

        "Add to group" | "Adding user to group" | "Group addition" => (GroupManagement, Listed(3, "Add User")),
        "Group removal" | "Remove from group" => (GroupManagement, Listed(4, "Remove User")),
        "Delete group" => (GroupManagement, Listed(5, "Delete")),
        "Create group" => (GroupManagement, Listed(6, "Create")),
        "Edit group" | "Rename group" => (GroupManagement, Other),

        "Add policy" => (EntityManagement(Policy), Listed(1, "Create")),
        "Edit policy" => (EntityManagement(Policy), Listed(3, "Update")),
        "Delete policy" => (EntityManagement(Policy), Listed(4, "Delete")),
        "Update policy users" => (EntityManagement(Setting("Policy users")), Listed(3, "Update")),
        "Created shared folder" => (EntityManagement(EntityKind::SharedFolder), Listed(1, "Create")),
        "Delete shared folder" | "Deleted shared folder" | "Permanently deleted shared folder"
            => (EntityManagement(EntityKind::SharedFolder), Listed(4, "Delete")),
        // The schema describes this activity as "Move or rename".
        "Renamed shared folder" => (EntityManagement(EntityKind::SharedFolder), Listed(5, "Move")),
        "Restored shared folder" => (EntityManagement(EntityKind::SharedFolder), Other),
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
    use super::{OcsfClass, classify};
    use crate::audit::EventAction;

    #[test]
    fn every_known_action_has_a_class() {
        for name in EventAction::names() {
            assert_ne!(classify(name).0, OcsfClass::Base, "{name}");
        }
        let method = EventAction::find("Disabled Passkey").expect("every method is known");
        assert_eq!(classify(method.name), classify("Disabled YubiKey"));
    }
}

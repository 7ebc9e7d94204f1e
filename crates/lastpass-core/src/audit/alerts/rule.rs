//! The alert rules with their severities and thresholds. Knows no event.

use std::str::FromStr;

use chrono::TimeDelta;

/// The number of failed logins of one user within [`FAILED_LOGIN_WINDOW`] that raises an alert.
pub const FAILED_LOGIN_THRESHOLD: u64 = 5;
/// The length of the window in which failed logins are counted.
pub const FAILED_LOGIN_WINDOW: TimeDelta = TimeDelta::minutes(10);
/// The number of earlier logins of a user that must be known before an address counts as new.
pub const EARLIER_LOGIN_THRESHOLD: u64 = 10;
/// The number of sites, shared folders and accounts deleted by one user within [`DELETION_WINDOW`] that raises an alert.
pub const DELETION_THRESHOLD: u64 = 20;
/// The length of the window in which deletions are counted.
pub const DELETION_WINDOW: TimeDelta = TimeDelta::hours(1);

/// The severity of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Part of normal administration; informational.
    Low,
    /// Should be checked.
    Medium,
    /// Needs a response at once.
    High,
}

impl Severity {
    /// All severities, in ascending order.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The name in replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A kind of alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertRule {
    /// [`FAILED_LOGIN_THRESHOLD`] failed logins of one user within [`FAILED_LOGIN_WINDOW`].
    RepeatedFailedLogins,
    /// A login from an IP address that the user never used before, after [`EARLIER_LOGIN_THRESHOLD`] logins.
    LoginFromNewAddress,
    /// Activity of a disabled account, except what LastPass refused.
    ActivityOfDisabledAccount,
    /// A multifactor authentication method was disabled.
    MfaDisabled,
    /// A super admin reset a user's master password.
    MasterPasswordResetByAdmin,
    /// A user was made an administrator.
    AdminRightsGiven,
    /// A policy was added, edited or deleted, or applied to other users.
    PolicyChanged,
    /// Vault data was exported or printed.
    VaultDataExported,
    /// [`DELETION_THRESHOLD`] deletions by one user within [`DELETION_WINDOW`].
    MassDeletion,
    /// The secret of the Enterprise API or of a provisioning service was replaced.
    ProvisioningSecretRegenerated,
    /// Someone else uses our provisioning hash: under another label, or for a change that our record lacks.
    ForeignApiUse,
}

impl AlertRule {
    /// All rules, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::RepeatedFailedLogins,
        Self::LoginFromNewAddress,
        Self::ActivityOfDisabledAccount,
        Self::MfaDisabled,
        Self::MasterPasswordResetByAdmin,
        Self::AdminRightsGiven,
        Self::PolicyChanged,
        Self::VaultDataExported,
        Self::MassDeletion,
        Self::ProvisioningSecretRegenerated,
        Self::ForeignApiUse,
    ];

    /// The name in queries and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::RepeatedFailedLogins => "repeatedFailedLogins",
            Self::LoginFromNewAddress => "loginFromNewAddress",
            Self::ActivityOfDisabledAccount => "activityOfDisabledAccount",
            Self::MfaDisabled => "mfaDisabled",
            Self::MasterPasswordResetByAdmin => "masterPasswordResetByAdmin",
            Self::AdminRightsGiven => "adminRightsGiven",
            Self::PolicyChanged => "policyChanged",
            Self::VaultDataExported => "vaultDataExported",
            Self::MassDeletion => "massDeletion",
            Self::ProvisioningSecretRegenerated => "provisioningSecretRegenerated",
            Self::ForeignApiUse => "foreignApiUse",
        }
    }

    /// The severity of the rule's alerts.
    pub fn severity(self) -> Severity {
        match self {
            Self::PolicyChanged => Severity::Low,
            Self::RepeatedFailedLogins
            | Self::LoginFromNewAddress
            | Self::MfaDisabled
            | Self::MasterPasswordResetByAdmin
            | Self::AdminRightsGiven => Severity::Medium,
            Self::ActivityOfDisabledAccount
            | Self::VaultDataExported
            | Self::MassDeletion
            | Self::ProvisioningSecretRegenerated
            | Self::ForeignApiUse => Severity::High,
        }
    }

    /// The number of events or deleted items that raises an alert, or of earlier logins that must be known.
    pub fn threshold(self) -> u64 {
        match self {
            Self::RepeatedFailedLogins => FAILED_LOGIN_THRESHOLD,
            Self::LoginFromNewAddress => EARLIER_LOGIN_THRESHOLD,
            Self::MassDeletion => DELETION_THRESHOLD,
            Self::ActivityOfDisabledAccount
            | Self::MfaDisabled
            | Self::MasterPasswordResetByAdmin
            | Self::AdminRightsGiven
            | Self::PolicyChanged
            | Self::VaultDataExported
            | Self::ProvisioningSecretRegenerated
            | Self::ForeignApiUse => 1,
        }
    }
}

/// The text is not the name of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a rule")]
pub struct UnknownAlertRule;

impl FromStr for AlertRule {
    type Err = UnknownAlertRule;

    /// Parses a name, ignoring letter case.
    ///
    /// # Errors
    /// Returns [`UnknownAlertRule`] if no rule has this name.
    fn from_str(text: &str) -> Result<Self, UnknownAlertRule> {
        Self::ALL.into_iter().find(|rule| rule.name().eq_ignore_ascii_case(text)).ok_or(UnknownAlertRule)
    }
}

/// A set of rules in two bytes: there is one for each of up to 200,000 events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct AlertRuleSet(u16);

impl AlertRuleSet {
    pub(crate) fn insert(&mut self, rule: AlertRule) {
        self.0 |= 1 << rule as u16;
    }

    pub(crate) fn contains(self, rule: AlertRule) -> bool {
        self.0 & (1 << rule as u16) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::{AlertRule, AlertRuleSet};

    #[test]
    fn a_set_contains_only_the_inserted_rule() {
        for rule in AlertRule::ALL {
            let mut set = AlertRuleSet::default();
            set.insert(rule);
            assert_eq!(AlertRule::ALL.into_iter().filter(|other| set.contains(*other)).collect::<Vec<_>>(), [rule]);
            assert_eq!(rule.name().to_uppercase().parse(), Ok(rule));
        }
        assert!("mfa".parse::<AlertRule>().is_err());
    }
}

//! What is detected, how grave it is, and from what measure on. Knows no event.

use std::str::FromStr;

use chrono::TimeDelta;

/// As many failed logins of one user within [`FAILED_LOGIN_WINDOW`] are an alert.
pub const FAILED_LOGIN_THRESHOLD: u64 = 5;
/// The time within which failed logins are counted.
pub const FAILED_LOGIN_WINDOW: TimeDelta = TimeDelta::minutes(10);
/// As many earlier logins of a person have to be known before an address counts as new.
pub const EARLIER_LOGIN_THRESHOLD: u64 = 10;
/// As many sites, shared folders and accounts deleted by one user within [`DELETION_WINDOW`] are an alert.
pub const DELETION_THRESHOLD: u64 = 20;
/// The time within which deletions are counted.
pub const DELETION_WINDOW: TimeDelta = TimeDelta::hours(1);
/// How far LastPass's time of a change may lie from that of our record.
pub const OWN_CHANGE_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// How grave an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Part of an administrator's work; worth knowing.
    Low,
    /// Worth asking about.
    Medium,
    /// Worth acting on at once.
    High,
}

impl Severity {
    /// The name in replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What is detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertRule {
    /// [`FAILED_LOGIN_THRESHOLD`] of one user within [`FAILED_LOGIN_WINDOW`].
    RepeatedFailedLogins,
    /// A login from an address never seen for that person, after [`EARLIER_LOGIN_THRESHOLD`] others.
    LoginFromNewAddress,
    /// Something done by an account that is disabled; what LastPass refused does not count.
    ActivityOfDisabledAccount,
    /// A method of multifactor authentication was disabled.
    MfaDisabled,
    /// A super admin reset somebody's master password.
    MasterPasswordResetByAdmin,
    /// Somebody was made an administrator.
    AdminRightsGiven,
    /// A policy was added, edited or deleted, or applied to others.
    PolicyChanged,
    /// Vault data was exported or printed.
    VaultDataExported,
    /// [`DELETION_THRESHOLD`] by one user within [`DELETION_WINDOW`].
    MassDeletion,
    /// The secret of the Enterprise API or of a provisioning service was replaced.
    ProvisioningSecretRegenerated,
    /// Somebody else uses our provisioning hash: a label that is not ours, or a change that our record does not know.
    ForeignApiUse,
}

impl AlertRule {
    /// All of them, in the order in which they are documented.
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

    /// How grave it is.
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

    /// From what measure on it is an alert: events, deleted things, or logins that have to be known.
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

/// The text names no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a rule")]
pub struct UnknownAlertRule;

impl FromStr for AlertRule {
    type Err = UnknownAlertRule;

    /// Takes the name in any letter case.
    fn from_str(text: &str) -> Result<Self, UnknownAlertRule> {
        Self::ALL.into_iter().find(|rule| rule.name().eq_ignore_ascii_case(text)).ok_or(UnknownAlertRule)
    }
}

/// Some of the rules, in two bytes: there is one for each of 200,000 events.
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
    fn a_set_holds_each_rule_by_itself() {
        for rule in AlertRule::ALL {
            let mut set = AlertRuleSet::default();
            set.insert(rule);
            assert_eq!(AlertRule::ALL.into_iter().filter(|other| set.contains(*other)).collect::<Vec<_>>(), [rule]);
            assert_eq!(rule.name().to_uppercase().parse(), Ok(rule));
        }
        assert!("mfa".parse::<AlertRule>().is_err());
    }
}

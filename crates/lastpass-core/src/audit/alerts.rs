//! What an administrator would want to be told of. Knows the events of a window and what else is known of accounts.

mod addresses;
mod bursts;
mod disabled;
mod findings;
mod foreign;
mod rule;

use chrono::{DateTime, Utc};

use crate::{
    audit::{
        EventLog,
        action::Effect,
        alerts::{
            addresses::Addresses, bursts::Bursts, disabled::DisabledAccounts, findings::Findings, foreign::ForeignUse,
            rule::AlertRuleSet,
        },
    },
    domain::EventId,
};

pub use rule::{
    AlertRule, DELETION_THRESHOLD, DELETION_WINDOW, EARLIER_LOGIN_THRESHOLD, FAILED_LOGIN_THRESHOLD,
    FAILED_LOGIN_WINDOW, OWN_CHANGE_TOLERANCE, Severity, UnknownAlertRule,
};

/// How many events an alert names; it counts all, and a filter by its rule finds all.
pub const EVIDENCE_LIMIT: usize = 100;

/// What is known beside the events of the window.
#[derive(Debug, Clone, Copy)]
pub struct DetectionContext<'a> {
    /// What we call ourselves towards LastPass.
    pub our_label: &'a str,
    /// When the window begins.
    pub from: DateTime<Utc>,
    /// Logins that were kept; those within the window are passed over, as the log has them.
    pub earlier_logins: &'a [EarlierLogin<'a>],
    /// The accounts that are disabled now.
    pub disabled: &'a [DisabledAccount<'a>],
    /// The changes that we made; nothing where there is no record, and then no change is held against it.
    pub own_changes: Option<&'a [OwnChange<'a>]>,
}

/// A login before the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierLogin<'a> {
    /// Who logged in, in any letter case.
    pub user: &'a str,
    /// From which address.
    pub ip_address: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// An account that is disabled now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisabledAccount<'a> {
    /// Its address, in any letter case.
    pub email: &'a str,
    /// Since when; where nobody knows, and no event tells, the whole window.
    pub since: Option<DateTime<Utc>>,
}

/// A change that our own record knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnChange<'a> {
    /// The account that was changed, in any letter case.
    pub email: &'a str,
    /// When it was sent.
    pub at: DateTime<Utc>,
}

/// Something an administrator would want to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What was detected.
    pub rule: AlertRule,
    /// Who did it; nothing where LastPass does not tell.
    pub user: Option<String>,
    /// How many events there are, or deleted things.
    pub count: u64,
    /// When the first of the events happened.
    pub first_at: DateTime<Utc>,
    /// When the last of them happened.
    pub last_at: DateTime<Utc>,
    /// The events, oldest first; the newest [`EVIDENCE_LIMIT`] of them.
    pub event_ids: Vec<EventId>,
}

/// The alerts of a log, and which event is evidence of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    list: Vec<Alert>,
    /// By index in the log.
    rules: Vec<AlertRuleSet>,
}

impl Alerts {
    /// All of them: that of the newest last event first, ties in the order of [`AlertRule::ALL`], then by user.
    pub fn list(&self) -> &[Alert] {
        &self.list
    }

    /// Whether the event at an index of the log is evidence of such an alert.
    ///
    /// # Panics
    /// Where the index is not one of the log's.
    pub fn has(&self, index: u32, rule: AlertRule) -> bool {
        self.rules[index as usize].contains(rule)
    }

    /// What the event at an index of the log is evidence of, in the order of [`AlertRule::ALL`].
    ///
    /// # Panics
    /// Where the index is not one of the log's.
    pub fn rules_of(&self, index: u32) -> impl Iterator<Item = AlertRule> + use<> {
        let rules = self.rules[index as usize];
        AlertRule::ALL.into_iter().filter(move |rule| rules.contains(*rule))
    }
}

/// Looks at all events of the window once, oldest first.
pub fn detect(log: &EventLog<'_>, context: &DetectionContext<'_>) -> Alerts {
    let mut findings = Findings::default();
    let mut failed_logins = Bursts::new(AlertRule::RepeatedFailedLogins, FAILED_LOGIN_WINDOW);
    let mut deletions = Bursts::new(AlertRule::MassDeletion, DELETION_WINDOW);
    let mut addresses = Addresses::new(context);
    let mut disabled = DisabledAccounts::new(log, context);
    let foreign = ForeignUse::new(context);
    for index in log.newest_first().iter().rev() {
        let index = *index;
        let parsed = log.parsed_event(index);
        disabled.look(index, &parsed, &mut findings);
        if foreign.is_use(&parsed) {
            findings.add(AlertRule::ForeignApiUse, index, parsed.actor());
        }
        let Some(effect) = parsed.effect() else { continue };
        match effect {
            Effect::LoggedIn => addresses.look(index, &parsed, &mut findings),
            Effect::LoginFailed => failed_logins.look(index, &parsed, 1, &mut findings),
            // An event may delete several; one, where it does not say.
            Effect::SitesDeleted => {
                deletions.look(index, &parsed, parsed.details().sites().count().max(1), &mut findings);
            }
            Effect::AccountDeleted => {
                deletions.look(index, &parsed, parsed.details().targets().count().max(1), &mut findings);
            }
            Effect::FolderDeleted => deletions.look(index, &parsed, 1, &mut findings),
            Effect::MfaDisabled => findings.add(AlertRule::MfaDisabled, index, parsed.actor()),
            Effect::MasterPasswordReset => findings.add(AlertRule::MasterPasswordResetByAdmin, index, parsed.actor()),
            Effect::AdminMade => findings.add(AlertRule::AdminRightsGiven, index, parsed.actor()),
            Effect::PolicyChanged => findings.add(AlertRule::PolicyChanged, index, parsed.actor()),
            Effect::DataTakenOut => findings.add(AlertRule::VaultDataExported, index, parsed.actor()),
            Effect::SecretRegenerated => findings.add(AlertRule::ProvisioningSecretRegenerated, index, parsed.actor()),
            Effect::Asked | Effect::AccountDisabled | Effect::AccountEnabled | Effect::Plain => {}
        }
    }
    findings.finish(log)
}

#[cfg(test)]
mod tests {
    use super::{Alert, AlertRule, DetectionContext, EVIDENCE_LIMIT, detect};
    use crate::audit::{
        EventLog,
        test_events::{TestEvents, at, id, sample_log},
    };

    fn context() -> DetectionContext<'static> {
        DetectionContext { our_label: "ours", from: at(0), earlier_logins: &[], disabled: &[], own_changes: None }
    }

    fn rules_of(action: &str, data: &str) -> Vec<AlertRule> {
        let events = TestEvents::default().event(0, "ann@example.com", "", action, data).finish();
        let log = EventLog::new(&events);
        let alerts = detect(&log, &context());
        let rules: Vec<_> = alerts.rules_of(0).collect();
        assert_eq!(alerts.list().iter().map(|alert| alert.rule).collect::<Vec<_>>(), rules);
        rules
    }

    #[test]
    fn actions_that_speak_for_themselves_are_alerts() {
        for (rule, actions) in [
            (
                AlertRule::MfaDisabled,
                vec!["Disabled multifactor authentication", "Disabled YubiKey", "Disabled Passkey"],
            ),
            (
                AlertRule::MasterPasswordResetByAdmin,
                vec!["Master Password Reset by Super Admin", "Super admin password reset"],
            ),
            (AlertRule::AdminRightsGiven, vec!["Make admin"]),
            (AlertRule::PolicyChanged, vec!["Add policy", "Edit Policy", "Delete policy", "Update policy users"]),
            (AlertRule::VaultDataExported, vec!["Data export", "Data printed"]),
            (
                AlertRule::ProvisioningSecretRegenerated,
                vec![
                    "Enterprise API Secret regenerated",
                    "SCIM provisioning hash updated",
                    "Provisioning credential changed",
                ],
            ),
        ] {
            for action in actions {
                assert_eq!(rules_of(action, ""), [rule], "{action}");
            }
        }
    }

    #[test]
    fn their_neighbours_stay_quiet() {
        for action in [
            "Multifactor enabled",
            "Master password changed",
            "Require password change",
            "Remove admin",
            "Login to admin console",
            "Data import",
            "Provisioning sync happened",
            "Unheard of",
            "",
        ] {
            assert_eq!(rules_of(action, "ann@example.com"), [], "{action}");
        }
    }

    #[test]
    fn an_alert_gathers_what_one_user_did() {
        let events = TestEvents::default()
            .event(30, "Ann@example.com", "", "Make admin", "cid@example.com")
            .event(20, "", "", "Make admin", "")
            .event(10, "ann@example.com", "", "Make admin", "bob@example.com")
            .finish();
        let alerts = detect(&EventLog::new(&events), &context());
        let alert = |user: Option<&str>, count, first_at, last_at, event_ids| Alert {
            rule: AlertRule::AdminRightsGiven,
            user: user.map(str::to_owned),
            count,
            first_at: at(first_at),
            last_at: at(last_at),
            event_ids,
        };
        assert_eq!(
            alerts.list(),
            [alert(Some("ann@example.com"), 2, 10, 30, vec![id(2), id(0)]), alert(None, 1, 20, 20, vec![id(1)])]
        );
    }

    #[test]
    fn evidence_is_cut_and_the_count_and_the_filter_are_not() {
        let count = 2 * EVIDENCE_LIMIT;
        let events =
            (0..count).fold(TestEvents::default(), |log, _| log.event(0, "a@example.com", "", "Data export", ""));
        let events = events.finish();
        let alerts = detect(&EventLog::new(&events), &context());
        assert_eq!(alerts.list()[0].count, count as u64);
        assert_eq!(alerts.list()[0].event_ids.len(), EVIDENCE_LIMIT);
        assert_eq!(alerts.list()[0].event_ids.last(), Some(&id(0)));
        assert!((0..200).all(|index| alerts.has(index, AlertRule::VaultDataExported)));
    }

    #[test]
    fn the_curated_log_gives_what_it_holds() {
        let events = sample_log();
        let alerts = detect(&EventLog::new(&events), &context());
        let found: Vec<_> = alerts.list().iter().map(|alert| (alert.rule, alert.count)).collect();
        let expected = [
            (AlertRule::MasterPasswordResetByAdmin, 2),
            (AlertRule::AdminRightsGiven, 4),
            (AlertRule::PolicyChanged, 4),
            (AlertRule::ProvisioningSecretRegenerated, 2),
        ];
        assert_eq!(found, expected);
    }
}

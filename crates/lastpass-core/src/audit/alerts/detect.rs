//! Detection over the events of a period. Knows which actions a rule counts, and leaves state to the detectors.

use crate::audit::{
    EventLog,
    action::ActionEffect,
    alerts::{
        AlertRule, Alerts, DELETION_WINDOW, DetectionContext, FAILED_LOGIN_WINDOW, builder::AlertsBuilder,
        burst::BurstDetector, disabled_account::DisabledAccountDetector, foreign_api_use::ForeignApiUseDetector,
        new_address::NewAddressDetector,
    },
};

/// The alerts of a log: one pass over all events, oldest first.
pub fn detect(log: &EventLog<'_>, context: &DetectionContext<'_>) -> Alerts {
    let mut alerts = AlertsBuilder::default();
    let mut failed_logins = BurstDetector::new(AlertRule::RepeatedFailedLogins, FAILED_LOGIN_WINDOW);
    let mut deletions = BurstDetector::new(AlertRule::MassDeletion, DELETION_WINDOW);
    let mut addresses = NewAddressDetector::new(context);
    let mut disabled = DisabledAccountDetector::new(log, context);
    let foreign_api_use = ForeignApiUseDetector::new(context);
    for index in log.newest_first().iter().rev() {
        let index = *index;
        let parsed = log.parsed_event(index);
        disabled.observe(index, &parsed, &mut alerts);
        if foreign_api_use.is_foreign(index, &parsed) {
            alerts.add(AlertRule::ForeignApiUse, index, parsed.actor());
        }
        let Some(effect) = parsed.effect() else { continue };
        match effect {
            ActionEffect::LoggedIn => addresses.observe(index, &parsed, &mut alerts),
            ActionEffect::LoginFailed => failed_logins.observe(index, &parsed, 1, &mut alerts),
            // One event may delete several items; without a list it counts as one.
            ActionEffect::SitesDeleted => {
                deletions.observe(index, &parsed, parsed.details().sites().count().max(1), &mut alerts);
            }
            ActionEffect::AccountDeleted | ActionEffect::AccountRemoved => {
                deletions.observe(index, &parsed, parsed.details().targets().count().max(1), &mut alerts);
            }
            ActionEffect::FolderDeleted => deletions.observe(index, &parsed, 1, &mut alerts),
            ActionEffect::MfaDisabled => alerts.add(AlertRule::MfaDisabled, index, parsed.actor()),
            ActionEffect::MasterPasswordReset => {
                alerts.add(AlertRule::MasterPasswordResetByAdmin, index, parsed.actor());
            }
            ActionEffect::AdminGranted => alerts.add(AlertRule::AdminRightsGiven, index, parsed.actor()),
            ActionEffect::PolicyChanged => alerts.add(AlertRule::PolicyChanged, index, parsed.actor()),
            ActionEffect::DataExported => alerts.add(AlertRule::VaultDataExported, index, parsed.actor()),
            ActionEffect::SecretRegenerated => {
                alerts.add(AlertRule::ProvisioningSecretRegenerated, index, parsed.actor());
            }
            ActionEffect::ApiRead
            | ActionEffect::AccountCreated
            | ActionEffect::AccountDisabled
            | ActionEffect::AccountReactivated
            | ActionEffect::Invited
            | ActionEffect::InvitedAgain
            | ActionEffect::AddedToGroup
            | ActionEffect::RemovedFromGroup
            | ActionEffect::PasswordChangeRequired
            | ActionEffect::PasswordResetSent
            | ActionEffect::Other => {}
        }
    }
    alerts.finish(log)
}

#[cfg(test)]
mod tests {
    use super::detect;
    use crate::audit::{
        EventLog,
        alerts::{Alert, AlertRule, DetectionContext, EVIDENCE_LIMIT},
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
    fn each_alerting_action_raises_its_rule() {
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
    fn similar_actions_raise_no_alert() {
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
    fn an_alert_groups_the_events_of_one_user() {
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
    fn evidence_is_limited_but_the_count_and_the_filter_are_not() {
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
    fn the_sample_log_raises_the_expected_alerts() {
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

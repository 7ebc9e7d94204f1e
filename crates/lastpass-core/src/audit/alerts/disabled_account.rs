//! Detects activity of disabled accounts. Knows since when each account has been disabled.

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, Utc};

use crate::{
    audit::{
        EventActor, EventLog, EventOutcome, ParsedEvent,
        action::ActionEffect,
        alerts::{AlertRule, DetectionContext, builder::AlertsBuilder},
    },
    domain::normalize_address,
};

/// The disabled accounts, each with the time since when.
pub(crate) struct DisabledAccountDetector<'a>(HashMap<Cow<'a, str>, DateTime<Utc>>);

impl<'a> DisabledAccountDetector<'a> {
    pub(crate) fn new(log: &EventLog<'a>, context: &DetectionContext<'a>) -> Self {
        let since = |since: Option<DateTime<Utc>>| since.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let mut disabled: HashMap<_, _> =
            context.disabled.iter().map(|account| (normalize_address(account.email), since(account.since))).collect();
        // If the log shows when an account was disabled, it was usable before, unless its `since` is given.
        if !disabled.is_empty() {
            for parsed in log.newest_first().iter().map(|index| log.parsed_event(*index)) {
                if status_change(&parsed).is_some() {
                    for account in parsed.details().targets() {
                        let account = normalize_address(account);
                        if disabled.get(&account) == Some(&DateTime::<Utc>::MIN_UTC) {
                            disabled.remove(&account);
                        }
                    }
                }
            }
        }
        Self(disabled)
    }

    /// Adds the next event: checks its actor, then applies what it disables or enables.
    pub(crate) fn observe(&mut self, index: u32, parsed: &ParsedEvent<'a>, alerts: &mut AlertsBuilder<'a>) {
        let at = parsed.event().at();
        if let EventActor::Person(user) = parsed.actor()
            && parsed.outcome() != Some(EventOutcome::Failure)
            // The order of events within one second is unknown.
            && self.0.get(normalize_address(user).as_ref()).is_some_and(|since| *since < at)
        {
            alerts.add(AlertRule::ActivityOfDisabledAccount, index, parsed.actor());
        }
        match status_change(parsed) {
            None => {}
            Some(StatusChange::Disabled) => {
                for account in parsed.details().targets() {
                    self.0
                        .entry(normalize_address(account))
                        .and_modify(|since| *since = (*since).min(at))
                        .or_insert(at);
                }
            }
            Some(StatusChange::Enabled) => {
                for account in parsed.details().targets() {
                    let account = normalize_address(account);
                    // `DisabledAccount::since` may be later than this event: the account was disabled again.
                    if self.0.get(&account).is_some_and(|since| *since <= at) {
                        self.0.remove(&account);
                    }
                }
            }
        }
    }
}

enum StatusChange {
    Disabled,
    Enabled,
}

fn status_change(parsed: &ParsedEvent<'_>) -> Option<StatusChange> {
    match parsed.effect()? {
        ActionEffect::AccountDisabled | ActionEffect::AccountDeleted | ActionEffect::AccountRemoved => {
            Some(StatusChange::Disabled)
        }
        ActionEffect::AccountCreated | ActionEffect::AccountReactivated => Some(StatusChange::Enabled),
        ActionEffect::LoggedIn
        | ActionEffect::LoginFailed
        | ActionEffect::ApiRead
        | ActionEffect::MfaDisabled
        | ActionEffect::MasterPasswordReset
        | ActionEffect::AdminGranted
        | ActionEffect::PolicyChanged
        | ActionEffect::DataExported
        | ActionEffect::SitesDeleted
        | ActionEffect::FolderDeleted
        | ActionEffect::SecretRegenerated
        | ActionEffect::Invited
        | ActionEffect::InvitedAgain
        | ActionEffect::AddedToGroup
        | ActionEffect::RemovedFromGroup
        | ActionEffect::PasswordChangeRequired
        | ActionEffect::PasswordResetSent
        | ActionEffect::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use crate::audit::{
        EventLog,
        alerts::{AlertRule, DetectionContext, DisabledAccount, detect},
        test_events::{TestEvents, at},
    };

    const ANN: &str = "ann@example.com";
    const IT: &str = "it@example.com";

    /// Compares which of some events (user, action, data), ten seconds apart, are evidence. `disabled` is `Some` if Ann
    /// is disabled now, and contains since when, if that is known.
    fn check(disabled: Option<Option<DateTime<Utc>>>, events: &[(&str, &str, &str)], expected: &[u32]) {
        let events = events
            .iter()
            .zip(1..)
            .fold(TestEvents::default(), |log, ((user, action, data), n)| log.event(10 * n, user, "", action, data))
            .finish();
        let disabled: Vec<_> =
            disabled.into_iter().map(|since| DisabledAccount { email: "ANN@example.com", since }).collect();
        let context = DetectionContext {
            our_label: "",
            from: at(0),
            earlier_logins: &[],
            disabled: &disabled,
            own_changes: None,
        };
        let log = EventLog::new(&events);
        let alerts = detect(&log, &context);
        let mut evidence = log.newest_first().to_vec();
        evidence.retain(|index| alerts.has(*index, AlertRule::ActivityOfDisabledAccount));
        evidence.reverse();
        assert_eq!(evidence, expected);
        assert_eq!(alerts.list().len(), usize::from(!expected.is_empty()));
    }

    #[test]
    fn activity_of_a_disabled_account_raises_an_alert() {
        check(Some(None), &[(ANN, "Log in", ""), (IT, "Log in", ""), (ANN, "Open secure note", "")], &[0, 2]);
        check(Some(Some(at(15))), &[(ANN, "Log in", ""), (ANN, "Log in", "")], &[1]);
        // Enabled before the known time.
        check(Some(Some(at(15))), &[(IT, "Reactivated user", ANN), (ANN, "Log in", "")], &[1]);
        for action in ["Deactivated user", "Deactivating User", "Employee account deleted", "User deprovisioned"] {
            check(None, &[(ANN, "Log in", ""), (IT, action, ANN), (ANN, "Unheard of", "")], &[2]);
        }
    }

    #[test]
    fn an_account_with_an_apostrophe_is_followed_after_it_was_disabled() {
        const PAT: &str = "pat.o'brien@acme.test";
        let disabled = [
            ("Deactivated user", PAT),
            ("Deactivating user", "PAT.O'BRIEN@acme.test"),
            ("User deprovisioned", PAT),
            ("Employee account deleted", PAT),
            ("Employee account deleted", "ann@example.com,pat.o'brien@acme.test"),
            ("Remove user from company", PAT),
        ];
        for (action, data) in disabled {
            check(None, &[(PAT, "Log in", ""), (IT, action, data), (PAT, "Log in", "")], &[2]);
        }
        let back = [(IT, "Deactivated user", PAT), (IT, "Reactivated user", PAT), (PAT, "Log in", "")];
        check(None, &back, &[]);
    }

    #[test]
    fn activity_while_enabled_and_refused_activity_raise_no_alert() {
        check(None, &[(ANN, "Log in", "")], &[]);
        // Disabled now, but the log shows since when.
        check(Some(None), &[(ANN, "Log in", ""), (IT, "Deactivated user", ANN)], &[]);
        let back = [(IT, "Deactivated user", ANN), (IT, "Reactivated user", ANN), (ANN, "Log in", "")];
        check(None, &back, &[]);
        check(Some(None), &[(ANN, "Failed login attempt", "")], &[]);
        check(Some(Some(at(10))), &[(ANN, "Log in", "")], &[]);
    }
}

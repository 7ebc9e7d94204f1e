//! What disabled accounts still do. Knows since when each account is disabled.

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, Utc};

use crate::{
    audit::{
        EventActor, EventLog, EventOutcome, ParsedEvent,
        action::Effect,
        alerts::{AlertRule, DetectionContext, findings::Findings},
    },
    domain::normalize_name,
};

/// The disabled accounts, each with the time since when.
pub(crate) struct DisabledAccounts<'a>(HashMap<Cow<'a, str>, DateTime<Utc>>);

impl<'a> DisabledAccounts<'a> {
    pub(crate) fn new(log: &EventLog<'a>, context: &DetectionContext<'a>) -> Self {
        let since = |since: Option<DateTime<Utc>>| since.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let mut disabled: HashMap<_, _> =
            context.disabled.iter().map(|account| (normalize_name(account.email), since(account.since))).collect();
        // Where the log tells when an account was disabled, it was usable before, unless somebody knows better.
        if !disabled.is_empty() {
            for parsed in log.newest_first().iter().map(|index| log.parsed_event(*index)) {
                if change(&parsed).is_some() {
                    for account in parsed.details().targets() {
                        let account = normalize_name(account);
                        if disabled.get(&account) == Some(&DateTime::<Utc>::MIN_UTC) {
                            disabled.remove(&account);
                        }
                    }
                }
            }
        }
        Self(disabled)
    }

    /// Looks at the next event: who did it, and which account it disables or enables.
    pub(crate) fn look(&mut self, index: u32, parsed: &ParsedEvent<'a>, findings: &mut Findings<'a>) {
        let at = parsed.event().at();
        if let EventActor::Person(user) = parsed.actor()
            && parsed.outcome() != Some(EventOutcome::Failure)
            // Within one second nobody knows which came first.
            && self.0.get(normalize_name(user).as_ref()).is_some_and(|since| *since < at)
        {
            findings.add(AlertRule::ActivityOfDisabledAccount, index, parsed.actor());
        }
        match change(parsed) {
            None => {}
            Some(Change::Disabled) => {
                for account in parsed.details().targets() {
                    self.0.entry(normalize_name(account)).and_modify(|since| *since = (*since).min(at)).or_insert(at);
                }
            }
            Some(Change::Enabled) => {
                for account in parsed.details().targets() {
                    let account = normalize_name(account);
                    // Somebody may know that it was disabled again later.
                    if self.0.get(&account).is_some_and(|since| *since <= at) {
                        self.0.remove(&account);
                    }
                }
            }
        }
    }
}

enum Change {
    Disabled,
    Enabled,
}

fn change(parsed: &ParsedEvent<'_>) -> Option<Change> {
    match parsed.effect()? {
        Effect::AccountDisabled | Effect::AccountDeleted => Some(Change::Disabled),
        Effect::AccountEnabled => Some(Change::Enabled),
        Effect::LoggedIn
        | Effect::LoginFailed
        | Effect::Asked
        | Effect::MfaDisabled
        | Effect::MasterPasswordReset
        | Effect::AdminMade
        | Effect::PolicyChanged
        | Effect::DataTakenOut
        | Effect::SitesDeleted
        | Effect::FolderDeleted
        | Effect::SecretRegenerated
        | Effect::Plain => None,
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

    /// Which of the events (user, action, data), ten seconds apart, are evidence; `disabled` says whether Ann is
    /// disabled now, and since when.
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
    fn what_a_disabled_account_does_is_an_alert() {
        check(Some(None), &[(ANN, "Log in", ""), (IT, "Log in", ""), (ANN, "Open secure note", "")], &[0, 2]);
        check(Some(Some(at(15))), &[(ANN, "Log in", ""), (ANN, "Log in", "")], &[1]);
        // Enabled before the time that is known.
        check(Some(Some(at(15))), &[(IT, "Reactivated user", ANN), (ANN, "Log in", "")], &[1]);
        for action in ["Deactivated user", "Deactivating User", "Employee account deleted", "User deprovisioned"] {
            check(None, &[(ANN, "Log in", ""), (IT, action, ANN), (ANN, "Unheard of", "")], &[2]);
        }
    }

    #[test]
    fn what_was_done_before_or_after_or_refused_stays_quiet() {
        check(None, &[(ANN, "Log in", "")], &[]);
        // Disabled now, but the log tells since when.
        check(Some(None), &[(ANN, "Log in", ""), (IT, "Deactivated user", ANN)], &[]);
        let back = [(IT, "Deactivated user", ANN), (IT, "Reactivated user", ANN), (ANN, "Log in", "")];
        check(None, &back, &[]);
        check(Some(None), &[(ANN, "Failed login attempt", "")], &[]);
        check(Some(Some(at(10))), &[(ANN, "Log in", "")], &[]);
    }
}

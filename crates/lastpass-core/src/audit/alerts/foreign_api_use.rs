//! Detects use of the Enterprise API by others. Knows our label, and which events our own changes caused.

use crate::audit::{EventActor, OwnChangeMatches, ParsedEvent, action::ActionEffect, alerts::DetectionContext};

/// Distinguishes our own use of the API from that of others.
pub(crate) struct ForeignApiUseDetector<'a> {
    our_label: &'a str,
    own_changes: Option<&'a OwnChangeMatches>,
}

impl<'a> ForeignApiUseDetector<'a> {
    pub(crate) fn new(context: &DetectionContext<'a>) -> Self {
        Self { our_label: context.our_label, own_changes: context.own_changes }
    }

    /// Whether the event shows that someone else used our provisioning hash.
    ///
    /// A call without a label cannot be distinguished from one logged by an older LastPass, which shows none. Such
    /// calls, like those under our label, are foreign only if they are changes that our record lacks. An unknown action
    /// may be a read, so it is not foreign.
    pub(crate) fn is_foreign(&self, index: u32, parsed: &ParsedEvent<'_>) -> bool {
        let EventActor::Api { label } = parsed.actor() else { return false };
        if label.is_some() && !parsed.actor().is_api_with_label(self.our_label) {
            return true;
        }
        let is_change = parsed.effect().is_some_and(|effect| effect != ActionEffect::ApiRead);
        is_change && self.own_changes.is_some_and(|changes| !changes.may_explain(index))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        audit::{
            EventLog, OwnChange, OwnChangeKind,
            alerts::{AlertRule, DetectionContext, detect},
            match_own_changes,
            test_events::{TestEvents, at},
        },
        domain::PersonAction,
    };

    const ANN: &str = "ann@example.com";
    const PAT: &str = "pat.o'brien@acme.test";
    const INVITED: &str = "Employee invited";
    const CREATE: OwnChangeKind<'_> = OwnChangeKind::CreateAccount;
    const DELETE: OwnChangeKind<'_> = OwnChangeKind::Person(PersonAction::Delete);

    /// Compares which of some events (second, user, action, data) are alerts; `record` has our changes as (kind,
    /// address, second).
    fn check(record: Option<&[(OwnChangeKind<'_>, &str, i64)]>, events: &[(i64, &str, &str, &str)], expected: &[bool]) {
        let log = events.iter().fold(TestEvents::default(), |log, (second, user, action, data)| {
            log.event(*second, user, "", action, data)
        });
        let events = log.finish();
        let log = EventLog::new(&events);
        let own_changes = record.map(|changes| {
            let changes: Vec<_> = changes
                .iter()
                .map(|(kind, target, second)| OwnChange {
                    kind: *kind,
                    target,
                    label: "ours",
                    sent_at: at(*second),
                    confirmed_at: Some(at(*second + 1)),
                    already_applied: false,
                    action_id: "1",
                    actor: "admin@example.com",
                })
                .collect();
            match_own_changes(&log, &changes)
        });
        let context = DetectionContext {
            our_label: "ours",
            from: at(0),
            earlier_logins: &[],
            disabled: &[],
            own_changes: own_changes.as_ref(),
        };
        let alerts = detect(&log, &context);
        let found: Vec<_> = (0..).zip(&events).map(|(index, _)| alerts.has(index, AlertRule::ForeignApiUse)).collect();
        assert_eq!(found, expected, "{events:?} {record:?}");
    }

    #[test]
    fn any_use_under_another_label_is_foreign() {
        for (record, user, action, data) in [
            (None, "", "Reporting", "Initiated by API: theirs"),
            (Some(&[][..]), "API: theirs", "Get user data", ""),
            (None, "API: theirs", "Unheard of", ""),
            (Some(&[(CREATE, ANN, 1_000)][..]), "API: theirs", INVITED, ANN),
        ] {
            check(record, &[(1_000, user, action, data)], &[true]);
        }
    }

    #[test]
    fn a_change_missing_from_our_record_is_foreign() {
        for (record, user, action, data) in [
            (&[][..], "API: ours", INVITED, ANN),
            (&[], "", INVITED, "Initiated by API"),
            (&[(CREATE, "b@example.com", 1_000)], "API: ours", INVITED, ANN),
            (&[(CREATE, ANN, 699)], "API: ours", INVITED, ANN),
            (&[(CREATE, ANN, 1_301)], "API: ours", INVITED, ANN),
            (&[(CREATE, ANN, 1_000)], "API: ours", INVITED, "ann@example.com,b@example.com"),
            (&[(CREATE, ANN, 600)], "", INVITED, "Initiated by API: ours"),
            // Another change of the same account, and the same change of another one.
            (&[(CREATE, PAT, 1_000)], "API: ours", "Employee account deleted", PAT),
            (&[(DELETE, ANN, 1_000)], "API: ours", "Employee account deleted", PAT),
            (&[(DELETE, ANN, 1_000)], "API: ours", "Employee account deleted", "two words"),
            (&[(DELETE, PAT, 1_000)], "API: ours", "Make admin", PAT),
            (&[(DELETE, PAT, 1_000)], "", INVITED, "Initiated by API: ours"),
        ] {
            check(Some(record), &[(1_000, user, action, data)], &[true]);
        }
    }

    #[test]
    fn each_change_of_ours_explains_one_event() {
        let event = (1_000, "API: ours", INVITED, ANN);
        // Of two in one second, the older one, which is later in the list.
        check(Some(&[(CREATE, ANN, 1_000)]), &[event, event], &[true, false]);
        check(Some(&[(CREATE, ANN, 1_000), (CREATE, ANN, 1_010)]), &[event, event], &[false, false]);
        // The certain one of two events.
        check(Some(&[(CREATE, ANN, 1_000)]), &[(1_000, "API", INVITED, ANN), event], &[true, false]);
        check(Some(&[(CREATE, ANN, 1_000)]), &[(1_100, "API: ours", INVITED, ANN), event], &[true, false]);
    }

    #[test]
    fn our_own_use_and_users_raise_no_alert() {
        for second in [700, 1_000, 1_300] {
            for (user, data) in [("API: ours", ANN), ("API", ANN), ("", "Initiated by API: ours")] {
                let record = [(CREATE, "Ann@example.com", second)];
                check(Some(&record), &[(1_000, user, INVITED, data)], &[false]);
            }
        }
        for (record, user, action, data) in [
            (None, "API: ours", INVITED, ANN),
            (Some(&[][..]), "", "Reporting", "Initiated by API: Ours"),
            (Some(&[]), "", "Reporting", "Initiated by API"),
            (Some(&[]), "API: ours", "Unheard of", ""),
            (Some(&[]), "it@example.com", INVITED, ANN),
        ] {
            check(record, &[(1_000, user, action, data)], &[false]);
        }
    }
}

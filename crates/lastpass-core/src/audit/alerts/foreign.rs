//! Use of the Enterprise API that is not ours. Knows our label and our own record of changes.

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    audit::{
        EventActor, ParsedEvent,
        action::Effect,
        alerts::{DetectionContext, OWN_CHANGE_TOLERANCE},
    },
    domain::normalize_name,
};

/// What tells our own use of the API from that of others.
pub(crate) struct ForeignUse<'a> {
    our_label: &'a str,
    record: Option<Record<'a>>,
}

/// When we changed what.
struct Record<'a> {
    by_account: HashMap<Cow<'a, str>, Vec<DateTime<Utc>>>,
    /// All times, sorted.
    times: Vec<DateTime<Utc>>,
}

impl<'a> ForeignUse<'a> {
    pub(crate) fn new(context: &DetectionContext<'a>) -> Self {
        let record = context.own_changes.map(|changes| {
            let mut by_account: HashMap<_, Vec<_>> = HashMap::new();
            for change in changes {
                by_account.entry(normalize_name(change.email)).or_default().push(change.at);
            }
            by_account.values_mut().for_each(|times| times.sort_unstable());
            let mut times: Vec<_> = changes.iter().map(|change| change.at).collect();
            times.sort_unstable();
            Record { by_account, times }
        });
        Self { our_label: context.our_label, record }
    }

    /// Whether the event shows that somebody else used our provisioning hash.
    ///
    /// Whoever gave no label cannot be told from an older LastPass that shows none: then, as under our label, only a
    /// change counts that our record does not know. An action that the table does not know may be a question.
    pub(crate) fn is_use(&self, parsed: &ParsedEvent<'_>) -> bool {
        let EventActor::Api { label } = parsed.actor() else { return false };
        if label.is_some() && !parsed.actor().is_api_with_label(self.our_label) {
            return true;
        }
        let is_change = parsed.effect().is_some_and(|effect| effect != Effect::Asked);
        is_change && self.record.as_ref().is_some_and(|record| !record.knows(parsed))
    }
}

impl Record<'_> {
    /// Whether we changed all accounts of an event about then; anything, where the event names no account.
    fn knows(&self, parsed: &ParsedEvent<'_>) -> bool {
        let event = parsed.event();
        // A time that exists twice may be the other one.
        let doubt = if event.is_ambiguous() { TimeDelta::hours(1) } else { TimeDelta::zero() };
        let tolerance = OWN_CHANGE_TOLERANCE + doubt;
        let is_near = |times: &[DateTime<Utc>]| {
            let next = times.partition_point(|time| *time < event.at() - tolerance);
            times.get(next).is_some_and(|time| *time <= event.at() + tolerance)
        };
        let mut targets = parsed.details().targets().peekable();
        if targets.peek().is_none() {
            return is_near(&self.times);
        }
        targets.all(|target| self.by_account.get(normalize_name(target).as_ref()).is_some_and(|times| is_near(times)))
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::{
        EventLog,
        alerts::{AlertRule, DetectionContext, OwnChange, detect},
        test_events::{TestEvents, at},
    };

    const INVITED: &str = "Employee invited";

    /// Whether an event at second 1,000 is an alert, given our record of (address, second).
    fn check(record: Option<&[(&'static str, i64)]>, user: &str, action: &str, data: &str, expected: bool) {
        let events = TestEvents::default().event(1_000, user, "", action, data).finish();
        let own_changes: Option<Vec<_>> =
            record.map(|changes| changes.iter().map(|(email, second)| OwnChange { email, at: at(*second) }).collect());
        let context = DetectionContext {
            our_label: "ours",
            from: at(0),
            earlier_logins: &[],
            disabled: &[],
            own_changes: own_changes.as_deref(),
        };
        let alerts = detect(&EventLog::new(&events), &context);
        assert_eq!(alerts.has(0, AlertRule::ForeignApiUse), expected, "{user} {action} {data} {record:?}");
    }

    #[test]
    fn another_label_is_foreign_whatever_it_does() {
        check(None, "", "Reporting", "Initiated by API: theirs", true);
        check(Some(&[]), "API: theirs", "Get user data", "", true);
        check(None, "API: theirs", "Unheard of", "", true);
        check(Some(&[("a@example.com", 1_000)]), "API: theirs", INVITED, "a@example.com", true);
    }

    #[test]
    fn a_change_that_our_record_does_not_know_is_foreign() {
        check(Some(&[]), "API: ours", INVITED, "a@example.com", true);
        check(Some(&[]), "", INVITED, "Initiated by API", true);
        check(Some(&[("b@example.com", 1_000)]), "API: ours", INVITED, "a@example.com", true);
        check(Some(&[("a@example.com", 699)]), "API: ours", INVITED, "a@example.com", true);
        check(Some(&[("a@example.com", 1_301)]), "API: ours", INVITED, "a@example.com", true);
        check(Some(&[("a@example.com", 1_000)]), "API: ours", INVITED, "a@example.com,b@example.com", true);
        check(Some(&[("a@example.com", 600)]), "", INVITED, "Initiated by API: ours", true);
    }

    #[test]
    fn our_own_use_and_people_stay_quiet() {
        for second in [700, 1_000, 1_300] {
            check(Some(&[("A@example.com", second)]), "API: ours", INVITED, "a@example.com", false);
            check(Some(&[("a@example.com", second)]), "", INVITED, "Initiated by API: ours", false);
        }
        check(None, "API: ours", INVITED, "a@example.com", false);
        check(Some(&[]), "", "Reporting", "Initiated by API: Ours", false);
        check(Some(&[]), "", "Reporting", "Initiated by API", false);
        check(Some(&[]), "API: ours", "Unheard of", "", false);
        check(Some(&[]), "it@example.com", INVITED, "a@example.com", false);
    }
}

//! Detects use of the Enterprise API by others. Knows our label and our own record of changes.

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    audit::{
        EventActor, ParsedEvent,
        action::ActionEffect,
        alerts::{DetectionContext, OWN_CHANGE_TOLERANCE},
    },
    domain::normalize_name,
};

/// Distinguishes our own use of the API from that of others.
pub(crate) struct ForeignApiUseDetector<'a> {
    our_label: &'a str,
    own_changes: Option<OwnChangeTimes<'a>>,
}

/// When we changed which account.
struct OwnChangeTimes<'a> {
    /// Times sorted, by normalized e-mail address.
    by_account: HashMap<Cow<'a, str>, Vec<DateTime<Utc>>>,
    /// The times of all accounts, sorted.
    all: Vec<DateTime<Utc>>,
}

impl<'a> ForeignApiUseDetector<'a> {
    pub(crate) fn new(context: &DetectionContext<'a>) -> Self {
        let own_changes = context.own_changes.map(|changes| {
            let mut by_account: HashMap<_, Vec<_>> = HashMap::new();
            for change in changes {
                by_account.entry(normalize_name(change.email)).or_default().push(change.at);
            }
            by_account.values_mut().for_each(|times| times.sort_unstable());
            let mut all: Vec<_> = changes.iter().map(|change| change.at).collect();
            all.sort_unstable();
            OwnChangeTimes { by_account, all }
        });
        Self { our_label: context.our_label, own_changes }
    }

    /// Whether the event shows that someone else used our provisioning hash.
    ///
    /// A call without a label cannot be distinguished from one logged by an older LastPass, which shows none. Such
    /// calls, like those under our label, are foreign only if they are changes that our record lacks. An unknown action
    /// may be a read, so it is not foreign.
    pub(crate) fn is_foreign(&self, parsed: &ParsedEvent<'_>) -> bool {
        let EventActor::Api { label } = parsed.actor() else { return false };
        if label.is_some() && !parsed.actor().is_api_with_label(self.our_label) {
            return true;
        }
        let is_change = parsed.effect().is_some_and(|effect| effect != ActionEffect::ApiRead);
        is_change && self.own_changes.as_ref().is_some_and(|changes| !changes.contain(parsed))
    }
}

impl OwnChangeTimes<'_> {
    /// Whether we changed all accounts of an event at about its time; any account, if the event names none.
    fn contain(&self, parsed: &ParsedEvent<'_>) -> bool {
        let event = parsed.event();
        // A local time that occurs twice, at the end of daylight saving, may mean the other hour.
        let ambiguity = if event.is_ambiguous() { TimeDelta::hours(1) } else { TimeDelta::zero() };
        let tolerance = OWN_CHANGE_TOLERANCE + ambiguity;
        let has_near = |times: &[DateTime<Utc>]| {
            let next = times.partition_point(|time| *time < event.at() - tolerance);
            times.get(next).is_some_and(|time| *time <= event.at() + tolerance)
        };
        let mut targets = parsed.details().targets().peekable();
        if targets.peek().is_none() {
            return has_near(&self.all);
        }
        targets.all(|target| self.by_account.get(normalize_name(target).as_ref()).is_some_and(|times| has_near(times)))
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

    /// Checks whether an event at second 1,000 is an alert; `record` has our changes as (address, second).
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
    fn any_use_under_another_label_is_foreign() {
        check(None, "", "Reporting", "Initiated by API: theirs", true);
        check(Some(&[]), "API: theirs", "Get user data", "", true);
        check(None, "API: theirs", "Unheard of", "", true);
        check(Some(&[("a@example.com", 1_000)]), "API: theirs", INVITED, "a@example.com", true);
    }

    #[test]
    fn a_change_missing_from_our_record_is_foreign() {
        check(Some(&[]), "API: ours", INVITED, "a@example.com", true);
        check(Some(&[]), "", INVITED, "Initiated by API", true);
        check(Some(&[("b@example.com", 1_000)]), "API: ours", INVITED, "a@example.com", true);
        check(Some(&[("a@example.com", 699)]), "API: ours", INVITED, "a@example.com", true);
        check(Some(&[("a@example.com", 1_301)]), "API: ours", INVITED, "a@example.com", true);
        check(Some(&[("a@example.com", 1_000)]), "API: ours", INVITED, "a@example.com,b@example.com", true);
        check(Some(&[("a@example.com", 600)]), "", INVITED, "Initiated by API: ours", true);
    }

    #[test]
    fn our_own_use_and_users_raise_no_alert() {
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

//! Detects many events of one actor within a short time. Knows a sliding window, not what is counted in it.

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::audit::{
    ParsedEvent,
    alerts::{
        AlertRule,
        builder::{AlertsBuilder, DraftId},
    },
};

/// Counts each actor's events of one rule in a sliding window.
pub(crate) struct BurstDetector<'a> {
    rule: AlertRule,
    window: TimeDelta,
    by_actor: HashMap<Cow<'a, str>, ActorWindow>,
}

#[derive(Default)]
struct ActorWindow {
    /// Events within the window, oldest first.
    recent: VecDeque<CountedEvent>,
    /// The sum of their counts.
    sum: u64,
    /// The alert of the actor's last burst.
    alert: Option<DraftId>,
}

struct CountedEvent {
    index: u32,
    at: DateTime<Utc>,
    count: u64,
    is_evidence: bool,
}

impl<'a> BurstDetector<'a> {
    pub(crate) fn new(rule: AlertRule, window: TimeDelta) -> Self {
        Self { rule, window, by_actor: HashMap::new() }
    }

    /// Adds the next event, which counts `count` times. Events of an unknown actor are ignored.
    pub(crate) fn observe(
        &mut self,
        index: u32,
        parsed: &ParsedEvent<'a>,
        count: usize,
        alerts: &mut AlertsBuilder<'a>,
    ) {
        let Some(actor) = parsed.actor().key() else { return };
        let burst = self.by_actor.entry(actor).or_default();
        let at = parsed.event().at();
        while let Some(oldest) = burst.recent.front().filter(|oldest| at - oldest.at >= self.window) {
            burst.sum -= oldest.count;
            burst.recent.pop_front();
        }
        let count = count as u64;
        burst.sum += count;
        burst.recent.push_back(CountedEvent { index, at, count, is_evidence: false });
        if burst.sum < self.rule.threshold() {
            return;
        }
        // A burst continues as long as an event of its evidence is within the window.
        let continues = burst.recent.front().is_some_and(|oldest| oldest.is_evidence);
        let alert = match burst.alert.filter(|_| continues) {
            Some(alert) => alert,
            None => *burst.alert.insert(alerts.open(self.rule, parsed.actor())),
        };
        let first_new = burst.recent.iter().rposition(|event| event.is_evidence).map_or(0, |last| last + 1);
        for event in burst.recent.range_mut(first_new..) {
            event.is_evidence = true;
            alerts.extend(alert, event.index, event.count);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::{
        EventLog,
        alerts::{AlertRule, DELETION_THRESHOLD, DetectionContext, FAILED_LOGIN_THRESHOLD, detect},
        test_events::{TestEvents, at},
    };

    /// Compares the alerts (rule, count, first and last second) of some events (second, user, action, data).
    fn check(events: &[(i64, &str, &str, &str)], expected: &[(AlertRule, u64, i64, i64)]) {
        let events = events
            .iter()
            .fold(TestEvents::default(), |log, (seconds, user, action, data)| {
                log.event(*seconds, user, "", action, data)
            })
            .finish();
        let context =
            DetectionContext { our_label: "", from: at(0), earlier_logins: &[], disabled: &[], own_changes: None };
        let alerts = detect(&EventLog::new(&events), &context);
        let found: Vec<_> =
            alerts.list().iter().map(|alert| (alert.rule, alert.count, alert.first_at, alert.last_at)).collect();
        let expected: Vec<_> =
            expected.iter().map(|(rule, count, first, last)| (*rule, *count, at(*first), at(*last))).collect();
        assert_eq!(found, expected);
    }

    fn failed(seconds: impl IntoIterator<Item = i64>) -> Vec<(i64, &'static str, &'static str, &'static str)> {
        seconds.into_iter().map(|at| (at, "ann@example.com", "Failed login attempt", "")).collect()
    }

    #[test]
    fn failed_logins_of_one_user_within_the_window_raise_an_alert() {
        assert_eq!(FAILED_LOGIN_THRESHOLD, 5);
        let rule = AlertRule::RepeatedFailedLogins;
        check(&failed([0, 100, 200, 300, 599]), &[(rule, 5, 0, 599)]);
        // A burst that continues is one alert; after a pause there is a second one.
        check(&failed((0..40).map(|event| event * 100)), &[(rule, 40, 0, 3_900)]);
        let twice = failed([0, 1, 2, 3, 4, 700, 701, 702, 703, 704]);
        check(&twice, &[(rule, 5, 700, 704), (rule, 5, 0, 4)]);
    }

    #[test]
    fn few_or_slow_failed_logins_and_those_of_several_users_raise_no_alert() {
        check(&failed([0, 1, 2, 3]), &[]);
        check(&failed([0, 100, 200, 300, 600]), &[]);
        let mut of_two = failed([0, 1, 2, 3]);
        of_two.push((4, "bob@example.com", "Failed login attempt", ""));
        of_two.push((5, "ann@example.com", "Log in", ""));
        check(&of_two, &[]);
    }

    #[test]
    fn mass_deletion_counts_deleted_items() {
        assert_eq!(DELETION_THRESHOLD, 20);
        let sites = "1.example,2.example,3.example,4.example,5.example,6.example,7.example,8.example,9.example";
        let events = [
            (0, "ann@example.com", "Deleted sites", sites),
            (10, "ann@example.com", "Deleted shared folder", "Box"),
            (20, "ann@example.com", "Employee account deleted", "a@example.com,b@example.com"),
            (3_500, "ANN@example.com", "Delete shared sites", "1.example from Box"),
            (3_599, "ann@example.com", "Deleted Sites", sites),
        ];
        check(&events, &[(AlertRule::MassDeletion, 22, 0, 3_599)]);
        check(&events[..4], &[]);
        let mut slow = events;
        slow[4].0 = 3_600;
        check(&slow, &[]);
    }
}

//! Counts of events. Knows parsed events; no filters, and no time zone other than the given one.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::{
    audit::{EventKind, EventLog, SelectedEvents},
    domain::normalize_name,
};

/// The most users in [`EventCounts::by_user`].
pub const MAX_TOP_USERS: usize = 10;

/// The most actions in [`UnknownActions::most_frequent`].
pub const MAX_UNKNOWN_ACTIONS: usize = 10;

/// Counts of the events of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCounts {
    /// All events.
    pub total: u64,
    /// By kind: all kinds, in the order of [`EventKind::ALL`]. These counts ignore the condition on the kind.
    pub by_kind: [(EventKind, u64); EventKind::ALL.len()],
    /// By day in the time zone, oldest first, without days that have no events.
    pub by_day: Vec<(NaiveDate, u64)>,
    /// The [`MAX_TOP_USERS`] actors with the most events, ties by name: users, and the API by label.
    pub by_user: Vec<(String, u64)>,
}

/// Counts the selected events; days are those of `zone`.
pub fn count_events(log: &EventLog<'_>, selection: &SelectedEvents, zone: Tz) -> EventCounts {
    let mut by_day: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    let mut by_user = CountsByKey::default();
    for index in &selection.indices {
        let parsed = log.parsed_event(*index);
        *by_day.entry(parsed.event().at().with_timezone(&zone).date_naive()).or_default() += 1;
        if let Some(key) = parsed.actor().key() {
            by_user.add(key, parsed.actor());
        }
    }
    EventCounts {
        total: selection.indices.len() as u64,
        by_kind: EventKind::ALL.map(|kind| (kind, selection.by_kind[kind as usize])),
        by_day: by_day.into_iter().collect(),
        by_user: by_user.top(MAX_TOP_USERS).into_iter().map(|(actor, events)| (actor.to_string(), events)).collect(),
    }
}

/// Events whose action is not in the table: new or renamed actions, or an account in another language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnknownActions {
    /// The number of such events.
    pub events: u64,
    /// The [`MAX_UNKNOWN_ACTIONS`] most frequent actions, as LastPass writes them, with counts, ties by name.
    pub most_frequent: Vec<(String, u64)>,
}

/// Counts the unknown actions of the whole log, regardless of filters.
pub fn count_unknown_actions(log: &EventLog<'_>) -> UnknownActions {
    let mut counts = CountsByKey::default();
    let mut events = 0;
    for parsed in
        log.newest_first().iter().map(|index| log.parsed_event(*index)).filter(|parsed| !parsed.has_known_action())
    {
        events += 1;
        let action = parsed.event().fields().action.trim();
        counts.add(normalize_name(action), action);
    }
    let most_frequent =
        counts.top(MAX_UNKNOWN_ACTIONS).into_iter().map(|(action, events)| (action.to_owned(), events)).collect();
    UnknownActions { events, most_frequent }
}

/// Counts by key, with the value that was first added for each key.
struct CountsByKey<'a, T>(HashMap<Cow<'a, str>, (T, u64)>);

impl<T> Default for CountsByKey<'_, T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<'a, T> CountsByKey<'a, T> {
    fn add(&mut self, key: Cow<'a, str>, value: T) {
        self.0.entry(key).or_insert((value, 0)).1 += 1;
    }

    /// The most frequent values, ties by key.
    fn top(self, limit: usize) -> Vec<(T, u64)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_unstable_by(|(left, (_, fewer)), (right, (_, more))| more.cmp(fewer).then_with(|| left.cmp(right)));
        all.into_iter().take(limit).map(|(_, counted)| counted).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America::New_York, Europe::Berlin, Tz};
    use proptest::prelude::*;

    use super::{EventCounts, UnknownActions, count_events, count_unknown_actions};
    use crate::{
        audit::{
            DetectionContext, EventActor, EventContext, EventFilter, EventKind, EventLog, detect,
            test_events::{TestEvents, at, sample_log},
        },
        domain::Event,
    };

    /// The counts of all events; no read is ours.
    fn counts(events: &[Event], zone: Tz) -> EventCounts {
        let log = EventLog::new(events);
        let context =
            DetectionContext { our_label: "", from: at(0), earlier_logins: &[], disabled: &[], own_changes: None };
        let alerts = detect(&log, &context);
        let context = EventContext { alerts: &alerts, our_label: "", people: None, own_changes: None };
        let selection = EventFilter::default().select(&log, &context);
        count_events(&log, &selection, zone)
    }

    fn of(events: &[Event]) -> EventCounts {
        counts(events, New_York)
    }

    #[test]
    fn the_sample_log_is_counted_by_kind() {
        let figures = of(&sample_log());
        let counts: Vec<_> = figures.by_kind.iter().map(|(kind, events)| (kind.name(), *events)).collect();
        let expected = [
            ("login", 14),
            ("vaultAccess", 16),
            ("adminAction", 10),
            ("policyChange", 4),
            ("sharedFolder", 26),
            ("userManagement", 18),
            ("api", 6),
            ("other", 0),
        ];
        assert_eq!(counts, expected);
    }

    #[test]
    fn days_follow_the_time_zone() {
        let hour = |hour: i64| hour * 3_600;
        let events = TestEvents::default()
            .event(hour(26), "", "", "", "")
            .event(hour(23), "", "", "", "")
            .event(hour(3), "", "", "", "")
            .finish();
        let check = |zone, expected: &[(&str, u64)]| {
            let days = counts(&events, zone).by_day;
            let days: Vec<_> = days.iter().map(|(date, events)| (date.to_string(), *events)).collect();
            let expected: Vec<_> = expected.iter().map(|(date, events)| ((*date).to_owned(), *events)).collect();
            assert_eq!(days, expected);
        };
        check(New_York, &[("2024-10-03", 1), ("2024-10-04", 2)]);
        check(chrono_tz::UTC, &[("2024-10-04", 2), ("2024-10-05", 1)]);
        check(Berlin, &[("2024-10-04", 1), ("2024-10-05", 2)]);
    }

    #[test]
    fn the_most_active_users_come_first_and_ties_are_sorted_by_name() {
        let mut example = TestEvents::default();
        for user in 0..11 {
            example = example.event(0, &format!("user{user:02}@example.com"), "", "Log in", "");
        }
        let events = example
            .event(0, "Zoe@example.com", "", "Log in", "")
            .event(0, "zoe@example.com", "", "Log in", "")
            .event(0, "", "", "Log in", "")
            .event(0, "", "", "Reporting", "Initiated by API: x")
            .event(0, "API: X", "", "Reporting", "")
            .finish();
        let by_user = of(&events).by_user;
        assert_eq!(by_user.len(), 10);
        assert_eq!(by_user[0], ("API: x".to_owned(), 2));
        assert_eq!(by_user[1], ("Zoe@example.com".to_owned(), 2));
        assert_eq!(by_user[9].0, "user07@example.com");
    }

    #[test]
    fn unknown_actions_are_counted_ignoring_case() {
        let events = TestEvents::default()
            .event(0, "", "", "Danced", "")
            .event(0, "", "", "Log in", "")
            .event(0, "", "", "Sang", "")
            .event(0, "", "", "SANG", "")
            .finish();
        let most_frequent = vec![("Sang".to_owned(), 2), ("Danced".to_owned(), 1)];
        assert_eq!(count_unknown_actions(&EventLog::new(&events)), UnknownActions { events: 3, most_frequent });
        assert_eq!(count_unknown_actions(&EventLog::new(&sample_log())), UnknownActions::default());
    }

    proptest! {
        #[test]
        fn counts_add_up_to_the_total(
            rows in prop::collection::vec((0_i64..400_000, "[a-e]", prop::sample::select(vec!["Log in", "Reporting", "?"])), 0..40),
        ) {
            let events = rows.iter().fold(TestEvents::default(), |log, (at, user, action)| log.event(*at, user, "", action, ""));
            let figures = of(&events.finish());
            prop_assert_eq!(figures.total, rows.len() as u64);
            prop_assert_eq!(figures.by_kind.iter().map(|(_, events)| events).sum::<u64>(), figures.total);
            prop_assert_eq!(figures.by_day.iter().map(|(_, events)| events).sum::<u64>(), figures.total);
            // Fewer than ten users, and each event has one.
            prop_assert_eq!(figures.by_user.iter().map(|(_, events)| events).sum::<u64>(), figures.total);
            prop_assert!(figures.by_day.is_sorted_by(|left, right| left.0 < right.0));
        }
    }

    #[test]
    fn the_discriminant_of_a_kind_is_its_index() {
        for (index, kind) in EventKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
        }
        assert_eq!(EventActor::Unknown.key(), None);
    }
}

//! Filters events. Knows parsed events and alerts; no counts and no pages.

use std::borrow::Cow;

use chrono::SecondsFormat;

use crate::{
    audit::{AlertRule, Alerts, EventKind, EventLog, EventOutcome, ParsedEvent},
    domain::normalize_name,
};

/// Conditions that every event of a list meets. An empty filter matches every event.
///
/// The period is not part of the filter: it decides which events are fetched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// The event has one of these kinds; any kind if empty.
    pub kinds: Vec<EventKind>,
    /// The action, as LastPass writes it, ignoring letter case.
    pub action: Option<String>,
    /// The outcome.
    pub outcome: Option<EventOutcome>,
    /// The actor (an e-mail address, `API` or `API: label`) or one of the targets, ignoring letter case.
    pub user: Option<String>,
    /// The IP address, ignoring letter case.
    pub ip: Option<String>,
    /// A substring of any field, ignoring letter case.
    pub q: Option<String>,
    /// The event is evidence for an alert of this rule.
    pub alert: Option<AlertRule>,
}

/// The events that a filter matches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SelectedEvents {
    /// Indices in the log, newest event first.
    pub indices: Vec<u32>,
    /// The number of matching events that are left out because they are our own reads.
    pub hidden: u64,
}

impl EventFilter {
    /// The matching events. Our own reads, made under `our_label`, are left out unless `kinds` contains
    /// [`EventKind::Api`].
    pub fn select(&self, log: &EventLog<'_>, alerts: &Alerts, our_label: &str) -> SelectedEvents {
        let mut filter = PreparedFilter::new(self, alerts);
        let mut selection = SelectedEvents::default();
        let shows_own_reads = self.kinds.contains(&EventKind::Api);
        for index in log.newest_first() {
            let parsed = log.parsed_event(*index);
            if !filter.matches(*index, &parsed) {
                continue;
            }
            if !shows_own_reads && parsed.is_own_read(our_label) {
                selection.hidden += 1;
            } else {
                selection.indices.push(*index);
            }
        }
        selection
    }
}

/// A filter with its texts normalized once for all events.
struct PreparedFilter<'a> {
    filter: &'a EventFilter,
    alerts: &'a Alerts,
    action: Option<Cow<'a, str>>,
    user: Option<Cow<'a, str>>,
    ip: Option<&'a str>,
    q: Option<Cow<'a, str>>,
    /// A buffer reused for all events.
    text: String,
}

impl<'a> PreparedFilter<'a> {
    fn new(filter: &'a EventFilter, alerts: &'a Alerts) -> Self {
        Self {
            filter,
            alerts,
            action: filter.action.as_deref().map(normalize_name),
            user: filter.user.as_deref().map(normalize_name),
            ip: filter.ip.as_deref().map(str::trim),
            q: filter.q.as_deref().map(normalize_name),
            text: String::new(),
        }
    }

    fn matches(&mut self, index: u32, parsed: &ParsedEvent<'_>) -> bool {
        let fields = parsed.event().fields();
        let Self { filter, alerts, action, user, ip, q, text } = self;
        (filter.kinds.is_empty() || filter.kinds.contains(&parsed.kind()))
            && filter.outcome.is_none_or(|outcome| parsed.outcome() == Some(outcome))
            && filter.alert.is_none_or(|rule| alerts.has(index, rule))
            && ip.is_none_or(|ip| fields.ip_address.trim().eq_ignore_ascii_case(ip))
            && action.as_ref().is_none_or(|action| normalize_name(fields.action) == *action)
            && user.as_ref().is_none_or(|user| involves(parsed, user))
            && q.as_ref().is_none_or(|part| {
                write_fields(text, parsed);
                text.contains(part.as_ref())
                    || alerts.rules_of(index).any(|rule| rule.name().to_lowercase().contains(part.as_ref()))
            })
    }
}

fn involves(parsed: &ParsedEvent<'_>, user: &str) -> bool {
    parsed.actor().key().is_some_and(|actor| actor == user)
        || parsed.details().targets().any(|target| normalize_name(target) == user)
}

/// Replaces `text` with every field of an event in lower case, separated by line breaks. What is parsed from `Data` is
/// not repeated.
fn write_fields(text: &mut String, parsed: &ParsedEvent<'_>) {
    use std::fmt::Write;

    let event = parsed.event();
    let fields = event.fields();
    text.clear();
    for field in [fields.time, fields.username, fields.ip_address, fields.action, fields.data] {
        text.push_str(field);
        text.push('\n');
    }
    let time = event.at().to_rfc3339_opts(SecondsFormat::Secs, true);
    let outcome = parsed.outcome().map_or("", EventOutcome::name);
    let (kind, actor, description) = (parsed.kind().name(), parsed.actor(), parsed.description());
    write!(text, "{}\n{time}\n{kind}\n{outcome}\n{actor}\n{description}", event.id())
        .expect("writing to a String cannot fail");
    if text.is_ascii() {
        text.make_ascii_lowercase();
    } else {
        *text = text.to_lowercase();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{EventFilter, SelectedEvents};
    use crate::{
        audit::{
            AlertRule, Alerts, DetectionContext, EventKind, EventLog, EventOutcome, detect,
            test_events::{TestEvents, at},
        },
        domain::Event,
    };

    fn events() -> Vec<Event> {
        TestEvents::default()
            .event(9, "Ann@example.com", "10.0.0.1", "Failed Login Attempt", "")
            .event(8, "", "10.0.0.2", "Reporting", "Initiated by API: ours")
            .event(7, "", "10.0.0.2", "Reporting", "Initiated by API: theirs")
            .event(6, "", "10.0.0.2", "Employee invited", "ann@example.com (initiated by API: ours)")
            .event(5, "bob@example.com", "2001:DB8::1", "Make admin", "ann@example.com,cid@example.com")
            .event(4, "bob@example.com", "10.0.0.3", "Überprüft", "")
            .finish()
    }

    fn select(events: &[Event], filter: &EventFilter) -> SelectedEvents {
        let log = EventLog::new(events);
        filter.select(&log, &alerts(&log), "ours")
    }

    fn alerts(log: &EventLog<'_>) -> Alerts {
        detect(
            log,
            &DetectionContext { our_label: "ours", from: at(0), earlier_logins: &[], disabled: &[], own_changes: None },
        )
    }

    fn check(filter: EventFilter, expected: &[u32], hidden: u64) {
        let selection = select(&events(), &filter);
        assert_eq!((selection.indices.as_slice(), selection.hidden), (expected, hidden), "{filter:?}");
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn own_reads_are_hidden_unless_the_api_kind_is_requested() {
        check(EventFilter::default(), &[0, 2, 3, 4, 5], 1);
        check(EventFilter { kinds: vec![EventKind::Api], ..EventFilter::default() }, &[1, 2], 0);
        check(EventFilter { kinds: vec![EventKind::UserManagement], ..EventFilter::default() }, &[3], 0);
        check(EventFilter { action: some("REPORTING"), ..EventFilter::default() }, &[2], 1);
    }

    #[test]
    fn each_field_is_matched_ignoring_case() {
        check(EventFilter { kinds: vec![EventKind::Login, EventKind::Other], ..EventFilter::default() }, &[0, 5], 0);
        check(EventFilter { action: some("failed login attempt"), ..EventFilter::default() }, &[0], 0);
        check(EventFilter { action: some("failed login"), ..EventFilter::default() }, &[], 0);
        check(EventFilter { outcome: Some(EventOutcome::Failure), ..EventFilter::default() }, &[0], 0);
        check(EventFilter { ip: some("2001:db8::1"), ..EventFilter::default() }, &[4], 0);
        check(EventFilter { alert: Some(AlertRule::AdminRightsGiven), ..EventFilter::default() }, &[4], 0);
    }

    #[test]
    fn the_user_filter_matches_actor_and_targets() {
        check(EventFilter { user: some("ANN@example.com"), ..EventFilter::default() }, &[0, 3, 4], 0);
        check(EventFilter { user: some("cid@example.com"), ..EventFilter::default() }, &[4], 0);
        check(EventFilter { user: some("example.com"), ..EventFilter::default() }, &[], 0);
        check(EventFilter { user: some("api: Theirs"), ..EventFilter::default() }, &[2], 0);
    }

    #[test]
    fn q_matches_a_substring_of_any_field() {
        for (q, expected) in [
            ("CID@", vec![4]),
            ("überPRÜFT", vec![5]),
            ("10.0.0.3", vec![5]),
            ("adminaction", vec![4]),
            ("failure", vec![0]),
            ("by the api as theirs", vec![2]),
            ("api: theirs", vec![2]),
            ("000000050000000000000000", vec![5]),
            ("00:00:05z", vec![4]),
            ("no such text", vec![]),
        ] {
            check(EventFilter { q: some(q), ..EventFilter::default() }, &expected, 0);
        }
    }

    fn any_filter() -> impl Strategy<Value = EventFilter> {
        let text = |texts: &[&str]| {
            prop::option::of(prop::sample::select(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()))
        };
        (
            prop::sample::subsequence(EventKind::ALL.to_vec(), 0..3),
            text(&["Reporting", "make admin"]),
            prop::option::of(prop::sample::select(EventOutcome::ALL.to_vec())),
            text(&["ann@example.com", "bob@example.com"]),
            text(&["10.0.0.2", "10.0.0.1"]),
            text(&["example", "initiated", "ü"]),
            prop::option::of(prop::sample::select(AlertRule::ALL.to_vec())),
        )
            .prop_map(|(kinds, action, outcome, user, ip, q, alert)| EventFilter {
                kinds,
                action,
                outcome,
                user,
                ip,
                q,
                alert,
            })
    }

    proptest! {
        #[test]
        fn filters_compose(filter in any_filter()) {
            let events = events();
            let EventFilter { kinds, action, outcome, user, ip, q, alert } = filter.clone();
            // Each condition alone, together with the kinds, which decide whether our own reads are shown.
            let alone = |filter: EventFilter| select(&events, &EventFilter { kinds: kinds.clone(), ..filter }).indices;
            let each = [
                alone(EventFilter { action, ..EventFilter::default() }),
                alone(EventFilter { outcome, ..EventFilter::default() }),
                alone(EventFilter { user, ..EventFilter::default() }),
                alone(EventFilter { ip, ..EventFilter::default() }),
                alone(EventFilter { q, ..EventFilter::default() }),
                alone(EventFilter { alert, ..EventFilter::default() }),
            ];
            let mut expected = select(&events, &EventFilter { kinds: kinds.clone(), ..EventFilter::default() }).indices;
            expected.retain(|index| each.iter().all(|indices| indices.contains(index)));
            prop_assert_eq!(select(&events, &filter).indices, expected);
        }
    }
}

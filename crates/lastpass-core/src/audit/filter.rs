//! Filters events. Knows parsed events and alerts; no counts and no pages.

use std::{borrow::Cow, net::IpAddr};

use chrono::SecondsFormat;

use crate::{
    audit::{
        AlertRule, Alerts, EventKind, EventLog, EventOutcome, NameQuery, OwnAction, OwnChangeMatches, ParsedEvent,
        SourceAddress, name_query::PreparedNameQuery,
    },
    domain::{People, SearchText, normalize_name, push_normalized},
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
    /// The actor (an e-mail address, `API` or `API: label`) or one of the affected users.
    pub user: Option<NameQuery>,
    /// One of the affected users, the group or the folder.
    pub target: Option<NameQuery>,
    /// The IP address, in canonical form ([`SourceAddress`]).
    pub ip: Option<IpAddr>,
    /// A substring of any field, ignoring letter case; a blank in it may also be a `+`.
    pub q: Option<String>,
    /// The event is evidence for an alert of this rule.
    pub alert: Option<AlertRule>,
}

/// The events that a filter matches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SelectedEvents {
    /// Indices in the log, newest event first.
    pub indices: Vec<u32>,
    /// The number of events that match all conditions but that on the kind, and are left out of the list and of all counts
    /// because they are our own reads.
    pub hidden: u64,
    /// The number of events of each kind, in the order of [`EventKind::ALL`], that match all conditions but that on the
    /// kind.
    pub by_kind: [u64; EventKind::ALL.len()],
    /// Whether any event of the log matches `user`, whatever the other conditions; `None` without that condition.
    pub has_user: Option<bool>,
    /// Whether any event of the log matches `target`, whatever the other conditions; `None` without that condition.
    pub has_target: Option<bool>,
}

/// What is known about the events of a log.
#[derive(Debug, Clone, Copy)]
pub struct EventContext<'a> {
    /// The alerts that the events are evidence of.
    pub alerts: &'a Alerts,
    /// The label under which we call the Enterprise API.
    pub our_label: &'a str,
    /// The user list, for the names of users.
    pub people: Option<&'a People>,
    /// The events that our own changes caused; `None` without an audit record.
    pub own_changes: Option<&'a OwnChangeMatches>,
}

impl EventFilter {
    /// The matching events. Our own reads are left out unless `kinds` contains [`EventKind::Api`].
    pub fn select(&self, log: &EventLog<'_>, context: &EventContext<'_>) -> SelectedEvents {
        let mut filter = PreparedFilter::new(self, context);
        let mut selection = SelectedEvents {
            has_user: self.user.as_ref().map(|_| false),
            has_target: self.target.as_ref().map(|_| false),
            ..SelectedEvents::default()
        };
        let shows_own_reads = self.kinds.contains(&EventKind::Api);
        for index in log.newest_first() {
            let parsed = log.parsed_event(*index);
            let (has_user, has_target) = filter.matches_names(&parsed);
            let note = |found: &mut Option<bool>, is_match| *found = found.map(|found| found || is_match);
            note(&mut selection.has_user, has_user);
            note(&mut selection.has_target, has_target);
            if !(has_user && has_target && filter.matches_apart_from_kind_and_names(*index, &parsed)) {
                continue;
            }
            if !shows_own_reads && parsed.is_own_read(context.our_label) {
                selection.hidden += 1;
                continue;
            }
            selection.by_kind[parsed.kind() as usize] += 1;
            if self.kinds.is_empty() || self.kinds.contains(&parsed.kind()) {
                selection.indices.push(*index);
            }
        }
        selection
    }
}

/// A filter with its texts normalized once for all events.
struct PreparedFilter<'a> {
    filter: &'a EventFilter,
    context: &'a EventContext<'a>,
    action: Option<Cow<'a, str>>,
    user: Option<PreparedNameQuery>,
    target: Option<PreparedNameQuery>,
    q: Option<SearchText>,
    /// A buffer reused for all events.
    text: String,
}

impl<'a> PreparedFilter<'a> {
    fn new(filter: &'a EventFilter, context: &'a EventContext<'a>) -> Self {
        let prepare = |query: &NameQuery| PreparedNameQuery::new(query, context.people);
        Self {
            filter,
            context,
            action: filter.action.as_deref().map(normalize_name),
            user: filter.user.as_ref().map(prepare),
            target: filter.target.as_ref().map(prepare),
            q: filter.q.as_deref().map(SearchText::new),
            text: String::new(),
        }
    }

    /// Whether an event matches the conditions on the user and on the target.
    fn matches_names(&self, parsed: &ParsedEvent<'_>) -> (bool, bool) {
        let has_user = self.user.as_ref().is_none_or(|user| {
            parsed.actor().key().is_some_and(|actor| user.matches_user(&actor))
                || parsed.details().targets().any(|target| user.matches_user(target))
        });
        let has_target = self.target.as_ref().is_none_or(|query| {
            let details = parsed.details();
            details.targets().any(|target| query.matches_user(target))
                || [details.group, details.folder].into_iter().flatten().any(|name| query.matches_name(name))
        });
        (has_user, has_target)
    }

    fn matches_apart_from_kind_and_names(&mut self, index: u32, parsed: &ParsedEvent<'_>) -> bool {
        let fields = parsed.event().fields();
        let Self { filter, context, action, q, text, .. } = self;
        let EventContext { alerts, own_changes, .. } = context;
        filter.outcome.is_none_or(|outcome| parsed.outcome() == Some(outcome))
            && filter.alert.is_none_or(|rule| alerts.has(index, rule))
            && filter.ip.is_none_or(|ip| SourceAddress::parse(fields.ip_address).is_some_and(|source| source.ip == ip))
            && action.as_ref().is_none_or(|action| normalize_name(fields.action) == *action)
            && q.as_ref().is_none_or(|q| {
                write_fields(text, parsed, own_changes.and_then(|changes| changes.own_action(index)));
                q.is_part_of(text) || alerts.rules_of(index).any(|rule| q.is_part_of(&rule.name().to_lowercase()))
            })
    }
}

/// Replaces `text` with every field of an event, normalized and separated by line breaks. What is parsed from `Data` is
/// not repeated.
fn write_fields(text: &mut String, parsed: &ParsedEvent<'_>, own_action: Option<&OwnAction>) {
    use std::fmt::Write;

    let event = parsed.event();
    let fields = event.fields();
    text.clear();
    for field in [fields.time, fields.username, fields.ip_address, fields.action, fields.data] {
        push_normalized(text, field);
        text.push('\n');
    }
    let time = event.at().to_rfc3339_opts(SecondsFormat::Secs, true);
    let outcome = parsed.outcome().map_or("", EventOutcome::name);
    let (kind, actor, description) = (parsed.kind().name(), parsed.actor(), parsed.description());
    let start = text.len();
    write!(text, "{}\n{time}\n{kind}\n{outcome}\n{actor}\n{description}", event.id())
        .expect("writing to a String cannot fail");
    let derived = text.split_off(start);
    push_normalized(text, &derived);
    for field in own_action.iter().flat_map(|action| [&action.id, &action.actor]) {
        text.push('\n');
        push_normalized(text, field);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{EventContext, EventFilter, SelectedEvents};
    use crate::{
        audit::{
            AlertRule, Alerts, DetectionContext, EventKind, EventLog, EventOutcome, NameQuery, OwnChange,
            OwnChangeKind, SourceAddress, detect, match_own_changes,
            test_events::{TestEvents, at},
        },
        domain::{Event, People, PeopleBuilder, PersonEntry},
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
        let (alerts, people) = (alerts(&log), people());
        let context = EventContext { alerts: &alerts, our_label: "ours", people: Some(&people), own_changes: None };
        filter.select(&log, &context)
    }

    fn people() -> People {
        let mut people = PeopleBuilder::default();
        for (email, name) in
            [("ann@example.com", "Ann Lee"), ("bob@example.com", "Robert Leeds"), ("cid@example.com", "")]
        {
            people.add(&PersonEntry { email, name: Some(name), ..PersonEntry::default() }, []);
        }
        people.finish(at(0))
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

    fn query(text: &str) -> Option<NameQuery> {
        Some(NameQuery::parse(text))
    }

    #[test]
    fn own_reads_are_hidden_unless_the_api_kind_is_requested() {
        check(EventFilter::default(), &[0, 2, 3, 4, 5], 1);
        check(EventFilter { kinds: vec![EventKind::Api], ..EventFilter::default() }, &[1, 2], 0);
        check(EventFilter { kinds: vec![EventKind::UserManagement], ..EventFilter::default() }, &[3], 1);
        check(EventFilter { action: some("REPORTING"), ..EventFilter::default() }, &[2], 1);
    }

    #[test]
    fn each_field_is_matched_ignoring_case() {
        check(EventFilter { kinds: vec![EventKind::Login, EventKind::Other], ..EventFilter::default() }, &[0, 5], 1);
        check(EventFilter { action: some("failed login attempt"), ..EventFilter::default() }, &[0], 0);
        check(EventFilter { action: some("failed login"), ..EventFilter::default() }, &[], 0);
        check(EventFilter { outcome: Some(EventOutcome::Failure), ..EventFilter::default() }, &[0], 0);
        check(EventFilter { alert: Some(AlertRule::AdminRightsGiven), ..EventFilter::default() }, &[4], 0);
    }

    #[test]
    fn the_user_filter_matches_actor_and_targets() {
        let check = |user: &str, expected: &[u32], hidden| {
            check(EventFilter { user: query(user), ..EventFilter::default() }, expected, hidden);
        };
        check("ANN@example.com", &[0, 3, 4], 0);
        check("cid@example.com", &[4], 0);
        check("nn@example.com", &[], 0);
        check("nn@example", &[0, 3, 4], 0);
        check("example.com", &[0, 3, 4, 5], 0);
        check("api: Theirs", &[2], 0);
        check("api", &[2, 3], 1);
        // Names in the user list.
        check("lee", &[0, 3, 4, 5], 0);
        check("ANN LEE", &[0, 3, 4], 0);
        check("leeds", &[4, 5], 0);
        let exact = EventFilter { user: Some(NameQuery::Exact("ann".to_owned())), ..EventFilter::default() };
        assert_eq!(select(&events(), &exact).indices, [0; 0]);
    }

    #[test]
    fn every_event_about_a_user_with_an_apostrophe_is_found() {
        const PAT: &str = "pat.o'brien@acme.test";
        let about = [
            (PAT, "Log in", ""),
            ("it@acme.test", "Make admin", PAT),
            ("it@acme.test", "Deactivated user", "Pat.O'Brien@acme.test"),
            ("it@acme.test", "Employee account deleted", PAT),
            ("it@acme.test", "Employee invited", "ann@acme.test,pat.o'brien@acme.test"),
            ("it@acme.test", "Add to shared folder", "'Finance' 'pat.o'brien@acme.test'"),
            (
                "it@acme.test",
                "Update folder permissions",
                "'Finance' 'pat.o'brien@acme.test' 'Read only:no Admin:no Hide PW:no'",
            ),
            ("it@acme.test", "Adding user to group", "pat.o'brien@acme.test - Domain Admins"),
            ("it@acme.test", "Remove from group", "'Domain Admins' 'pat.o'brien@acme.test'"),
            ("it@acme.test", "Limit shared folder", "Finance pat.o'brien@acme.test"),
            ("it@acme.test", "Created LastPass account", "pat.o'brien@acme.test-Shared-Finance"),
            ("", "Employee invited", "pat.o'brien@acme.test (initiated by API: ours)"),
        ];
        let log = about
            .into_iter()
            .fold(TestEvents::default(), |log, (user, action, data)| log.event(0, user, "", action, data));
        let events = log.event(0, "brien@acme.test", "", "Make admin", "o'brien@acme.test").finish();
        let all: Vec<u32> = (0..12).collect();
        let user = EventFilter { user: query(PAT), ..EventFilter::default() };
        assert_eq!(select(&events, &user).indices, all);
        let target = EventFilter { target: query(PAT), ..EventFilter::default() };
        assert_eq!(select(&events, &target).indices, all[1..]);
    }

    #[test]
    fn the_target_filter_matches_users_groups_and_folders_that_were_affected() {
        let events = TestEvents::default()
            .event(9, "ann@example.com", "", "Make admin", "bob@example.com")
            .event(8, "bob@example.com", "", "Add to shared folder", "'Finance' 'Domain Users'")
            .event(7, "bob@example.com", "", "Adding user to group", "ann@example.com - Domain Admins")
            .event(6, "bob@example.com", "", "Site added", "VID: 42 from Finance EMEA")
            .event(5, "bob@example.com", "", "Log in", "")
            .finish();
        for (target, expected) in [
            ("bob@example.com", vec![0]),
            ("robert", vec![0]),
            ("lee", vec![0, 2]),
            ("finance", vec![1, 3]),
            ("FINANCE EMEA", vec![3]),
            ("domain", vec![1, 2]),
            ("domain users", vec![1]),
            ("VID", vec![]),
        ] {
            let filter = EventFilter { target: query(target), ..EventFilter::default() };
            assert_eq!(select(&events, &filter).indices, expected, "{target}");
        }
    }

    #[test]
    fn whether_a_user_or_target_exists_does_not_depend_on_the_other_conditions() {
        let check = |filter: EventFilter, expected: (Option<bool>, Option<bool>)| {
            let selection = select(&events(), &filter);
            assert_eq!((selection.has_user, selection.has_target), expected, "{filter:?}");
        };
        check(EventFilter::default(), (None, None));
        let kinds = vec![EventKind::PolicyChange];
        check(EventFilter { user: query("bob"), kinds: kinds.clone(), ..EventFilter::default() }, (Some(true), None));
        check(EventFilter { user: query("dora"), kinds, ..EventFilter::default() }, (Some(false), None));
        check(EventFilter { target: query("bob"), ..EventFilter::default() }, (None, Some(false)));
        let both = EventFilter { user: query("nobody@example.com"), target: query("cid"), ..EventFilter::default() };
        check(both, (Some(false), Some(true)));
        // Our own reads are hidden, but they are in the log.
        check(EventFilter { user: query("api: ours"), q: some("x"), ..EventFilter::default() }, (Some(true), None));
    }

    #[test]
    fn counts_by_kind_ignore_the_condition_on_the_kind() {
        let by_kind = |filter: &EventFilter| {
            let selection = select(&events(), filter);
            EventKind::ALL.into_iter().zip(selection.by_kind).filter(|(_, events)| *events > 0).collect::<Vec<_>>()
        };
        let all = [
            (EventKind::Login, 1),
            (EventKind::AdminAction, 1),
            (EventKind::UserManagement, 1),
            (EventKind::Api, 1),
            (EventKind::Other, 1),
        ];
        assert_eq!(by_kind(&EventFilter::default()), all);
        for kind in [EventKind::Login, EventKind::AdminAction, EventKind::SharedFolder] {
            assert_eq!(by_kind(&EventFilter { kinds: vec![kind], ..EventFilter::default() }), all, "{kind:?}");
        }
        let login = vec![EventKind::Login];
        let of_ann = EventFilter { kinds: login, user: query("ann@example.com"), ..EventFilter::default() };
        assert_eq!(
            by_kind(&of_ann),
            [(EventKind::Login, 1), (EventKind::AdminAction, 1), (EventKind::UserManagement, 1)]
        );
        // Our own reads are counted where they are shown.
        let api = by_kind(&EventFilter { kinds: vec![EventKind::Api], ..EventFilter::default() });
        assert_eq!(api.iter().find(|(kind, _)| *kind == EventKind::Api), Some(&(EventKind::Api, 2)));
    }

    #[test]
    fn ip_addresses_are_compared_as_addresses() {
        let events = TestEvents::default()
            .event(9, "", "203.0.113.7:51234", "Log in", "")
            .event(8, "", "::ffff:203.0.113.7", "Log in", "")
            .event(7, "", " 203.0.113.7", "Log in", "")
            .event(6, "", "2001:0DB8:0000:0000:0000:0000:0000:0001", "Log in", "")
            .event(5, "", "[2001:db8::1]:443", "Log in", "")
            .event(4, "", "203.0.113.70", "Log in", "")
            .event(3, "", "unknown", "Log in", "")
            .event(2, "", "", "Log in", "")
            .finish();
        for (ip, expected) in [
            ("203.0.113.7", vec![0, 1, 2]),
            ("203.0.113.7:80", vec![0, 1, 2]),
            ("::FFFF:203.0.113.7", vec![0, 1, 2]),
            ("2001:db8::1", vec![3, 4]),
            ("[2001:DB8:0::1]:1", vec![3, 4]),
            ("10.0.0.1", vec![]),
        ] {
            let filter = EventFilter { ip: SourceAddress::parse(ip).map(|source| source.ip), ..EventFilter::default() };
            assert_eq!(select(&events, &filter).indices, expected, "{ip}");
        }
    }

    #[test]
    fn q_matches_a_substring_of_any_field() {
        for (q, expected) in [
            ("CID@", vec![4]),
            ("überPRÜFT", vec![5]),
            ("u\u{308}berpru\u{308}ft", vec![5]),
            ("10.0.0.3", vec![5]),
            ("adminaction", vec![4]),
            ("failure", vec![0]),
            ("by the api as theirs", vec![2]),
            ("api: theirs", vec![2]),
            ("000000050000000000000000", vec![5]),
            ("00:00:05z", vec![4]),
            ("made by", vec![]),
            ("no such text", vec![]),
        ] {
            check(EventFilter { q: some(q), ..EventFilter::default() }, &expected, 0);
        }
    }

    #[test]
    fn q_is_compared_in_any_composition_and_domain_form() {
        let events = TestEvents::default()
            .event(
                2,
                "it@example.com",
                "",
                "Add to group",
                "'E\u{301}quipe' 'ann@xn--bcher-kva.example,bob@example.com'",
            )
            .event(1, "Jo\u{308}rg@bücher.example", "", "Log in", "")
            .finish();
        for (q, expected) in [
            ("équipe", vec![0]),
            ("ann@bücher.example", vec![0]),
            ("ANN@XN--BCHER-KVA.example", vec![0]),
            ("jörg@xn--bcher-kva.example", vec![1]),
            ("@bu\u{308}cher", vec![0, 1]),
        ] {
            let filter = EventFilter { q: some(q), ..EventFilter::default() };
            assert_eq!(select(&events, &filter).indices, expected, "{q}");
        }
    }

    #[test]
    fn q_finds_the_events_of_an_own_change() {
        let (events, people) = (events(), people());
        let log = EventLog::new(&events);
        let change = OwnChange {
            kind: OwnChangeKind::CreateAccount,
            target: "ann@example.com",
            label: "ours",
            sent_at: at(6),
            confirmed_at: Some(at(7)),
            already_applied: false,
            action_id: "0199-ID",
            actor: "Zoe@example.com",
        };
        let own_changes = match_own_changes(&log, &[change]);
        let alerts = alerts(&log);
        let context =
            EventContext { alerts: &alerts, our_label: "ours", people: Some(&people), own_changes: Some(&own_changes) };
        for q in ["0199-id", "zoe@"] {
            let filter = EventFilter { q: some(q), ..EventFilter::default() };
            assert_eq!(filter.select(&log, &context).indices, [3], "{q}");
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
            text(&["ann@example.com", "bob"]),
            text(&["cid@example.com", "ann"]),
            prop::option::of(prop::sample::select(vec![[10, 0, 0, 2], [10, 0, 0, 1]])),
            text(&["example", "initiated", "ü"]),
            prop::option::of(prop::sample::select(AlertRule::ALL.to_vec())),
        )
            .prop_map(|(kinds, action, outcome, user, target, ip, q, alert)| EventFilter {
                kinds,
                action,
                outcome,
                user: user.as_deref().map(NameQuery::parse),
                target: target.as_deref().map(NameQuery::parse),
                ip: ip.map(Into::into),
                q,
                alert,
            })
    }

    proptest! {
        #[test]
        fn filters_compose(filter in any_filter()) {
            let events = events();
            let EventFilter { kinds, action, outcome, user, target, ip, q, alert } = filter.clone();
            // Each condition alone, together with the kinds, which decide whether our own reads are shown.
            let alone = |filter: EventFilter| select(&events, &EventFilter { kinds: kinds.clone(), ..filter }).indices;
            let each = [
                alone(EventFilter { action, ..EventFilter::default() }),
                alone(EventFilter { outcome, ..EventFilter::default() }),
                alone(EventFilter { user, ..EventFilter::default() }),
                alone(EventFilter { target, ..EventFilter::default() }),
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

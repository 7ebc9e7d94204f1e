//! Which events a list shows. Knows readings and alerts; no counts and no pages.

use std::borrow::Cow;

use chrono::SecondsFormat;

use crate::{
    audit::{Alerts, Kind, Log, Outcome, Reading, Rule},
    domain::fold,
};

/// What all events of a list have in common; an empty filter takes every event.
///
/// From when to when is not asked here: that is which events are read at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of one of these kinds; of any where there are none.
    pub kinds: Vec<Kind>,
    /// Of this action, as LastPass writes it, in any letter case.
    pub action: Option<String>,
    /// Of this outcome.
    pub outcome: Option<Outcome>,
    /// Done by this person (or `API`, or `API: label`), or to this person: who asks after somebody wants both.
    pub user: Option<String>,
    /// From this address.
    pub ip: Option<String>,
    /// With this in any member, in any letter case.
    pub q: Option<String>,
    /// Part of the evidence of an alert of this rule.
    pub alert: Option<Rule>,
}

/// The events of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Their places in the log, newest first.
    pub places: Vec<u32>,
    /// How many more there are that the filter takes, and that are our own reads.
    pub hidden: u64,
}

impl Filter {
    /// The events that it takes. Our own reads, made under `our_label`, are left out unless the kind `api` is asked for.
    pub fn select(&self, log: &Log<'_>, alerts: &Alerts, our_label: &str) -> Selection {
        let mut test = Test::new(self, alerts);
        let mut selection = Selection::default();
        let shows_own_reads = self.kinds.contains(&Kind::Api);
        for place in log.newest_first() {
            let reading = log.reading(*place);
            if !test.takes(*place, &reading) {
                continue;
            }
            if !shows_own_reads && reading.is_own_read(our_label) {
                selection.hidden += 1;
            } else {
                selection.places.push(*place);
            }
        }
        selection
    }
}

/// A filter made ready to be asked of many events.
struct Test<'a> {
    filter: &'a Filter,
    alerts: &'a Alerts,
    action: Option<Cow<'a, str>>,
    user: Option<Cow<'a, str>>,
    ip: Option<&'a str>,
    q: Option<Cow<'a, str>>,
    /// One buffer serves all events.
    text: String,
}

impl<'a> Test<'a> {
    fn new(filter: &'a Filter, alerts: &'a Alerts) -> Self {
        Self {
            filter,
            alerts,
            action: filter.action.as_deref().map(fold),
            user: filter.user.as_deref().map(fold),
            ip: filter.ip.as_deref().map(str::trim),
            q: filter.q.as_deref().map(fold),
            text: String::new(),
        }
    }

    fn takes(&mut self, place: u32, reading: &Reading<'_>) -> bool {
        let fields = reading.event().fields();
        let Self { filter, alerts, action, user, ip, q, text } = self;
        (filter.kinds.is_empty() || filter.kinds.contains(&reading.kind()))
            && filter.outcome.is_none_or(|outcome| reading.outcome() == Some(outcome))
            && filter.alert.is_none_or(|rule| alerts.has(place, rule))
            && ip.is_none_or(|ip| fields.ip_address.trim().eq_ignore_ascii_case(ip))
            && action.as_ref().is_none_or(|action| fold(fields.action) == *action)
            && user.as_ref().is_none_or(|user| concerns(reading, user))
            && q.as_ref().is_none_or(|part| {
                write_members(text, reading);
                text.contains(part.as_ref())
                    || alerts.rules_of(place).any(|rule| rule.name().to_lowercase().contains(part.as_ref()))
            })
    }
}

fn concerns(reading: &Reading<'_>, user: &str) -> bool {
    reading.doer().folded().is_some_and(|doer| doer == user)
        || reading.parts().targets().any(|target| fold(target) == user)
}

/// Puts every member of an event into `text`, in lower case, with line breaks between. What is parsed out of `Data`
/// stands there already.
fn write_members(text: &mut String, reading: &Reading<'_>) {
    use std::fmt::Write;

    let event = reading.event();
    let fields = event.fields();
    text.clear();
    for member in [fields.time, fields.username, fields.ip_address, fields.action, fields.data] {
        text.push_str(member);
        text.push('\n');
    }
    let time = event.at().to_rfc3339_opts(SecondsFormat::Secs, true);
    let outcome = reading.outcome().map_or("", Outcome::name);
    let (kind, doer, description) = (reading.kind().name(), reading.doer(), reading.description());
    write!(text, "{}\n{time}\n{kind}\n{outcome}\n{doer}\n{description}", event.id())
        .expect("a text takes whatever is written");
    if text.is_ascii() {
        text.make_ascii_lowercase();
    } else {
        *text = text.to_lowercase();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Filter, Selection};
    use crate::{
        audit::{
            Alerts, Context, Kind, Log, Outcome, Rule, detect,
            example::{Example, at},
        },
        domain::Event,
    };

    fn events() -> Vec<Event> {
        Example::default()
            .event(9, "Ann@example.com", "10.0.0.1", "Failed Login Attempt", "")
            .event(8, "", "10.0.0.2", "Reporting", "Initiated by API: ours")
            .event(7, "", "10.0.0.2", "Reporting", "Initiated by API: theirs")
            .event(6, "", "10.0.0.2", "Employee invited", "ann@example.com (initiated by API: ours)")
            .event(5, "bob@example.com", "2001:DB8::1", "Make admin", "ann@example.com,cid@example.com")
            .event(4, "bob@example.com", "10.0.0.3", "Überprüft", "")
            .finish()
    }

    fn select(events: &[Event], filter: &Filter) -> Selection {
        let log = Log::new(events);
        filter.select(&log, &alerts(&log), "ours")
    }

    fn alerts(log: &Log<'_>) -> Alerts {
        detect(log, &Context { our_label: "ours", from: at(0), earlier_logins: &[], disabled: &[], own_changes: None })
    }

    fn check(filter: Filter, expected: &[u32], hidden: u64) {
        let selection = select(&events(), &filter);
        assert_eq!((selection.places.as_slice(), selection.hidden), (expected, hidden), "{filter:?}");
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn own_reads_are_hidden_until_the_kind_is_asked_for() {
        check(Filter::default(), &[0, 2, 3, 4, 5], 1);
        check(Filter { kinds: vec![Kind::Api], ..Filter::default() }, &[1, 2], 0);
        check(Filter { kinds: vec![Kind::UserManagement], ..Filter::default() }, &[3], 0);
        check(Filter { action: some("REPORTING"), ..Filter::default() }, &[2], 1);
    }

    #[test]
    fn each_member_filters_in_any_letter_case() {
        check(Filter { kinds: vec![Kind::Login, Kind::Other], ..Filter::default() }, &[0, 5], 0);
        check(Filter { action: some("failed login attempt"), ..Filter::default() }, &[0], 0);
        check(Filter { action: some("failed login"), ..Filter::default() }, &[], 0);
        check(Filter { outcome: Some(Outcome::Failure), ..Filter::default() }, &[0], 0);
        check(Filter { ip: some("2001:db8::1"), ..Filter::default() }, &[4], 0);
        check(Filter { alert: Some(Rule::AdminRightsGiven), ..Filter::default() }, &[4], 0);
    }

    #[test]
    fn a_user_is_who_did_it_and_to_whom_it_was_done() {
        check(Filter { user: some("ANN@example.com"), ..Filter::default() }, &[0, 3, 4], 0);
        check(Filter { user: some("cid@example.com"), ..Filter::default() }, &[4], 0);
        check(Filter { user: some("example.com"), ..Filter::default() }, &[], 0);
        check(Filter { user: some("api: Theirs"), ..Filter::default() }, &[2], 0);
    }

    #[test]
    fn a_part_of_any_member_is_found() {
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
            ("nothing of it", vec![]),
        ] {
            check(Filter { q: some(q), ..Filter::default() }, &expected, 0);
        }
    }

    fn any_filter() -> impl Strategy<Value = Filter> {
        let text = |texts: &[&str]| {
            prop::option::of(prop::sample::select(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()))
        };
        (
            prop::sample::subsequence(Kind::ALL.to_vec(), 0..3),
            text(&["Reporting", "make admin"]),
            prop::option::of(prop::sample::select(Outcome::ALL.to_vec())),
            text(&["ann@example.com", "bob@example.com"]),
            text(&["10.0.0.2", "10.0.0.1"]),
            text(&["example", "initiated", "ü"]),
            prop::option::of(prop::sample::select(Rule::ALL.to_vec())),
        )
            .prop_map(|(kinds, action, outcome, user, ip, q, alert)| Filter {
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
            let Filter { kinds, action, outcome, user, ip, q, alert } = filter.clone();
            // Each alone, with the kinds beside it, which decide about our own reads.
            let alone = |filter: Filter| select(&events, &Filter { kinds: kinds.clone(), ..filter }).places;
            let each = [
                alone(Filter { action, ..Filter::default() }),
                alone(Filter { outcome, ..Filter::default() }),
                alone(Filter { user, ..Filter::default() }),
                alone(Filter { ip, ..Filter::default() }),
                alone(Filter { q, ..Filter::default() }),
                alone(Filter { alert, ..Filter::default() }),
            ];
            let mut expected = select(&events, &Filter { kinds: kinds.clone(), ..Filter::default() }).places;
            expected.retain(|place| each.iter().all(|places| places.contains(place)));
            prop_assert_eq!(select(&events, &filter).places, expected);
        }
    }
}

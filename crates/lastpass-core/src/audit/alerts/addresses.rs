//! Logins from an address that a person never used. Knows the addresses of each person so far.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use crate::{
    audit::{
        EventActor, ParsedEvent,
        alerts::{AlertRule, DetectionContext, findings::Findings},
    },
    domain::normalize_name,
};

/// The addresses from which each person logged in.
pub(crate) struct Addresses<'a>(HashMap<Cow<'a, str>, Known<'a>>);

#[derive(Default)]
struct Known<'a> {
    logins: u64,
    addresses: HashSet<&'a str>,
}

impl<'a> Addresses<'a> {
    pub(crate) fn new(context: &DetectionContext<'a>) -> Self {
        let mut known: HashMap<_, Known<'a>> = HashMap::new();
        for login in context.earlier_logins.iter().filter(|login| login.at < context.from) {
            known.entry(normalize_name(login.user)).or_default().add(login.ip_address.trim());
        }
        Self(known)
    }

    /// Looks at the next login; each new address of a person is an alert of its own.
    pub(crate) fn look(&mut self, index: u32, parsed: &ParsedEvent<'a>, findings: &mut Findings<'a>) {
        let actor = parsed.actor();
        let address = parsed.event().fields().ip_address.trim();
        let EventActor::Person(user) = actor else { return };
        if address.is_empty() {
            return;
        }
        let known = self.0.entry(normalize_name(user)).or_default();
        let is_enough = known.logins >= AlertRule::LoginFromNewAddress.threshold();
        if known.add(address) && is_enough {
            let alert = findings.open(AlertRule::LoginFromNewAddress, actor);
            findings.extend(alert, index, 1);
        }
    }
}

impl<'a> Known<'a> {
    /// Whether the address is new.
    fn add(&mut self, address: &'a str) -> bool {
        self.logins += 1;
        self.addresses.insert(address)
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::{
        EventLog,
        alerts::{AlertRule, DetectionContext, EarlierLogin, detect},
        test_events::{TestEvents, at},
    };

    const HOME: &str = "10.0.0.1";

    /// How many logins in the window and before it, all from home; then one from elsewhere.
    fn alerts(action: &str, in_window: i64, before: i64, kept_of_the_window: i64) -> Vec<(AlertRule, Option<String>)> {
        let events = (0..in_window)
            .fold(TestEvents::default(), |log, second| log.event(second, "Ann@example.com", HOME, "Log in", ""))
            .event(100, "ann@example.com", "10.0.0.9", action, "")
            .event(101, "ann@example.com", "10.0.0.9", "Log in", "")
            .event(102, "ann@example.com", "", "Log in", "")
            .finish();
        let kept = |second| EarlierLogin { user: "ann@example.com", ip_address: HOME, at: at(second) };
        let earlier_logins: Vec<_> = (-before..kept_of_the_window).map(kept).collect();
        let context = DetectionContext {
            our_label: "",
            from: at(0),
            earlier_logins: &earlier_logins,
            disabled: &[],
            own_changes: None,
        };
        let alerts = detect(&EventLog::new(&events), &context);
        alerts.list().iter().map(|alert| (alert.rule, alert.user.clone())).collect()
    }

    #[test]
    fn a_new_address_after_ten_logins_is_one_alert() {
        let expected = [(AlertRule::LoginFromNewAddress, Some("ann@example.com".to_owned()))];
        for (in_window, before) in [(10, 0), (0, 10), (4, 6)] {
            assert_eq!(alerts("Log in", in_window, before, 0), expected, "{in_window} {before}");
            assert_eq!(alerts("SAML login", in_window, before, 0), expected, "{in_window} {before}");
        }
    }

    #[test]
    fn fewer_logins_known_addresses_and_failures_stay_quiet() {
        assert_eq!(alerts("Log in", 9, 0, 0), []);
        // What was kept of the window itself does not count twice.
        assert_eq!(alerts("Log in", 5, 4, 5), []);
        // The failure is none; the login after it is.
        assert_eq!(alerts("Failed login attempt", 10, 0, 0).len(), 1);
        assert_eq!(alerts("Failed login attempt", 9, 0, 0), []);
    }
}

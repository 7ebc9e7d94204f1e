//! Detects logins from an IP address that the user has not used before. Knows each user's addresses so far.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use crate::{
    audit::{
        EventActor, ParsedEvent,
        alerts::{AlertRule, DetectionContext, builder::AlertsBuilder},
    },
    domain::normalize_name,
};

/// The IP addresses from which each user has logged in.
pub(crate) struct NewAddressDetector<'a>(HashMap<Cow<'a, str>, KnownAddresses<'a>>);

#[derive(Default)]
struct KnownAddresses<'a> {
    logins: u64,
    addresses: HashSet<&'a str>,
}

impl<'a> NewAddressDetector<'a> {
    pub(crate) fn new(context: &DetectionContext<'a>) -> Self {
        let mut known: HashMap<_, KnownAddresses<'a>> = HashMap::new();
        for login in context.earlier_logins.iter().filter(|login| login.at < context.from) {
            known.entry(normalize_name(login.user)).or_default().add(login.ip_address.trim());
        }
        Self(known)
    }

    /// Adds the next login. Each new address of a user is a separate alert.
    pub(crate) fn observe(&mut self, index: u32, parsed: &ParsedEvent<'a>, alerts: &mut AlertsBuilder<'a>) {
        let actor = parsed.actor();
        let address = parsed.event().fields().ip_address.trim();
        let EventActor::Person(user) = actor else { return };
        if address.is_empty() {
            return;
        }
        let known = self.0.entry(normalize_name(user)).or_default();
        let has_history = known.logins >= AlertRule::LoginFromNewAddress.threshold();
        if known.add(address) && has_history {
            let alert = alerts.open(AlertRule::LoginFromNewAddress, actor);
            alerts.extend(alert, index, 1);
        }
    }
}

impl<'a> KnownAddresses<'a> {
    /// Returns whether the address is new.
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

    /// The alerts after so many logins from `HOME` in the period and before it, then `action` from another address.
    fn alerts(
        action: &str,
        in_period: i64,
        before: i64,
        stored_of_the_period: i64,
    ) -> Vec<(AlertRule, Option<String>)> {
        let events = (0..in_period)
            .fold(TestEvents::default(), |log, second| log.event(second, "Ann@example.com", HOME, "Log in", ""))
            .event(100, "ann@example.com", "10.0.0.9", action, "")
            .event(101, "ann@example.com", "10.0.0.9", "Log in", "")
            .event(102, "ann@example.com", "", "Log in", "")
            .finish();
        let stored = |second| EarlierLogin { user: "ann@example.com", ip_address: HOME, at: at(second) };
        let earlier_logins: Vec<_> = (-before..stored_of_the_period).map(stored).collect();
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
    fn a_new_address_after_ten_logins_raises_one_alert() {
        let expected = [(AlertRule::LoginFromNewAddress, Some("ann@example.com".to_owned()))];
        for (in_period, before) in [(10, 0), (0, 10), (4, 6)] {
            assert_eq!(alerts("Log in", in_period, before, 0), expected, "{in_period} {before}");
            assert_eq!(alerts("SAML login", in_period, before, 0), expected, "{in_period} {before}");
        }
    }

    #[test]
    fn fewer_logins_known_addresses_and_failed_logins_raise_no_alert() {
        assert_eq!(alerts("Log in", 9, 0, 0), []);
        // Stored logins of the period itself are not counted twice.
        assert_eq!(alerts("Log in", 5, 4, 5), []);
        // The failed login raises none; the login after it does.
        assert_eq!(alerts("Failed login attempt", 10, 0, 0).len(), 1);
        assert_eq!(alerts("Failed login attempt", 9, 0, 0), []);
    }
}

//! Detects logins from an IP address that the user has not used before. Knows each user's addresses so far.
//!
//! Clients use many ports, and many addresses of one IPv6 /64, so that networks are compared rather than texts.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use crate::{
    audit::{
        EventActor, ParsedEvent, SourceAddress,
        alerts::{AlertRule, DetectionContext, builder::AlertsBuilder},
        source_address::SourceNetwork,
    },
    domain::normalize_address,
};

/// The IP addresses from which each user has logged in.
pub(crate) struct NewAddressDetector<'a>(HashMap<Cow<'a, str>, KnownAddresses<'a>>);

#[derive(Default)]
struct KnownAddresses<'a> {
    logins: u64,
    places: HashSet<Place<'a>>,
}

/// Where a login came from.
#[derive(PartialEq, Eq, Hash)]
enum Place<'a> {
    Network(SourceNetwork),
    /// LastPass wrote something other than an IP address.
    Text(&'a str),
}

impl<'a> NewAddressDetector<'a> {
    pub(crate) fn new(context: &DetectionContext<'a>) -> Self {
        let mut known: HashMap<_, KnownAddresses<'a>> = HashMap::new();
        for login in context.earlier_logins.iter().filter(|login| login.at < context.from) {
            known.entry(normalize_address(login.user)).or_default().add(login.ip_address.trim());
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
        let known = self.0.entry(normalize_address(user)).or_default();
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
        self.places.insert(match SourceAddress::parse(address) {
            Some(address) => Place::Network(address.network()),
            None => Place::Text(address),
        })
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

    /// The number of alerts of one user's logins from these addresses.
    fn count(addresses: impl IntoIterator<Item = String>) -> usize {
        let events = addresses.into_iter().zip(0..).fold(TestEvents::default(), |log, (address, second)| {
            log.event(second, "ann@example.com", &address, "Log in", "")
        });
        let context =
            DetectionContext { our_label: "", from: at(0), earlier_logins: &[], disabled: &[], own_changes: None };
        detect(&EventLog::new(&events.finish()), &context).list().len()
    }

    #[test]
    fn ports_and_addresses_of_one_network_are_one_place() {
        assert_eq!(count((0..40).map(|n| format!("203.0.113.7:{}", 50_000 + n))), 0);
        assert_eq!(count((0..40).map(|n| format!("2001:db8:1:2:{n:x}:aaaa:bbbb:{n:x}"))), 0);
        assert_eq!(count((0..40).map(|n| format!("[2001:db8:1:2::{n:x}]:443"))), 0);
        let forms = ["203.0.113.7", "::ffff:203.0.113.7", "203.0.113.7:443", "::ffff:cb00:7107"];
        assert_eq!(count(forms.into_iter().cycle().take(40).map(str::to_owned)), 0);
        assert_eq!(count((0..40).map(|n| format!("203.0.113.{n}"))), 30);
        assert_eq!(count((0..40).map(|n| format!("2001:db8:1:{n:x}::1"))), 30);
        assert_eq!(count((0..40).map(|n| format!("office {n}"))), 30);
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

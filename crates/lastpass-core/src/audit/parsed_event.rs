//! One event, parsed: kind, outcome, actor and details. Borrows everything from the event.

use std::fmt;

use crate::{
    audit::{EventAction, EventActor, EventDetails, EventKind, EventOutcome, action::ActionEffect},
    domain::Event,
};

/// An event with its action and actor.
#[derive(Debug, Clone, Copy)]
pub struct ParsedEvent<'a> {
    event: &'a Event,
    action: Option<&'static EventAction>,
    actor: EventActor<'a>,
    /// `Data` without the part that names the actor.
    data: &'a str,
}

impl<'a> ParsedEvent<'a> {
    /// Parses an event.
    pub fn new(event: &'a Event) -> Self {
        Self::with_action(event, EventAction::find(event.fields().action))
    }

    /// Like [`ParsedEvent::new`], with an action that has been looked up before.
    pub(crate) fn with_action(event: &'a Event, action: Option<&'static EventAction>) -> Self {
        let kind = action.map_or(EventKind::Other, |action| action.kind);
        let (actor, data) = EventActor::parse(&event.fields(), kind);
        Self { event, action, actor, data }
    }

    /// The event itself.
    pub fn event(&self) -> &'a Event {
        self.event
    }

    /// The kind; [`EventKind::Other`] if the action is unknown.
    pub fn kind(&self) -> EventKind {
        self.action.map_or(EventKind::Other, |action| action.kind)
    }

    /// Success or failure; `None` if the action does not say or is unknown.
    pub fn outcome(&self) -> Option<EventOutcome> {
        self.action.and_then(|action| action.outcome)
    }

    /// Who caused the event.
    pub fn actor(&self) -> EventActor<'a> {
        self.actor
    }

    /// The action in the table; `None` if it is unknown.
    pub(crate) fn action(&self) -> Option<&'static EventAction> {
        self.action
    }

    /// Whether `Data` says nothing, apart from the actor.
    pub(crate) fn has_empty_data(&self) -> bool {
        self.data.trim().is_empty()
    }

    /// The parsed `Data`. Parses it at each call.
    pub fn details(&self) -> EventDetails<'a> {
        self.action.map_or_else(EventDetails::default, |action| action.data_format.parse(self.data))
    }

    /// A description in English, which contains only what LastPass logged.
    pub fn description(&self) -> impl fmt::Display + use<'a> {
        EventDescription(*self)
    }

    /// Whether the action is in the table.
    pub fn has_known_action(&self) -> bool {
        self.action.is_some()
    }

    /// Whether the event is a read of the API under our label.
    pub fn is_own_read(&self, our_label: &str) -> bool {
        self.effect() == Some(ActionEffect::ApiRead) && self.actor.is_api_with_label(our_label)
    }

    /// Whether the event is a read of the API under our label or without a label: LastPass does not always log ours.
    pub fn may_be_own_read(&self, our_label: &str) -> bool {
        let is_unlabelled = matches!(self.actor, EventActor::Api { label: None });
        self.is_own_read(our_label) || (is_unlabelled && self.effect() == Some(ActionEffect::ApiRead))
    }

    /// The effect of the action; `None` if the action is unknown.
    pub(crate) fn effect(&self) -> Option<ActionEffect> {
        self.action.map(|action| action.effect)
    }
}

struct EventDescription<'a>(ParsedEvent<'a>);

impl fmt::Display for EventDescription<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(parsed) = self;
        let fields = parsed.event.fields();
        let action = fields.action.trim();
        f.write_str(if action.is_empty() { "An action without a name" } else { action })?;
        let mut separator = ": ";
        let mut part = |name: &str, text: Option<&str>| {
            let Some(text) = text else { return Ok(()) };
            write!(f, "{separator}{name}{text}")?;
            separator = ", ";
            Ok(())
        };
        let details = parsed.details();
        if details == EventDetails::default() {
            part("", Some(parsed.data.trim()).filter(|data| !data.is_empty()))?;
        }
        part("user ", details.target)?;
        part("group ", details.group)?;
        part("folder ", details.folder)?;
        // The text of a secure note starts with "Secure Note".
        let site = if details.site.is_some_and(|site| site.starts_with("Secure Note")) { "" } else { "site " };
        part(site, details.site)?;
        part("policy ", details.policy)?;
        part("new value ", details.new_value)?;
        part("with ", details.client)?;
        let mut comma = if separator == ", " { ", " } else { " " };
        match parsed.actor {
            EventActor::Api { label } => {
                write!(f, "{comma}by the API")?;
                if let Some(label) = label {
                    write!(f, " as {label}")?;
                }
                comma = ", ";
            }
            EventActor::Person(_) | EventActor::Unknown => {}
        }
        match fields.ip_address.trim() {
            "" => Ok(()),
            address => write!(f, "{comma}from {address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ParsedEvent;
    use crate::audit::{
        EventAction, EventActor, EventDetails, EventKind,
        test_events::{TestEvents, sample_log},
    };

    #[test]
    fn descriptions_contain_only_what_the_event_says() {
        let check = |user: &str, ip: &str, action: &str, data: &str, expected: &str| {
            let events = TestEvents::default().event(0, user, ip, action, data).finish();
            assert_eq!(ParsedEvent::new(&events[0]).description().to_string(), expected);
        };
        check("ann@example.com", "10.0.0.1", "Failed login attempt", "", "Failed login attempt from 10.0.0.1");
        check("ann@example.com", "10.0.0.1", "Log in", "LastPass via Website", "Log in: with Website, from 10.0.0.1");
        check("ann@example.com", "", "Make admin", "bob@example.com", "Make admin: user bob@example.com");
        check("", "::1", "Reporting", "Initiated by API: x", "Reporting by the API as x, from ::1");
        check("", "", "Renamed shared folder", "'a' 'b'", "Renamed shared folder: folder a, new value b");
        check("", "", "Open secure note", "Secure Note (x) from y", "Open secure note: folder y, Secure Note (x)");
        check("", "", "Danced", "on the table", "Danced: on the table");
        check("", "", "", "", "An action without a name");
    }

    #[test]
    fn all_94_sample_events_are_known_and_parse_alike_in_both_casings() {
        let events = sample_log();
        assert_eq!(events.len(), 94);
        let (title_case, sentence_case) = events.split_at(47);
        for (old, new) in title_case.iter().zip(sentence_case) {
            let (old, new) = (ParsedEvent::new(old), ParsedEvent::new(new));
            let fields = new.event().fields();
            assert_ne!(new.kind(), EventKind::Other, "{fields:?}");
            assert_eq!(
                (old.kind(), old.outcome(), old.actor(), old.details()),
                (new.kind(), new.outcome(), new.actor(), new.details())
            );
            // All but one are parsed completely: `Data` has details, names the API or is empty.
            let is_complete = new.details() != EventDetails::default()
                || new.actor() == EventActor::Api { label: None }
                || fields.data.is_empty()
                || fields.data == " from INVALID SHARED FOLDER";
            assert!(is_complete, "{fields:?}");
        }
    }

    #[test]
    fn own_reads_are_reads_under_our_label() {
        let check = |user: &str, action: &str, data: &str, expected: bool| {
            let events = TestEvents::default().event(0, user, "", action, data).finish();
            assert_eq!(ParsedEvent::new(&events[0]).is_own_read("ours"), expected, "{user} {action} {data}");
        };
        check("", "Reporting", "Initiated by API: ours", true);
        check("API: Ours", "Get User Data", "", true);
        check("", "Get shared folder data", "Initiated by API: theirs", false);
        check("", "Reporting", "Initiated by API", false);
        check("ours", "Reporting", "", false);
        check("API: ours", "Employee invited", "a@example.com", false);
        check("API: ours", "Unheard of", "", false);
    }

    /// Pieces that occur in `Data`, and some that do not.
    const PIECES: [&str; 16] = [
        "'",
        " ",
        "' '",
        " to ",
        " from ",
        "Secure Note (",
        ")",
        "VID: ",
        "a@b",
        ",",
        "é",
        "-Shared-",
        " New value: ",
        "Initiated by API",
        ":",
        " - ",
    ];

    proptest! {
        #[test]
        fn any_data_can_be_parsed_and_details_are_substrings_of_it(
            pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..10),
            action in prop::sample::select(EventAction::names().collect::<Vec<_>>()),
            user in prop::sample::select(vec!["", "API", "ann@example.com"]),
        ) {
            let data = pieces.concat();
            let events = TestEvents::default().event(0, user, "", action, &data).finish();
            let parsed = ParsedEvent::new(&events[0]);
            let EventDetails { target, group, folder, site, policy, client, new_value } = parsed.details();
            for part in [target, group, folder, site, policy, client, new_value].into_iter().flatten() {
                prop_assert!(data.contains(part) && !part.is_empty() && part.trim() == part);
            }
            prop_assert!(parsed.details().targets().all(|target| !target.contains(' ')));
            prop_assert!(parsed.description().to_string().starts_with(action));
        }
    }
}

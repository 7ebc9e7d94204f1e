//! One event, read: what it is, who did it, to whom and to what. Borrows everything from the event.

use std::fmt;

use crate::{
    audit::{Action, Doer, Kind, Outcome, Parts, action::Effect},
    domain::Event,
};

/// An event and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    event: &'a Event,
    action: Option<&'static Action>,
    doer: Doer<'a>,
    /// The event's `Data` without what it says of the API.
    data: &'a str,
}

impl<'a> Reading<'a> {
    /// The reading of an event.
    pub fn of(event: &'a Event) -> Self {
        Self::with_action(event, Action::find(event.fields().action))
    }

    /// The same, where the action has been looked up before.
    pub(crate) fn with_action(event: &'a Event, action: Option<&'static Action>) -> Self {
        let kind = action.map_or(Kind::Other, |action| action.kind);
        let (doer, data) = Doer::of(&event.fields(), kind);
        Self { event, action, doer, data }
    }

    /// The event itself.
    pub fn event(&self) -> &'a Event {
        self.event
    }

    /// What it is about.
    pub fn kind(&self) -> Kind {
        self.action.map_or(Kind::Other, |action| action.kind)
    }

    /// How it ended; nothing where the action does not tell.
    pub fn outcome(&self) -> Option<Outcome> {
        self.action.and_then(|action| action.outcome)
    }

    /// Who did it.
    pub fn doer(&self) -> Doer<'a> {
        self.doer
    }

    /// To whom and to what; parsed anew at each call.
    pub fn parts(&self) -> Parts<'a> {
        self.action.map_or_else(Parts::default, |action| action.grammar.parse(self.data))
    }

    /// The event in words: only what LastPass said.
    pub fn description(&self) -> impl fmt::Display + use<'a> {
        Description(*self)
    }

    /// Whether the action is one that the table knows.
    pub fn is_known(&self) -> bool {
        self.action.is_some()
    }

    /// Whether we made it, under our label, and only asked.
    pub fn is_own_read(&self, our_label: &str) -> bool {
        self.effect() == Some(Effect::Asked) && self.doer.is_api_of(our_label)
    }

    /// The same, or a question of somebody under no label: LastPass does not always write ours down.
    pub fn may_be_own_read(&self, our_label: &str) -> bool {
        let is_nameless = matches!(self.doer, Doer::Api { label: None });
        self.is_own_read(our_label) || (is_nameless && self.effect() == Some(Effect::Asked))
    }

    /// What the action did; nothing where the table does not know it.
    pub(crate) fn effect(&self) -> Option<Effect> {
        self.action.map(|action| action.effect)
    }
}

struct Description<'a>(Reading<'a>);

impl fmt::Display for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(reading) = self;
        let fields = reading.event.fields();
        let action = fields.action.trim();
        f.write_str(if action.is_empty() { "An action without a name" } else { action })?;
        let mut separator = ": ";
        let mut part = |name: &str, text: Option<&str>| {
            let Some(text) = text else { return Ok(()) };
            write!(f, "{separator}{name}{text}")?;
            separator = ", ";
            Ok(())
        };
        let parts = reading.parts();
        if parts == Parts::default() {
            part("", Some(reading.data.trim()).filter(|data| !data.is_empty()))?;
        }
        part("user ", parts.target)?;
        part("group ", parts.group)?;
        part("folder ", parts.folder)?;
        // A secure note says itself what it is.
        let site = if parts.site.is_some_and(|site| site.starts_with("Secure Note")) { "" } else { "site " };
        part(site, parts.site)?;
        part("policy ", parts.policy)?;
        part("new value ", parts.new_value)?;
        part("with ", parts.client)?;
        let mut comma = if separator == ", " { ", " } else { " " };
        match reading.doer {
            Doer::Api { label } => {
                write!(f, "{comma}by the API")?;
                if let Some(label) = label {
                    write!(f, " as {label}")?;
                }
                comma = ", ";
            }
            Doer::Person(_) | Doer::Unknown => {}
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

    use super::Reading;
    use crate::audit::{
        Action, Doer, Kind, Parts,
        example::{Example, sample_log},
    };

    #[test]
    fn events_are_told_in_words_that_invent_nothing() {
        let check = |user: &str, ip: &str, action: &str, data: &str, expected: &str| {
            let events = Example::default().event(0, user, ip, action, data).finish();
            assert_eq!(Reading::of(&events[0]).description().to_string(), expected);
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
    fn all_94_curated_events_are_known_and_both_casings_read_the_same() {
        let events = sample_log();
        assert_eq!(events.len(), 94);
        let (title_case, sentence_case) = events.split_at(47);
        for (old, new) in title_case.iter().zip(sentence_case) {
            let (old, new) = (Reading::of(old), Reading::of(new));
            let fields = new.event().fields();
            assert_ne!(new.kind(), Kind::Other, "{fields:?}");
            assert_eq!(
                (old.kind(), old.outcome(), old.doer(), old.parts()),
                (new.kind(), new.outcome(), new.doer(), new.parts())
            );
            // All but one give all that they say: what the `Data` holds is in its parts.
            let is_told = new.parts() != Parts::default()
                || new.doer() == Doer::Api { label: None }
                || fields.data.is_empty()
                || fields.data == " from INVALID SHARED FOLDER";
            assert!(is_told, "{fields:?}");
        }
    }

    #[test]
    fn own_reads_are_those_of_our_label_that_only_ask() {
        let check = |user: &str, action: &str, data: &str, expected: bool| {
            let events = Example::default().event(0, user, "", action, data).finish();
            assert_eq!(Reading::of(&events[0]).is_own_read("ours"), expected, "{user} {action} {data}");
        };
        check("", "Reporting", "Initiated by API: ours", true);
        check("API: Ours", "Get User Data", "", true);
        check("", "Get shared folder data", "Initiated by API: theirs", false);
        check("", "Reporting", "Initiated by API", false);
        check("ours", "Reporting", "", false);
        check("API: ours", "Employee invited", "a@example.com", false);
        check("API: ours", "Unheard of", "", false);
    }
    /// Pieces of which `Data` is made, and some that do not belong there.
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
        fn any_data_reads_and_parts_are_parts_of_it(
            pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..10),
            action in prop::sample::select(Action::names().collect::<Vec<_>>()),
            user in prop::sample::select(vec!["", "API", "ann@example.com"]),
        ) {
            let data = pieces.concat();
            let events = Example::default().event(0, user, "", action, &data).finish();
            let reading = Reading::of(&events[0]);
            let Parts { target, group, folder, site, policy, client, new_value } = reading.parts();
            for part in [target, group, folder, site, policy, client, new_value].into_iter().flatten() {
                prop_assert!(data.contains(part) && !part.is_empty() && part.trim() == part);
            }
            prop_assert!(reading.parts().targets().all(|target| !target.contains(' ')));
            prop_assert!(reading.description().to_string().starts_with(action));
        }
    }
}

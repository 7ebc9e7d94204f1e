//! Which events our own changes caused. Knows what a change of ours leaves in the log; no audit record and no alert.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use crate::{
    audit::{EventActor, EventLog, action::ActionEffect},
    domain::{PersonAction, normalize_address, normalize_name},
};

/// The largest difference between LastPass's time of a change and that in our record.
pub const OWN_CHANGE_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// How long LastPass may still apply a change that it has not confirmed.
const UNCONFIRMED: TimeDelta = TimeDelta::seconds(60);

/// The difference between two synchronized clocks, of which one writes whole seconds.
const CLOCK_DIFFERENCE: TimeDelta = TimeDelta::seconds(2);

/// A change that we sent to LastPass, and that it did not refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnChange<'a> {
    /// What was changed.
    pub kind: OwnChangeKind<'a>,
    /// The e-mail address of the changed account, in any letter case.
    pub target: &'a str,
    /// The label under which the change was sent.
    pub label: &'a str,
    /// When the change was sent.
    pub sent_at: DateTime<Utc>,
    /// When it was known that LastPass had applied the change; `None` if it is not known.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Whether LastPass showed the change as made before it was sent, so that it probably caused no event.
    pub already_applied: bool,
    /// The id of the action that the change is a part of.
    pub action_id: &'a str,
    /// Who requested the action.
    pub actor: &'a str,
}

/// What a change of ours changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnChangeKind<'a> {
    /// An account is created, or a user is invited.
    CreateAccount,
    /// A user is added to this group.
    AddToGroup(&'a str),
    /// A user is removed from this group.
    RemoveFromGroup(&'a str),
    /// An action on a user.
    Person(PersonAction),
}

impl OwnChangeKind<'_> {
    /// Whether a change of this kind causes events with this effect.
    fn causes(self, effect: ActionEffect) -> bool {
        match self {
            Self::CreateAccount => matches!(effect, ActionEffect::AccountCreated | ActionEffect::Invited),
            Self::AddToGroup(_) => effect == ActionEffect::AddedToGroup,
            Self::RemoveFromGroup(_) => effect == ActionEffect::RemovedFromGroup,
            Self::Person(PersonAction::Deactivate) => effect == ActionEffect::AccountDisabled,
            Self::Person(PersonAction::Restore) => effect == ActionEffect::AccountReactivated,
            Self::Person(PersonAction::Remove) => effect == ActionEffect::AccountRemoved,
            Self::Person(PersonAction::Delete) => effect == ActionEffect::AccountDeleted,
            Self::Person(PersonAction::Reinvite) => {
                matches!(effect, ActionEffect::InvitedAgain | ActionEffect::Invited)
            }
            // What LastPass logs for a withdrawn invitation is not documented.
            Self::Person(PersonAction::Uninvite) => {
                matches!(effect, ActionEffect::AccountDeleted | ActionEffect::AccountRemoved)
            }
            Self::Person(PersonAction::RequirePasswordChange) => effect == ActionEffect::PasswordChangeRequired,
            Self::Person(PersonAction::SendPasswordReset) => effect == ActionEffect::PasswordResetSent,
            Self::Person(PersonAction::DisableMfa) => effect == ActionEffect::MfaDisabled,
        }
    }

    fn group(&self) -> Option<&str> {
        match self {
            Self::AddToGroup(group) | Self::RemoveFromGroup(group) => Some(group),
            Self::CreateAccount | Self::Person(_) => None,
        }
    }
}

/// The action of ours that caused an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OwnAction {
    /// The id of the action.
    pub id: String,
    /// Who requested it.
    pub actor: String,
}

/// The events of a log that our own changes caused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnChangeMatches {
    /// By index of the event in the log.
    caused: HashMap<u32, OwnAction>,
    /// Events that may have been caused by a change of ours, but do not say enough to name it.
    plausible: HashSet<u32>,
}

impl OwnChangeMatches {
    /// The action that caused the event at an index of the log. Kind, target and label of one of its changes agree with
    /// the event, which is within the time between sent and confirmed.
    pub fn own_action(&self, index: u32) -> Option<&OwnAction> {
        self.caused.get(&index)
    }

    /// Whether a change of ours may have caused the event at an index of the log.
    pub(crate) fn may_explain(&self, index: u32) -> bool {
        self.caused.contains_key(&index) || self.plausible.contains(&index)
    }
}

/// Matches each event with at most one of our own changes. A change explains at most one event of each action.
pub fn match_own_changes(log: &EventLog<'_>, changes: &[OwnChange<'_>]) -> OwnChangeMatches {
    let mut matches = OwnChangeMatches::default();
    if changes.is_empty() {
        return matches;
    }
    let index = ChangeIndex::new(changes);
    let oldest_first = log.newest_first().iter().rev();
    let mut open: Vec<_> = oldest_first.filter_map(|index| ApiChange::find(log, *index)).collect();
    let mut explained = HashSet::new();
    // Certain matches come first, so that a less certain one never takes their change.
    for criterion in [Criterion::WithinTime, Criterion::NearTime, Criterion::AlreadyApplied, Criterion::Plausible] {
        open.retain(|event| {
            let fitting = index.near(event).filter(|change| criterion.accepts(event, change));
            if matches!(criterion, Criterion::NearTime) && fitting.clone().nth(1).is_some() {
                return true;
            }
            let matching = fitting.filter(|change| !explained.contains(&(change.sequence, event.action)));
            let Some(found) = matching.min_by_key(|change| event.distance(change)) else { return true };
            explained.insert((found.sequence, event.action));
            match criterion {
                Criterion::WithinTime | Criterion::NearTime | Criterion::AlreadyApplied => {
                    let OwnChange { action_id, actor, .. } = found.change;
                    let action = OwnAction { id: (*action_id).to_owned(), actor: (*actor).to_owned() };
                    matches.caused.insert(event.index, action);
                }
                Criterion::Plausible => {
                    matches.plausible.insert(event.index);
                }
            }
            false
        });
    }
    matches
}

/// A change in the log by the API, of one account or of an account that is not named.
struct ApiChange<'e> {
    index: u32,
    at: DateTime<Utc>,
    is_ambiguous: bool,
    label: Option<Cow<'e, str>>,
    /// The name of the action.
    action: &'static str,
    effect: ActionEffect,
    /// `None` if `Data` is empty.
    target: Option<Cow<'e, str>>,
    group: Option<Cow<'e, str>>,
}

impl<'e> ApiChange<'e> {
    fn find(log: &EventLog<'e>, index: u32) -> Option<Self> {
        let parsed = log.parsed_event(index);
        let EventActor::Api { label } = parsed.actor() else { return None };
        let action = parsed.action().filter(|action| action.effect != ActionEffect::ApiRead)?;
        let details = parsed.details();
        let mut targets = details.targets();
        let target = targets.next();
        // We change one account with each call. Of a `Data` in an unexpected format, the account is unknown.
        if targets.next().is_some() || (target.is_none() && !parsed.has_empty_data()) {
            return None;
        }
        Some(Self {
            index,
            at: parsed.event().at(),
            is_ambiguous: parsed.event().is_ambiguous(),
            label: label.map(normalize_name),
            action: action.name,
            effect: action.effect,
            target: target.map(normalize_address),
            group: details.group.map(normalize_name),
        })
    }

    /// The times that the event may have: a local time that occurs twice may mean the other hour.
    fn times(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let hours: &[i64] = if self.is_ambiguous { &[0, -1, 1] } else { &[0] };
        hours.iter().map(|hours| self.at + TimeDelta::hours(*hours))
    }

    fn distance(&self, indexed: &IndexedChange<'_, '_>) -> Option<TimeDelta> {
        self.times().map(|at| (at - indexed.change.sent_at).abs()).min()
    }
}

/// How certainly a change caused an event.
#[derive(Clone, Copy)]
enum Criterion {
    /// Kind, target and label agree, within the time between sent and confirmed.
    WithinTime,
    /// The same, with the difference that two clocks may have. Only one change fits.
    NearTime,
    /// As [`Criterion::WithinTime`], for a change that was made already: another one caused the event, if there is one.
    AlreadyApplied,
    /// What the event says agrees, but it lacks the label or the target, or its time differs by up to
    /// [`OWN_CHANGE_TOLERANCE`].
    Plausible,
}

impl Criterion {
    fn accepts(self, event: &ApiChange<'_>, indexed: &IndexedChange<'_, '_>) -> bool {
        let change = indexed.change;
        let agrees = |said: Option<&Cow<'_, str>>, own: &str| match (self, said) {
            (_, Some(said)) => *said == normalize_name(own),
            (Self::WithinTime | Self::NearTime | Self::AlreadyApplied, None) => false,
            (Self::Plausible, None) => true,
        };
        let is_eligible = match self {
            Self::WithinTime | Self::NearTime => !change.already_applied,
            Self::AlreadyApplied => change.already_applied,
            Self::Plausible => true,
        };
        is_eligible
            && change.kind.causes(event.effect)
            && agrees(event.target.as_ref(), change.target)
            && agrees(event.label.as_ref(), change.label)
            && change.kind.group().is_none_or(|group| agrees(event.group.as_ref(), group))
            && self.accepts_time(event, change)
    }

    fn accepts_time(self, event: &ApiChange<'_>, change: &OwnChange<'_>) -> bool {
        let sent = change.sent_at.trunc_subsecs(0);
        // What is settled much later was applied soon after it was sent, or by someone else.
        let settled = change.confirmed_at.unwrap_or(sent + UNCONFIRMED).min(sent + OWN_CHANGE_TOLERANCE);
        match self {
            Self::WithinTime | Self::AlreadyApplied => (sent..=settled).contains(&event.at),
            Self::NearTime => {
                let span = sent - CLOCK_DIFFERENCE..=settled + CLOCK_DIFFERENCE;
                event.times().any(|at| span.contains(&at))
            }
            Self::Plausible => {
                let span = sent - OWN_CHANGE_TOLERANCE..=sent + OWN_CHANGE_TOLERANCE;
                event.times().any(|at| span.contains(&at))
            }
        }
    }
}

/// Our changes by target, and all of them, each sorted by time.
struct ChangeIndex<'c, 'a> {
    by_target: HashMap<Cow<'a, str>, Vec<IndexedChange<'c, 'a>>>,
    all: Vec<IndexedChange<'c, 'a>>,
}

#[derive(Clone, Copy)]
struct IndexedChange<'c, 'a> {
    change: &'c OwnChange<'a>,
    sequence: usize,
}

impl<'c, 'a> ChangeIndex<'c, 'a> {
    fn new(changes: &'c [OwnChange<'a>]) -> Self {
        let mut all: Vec<_> =
            changes.iter().enumerate().map(|(sequence, change)| IndexedChange { change, sequence }).collect();
        all.sort_by_key(|indexed| indexed.change.sent_at);
        let mut by_target: HashMap<_, Vec<_>> = HashMap::new();
        for indexed in &all {
            by_target.entry(normalize_address(indexed.change.target)).or_default().push(*indexed);
        }
        Self { by_target, all }
    }

    /// The changes of the event's account that were sent at about its time; of all accounts if it names none.
    fn near(&self, event: &ApiChange<'_>) -> impl Iterator<Item = IndexedChange<'c, 'a>> + Clone {
        let changes = match &event.target {
            Some(target) => self.by_target.get(target.as_ref()).map(Vec::as_slice).unwrap_or_default(),
            None => &self.all,
        };
        let distance = OWN_CHANGE_TOLERANCE
            + CLOCK_DIFFERENCE
            + if event.is_ambiguous { TimeDelta::hours(1) } else { TimeDelta::zero() };
        let start = changes.partition_point(|indexed| indexed.change.sent_at < event.at - distance);
        let end = event.at + distance + TimeDelta::seconds(1);
        changes[start..].iter().take_while(move |indexed| indexed.change.sent_at <= end).copied()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{OwnChange, OwnChangeKind, match_own_changes};
    use crate::{
        audit::{
            EventLog,
            test_events::{TestEvents, at},
        },
        domain::PersonAction,
    };

    const ANN: &str = "ann@example.com";
    const PAT: &str = "pat.o'brien@acme.test";
    const DEACTIVATE: OwnChangeKind<'_> = OwnChangeKind::Person(PersonAction::Deactivate);
    const DEACTIVATED: &str = "Deactivated user";

    /// A change of `target` that was sent and confirmed in these seconds.
    fn change<'a>(
        kind: OwnChangeKind<'a>,
        target: &'a str,
        sent: i64,
        confirmed: i64,
        action_id: &'a str,
    ) -> OwnChange<'a> {
        OwnChange {
            kind,
            target,
            label: "ours",
            sent_at: at(sent) + TimeDelta::milliseconds(900),
            confirmed_at: Some(at(confirmed) + TimeDelta::milliseconds(100)),
            already_applied: false,
            action_id,
            actor: "admin@example.com",
        }
    }

    /// Compares the action that each event (second, user, action, data) is matched with, in the order given.
    fn check(changes: &[OwnChange<'_>], events: &[(i64, &str, &str, &str)], expected: &[Option<&str>]) {
        let log = events.iter().fold(TestEvents::default(), |log, (second, user, action, data)| {
            log.event(*second, user, "", action, data)
        });
        let events = log.finish();
        let matches = match_own_changes(&EventLog::new(&events), changes);
        let id_of = |index| matches.own_action(index).map(|action| action.id.as_str());
        let found: Vec<_> = (0..).zip(&events).map(|(index, _)| id_of(index)).collect();
        assert_eq!(found, expected, "{events:?}");
    }

    #[test]
    fn every_kind_of_change_is_matched_with_its_actions() {
        let person = OwnChangeKind::Person;
        for (kind, action, data) in [
            (OwnChangeKind::CreateAccount, "Employee account created", PAT),
            (OwnChangeKind::CreateAccount, "Employee invited", PAT),
            (OwnChangeKind::AddToGroup("Sales"), "Adding user to group", "pat.o'brien@acme.test - SALES"),
            (OwnChangeKind::AddToGroup("sales"), "Add to group", "'Sales' 'pat.o'brien@acme.test'"),
            (OwnChangeKind::RemoveFromGroup("Sales"), "Remove from group", "'Sales' 'pat.o'brien@acme.test'"),
            (DEACTIVATE, DEACTIVATED, PAT),
            (DEACTIVATE, "Deactivating user", PAT),
            (person(PersonAction::Restore), "Reactivated user", PAT),
            (person(PersonAction::Remove), "Remove user from company", PAT),
            (person(PersonAction::Delete), "Employee Account Deleted", PAT),
            (person(PersonAction::Reinvite), "Re-invite user", PAT),
            (person(PersonAction::Uninvite), "Employee account deleted", PAT),
            (person(PersonAction::RequirePasswordChange), "Require password change", PAT),
            (person(PersonAction::SendPasswordReset), "Password reset", PAT),
            (person(PersonAction::DisableMfa), "Disabled multifactor authentication", PAT),
            (person(PersonAction::DisableMfa), "Disabled YubiKey", PAT),
        ] {
            let ours = [change(kind, "Pat.O'Brien@acme.test", 100, 103, "1")];
            check(&ours, &[(101, "API: ours", action, data)], &[Some("1")]);
            check(&ours, &[(101, "", action, &format!("{data} (initiated by API: Ours)"))], &[Some("1")]);
        }
    }

    #[test]
    fn targets_groups_and_labels_are_compared_in_any_composition_and_domain_form() {
        let target = "jörg@bücher.example";
        let deactivated = [OwnChange { label: "Büro", ..change(DEACTIVATE, target, 100, 103, "1") }];
        for data in ["Jörg@Bücher.example", "jo\u{308}rg@bu\u{308}cher.example", "jörg@xn--bcher-kva.example"] {
            check(&deactivated, &[(101, "API: Bu\u{308}ro", DEACTIVATED, data)], &[Some("1")]);
        }
        let added = [change(OwnChangeKind::AddToGroup("Équipe"), target, 100, 103, "1")];
        let data = "'E\u{301}quipe' 'jo\u{308}rg@xn--bcher-kva.example'";
        check(&added, &[(101, "API: ours", "Add to group", data)], &[Some("1")]);
    }

    #[test]
    fn another_kind_target_label_group_or_time_is_not_matched() {
        let ours = [change(DEACTIVATE, ANN, 100, 103, "1")];
        for (second, user, action, data) in [
            (101, "API: ours", "Employee account deleted", ANN),
            (101, "API: ours", "Make admin", ANN),
            (101, "API: ours", "Unheard of", ANN),
            (101, "API: ours", DEACTIVATED, PAT),
            (101, "API: ours", DEACTIVATED, "ann@example.com,bob@example.com"),
            (101, "API: ours", DEACTIVATED, "two words"),
            (101, "API: ours", DEACTIVATED, ""),
            (101, "API: theirs", DEACTIVATED, ANN),
            (101, "API", DEACTIVATED, ANN),
            (101, "it@example.com", DEACTIVATED, ANN),
            (97, "API: ours", DEACTIVATED, ANN),
            (106, "API: ours", DEACTIVATED, ANN),
            (3_701, "API: ours", DEACTIVATED, ANN),
        ] {
            check(&ours, &[(second, user, action, data)], &[None]);
        }
        let group = [change(OwnChangeKind::AddToGroup("Sales"), ANN, 100, 103, "1")];
        check(&group, &[(101, "API: ours", "Adding user to group", "ann@example.com - Trade")], &[None]);
        check(&group, &[(101, "API: ours", "Remove from group", "'Sales' 'ann@example.com'")], &[None]);
        check(&[], &[(101, "API: ours", DEACTIVATED, ANN)], &[None]);
    }

    #[test]
    fn the_time_is_that_between_sent_and_confirmed() {
        let ours = [change(DEACTIVATE, ANN, 100, 103, "1")];
        // The log has whole seconds: that of the sending is part of it. Clocks differ by two seconds at most.
        for second in [98, 100, 101, 103, 105] {
            check(&ours, &[(second, "API: ours", DEACTIVATED, ANN)], &[Some("1")]);
        }
        let unknown = [OwnChange { confirmed_at: None, ..ours[0] }];
        check(&unknown, &[(160, "API: ours", DEACTIVATED, ANN)], &[Some("1")]);
        check(&unknown, &[(170, "API: ours", DEACTIVATED, ANN)], &[None]);
        // Confirmed by a read two hours later.
        let late = [change(DEACTIVATE, ANN, 100, 7_300, "1")];
        check(&late, &[(110, "API: ours", DEACTIVATED, ANN)], &[Some("1")]);
        check(&late, &[(3_700, "API: ours", DEACTIVATED, ANN)], &[None]);
    }

    #[test]
    fn an_event_is_matched_with_one_change_and_a_change_with_one_event() {
        let reinvite = OwnChangeKind::Person(PersonAction::Reinvite);
        let twice = [change(reinvite, ANN, 104, 105, "2"), change(reinvite, ANN, 100, 101, "1")];
        let event = |second| (second, "API: ours", "Re-invite user", ANN);
        check(&twice, &[event(104), event(100)], &[Some("2"), Some("1")]);
        check(&twice, &[event(102), event(104), event(100)], &[None, Some("2"), Some("1")]);
        // The event of the other change is missing: the one that is there keeps its own.
        check(&twice, &[event(105)], &[Some("2")]);
        check(&twice, &[event(101)], &[Some("1")]);
        let ours = [change(DEACTIVATE, ANN, 100, 103, "1")];
        let deactivated = |second, user| (second, user, DEACTIVATED, ANN);
        check(&ours, &[deactivated(103, "API: ours"), deactivated(101, "API: ours")], &[None, Some("1")]);
        check(&ours, &[deactivated(101, "API"), deactivated(102, "API: ours")], &[None, Some("1")]);
        // Both actions that one change is logged as.
        let created = [change(OwnChangeKind::CreateAccount, ANN, 100, 103, "1")];
        let actions =
            [(101, "API: ours", "Employee account created", ANN), (101, "API: ours", "Employee invited", ANN)];
        check(&created, &actions, &[Some("1"), Some("1")]);
    }

    #[test]
    fn an_event_outside_its_time_is_not_matched_if_two_changes_fit() {
        let reinvite = OwnChangeKind::Person(PersonAction::Reinvite);
        let both = [change(reinvite, ANN, 100, 101, "1"), change(reinvite, ANN, 102, 103, "2")];
        let event = |second| (second, "API: ours", "Re-invite user", ANN);
        // LastPass's clock is two seconds fast: the second event may be of either change.
        check(&both[..1], &[event(103)], &[Some("1")]);
        for second in [98, 99, 104, 105] {
            let only = if second < 100 { "1" } else { "2" };
            check(&both, &[event(second)], &[Some(only)]);
        }
        let near = [change(reinvite, ANN, 100, 100, "1"), change(reinvite, ANN, 101, 101, "2")];
        check(&near, &[event(102)], &[None]);
        check(&near, &[event(99)], &[None]);
        check(&near, &[event(102), event(101)], &[None, Some("2")]);
        check(&near, &[event(101), event(100)], &[Some("2"), Some("1")]);
    }

    #[test]
    fn a_change_that_was_made_already_does_not_take_the_event_of_the_one_that_made_it() {
        let made = change(DEACTIVATE, ANN, 100, 101, "1");
        let again =
            |sent, confirmed| OwnChange { already_applied: true, ..change(DEACTIVATE, ANN, sent, confirmed, "2") };
        let event = |second| (second, "API: ours", DEACTIVATED, ANN);
        for again in [again(100, 101), again(101, 102), again(102, 103)] {
            for second in [100, 101, 102] {
                check(&[made, again], &[event(second)], &[Some("1")]);
                check(&[again, made], &[event(second)], &[Some("1")]);
            }
        }
        // LastPass logs both, or only what changed nothing.
        check(&[made, again(101, 102)], &[event(101), event(100)], &[Some("2"), Some("1")]);
        check(&[again(101, 102)], &[event(101)], &[Some("2")]);
        check(&[again(101, 102)], &[event(100)], &[None]);
    }
}

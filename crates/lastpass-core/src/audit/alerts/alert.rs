//! Alerts and the events that are their evidence. Knows no rule's reasons.

use chrono::{DateTime, Utc};

use crate::{
    audit::alerts::rule::{AlertRule, AlertRuleSet},
    domain::EventId,
};

/// The most events that [`Alert::event_ids`] lists. All events are counted, and a filter by the rule finds all of them.
pub const EVIDENCE_LIMIT: usize = 100;

/// Events that an administrator should review: of one rule and one actor, or of one burst or login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The rule that matched.
    pub rule: AlertRule,
    /// The actor, as [`EventActor`](crate::audit::EventActor) displays it; `None` if LastPass does not name one.
    pub user: Option<String>,
    /// The number of events; of [`AlertRule::MassDeletion`], of the items that they deleted.
    pub count: u64,
    /// The time of the first event.
    pub first_at: DateTime<Utc>,
    /// The time of the last event.
    pub last_at: DateTime<Utc>,
    /// The newest [`EVIDENCE_LIMIT`] events, oldest first.
    pub event_ids: Vec<EventId>,
}

/// The alerts of a log, and the rules that each event is evidence for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    list: Vec<Alert>,
    /// By index of the event in the log.
    rules: Vec<AlertRuleSet>,
}

impl Alerts {
    /// `list` is in the order that [`Alerts::list`] documents; `rules` has one set per event of the log.
    pub(crate) fn new(list: Vec<Alert>, rules: Vec<AlertRuleSet>) -> Self {
        Self { list, rules }
    }

    /// All alerts, by last event (newest first), then in the order of [`AlertRule::ALL`], then by user.
    pub fn list(&self) -> &[Alert] {
        &self.list
    }

    /// Whether an event is evidence for an alert of this rule; `index` is that of the event in the log.
    ///
    /// # Panics
    /// Panics if `index` is out of range.
    pub fn has(&self, index: u32, rule: AlertRule) -> bool {
        self.rules[index as usize].contains(rule)
    }

    /// The rules that an event is evidence for, in the order of [`AlertRule::ALL`]; `index` is that of the event in the
    /// log.
    ///
    /// # Panics
    /// Panics if `index` is out of range.
    pub fn rules_of(&self, index: u32) -> impl Iterator<Item = AlertRule> + use<> {
        let rules = self.rules[index as usize];
        AlertRule::ALL.into_iter().filter(move |rule| rules.contains(*rule))
    }
}

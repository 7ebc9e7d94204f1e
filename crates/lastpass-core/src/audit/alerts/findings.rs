//! Alerts while they are gathered. Knows which events belong together; no rule's reasons.

use std::{borrow::Cow, cmp::Reverse, collections::HashMap};

use crate::audit::{
    EventActor, EventLog,
    alerts::{Alert, AlertRule, AlertRuleSet, Alerts, EVIDENCE_LIMIT},
};

/// What was found so far.
#[derive(Default)]
pub(crate) struct Findings<'a> {
    drafts: Vec<Draft<'a>>,
    /// The alert that gathers what a user did under a rule.
    by_user: HashMap<(AlertRule, Option<Cow<'a, str>>), DraftAlertId>,
}

/// An alert that may still grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DraftAlertId(usize);

struct Draft<'a> {
    rule: AlertRule,
    actor: EventActor<'a>,
    count: u64,
    /// Indices into the log, oldest first.
    indices: Vec<u32>,
}

impl<'a> Findings<'a> {
    /// Adds an event to the one alert of this rule and user.
    pub(crate) fn add(&mut self, rule: AlertRule, index: u32, actor: EventActor<'a>) {
        let key = (rule, actor.folded());
        let id = match self.by_user.get(&key) {
            Some(id) => *id,
            None => {
                let id = self.open(rule, actor);
                self.by_user.insert(key, id);
                id
            }
        };
        self.extend(id, index, 1);
    }

    /// A new alert, to which events are added by [`Findings::extend`].
    pub(crate) fn open(&mut self, rule: AlertRule, actor: EventActor<'a>) -> DraftAlertId {
        self.drafts.push(Draft { rule, actor, count: 0, indices: Vec::new() });
        DraftAlertId(self.drafts.len() - 1)
    }

    /// Adds an event that counts `count` times to an alert.
    pub(crate) fn extend(&mut self, id: DraftAlertId, index: u32, count: u64) {
        let draft = &mut self.drafts[id.0];
        draft.indices.push(index);
        draft.count += count;
    }

    /// The alerts, in order.
    pub(crate) fn finish(self, log: &EventLog<'_>) -> Alerts {
        let mut rules = vec![AlertRuleSet::default(); log.newest_first().len()];
        let mut list: Vec<_> = self
            .drafts
            .into_iter()
            .filter_map(|draft| {
                for index in &draft.indices {
                    rules[*index as usize].insert(draft.rule);
                }
                let (first, last) = (*draft.indices.first()?, *draft.indices.last()?);
                let named = &draft.indices[draft.indices.len().saturating_sub(EVIDENCE_LIMIT)..];
                Some(Alert {
                    rule: draft.rule,
                    user: draft.actor.folded().map(|_| draft.actor.to_string()),
                    count: draft.count,
                    first_at: log.event(first).at(),
                    last_at: log.event(last).at(),
                    event_ids: named.iter().map(|index| log.event(*index).id()).collect(),
                })
            })
            .collect();
        list.sort_by(|left, right| {
            let key = |alert: &Alert| (Reverse(alert.last_at), alert.rule);
            key(left).cmp(&key(right)).then_with(|| left.user.cmp(&right.user))
        });
        Alerts { list, rules }
    }
}

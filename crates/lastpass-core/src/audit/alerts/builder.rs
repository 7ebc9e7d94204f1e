//! Collects alerts during detection. Knows which events belong to one alert; no rule's reasons.

use std::{borrow::Cow, cmp::Reverse, collections::HashMap};

use crate::audit::{
    EventActor, EventLog,
    alerts::{Alert, AlertRule, Alerts, EVIDENCE_LIMIT, rule::AlertRuleSet},
};

/// The alerts found so far.
#[derive(Default)]
pub(crate) struct AlertsBuilder<'a> {
    drafts: Vec<DraftAlert<'a>>,
    /// The alert that [`AlertsBuilder::add`] extends, by rule and actor.
    by_actor: HashMap<(AlertRule, Option<Cow<'a, str>>), DraftId>,
}

/// Identifies an alert that may still get more events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DraftId(usize);

struct DraftAlert<'a> {
    rule: AlertRule,
    actor: EventActor<'a>,
    count: u64,
    /// Indices in the log, oldest event first.
    indices: Vec<u32>,
}

impl<'a> AlertsBuilder<'a> {
    /// Adds an event to the one alert of this rule and actor.
    pub(crate) fn add(&mut self, rule: AlertRule, index: u32, actor: EventActor<'a>) {
        let key = (rule, actor.key());
        let id = match self.by_actor.get(&key) {
            Some(id) => *id,
            None => {
                let id = self.open(rule, actor);
                self.by_actor.insert(key, id);
                id
            }
        };
        self.extend(id, index, 1);
    }

    /// Opens a separate alert, to which [`AlertsBuilder::extend`] adds events.
    pub(crate) fn open(&mut self, rule: AlertRule, actor: EventActor<'a>) -> DraftId {
        self.drafts.push(DraftAlert { rule, actor, count: 0, indices: Vec::new() });
        DraftId(self.drafts.len() - 1)
    }

    /// Adds an event to an alert, and `count` to the alert's count.
    pub(crate) fn extend(&mut self, id: DraftId, index: u32, count: u64) {
        let draft = &mut self.drafts[id.0];
        draft.indices.push(index);
        draft.count += count;
    }

    /// The alerts, sorted.
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
                let newest = &draft.indices[draft.indices.len().saturating_sub(EVIDENCE_LIMIT)..];
                Some(Alert {
                    rule: draft.rule,
                    user: draft.actor.key().map(|_| draft.actor.to_string()),
                    count: draft.count,
                    first_at: log.event(first).at(),
                    last_at: log.event(last).at(),
                    event_ids: newest.iter().map(|index| log.event(*index).id()).collect(),
                })
            })
            .collect();
        list.sort_by(|left, right| {
            let key = |alert: &Alert| (Reverse(alert.last_at), alert.rule);
            key(left).cmp(&key(right)).then_with(|| left.user.cmp(&right.user))
        });
        Alerts::new(list, rules)
    }
}

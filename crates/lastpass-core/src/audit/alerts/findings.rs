//! Alerts while they are gathered. Knows which events belong together; no rule's reasons.

use std::{borrow::Cow, cmp::Reverse, collections::HashMap};

use crate::audit::{
    Doer, Log,
    alerts::{Alert, Alerts, EVIDENCE_LIMIT, Rule, RuleSet},
};

/// What was found so far.
#[derive(Default)]
pub(crate) struct Findings<'a> {
    drafts: Vec<Draft<'a>>,
    /// The alert that gathers what a user did under a rule.
    by_user: HashMap<(Rule, Option<Cow<'a, str>>), DraftId>,
}

/// An alert that may still grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DraftId(usize);

struct Draft<'a> {
    rule: Rule,
    doer: Doer<'a>,
    count: u64,
    /// Places in the log, oldest first.
    places: Vec<u32>,
}

impl<'a> Findings<'a> {
    /// Adds an event to the one alert of this rule and user.
    pub(crate) fn add(&mut self, rule: Rule, place: u32, doer: Doer<'a>) {
        let key = (rule, doer.folded());
        let id = match self.by_user.get(&key) {
            Some(id) => *id,
            None => {
                let id = self.open(rule, doer);
                self.by_user.insert(key, id);
                id
            }
        };
        self.extend(id, place, 1);
    }

    /// A new alert, to which events are added by [`Findings::extend`].
    pub(crate) fn open(&mut self, rule: Rule, doer: Doer<'a>) -> DraftId {
        self.drafts.push(Draft { rule, doer, count: 0, places: Vec::new() });
        DraftId(self.drafts.len() - 1)
    }

    /// Adds an event that counts `count` times to an alert.
    pub(crate) fn extend(&mut self, id: DraftId, place: u32, count: u64) {
        let draft = &mut self.drafts[id.0];
        draft.places.push(place);
        draft.count += count;
    }

    /// The alerts, in order.
    pub(crate) fn finish(self, log: &Log<'_>) -> Alerts {
        let mut rules = vec![RuleSet::default(); log.newest_first().len()];
        let mut list: Vec<_> = self
            .drafts
            .into_iter()
            .filter_map(|draft| {
                for place in &draft.places {
                    rules[*place as usize].insert(draft.rule);
                }
                let (first, last) = (*draft.places.first()?, *draft.places.last()?);
                let named = &draft.places[draft.places.len().saturating_sub(EVIDENCE_LIMIT)..];
                Some(Alert {
                    rule: draft.rule,
                    user: draft.doer.folded().map(|_| draft.doer.to_string()),
                    count: draft.count,
                    first_at: log.event(first).at(),
                    last_at: log.event(last).at(),
                    event_ids: named.iter().map(|place| log.event(*place).id()).collect(),
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

//! The faults that wait for calls: those told one by one, and those by chance.

use std::time::Duration;

use fastrand::Rng;

use crate::fault::{Fault, FaultKind};

/// All faults to come.
#[derive(Default)]
pub(crate) struct Faults {
    told: Vec<Fault>,
    by_chance: Vec<ByChance>,
}

/// Faults that each fitting call meets with some probability.
struct ByChance {
    rng: Rng,
    rate: f64,
    kinds: Vec<FaultKind>,
    /// The commands that fit, by either dialect's name; empty means every one.
    commands: Vec<String>,
}

/// What one call meets: all delays, and at most one fault of another kind.
#[derive(Default)]
pub(crate) struct Met {
    pub(crate) delays: Vec<Duration>,
    pub(crate) kind: Option<FaultKind>,
}

impl Met {
    fn take(&mut self, kind: FaultKind) {
        if let FaultKind::Delay(delay) = kind {
            self.delays.push(delay);
        } else {
            self.kind = Some(kind);
        }
    }
}

impl Faults {
    pub(crate) fn tell(&mut self, fault: Fault) {
        self.told.push(fault);
    }

    pub(crate) fn add_chance(&mut self, seed: u64, rate: f64, kinds: Vec<FaultKind>, commands: &[&str]) {
        let commands = commands.iter().map(|&name| name.to_owned()).collect();
        self.by_chance.push(ByChance { rng: Rng::with_seed(seed), rate, kinds, commands });
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What a call of the command with these names meets; faults that were told come first.
    pub(crate) fn meet(&mut self, names: [&str; 3]) -> Met {
        let mut met = Met::default();
        for fault in &mut self.told {
            if fault.strikes(names) {
                met.take(fault.kind.clone());
                if met.kind.is_some() {
                    break;
                }
            }
        }
        self.told.retain(|fault| fault.times != Some(0));
        for chance in &mut self.by_chance {
            // Drawn for every call that fits, so that other faults do not shift what is to come.
            if let Some(kind) = chance.draw(names)
                && met.kind.is_none()
            {
                met.take(kind);
            }
        }
        met
    }
}

impl ByChance {
    fn draw(&mut self, names: [&str; 3]) -> Option<FaultKind> {
        if self.kinds.is_empty()
            || !(self.commands.is_empty() || self.commands.iter().any(|name| names.contains(&&**name)))
        {
            return None;
        }
        let (struck, kind) = (self.rng.f64() < self.rate, self.rng.usize(0..self.kinds.len()));
        struck.then(|| self.kinds[kind].clone())
    }
}

//! The pending faults, scheduled and random, and which of them apply to a call.

use std::time::Duration;

use fastrand::Rng;

use crate::fault::{Fault, FaultKind};

/// All pending faults.
#[derive(Default)]
pub(crate) struct FaultInjector {
    scheduled: Vec<Fault>,
    random: Vec<RandomFaults>,
}

/// Faults that apply to each matching call with a fixed probability.
struct RandomFaults {
    rng: Rng,
    rate: f64,
    kinds: Vec<FaultKind>,
    /// The matching commands, by either dialect's name; empty matches every command.
    commands: Vec<String>,
}

/// The faults that apply to one call: all delays, and at most one fault of another kind.
#[derive(Default)]
pub(crate) struct AppliedFaults {
    pub(crate) delays: Vec<Duration>,
    pub(crate) kind: Option<FaultKind>,
}

impl AppliedFaults {
    fn add(&mut self, kind: FaultKind) {
        if let FaultKind::Delay(delay) = kind {
            self.delays.push(delay);
        } else {
            self.kind = Some(kind);
        }
    }
}

impl FaultInjector {
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.scheduled.push(fault);
    }

    pub(crate) fn inject_random(&mut self, seed: u64, rate: f64, kinds: Vec<FaultKind>, commands: &[&str]) {
        let commands = commands.iter().map(|&name| name.to_owned()).collect();
        self.random.push(RandomFaults { rng: Rng::with_seed(seed), rate, kinds, commands });
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns the faults of the next call of the command with these names; scheduled faults take precedence.
    pub(crate) fn next_call(&mut self, names: [&str; 3]) -> AppliedFaults {
        let mut applied = AppliedFaults::default();
        for fault in &mut self.scheduled {
            if fault.consume(names) {
                applied.add(fault.kind.clone());
                if applied.kind.is_some() {
                    break;
                }
            }
        }
        self.scheduled.retain(|fault| fault.times != Some(0));
        for random in &mut self.random {
            // Every matching call draws, so that other faults do not shift later draws.
            if let Some(kind) = random.draw(names)
                && applied.kind.is_none()
            {
                applied.add(kind);
            }
        }
        applied
    }
}

impl RandomFaults {
    fn draw(&mut self, names: [&str; 3]) -> Option<FaultKind> {
        if self.kinds.is_empty()
            || !(self.commands.is_empty() || self.commands.iter().any(|name| names.contains(&&**name)))
        {
            return None;
        }
        let (applies, kind) = (self.rng.f64() < self.rate, self.rng.usize(0..self.kinds.len()));
        applies.then(|| self.kinds[kind].clone())
    }
}

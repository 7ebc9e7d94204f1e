//! The record of calls: what was asked, about whom, and whether it did anything.

use crate::request::Request;

/// One call that was made, answered or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The command as sent.
    pub command: String,
    /// The page index asked for.
    pub page: Option<u64>,
    /// The caller's label (`apiuser`).
    pub label: Option<String>,
    /// The addresses it was about, in lower case; none for a question about everyone.
    pub usernames: Vec<String>,
    /// Whether it changed the account or sent mail, by now; never for a question.
    pub had_effect: bool,
}

/// The calls since they were last forgotten. A call's number stays its own when others are forgotten.
#[derive(Default)]
pub(crate) struct Calls {
    forgotten: usize,
    kept: Vec<Call>,
}

impl Calls {
    /// Takes a call down and gives its number.
    pub(crate) fn record(&mut self, request: &Request) -> usize {
        self.kept.push(Call {
            command: request.command.clone(),
            page: request.number("pageindex"),
            label: request.label.clone(),
            usernames: request.about(),
            had_effect: false,
        });
        self.forgotten + self.kept.len() - 1
    }

    /// Notes that the call did something, unless it is forgotten.
    pub(crate) fn mark_acted(&mut self, number: usize) {
        let call = number.checked_sub(self.forgotten).and_then(|position| self.kept.get_mut(position));
        if let Some(call) = call {
            call.had_effect = true;
        }
    }

    pub(crate) fn all(&self) -> &[Call] {
        &self.kept
    }

    pub(crate) fn forget(&mut self) {
        self.forgotten += self.kept.len();
        self.kept.clear();
    }
}

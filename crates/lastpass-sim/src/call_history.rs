//! The calls that the simulator received: command, addresses, and whether the call had an effect.

use crate::request::ApiRequest;

/// One call that was received, whether or not the caller got a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The command as sent.
    pub command: String,
    /// The requested page index.
    pub page: Option<u64>,
    /// The caller's label (`apiuser`).
    pub label: Option<String>,
    /// The addresses in the request, in lower case; empty for a read of all users.
    pub usernames: Vec<String>,
    /// Whether the call has changed the account or sent mail so far; always false for a read.
    pub had_effect: bool,
}

/// The calls since the history was last cleared. A call keeps its number when the history is cleared.
#[derive(Default)]
pub(crate) struct CallHistory {
    cleared: usize,
    calls: Vec<Call>,
}

impl CallHistory {
    /// Adds a call and returns its number.
    pub(crate) fn record(&mut self, request: &ApiRequest) -> usize {
        self.calls.push(Call {
            command: request.command.clone(),
            page: request.number("pageindex"),
            label: request.label.clone(),
            usernames: request.all_usernames(),
            had_effect: false,
        });
        self.cleared + self.calls.len() - 1
    }

    /// Marks the call as having had an effect. Does nothing if the call was cleared.
    pub(crate) fn mark_effect(&mut self, number: usize) {
        let call = number.checked_sub(self.cleared).and_then(|position| self.calls.get_mut(position));
        if let Some(call) = call {
            call.had_effect = true;
        }
    }

    pub(crate) fn all(&self) -> &[Call] {
        &self.calls
    }

    pub(crate) fn clear(&mut self) {
        self.cleared += self.calls.len();
        self.calls.clear();
    }
}

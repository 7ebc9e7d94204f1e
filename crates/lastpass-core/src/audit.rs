//! LastPass's log: events in, readings, lists, counts and alerts out. Knows the domain alone; no HTTP, no JSON, no
//! clock.

mod action;
mod alerts;
mod doer;
mod figures;
mod filter;
mod grammar;
mod kind;
mod log;
mod page;
mod reading;

#[cfg(test)]
mod example;

pub use action::Action;
pub use alerts::{
    Alert, Alerts, Context, DELETION_WINDOW, DELETIONS, DisabledAccount, EARLIER_LOGINS, EVIDENCE_LIMIT, EarlierLogin,
    FAILED_LOGIN_WINDOW, FAILED_LOGINS, OWN_CHANGE_TOLERANCE, OwnChange, Rule, Severity, UnknownRule, detect,
};
pub use doer::Doer;
pub use figures::{Figures, NAMED_UNKNOWN_ACTIONS, TOP_USERS, UnknownActions, figures, unknown_actions};
pub use filter::{Filter, Selection};
use grammar::Grammar;
pub use grammar::Parts;
pub use kind::{Kind, Outcome, UnknownKind, UnknownOutcome};
pub use log::Log;
pub use page::{Page, Position, page};
pub use reading::Reading;

//! LastPass's event log: events in; parsed events, lists, counts and alerts out. Knows the domain only: no HTTP, no
//! JSON, no clock.

mod action;
mod actor;
mod alerts;
mod counts;
mod data_format;
mod filter;
mod kind;
mod log;
mod name_query;
mod own_changes;
mod page;
mod parsed_event;
mod source_address;

#[cfg(test)]
mod test_events;

pub use action::EventAction;
pub use actor::EventActor;
pub use alerts::{
    Alert, AlertRule, Alerts, DELETION_THRESHOLD, DELETION_WINDOW, DetectionContext, DisabledAccount,
    EARLIER_LOGIN_THRESHOLD, EVIDENCE_LIMIT, EarlierLogin, FAILED_LOGIN_THRESHOLD, FAILED_LOGIN_WINDOW, Severity,
    UnknownAlertRule, detect,
};
pub use counts::{
    EventCounts, MAX_TOP_USERS, MAX_UNKNOWN_ACTIONS, UnknownActions, count_events, count_unknown_actions,
};
pub use data_format::EventDetails;
pub use filter::{EventContext, EventFilter, SelectedEvents};
pub use kind::{EventKind, EventOutcome, UnknownEventKind, UnknownEventOutcome};
pub use log::EventLog;
pub use name_query::NameQuery;
pub use own_changes::{OWN_CHANGE_TOLERANCE, OwnAction, OwnChange, OwnChangeKind, OwnChangeMatches, match_own_changes};
pub use page::{EventListPage, EventPosition, paginate_events};
pub use parsed_event::ParsedEvent;
pub use source_address::SourceAddress;

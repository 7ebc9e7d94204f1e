//! Detection of events that an administrator should review. Knows the events of a period and the accounts' state; keeps
//! nothing between two calls.

mod alert;
mod builder;
mod burst;
mod context;
mod detect;
mod disabled_account;
mod foreign_api_use;
mod new_address;
mod rule;

pub use alert::{Alert, Alerts, EVIDENCE_LIMIT};
pub use context::{DetectionContext, DisabledAccount, EarlierLogin};
pub use detect::detect;
pub use rule::{
    AlertRule, DELETION_THRESHOLD, DELETION_WINDOW, EARLIER_LOGIN_THRESHOLD, FAILED_LOGIN_THRESHOLD,
    FAILED_LOGIN_WINDOW, Severity, UnknownAlertRule,
};

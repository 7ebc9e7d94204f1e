//! The one path of every change: check, claim, read and plan, record and send each step, read back, close.
//!
//! Knows the store and LastPass's client; knows no HTTP. [`ChangeService::perform`] is the entry point of requests, and
//! [`ChangeService::settle`] that of `sync`, which only resumes: they call `prepare` and `execute`, which call pure
//! functions (`plan`, `impact`, `user_state`, `reconcile`). Exports, which change nothing at LastPass, are only recorded
//! (`export`).

mod context;
mod execute;
mod export;
mod impact;
mod known_groups;
mod operation;
mod own_changes;
mod perform;
mod plan;
mod prepare;
mod reconcile;
mod request;
mod result;
mod step;
mod user_state;

pub(crate) use context::ChangeContext;
pub(crate) use execute::OpenActionSteps;
pub(crate) use export::{Export, tables_are_missing};
pub(crate) use impact::Impact;
pub(crate) use known_groups::KnownGroups;
pub(crate) use operation::{Operation, Outcome, new_action_id};
pub(crate) use own_changes::OwnChanges;
pub(crate) use perform::ChangeService;
pub(crate) use request::{Change, ChangeRequest, Details, IdempotencyKey, NewPerson};
pub(crate) use result::{ChangeError, ChangeResult, Completion};
pub(crate) use step::{Step, StepCommand, StepError, StepState};

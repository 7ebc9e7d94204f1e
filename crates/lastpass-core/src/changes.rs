//! The one path of every change: claimed, looked at, recorded, sent once, read back.
//!
//! Knows the store and LastPass's client; knows no HTTP. Decisions are pure functions (`plan`, `progress`, `impact`);
//! `run` carries them out.

mod error;
mod groups;
mod impact;
mod operation;
mod perform;
mod plan;
mod progress;
mod request;
mod run;

pub use error::ChangeError;
pub use groups::KnownGroups;
pub use impact::{AffectedFolder, Impact};
pub use operation::{Details, Operation, Outcome};
pub use perform::{ChangeRequest, ChangeResult, Changes, Completion, IdempotencyKey, new_action_id};
pub use progress::{Step, StepCommand, StepError, StepState};
pub use request::{Change, NewPerson};

//! The one path of every change: claimed, looked at, recorded, sent once, read back.
//!
//! Knows the store and LastPass's client; knows no HTTP. Decisions are pure functions (`plan`, `progress`, `impact`);
//! `run` carries them out.

mod groups;
mod impact;
mod operation;
mod perform;
mod plan;
mod progress;
mod refusal;
mod request;
mod run;

pub use groups::KnownGroups;
pub use impact::{Impact, LostFolder};
pub use operation::{Details, Operation, Outcome};
pub use perform::{Changes, Done, End, Errand, OwnedKey, action_id};
pub use progress::{Deed, Step, StepState, Trouble};
pub use refusal::Refusal;
pub use request::{Change, NewPerson};

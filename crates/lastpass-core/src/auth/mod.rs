//! Who asks, and what they may.

mod caller;
mod keys;

pub use caller::{Caller, Refusal, authenticate};
pub use keys::{DEMO_KEYS, DashboardKeys, MalformedKeys};

//! Placeholder until the mapping comes.

use crate::audit::{Reading, Severity};

pub(super) fn event(reading: &Reading<'_>, _: Option<Severity>) -> String {
    reading.event().id().to_string()
}

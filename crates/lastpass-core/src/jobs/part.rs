//! The parts of a sync: their order, their shares of the time, and how each ends.

use std::{borrow::Cow, time::Duration};

use tokio::time::Instant;

use crate::{error_chain::causes, store};

/// A part, in the order in which the parts run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartName {
    People,
    Figures,
    Changes,
    Retention,
}

impl PartName {
    /// All parts, in this order.
    pub(crate) const ALL: [Self; 4] = [Self::People, Self::Figures, Self::Changes, Self::Retention];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Figures => "figures",
            Self::Changes => "changes",
            Self::Retention => "retention",
        }
    }

    /// When a part must end in a run that began at `start`: what an earlier part leaves of its share passes on.
    pub(crate) fn deadline(self, start: Instant) -> Instant {
        start
            + Duration::from_secs(match self {
                Self::People => 120,
                Self::Figures => 120 + 10,
                Self::Changes => 120 + 10 + 100,
                Self::Retention => 120 + 10 + 100 + 10,
            })
    }
}

/// How a part ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartStatus {
    Done,
    /// Out of time.
    Partial,
    Failed,
    Skipped,
}

impl PartStatus {
    #[cfg(feature = "openapi")]
    pub(crate) const ALL: [Self; 4] = [Self::Done, Self::Partial, Self::Failed, Self::Skipped];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// How a part ended, and what it has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartOutcome {
    pub(crate) status: PartStatus,
    pub(crate) count: u64,
    /// Names no person.
    pub(crate) detail: Cow<'static, str>,
}

impl PartOutcome {
    pub(crate) fn new(status: PartStatus, count: u64, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, count, detail: detail.into() }
    }

    pub(crate) fn skipped(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(PartStatus::Skipped, 0, detail)
    }

    /// A part that the database has ended.
    pub(crate) fn failed(count: u64, error: &store::Error) -> Self {
        Self::new(PartStatus::Failed, count, causes(error))
    }
}

/// A part of a run that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartReport {
    pub(crate) name: PartName,
    pub(crate) outcome: PartOutcome,
    pub(crate) time: Duration,
}

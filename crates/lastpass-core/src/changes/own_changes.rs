//! The changes that we sent in a range of time, by the audit record. The alerts compare them with LastPass's log.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    audit::{
        Alerts, DetectionContext, DisabledAccount, EventLog, OWN_CHANGE_TOLERANCE, OwnChange, OwnChangeMatches, detect,
        match_own_changes,
    },
    changes::Operation,
    domain::People,
    request_context::RequestContext,
    store::{self, RecordEntry, RecordFilter, Store},
};

/// The most actions that are read: more than `OFFBOARDING_LIMIT` allows in a month.
const MAX_ACTIONS: u32 = 20_000;

/// An action is recorded at most this long before its last step is sent.
const RECORDING_MARGIN: TimeDelta = TimeDelta::hours(2);

/// The changes that we sent in a range of time.
pub(crate) enum OwnChanges {
    /// There is no audit record.
    NotConfigured,
    /// The audit record could not be read.
    Unavailable,
    /// The actions, of which not every step was sent.
    Known(Vec<Operation>),
}

impl OwnChanges {
    /// Reads the changes from `from` to `to`. `store` is `None` if none is configured, and an error if its settings are
    /// malformed.
    pub(crate) async fn read<E>(
        store: Result<Option<&Arc<Store>>, E>,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        context: &RequestContext<'_>,
    ) -> Self {
        let store = match store {
            Ok(Some(store)) => store,
            Ok(None) => return Self::NotConfigured,
            Err(_) => return Self::Unavailable,
        };
        let margin = OWN_CHANGE_TOLERANCE + RECORDING_MARGIN;
        let filter = RecordFilter {
            from: RecordEntry::format_time(from - margin),
            to: RecordEntry::format_time(to + margin),
            ..RecordFilter::default()
        };
        match context.time_database(store.actions(&filter, MAX_ACTIONS)).await {
            Ok(actions) if actions.len() < MAX_ACTIONS as usize => {
                Self::Known(actions.iter().filter_map(Operation::from_recorded).collect())
            }
            // The tables are created by the first change.
            Err(store::Error::NoTables) => Self::Known(Vec::new()),
            Ok(_) | Err(_) => Self::Unavailable,
        }
    }

    /// Detects the alerts of a log that starts at `from`, and the events that our own changes caused; the latter are
    /// `None` if our changes are not known. `people` is `None` if LastPass could not return them.
    pub(crate) fn detect_alerts(
        &self,
        log: &EventLog<'_>,
        from: DateTime<Utc>,
        our_label: &str,
        people: Option<&People>,
    ) -> (Alerts, Option<OwnChangeMatches>) {
        let disabled = people.map(DisabledAccount::of_people).unwrap_or_default();
        let matches = self.known(our_label).map(|changes| match_own_changes(log, &changes));
        let own_changes = matches.as_ref();
        let context = DetectionContext { our_label, from, earlier_logins: &[], disabled: &disabled, own_changes };
        (detect(log, &context), matches)
    }

    /// The changes, as if all were sent under `label`: the record does not say. `None` if they are not known.
    fn known<'a>(&'a self, label: &'a str) -> Option<Vec<OwnChange<'a>>> {
        match self {
            Self::Known(operations) => {
                Some(operations.iter().flat_map(|operation| operation.own_changes(label)).collect())
            }
            Self::NotConfigured | Self::Unavailable => None,
        }
    }
}

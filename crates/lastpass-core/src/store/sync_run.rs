//! The lease of a sync, and what a run leaves for the next one. Knows no LastPass.

use chrono::{DateTime, Utc};

use crate::store::{
    Error, RecordEntry, Store,
    database::{SqlRow, SqlValue, Transaction},
};

/// The schema version that has the tables of sync.
pub(crate) const SYNC_SCHEMA: i64 = 2;

/// A run that holds the lease.
#[derive(Debug)]
pub(crate) struct SyncRun {
    holder: String,
}

/// Whether a run may begin.
#[derive(Debug)]
pub(crate) enum SyncLease {
    Granted {
        run: SyncRun,
        state: SyncState,
    },
    /// Another run holds the lease until then.
    Running {
        until: DateTime<Utc>,
    },
}

/// What earlier readings leave for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SyncState {
    /// When the last clean reading of which all users were stored began.
    pub(crate) clean_reading: Option<DateTime<Utc>>,
    /// The last departures that were held back, since they were too many at once.
    pub(crate) held: Option<HeldDepartures>,
}

/// Departures that were too many at once: the next clean reading that lacks the same people marks them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeldDepartures {
    /// When the reading that lacked them began.
    pub(crate) at: DateTime<Utc>,
    /// They were last seen before this time: the clean reading that began then lacked them too.
    pub(crate) missing_before: Option<DateTime<Utc>>,
}

/// The last run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LastSync {
    pub(crate) started_at: Option<DateTime<Utc>>,
    /// `None` while it runs, and after it was cut short.
    pub(crate) finished_at: Option<DateTime<Utc>>,
    /// When the last complete run finished.
    pub(crate) completed_at: Option<DateTime<Utc>>,
    /// As [`SyncState::clean_reading`].
    pub(crate) clean_reading: Option<DateTime<Utc>>,
    pub(crate) lease_until: Option<DateTime<Utc>>,
}

impl LastSync {
    /// Whether the run neither ended nor can still be running.
    pub(crate) fn was_cut_short(&self, now: DateTime<Utc>) -> bool {
        self.started_at.is_some() && self.finished_at.is_none() && self.lease_until.is_none_or(|until| until <= now)
    }
}

impl Store {
    /// Begins a run that holds the lease until `until`, unless another one does. Creates missing tables.
    ///
    /// # Errors
    /// Returns [`Error::NoTables`] or [`Error::OutdatedSchema`] if tables are missing and may not be created, and an error
    /// if the database fails.
    pub(crate) async fn begin_sync(
        &self,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<SyncLease, Error> {
        match self.schema.ensure(&self.database, SYNC_SCHEMA).await {
            // The tables may exist nevertheless, which is read next.
            Err(error) if !error.is_lack_of_privilege() => return Err(error),
            Ok(()) | Err(_) => self.require_schema(SYNC_SCHEMA).await?,
        }
        let mut transaction = self.database.begin_writing().await?;
        let (now, until) = (RecordEntry::format_time(now), RecordEntry::format_time(until));
        // Locks the row: a lease that ends between the next two statements would be read as none.
        transaction.run("update lastpass_sync set holder = holder", &[]).await?;
        let begun = transaction
            .run(
                "update lastpass_sync set holder = $1, started_at = $2, finished_at = '', lease_until = $3 \
                 where lease_until <= $2",
                &[SqlValue::Text(holder), SqlValue::Text(&now), SqlValue::Text(&until)],
            )
            .await?;
        let rows =
            transaction.rows("select lease_until, clean_reading, held_at, held_before from lastpass_sync", &[]).await?;
        let row = rows.first().ok_or(Error::InvalidRow)?;
        if begun == 0 {
            return Ok(SyncLease::Running { until: time(row, 0)?.ok_or(Error::InvalidRow)? });
        }
        let missing_before = time(row, 3)?;
        let held = time(row, 2)?.map(|at| HeldDepartures { at, missing_before });
        let state = SyncState { clean_reading: time(row, 1)?, held };
        transaction.commit().await?;
        Ok(SyncLease::Granted { run: SyncRun { holder: holder.to_owned() }, state })
    }

    /// Begins a transaction of a run, which must still hold the lease.
    ///
    /// # Errors
    /// Returns [`Error::Superseded`] if another run has taken over, and an error if the database fails.
    pub(crate) async fn begin_sync_write(&self, run: &SyncRun) -> Result<Transaction, Error> {
        let mut transaction = self.database.begin_writing().await?;
        // Locks the row: a run that takes over waits until the transaction ends.
        let sql = "update lastpass_sync set holder = holder where holder = $1";
        let held = transaction.run(sql, &[SqlValue::Text(&run.holder)]).await?;
        if held == 1 { Ok(transaction) } else { Err(Error::Superseded) }
    }

    /// Stores what a clean reading leaves for the next one, once all its users are stored.
    ///
    /// # Errors
    /// As [`Store::begin_sync_write`].
    pub(crate) async fn finish_reading(&self, run: &SyncRun, state: &SyncState) -> Result<(), Error> {
        let mut transaction = self.begin_sync_write(run).await?;
        let text = |time: Option<DateTime<Utc>>| time.map_or_else(String::new, RecordEntry::format_time);
        let held_at = text(state.held.map(|held| held.at));
        let held_before = text(state.held.and_then(|held| held.missing_before));
        transaction
            .run(
                "update lastpass_sync set clean_reading = $1, held_at = $2, held_before = $3",
                &[SqlValue::Text(&text(state.clean_reading)), SqlValue::Text(&held_at), SqlValue::Text(&held_before)],
            )
            .await?;
        transaction.commit().await
    }

    /// Ends a run and its lease.
    ///
    /// # Errors
    /// As [`Store::begin_sync_write`].
    pub(crate) async fn finish_sync(&self, run: &SyncRun, at: DateTime<Utc>, is_complete: bool) -> Result<(), Error> {
        let mut transaction = self.begin_sync_write(run).await?;
        let completed_at = if is_complete { RecordEntry::format_time(at) } else { String::new() };
        transaction
            .run(
                "update lastpass_sync set holder = '', lease_until = '', finished_at = $1, \
                 completed_at = coalesce(nullif($2, ''), completed_at)",
                &[SqlValue::Text(&RecordEntry::format_time(at)), SqlValue::Text(&completed_at)],
            )
            .await?;
        transaction.commit().await
    }

    /// The last run.
    ///
    /// # Errors
    /// Returns [`Error::OutdatedSchema`] if the tables are missing, and an error if the database fails.
    pub(crate) async fn last_sync(&self) -> Result<LastSync, Error> {
        self.require_schema(SYNC_SCHEMA).await?;
        let mut transaction = self.database.begin_reading().await?;
        let rows = transaction
            .rows("select started_at, finished_at, completed_at, clean_reading, lease_until from lastpass_sync", &[])
            .await?;
        let row = rows.first().ok_or(Error::InvalidRow)?;
        Ok(LastSync {
            started_at: time(row, 0)?,
            finished_at: time(row, 1)?,
            completed_at: time(row, 2)?,
            clean_reading: time(row, 3)?,
            lease_until: time(row, 4)?,
        })
    }
}

/// The time of a column; `None` if it is empty.
fn time(row: &SqlRow, index: usize) -> Result<Option<DateTime<Utc>>, Error> {
    let text = row.text(index)?;
    if text.is_empty() {
        return Ok(None);
    }
    DateTime::parse_from_rfc3339(&text).map(|time| Some(time.to_utc())).map_err(|_| Error::InvalidRow)
}

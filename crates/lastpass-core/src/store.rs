//! The state that all instances share: claims of changes in progress, the audit record, and the users and figures of
//! `sync`. Knows SQL; knows no HTTP and no LastPass.
//!
//! Nothing is decided in memory: any number of instances may run at once, with or without a pooler.

mod chain;
mod claims;
mod daily_figures;
mod database;
mod database_url;
mod entry;
mod error;
mod record;
mod schema;
mod stored_user;
mod sync_run;
mod users;

pub(crate) use chain::{ChainKeys, ChainStatus};
pub(crate) use claims::{Claim, ClaimOutcome, ClaimUpdate, OffboardingLimit};
pub(crate) use daily_figures::{DailyFigures, EARLIER_DAYS};
pub(crate) use database::Database;
pub(crate) use database_url::{DatabaseUrl, MalformedDatabaseUrl};
pub(crate) use entry::{RecordEntry, RecordedAction};
pub(crate) use error::Error;
pub(crate) use record::RecordFilter;
pub(crate) use stored_user::{CurrentUser, INVITATION_PREFIX, StoredUser, UserChange};
pub(crate) use sync_run::{HeldDepartures, LastSync, SyncLease, SyncRun, SyncState};
pub(crate) use users::{PAGE, ReplacedKey, UserBatch};

use crate::store::database::Transaction;

/// The schema version that has the tables of changes: claims and the record.
const CHANGES_SCHEMA: i64 = 1;

/// The database, and the keys that authenticate its record.
#[derive(Debug)]
pub(crate) struct Store {
    database: Database,
    keys: ChainKeys,
    schema: schema::Schema,
}

impl Store {
    /// A store that connects when it is first used. `may_create_tables` is false in a preview, whose code may be newer
    /// than production's: the tables belong to production.
    pub(crate) fn new(database: Database, keys: ChainKeys, may_create_tables: bool) -> Self {
        Self { database, keys, schema: schema::Schema::new(may_create_tables) }
    }

    /// Whether the tables of changes exist. A positive answer is cached for the life of the process.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn has_tables(&self) -> Result<bool, Error> {
        Ok(self.schema.version(&self.database, CHANGES_SCHEMA).await? >= CHANGES_SCHEMA)
    }

    /// Checks that the tables of a version of the schema exist.
    ///
    /// # Errors
    /// Returns [`Error::NoTables`] if no tables exist, [`Error::OutdatedSchema`] if only those of an earlier version do,
    /// and an error if the database fails.
    async fn require_schema(&self, needed: i64) -> Result<(), Error> {
        match self.schema.version(&self.database, needed).await? {
            0 => Err(Error::NoTables),
            version if version < needed => Err(Error::OutdatedSchema(needed)),
            _ => Ok(()),
        }
    }

    /// Begins an exclusive transaction, after creating missing tables.
    async fn write(&self) -> Result<Transaction, Error> {
        self.schema.ensure(&self.database, CHANGES_SCHEMA).await?;
        self.database.begin_exclusive().await
    }
}

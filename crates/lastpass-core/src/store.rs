//! The state that all instances share: claims of changes in progress, and the audit record. Knows SQL; knows no HTTP and
//! no LastPass.
//!
//! Nothing is decided in memory: any number of instances may run at once, with or without a pooler.

mod chain;
mod claims;
mod database;
mod entry;
mod error;
mod record;
mod schema;

pub(crate) use chain::{ChainKeys, ChainStatus};
pub(crate) use claims::{Claim, ClaimOutcome, ClaimUpdate, OffboardingLimit};
pub(crate) use database::{Database, DatabaseUrl, MalformedDatabaseUrl};
pub(crate) use entry::{RecordEntry, RecordedAction};
pub(crate) use error::Error;
pub(crate) use record::RecordFilter;

use crate::store::database::Transaction;

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

    /// Whether the tables exist. A positive answer is cached for the life of the process.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn has_tables(&self) -> Result<bool, Error> {
        self.schema.has_tables(&self.database).await
    }

    /// Begins a transaction that excludes all other writers, after creating missing tables.
    async fn write(&self) -> Result<Transaction, Error> {
        self.schema.ensure(&self.database).await?;
        self.database.begin_writing().await
    }
}

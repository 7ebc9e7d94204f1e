//! What is remembered between requests and shared by all instances: who changes whom right now, and the record of
//! every change. Knows SQL; knows no HTTP and no LastPass.
//!
//! Nothing here is decided in memory: any number of instances may run at once, behind a pooler or not.

mod chain;
mod claims;
mod database;
mod error;
mod record;
mod schema;

pub use chain::{ChainKeys, ChainStatus};
pub use claims::{Claim, ClaimOutcome, Lease, OffboardingLimit};
pub use database::{Database, DatabaseUrl, MalformedDatabaseUrl};
pub use error::Error;
pub use record::{AppendedEntry, RecordEntry, RecordFilter};

use database::Transaction;

/// The database, and the keys by which its record is proved.
#[derive(Debug)]
pub struct Store {
    database: Database,
    keys: ChainKeys,
    schema: schema::Schema,
}

impl Store {
    /// A store that connects when it is first asked. `may_create_tables` is false where the tables are somebody
    /// else's to make: in a preview, whose code may be newer than production's.
    pub fn new(database: Database, keys: ChainKeys, may_create_tables: bool) -> Self {
        Self { database, keys, schema: schema::Schema::new(may_create_tables) }
    }

    /// Whether there are tables of ours. Once they were seen, nobody is asked again.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn has_tables(&self) -> Result<bool, Error> {
        self.schema.has_tables(&self.database).await
    }

    /// A transaction that no other writer's runs beside, on tables that are there.
    async fn write(&self) -> Result<Transaction, Error> {
        self.schema.ensure(&self.database).await?;
        self.database.begin_writing().await
    }
}

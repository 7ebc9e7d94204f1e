//! The tables, created by the first change: never by a read, never in a preview.

use tokio::sync::OnceCell;

use crate::store::{
    Error,
    database::{Database, Script, SqlValue, Transaction},
};

/// The scripts that migrate a database from one version to the next, oldest first. Never edited once released.
const MIGRATIONS: [Script; 1] = [Script {
    postgres: include_str!("schema/1_postgres.sql"),
    #[cfg(feature = "sqlite")]
    sqlite: include_str!("schema/1_sqlite.sql"),
}];

const VERSION_TABLE: Script = Script {
    postgres: "create table if not exists lastpass_schema (version bigint not null); \
               alter table lastpass_schema enable row level security",
    #[cfg(feature = "sqlite")]
    sqlite: "create table if not exists lastpass_schema (version integer not null)",
};

/// What this process knows about the tables.
#[derive(Debug)]
pub(crate) struct Schema {
    may_create: bool,
    /// Set after the tables were created or migrated as this build needs them, if it may do so.
    ensured: OnceCell<()>,
    /// Set once the tables were seen, whichever build created them.
    seen: OnceCell<()>,
}

impl Schema {
    pub(crate) fn new(may_create: bool) -> Self {
        Self { may_create, ensured: OnceCell::new(), seen: OnceCell::new() }
    }

    /// Creates or migrates the tables, once per process.
    ///
    /// # Errors
    /// Returns an error if the database fails; the next call tries again.
    pub(crate) async fn ensure(&self, database: &Database) -> Result<(), Error> {
        self.ensured
            .get_or_try_init(|| async { if self.may_create { migrate(database).await } else { Ok(()) } })
            .await?;
        Ok(())
    }

    /// Whether the tables exist.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn has_tables(&self, database: &Database) -> Result<bool, Error> {
        let read_version = || async { version(&mut database.begin_reading().await?).await.map(drop) };
        match self.seen.get_or_try_init(read_version).await {
            Ok(()) => Ok(true),
            Err(Error::NoTables) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Runs the missing migrations, none if the tables are up to date: a role that may not create tables can write then.
async fn migrate(database: &Database) -> Result<(), Error> {
    let version = match version(&mut database.begin_reading().await?).await {
        Ok(version) => version,
        Err(Error::NoTables) => 0,
        Err(error) => return Err(error),
    };
    if version >= MIGRATIONS.len() as i64 {
        return Ok(());
    }
    let mut transaction = database.begin_writing().await?;
    transaction.script(VERSION_TABLE).await?;
    // Another instance may have migrated the database meanwhile.
    let version = self::version(&mut transaction).await?;
    for (number, script) in (1_i64..).zip(MIGRATIONS).filter(|(number, _)| *number > version) {
        transaction.script(script).await?;
        transaction.run("insert into lastpass_schema (version) values ($1)", &[SqlValue::Number(number)]).await?;
    }
    transaction.commit().await
}

async fn version(transaction: &mut Transaction) -> Result<i64, Error> {
    let rows = transaction.rows("select coalesce(max(version), 0) from lastpass_schema", &[]).await?;
    rows.first().ok_or(Error::InvalidRow)?.number(0)
}

//! The tables, created by the first change or sync: never by a read, never in a preview.

use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::OnceCell;

use crate::store::{
    Error,
    database::{Database, Script, SqlValue, Transaction},
};

/// The scripts that migrate a database from one version to the next, oldest first. Never edited once released.
const MIGRATIONS: [Script; 2] = [
    Script {
        postgres: include_str!("schema/1_postgres.sql"),
        #[cfg(feature = "sqlite")]
        sqlite: include_str!("schema/1_sqlite.sql"),
    },
    Script {
        postgres: include_str!("schema/2_postgres.sql"),
        #[cfg(feature = "sqlite")]
        sqlite: include_str!("schema/2_sqlite.sql"),
    },
];

const VERSION_TABLE: Script = Script {
    postgres: "create table if not exists lastpass_schema (version bigint not null); \
               alter table lastpass_schema enable row level security",
    #[cfg(feature = "sqlite")]
    sqlite: "create table if not exists lastpass_schema (version integer not null)",
};

/// The version of the tables, as far as this process has read or created it.
#[derive(Debug)]
pub(crate) struct Schema {
    may_create: bool,
    /// Set after the tables were migrated as this build needs them, or the database's user may not do that.
    attempted: OnceCell<()>,
    /// The newest version that was read, whichever build created it.
    seen: AtomicI64,
}

impl Schema {
    pub(crate) fn new(may_create: bool) -> Self {
        Self { may_create, attempted: OnceCell::new(), seen: AtomicI64::new(0) }
    }

    /// Creates or migrates the tables, once per process. A database that cannot be migrated now is used as it is, if it has
    /// the version that is needed.
    ///
    /// # Errors
    /// Returns an error if the database fails and lacks the needed version; the next call tries again.
    pub(crate) async fn ensure(&self, database: &Database, needed: i64) -> Result<(), Error> {
        let attempt = || async {
            match migrate(database).await {
                // Only an owner may create tables: other roles use the version that exists.
                Err(error) if error.is_lack_of_privilege() && self.has(database, needed).await => Ok(()),
                result => result,
            }
        };
        if !self.may_create {
            return Ok(());
        }
        match self.attempted.get_or_try_init(attempt).await {
            Err(error) if !self.has(database, needed).await => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The version of the tables, 0 without any. What was seen once is not read again if it is enough.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn version(&self, database: &Database, needed: i64) -> Result<i64, Error> {
        let seen = self.seen.load(Ordering::Relaxed);
        if seen >= needed {
            return Ok(seen);
        }
        let version = current_version(database).await?;
        self.seen.fetch_max(version, Ordering::Relaxed);
        Ok(version)
    }

    async fn has(&self, database: &Database, needed: i64) -> bool {
        self.version(database, needed).await.is_ok_and(|version| version >= needed)
    }
}

/// The version of the tables, 0 without any.
async fn current_version(database: &Database) -> Result<i64, Error> {
    match version(&mut database.begin_reading().await?).await {
        Err(Error::NoTables) => Ok(0),
        result => result,
    }
}

/// Runs the missing migrations, none if the tables are up to date: a role that may not create tables can write then.
async fn migrate(database: &Database) -> Result<(), Error> {
    if current_version(database).await? >= MIGRATIONS.len() as i64 {
        return Ok(());
    }
    let mut transaction = database.begin_exclusive().await?;
    transaction.script(VERSION_TABLE).await?;
    // Another instance may have migrated the database meanwhile.
    let version = version(&mut transaction).await?;
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

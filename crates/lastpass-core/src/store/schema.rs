//! The tables, made at the first change: never by a read, never in a preview.

use tokio::sync::OnceCell;

use crate::store::{
    Error,
    database::{Database, Script, SqlValue, Transaction},
};

/// The scripts that bring a database from one version to the next, oldest first. Never edited once released.
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

/// What this process knows of the tables.
#[derive(Debug)]
pub(crate) struct Schema {
    may_create: bool,
    /// What was to be made is made: they are as this build needs them, where it may make any.
    ensured: OnceCell<()>,
    /// They are there, of whatever build.
    seen: OnceCell<()>,
}

impl Schema {
    pub(crate) fn new(may_create: bool) -> Self {
        Self { may_create, ensured: OnceCell::new(), seen: OnceCell::new() }
    }

    /// Sees to it that the tables are there.
    pub(crate) async fn ensure(&self, database: &Database) -> Result<(), Error> {
        self.ensured
            .get_or_try_init(|| async { if self.may_create { migrate(database).await } else { Ok(()) } })
            .await?;
        Ok(())
    }

    /// Whether they are there.
    pub(crate) async fn has_tables(&self, database: &Database) -> Result<bool, Error> {
        let look = || async { version(&mut database.begin_reading().await?).await.map(drop) };
        match self.seen.get_or_try_init(look).await {
            Ok(()) => Ok(true),
            Err(Error::NoTables) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Makes what is missing. A role that may not make tables can write where they are there.
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
    // Another instance may have been faster.
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

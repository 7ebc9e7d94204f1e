//! Postgres and SQLite behind one interface: statements in a transaction, values in and rows out.
//!
//! Every statement goes through [`Transaction::run`] or [`Transaction::rows`], which leave no prepared statement
//! behind: a pooler in transaction mode (pgbouncer, Supabase, Neon) gives each transaction another connection.
//!
//! Each function that calls the database returns the driver's error as an [`Error`], without text from the database.

use std::{fmt, time::Duration};

use serde::Deserialize;
#[cfg(feature = "sqlite")]
use sqlx::sqlite::{Sqlite, SqlitePool, SqlitePoolOptions};
use sqlx::{
    Row as _,
    postgres::{PgPool, PgPoolOptions, Postgres},
};
#[cfg(feature = "sqlite")]
use tokio::time::{Instant, sleep};

use crate::store::{
    Error,
    database_url::{DatabaseUrl, DriverOptions},
};

/// A request runs its statements one after the other; a few connections serve concurrent requests.
const MAX_CONNECTIONS: u32 = 4;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that were idle for longer may have been closed while the instance was frozen.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// The advisory lock that all writers take: the first bytes of "lastpass".
const WRITE_LOCK: i64 = 0x6c61_7374_7061_7373;

/// A pool of connections, which are opened on demand.
#[derive(Clone)]
pub(crate) enum Database {
    /// Postgres, direct or behind a pooler.
    Postgres(PgPool),
    /// SQLite: a file that only this process uses.
    #[cfg(feature = "sqlite")]
    Sqlite(SqlitePool),
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database")
    }
}

impl Database {
    /// A pool that opens its first connection on demand. Must be called within a runtime.
    pub(crate) fn connect_lazily(url: &DatabaseUrl) -> Self {
        match &url.0 {
            DriverOptions::Postgres(options) => Self::Postgres(
                PgPoolOptions::new()
                    .max_connections(MAX_CONNECTIONS)
                    .acquire_timeout(CONNECT_TIMEOUT)
                    .idle_timeout(IDLE_TIMEOUT)
                    .connect_lazy_with((**options).clone()),
            ),
            #[cfg(feature = "sqlite")]
            DriverOptions::Sqlite(options) => Self::Sqlite(
                SqlitePoolOptions::new()
                    .max_connections(MAX_CONNECTIONS)
                    .acquire_timeout(CONNECT_TIMEOUT)
                    .connect_lazy_with((**options).clone()),
            ),
        }
    }

    /// Begins a read-only transaction on one snapshot of the database.
    pub(crate) async fn begin_reading(&self) -> Result<Transaction, Error> {
        let begun = match self {
            Self::Postgres(pool) => begin(pool, BEGIN_READING).await.map(Transaction::Postgres),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(pool) => begin(pool, "begin").await.map(Transaction::sqlite),
        };
        begun.map_err(|error| Error::of(&error))
    }

    /// Begins a transaction that excludes all others of its kind: those of changes and migrations.
    pub(crate) async fn begin_exclusive(&self) -> Result<Transaction, Error> {
        let mut transaction = self.begin_writing().await?;
        if matches!(transaction, Transaction::Postgres(_)) {
            transaction.rows("select pg_advisory_xact_lock($1)", &[SqlValue::Number(WRITE_LOCK)]).await?;
        }
        Ok(transaction)
    }

    /// Begins a transaction that writes beside the others, as a sync does. SQLite has one writer at a time.
    pub(crate) async fn begin_writing(&self) -> Result<Transaction, Error> {
        let begun = match self {
            Self::Postgres(pool) => begin(pool, BEGIN_WRITING).await.map(Transaction::Postgres),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(pool) => begin(pool, "begin immediate").await.map(Transaction::sqlite),
        };
        begun.map_err(|error| Error::of(&error))
    }
}

/// Begins a transaction in a task of its own. The driver counts a transaction as open once it has read the database's
/// reply: dropped before that, the connection would return to the pool with an open transaction that is never rolled back.
async fn begin<D: sqlx::Database>(
    pool: &sqlx::Pool<D>,
    statement: &'static str,
) -> Result<sqlx::Transaction<'static, D>, sqlx::Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// Begins a read-only transaction on one snapshot, whose waits are bounded.
const BEGIN_READING: &str = "begin transaction isolation level repeatable read, read only; \
                             set local lock_timeout = '5s'; set local statement_timeout = '10s'";

/// Begins a transaction that sees what was committed before each statement. Its own idle time is bounded as well: an
/// instance that is frozen in the middle of one must not block all others.
const BEGIN_WRITING: &str = "begin isolation level read committed; set local lock_timeout = '10s'; \
                             set local statement_timeout = '10s'; \
                             set local idle_in_transaction_session_timeout = '15s'";

/// A parameter of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SqlValue<'a> {
    Text(&'a str),
    Number(i64),
    Bytes(&'a [u8]),
}

/// A row of a result.
pub(crate) enum SqlRow {
    Postgres(sqlx::postgres::PgRow),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::sqlite::SqliteRow),
}

macro_rules! column {
    ($name:ident, $type:ty) => {
        /// The value of the column at that index.
        pub(crate) fn $name(&self, index: usize) -> Result<$type, Error> {
            let value = match self {
                Self::Postgres(row) => row.try_get(index),
                #[cfg(feature = "sqlite")]
                Self::Sqlite(row) => row.try_get(index),
            };
            value.map_err(|error| Error::of(&error))
        }
    };
}

impl SqlRow {
    column!(text, String);
    column!(optional_text, Option<String>);
    column!(number, i64);
    column!(bytes, Vec<u8>);
}

/// A transaction; rolled back if it is dropped without a commit.
pub(crate) enum Transaction {
    Postgres(sqlx::Transaction<'static, Postgres>),
    #[cfg(feature = "sqlite")]
    Sqlite {
        inner: sqlx::Transaction<'static, Sqlite>,
        begun: Instant,
    },
}

macro_rules! bound {
    ($sql:expr, $values:expr) => {
        $values.iter().fold(sqlx::query($sql).persistent(false), |query, value| match *value {
            SqlValue::Text(text) => query.bind(text),
            SqlValue::Number(number) => query.bind(number),
            SqlValue::Bytes(bytes) => query.bind(bytes),
        })
    };
}

impl Transaction {
    #[cfg(feature = "sqlite")]
    fn sqlite(inner: sqlx::Transaction<'static, Sqlite>) -> Self {
        Self::Sqlite { inner, begun: Instant::now() }
    }

    /// Runs a statement and returns the number of rows that it affected.
    pub(crate) async fn run(&mut self, sql: impl Into<Script>, values: &[SqlValue<'_>]) -> Result<u64, Error> {
        let sql = sql.into();
        let done = match self {
            Self::Postgres(inner) => {
                bound!(sql.postgres, values).execute(&mut **inner).await.map(|done| done.rows_affected())
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite { inner, .. } => {
                bound!(sql.sqlite, values).execute(&mut **inner).await.map(|done| done.rows_affected())
            }
        };
        done.map_err(|error| Error::of(&error))
    }

    /// Runs a statement and returns its rows.
    pub(crate) async fn rows(&mut self, sql: impl Into<Script>, values: &[SqlValue<'_>]) -> Result<Vec<SqlRow>, Error> {
        let sql = sql.into();
        let rows = match self {
            Self::Postgres(inner) => bound!(sql.postgres, values)
                .fetch_all(&mut **inner)
                .await
                .map(|rows| rows.into_iter().map(SqlRow::Postgres).collect()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite { inner, .. } => bound!(sql.sqlite, values)
                .fetch_all(&mut **inner)
                .await
                .map(|rows| rows.into_iter().map(SqlRow::Sqlite).collect()),
        };
        rows.map_err(|error| Error::of(&error))
    }

    /// Runs a statement whose rows are one JSON text each, and returns their values.
    pub(crate) async fn json_rows<T: for<'a> Deserialize<'a>>(
        &mut self,
        sql: impl Into<Script>,
        values: &[SqlValue<'_>],
    ) -> Result<Vec<T>, Error> {
        let parse = |row: &SqlRow| serde_json::from_str(&row.text(0)?).map_err(|_| Error::InvalidRow);
        self.rows(sql, values).await?.iter().map(parse).collect()
    }

    /// Runs several statements without parameters.
    pub(crate) async fn script(&mut self, sql: Script) -> Result<(), Error> {
        let done = match self {
            Self::Postgres(inner) => sqlx::raw_sql(sql.postgres).execute(&mut **inner).await.map(drop),
            #[cfg(feature = "sqlite")]
            Self::Sqlite { inner, .. } => sqlx::raw_sql(sql.sqlite).execute(&mut **inner).await.map(drop),
        };
        done.map_err(|error| Error::of(&error))
    }

    /// Commits the transaction.
    pub(crate) async fn commit(self) -> Result<(), Error> {
        let done = match self {
            Self::Postgres(inner) => inner.commit().await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite { inner, .. } => inner.commit().await,
        };
        done.map_err(|error| Error::of(&error))
    }

    /// Commits one of several transactions that follow each other. On SQLite, which has one writer at a time and no queue,
    /// then leaves the database free for as long as the transaction took: a waiting writer retries after pauses that grow
    /// with the time waited.
    pub(crate) async fn commit_and_give_way(self) -> Result<(), Error> {
        match self {
            Self::Postgres(_) => self.commit().await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite { begun, .. } => {
                self.commit().await?;
                sleep(begun.elapsed()).await;
                Ok(())
            }
        }
    }
}

/// Statements whose syntax differs between the two databases.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    pub(crate) postgres: &'static str,
    #[cfg(feature = "sqlite")]
    pub(crate) sqlite: &'static str,
}

impl From<&'static str> for Script {
    /// A statement that both databases understand.
    fn from(sql: &'static str) -> Self {
        Self {
            postgres: sql,
            #[cfg(feature = "sqlite")]
            sqlite: sql,
        }
    }
}

//! Postgres and SQLite behind one interface: statements in a transaction, values in and rows out.
//!
//! Every statement goes through [`Transaction::run`] or [`Transaction::rows`], which leave no prepared statement
//! behind: a pooler in transaction mode (pgbouncer, Supabase, Neon) gives each transaction another connection.
//!
//! Each function that calls the database returns the driver's error as an [`Error`], without text from the database.

use std::{fmt, str::FromStr, time::Duration};

#[cfg(feature = "sqlite")]
use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{
    ConnectOptions, Row as _,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode, Postgres},
};
#[cfg(feature = "sqlite")]
use tokio::time::{Instant, sleep};
use url::Url;

use crate::store::Error;

/// A request runs its statements one after the other; a few connections serve concurrent requests.
const MAX_CONNECTIONS: u32 = 4;
const POSTGRES_PORT: u16 = 5432;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that were idle for longer may have been closed while the instance was frozen.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// The advisory lock that all writers take: the first bytes of "lastpass".
const WRITE_LOCK: i64 = 0x6c61_7374_7061_7373;

/// The URL of the database. Its `Debug` output hides the URL, which contains the password.
#[derive(Clone)]
pub struct DatabaseUrl(DriverOptions);

#[derive(Clone)]
enum DriverOptions {
    Postgres(Box<PgConnectOptions>),
    #[cfg(feature = "sqlite")]
    Sqlite(Box<SqliteConnectOptions>),
}

/// The text is not the URL of a database that this program can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedDatabaseUrl {
    /// The scheme is unknown.
    #[error("must be a URL beginning with postgres://")]
    Scheme,
    /// The user name or password has a character that ends the host.
    #[error("must have a percent-encoded user name and password: {0} is written %{code:02X} there", code = u32::from(*.0))]
    Unescaped(char),
    /// The user name or password has a percent sign that begins no escape.
    #[error("must have a percent-encoded user name and password: a percent sign is written %25 there")]
    UnescapedPercent,
    /// The URL cannot be parsed.
    #[error("begins like a URL of a database, but is none: {0}")]
    Syntax(url::ParseError),
    /// The value of a parameter is unknown.
    #[error("has an unknown value of the parameter {0}")]
    Parameter(&'static str),
    /// The password would cross the network unencrypted.
    #[error("must not switch TLS off for another host (sslmode)")]
    Unencrypted,
}

impl FromStr for DatabaseUrl {
    type Err = MalformedDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, MalformedDatabaseUrl> {
        #[cfg(feature = "sqlite")]
        if text.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(text).map_err(|_| MalformedDatabaseUrl::Scheme)?;
            let options = options.create_if_missing(true).busy_timeout(CONNECT_TIMEOUT).disable_statement_logging();
            return Ok(Self(DriverOptions::Sqlite(Box::new(options))));
        }
        if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
            return Err(MalformedDatabaseUrl::Scheme);
        }
        let url = parse_url(text)?;
        let options = PgConnectOptions::from_str(&supported_parameters(url.clone()))
            .map_err(|_| MalformedDatabaseUrl::UnescapedPercent)?;
        // The driver also reads PGPORT and PGSSLMODE from the environment, which are not settings of this program.
        let names_mode = url.query_pairs().any(|(name, _)| name == "sslmode");
        let options = options.port(url.port().unwrap_or(POSTGRES_PORT));
        let options = if names_mode { options } else { options.ssl_mode(PgSslMode::Prefer) };
        // Poolers refuse unknown start-up parameters.
        let options = options
            .extra_float_digits(None)
            .statement_cache_capacity(0)
            .application_name("lastpass-functions")
            .disable_statement_logging();
        let is_local =
            options.get_socket().is_some() || matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1" | "[::1]");
        let options = match options.get_ssl_mode() {
            _ if is_local => options,
            PgSslMode::Disable | PgSslMode::Allow => return Err(MalformedDatabaseUrl::Unencrypted),
            PgSslMode::Prefer => options.ssl_mode(PgSslMode::Require),
            PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => options,
        };
        Ok(Self(DriverOptions::Postgres(Box::new(options))))
    }
}

/// Parses the URL of a Postgres database.
fn parse_url(text: &str) -> Result<Url, MalformedDatabaseUrl> {
    let authority = text.split_once("://").map_or("", |(_, rest)| rest);
    let authority_end = authority.find(['/', '?', '#']);
    // An unescaped character of the password ends the authority, and what follows has the `@`.
    let unescaped = authority_end.filter(|end| {
        let (before, after) = authority.split_at(*end);
        let ends_in_port = before.rsplit_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
        let path = after.split(['?', '#']).next().filter(|path| !path.is_empty());
        let has_host_later =
            if ends_in_port { path.is_some_and(|path| path.contains('@')) } else { after.contains('@') };
        !before.contains('@') && has_host_later
    });
    if let Some(character) = unescaped.and_then(|end| authority[end..].chars().next()) {
        return Err(MalformedDatabaseUrl::Unescaped(character));
    }
    let url = Url::parse(text).map_err(MalformedDatabaseUrl::Syntax)?;
    let value = |name: &str| url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value);
    if value("sslmode").is_some_and(|mode| mode.parse::<PgSslMode>().is_err()) {
        return Err(MalformedDatabaseUrl::Parameter("sslmode"));
    }
    Ok(url)
}

/// The URL with only the parameters that are supported. Providers add others (`channel_binding`, `pgbouncer`), which the
/// driver would log with their values.
fn supported_parameters(mut url: Url) -> String {
    const PARAMETERS: [&str; 4] = ["sslmode", "sslrootcert", "host", "options"];
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    for (name, value) in pairs.iter().filter(|(name, _)| PARAMETERS.contains(&name.as_str())) {
        url.query_pairs_mut().append_pair(name, value);
    }
    url.into()
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl")
    }
}

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

    /// Begins a transaction that excludes all other writers.
    pub(crate) async fn begin_writing(&self) -> Result<Transaction, Error> {
        let mut transaction = self.begin_updating().await?;
        if matches!(transaction, Transaction::Postgres(_)) {
            transaction.rows("select pg_advisory_xact_lock($1)", &[SqlValue::Number(WRITE_LOCK)]).await?;
        }
        Ok(transaction)
    }

    /// Begins a transaction that writes beside others: it does not hold the lock that all changes take. SQLite has one
    /// writer at a time.
    pub(crate) async fn begin_updating(&self) -> Result<Transaction, Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_sends_the_password_unencrypted_is_refused() {
        let check = |url: &str, expected: Result<(), MalformedDatabaseUrl>| {
            assert_eq!(url.parse::<DatabaseUrl>().map(drop), expected, "{url}");
        };
        check("postgres://u:p@db.example.com/app", Ok(()));
        check("postgresql://u:p@db.example.com/app?sslmode=require&channel_binding=require", Ok(()));
        check("postgres://u:p@db.example.com/app?sslmode=disable", Err(MalformedDatabaseUrl::Unencrypted));
        check("postgres://u@localhost:5433/app?sslmode=disable", Ok(()));
        check("mysql://u:p@db.example.com/app", Err(MalformedDatabaseUrl::Scheme));
        check("postgres//nonsense", Err(MalformedDatabaseUrl::Scheme));
        check("postgres://u:p@db.example.com/app?sslmode=verify_full", Err(MalformedDatabaseUrl::Parameter("sslmode")));
        check("postgres://u:p#w@db.example.com/app", Err(MalformedDatabaseUrl::Unescaped('#')));
        check("postgres://u:12/w@db.example.com:5432/app", Err(MalformedDatabaseUrl::Unescaped('/')));
        check("postgres://u:p?w@db.example.com/app", Err(MalformedDatabaseUrl::Unescaped('?')));
        check("postgres://u:p@w@db.example.com/app", Ok(()));
        check("postgres://u:p%ff@db.example.com/app", Err(MalformedDatabaseUrl::UnescapedPercent));
        check(
            "postgres://u:p@db.example.com:port/app",
            Err(MalformedDatabaseUrl::Syntax(url::ParseError::InvalidPort)),
        );
        check("postgres://u:p/1#2@db.example.com/app", Err(MalformedDatabaseUrl::Unescaped('/')));
        check("postgres://db.example.com?host=a@b", Ok(()));
        check("postgres:///app", Ok(()));
        check("postgres:///app?host=/var/run/postgresql", Ok(()));
        check("postgres://db.example.com/app?options=a@b", Ok(()));
        let secret = "postgres://u:canary@db.example.com/app".parse::<DatabaseUrl>();
        assert_eq!(format!("{secret:?}"), "Ok(DatabaseUrl)");
    }
}

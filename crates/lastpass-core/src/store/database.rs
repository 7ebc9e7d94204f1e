//! The two databases, one to the rest: a few statements in a transaction, values in and rows out.
//!
//! Every statement goes through [`Transaction::run`] or [`Transaction::rows`], which leave no prepared statement
//! behind: a pooler in transaction mode (pgbouncer, Supabase, Neon) hands each transaction another connection.

use std::{fmt, str::FromStr, time::Duration};

#[cfg(feature = "sqlite")]
use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{
    ConnectOptions, Row as _,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode, Postgres},
};

use url::Url;

use crate::store::Error;

/// Statements of one function run one after the other; a few for requests that it serves side by side.
const MOST_CONNECTIONS: u32 = 4;
const POSTGRES_PORT: u16 = 5432;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that were idle for longer may have died with a frozen instance.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// The advisory lock under which all writing happens: the first bytes of "lastpass".
const WRITE_LOCK: i64 = 0x6c61_7374_7061_7373;

/// Where the database is. Prints nothing of it: the password is in there.
#[derive(Clone)]
pub struct DatabaseUrl(Place);

#[derive(Clone)]
enum Place {
    Postgres(Box<PgConnectOptions>),
    #[cfg(feature = "sqlite")]
    Sqlite(Box<SqliteConnectOptions>),
}

/// The text is no address of a database that this program can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedDatabaseUrl {
    /// Neither a scheme that we know nor anything that can be read.
    #[error("must be a URL beginning with postgres://")]
    Scheme,
    /// A password would go over the network in the clear.
    #[error("must not switch TLS off for another host (sslmode)")]
    Clear,
}

impl FromStr for DatabaseUrl {
    type Err = MalformedDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, MalformedDatabaseUrl> {
        #[cfg(feature = "sqlite")]
        if text.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(text).map_err(|_| MalformedDatabaseUrl::Scheme)?;
            let options = options.create_if_missing(true).busy_timeout(CONNECT_TIMEOUT).disable_statement_logging();
            return Ok(Self(Place::Sqlite(Box::new(options))));
        }
        if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
            return Err(MalformedDatabaseUrl::Scheme);
        }
        let options = PgConnectOptions::from_str(&understood(text)?).map_err(|_| MalformedDatabaseUrl::Scheme)?;
        // The driver also reads PGPORT and PGSSLMODE of the environment, which are none of our settings.
        let url = Url::parse(text).map_err(|_| MalformedDatabaseUrl::Scheme)?;
        let names_mode = url.query_pairs().any(|(name, _)| name == "sslmode");
        let options = options.port(url.port().unwrap_or(POSTGRES_PORT));
        let options = if names_mode { options } else { options.ssl_mode(PgSslMode::Prefer) };
        // Poolers refuse start-up parameters that they do not know.
        let options = options
            .extra_float_digits(None)
            .statement_cache_capacity(0)
            .application_name("lastpass-functions")
            .disable_statement_logging();
        let is_local =
            options.get_socket().is_some() || matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1" | "[::1]");
        let options = match options.get_ssl_mode() {
            _ if is_local => options,
            PgSslMode::Disable | PgSslMode::Allow => return Err(MalformedDatabaseUrl::Clear),
            PgSslMode::Prefer => options.ssl_mode(PgSslMode::Require),
            PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => options,
        };
        Ok(Self(Place::Postgres(Box::new(options))))
    }
}

/// The URL with the parameters that mean something here. Providers add others (`channel_binding`, `pgbouncer`), and the
/// driver would log them with their values.
fn understood(text: &str) -> Result<String, MalformedDatabaseUrl> {
    const PARAMETERS: [&str; 4] = ["sslmode", "sslrootcert", "host", "options"];
    let mut url = Url::parse(text).map_err(|_| MalformedDatabaseUrl::Scheme)?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    for (name, value) in pairs.iter().filter(|(name, _)| PARAMETERS.contains(&name.as_str())) {
        url.query_pairs_mut().append_pair(name, value);
    }
    Ok(url.into())
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl")
    }
}

/// A pool of connections, made when they are needed.
#[derive(Clone)]
pub enum Database {
    /// Postgres, direct or behind a pooler.
    Postgres(PgPool),
    /// SQLite: a file of this process's.
    #[cfg(feature = "sqlite")]
    Sqlite(SqlitePool),
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database")
    }
}

impl Database {
    /// A pool without a connection yet. Must be called in a runtime.
    pub fn connect_lazily(url: &DatabaseUrl) -> Self {
        match &url.0 {
            Place::Postgres(options) => Self::Postgres(
                PgPoolOptions::new()
                    .max_connections(MOST_CONNECTIONS)
                    .acquire_timeout(CONNECT_TIMEOUT)
                    .idle_timeout(IDLE_TIMEOUT)
                    .connect_lazy_with((**options).clone()),
            ),
            #[cfg(feature = "sqlite")]
            Place::Sqlite(options) => Self::Sqlite(
                SqlitePoolOptions::new()
                    .max_connections(MOST_CONNECTIONS)
                    .acquire_timeout(CONNECT_TIMEOUT)
                    .connect_lazy_with((**options).clone()),
            ),
        }
    }

    /// A transaction that sees one state of the database and changes nothing.
    pub(crate) async fn begin_reading(&self) -> Result<Transaction, Error> {
        let begun = match self {
            Self::Postgres(pool) => pool.begin_with(BEGIN_READING).await.map(Transaction::Postgres),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(pool) => pool.begin().await.map(Transaction::Sqlite),
        };
        begun.map_err(|error| Error::of(&error))
    }

    /// A transaction that no other writer's runs beside.
    pub(crate) async fn begin_writing(&self) -> Result<Transaction, Error> {
        match self {
            Self::Postgres(pool) => {
                let begun = pool.begin_with(BEGIN_WRITING).await.map_err(|error| Error::of(&error))?;
                let mut transaction = Transaction::Postgres(begun);
                transaction.rows("select pg_advisory_xact_lock($1)", &[SqlValue::Number(WRITE_LOCK)]).await?;
                Ok(transaction)
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite(pool) => {
                let begun = pool.begin_with("begin immediate").await;
                begun.map(Transaction::Sqlite).map_err(|error| Error::of(&error))
            }
        }
    }
}

/// Begins a transaction that sees one state, and waits for nobody for long.
const BEGIN_READING: &str = "begin transaction isolation level repeatable read, read only; \
                             set local lock_timeout = '5s'; set local statement_timeout = '10s'";

/// Begins a transaction that sees what was committed before each statement, and that nobody waits for long: an
/// instance that is frozen in the middle of one must not stop all others.
const BEGIN_WRITING: &str = "begin isolation level read committed; set local lock_timeout = '10s'; \
                             set local statement_timeout = '10s'; \
                             set local idle_in_transaction_session_timeout = '15s'";

/// What a statement is given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SqlValue<'a> {
    Text(&'a str),
    Number(i64),
    Bytes(&'a [u8]),
}

/// A row that came back.
pub(crate) enum SqlRow {
    Postgres(sqlx::postgres::PgRow),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::sqlite::SqliteRow),
}

macro_rules! column {
    ($name:ident, $type:ty) => {
        /// The column of that place.
        pub(crate) fn $name(&self, place: usize) -> Result<$type, Error> {
            let value = match self {
                Self::Postgres(row) => row.try_get(place),
                #[cfg(feature = "sqlite")]
                Self::Sqlite(row) => row.try_get(place),
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

/// A transaction; rolled back where it is dropped before its end.
pub(crate) enum Transaction {
    Postgres(sqlx::Transaction<'static, Postgres>),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::Transaction<'static, Sqlite>),
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
    /// Runs a statement and tells how many rows it touched.
    pub(crate) async fn run(&mut self, sql: &'static str, values: &[SqlValue<'_>]) -> Result<u64, Error> {
        let done = match self {
            Self::Postgres(inner) => bound!(sql, values).execute(&mut **inner).await.map(|done| done.rows_affected()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(inner) => bound!(sql, values).execute(&mut **inner).await.map(|done| done.rows_affected()),
        };
        done.map_err(|error| Error::of(&error))
    }

    /// Runs a statement and gives its rows.
    pub(crate) async fn rows(&mut self, sql: &'static str, values: &[SqlValue<'_>]) -> Result<Vec<SqlRow>, Error> {
        let rows = match self {
            Self::Postgres(inner) => bound!(sql, values)
                .fetch_all(&mut **inner)
                .await
                .map(|rows| rows.into_iter().map(SqlRow::Postgres).collect()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(inner) => bound!(sql, values)
                .fetch_all(&mut **inner)
                .await
                .map(|rows| rows.into_iter().map(SqlRow::Sqlite).collect()),
        };
        rows.map_err(|error| Error::of(&error))
    }

    /// Runs several statements that take no values.
    pub(crate) async fn script(&mut self, sql: Script) -> Result<(), Error> {
        let done = match self {
            Self::Postgres(inner) => sqlx::raw_sql(sql.postgres).execute(&mut **inner).await.map(drop),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(inner) => sqlx::raw_sql(sql.sqlite).execute(&mut **inner).await.map(drop),
        };
        done.map_err(|error| Error::of(&error))
    }

    /// Makes everything since the beginning last.
    pub(crate) async fn commit(self) -> Result<(), Error> {
        let done = match self {
            Self::Postgres(inner) => inner.commit().await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(inner) => inner.commit().await,
        };
        done.map_err(|error| Error::of(&error))
    }
}

/// Statements that the two databases spell differently.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    pub(crate) postgres: &'static str,
    #[cfg(feature = "sqlite")]
    pub(crate) sqlite: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_database_that_keeps_its_password_to_itself_will_do() {
        let check = |url: &str, expected: Result<(), MalformedDatabaseUrl>| {
            assert_eq!(url.parse::<DatabaseUrl>().map(drop), expected, "{url}");
        };
        check("postgres://u:p@db.example.com/app", Ok(()));
        check("postgresql://u:p@db.example.com/app?sslmode=require&channel_binding=require", Ok(()));
        check("postgres://u:p@db.example.com/app?sslmode=disable", Err(MalformedDatabaseUrl::Clear));
        check("postgres://u@localhost:5433/app?sslmode=disable", Ok(()));
        check("mysql://u:p@db.example.com/app", Err(MalformedDatabaseUrl::Scheme));
        check("postgres//nonsense", Err(MalformedDatabaseUrl::Scheme));
        let secret = "postgres://u:canary@db.example.com/app".parse::<DatabaseUrl>();
        assert_eq!(format!("{secret:?}"), "Ok(DatabaseUrl)");
    }
}

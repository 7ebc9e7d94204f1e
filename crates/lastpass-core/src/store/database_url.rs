//! The URL of the database: which ones are accepted, and the driver's options that they mean. Knows no SQL.

#[cfg(feature = "sqlite")]
use std::time::Duration;
use std::{fmt, str::FromStr};

#[cfg(feature = "sqlite")]
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgSslMode},
};
use url::Url;

const POSTGRES_PORT: u16 = 5432;
/// How long SQLite waits for another connection's lock.
#[cfg(feature = "sqlite")]
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The URL of the database. Its `Debug` output hides the URL, which contains the password.
#[derive(Clone)]
pub struct DatabaseUrl(pub(crate) DriverOptions);

/// How the driver connects.
#[derive(Clone)]
pub(crate) enum DriverOptions {
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
            let options = options.create_if_missing(true).busy_timeout(BUSY_TIMEOUT).disable_statement_logging();
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

//! The errors of the database.

/// An error of the database. Contains no text from the database, which may quote a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// The database is unreachable, refuses the connection, or closed it.
    #[error("the database is unreachable ({0})")]
    Unreachable(&'static str),
    /// The tables do not exist yet.
    #[error("the database does not have the tables yet")]
    NoTables,
    /// The tables of this version of the schema do not exist yet, while those of an earlier one do.
    #[error("the database does not have the tables of schema version {0} yet")]
    OutdatedSchema(i64),
    /// The database refused a statement.
    #[error("the database refused a statement (SQLSTATE {0})")]
    Refused(String),
    /// Another request has taken over the action, or another run the sync.
    #[error("another instance has taken over")]
    Superseded,
    /// A row has a value that this program never writes.
    #[error("the database has a row that this program did not write")]
    InvalidRow,
}

impl Error {
    /// Whether the database's user lacks a privilege.
    pub(crate) fn is_lack_of_privilege(&self) -> bool {
        // Postgres: insufficient_privilege.
        matches!(self, Self::Refused(code) if code == "42501")
    }

    /// Converts an error of the driver.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the driver adds variants")]
    pub(crate) fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(refusal) => {
                let code = refusal.code().unwrap_or_default().into_owned();
                // Postgres: undefined_table. SQLite has one code for every malformed statement.
                if code == "42P01" || (code == "1" && refusal.message().starts_with("no such table")) {
                    Self::NoTables
                } else {
                    Self::Refused(code)
                }
            }
            sqlx::Error::PoolTimedOut => Self::Unreachable("no connection in time"),
            sqlx::Error::Tls(_) => Self::Unreachable("TLS"),
            sqlx::Error::Io(_) => Self::Unreachable("input or output"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnIndexOutOfBounds { .. } => {
                Self::InvalidRow
            }
            _ => Self::Unreachable("protocol"),
        }
    }
}

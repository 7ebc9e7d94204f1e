//! What can go wrong between us and the database.

/// Why the database did not do what it was asked. Carries no text of the database's, which may quote a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It cannot be reached, refused us, or the connection broke.
    #[error("the database is out of reach ({0})")]
    Unreachable(&'static str),
    /// The tables are not there yet.
    #[error("the database has no tables of ours yet")]
    NoTables,
    /// It refused a statement.
    #[error("the database refused a statement (SQLSTATE {0})")]
    Refused(String),
    /// Somebody else went on with the same action meanwhile.
    #[error("another instance went on with the same action")]
    Superseded,
    /// A row holds what we never wrote.
    #[error("the database holds a row that is none of ours")]
    InvalidRow,
}

impl Error {
    /// Sorts an error of the driver's.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the driver's own, which grows")]
    pub(crate) fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(refusal) => {
                let code = refusal.code().unwrap_or_default().into_owned();
                // Postgres's undefined_table; SQLite has one code for every malformed statement.
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

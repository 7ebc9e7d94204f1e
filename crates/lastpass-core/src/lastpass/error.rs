//! What can go wrong between us and LastPass.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::lastpass::TransportError;

/// Why LastPass gave no answer that can be used. Carries no text of LastPass's, which may be personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// LastPass does not accept the account number or the provisioning hash.
    #[error("LastPass refused the account number or the provisioning hash")]
    Credentials,
    /// LastPass understood the question and said no.
    #[error("LastPass refused the request")]
    Refused,
    /// LastPass asks for fewer calls.
    #[error("LastPass limits our calls")]
    RateLimited {
        /// How long LastPass asks us to wait, where it says.
        retry_after: Option<Duration>,
    },
    /// No answer came within the time that the request has.
    #[error("LastPass did not answer in time")]
    Timeout,
    /// LastPass could not be reached, or the connection broke.
    #[error("LastPass is out of reach")]
    Unreachable(#[source] TransportError),
    /// An answer came that makes no sense.
    #[error("LastPass gave an answer that makes no sense")]
    InvalidReply(#[source] InvalidReply),
    /// Our own reading of the answer failed: a fault of this program.
    #[error("reading LastPass's answer failed")]
    Internal,
}

/// Why the events of a window cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    /// The window holds more events than one answer can, or more in one second than LastPass gives at all.
    #[error("the window holds too many events")]
    WindowTooLarge {
        /// The earliest beginning with which it fits; the window's end where nothing of it does.
        from: DateTime<Utc>,
    },
    /// LastPass gave no answer that can be used.
    #[error(transparent)]
    LastPass(#[from] Error),
}

/// What is wrong with an answer that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReply {
    /// An HTTP status that the API does not use.
    #[error("HTTP status {0}")]
    Status(u16),
    /// A redirect; following it would hand the provisioning hash to another address.
    #[error("a redirect, which is not followed")]
    Redirect,
    /// Nothing at all.
    #[error("an empty body")]
    Empty,
    /// A web page or other markup.
    #[error("markup instead of JSON")]
    Markup,
    /// No JSON, or JSON cut short. Where, but not what: the text is personal.
    #[error("malformed JSON at line {line}, column {column}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// JSON of another shape than the command has.
    #[error("JSON of an unexpected shape")]
    Shape,
}

impl Error {
    /// Whether the same question may well be answered a moment later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. } => true,
            Self::Unreachable(error) => error.is_transient(),
            Self::InvalidReply(nonsense) => match nonsense {
                // The edge in front of LastPass answers 403 now and then (lastpass-cli issues 304, 399, 441).
                InvalidReply::Status(status) => *status == 403 || *status >= 500,
                InvalidReply::Empty | InvalidReply::Markup | InvalidReply::Malformed { .. } => true,
                InvalidReply::Redirect | InvalidReply::Shape => false,
            },
            Self::Credentials | Self::Refused | Self::Timeout | Self::Internal => false,
        }
    }
}

impl From<serde_json::Error> for Error {
    /// Drops the text of the error, which may quote the reply.
    fn from(error: serde_json::Error) -> Self {
        Self::InvalidReply(if error.is_data() {
            InvalidReply::Shape
        } else {
            InvalidReply::Malformed { line: error.line(), column: error.column() }
        })
    }
}

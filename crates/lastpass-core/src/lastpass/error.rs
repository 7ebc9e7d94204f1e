//! What can go wrong in a call to LastPass.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::lastpass::transport::TransportError;

/// Why LastPass returned no usable reply. Contains no text of LastPass's, which may be personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// LastPass does not accept the account number or the provisioning hash.
    #[error("LastPass refused the account number or the provisioning hash")]
    Credentials,
    /// LastPass understood the request and refused it.
    #[error("LastPass refused the request")]
    Refused,
    /// LastPass limits the rate of requests.
    #[error("LastPass limits the rate of requests")]
    RateLimited {
        /// 429, or that of a reply with `Retry-After`.
        status: u16,
        /// How long LastPass requests to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// No reply arrived within the time that the request has.
    #[error("LastPass did not reply in time")]
    Timeout,
    /// LastPass could not be reached, or the connection broke.
    #[error("LastPass is unreachable")]
    Unreachable(#[source] TransportError),
    /// A reply arrived that is not valid for the command.
    #[error("LastPass sent an invalid reply")]
    InvalidReply(#[source] InvalidReply),
    /// Decoding the reply panicked: a bug in this program.
    #[error("decoding LastPass's reply failed")]
    Internal,
}

/// Why the events of a window are not available.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    /// The window holds more events than one result can, or more in one second than LastPass returns at all.
    #[error("the window holds too many events")]
    WindowTooLarge {
        /// The earliest start with which the window is small enough; the window's end if there is none.
        from: DateTime<Utc>,
    },
    /// LastPass returned no usable reply.
    #[error(transparent)]
    LastPass(#[from] Error),
}

/// Why a reply is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReply {
    /// An HTTP status that the API does not use.
    #[error("HTTP status {0}")]
    Status(u16),
    /// A redirect; following it would send the provisioning hash to another address.
    #[error("a redirect, which is not followed")]
    Redirect,
    /// No body.
    #[error("an empty body")]
    Empty,
    /// A web page or other markup.
    #[error("markup instead of JSON")]
    Markup,
    /// Malformed or truncated JSON. Contains the position only, since the text is personal data.
    #[error("malformed JSON at line {line}, column {column}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// JSON of another shape than the command returns.
    #[error("JSON of an unexpected shape")]
    Shape,
    /// No shared folder can be read.
    #[error("{entries} shared folders, none of which can be read")]
    Folders {
        /// The number of folders.
        entries: u64,
    },
}

impl Error {
    /// Whether LastPass is unreachable, too slow or out of order, rather than refusing or misunderstanding us.
    pub(crate) fn is_outage(&self) -> bool {
        match self {
            Self::Timeout => true,
            Self::Unreachable(error) => match error {
                TransportError::ConnectFailed | TransportError::ConnectionBroken | TransportError::TimedOut => true,
                TransportError::ReplyTooLong => false,
            },
            Self::InvalidReply(InvalidReply::Status(status)) | Self::RateLimited { status, .. } => *status >= 500,
            Self::InvalidReply(_) | Self::Credentials | Self::Refused | Self::Internal => false,
        }
    }

    /// Whether the same request may succeed a moment later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. } => true,
            Self::Unreachable(error) => error.is_transient(),
            Self::InvalidReply(reason) => match reason {
                // The edge in front of LastPass sometimes returns 403 (lastpass-cli issues 304, 399, 441).
                InvalidReply::Status(status) => *status == 403 || *status >= 500,
                InvalidReply::Empty | InvalidReply::Markup | InvalidReply::Malformed { .. } => true,
                InvalidReply::Redirect | InvalidReply::Shape | InvalidReply::Folders { .. } => false,
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

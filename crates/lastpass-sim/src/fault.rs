//! The failures that can be injected between the caller and the service.

use std::fmt;
use std::time::Duration;

/// The connection failed, so that no reply arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionError {
    /// The service did not accept the connection.
    Refused,
    /// The connection was closed before the reply arrived.
    Reset,
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "connection refused",
            Self::Reset => "connection reset",
        })
    }
}

impl std::error::Error for ConnectionError {}

/// A failure that applies to later calls.
///
/// The first injected fault that matches a call applies to it; delays also apply in addition to other faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind of failure.
    pub kind: FaultKind,
    /// The command it is limited to, by either dialect's name; `None` matches every command.
    pub command: Option<String>,
    /// How many calls it applies to; `None` means all until [`crate::Simulator::clear_faults`].
    pub times: Option<u32>,
    /// How many matching calls succeed before it first applies.
    pub skip: u32,
}

impl Fault {
    /// A fault that applies to every call from now on.
    pub fn always(kind: FaultKind) -> Self {
        Self { kind, command: None, times: None, skip: 0 }
    }

    /// A fault that applies to the next call only.
    pub fn once(kind: FaultKind) -> Self {
        Self { times: Some(1), ..Self::always(kind) }
    }

    /// The same fault, limited to calls of one command, by either dialect's name.
    pub fn on(self, command: &str) -> Self {
        Self { command: Some(command.to_owned()), ..self }
    }

    /// Returns whether the fault applies to a call of the command with these names, and counts the call.
    pub(crate) fn consume(&mut self, names: [&str; 3]) -> bool {
        if self.command.as_deref().is_some_and(|command| !names.contains(&command)) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        match &mut self.times {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// A kind of failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection is refused.
    Refused,
    /// The connection is reset before the command is executed.
    ResetBefore,
    /// The connection is reset after the command was executed.
    ResetAfter,
    /// The connection is reset at once, and the command is executed after the delay.
    LateExecution(Duration),
    /// The command is executed, and its reply sent, after the delay.
    Delay(Duration),
    /// The command is executed at once, and its reply sent after the delay.
    DelayReply(Duration),
    /// This HTTP status with an HTML page; the command is not executed.
    Status(u16),
    /// This HTTP status with an HTML page, after the command was executed.
    StatusAfter(u16),
    /// HTTP 429; the command is not executed.
    TooManyRequests {
        /// The seconds in `Retry-After`; `None` omits the header.
        retry_after: Option<u32>,
    },
    /// HTTP 429 with this text as `Retry-After`; the command is not executed.
    RetryAfter(String),
    /// HTTP 503 with these seconds as `Retry-After`, as of a site in maintenance; the command is not executed.
    Maintenance(u32),
    /// `{"status":"FAIL","error":"…"}`.
    Fail(String),
    /// `{"status":"FAIL","error":["…"]}`.
    FailList(Vec<String>),
    /// `{"error":"…"}`; the guide's dialect adds `"status":"ERROR"`.
    Error(String),
    /// `{"status":"WARN","errors":["…"]}`.
    Warn(String),
    /// `{"status":"OK","error":"…"}`.
    OkWithError(String),
    /// The first half of the correct reply; the command was executed.
    Truncated,
    /// HTTP 200 with an HTML page; the command is not executed.
    Html,
    /// HTTP 200 with an HTML page, after the command was executed.
    HtmlAfter,
    /// HTTP 200 without a body; the command is not executed.
    Empty,
    /// HTTP 200 without a body, after the command was executed.
    EmptyAfter,
    /// HTTP 302 to the login page.
    Redirect,
    /// JSON nested 100,000 levels deep.
    DeeplyNested,
    /// JSON of this many bytes (at least 25).
    Huge(usize),
    /// Bytes that are neither text nor JSON.
    Garbage,
    /// The reply to a wrong hash.
    AuthorizationError,
}

/// Whether and when a command is executed despite a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Execution {
    /// The command is not executed.
    Never,
    /// The command is executed before the caller gets a reply or an error.
    Immediate,
    /// The command is executed this long after the caller lost the connection.
    Delayed(Duration),
}

impl FaultKind {
    /// The kinds after which a caller cannot know whether a change was made; both outcomes are included.
    ///
    /// [`FaultKind::execution`] returns the outcome. Delayed replies are not included, because the timeout is
    /// the caller's choice.
    pub const AMBIGUOUS: &[Self] = &[
        Self::ResetBefore,
        Self::ResetAfter,
        Self::LateExecution(Duration::from_secs(2)),
        Self::Status(500),
        Self::StatusAfter(500),
        Self::Status(502),
        Self::StatusAfter(502),
        Self::Status(504),
        Self::StatusAfter(504),
        Self::Html,
        Self::HtmlAfter,
        Self::Empty,
        Self::EmptyAfter,
        Self::Truncated,
        Self::Garbage,
    ];

    /// Returns whether and when a command with this fault is executed.
    pub fn execution(&self) -> Execution {
        match self {
            Self::ResetAfter
            | Self::Delay(_)
            | Self::DelayReply(_)
            | Self::StatusAfter(_)
            | Self::HtmlAfter
            | Self::EmptyAfter
            | Self::Truncated => Execution::Immediate,
            Self::LateExecution(delay) => Execution::Delayed(*delay),
            Self::Refused
            | Self::ResetBefore
            | Self::Status(_)
            | Self::TooManyRequests { .. }
            | Self::RetryAfter(_)
            | Self::Maintenance(_)
            | Self::Fail(_)
            | Self::FailList(_)
            | Self::Error(_)
            | Self::Warn(_)
            | Self::OkWithError(_)
            | Self::Html
            | Self::Empty
            | Self::Redirect
            | Self::DeeplyNested
            | Self::Huge(_)
            | Self::Garbage
            | Self::AuthorizationError => Execution::Never,
        }
    }
}

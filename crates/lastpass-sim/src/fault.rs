//! What can go wrong between the caller and the service.

use std::fmt;
use std::time::Duration;

/// No reply arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionError {
    /// The service did not accept the connection.
    Refused,
    /// The connection broke after it was made.
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

/// A failure to be met by calls to come.
///
/// The first injected fault that fits a call is the one it meets; delays add to what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// Only calls of this command, by either dialect's name; none means every call.
    pub command: Option<String>,
    /// How many calls meet it; none means every one until [`crate::Simulator::clear_faults`].
    pub times: Option<u32>,
    /// How many fitting calls pass unharmed first.
    pub skip: u32,
}

impl Fault {
    /// A fault of every command, for ever, at once.
    pub fn always(kind: FaultKind) -> Self {
        Self { kind, command: None, times: None, skip: 0 }
    }

    /// A fault that the next call meets, and no other.
    pub fn once(kind: FaultKind) -> Self {
        Self { times: Some(1), ..Self::always(kind) }
    }

    /// Whether a call of the command with these names meets this fault; counts it.
    pub(crate) fn strikes(&mut self, names: [&str; 3]) -> bool {
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

/// What a call meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection is refused.
    Refused,
    /// The connection breaks before the service acts.
    ResetBefore,
    /// The connection breaks after the service acted.
    ResetAfter,
    /// The connection breaks at once, and the service acts that much later.
    LateExecution(Duration),
    /// The service is late to act, and so is the reply.
    Delay(Duration),
    /// The service acts at once, and the reply is late.
    DelayReply(Duration),
    /// That HTTP status, with a page of HTML; the service does not act.
    Status(u16),
    /// The same, after the service acted.
    StatusAfter(u16),
    /// HTTP 429.
    TooManyRequests {
        /// The seconds in `Retry-After`; none leaves the header out.
        retry_after: Option<u32>,
    },
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
    /// The right reply, cut in the middle; the service acted.
    Truncated,
    /// A page of HTML with HTTP 200; the service does not act.
    Html,
    /// The same, after the service acted.
    HtmlAfter,
    /// HTTP 200 without a body; the service does not act.
    Empty,
    /// The same, after the service acted.
    EmptyAfter,
    /// HTTP 302 to the login page.
    Redirect,
    /// JSON nested 100,000 deep.
    DeeplyNested,
    /// JSON of that many bytes (at least 25).
    Huge(usize),
    /// Bytes that are neither text nor JSON.
    Garbage,
    /// The reply to a wrong hash.
    AuthorizationError,
}

/// Whether and when the service acts on a call that meets a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Execution {
    /// It does not.
    Never,
    /// Before the caller hears anything.
    Immediate,
    /// That long after the caller lost the connection.
    Delayed(Duration),
}

impl FaultKind {
    /// The kinds after which a caller cannot know whether a change was made, of each outcome some.
    ///
    /// [`FaultKind::execution`] tells which were. A reply that is only late is not among them: how late
    /// is too late is for the caller to say.
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

    /// Whether and when the service acts on a call that meets this.
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

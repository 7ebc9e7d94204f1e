//! The status and error fields of a JSON reply, and what they mean for a read and for a command.

use serde::de::MapAccess;

use crate::lastpass::{
    error::{Error, InvalidReply},
    lenient_json::{Scalar, Texts, skip},
};

/// The fields of a JSON reply that say whether it succeeded.
#[derive(Debug, Default)]
pub(crate) struct StatusFields<'a> {
    status: Scalar<'a>,
    error: Texts<'a>,
    message: Texts<'a>,
}

/// The result of a command, as LastPass reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommandStatus {
    /// It was carried out.
    Accepted,
    /// It was carried out, or a part of it, with messages about it.
    AcceptedWithWarning(Vec<String>),
    /// It was refused, with messages.
    Refused(Vec<String>),
}

/// The status of a read that returned data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadStatus {
    Ok,
    /// The data came with a warning: the status `WARN`, or an error text beside `OK`.
    Warning,
}

impl<'a> StatusFields<'a> {
    /// Whether a field of the reply with this name belongs to the status fields.
    pub(crate) fn contains(key: &str) -> bool {
        matches!(key, "status" | "Status" | "error" | "errors" | "message")
    }

    /// Reads a field of the reply, or skips it if it is not a status field.
    pub(crate) fn take<A: MapAccess<'a>>(&mut self, key: &str, value: &mut A) -> Result<(), A::Error> {
        match key {
            "status" | "Status" => self.status = value.next_value()?,
            "error" | "errors" => self.error = value.next_value()?,
            "message" => self.message = value.next_value()?,
            _ => skip(value)?,
        }
        Ok(())
    }

    /// Returns the result of a command. Replies to commands always have a status (`OK`, `WARN`, `FAIL`, `success`), and
    /// sometimes an error text beside `OK` (samples/misc/deluser_already_disabled).
    ///
    /// # Errors
    /// Returns [`Error::Credentials`] if LastPass refuses the credentials, [`Error::InvalidReply`] if there is no known
    /// status.
    pub(crate) fn command_status(&self) -> Result<CommandStatus, Error> {
        let status = self.status.text().unwrap_or_default().to_ascii_lowercase();
        let messages = || self.messages().map(str::to_owned).collect();
        match status.as_str() {
            "ok" | "success" if !self.has_error() => Ok(CommandStatus::Accepted),
            "ok" | "success" | "warn" | "warning" => Ok(CommandStatus::AcceptedWithWarning(messages())),
            status if (is_failure(status) || status.is_empty()) && self.refuses_credentials() => {
                Err(Error::Credentials)
            }
            status if is_failure(status) || (status.is_empty() && self.has_error()) => {
                Ok(CommandStatus::Refused(messages()))
            }
            _ => Err(Error::InvalidReply(InvalidReply::Shape)),
        }
    }

    /// Returns the status of a read. `has_data` says whether the reply contains the requested data.
    ///
    /// # Errors
    /// Returns [`Error::Credentials`] or [`Error::Refused`] if LastPass refuses the read, [`Error::InvalidReply`] if
    /// the reply has neither data nor an error.
    pub(crate) fn read_status(&self, has_data: bool) -> Result<ReadStatus, Error> {
        let status = self.status.text().unwrap_or_default().to_ascii_lowercase();
        let is_failure = is_failure(&status);
        let has_warning = self.has_error() || status == "warn";
        if (is_failure || !has_data) && self.mentions_credentials() {
            return Err(Error::Credentials);
        }
        match (is_failure, has_data) {
            (true, _) => Err(Error::Refused),
            (false, true) if has_warning => Ok(ReadStatus::Warning),
            (false, true) => Ok(ReadStatus::Ok),
            (false, false) if has_warning => Err(Error::Refused),
            (false, false) => Err(Error::InvalidReply(InvalidReply::Shape)),
        }
    }

    /// Whether the status is `OK` or `success`, without an error text.
    pub(crate) fn is_plain_ok(&self) -> bool {
        let status = self.status.text().unwrap_or_default();
        let is_ok = status.eq_ignore_ascii_case("ok") || status.eq_ignore_ascii_case("success");
        is_ok && !self.has_error()
    }

    /// Whether this is how LastPass answers a request for a page past the last one: an error without a status
    /// (lastpass-reports), in the guide's dialect with the status `ERROR`.
    pub(crate) fn is_past_end(&self) -> bool {
        let status = self.status.text();
        let is_plain = status.is_none_or(|status| status.eq_ignore_ascii_case("error"));
        is_plain && self.has_error() && !self.mentions_credentials()
    }

    /// Whether there is an error text.
    pub(crate) fn has_error(&self) -> bool {
        self.error.iter().next().is_some()
    }

    fn messages(&self) -> impl Iterator<Item = &str> {
        self.error.iter().chain(self.message.iter())
    }

    fn mentions_credentials(&self) -> bool {
        self.messages().any(mentions_credentials)
    }

    /// Whether the error is one of the two that refuse credentials, rather than one about a user.
    fn refuses_credentials(&self) -> bool {
        self.messages().map(str::trim).any(|text| {
            text.eq_ignore_ascii_case("authorization error") || text.eq_ignore_ascii_case("invalid provisioning hash")
        })
    }
}

/// Whether a status, in lower case, reports a failure.
fn is_failure(status: &str) -> bool {
    matches!(status, "fail" | "error" | "failure" | "failed")
}

/// Whether a text is about account number or hash: `Authorization Error` in XML (recorded), `Invalid provisioning hash`
/// (the guide's troubleshooting).
fn mentions_credentials(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["authorization error", "provisioning hash", "provhash", "invalid cid", "account number", "api secret"]
        .iter()
        .any(|phrase| text.contains(phrase))
}

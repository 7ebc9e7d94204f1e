//! A row of the problem table: everything that one problem sends to the caller and to the log.

use std::{borrow::Cow, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, header::RETRY_AFTER};
use serde::Serialize;

use crate::{
    changes::ChangeResult,
    domain::is_invisible,
    web::response::{problem::code::ProblemCode, sync::SyncPartJson},
};

/// An error of one field, parameter or variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct FieldError {
    /// The name of the field.
    pub(crate) field: String,
    /// The error, and what to do about it. It follows the name in a sentence.
    pub(crate) message: Cow<'static, str>,
}

impl FieldError {
    pub(crate) fn new(field: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// How much of a name is repeated to the caller, in characters.
const MAX_NAME: usize = 64;

/// A name as errors show it: its start, with invisible characters escaped. It may be the caller's own text.
pub(crate) fn shown_name(name: &str) -> String {
    let mut shown = String::new();
    for character in name.chars().take(MAX_NAME) {
        if is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    if name.chars().nth(MAX_NAME).is_some() {
        shown.push('…');
    }
    shown
}

/// A row of the problem table.
pub(crate) struct ProblemRow<'a> {
    pub(crate) code: ProblemCode,
    /// What happened, and what to do. Front ends of the guide show this text alone.
    pub(crate) detail: Cow<'static, str>,
    pub(crate) errors: Vec<FieldError>,
    pub(crate) headers: HeaderMap,
    /// The change that was started.
    pub(crate) change: Option<&'a ChangeResult>,
    /// The parts of a run of which one failed.
    pub(crate) parts: Vec<SyncPartJson>,
    /// The cause, for the log: contains no text of LastPass, the database or the caller.
    pub(crate) cause: Option<String>,
}

impl<'a> ProblemRow<'a> {
    pub(crate) fn new(code: ProblemCode, detail: impl Into<Cow<'static, str>>) -> Self {
        let (errors, headers, detail) = (Vec::new(), HeaderMap::new(), detail.into());
        Self { code, detail, errors, headers, change: None, parts: Vec::new(), cause: None }
    }

    /// An error in this program.
    pub(crate) fn internal() -> Self {
        ProblemRow::new(
            ProblemCode::Internal,
            "This program has failed. The server log has details under the request id.",
        )
    }

    /// A row whose detail lists the field errors.
    pub(crate) fn of_fields(code: ProblemCode, errors: Vec<FieldError>) -> Self {
        let detail: Vec<_> = errors.iter().map(|FieldError { field, message }| format!("{field} {message}")).collect();
        Self::new(code, detail.join("; ")).errors(errors)
    }

    pub(crate) fn errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets `Retry-After`, in whole seconds and at least one.
    pub(crate) fn retry_after(self, time: Duration) -> Self {
        self.header(RETRY_AFTER, HeaderValue::from(time.as_secs().max(1)))
    }

    pub(crate) fn change(self, change: &'a ChangeResult) -> Self {
        Self { change: Some(change), ..self }
    }

    pub(crate) fn cause(self, cause: Option<String>) -> Self {
        Self { cause, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_show_invisible_characters() {
        let check = |name: &str, expected: &str| assert_eq!(shown_name(name), expected);
        check("Jürgen & Co", "Jürgen & Co");
        check("a\u{202e}b\u{0}\n", "a\\u{202e}b\\u{0}\\u{a}");
        check(&"x".repeat(64), &"x".repeat(64));
        check(&"x".repeat(1_000), &format!("{}…", "x".repeat(64)));
    }
}

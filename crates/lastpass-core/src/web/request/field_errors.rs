//! The errors of a request's parameters or body members, within bounds.

use std::borrow::Cow;

use crate::web::response::problem::{FieldError, Problem};

/// The most errors that one response reports. Names are the caller's own text and could be megabytes long.
const MAX_ERRORS: usize = 20;
/// How much of a name is repeated to the caller, in characters.
const MAX_NAME: usize = 64;

/// Errors of named fields, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Adds an error of a field, unless there are too many already.
    pub(crate) fn add(&mut self, field: &str, message: impl Into<Cow<'static, str>>) {
        if self.0.len() < MAX_ERRORS {
            self.0.push(FieldError { field: field.chars().take(MAX_NAME).collect(), message: message.into() });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends the collection.
    ///
    /// # Errors
    /// Returns the errors as a `problem` if there are any.
    pub(crate) fn finish(self, problem: fn(Vec<FieldError>) -> Problem) -> Result<(), Problem> {
        if self.is_empty() { Ok(()) } else { Err(problem(self.0)) }
    }
}

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
            self.0.push(FieldError::new(field.chars().take(MAX_NAME).collect::<String>(), message));
        }
    }

    pub(crate) fn contains(&self, field: &str) -> bool {
        self.0.iter().any(|error| error.field == field)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The errors as a `problem`.
    pub(crate) fn into_problem(self, problem: fn(Vec<FieldError>) -> Problem) -> Problem {
        problem(self.0)
    }

    /// Ends the collection.
    ///
    /// # Errors
    /// Returns the errors as a `problem` if there are any.
    pub(crate) fn finish(self, problem: fn(Vec<FieldError>) -> Problem) -> Result<(), Problem> {
        if self.is_empty() { Ok(()) } else { Err(self.into_problem(problem)) }
    }
}

/// The error of a value that is none of `names`.
pub(crate) fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Cow<'static, str> {
    format!("must be one of {}", names.into_iter().collect::<Vec<_>>().join(", ")).into()
}

//! The errors of a request's parameters or body members, within bounds.

use std::borrow::Cow;

use crate::web::response::problem::{FieldError, Problem, shown_name};

/// The most errors that one response reports. Names are the caller's own text and could be megabytes long.
const MAX_ERRORS: usize = 20;

/// Errors of named fields, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct FieldErrors {
    first: Vec<FieldError>,
    /// The number of errors after the first ones.
    more: usize,
}

impl FieldErrors {
    /// Adds an error of a field. If there are too many already, it is only counted.
    pub(crate) fn add(&mut self, field: &str, message: impl Into<Cow<'static, str>>) {
        if self.first.len() < MAX_ERRORS {
            self.first.push(FieldError::new(shown_name(field), message));
        } else {
            self.more += 1;
        }
    }

    /// Adds errors after those that were found so far.
    pub(crate) fn append(&mut self, other: Self) {
        let free = MAX_ERRORS - self.first.len();
        self.more += other.more + other.first.len().saturating_sub(free);
        self.first.extend(other.first.into_iter().take(free));
    }

    pub(crate) fn contains(&self, field: &str) -> bool {
        self.first.iter().any(|error| error.field == field)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The errors as a `problem`. The last one names the number of those that are left out.
    pub(crate) fn into_problem(mut self, problem: fn(Vec<FieldError>) -> Problem) -> Problem {
        if let (Some(last), 1..) = (self.first.last_mut(), self.more) {
            last.message = format!("{}; and {} more", last.message, self.more).into();
        }
        problem(self.first)
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

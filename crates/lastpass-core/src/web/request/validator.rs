//! Validates the values of body members, beyond their JSON types.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::{
    domain::{EmailAddress, misplaced_invisible},
    web::{request::field_errors::FieldErrors, response::problem::Problem},
};

/// The maximum length of the name of a person, in characters.
const MAX_NAME: usize = 100;
/// The most groups that one member may list.
const MAX_GROUPS: usize = 50;

/// Collects the errors of all members of a body.
#[derive(Debug, Default)]
pub(crate) struct Validator(FieldErrors);

impl Validator {
    /// Parses an address; `None` after an error.
    pub(crate) fn email(&mut self, field: &str, text: &str) -> Option<EmailAddress> {
        text.parse::<EmailAddress>().map_err(|error| self.add_error(field, error.to_string())).ok()
    }

    /// Checks the name of a person.
    pub(crate) fn name(&mut self, field: &str, name: &str) {
        if name.chars().count() > MAX_NAME {
            self.add_error(field, format!("must have up to {MAX_NAME} characters"));
        } else if let Some(character) = misplaced_invisible(name) {
            self.add_error(field, invisible(character));
        }
    }

    /// Checks a list of names of groups. Any name can be LastPass's; whether one is known is checked with its list.
    pub(crate) fn group_names(&mut self, field: &str, groups: &[String]) {
        if groups.len() > MAX_GROUPS {
            self.add_error(field, format!("must list at most {MAX_GROUPS} groups"));
        }
    }

    /// Checks a date.
    pub(crate) fn date(&mut self, field: &str, text: &str) {
        // chrono also accepts one-digit months and signs.
        if text.len() != 10 || NaiveDate::parse_from_str(text, "%Y-%m-%d").is_err() {
            self.add_error(field, "must be a date such as 2026-12-01");
        }
    }

    /// Adds an error of a member.
    pub(crate) fn add_error(&mut self, field: &str, message: impl Into<Cow<'static, str>>) {
        self.0.add(field, message);
    }

    /// Ends the validation with the value that was built from the members; `None` if an error prevented that.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidFields`] if there are errors.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            Some(_) | None => Err(self.0.into_problem(Problem::InvalidFields)),
        }
    }
}

/// What is wrong with a name that has an invisible character.
fn invisible(character: char) -> String {
    let code = u32::from(character);
    match character {
        '\u{200c}' | '\u{200d}' => format!(
            "must have no invisible character: U+{code:04X} (a zero-width joiner or non-joiner) is only allowed between \
             letters of scripts that need it"
        ),
        _ if character.is_control() => format!("must be one line without control characters (it has U+{code:04X})"),
        _ => format!("must have no invisible character (it has U+{code:04X})"),
    }
}

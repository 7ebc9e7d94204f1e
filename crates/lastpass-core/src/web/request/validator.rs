//! Validates the values of body members, beyond their JSON types.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate};

use crate::{
    domain::{DepartmentGroups, EmailAddress, misplaced_invisible, normalize_name},
    web::{
        request::field_errors::{FieldErrors, one_of},
        response::problem::{FieldError, Problem},
    },
};

/// The maximum length of the name of a person, in characters.
pub(crate) const MAX_NAME: usize = 100;
/// The most groups that one member may list.
pub(crate) const MAX_GROUPS: usize = 50;

/// The longest time that is accepted, with nanoseconds and an offset.
const MAX_TIME: usize = "2026-12-01T09:00:00.000000000+01:00".len();
/// The most values that an error message lists.
const MAX_LISTED: usize = 30;

/// Collects the errors of all members of a body, one for each member.
#[derive(Debug)]
pub(crate) struct Validator {
    errors: FieldErrors,
    /// The errors of members that the request does not have, which are reported last.
    unknown: FieldErrors,
    /// The problem of the errors.
    problem: fn(Vec<FieldError>) -> Problem,
}

impl Validator {
    /// A validator that also reports the errors of the parsing. If there are any, the body itself is invalid.
    pub(crate) fn after_parsing(errors: FieldErrors, unknown: FieldErrors) -> Self {
        let is_valid = errors.is_empty() && unknown.is_empty();
        let problem = if is_valid { Problem::InvalidFields } else { Problem::InvalidBody };
        Self { errors, unknown, problem }
    }

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

    /// Finds a department and its group; `None` after an error.
    pub(crate) fn department<'a>(
        &mut self,
        field: &str,
        name: &str,
        departments: &'a DepartmentGroups,
    ) -> Option<(&'a str, &'a str)> {
        let found = departments.iter().find(|(department, _)| normalize_name(department) == normalize_name(name));
        if found.is_none() {
            let names: Vec<_> = departments.iter().map(|(department, _)| department).collect();
            if names.len() > MAX_LISTED {
                self.add_error(field, "must be a department of DEPARTMENT_GROUPS");
            } else {
                self.add_error(field, format!("{} (DEPARTMENT_GROUPS)", one_of(names)));
            }
        }
        found
    }

    /// Checks a date, or a time with its offset from UTC (RFC 3339).
    pub(crate) fn date_or_time(&mut self, field: &str, text: &str) {
        // chrono also accepts dates of one-digit months and with signs, and U+2212 as a sign.
        let text = if text.is_ascii() { text } else { "" };
        let is_date = text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
        let is_time = text.len() <= MAX_TIME && DateTime::parse_from_rfc3339(text).is_ok();
        if !is_date && !is_time {
            self.add_error(field, "must be a date such as 2026-12-01, or a time such as 2026-12-01T09:00:00Z");
        }
    }

    /// Adds an error of a member, unless it has one already.
    pub(crate) fn add_error(&mut self, field: &str, message: impl Into<Cow<'static, str>>) {
        if !self.has_error(field) {
            self.errors.add(field, message);
        }
    }

    pub(crate) fn has_error(&self, field: &str) -> bool {
        self.errors.contains(field)
    }

    /// Ends the validation with the value that was built from the members; `None` if an error prevented that.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidBody`] if the parsing had errors, and otherwise [`Problem::InvalidFields`] if there are
    /// errors.
    pub(crate) fn finish<T>(mut self, value: Option<T>) -> Result<T, Problem> {
        self.errors.append(self.unknown);
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            Some(_) | None => Err(self.errors.into_problem(self.problem)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::request::json_body::JsonBody;

    /// The code and the fields of the errors of a body with the members `name`, `email` and `start`.
    fn check(json: &str, expected: Option<(&str, &[&str])>) {
        let mut body = JsonBody::parse(json.as_bytes()).expect("an object");
        let (name, email, start) = (body.required_text("name"), body.required_text("email"), body.text("start"));
        let mut validator = body.into_validator();
        validator.name("name", &name);
        let email = validator.email("email", &email);
        if let Some(start) = &start {
            validator.date_or_time("start", start);
        }
        let problem = validator.finish(email).err();
        let found = problem.as_ref().map(|problem| {
            let (Problem::InvalidBody(errors) | Problem::InvalidFields(errors)) = problem else {
                panic!("{problem:?}")
            };
            (problem.code().name(), errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>())
        });
        assert_eq!(found, expected.map(|(code, fields)| (code, fields.to_vec())), "{json}");
    }

    #[test]
    fn all_errors_of_a_body_are_reported_together() {
        check(r#"{"name":"Ann","email":"ann@example.com","start":" "}"#, None);
        check(
            r#"{"name":"A\u202e","email":"ann","start":"soon"}"#,
            Some(("invalid-fields", &["name", "email", "start"])),
        );
        check(r#"{"name":" ","email":"ann","start":"soon"}"#, Some(("invalid-body", &["name", "email", "start"])));
        check(r#"{"name":"A\u202e","email":7}"#, Some(("invalid-body", &["email", "name"])));
        check(r#"{"name":"Ann","email":"ann","phone":"1"}"#, Some(("invalid-body", &["email", "phone"])));
        check(r#"{}"#, Some(("invalid-body", &["name", "email"])));
    }

    #[test]
    fn a_start_is_a_date_or_a_time() {
        let check = |text: &str, is_valid: bool| {
            let mut validator = Validator::after_parsing(FieldErrors::default(), FieldErrors::default());
            validator.date_or_time("startDate", text);
            assert_eq!(validator.finish(Some(())).is_ok(), is_valid, "{text}");
        };
        for text in [
            "2026-12-01",
            "2028-02-29",
            "2026-12-01T09:00:00Z",
            "2026-12-01T09:00:00.000Z",
            "2026-12-01T09:00:00.123456789+01:00",
        ] {
            check(text, true);
        }
        let endless = format!("2026-12-01T09:00:00.{}Z", "0".repeat(20));
        for text in [
            "tomorrow",
            "+99999-01-01",
            "2026-2-1",
            "2026-02-29",
            "2026-12-01T09:00:00",
            "2026-12-01T09:00",
            "2026-12-01T25:00:00Z",
            "12/01/2026",
            "1764547200000",
            "2026-12-01T09:00:00\u{2212}01:00",
            &endless,
        ] {
            check(text, false);
        }
    }

    #[test]
    fn a_department_is_found_in_any_case_and_few_are_listed() {
        let departments = DepartmentGroups::default();
        let mut validator = Validator::after_parsing(FieldErrors::default(), FieldErrors::default());
        assert_eq!(validator.department("department", " sales", &departments), Some(("Sales", "Sales-Team")));
        assert_eq!(validator.department("department", "Piracy", &departments), None);
        let many = (0..=MAX_LISTED).map(|number| (format!("D{number}"), format!("G{number}"))).collect();
        assert_eq!(validator.department("of many", "Piracy", &DepartmentGroups::new(many)), None);
        let Err(Problem::InvalidFields(errors)) = validator.finish(Some(())) else { panic!("no errors") };
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_ref()).collect();
        assert_eq!(
            messages,
            [
                "must be one of Engineering, Sales, Marketing, HR, Finance, Legal (DEPARTMENT_GROUPS)",
                "must be a department of DEPARTMENT_GROUPS",
            ]
        );
    }
}

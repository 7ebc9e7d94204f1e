//! The JSON body of a request, whose members are taken by name. A member that no route takes is an error that names it.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, error::Category};

use crate::web::{
    request::{
        body,
        field_errors::{FieldErrors, one_of},
        suggestion::unknown_name,
        validator::Validator,
    },
    response::problem::{FieldError, Problem},
};

const NOT_A_STRING: &str = "must be a string";
const NOT_AN_OBJECT: &str = "must be a JSON object";
const EMPTY: &str = "is empty, and must be a JSON object";

/// The members of a body that have not been taken yet, and the errors of those that have.
#[derive(Debug)]
pub(crate) struct JsonBody {
    remaining: Vec<(String, Value)>,
    /// The names of the request's members: those that were taken, given or not.
    known: Vec<&'static str>,
    errors: FieldErrors,
}

impl JsonBody {
    /// Parses a body.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidBody`] if the body is not a JSON object in UTF-8.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        let text = body::text(body)?;
        let JsonMembers(given) = serde_json::from_str(text).map_err(|error| {
            // The text of the error may quote the body.
            let message = match error.classify() {
                _ if text.trim().is_empty() => EMPTY.into(),
                Category::Data => NOT_AN_OBJECT.into(),
                Category::Syntax | Category::Eof | Category::Io => {
                    Cow::from(format!("is not valid JSON (line {}, column {})", error.line(), error.column()))
                }
            };
            Problem::InvalidBody(vec![FieldError::new("body", message)])
        })?;
        let mut body = Self { remaining: given, known: Vec::new(), errors: FieldErrors::default() };
        body.reject_repeated();
        Ok(body)
    }

    /// Takes a string, trimmed; `None` if it is not given or blank.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        let Value::String(text) = self.take(name)? else {
            self.errors.add(name, NOT_A_STRING);
            return None;
        };
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Takes a string that must be given and not blank. Returns an empty one after an error.
    pub(crate) fn required_text(&mut self, name: &'static str) -> String {
        let text = match self.take(name) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Null) | None => String::new(),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                self.errors.add(name, NOT_A_STRING);
                return String::new();
            }
        };
        // A repeated member was given.
        if text.is_empty() && !self.errors.contains(name) {
            self.errors.add(name, "is required");
        }
        text
    }

    /// Takes a string that must be one of several names. Returns `None` after an error.
    pub(crate) fn required_choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.required_text(name);
        let choice = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        if choice.is_none() && !text.is_empty() {
            self.errors.add(name, one_of(choices.iter().map(|(name, _)| *name)));
        }
        choice
    }

    /// Takes an array of strings, each trimmed; empty if it is not given.
    pub(crate) fn text_list(&mut self, name: &'static str) -> Vec<String> {
        let item = |value: Value| value.as_str().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let texts = match self.take(name) {
            None => return Vec::new(),
            Some(Value::Array(values)) => values.into_iter().map(item).collect::<Option<Vec<_>>>(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => None,
        };
        texts.unwrap_or_else(|| {
            self.errors.add(name, "must be an array of non-empty strings");
            Vec::new()
        })
    }

    /// Takes a boolean; false if it is not given.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        match self.take(name) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => {
                self.errors.add(name, "must be true or false");
                false
            }
        }
    }

    /// Ends the parsing of a body whose values need no validation.
    ///
    /// # Errors
    /// Returns [`Problem::InvalidBody`] with all errors, including one for each member that was not taken.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        self.into_validator().finish(Some(()))
    }

    /// Ends the parsing, with an error for each member that was not taken. The validator reports all errors together with
    /// its own.
    pub(crate) fn into_validator(self) -> Validator {
        let mut unknown = FieldErrors::default();
        for (name, _) in &self.remaining {
            unknown.add(name, unknown_name("is not a member of this request", name, &self.known));
        }
        Validator::after_parsing(self.errors, unknown)
    }

    /// Null counts as not given, since forms send it for a field that was left blank.
    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        let index = self.remaining.iter().position(|(given, _)| given == name)?;
        Some(self.remaining.remove(index).1).filter(|value| !value.is_null())
    }

    /// A repeated member is ambiguous.
    fn reject_repeated(&mut self) {
        let mut names: Vec<_> = self.remaining.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let repeated: Vec<_> =
            names.chunk_by(|a, b| a == b).filter(|names| names.len() > 1).map(|names| names[0].to_owned()).collect();
        for name in repeated {
            self.remaining.retain(|(given, _)| *given != name);
            self.errors.add(&name, "must be given only once");
        }
    }
}

/// The members of a JSON object in their order, including repeated ones.
struct JsonMembers(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for JsonMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct JsonMembersVisitor;
        impl<'de> Visitor<'de> for JsonMembersVisitor {
            type Value = JsonMembers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonMembers, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(JsonMembers(members))
            }
        }
        deserializer.deserialize_map(JsonMembersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(problem: Problem) -> Vec<(String, String)> {
        let Problem::InvalidBody(errors) = problem else { panic!("not about members") };
        errors.into_iter().map(|error| (error.field, error.message.into_owned())).collect()
    }

    #[test]
    fn members_are_taken_by_name_and_the_rest_is_an_error() {
        let json = br#"{"name":" Ann ","groups":["A"," B "],"sure":true,"note":null,"foo":1}"#;
        let mut body = JsonBody::parse(json).unwrap();
        assert_eq!(body.required_text("name"), "Ann");
        assert_eq!(body.text_list("groups"), ["A", "B"]);
        assert!(body.flag("sure"));
        assert_eq!(body.text("note"), None);
        assert_eq!(errors(body.finish().unwrap_err()), [("foo".into(), "is not a member of this request".into())]);
    }

    #[test]
    fn the_members_of_the_request_are_suggested() {
        let mut body = JsonBody::parse(br#"{"workEmail":"a@example.com","nope":1}"#).unwrap();
        body.required_text("email");
        let expected = [
            ("email".into(), "is required".into()),
            ("workEmail".into(), "is not a member of this request: did you mean email?".into()),
            ("nope".into(), "is not a member of this request".into()),
        ];
        assert_eq!(errors(body.finish().unwrap_err()), expected);
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        let json = br#"{"name":"  ","email":7,"groups":["A",1],"sure":"yes","action":"fly","note":false,"part":null}"#;
        let mut body = JsonBody::parse(json).unwrap();
        body.required_text("name");
        body.required_text("email");
        body.required_text("department");
        body.required_text("part");
        body.text_list("groups");
        body.flag("sure");
        body.required_choice("action", &[("walk", 1), ("run", 2)]);
        body.text("note");
        let expected = [
            ("name", "is required"),
            ("email", "must be a string"),
            ("department", "is required"),
            ("part", "is required"),
            ("groups", "must be an array of non-empty strings"),
            ("sure", "must be true or false"),
            ("action", "must be one of walk, run"),
            ("note", "must be a string"),
        ];
        let expected: Vec<_> = expected.iter().map(|(name, error)| ((*name).to_owned(), (*error).to_owned())).collect();
        assert_eq!(errors(body.finish().unwrap_err()), expected);
    }

    #[test]
    fn a_repeated_member_is_an_error() {
        let mut body = JsonBody::parse(br#"{"email":"a@b.c","email":"d@e.f"}"#).unwrap();
        body.required_text("email");
        assert_eq!(errors(body.finish().unwrap_err()), [("email".into(), "must be given only once".into())]);
    }

    #[test]
    fn a_body_that_is_not_an_object_is_an_error() {
        for (body, expected) in [
            ("", EMPTY),
            (" ", EMPTY),
            ("[]", NOT_AN_OBJECT),
            ("7", NOT_AN_OBJECT),
            ("null", NOT_AN_OBJECT),
            ("{\"a\":1", "is not valid JSON (line 1, column 6)"),
            ("{\"a\":1}\n{}", "is not valid JSON (line 2, column 1)"),
            (r#"{"a":"\ud800"}"#, "is not valid JSON (line 1, column 13)"),
            ("{\"a\":1e999999}", "is not valid JSON (line 1, column 13)"),
        ] {
            assert_eq!(errors(JsonBody::parse(body.as_bytes()).unwrap_err()), [("body".into(), expected.into())]);
        }
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200));
        let deep = errors(JsonBody::parse(deep.as_bytes()).unwrap_err());
        assert!(deep[0].1.starts_with("is not valid JSON (line 1, column 13"), "{deep:?}");
    }

    #[test]
    fn errors_of_values_precede_those_of_unknown_names_which_are_counted() {
        let unknown: Vec<_> = (0..30).map(|number| format!("\"x{number}\":1")).collect();
        let mut body = JsonBody::parse(format!("{{{},\"email\":\"bad\"}}", unknown.join(",")).as_bytes()).unwrap();
        let email = body.required_text("email");
        let mut validator = body.into_validator();
        validator.email("email", &email);
        let errors = errors(validator.finish(Some(())).unwrap_err());
        let fields: Vec<_> = errors.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!((fields.len(), &fields[..3], fields[19]), (20, &["email", "x0", "x1"][..], "x18"));
        assert_eq!(errors[19].1, "is not a member of this request; and 11 more");
    }
}

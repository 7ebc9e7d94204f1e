//! The members of a request's JSON body, taken one by one; what nobody takes is an error that names it.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

use crate::web::response::problem::{FieldError, Problem};

/// Errors told at once, and the longest name told: a reply is no place for megabytes of the caller's own text.
const MOST_ERRORS_TOLD: usize = 20;
const LONGEST_NAME_TOLD: usize = 60;

/// The members of a body that nobody took yet, and what is wrong with those that somebody did.
pub(crate) struct Members {
    given: Vec<(String, Value)>,
    errors: Vec<FieldError>,
}

impl Members {
    /// Reads the body.
    ///
    /// # Errors
    /// Where it is no JSON object.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        match serde_json::from_slice::<Pairs>(body) {
            Ok(Pairs(given)) => {
                let mut members = Self { given, errors: Vec::new() };
                members.refuse_repeated();
                Ok(members)
            }
            Err(_) => Err(Problem::InvalidBody(vec![FieldError {
                field: "body".to_owned(),
                message: "must be a JSON object".into(),
            }])),
        }
    }

    /// A text, trimmed; nothing where it is not given, null or blank.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                self.refuse(name, "must be a text");
                None
            }
        }
    }

    /// A text that must be given; an empty one where it is not, which is then an error.
    pub(crate) fn required(&mut self, name: &str) -> String {
        let errors = self.errors.len();
        let text = self.text(name);
        if text.is_none() && self.errors.len() == errors {
            self.refuse(name, "is missing");
        }
        text.unwrap_or_default()
    }

    /// A list of texts, each trimmed.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        let texts = match self.take(name) {
            None => return Vec::new(),
            Some(Value::Array(values)) => values
                .into_iter()
                .map(|value| value.as_str().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
                .collect::<Option<Vec<_>>>(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => None,
        };
        texts.unwrap_or_else(|| {
            self.refuse(name, "must be a list of texts");
            Vec::new()
        })
    }

    /// Whether something is so; not where it is not given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.take(name) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => {
                self.refuse(name, "must be true or false");
                false
            }
        }
    }

    /// Adds an error of a member.
    pub(crate) fn refuse(&mut self, name: &str, message: &'static str) {
        if self.errors.len() < MOST_ERRORS_TOLD {
            let field = name.chars().take(LONGEST_NAME_TOLD).collect();
            self.errors.push(FieldError { field, message: message.into() });
        }
    }

    /// Ends the taking: whatever is left is unknown to the route.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in std::mem::take(&mut self.given) {
            self.refuse(&name, "is no member of this request");
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::InvalidBody(self.errors)) }
    }

    /// Null counts as not given: forms send it for a field that was left alone.
    fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.given.iter().position(|(given, _)| given == name)?;
        Some(self.given.swap_remove(place).1).filter(|value| !value.is_null())
    }

    /// A member that comes twice could be read as either.
    fn refuse_repeated(&mut self) {
        let mut names: Vec<_> = self.given.iter().map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        let repeated: Vec<_> =
            names.chunk_by(|a, b| a == b).filter(|names| names.len() > 1).map(|names| names[0].clone()).collect();
        for name in repeated {
            self.given.retain(|(given, _)| *given != name);
            self.refuse(&name, "must be given once");
        }
    }
}

/// An object's members in their order, repeated ones included.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
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
    fn members_are_taken_by_name_and_the_rest_is_named() {
        let body = br#"{"name":" Ann ","groups":["A"," B "],"sure":true,"note":null,"nope":1}"#;
        let mut members = Members::parse(body).unwrap();
        assert_eq!(members.required("name"), "Ann");
        assert_eq!(members.texts("groups"), ["A", "B"]);
        assert!(members.flag("sure"));
        assert_eq!(members.text("note"), None);
        assert_eq!(errors(members.finish().unwrap_err()), [("nope".into(), "is no member of this request".into())]);
    }

    #[test]
    fn what_is_missing_or_of_another_kind_is_named_all_at_once() {
        let mut members = Members::parse(br#"{"name":"  ","email":7,"groups":["A",1],"sure":"yes"}"#).unwrap();
        members.required("name");
        members.required("email");
        members.required("department");
        members.texts("groups");
        members.flag("sure");
        let names: Vec<_> = errors(members.finish().unwrap_err()).into_iter().map(|(field, _)| field).collect();
        assert_eq!(names, ["name", "email", "department", "groups", "sure"]);
    }

    #[test]
    fn a_member_that_comes_twice_is_refused_rather_than_chosen() {
        let mut members = Members::parse(br#"{"email":"a@b.c","email":"d@e.f"}"#).unwrap();
        members.text("email");
        assert_eq!(errors(members.finish().unwrap_err()), [("email".into(), "must be given once".into())]);
    }

    #[test]
    fn a_body_that_is_no_object_is_refused() {
        for body in ["", "[]", "7", "{\"a\":1", "null", "{\"a\":1}{}"] {
            assert!(Members::parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}

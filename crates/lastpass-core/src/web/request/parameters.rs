//! The query parameters of a request, taken by name. A parameter that no route takes is an error that names it.

use std::{borrow::Cow, collections::BTreeMap, ops::RangeInclusive};

use crate::web::{
    request::field_errors::{FieldErrors, one_of},
    response::problem::Problem,
};

/// The parameters of one request that have not been taken yet, and the errors of those that have.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    remaining: BTreeMap<String, Vec<String>>,
    errors: FieldErrors,
}

impl Parameters {
    /// Parses a query. Parameters that the platform adds are ignored.
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !name.starts_with("x-vercel-") && !name.starts_with("_vercel") {
                given.entry(name.into_owned()).or_default().push(value.into_owned());
            }
        }
        Self { remaining: given, errors: FieldErrors::default() }
    }

    /// All parameters that have not been taken, sorted by name and encoded the same way: equal for equal queries.
    pub(crate) fn canonical(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, values) in &self.remaining {
            for value in values {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// Takes a parameter and parses its value; `None` if it is not given or not valid.
    pub(crate) fn take<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Cow<'static, str>>,
    ) -> Option<T> {
        let values = self.remaining.remove(name)?;
        let parsed = match values.as_slice() {
            [value] => parse(value),
            _ => Err("must be given only once".into()),
        };
        parsed.map_err(|message| self.errors.add(name, message)).ok()
    }

    /// Takes a parameter that may be any text. An empty one counts as not given, since forms send it for a field that
    /// was left blank.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let without_control_characters = |value: &str| {
            if value.contains(char::is_control) {
                return Err("must not contain control characters".into());
            }
            Ok(value.to_owned())
        };
        self.take(name, without_control_characters).filter(|value| !value.is_empty())
    }

    /// Takes a parameter that may be repeated, or contain several values separated by commas.
    pub(crate) fn list<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, Cow<'static, str>>) -> Vec<T> {
        let values = self.remaining.remove(name).unwrap_or_default();
        let items = values.iter().flat_map(|value| value.split(',')).map(str::trim).filter(|item| !item.is_empty());
        items.map(parse).collect::<Result<Vec<T>, _>>().unwrap_or_else(|message| {
            self.errors.add(name, message);
            Vec::new()
        })
    }

    /// Takes a parameter that has one of several named values.
    pub(crate) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        self.take(name, |value| {
            let choice = choices.iter().find(|(name, _)| *name == value).map(|(_, choice)| *choice);
            choice.ok_or_else(|| one_of(choices.iter().map(|(name, _)| *name)))
        })
    }

    /// Takes a parameter that is `true` or `false`; false if it is not given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        self.choice(name, &[("true", true), ("false", false)]).unwrap_or_default()
    }

    /// Takes a parameter that is a whole number within a range.
    pub(crate) fn number(&mut self, name: &str, range: RangeInclusive<u32>) -> Option<u32> {
        self.take(name, |value| {
            let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            let number = is_number.then(|| value.parse().ok()).flatten().filter(|number| range.contains(number));
            number.ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()).into())
        })
    }

    /// Adds an error of a parameter.
    pub(crate) fn add_error(&mut self, name: &str, message: impl Into<Cow<'static, str>>) {
        self.errors.add(name, message);
    }

    /// Rejects the parameters among `names` that were given.
    pub(crate) fn reject_if_given(&mut self, names: &[&str], message: &'static str) {
        for name in names {
            if self.remaining.remove(*name).is_some() {
                self.errors.add(name, message);
            }
        }
    }

    /// Ends the parsing.
    ///
    /// # Errors
    /// Returns all errors, including one for each parameter that was not taken.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for name in self.remaining.keys() {
            self.errors.add(name, "is not a parameter of this route");
        }
        self.errors.finish(Problem::InvalidParameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(problem: Problem) -> Vec<String> {
        let Problem::InvalidParameters(errors) = problem else { panic!("not about parameters") };
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn an_unknown_parameter_is_an_error_unless_the_platform_added_it() {
        let mut parameters = Parameters::parse(Some("limit=3&nope=1&x-vercel-id=2&_vercel_share=3"));
        assert_eq!(parameters.number("limit", 1..=10), Some(3));
        assert_eq!(fields(parameters.finish().expect_err("nope is unknown")), ["nope"]);
    }

    #[test]
    fn a_number_is_digits_within_its_range_given_once() {
        for query in ["limit=0", "limit=11", "limit=+3", "limit=3.0", "limit=x", "limit=3&limit=4", "limit=99999999999"]
        {
            let mut parameters = Parameters::parse(Some(query));
            assert_eq!(parameters.number("limit", 1..=10), None);
            assert_eq!(fields(parameters.finish().expect_err(query)), ["limit"], "{query}");
        }
    }

    #[test]
    fn an_empty_text_counts_as_not_given_and_an_empty_number_is_an_error() {
        let mut parameters = Parameters::parse(Some("limit=&q="));
        assert_eq!((parameters.text("q"), parameters.number("limit", 1..=10)), (None, None));
        assert_eq!(fields(parameters.finish().expect_err("an empty limit")), ["limit"]);
    }

    #[test]
    fn the_number_of_errors_is_bounded() {
        let query: String = (0..2_000).map(|number| format!("unknown{number}=1&")).collect();
        assert_eq!(fields(Parameters::parse(Some(&query)).finish().expect_err("unknown parameters")).len(), 20);
    }

    #[test]
    fn equal_queries_have_the_same_canonical_form() {
        assert_eq!(Parameters::parse(Some("b=%41&a=x+y")).canonical(), "a=x+y&b=A");
    }
}

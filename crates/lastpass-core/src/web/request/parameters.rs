//! The query parameters of a request, taken by name. A parameter that no route takes is an error that names it.

use std::{borrow::Cow, collections::BTreeMap, ops::RangeInclusive};

use crate::{
    domain::unescaped_plus,
    web::{
        request::{
            field_errors::{FieldErrors, one_of},
            suggestion::unknown_name,
        },
        response::problem::Problem,
    },
};

/// The parameters of one request that have not been taken yet, and the errors of those that have.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    remaining: BTreeMap<String, Vec<String>>,
    /// The names of the route's parameters: those that were taken, given or not.
    known: Vec<&'static str>,
    errors: FieldErrors,
}

impl Parameters {
    /// Parses a query. Parameters that the platform adds are ignored, and so are empty ones, since forms send them for a
    /// field that was left blank.
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !value.is_empty() && !name.starts_with("x-vercel-") && !name.starts_with("_vercel") {
                given.entry(name.into_owned()).or_default().push(value.into_owned());
            }
        }
        Self { remaining: given, ..Self::default() }
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
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Cow<'static, str>>,
    ) -> Option<T> {
        let values = self.take_values(name)?;
        let parsed = match values.as_slice() {
            [value] => parse(value),
            _ => Err("must be given only once".into()),
        };
        parsed.map_err(|message| self.errors.add(name, message)).ok()
    }

    /// Takes a parameter that may be any text. A blank one counts as not given.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        let without_control_characters = |value: &str| {
            if value.contains(char::is_control) {
                return Err("must not contain control characters".into());
            }
            Ok(value.to_owned())
        };
        self.take(name, without_control_characters).filter(|value| !value.trim().is_empty())
    }

    /// Takes a parameter that is an address. A blank in it is a `+` that was not escaped.
    pub(crate) fn address(&mut self, name: &'static str) -> Option<String> {
        self.text(name).map(|address| unescaped_plus(&address))
    }

    /// Takes a parameter that may be repeated, or contain several values separated by commas.
    pub(crate) fn list<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, Cow<'static, str>>,
    ) -> Vec<T> {
        let values = self.take_values(name).unwrap_or_default();
        let items = values.iter().flat_map(|value| value.split(',')).map(str::trim).filter(|item| !item.is_empty());
        items.map(parse).collect::<Result<Vec<T>, _>>().unwrap_or_else(|message| {
            self.errors.add(name, message);
            Vec::new()
        })
    }

    /// Takes a parameter that has one of several named values.
    pub(crate) fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        self.take(name, |value| {
            let choice = choices.iter().find(|(name, _)| *name == value).map(|(_, choice)| *choice);
            choice.ok_or_else(|| one_of(choices.iter().map(|(name, _)| *name)))
        })
    }

    /// Takes a parameter that is `true` or `false`; false if it is not given.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        self.choice(name, &[("true", true), ("false", false)]).unwrap_or_default()
    }

    /// Takes a parameter that is a whole number within a range.
    pub(crate) fn number(&mut self, name: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
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
    pub(crate) fn reject_if_given(&mut self, names: &[&'static str], message: impl Into<Cow<'static, str>>) {
        let message = message.into();
        for name in names {
            if self.take_values(name).is_some() {
                self.errors.add(name, message.clone());
            }
        }
    }

    /// Ignores the parameters among `names`, whatever their values.
    pub(crate) fn discard(&mut self, names: &[&str]) {
        for name in names {
            self.remaining.remove(*name);
        }
    }

    /// Ends the parsing.
    ///
    /// # Errors
    /// Returns all errors, including one for each parameter that was not taken.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for name in self.remaining.keys() {
            self.errors.add(name, unknown_name("is not a parameter of this route", name, &self.known));
        }
        self.errors.finish(Problem::InvalidParameters)
    }

    fn take_values(&mut self, name: &'static str) -> Option<Vec<String>> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        self.remaining.remove(name)
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
    fn an_empty_parameter_counts_as_not_given_even_an_unknown_one() {
        let mut parameters = Parameters::parse(Some("limit=&q=&fresh&nope=&sort=a&sort=&user=+&=1&="));
        assert_eq!((parameters.text("q"), parameters.text("user")), (None, None));
        assert_eq!((parameters.number("limit", 1..=10), parameters.flag("fresh")), (None, false));
        assert_eq!(parameters.text("sort"), Some("a".to_owned()));
        assert_eq!(fields(parameters.finish().expect_err("a value without a name")), [""]);
        assert_eq!(Parameters::parse(Some("b=&a=1&c")).canonical(), "a=1");
    }

    #[test]
    fn an_address_has_a_plus_for_each_blank() {
        let mut parameters = Parameters::parse(Some("email=ann+x%40example.com+&user=ann%2Bx%40example.com&q=a+b"));
        assert_eq!(parameters.address("email"), Some("ann+x@example.com".to_owned()));
        assert_eq!(parameters.address("user"), Some("ann+x@example.com".to_owned()));
        assert_eq!(parameters.address("target"), None);
        assert_eq!(parameters.text("q"), Some("a b".to_owned()));
    }

    #[test]
    fn the_parameters_of_the_route_are_suggested() {
        let mut parameters = Parameters::parse(Some("pageSize=5&page=2&foo=1"));
        parameters.reject_if_given(&["limit", "cursor"], "is not allowed");
        let Problem::InvalidParameters(errors) = parameters.finish().expect_err("unknown parameters") else {
            panic!("not about parameters")
        };
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_ref()).collect();
        let unknown = "is not a parameter of this route";
        assert_eq!(
            messages,
            [unknown.to_owned(), format!("{unknown}: did you mean cursor?"), format!("{unknown}: did you mean limit?")]
        );
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

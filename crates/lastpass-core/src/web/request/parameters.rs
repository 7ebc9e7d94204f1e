//! The query, taken apart by name; what nobody takes is an error that names it.

use std::{borrow::Cow, collections::BTreeMap, num::NonZeroUsize};

use crate::{
    cache::slot::Freshness,
    web::{
        request::permissions::Admin,
        response::problem::{FieldError, Problem},
    },
};

/// How many rows a page has where nothing else is asked for.
const USUAL_LIMIT: u32 = 100;
/// The most rows of a page.
const MOST_ROWS: u32 = 1_000;

/// How much of an unknown parameter's name is repeated to the caller.
const LONGEST_NAME_TOLD: usize = 64;

/// How many errors are told at a time.
const MOST_ERRORS_TOLD: usize = 20;

/// The parameters of one request.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    given: BTreeMap<String, Vec<String>>,
    errors: Vec<FieldError>,
}

impl Parameters {
    /// Takes the query apart. What the platform adds by itself is passed over.
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !name.starts_with("x-vercel-") && !name.starts_with("_vercel") {
                given.entry(name.into_owned()).or_default().push(value.into_owned());
            }
        }
        Self { given, errors: Vec::new() }
    }

    /// All parameters in the order of their names, in one spelling: what makes one query differ from another.
    pub(crate) fn canonical(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, values) in &self.given {
            for value in values {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// The parameter's value as `parse` reads it; nothing where it was not given.
    pub(crate) fn take<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Cow<'static, str>>,
    ) -> Option<T> {
        let values = self.given.remove(name)?;
        let parsed = match values.as_slice() {
            [value] => parse(value),
            _ => Err("must be given once".into()),
        };
        parsed.map_err(|message| self.refuse(name, message)).ok()
    }

    /// Takes a parameter that may be any text. An empty one counts as not given, as forms send one for a field that
    /// was left alone.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let plain = |value: &str| {
            let is_plain = !value.contains(char::is_control);
            is_plain.then(|| value.to_owned()).ok_or_else(|| "must not hold control characters".into())
        };
        self.take(name, plain).filter(|value| !value.is_empty())
    }

    /// Takes a parameter that may be given several times, or hold several values by commas.
    pub(crate) fn several<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, Cow<'static, str>>) -> Vec<T> {
        let values = self.given.remove(name).unwrap_or_default();
        let parsed: Result<Vec<T>, _> = values
            .iter()
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(parse)
            .collect();
        parsed.unwrap_or_else(|message| {
            self.refuse(name, message);
            Vec::new()
        })
    }

    /// Takes a parameter that has one of a few named values.
    pub(crate) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        self.take(name, |value| {
            let found = choices.iter().find(|(known, _)| *known == value).map(|(_, choice)| *choice);
            found.ok_or_else(|| {
                let known: Vec<_> = choices.iter().map(|(known, _)| *known).collect();
                format!("must be one of {}", known.join(", ")).into()
            })
        })
    }

    /// Takes a parameter that is a whole number of a range.
    pub(crate) fn number(&mut self, name: &str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        self.take(name, |value| {
            let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            let number = is_number.then(|| value.parse().ok()).flatten().filter(|number| range.contains(number));
            number.ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()).into())
        })
    }

    /// Takes `limit`: how many rows a page has.
    pub(crate) fn limit(&mut self) -> NonZeroUsize {
        let limit = self.number("limit", 1..=MOST_ROWS).unwrap_or(USUAL_LIMIT);
        NonZeroUsize::new(limit as usize).unwrap_or(NonZeroUsize::MIN)
    }

    /// Takes `fresh`, which only an admin may set.
    ///
    /// # Errors
    /// Where somebody else does.
    pub(crate) fn demand(&mut self, admin: Option<Admin>) -> Result<Freshness, Problem> {
        match (self.choice("fresh", &[("true", true), ("false", false)]), admin) {
            (Some(true), None) => Err(Problem::Forbidden { detail: "only an admin may ask for fresh=true" }),
            (Some(true), Some(_)) => Ok(Freshness::Refresh),
            (Some(false) | None, _) => Ok(Freshness::Default),
        }
    }

    /// Adds an error of a parameter.
    pub(crate) fn refuse(&mut self, name: &str, message: impl Into<Cow<'static, str>>) {
        let field = name.chars().take(LONGEST_NAME_TOLD).collect();
        if self.errors.len() >= MOST_ERRORS_TOLD {
            return;
        }
        self.errors.push(FieldError { field, message: message.into() });
    }

    /// Refuses a parameter where it was given, for the reason that `message` says.
    pub(crate) fn forbid(&mut self, name: &str, message: &'static str) {
        if self.given.remove(name).is_some() {
            self.refuse(name, message);
        }
    }

    /// Ends the taking: whatever is left is unknown to the route.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for name in std::mem::take(&mut self.given).into_keys() {
            self.refuse(&name, "is no parameter of this route");
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::Parameters(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(problem: Problem) -> Vec<String> {
        let Problem::Parameters(errors) = problem else { panic!("not about parameters") };
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_nobody_takes_is_named() {
        let mut parameters = Parameters::parse(Some("limit=3&nope=1&x-vercel-id=2&_vercel_share=3"));
        assert_eq!(parameters.number("limit", 1..=10), Some(3));
        assert_eq!(names(parameters.finish().expect_err("nope is unknown")), ["nope"]);
    }

    #[test]
    fn what_cannot_be_is_named() {
        for query in ["limit=0", "limit=11", "limit=+3", "limit=3.0", "limit=x", "limit=3&limit=4", "limit=99999999999"]
        {
            let mut parameters = Parameters::parse(Some(query));
            assert_eq!(parameters.number("limit", 1..=10), None);
            assert_eq!(names(parameters.finish().expect_err(query)), ["limit"], "{query}");
        }
    }

    #[test]
    fn an_empty_text_is_a_field_left_alone_and_an_empty_number_is_none() {
        let mut parameters = Parameters::parse(Some("limit=&q="));
        assert_eq!((parameters.text("q"), parameters.number("limit", 1..=10)), (None, None));
        assert_eq!(names(parameters.finish().expect_err("an empty limit")), ["limit"]);
    }

    #[test]
    fn a_flood_of_errors_is_cut() {
        let query: String = (0..2_000).map(|number| format!("unknown{number}=1&")).collect();
        let errors = names(Parameters::parse(Some(&query)).finish().expect_err("unknown parameters"));
        assert_eq!(errors.len(), MOST_ERRORS_TOLD);
    }

    #[test]
    fn one_query_has_one_spelling() {
        assert_eq!(Parameters::parse(Some("b=%41&a=x+y")).canonical(), "a=x+y&b=A");
    }
}

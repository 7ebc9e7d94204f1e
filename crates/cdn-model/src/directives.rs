//! Parses `Cache-Control` and headers of the same syntax.

use http::{HeaderMap, HeaderName};

/// The directives of a header, in order.
#[derive(Default)]
pub(crate) struct Directives(Vec<(String, Option<String>)>);

impl Directives {
    /// Parses all lines of a header. `None` if they have no directive.
    pub(crate) fn of(headers: &HeaderMap, name: &HeaderName) -> Option<Self> {
        let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
        let directives: Vec<_> = lines.flat_map(|line| line.split(',')).filter_map(directive).collect();
        (!directives.is_empty()).then_some(Self(directives))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The seconds of a directive. If it is repeated, the largest value counts.
    pub(crate) fn seconds(&self, name: &str) -> Option<i64> {
        let values = self.0.iter().filter(|(known, _)| known == name).filter_map(|(_, value)| value.as_ref());
        values.filter_map(|value| value.parse().ok()).max()
    }

    /// The header without some of its directives.
    pub(crate) fn without(&self, names: &[&str]) -> String {
        let kept = self.0.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        let written = kept.map(|(name, value)| match value {
            Some(value) => format!("{name}={value}"),
            None => name.clone(),
        });
        written.collect::<Vec<_>>().join(", ")
    }
}

fn directive(text: &str) -> Option<(String, Option<String>)> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.trim().trim_matches('"').to_owned())),
        None => (text, None),
    };
    let name = name.trim().to_ascii_lowercase();
    (!name.is_empty()).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::CACHE_CONTROL};

    use super::*;

    fn directives(lines: &[&str]) -> Option<Directives> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(CACHE_CONTROL, HeaderValue::from_str(line).expect("a header"));
        }
        Directives::of(&headers, &CACHE_CONTROL)
    }

    #[test]
    fn directives_are_parsed_in_any_case_and_across_lines() {
        let found = directives(&["Public, S-MaxAge = \"60\"", ", s-maxage=30,no-cache"]).expect("directives");
        assert!(found.has("public") && found.has("no-cache") && !found.has("private"));
        assert_eq!((found.seconds("s-maxage"), found.seconds("public")), (Some(60), None));
        assert_eq!(found.without(&["s-maxage", "no-cache"]), "public");
        assert!(directives(&[]).is_none() && directives(&["", " , "]).is_none());
        assert_eq!(directives(&["s-maxage=-1"]).expect("one").seconds("s-maxage"), Some(-1));
        assert_eq!(directives(&["s-maxage=soon"]).expect("one").seconds("s-maxage"), None);
    }
}

//! The filter behind a line: the little of jq that the lines are written in, and what it makes of a reply.

use serde_json::{Value, json};

/// One step of a filter.
#[derive(Debug, PartialEq)]
pub(crate) enum Stage {
    /// `.a.b[]`
    Path(Vec<Part>),
    /// `select(.a or .b == "c")`: what any of these holds for.
    Where(Vec<(String, Option<String>)>),
    /// `{a, b}`
    Pick(Vec<String>),
}

/// One step of a path.
#[derive(Debug, PartialEq)]
pub(crate) enum Part {
    Member(String),
    Place(usize),
    Each,
}

impl Stage {
    pub(crate) fn of(&self, values: Vec<Value>) -> Vec<Value> {
        let member = |value: &Value, name: &str| {
            let found = value.get(name).cloned().or((name == "error").then_some(Value::Null));
            found.unwrap_or_else(|| panic!("{name} is no member of {value}"))
        };
        match self {
            Self::Path(parts) => parts.iter().fold(values, |values, part| {
                let step = |value: Value| match part {
                    Part::Member(name) => vec![member(&value, name)],
                    Part::Place(place) => {
                        vec![value.get(*place).cloned().unwrap_or_else(|| panic!("nothing at {place}"))]
                    }
                    Part::Each => value.as_array().cloned().unwrap_or_else(|| panic!("no list: {value}")),
                };
                values.into_iter().flat_map(step).collect()
            }),
            Self::Where(conditions) => {
                let holds = |value: &Value| {
                    conditions.iter().any(|(name, text)| match (member(value, name), text) {
                        (found, Some(text)) => found == json!(text),
                        (found, None) => !matches!(found, Value::Null | Value::Bool(false)),
                    })
                };
                values.into_iter().filter(holds).collect()
            }
            Self::Pick(names) => {
                let pick = |value: &Value| {
                    let members = names.iter().map(|name| (name.clone(), member(value, name)));
                    Value::Object(members.collect())
                };
                values.iter().map(pick).collect()
            }
        }
    }
}

/// A name of letters, as members have it.
pub(crate) fn name(text: &str) -> String {
    assert!(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic()), "{text:?} is no name");
    text.to_owned()
}

/// A path such as `.a[0].b[]`.
pub(crate) fn path(text: &str) -> Stage {
    let mut parts = Vec::new();
    let dotted = text.strip_prefix('.').unwrap_or_else(|| panic!("{text} is no path"));
    for part in dotted.split('.') {
        let (member, places) = part.split_once('[').map_or((part, None), |(member, places)| (member, Some(places)));
        parts.push(Part::Member(name(member)));
        for place in places.map(|places| places.split('[')).into_iter().flatten() {
            let place = place.strip_suffix(']').unwrap_or_else(|| panic!("{text} has a bracket without an end"));
            parts.push(if place.is_empty() { Part::Each } else { Part::Place(place.parse().expect("a number")) });
        }
    }
    Stage::Path(parts)
}

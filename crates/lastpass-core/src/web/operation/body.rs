//! The JSON bodies of requests. Names, limits and types are those of the code that parses them.

use serde_json::{Map, Value, json};

/// The schema of a body.
pub(crate) struct BodySchema {
    /// The name in the document.
    pub(crate) name: &'static str,
    pub(crate) schema: Value,
    /// A body that the demo accepts.
    pub(crate) example: Value,
}

impl BodySchema {
    /// The schema of an object with these members, and no others.
    pub(crate) fn new(name: &'static str, members: Vec<Member>, example: Value) -> Self {
        let required: Vec<_> = members.iter().filter(|member| member.is_required).map(|member| member.name).collect();
        let properties: Map<_, _> =
            members.iter().map(|member| (member.name.to_owned(), member.schema.clone())).collect();
        let schema = json!({
            "type": "object", "required": required, "properties": properties, "additionalProperties": false,
        });
        Self { name, schema, example }
    }
}

/// A member of a body.
pub(crate) struct Member {
    name: &'static str,
    is_required: bool,
    schema: Value,
}

impl Member {
    /// Makes it required. Otherwise it may be missing, null or blank, which forms send for a field that was left out.
    pub(crate) fn required(mut self) -> Self {
        self.is_required = true;
        if self.schema["type"][0] == "string" && self.schema["enum"].is_null() {
            self.schema["minLength"] = 1.into();
        }
        if let Some(types) = self.schema["type"].as_array() {
            self.schema["type"] = types[0].clone();
        }
        self
    }
}

fn member(name: &'static str, mut schema: Value, description: &str) -> Member {
    schema["description"] = description.into();
    Member { name, is_required: false, schema }
}

/// A text.
pub(crate) fn text(name: &'static str, description: &str) -> Member {
    member(name, json!({ "type": ["string", "null"] }), description)
}

/// A text that must not be blank, of up to `max` characters.
pub(crate) fn name(name: &'static str, max: usize, description: &str) -> Member {
    member(name, json!({ "type": ["string", "null"], "maxLength": max }), description)
}

/// An e-mail address.
pub(crate) fn email(name: &'static str, description: &str) -> Member {
    member(name, json!({ "type": ["string", "null"], "format": "email" }), description)
}

/// One of several values.
pub(crate) fn one_of(name: &'static str, values: &[&str], description: &str) -> Member {
    member(name, json!({ "type": ["string", "null"], "enum": values }), description)
}

/// A list of up to `max` names of groups.
pub(crate) fn groups(name: &'static str, max: usize, description: &str) -> Member {
    let items = json!({ "type": "string", "minLength": 1 });
    member(name, json!({ "type": ["array", "null"], "items": items, "maxItems": max }), description)
}

/// `true` or `false`.
pub(crate) fn flag(name: &'static str, description: &str) -> Member {
    member(name, json!({ "type": ["boolean", "null"], "default": false }), description)
}

//! The schemas of the document: what the derives say of single types, and what holds for all of our JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::web::{
    operation::{
        object::{ObjectSchema, merge, reference},
        warnings::WARNINGS,
    },
    response::problem::{ProblemCode, ProblemJson},
};

const PREFIX: &str = "#/components/schemas/";

/// Components that are written where they are used.
const INLINE: [&str; 1] = ["CompactNumber"];

/// The schemas of the document by name.
pub(crate) struct Schemas {
    /// As they are derived.
    derived: BTreeMap<String, Value>,
    /// Complete.
    finished: BTreeMap<String, Value>,
}

impl Default for Schemas {
    fn default() -> Self {
        let mut schemas = Self { derived: BTreeMap::new(), finished: BTreeMap::new() };
        let problem = ObjectSchema::of::<ProblemJson<'_>>("Problem");
        schemas.insert_object(&problem);
        schemas.insert("ProblemCode", problem_code());
        schemas.insert("WarningCode", warning_code());
        let code = &mut schemas.finished.get_mut("Problem").expect("it was inserted")["properties"]["code"];
        *code = json!({ "$ref": format!("{PREFIX}ProblemCode") });
        schemas
    }
}

impl Schemas {
    /// Adds a complete schema.
    pub(crate) fn insert(&mut self, name: &str, schema: Value) {
        let former = self.finished.insert(name.to_owned(), schema.clone());
        assert!(former.is_none_or(|former| former == schema), "two schemas are named {name}");
    }

    /// Adds the schema of an object, and those that it refers to.
    pub(crate) fn insert_object(&mut self, object: &ObjectSchema) {
        object.nested.iter().chain(&object.alternatives).for_each(|object| self.insert_object(object));
        if !object.alternatives.is_empty() {
            let references = object.alternatives.iter().map(|object| json!({ "$ref": reference(object.name) }));
            return self.insert(object.name, json!({ "oneOf": references.collect::<Vec<_>>() }));
        }
        self.derived.extend(object.components.iter().cloned());
        let resolve = |schema| self.complete(schema);
        let mut schema = object.schema(&resolve);
        schema["additionalProperties"] = false.into();
        self.insert(object.name, schema);
    }

    /// The schemas by name: those that operations use, and those that these refer to.
    pub(crate) fn into_value(mut self) -> Map<String, Value> {
        loop {
            let mut referred = Vec::new();
            self.finished.values().for_each(|schema| references(schema, &mut referred));
            referred.retain(|name| !self.finished.contains_key(name));
            if referred.is_empty() {
                return self.finished.into_iter().collect();
            }
            for name in referred {
                let schema = self.complete(self.derived(&name));
                self.finished.insert(name, schema);
            }
        }
    }

    fn derived(&self, name: &str) -> Value {
        self.derived.get(name).cloned().unwrap_or_else(|| panic!("there is no schema {name}"))
    }

    /// A schema with what holds for all of our JSON: an object has no member that its schema does not name, and a member
    /// that may be null is never missing.
    fn complete(&self, mut schema: Value) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|target| target.strip_prefix(PREFIX))
            && INLINE.contains(&name)
        {
            let mut inlined = self.complete(self.derived(name));
            if !schema["description"].is_null() {
                inlined["description"] = schema["description"].take();
            }
            return inlined;
        }
        if let Some(Value::Array(parts)) = schema.get("allOf").cloned() {
            let mut objects: Vec<_> = parts.into_iter().map(|part| self.object(part)).collect();
            // The description of the whole comes before those of its parts.
            objects.insert(0, json!({ "description": schema["description"] }));
            if schema["description"].is_null() {
                objects.remove(0);
            }
            schema = merge(objects);
        }
        if let Some(inner) = schema.get_mut("items") {
            *inner = self.complete(inner.take());
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(parts)) = schema.get_mut(keyword) {
                parts.iter_mut().for_each(|part| *part = self.complete(part.take()));
            }
        }
        hoist_description(&mut schema);
        schema = without_null_only(schema);
        if schema["properties"].is_object() {
            self.complete_object(&mut schema);
        } else if let Value::Object(members) = &mut schema {
            members.retain(|_, value| !value.is_null());
        }
        schema
    }

    fn complete_object(&self, schema: &mut Value) {
        let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
        let mut nullable = Vec::new();
        for (name, property) in properties.iter_mut() {
            *property = self.complete(property.take());
            if may_be_null(property) {
                nullable.push(name.clone());
            }
        }
        let given = schema["required"].as_array().cloned().unwrap_or_default();
        let names: Vec<_> = properties_of(schema).keys().cloned().collect();
        let is_required = |name: &&String| given.iter().any(|given| given == *name) || nullable.contains(name);
        schema["required"] = names.iter().filter(is_required).cloned().collect();
        schema["additionalProperties"] = false.into();
    }

    /// The object that a part of a flattened object refers to, or is.
    fn object(&self, part: Value) -> Value {
        let target = part["$ref"].as_str().and_then(|target| target.strip_prefix(PREFIX));
        let object = target.map(|name| self.derived(name)).unwrap_or(part);
        self.complete(object)
    }
}

fn problem_code() -> Value {
    let codes: Vec<_> = ProblemCode::ALL.iter().map(|code| code.name()).collect();
    let row = |code: &ProblemCode| format!("| `{}` | {} | {} |", code.name(), code.status().as_u16(), code.when());
    let rows = ProblemCode::ALL.iter().map(row);
    let table = rows.collect::<Vec<_>>().join("\n");
    let description =
        format!("The stable name of a problem.\n\n| code | status | when |\n| --- | --- | --- |\n{table}");
    json!({ "type": "string", "enum": codes, "description": description })
}

fn warning_code() -> Value {
    let codes = WARNINGS.map(|(code, _)| code);
    let table = WARNINGS.map(|(code, meaning)| format!("| `{code}` | {meaning} |")).join("\n");
    let description = format!("The stable name of a warning.\n\n| code | meaning |\n| --- | --- |\n{table}");
    json!({ "type": "string", "enum": codes, "description": description })
}

fn properties_of(schema: &Value) -> &Map<String, Value> {
    schema["properties"].as_object().expect("an object has properties")
}

fn may_be_null(schema: &Value) -> bool {
    let is_null = |schema: &Value| schema["type"] == "null";
    is_null(schema)
        || schema["type"].as_array().is_some_and(|types| types.contains(&"null".into()))
        || schema["oneOf"].as_array().is_some_and(|parts| parts.iter().any(is_null))
}

/// Describes a member that may be null, rather than the value that it may have.
fn hoist_description(schema: &mut Value) {
    let Some(Value::Array(parts)) = schema.get_mut("oneOf") else { return };
    let descriptions = parts.iter_mut().filter_map(|part| part.as_object_mut()?.shift_remove("description"));
    let description = descriptions.last();
    if let (Some(description), true) = (description, schema["description"].is_null()) {
        schema["description"] = description;
    }
}

/// Inlining a number into `oneOf: [number, null]` leaves what one type with null says.
fn without_null_only(mut schema: Value) -> Value {
    let Some(Value::Array(parts)) = schema.get("oneOf") else { return schema };
    let [a, b] = parts.as_slice() else { return schema };
    let (null, other) = if a["type"] == "null" { (a, b) } else { (b, a) };
    let is_simple = null["type"] == "null" && other["type"].is_string() && other["properties"].is_null();
    if is_simple && other["enum"].is_null() {
        let mut merged = other.clone();
        merged["type"] = json!([other["type"], "null"]);
        if !schema["description"].is_null() {
            merged["description"] = schema["description"].take();
        }
        return merged;
    }
    schema
}

fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(name) =
                members.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix(PREFIX))
            {
                found.push(name.to_owned());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

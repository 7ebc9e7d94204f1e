//! The schema of a JSON object that is written member by member, composed as its writer composes the object.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// The schema of an object, by the name that it has in the document, and of the types in it.
pub(crate) struct ObjectSchema {
    pub(crate) name: &'static str,
    pub(crate) components: Vec<(String, Value)>,
    /// What is merged: schemas of objects, and references to such.
    parts: Vec<Value>,
    /// Schemas of which an object has one, in place of the parts.
    pub(crate) alternatives: Vec<Self>,
    /// The schemas of members that are objects with a name of their own.
    pub(crate) nested: Vec<Self>,
    removed: Vec<&'static str>,
    required: Vec<&'static str>,
    optional: Vec<&'static str>,
    never_null: Vec<&'static str>,
}

impl ObjectSchema {
    /// An object without members.
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            components: Vec::new(),
            parts: Vec::new(),
            alternatives: Vec::new(),
            nested: Vec::new(),
            removed: Vec::new(),
            required: Vec::new(),
            optional: Vec::new(),
            never_null: Vec::new(),
        }
    }

    /// An object with the members of a type.
    pub(crate) fn of<T: ToSchema>(name: &'static str) -> Self {
        Self::new(name).members::<T>()
    }

    /// Adds the members of a type.
    pub(crate) fn members<T: ToSchema>(mut self) -> Self {
        self.parts.push(to_value(&T::schema()));
        self.add_components::<T>();
        self
    }

    /// Adds a member that is a list.
    pub(crate) fn list<T: ToSchema>(mut self, name: &str, description: &str) -> Self {
        self.components.push((T::name().into_owned(), to_value(&T::schema())));
        self.add_components::<T>();
        let items = json!({ "$ref": reference(&T::name()) });
        self.raw(name, json!({ "type": "array", "items": items, "description": description }))
    }

    /// Adds a member that is an object.
    pub(crate) fn object(mut self, name: &str, object: Self) -> Self {
        self = self.raw(name, json!({ "$ref": reference(object.name) }));
        self.nested.push(object);
        self
    }

    /// This object or another one, by a name of their own.
    pub(crate) fn or(self, other: Self, name: &'static str) -> Self {
        Self { alternatives: vec![self, other], ..Self::new(name) }
    }

    /// Leaves out members of the types.
    pub(crate) fn without(mut self, names: &[&'static str]) -> Self {
        self.removed.extend(names);
        self
    }

    /// Makes members of the types present in every reply.
    pub(crate) fn required(mut self, names: &[&'static str]) -> Self {
        self.required.extend(names);
        self
    }

    /// Makes members that may be null absent from some replies.
    pub(crate) fn optional(mut self, names: &[&'static str]) -> Self {
        self.optional.extend(names);
        self
    }

    /// Members of the types that are never null in this object.
    pub(crate) fn never_null(mut self, names: &[&'static str]) -> Self {
        self.never_null.extend(names);
        self
    }

    fn raw(mut self, name: &str, schema: Value) -> Self {
        self.parts.push(json!({ "type": "object", "properties": { name: schema }, "required": [name] }));
        self
    }

    fn add_components<T: ToSchema>(&mut self) {
        let mut schemas = Vec::new();
        T::schemas(&mut schemas);
        self.components.extend(schemas.iter().map(|(name, schema)| (name.clone(), to_value(schema))));
    }

    /// The schema, with the references that it merges resolved by `resolve`.
    pub(crate) fn schema(&self, resolve: &dyn Fn(Value) -> Value) -> Value {
        let mut schema = resolve(json!({ "allOf": self.parts }));
        let members = schema["properties"].as_object_mut().expect("an object has properties");
        for name in &self.removed {
            members.shift_remove(*name).unwrap_or_else(|| panic!("{} has no {name}", self.name));
        }
        for name in &self.never_null {
            let types = &mut members[*name]["type"];
            *types = types[0].take();
        }
        let names: Vec<_> = members.keys().cloned().collect();
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let is_required =
            |name: &str| (required.contains(&name) || self.required.contains(&name)) && !self.optional.contains(&name);
        schema["required"] = names.iter().filter(|name| is_required(name)).map(String::as_str).collect();
        schema
    }
}

/// The reference to a component.
pub(crate) fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

fn to_value(schema: &impl serde::Serialize) -> Value {
    serde_json::to_value(schema).expect("a schema is JSON")
}

/// Merges objects into one: flattened members become members.
pub(crate) fn merge(objects: impl IntoIterator<Item = Value>) -> Value {
    let (mut properties, mut required, mut description) = (Map::new(), Vec::new(), None);
    for object in objects {
        let Value::Object(mut object) = object else { panic!("a schema is an object") };
        if let Some(Value::Object(members)) = object.shift_remove("properties") {
            properties.extend(members);
        }
        if let Some(Value::Array(names)) = object.shift_remove("required") {
            required.extend(names);
        }
        description = description.or_else(|| object.shift_remove("description"));
    }
    let mut merged = json!({ "type": "object", "required": required, "properties": properties });
    if let Some(description) = description {
        merged["description"] = description;
    }
    merged
}

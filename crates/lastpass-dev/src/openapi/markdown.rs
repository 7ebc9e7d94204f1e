//! docs/API.md: the document as a page of Markdown.

use std::fmt::Write;

use serde_json::{Map, Value};

/// The schemas of codes, each of which is a section: its heading and the schema.
const CODES: [(&str, &str); 2] = [("Errors", "ProblemCode"), ("Warnings", "WarningCode")];

/// The page.
pub(crate) fn page(document: &Value) -> String {
    let mut page = String::from("<!-- Written by `cargo dev openapi`. -->\n\n# API\n\n");
    add(&mut page, text(&document["info"]["description"]));
    for (path, methods) in members(&document["paths"]) {
        let name = path.rsplit('/').next().unwrap_or_default();
        add(&mut page, &format!("## {name}"));
        for (method, operation) in members(methods) {
            add_operation(&mut page, &method.to_uppercase(), path, operation);
        }
    }
    add(&mut page, "## Members");
    add(&mut page, "A member with a `?` is left out where it does not apply; every other one is in every reply.");
    for (name, schema) in members(&document["components"]["schemas"]) {
        add_schema(&mut page, name, schema);
    }
    for (heading, name) in CODES {
        add(&mut page, &format!("## {heading}"));
        add(&mut page, text(&document["components"]["schemas"][name]["description"]));
    }
    page.trim_end().to_owned() + "\n"
}

/// Adds a block, followed by an empty line.
fn add(page: &mut String, block: &str) {
    page.push_str(block.trim());
    page.push_str("\n\n");
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn add_operation(page: &mut String, method: &str, path: &str, operation: &Value) {
    add(page, &format!("### {method} {path}"));
    add(page, &format!("{}.", text(&operation["summary"])));
    add(page, text(&operation["description"]));
    let in_query: Vec<_> = items(&operation["parameters"]).iter().filter(|item| item["in"] == "query").collect();
    if !in_query.is_empty() {
        let rows = in_query.iter().map(|item| row(text(&item["name"]), &item["schema"], text(&item["description"])));
        add(page, &table("parameter", rows));
    }
    if let Some(body) = name_of(&operation["requestBody"]["content"]["application/json"]["schema"]) {
        add(page, &format!("The body is {}.", link(body)));
    }
    let mut replies = String::from("| status | reply |\n| --- | --- |\n");
    for (status, reply) in members(&operation["responses"]) {
        _ = writeln!(replies, "| {status} | {} |", reply_of(reply));
    }
    add(page, &replies);
    add_example(page, operation);
}

/// What a reply contains: its description, schema and formats, or its codes.
fn reply_of(reply: &Value) -> String {
    let codes = &reply["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"];
    let codes: Vec<_> = items(codes).iter().map(|code| format!("`{}`", text(code))).collect();
    let formats: Vec<_> = members(&reply["content"]).map(|(name, _)| name.as_str()).collect();
    let formats = formats.into_iter().filter(|name| !name.contains("json") || name.contains("ndjson"));
    let formats: Vec<_> = formats.map(|name| format!("`{name}`")).collect();
    let schema = name_of(&reply["content"]["application/json"]["schema"]);
    let schema = schema.map(link);
    let described = if codes.is_empty() || schema.is_some() { text(&reply["description"]) } else { "" };
    let parts = [schema.unwrap_or_default(), formats.join(", "), described.to_owned(), codes.join(", ")];
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

/// Adds the first example of the first successful reply.
fn add_example(page: &mut String, operation: &Value) {
    let successes = members(&operation["responses"]).filter(|(status, _)| status.starts_with('2'));
    let mut examples = successes.flat_map(|(_, reply)| members(&reply["content"]["application/json"]["examples"]));
    if let Some((_, example)) = examples.next() {
        let json = serde_json::to_string_pretty(&example["value"]).unwrap_or_default();
        add(page, &format!("{}:", text(&example["summary"])));
        add(page, &format!("```json\n{json}\n```"));
    }
}

fn add_schema(page: &mut String, name: &str, schema: &Value) {
    if CODES.iter().any(|(_, schema)| *schema == name) {
        return;
    }
    add(page, &format!("### {name}"));
    add(page, text(&schema["description"]));
    if schema["properties"].is_object() {
        let required: Vec<_> = items(&schema["required"]).iter().map(text).collect();
        let rows = members(&schema["properties"]).map(|(member, schema)| {
            let mark = if required.contains(&member.as_str()) { "" } else { "?" };
            row(&format!("{member}{mark}"), schema, description(schema))
        });
        add(page, &table("member", rows));
    } else {
        add(page, &format!("{}.", type_of(schema)));
    }
}

/// The description of a member, which one that may be null has beside its type.
fn description(schema: &Value) -> &str {
    let alternatives = items(&schema["oneOf"]).iter().map(|part| text(&part["description"]));
    [text(&schema["description"])].into_iter().chain(alternatives).find(|text| !text.is_empty()).unwrap_or_default()
}

fn table(heading: &str, rows: impl Iterator<Item = String>) -> String {
    format!("| {heading} | type | meaning |\n| --- | --- | --- |\n{}", rows.collect::<String>())
}

fn row(name: &str, schema: &Value, description: &str) -> String {
    let default = &schema["default"];
    let default =
        if default.is_null() || *default == false { String::new() } else { format!(" Default: `{default}`.") };
    let description = description.replace('\n', " ");
    format!("| `{name}` | {} | {description}{} |\n", type_of(schema), default.replace('"', ""))
}

/// The type of a value in a few words.
fn type_of(schema: &Value) -> String {
    let alternatives = [&schema["oneOf"], &schema["anyOf"]].map(items).concat();
    if !alternatives.is_empty() {
        return alternatives.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    if let Some(name) = name_of(schema) {
        return link(name);
    }
    if !items(&schema["enum"]).is_empty() {
        return items(&schema["enum"]).iter().map(|value| format!("`{}`", text(value))).collect::<Vec<_>>().join(", ");
    }
    let types = schema["type"].as_array().map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
    let types: Vec<_> = types.iter().map(text).collect();
    let named = types.into_iter().map(|name| match name {
        "array" => format!("list of {}", type_of(&schema["items"])),
        "string" if !schema["format"].is_null() => text(&schema["format"]).to_owned(),
        "integer" if !schema["maximum"].is_null() => format!("{} to {}", schema["minimum"], schema["maximum"]),
        "object" => "numbers by name".to_owned(),
        other => other.to_owned(),
    });
    named.collect::<Vec<_>>().join(" or ")
}

/// A link to the section of a schema.
fn link(name: &str) -> String {
    let section = CODES.iter().find(|(_, schema)| *schema == name).map_or(name, |(heading, _)| heading);
    format!("[{name}](#{})", section.to_lowercase())
}

/// The name of the schema that is referred to.
fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

//! The query parameters of operations. Names, limits and defaults are those of the code that parses them.

use serde_json::{Value, json};

use crate::{
    report::{AccountStatus, Risk, ScoreRange},
    web::request::{
        common_parameters::{DEFAULT_LIMIT, MAX_LIMIT},
        user_filter::MAX_INACTIVE_DAYS,
    },
};

/// A query parameter.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) description: String,
    pub(crate) schema: Value,
    /// Whether it may be repeated, or hold several values separated by commas.
    pub(crate) is_list: bool,
}

impl Parameter {
    fn new(name: &'static str, schema: Value, description: impl Into<String>) -> Self {
        Self { name, description: description.into(), schema, is_list: false }
    }

    /// The value if the parameter is not given.
    pub(crate) fn default(mut self, value: impl Into<Value>) -> Self {
        self.schema["default"] = value.into();
        self
    }

    /// A value for which there is a successful reply.
    pub(crate) fn example(mut self, value: impl Into<Value>) -> Self {
        self.schema["examples"] = json!([value.into()]);
        self
    }
}

/// Any text.
pub(crate) fn text(name: &'static str, description: &str) -> Parameter {
    Parameter::new(name, json!({ "type": "string" }), description)
}

/// One of several values.
pub(crate) fn one_of(
    name: &'static str,
    values: impl IntoIterator<Item = impl Into<Value>>,
    description: &str,
) -> Parameter {
    let values: Vec<Value> = values.into_iter().map(Into::into).collect();
    Parameter::new(name, json!({ "type": "string", "enum": values }), description)
}

/// Any of several values, repeated or separated by commas.
pub(crate) fn any_of(
    name: &'static str,
    values: impl IntoIterator<Item = &'static str>,
    description: &str,
) -> Parameter {
    let values: Vec<_> = values.into_iter().collect();
    let schema = json!({ "type": "array", "items": { "type": "string", "enum": values } });
    Parameter { is_list: true, ..Parameter::new(name, schema, description) }
}

/// `true` or `false`.
pub(crate) fn flag(name: &'static str, description: &str) -> Parameter {
    Parameter::new(name, json!({ "type": "boolean", "default": false }), description)
}

/// A time, or a day.
pub(crate) fn time(name: &'static str, description: &str) -> Parameter {
    let schema =
        json!({ "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "string", "format": "date" }] });
    Parameter::new(name, schema, description)
}

/// `format`, with the formats besides JSON.
pub(crate) fn format(formats: &[&'static str], description: &str) -> Parameter {
    one_of("format", ["json"].into_iter().chain(formats.iter().copied()), description).default("json")
}

/// `limit` and `cursor` of a list that has 100 rows a page.
pub(crate) fn paging() -> Vec<Parameter> {
    let [limit, cursor] = optional_paging();
    let limit = Parameter { description: "The most rows of a page.".to_owned(), ..limit };
    vec![limit.default(DEFAULT_LIMIT.get()), cursor]
}

/// `limit` and `cursor` of a list that is returned whole without a limit.
pub(crate) fn optional_paging() -> [Parameter; 2] {
    let schema = json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT });
    [
        Parameter::new("limit", schema, "The most rows of a page. Without it, the reply has every row."),
        text(
            "cursor",
            "`nextCursor` of the page before; omit it to get the first page. It is valid for the same list and order.",
        ),
    ]
}

/// `fresh`.
pub(crate) fn fresh() -> Parameter {
    flag("fresh", "`true` reads LastPass again, at most once in 30 seconds in each process.")
}

/// The filters of users.
pub(crate) fn user_filter() -> Vec<Parameter> {
    vec![
        one_of("status", AccountStatus::ALL.map(AccountStatus::name), "Users with this status."),
        one_of("risk", Risk::ALL.map(Risk::name), "Users with this risk: `high` is a score below 50, `low` above 75."),
        one_of(
            "range",
            ScoreRange::ALL.map(|range| range.label),
            "Users whose score is in this range of `scoreDistribution`.",
        ),
        text("department", "Users of this department, in any letter case.").example("Sales"),
        text("group", "Users in this group, in any letter case.").example("Sales-Team"),
        text("mfa", "`none`, `any`, or a multifactor method such as `googleauth`.").example("none"),
        Parameter::new(
            "inactiveDays",
            json!({ "type": "integer", "minimum": 0, "maximum": MAX_INACTIVE_DAYS }),
            "Users whose last login is at least this many days ago.",
        ),
        text("q", "Users with this text in their address or name."),
    ]
}

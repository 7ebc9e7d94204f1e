//! Parses requests leniently: numbers and flags may be strings.

use serde_json::Value;

/// The version of the API that a request is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The service as recorded: `provhash`, arguments under `data`.
    Enterprise,
    /// The guide's version: `provisioninghash`, arguments at the top level.
    Guide,
}

/// The requested page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paging {
    pub(crate) size: usize,
    pub(crate) index: usize,
}

impl Paging {
    /// The positions of this page in a list of this length.
    pub(crate) fn range(self, length: usize) -> std::ops::Range<usize> {
        let start = self.index.saturating_mul(self.size).min(length);
        start..start.saturating_add(self.size).min(length)
    }
}

const MAX_PAGE_SIZE: u64 = 2_000;

/// One request, decoded as far as possible.
pub(crate) struct ApiRequest {
    pub(crate) dialect: Dialect,
    pub(crate) account_number: String,
    pub(crate) hash: String,
    pub(crate) command: String,
    pub(crate) label: Option<String>,
    /// The `user` at the top level, which is not one of the enterprise dialect's arguments.
    pub(crate) user: Option<String>,
    arguments: Value,
}

impl ApiRequest {
    /// Parses a body. A body that is not a JSON object results in a request without credentials.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let mut top: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let dialect = if top.get("provhash").is_none() && top.get("provisioninghash").is_some() {
            Dialect::Guide
        } else {
            Dialect::Enterprise
        };
        let field = |name: &str| top.get(name).and_then(as_text).unwrap_or_default();
        let hash = field(match dialect {
            Dialect::Enterprise => "provhash",
            Dialect::Guide => "provisioninghash",
        });
        let (account_number, command) = (field("cid"), field("cmd"));
        let label = top.get("apiuser").and_then(as_text);
        let user = top.get("user").and_then(as_text);
        let arguments = match dialect {
            Dialect::Enterprise => top.get_mut("data").map(Value::take).unwrap_or_default(),
            Dialect::Guide => top,
        };
        Self { dialect, account_number, hash, command, label, user, arguments }
    }

    pub(crate) fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.argument(name).and_then(as_text)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.trim().parse().ok()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        as_flag(self.argument(name)?)
    }

    /// The items of the list sent, which is `usernames` in the guide's dialect. A single value is a list of one.
    pub(crate) fn entries(&self) -> Vec<&Value> {
        let list = match self.dialect {
            Dialect::Enterprise => &self.arguments,
            Dialect::Guide => self.argument("usernames").unwrap_or(&self.arguments),
        };
        match list {
            Value::Array(items) => items.iter().collect(),
            Value::Null => Vec::new(),
            single @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => vec![single],
        }
    }

    /// The addresses in the list sent, each a string or the `username` of an entry.
    pub(crate) fn usernames(&self) -> Vec<String> {
        let names = |entry: &Value| as_texts(entry.get("username").unwrap_or(entry));
        self.entries().into_iter().flat_map(names).collect()
    }

    /// All addresses in the request, in lower case and without duplicates.
    pub(crate) fn all_usernames(&self) -> Vec<String> {
        let mut all = self.usernames();
        all.extend(["oldemail", "newemail"].iter().filter_map(|name| self.text(name)));
        let groups = self.argument("groups").and_then(Value::as_object);
        all.extend(groups.into_iter().flat_map(|groups| groups.values()).flat_map(as_texts));
        let mut usernames = Vec::with_capacity(all.len());
        for username in all.iter().map(|username| username.to_lowercase()) {
            // `"all"` in place of arguments is not an address.
            if username != "all" && !usernames.contains(&username) {
                usernames.push(username);
            }
        }
        usernames
    }

    /// The requested page, of at most 2,000 entries; `None` for the whole list.
    pub(crate) fn paging(&self) -> Option<Paging> {
        let size = self.number("pagesize").filter(|size| *size > 0)?.min(MAX_PAGE_SIZE);
        let index = self.number("pageindex").unwrap_or(0);
        Some(Paging {
            size: usize::try_from(size).unwrap_or(usize::MAX),
            index: usize::try_from(index).unwrap_or(usize::MAX),
        })
    }

    /// Whether super admins are listed too: if `"data":"all"` is sent, and always in the guide's dialect.
    pub(crate) fn includes_super_admins(&self) -> bool {
        self.dialect == Dialect::Guide
            || self.arguments.as_str() == Some("all")
            || self.text("data").as_deref() == Some("all")
    }
}

/// A scalar value as text; `None` for null, an array or an object.
pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The texts in an array. A scalar value is an array of one.
pub(crate) fn as_texts(value: &Value) -> Vec<String> {
    match value.as_array() {
        Some(items) => items.iter().filter_map(as_text).collect(),
        None => as_text(value).into_iter().collect(),
    }
}

pub(crate) fn as_flag(value: &Value) -> Option<bool> {
    match as_text(value)?.as_str() {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect_is_determined_by_the_hash_field() {
        let enterprise = ApiRequest::parse(br#"{"cid":1,"provhash":"h","cmd":"c","data":{"pagesize":"500"}}"#);
        assert_eq!(enterprise.dialect, Dialect::Enterprise);
        assert_eq!(enterprise.account_number, "1");
        assert_eq!(enterprise.paging(), Some(Paging { size: 500, index: 0 }));
        let guide =
            ApiRequest::parse(br#"{"cid":"1","provisioninghash":"h","cmd":"c","pagesize":9999,"pageindex":"3"}"#);
        assert_eq!(guide.dialect, Dialect::Guide);
        assert_eq!(guide.paging(), Some(Paging { size: 2000, index: 3 }));
    }

    #[test]
    fn a_body_that_is_not_json_has_no_credentials() {
        let request = ApiRequest::parse(b"not json");
        assert_eq!((request.hash.as_str(), request.command.as_str()), ("", ""));
    }
}

//! What a request asks, read leniently: numbers and flags may be strings.

use serde_json::Value;

/// Which of the two versions of the API a request speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The service as recorded: `provhash`, arguments under `data`.
    Enterprise,
    /// The guide's version: `provisioninghash`, arguments spread at the top level.
    Guide,
}

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) size: usize,
    pub(crate) index: usize,
}

impl Page {
    /// The positions of this page in a list of that length.
    pub(crate) fn range(self, length: usize) -> std::ops::Range<usize> {
        let start = self.index.saturating_mul(self.size).min(length);
        start..start.saturating_add(self.size).min(length)
    }
}

const LARGEST_PAGE: u64 = 2_000;

/// One request, decoded as far as it could be.
pub(crate) struct Request {
    pub(crate) dialect: Dialect,
    pub(crate) account_number: String,
    pub(crate) hash: String,
    pub(crate) command: String,
    pub(crate) label: Option<String>,
    /// The `user` beside the command, which is not among the enterprise dialect's arguments.
    pub(crate) user: Option<String>,
    arguments: Value,
}

impl Request {
    /// A body that is no JSON object gives a request without credentials.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let mut top: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let dialect = if top.get("provhash").is_none() && top.get("provisioninghash").is_some() {
            Dialect::Guide
        } else {
            Dialect::Enterprise
        };
        let field = |name: &str| top.get(name).and_then(text).unwrap_or_default();
        let hash = field(match dialect {
            Dialect::Enterprise => "provhash",
            Dialect::Guide => "provisioninghash",
        });
        let (account_number, command) = (field("cid"), field("cmd"));
        let label = top.get("apiuser").and_then(text);
        let user = top.get("user").and_then(text);
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
        self.argument(name).and_then(text)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.trim().parse().ok()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        flag(self.argument(name)?)
    }

    /// The items of the list sent, under `usernames` in the guide's dialect; one thing is a list of it.
    pub(crate) fn entries(&self) -> Vec<&Value> {
        let list = match self.dialect {
            Dialect::Enterprise => &self.arguments,
            Dialect::Guide => self.argument("usernames").unwrap_or(&self.arguments),
        };
        match list {
            Value::Array(items) => items.iter().collect(),
            Value::Null => Vec::new(),
            one @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => vec![one],
        }
    }

    /// The addresses in the list sent, each alone or as the `username` of an entry.
    pub(crate) fn usernames(&self) -> Vec<String> {
        let names = |entry: &Value| texts(entry.get("username").unwrap_or(entry));
        self.entries().into_iter().flat_map(names).collect()
    }

    /// Whom the request is about, in lower case, each once.
    pub(crate) fn about(&self) -> Vec<String> {
        let mut all = self.usernames();
        all.extend(["oldemail", "newemail"].iter().filter_map(|name| self.text(name)));
        let groups = self.argument("groups").and_then(Value::as_object);
        all.extend(groups.into_iter().flat_map(|groups| groups.values()).flat_map(texts));
        let mut about = Vec::with_capacity(all.len());
        for username in all.iter().map(|username| username.to_lowercase()) {
            // `"all"` in place of arguments is nobody.
            if username != "all" && !about.contains(&username) {
                about.push(username);
            }
        }
        about
    }

    /// The page asked for, at most 2,000 long; none means everything.
    pub(crate) fn page(&self) -> Option<Page> {
        let size = self.number("pagesize").filter(|size| *size > 0)?.min(LARGEST_PAGE);
        let index = self.number("pageindex").unwrap_or(0);
        Some(Page {
            size: usize::try_from(size).unwrap_or(usize::MAX),
            index: usize::try_from(index).unwrap_or(usize::MAX),
        })
    }

    /// Whether super admins are to be listed too: `"data":"all"`; the guide knows no other way.
    pub(crate) fn asks_for_all(&self) -> bool {
        self.dialect == Dialect::Guide
            || self.arguments.as_str() == Some("all")
            || self.text("data").as_deref() == Some("all")
    }
}

/// A value that is no list or map, as text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The texts in a list; one text is a list of it.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value.as_array() {
        Some(items) => items.iter().filter_map(text).collect(),
        None => text(value).into_iter().collect(),
    }
}

pub(crate) fn flag(value: &Value) -> Option<bool> {
    match text(value)?.as_str() {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_field_tells_the_dialect() {
        let enterprise = Request::parse(br#"{"cid":1,"provhash":"h","cmd":"c","data":{"pagesize":"500"}}"#);
        assert_eq!(enterprise.dialect, Dialect::Enterprise);
        assert_eq!(enterprise.account_number, "1");
        assert_eq!(enterprise.page(), Some(Page { size: 500, index: 0 }));
        let guide = Request::parse(br#"{"cid":"1","provisioninghash":"h","cmd":"c","pagesize":9999,"pageindex":"3"}"#);
        assert_eq!(guide.dialect, Dialect::Guide);
        assert_eq!(guide.page(), Some(Page { size: 2000, index: 3 }));
    }

    #[test]
    fn a_body_that_is_no_json_has_no_credentials() {
        let request = Request::parse(b"nonsense");
        assert_eq!((request.hash.as_str(), request.command.as_str()), ("", ""));
    }
}

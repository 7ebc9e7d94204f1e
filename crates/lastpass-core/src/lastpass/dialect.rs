//! The account, and how its dialect arranges a request: the name of the hash, and where the data of a command goes.

use std::{fmt, str::FromStr};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

/// The two ways to write a request. Replies to both are decoded in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// What LastPass documents and recordings of the live service show.
    #[default]
    Enterprise,
    /// What the guide shows, a tutorial on V0 pages for LastPass.
    Guide,
}

impl Dialect {
    /// Returns the value of the setting `LASTPASS_API_DIALECT`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Guide => "guide",
        }
    }
}

/// The text is not the name of a dialect.
#[derive(Debug, thiserror::Error)]
#[error("neither enterprise nor guide")]
pub struct UnknownDialect;

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        [Self::Enterprise, Self::Guide].into_iter().find(|dialect| dialect.name() == text).ok_or(UnknownDialect)
    }
}

/// A LastPass account: its address and credentials.
#[derive(Clone)]
pub struct Account {
    /// The account number (`cid`).
    pub number: String,
    /// The provisioning hash, which grants full access.
    pub provisioning_hash: SecretString,
    /// The URL of the API.
    pub url: Url,
    /// How requests are written.
    pub dialect: Dialect,
    /// Our label in LastPass's own log (`apiuser`).
    pub label: String,
}

impl fmt::Debug for Account {
    /// Shows only the dialect: number, hash and URL are confidential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// Returns the body of a request. The enterprise dialect has the data under `data`; the guide's dialect has the fields
/// of an object at the top level, and a list under `usernames`.
pub(crate) fn request_body(account: &Account, command: &str, data: Value) -> Vec<u8> {
    let hash_name = match account.dialect {
        Dialect::Enterprise => "provhash",
        Dialect::Guide => "provisioninghash",
    };
    let mut body = Map::new();
    body.insert("cid".into(), account.number.as_str().into());
    body.insert(hash_name.into(), account.provisioning_hash.expose_secret().into());
    body.insert("cmd".into(), command.into());
    body.insert("apiuser".into(), account.label.as_str().into());
    match (account.dialect, data) {
        (Dialect::Guide, Value::Object(fields)) => body.extend(fields),
        (Dialect::Guide, list) => {
            body.insert("usernames".into(), list);
        }
        (Dialect::Enterprise, data) => {
            body.insert("data".into(), data);
        }
    }
    Value::Object(body).to_string().into_bytes()
}

//! How a question is written: the name of the hash, the name of the command, and where its data lie.

use std::{fmt, str::FromStr};

use chrono::NaiveDateTime;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json, value::RawValue};
use url::Url;

/// The most people whose master password has expired that LastPass gives in one reply.
const EXPIRED_PER_PAGE: usize = 500;

/// The two ways in which a request is written. Replies are read alike for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// What LastPass documents and recordings of the live service show.
    #[default]
    Enterprise,
    /// What the guide shows that the product was asked for in.
    Guide,
}

impl Dialect {
    /// The name in the setting `LASTPASS_API_DIALECT`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Guide => "guide",
        }
    }
}

/// The text names no dialect.
#[derive(Debug, thiserror::Error)]
#[error("neither enterprise nor guide")]
pub struct UnknownDialect;

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        [Self::Enterprise, Self::Guide].into_iter().find(|dialect| dialect.name() == text).ok_or(UnknownDialect)
    }
}

/// Whose LastPass is asked, where, and as whom.
#[derive(Clone)]
pub struct Account {
    /// The account number (`cid`).
    pub number: String,
    /// The provisioning hash, which opens everything.
    pub provisioning_hash: SecretString,
    /// The one address of the API.
    pub url: Url,
    /// How requests are written.
    pub dialect: Dialect,
    /// Our label in LastPass's own log (`apiuser`).
    pub label: String,
}

impl fmt::Debug for Account {
    /// Names the dialect alone: number, hash and address are nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// A slice of a list that LastPass gives in pages, counted from zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) index: usize,
    pub(crate) size: usize,
}

/// Whom a question about people means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whom<'a> {
    /// Everybody, pending invitations included.
    Everybody,
    /// Those who administer the organisation.
    Admins,
    /// The one person with this address.
    One(&'a str),
}

/// A stretch of LastPass's log, in local times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventQuery<'a> {
    pub(crate) from: NaiveDateTime,
    pub(crate) to: NaiveDateTime,
    /// Where an earlier reply says that older events go on.
    pub(crate) next: Option<&'a RawValue>,
}

impl EventQuery<'_> {
    fn data(self) -> Value {
        let text = |time: NaiveDateTime| time.format("%Y-%m-%d %H:%M:%S").to_string();
        let mut data = json!({ "from": text(self.from), "to": text(self.to), "user": "allusers" });
        if let Some(next) = self.next {
            data["next"] = json!(next);
        }
        data
    }
}

/// What can be asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Question<'a> {
    /// A page of people.
    People(Whom<'a>, Page),
    /// Every shared folder, without its sites.
    SharedFolders,
    /// A page of the shared folders with the sites in them.
    SharedFolderSites(Page),
    /// A stretch of the log.
    Events(EventQuery<'a>),
    /// Those whose master password has expired, from where an earlier reply says that the list goes on.
    ExpiredPasswords(Option<&'a str>),
}

impl Question<'_> {
    /// The names of the command in the enterprise dialect and in the guide's. A command that
    /// the guide does not name keeps its own.
    fn command(self) -> (&'static str, &'static str) {
        match self {
            Self::People(..) => ("getuserdata", "getuserdata"),
            Self::SharedFolders => ("getsfdata", "getsharedfolderdata"),
            Self::SharedFolderSites(_) => ("getdetailedsfdata", "getdetailedsfdata"),
            Self::Events(_) => ("reporting", "getauditlog"),
            Self::ExpiredPasswords(_) => ("expiredmasterpwlist", "expiredmasterpwlist"),
        }
    }

    /// The command's data, in the enterprise form.
    fn data(self) -> Value {
        match self {
            Self::People(whom, page) => {
                let mut data = json!({ "pagesize": page.size, "pageindex": page.index });
                match whom {
                    Whom::Everybody => {}
                    Whom::Admins => data["admin"] = json!(1),
                    Whom::One(email) => data["username"] = json!(email),
                }
                data
            }
            Self::SharedFolders => json!("all"),
            Self::SharedFolderSites(page) => {
                json!({ "data": "all", "pagesize": page.size, "pageindex": page.index })
            }
            Self::Events(query) => query.data(),
            Self::ExpiredPasswords(None) => json!({ "limit": EXPIRED_PER_PAGE }),
            Self::ExpiredPasswords(Some(token)) => json!({ "limit": EXPIRED_PER_PAGE, "continuation_token": token }),
        }
    }

    /// The body of the request that asks it.
    pub(crate) fn body(self, account: &Account) -> Vec<u8> {
        let (enterprise, guide) = self.command();
        match account.dialect {
            Dialect::Enterprise => body(account, enterprise, self.data()),
            Dialect::Guide => {
                let mut fields = match self.data() {
                    Value::Object(fields) => fields,
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
                };
                // The text "all" is what the guide's dialect means by saying nothing.
                fields.retain(|_, value| value != "all");
                body(account, guide, Value::Object(fields))
            }
        }
    }
}

/// The body of a request: under `data` in the enterprise dialect, spread at the top in the guide's, where a list
/// goes under `usernames`.
pub(crate) fn body(account: &Account, command: &str, data: Value) -> Vec<u8> {
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

#[cfg(test)]
mod tests {
    use super::{Account, Dialect, EventQuery, Page, Question, Whom};

    fn check(dialect: Dialect, question: Question<'_>, expected: &str) {
        let account = Account {
            number: "123".to_owned(),
            provisioning_hash: "h".into(),
            url: url::Url::parse("https://lastpass.com/enterpriseapi.php").expect("valid"),
            dialect,
            label: "us".to_owned(),
        };
        let sent: serde_json::Value = serde_json::from_slice(&question.body(&account)).expect("JSON");
        assert_eq!(sent, serde_json::from_str::<serde_json::Value>(expected).expect("JSON"));
    }

    #[test]
    fn each_dialect_writes_each_question_in_its_own_way() {
        let page = Page { index: 3, size: 100 };
        check(
            Dialect::Enterprise,
            Question::People(Whom::Everybody, page),
            r#"{"cid":"123","provhash":"h","cmd":"getuserdata","apiuser":"us","data":{"pagesize":100,"pageindex":3}}"#,
        );
        check(
            Dialect::Guide,
            Question::People(Whom::Everybody, page),
            r#"{"cid":"123","provisioninghash":"h","cmd":"getuserdata","apiuser":"us","pagesize":100,"pageindex":3}"#,
        );
        check(
            Dialect::Enterprise,
            Question::People(Whom::One("a@b.c"), page),
            r#"{"cid":"123","provhash":"h","cmd":"getuserdata","apiuser":"us","data":{"username":"a@b.c","pagesize":100,"pageindex":3}}"#,
        );
        check(
            Dialect::Guide,
            Question::People(Whom::Admins, page),
            r#"{"cid":"123","provisioninghash":"h","cmd":"getuserdata","apiuser":"us","admin":1,"pagesize":100,"pageindex":3}"#,
        );
        check(
            Dialect::Enterprise,
            Question::SharedFolders,
            r#"{"cid":"123","provhash":"h","cmd":"getsfdata","apiuser":"us","data":"all"}"#,
        );
        check(
            Dialect::Guide,
            Question::SharedFolders,
            r#"{"cid":"123","provisioninghash":"h","cmd":"getsharedfolderdata","apiuser":"us"}"#,
        );
        check(
            Dialect::Enterprise,
            Question::SharedFolderSites(page),
            r#"{"cid":"123","provhash":"h","cmd":"getdetailedsfdata","apiuser":"us","data":{"data":"all","pagesize":100,"pageindex":3}}"#,
        );
        check(
            Dialect::Guide,
            Question::SharedFolderSites(page),
            r#"{"cid":"123","provisioninghash":"h","cmd":"getdetailedsfdata","apiuser":"us","pagesize":100,"pageindex":3}"#,
        );
    }

    #[test]
    fn expired_passwords_go_on_by_a_token() {
        check(
            Dialect::Enterprise,
            Question::ExpiredPasswords(None),
            r#"{"cid":"123","provhash":"h","cmd":"expiredmasterpwlist","apiuser":"us","data":{"limit":500}}"#,
        );
        check(
            Dialect::Guide,
            Question::ExpiredPasswords(Some("1235")),
            r#"{"cid":"123","provisioninghash":"h","cmd":"expiredmasterpwlist","apiuser":"us","limit":500,
                "continuation_token":"1235"}"#,
        );
    }

    #[test]
    fn a_stretch_of_the_log_is_asked_for_in_local_times_of_everybody() {
        let time = |text: &str| text.parse().expect("a time");
        let (from, to) = (time("2015-07-17T09:45:00"), time("2015-07-17T10:00:00"));
        check(
            Dialect::Enterprise,
            Question::Events(EventQuery { from, to, next: None }),
            r#"{"cid":"123","provhash":"h","cmd":"reporting","apiuser":"us",
                "data":{"from":"2015-07-17 09:45:00","to":"2015-07-17 10:00:00","user":"allusers"}}"#,
        );
        for next in ["1437142311123456", "\"2015-07-17 09:51:51.123456\""] {
            check(
                Dialect::Guide,
                Question::Events(EventQuery { from, to, next: Some(serde_json::from_str(next).expect("JSON")) }),
                &format!(
                    r#"{{"cid":"123","provisioninghash":"h","cmd":"getauditlog","apiuser":"us","user":"allusers",
                        "from":"2015-07-17 09:45:00","to":"2015-07-17 10:00:00","next":{next}}}"#
                ),
            );
        }
    }
}

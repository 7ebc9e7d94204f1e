//! The commands that read, and how each dialect writes them.

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json, value::RawValue};

use crate::lastpass::dialect::{Account, Dialect, request_body};

/// The most users with an expired master password that LastPass returns in one reply.
const EXPIRED_PER_PAGE: usize = 500;

/// A page of a list, counted from zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageRequest {
    pub(crate) index: usize,
    pub(crate) size: usize,
}

/// The users that `getuserdata` returns.
#[derive(Debug, Clone, Copy)]
pub(crate) enum UserSelector<'a> {
    /// All users, pending invitations included.
    All,
    /// The admins of the account.
    Admins,
    /// The user with this e-mail address.
    Email(&'a str),
}

/// A period of LastPass's log, in local times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventQuery<'a> {
    pub(crate) from: NaiveDateTime,
    pub(crate) to: NaiveDateTime,
    /// Where older events continue, as an earlier reply says.
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

/// A command that reads.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ReadCommand<'a> {
    /// A page of users.
    Users(UserSelector<'a>, PageRequest),
    /// All shared folders, without their sites.
    SharedFolders,
    /// A page of shared folders with their sites.
    SharedFolderSites(PageRequest),
    /// A period of the log.
    Events(EventQuery<'a>),
    /// The users with an expired master password, from the continuation token of an earlier reply.
    ExpiredPasswords(Option<&'a str>),
}

impl ReadCommand<'_> {
    /// The names of the command in the enterprise dialect and in the guide's. A command that the guide does not name
    /// keeps its enterprise name.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Users(..) => ("getuserdata", "getuserdata"),
            Self::SharedFolders => ("getsfdata", "getsharedfolderdata"),
            Self::SharedFolderSites(_) => ("getdetailedsfdata", "getdetailedsfdata"),
            Self::Events(_) => ("reporting", "getauditlog"),
            Self::ExpiredPasswords(_) => ("expiredmasterpwlist", "expiredmasterpwlist"),
        }
    }

    /// The data of the command, in the enterprise form.
    fn data(self) -> Value {
        match self {
            Self::Users(selector, page) => {
                let mut data = json!({ "pagesize": page.size, "pageindex": page.index });
                match selector {
                    UserSelector::All => {}
                    UserSelector::Admins => data["admin"] = json!(1),
                    UserSelector::Email(email) => data["username"] = json!(email),
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

    /// Returns the body of the request.
    pub(crate) fn body(self, account: &Account) -> Vec<u8> {
        let (enterprise, guide) = self.names();
        match account.dialect {
            Dialect::Enterprise => request_body(account, enterprise, self.data()),
            Dialect::Guide => {
                let mut fields = match self.data() {
                    Value::Object(fields) => fields,
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
                };
                // In the guide's dialect no value means "all".
                fields.retain(|_, value| value != "all");
                request_body(account, guide, Value::Object(fields))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, command: ReadCommand<'_>, expected: &str) {
        let account = Account {
            number: "123".to_owned(),
            provisioning_hash: "h".into(),
            url: url::Url::parse("https://lastpass.com/enterpriseapi.php").expect("valid"),
            dialect,
            label: "us".to_owned(),
        };
        let sent: serde_json::Value = serde_json::from_slice(&command.body(&account)).expect("JSON");
        assert_eq!(sent, serde_json::from_str::<serde_json::Value>(expected).expect("JSON"));
    }

    #[test]
    fn each_dialect_writes_commands_in_its_own_form() {
        let page = PageRequest { index: 3, size: 100 };
        check(
            Dialect::Enterprise,
            ReadCommand::Users(UserSelector::All, page),
            r#"{"cid":"123","provhash":"h","cmd":"getuserdata","apiuser":"us","data":{"pagesize":100,"pageindex":3}}"#,
        );
        check(
            Dialect::Guide,
            ReadCommand::Users(UserSelector::All, page),
            r#"{"cid":"123","provisioninghash":"h","cmd":"getuserdata","apiuser":"us","pagesize":100,"pageindex":3}"#,
        );
        check(
            Dialect::Enterprise,
            ReadCommand::Users(UserSelector::Email("a@b.c"), page),
            r#"{"cid":"123","provhash":"h","cmd":"getuserdata","apiuser":"us","data":{"username":"a@b.c","pagesize":100,"pageindex":3}}"#,
        );
        check(
            Dialect::Guide,
            ReadCommand::Users(UserSelector::Admins, page),
            r#"{"cid":"123","provisioninghash":"h","cmd":"getuserdata","apiuser":"us","admin":1,"pagesize":100,"pageindex":3}"#,
        );
        check(
            Dialect::Enterprise,
            ReadCommand::SharedFolders,
            r#"{"cid":"123","provhash":"h","cmd":"getsfdata","apiuser":"us","data":"all"}"#,
        );
        check(
            Dialect::Guide,
            ReadCommand::SharedFolders,
            r#"{"cid":"123","provisioninghash":"h","cmd":"getsharedfolderdata","apiuser":"us"}"#,
        );
        check(
            Dialect::Enterprise,
            ReadCommand::SharedFolderSites(page),
            r#"{"cid":"123","provhash":"h","cmd":"getdetailedsfdata","apiuser":"us","data":{"data":"all","pagesize":100,"pageindex":3}}"#,
        );
        check(
            Dialect::Guide,
            ReadCommand::SharedFolderSites(page),
            r#"{"cid":"123","provisioninghash":"h","cmd":"getdetailedsfdata","apiuser":"us","pagesize":100,"pageindex":3}"#,
        );
    }

    #[test]
    fn expired_passwords_continue_from_a_token() {
        check(
            Dialect::Enterprise,
            ReadCommand::ExpiredPasswords(None),
            r#"{"cid":"123","provhash":"h","cmd":"expiredmasterpwlist","apiuser":"us","data":{"limit":500}}"#,
        );
        check(
            Dialect::Guide,
            ReadCommand::ExpiredPasswords(Some("1235")),
            r#"{"cid":"123","provisioninghash":"h","cmd":"expiredmasterpwlist","apiuser":"us","limit":500,
                "continuation_token":"1235"}"#,
        );
    }

    #[test]
    fn events_are_requested_for_all_users_in_local_times() {
        let time = |text: &str| text.parse().expect("a time");
        let (from, to) = (time("2015-07-17T09:45:00"), time("2015-07-17T10:00:00"));
        check(
            Dialect::Enterprise,
            ReadCommand::Events(EventQuery { from, to, next: None }),
            r#"{"cid":"123","provhash":"h","cmd":"reporting","apiuser":"us",
                "data":{"from":"2015-07-17 09:45:00","to":"2015-07-17 10:00:00","user":"allusers"}}"#,
        );
        for next in ["1437142311123456", "\"2015-07-17 09:51:51.123456\""] {
            check(
                Dialect::Guide,
                ReadCommand::Events(EventQuery { from, to, next: Some(serde_json::from_str(next).expect("JSON")) }),
                &format!(
                    r#"{{"cid":"123","provisioninghash":"h","cmd":"getauditlog","apiuser":"us","user":"allusers",
                        "from":"2015-07-17 09:45:00","to":"2015-07-17 10:00:00","next":{next}}}"#
                ),
            );
        }
    }
}

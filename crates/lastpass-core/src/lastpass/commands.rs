//! What can be changed, and what becomes of it. A command is sent once: whether it arrived is for a reading to tell.

use std::fmt;

use serde::de::MapAccess;
use serde_json::{Value, json};

use crate::{
    domain::{PersonAction, is_invisible},
    lastpass::{
        CallContext, Client, Dialect,
        dialect::{self, Account},
        error::{Error, InvalidReply},
        lenient::{Fields, Object},
        reply::{self, Reception, Verdict},
        transport::TransportError,
    },
};

/// The most of LastPass's words that is passed on, in characters.
const MOST_WORDS: usize = 200;

/// One change of one person.
#[derive(Debug, Clone, Copy)]
pub enum ChangeCommand<'a> {
    /// Makes an account, or invites the owner of a personal one; LastPass mails them.
    CreateUser {
        /// The address.
        email: &'a str,
        /// First and last name.
        name: &'a str,
        /// The department of the directory; the guide's dialect has no place for it.
        department: &'a str,
    },
    /// Puts somebody into a group.
    AddToGroup {
        /// The person.
        email: &'a str,
        /// The group.
        group: &'a str,
    },
    /// Takes somebody out of a group.
    RemoveFromGroup {
        /// The person.
        email: &'a str,
        /// The group.
        group: &'a str,
    },
    /// One of the changes that need an address alone.
    Person(PersonAction, &'a str),
}

/// The guide's dialect has no words for the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the guide's dialect cannot say it")]
pub struct UnsupportedCommand;

/// What LastPass said to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandOutcome {
    /// It did it.
    Accepted,
    /// It did it, or some of it, and has something to say about it.
    AcceptedWithWarning(UpstreamMessage),
    /// It said no.
    Refused(UpstreamMessage),
    /// The command never arrived.
    NotSent(Error),
    /// No answer that tells whether it was done.
    Unknown(Error),
}

/// LastPass's own words: for an admin or provisioner, never for the log.
#[derive(Clone, PartialEq, Eq)]
pub struct UpstreamMessage(String);

impl UpstreamMessage {
    fn new(texts: &[String]) -> Self {
        let joined = texts.join("; ");
        let printable = joined.chars().map(|c| if c.is_control() { ' ' } else { c });
        Self(printable.filter(|c| !is_invisible(*c)).take(MOST_WORDS).collect())
    }

    /// The words, in one line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UpstreamMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpstreamMessage")
    }
}

impl ChangeCommand<'_> {
    /// Whether the dialect can say it.
    ///
    /// # Errors
    /// Where it cannot.
    pub fn check_supported(self, dialect: Dialect) -> Result<(), UnsupportedCommand> {
        match dialect {
            Dialect::Enterprise => Ok(()),
            Dialect::Guide => self.in_guide().map(drop),
        }
    }

    fn body(self, account: &Account) -> Result<Vec<u8>, UnsupportedCommand> {
        let (name, data) = match account.dialect {
            Dialect::Enterprise => self.in_enterprise(),
            Dialect::Guide => self.in_guide()?,
        };
        Ok(dialect::body(account, name, data))
    }

    /// Command and data as LastPass documents them.
    fn in_enterprise(self) -> (&'static str, Value) {
        match self {
            Self::CreateUser { email, name, department } => {
                ("batchadd", json!([{ "username": email, "fullname": name, "attribs": { "Department": department } }]))
            }
            Self::AddToGroup { email, group } => ("batchchangegrp", json!([{ "username": email, "add": [group] }])),
            Self::RemoveFromGroup { email, group } => {
                ("batchchangegrp", json!([{ "username": email, "del": [group] }]))
            }
            Self::Person(action, email) => person_in_enterprise(action, email),
        }
    }

    /// Command and data with the guide's names; a command that it does not name keeps its own.
    fn in_guide(self) -> Result<(&'static str, Value), UnsupportedCommand> {
        let deletion = |email, action| Ok(("deleteuser", json!({ "username": email, "action": action })));
        match self {
            Self::CreateUser { email, name, .. } => {
                Ok(("batchaddusers", json!([{ "username": email, "fullname": name }])))
            }
            Self::AddToGroup { email, group } => Ok(("batchupdategroups", json!({ "groups": { group: [email] } }))),
            Self::RemoveFromGroup { .. } | Self::Person(PersonAction::Uninvite, _) => Err(UnsupportedCommand),
            Self::Person(PersonAction::Deactivate, email) => deletion(email, "deactivate"),
            Self::Person(PersonAction::Remove, email) => deletion(email, "remove"),
            Self::Person(PersonAction::Delete, email) => deletion(email, "delete"),
            Self::Person(PersonAction::Reinvite, email) => Ok(("batchinviteuser", json!([email]))),
            Self::Person(
                action @ (PersonAction::Restore
                | PersonAction::RequirePasswordChange
                | PersonAction::SendPasswordReset
                | PersonAction::DisableMfa),
                email,
            ) => Ok(person_in_enterprise(action, email)),
        }
    }
}

/// Command and data as LastPass documents them.
fn person_in_enterprise(action: PersonAction, email: &str) -> (&'static str, Value) {
    let alone = json!({ "username": email });
    let deletion = |action: u8| ("deluser", json!({ "username": email, "deleteaction": action }));
    match action {
        PersonAction::Deactivate => ("disableuser", json!([email])),
        PersonAction::Restore => ("enableuser", json!([email])),
        PersonAction::Remove => deletion(1),
        PersonAction::Delete => deletion(2),
        PersonAction::Uninvite => deletion(3),
        PersonAction::Reinvite => ("reinviteuser", alone),
        PersonAction::RequirePasswordChange => ("requiremasterpasswordchange", alone),
        PersonAction::SendPasswordReset => ("resetpassword", alone),
        PersonAction::DisableMfa => ("disablemultifactor", alone),
    }
}

impl Client {
    /// The dialect in which LastPass is spoken to.
    pub fn dialect(&self) -> Dialect {
        self.account.dialect
    }

    /// Sends a command, once, and tells what is known of its fate.
    pub async fn send_command(&self, command: ChangeCommand<'_>, budget: &CallContext) -> CommandOutcome {
        let Ok(body) = command.body(&self.account) else {
            return CommandOutcome::Refused(UpstreamMessage::new(&[
                "the guide's dialect has no words for it".to_owned()
            ]));
        };
        let answer = match tokio::time::timeout_at(budget.deadline, self.send(body, budget)).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::Timeout),
        };
        match answer.and_then(|reply| judge(&reply)) {
            Ok(Reception::Accepted) => CommandOutcome::Accepted,
            Ok(Reception::Complained(texts)) => CommandOutcome::AcceptedWithWarning(UpstreamMessage::new(&texts)),
            Ok(Reception::Refused(texts)) => CommandOutcome::Refused(UpstreamMessage::new(&texts)),
            Err(error @ (Error::Credentials | Error::Unreachable(TransportError::ConnectFailed))) => {
                CommandOutcome::NotSent(error)
            }
            // A gateway's error or a limit may come after LastPass acted as well as before.
            Err(error) => CommandOutcome::Unknown(error),
        }
    }
}

fn judge(reply: &http::Response<bytes::Bytes>) -> Result<Reception, Error> {
    // A status of its own comes from what stands in front of LastPass, before or after it acted.
    if reply.status() == http::StatusCode::UNAUTHORIZED {
        return Err(Error::InvalidReply(InvalidReply::Status(reply.status().as_u16())));
    }
    let json = reply::json_text(reply)?;
    let read = |json: &[u8]| {
        let Object(Some(reply)) = serde_json::from_slice::<Object<Reply<'_>>>(json)? else {
            return Err(Error::InvalidReply(InvalidReply::Shape));
        };
        reply.0.reception()
    };
    read(json).or_else(|error| reply::mended(json).map_or(Err(error), |mended| read(&mended)))
}

#[derive(Default)]
struct Reply<'a>(Verdict<'a>);

impl<'a> Fields<'a> for Reply<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: std::borrow::Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        self.0.take(&key, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_sent(command: ChangeCommand<'_>, enterprise: &str, guide: Option<&str>) {
        for (dialect, expected) in [(Dialect::Enterprise, Some(enterprise)), (Dialect::Guide, guide)] {
            let account = Account {
                number: "1".to_owned(),
                provisioning_hash: "h".into(),
                url: url::Url::parse("https://lastpass.com/enterpriseapi.php").expect("valid"),
                dialect,
                label: "us".to_owned(),
            };
            assert_eq!(command.check_supported(dialect).is_ok(), expected.is_some());
            let sent = command.body(&account).ok().map(|body| {
                let mut sent: Value = serde_json::from_slice(&body).expect("JSON");
                let sent = sent.as_object_mut().expect("an object");
                for name in ["cid", "provhash", "provisioninghash", "apiuser"] {
                    sent.remove(name);
                }
                Value::Object(std::mem::take(sent))
            });
            let expected = expected.map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
            assert_eq!(sent, expected, "{command:?}");
        }
    }

    #[test]
    fn each_dialect_writes_each_command_in_its_own_way() {
        let email = "a@b.c";
        check_sent(
            ChangeCommand::CreateUser { email, name: "Ann Lee", department: "Sales" },
            r#"{"cmd":"batchadd","data":[{"username":"a@b.c","fullname":"Ann Lee","attribs":{"Department":"Sales"}}]}"#,
            Some(r#"{"cmd":"batchaddusers","usernames":[{"username":"a@b.c","fullname":"Ann Lee"}]}"#),
        );
        check_sent(
            ChangeCommand::AddToGroup { email, group: "G" },
            r#"{"cmd":"batchchangegrp","data":[{"username":"a@b.c","add":["G"]}]}"#,
            Some(r#"{"cmd":"batchupdategroups","groups":{"G":["a@b.c"]}}"#),
        );
        check_sent(
            ChangeCommand::RemoveFromGroup { email, group: "G" },
            r#"{"cmd":"batchchangegrp","data":[{"username":"a@b.c","del":["G"]}]}"#,
            None,
        );
        let person = |command, enterprise, guide| check_sent(ChangeCommand::Person(command, email), enterprise, guide);
        person(
            PersonAction::Deactivate,
            r#"{"cmd":"disableuser","data":["a@b.c"]}"#,
            Some(r#"{"cmd":"deleteuser","username":"a@b.c","action":"deactivate"}"#),
        );
        person(
            PersonAction::Restore,
            r#"{"cmd":"enableuser","data":["a@b.c"]}"#,
            Some(r#"{"cmd":"enableuser","usernames":["a@b.c"]}"#),
        );
        person(
            PersonAction::Remove,
            r#"{"cmd":"deluser","data":{"username":"a@b.c","deleteaction":1}}"#,
            Some(r#"{"cmd":"deleteuser","username":"a@b.c","action":"remove"}"#),
        );
        person(
            PersonAction::Delete,
            r#"{"cmd":"deluser","data":{"username":"a@b.c","deleteaction":2}}"#,
            Some(r#"{"cmd":"deleteuser","username":"a@b.c","action":"delete"}"#),
        );
        person(PersonAction::Uninvite, r#"{"cmd":"deluser","data":{"username":"a@b.c","deleteaction":3}}"#, None);
        person(
            PersonAction::Reinvite,
            r#"{"cmd":"reinviteuser","data":{"username":"a@b.c"}}"#,
            Some(r#"{"cmd":"batchinviteuser","usernames":["a@b.c"]}"#),
        );
        person(
            PersonAction::DisableMfa,
            r#"{"cmd":"disablemultifactor","data":{"username":"a@b.c"}}"#,
            Some(r#"{"cmd":"disablemultifactor","username":"a@b.c"}"#),
        );
    }

    fn check(body: &str, expected: Result<Reception, Error>) {
        let reply = http::Response::new(bytes::Bytes::from(body.trim().to_owned()));
        assert_eq!(judge(&reply), expected, "{body}");
    }

    #[test]
    fn recorded_answers_to_commands_are_understood() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        check(include_str!("../../../../tests/samples/misc/mutation_ok.json"), Ok(Reception::Accepted));
        check(include_str!("../../../../tests/samples/official/disableuser.response.json"), Ok(Reception::Accepted));
        check(
            include_str!("../../../../tests/samples/misc/batchchangegrp_warn.json"),
            Ok(Reception::Complained(texts(&["user2@lastpass.com does not exist"]))),
        );
        check(
            include_str!("../../../../tests/samples/misc/deluser_already_disabled.json"),
            Ok(Reception::Complained(texts(&["User already disabled: EMAIL"]))),
        );
        check(
            include_str!("../../../../tests/samples/misc/deluser_no_such_user.json"),
            Ok(Reception::Refused(texts(&["No such user: EMAIL"]))),
        );
        check(
            include_str!("../../../../tests/samples/misc/resetpassword_user_not_found.json"),
            Ok(Reception::Refused(texts(&["user not found: EMAIL"]))),
        );
        check(include_str!("../../../../tests/samples/misc/auth_error.xml"), Err(Error::Credentials));
        check(r#"{"status":"OK","message":"Consider throttling"}"#, Ok(Reception::Accepted));
        for senseless in ["{}", "[]", r#"{"total":3}"#, r#""OK""#] {
            check(senseless, Err(Error::InvalidReply(InvalidReply::Shape)));
        }
    }

    #[test]
    fn words_are_one_short_line() {
        let words = UpstreamMessage::new(&["a\nb\u{7}".to_owned(), "\u{202e}x".repeat(300)]);
        assert!(words.as_str().starts_with("a b ; xx"));
        assert_eq!(words.as_str().chars().count(), MOST_WORDS);
    }
}

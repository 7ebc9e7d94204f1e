//! The commands that change a user, and their results. Each is sent once: whether it took effect is read back by
//! others.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::MapAccess;
use serde_json::{Value, json};

use crate::{
    domain::{PersonAction, is_invisible},
    lastpass::{
        call_context::CallContext,
        client::Client,
        dialect::{Account, Dialect, request_body},
        error::{Error, InvalidReply},
        lenient_json::{Fields, Object},
        reply,
        reply_status::{CommandStatus, StatusFields},
        transport::TransportError,
    },
};

/// The longest message of LastPass's that is passed on, in characters.
const MAX_MESSAGE_LENGTH: usize = 200;

/// A change of one user.
#[derive(Debug, Clone, Copy)]
pub enum ChangeCommand<'a> {
    /// Creates an account, or invites the owner of a personal one. LastPass sends an e-mail.
    CreateUser {
        /// The e-mail address.
        email: &'a str,
        /// First and last name.
        name: &'a str,
        /// The department of the directory. The guide's dialect does not send it.
        department: &'a str,
    },
    /// Adds a user to a group.
    AddToGroup {
        /// The user's e-mail address.
        email: &'a str,
        /// The group's name.
        group: &'a str,
    },
    /// Removes a user from a group.
    RemoveFromGroup {
        /// The user's e-mail address.
        email: &'a str,
        /// The group's name.
        group: &'a str,
    },
    /// A change that needs only an e-mail address.
    Person(PersonAction, &'a str),
}

/// The dialect has no such command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the guide's dialect has no such command")]
pub struct UnsupportedCommand;

/// What is known of a command that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandOutcome {
    /// LastPass carried it out.
    Accepted,
    /// LastPass carried it out, or a part of it, and returned a message about it.
    AcceptedWithWarning(UpstreamMessage),
    /// LastPass refused it.
    Refused(UpstreamMessage),
    /// The command did not reach LastPass, or was not processed.
    NotSent(Error),
    /// No reply says whether it was carried out.
    Unknown(Error),
}

/// A message of LastPass's: for an admin or provisioner, never for the log.
#[derive(Clone, PartialEq, Eq)]
pub struct UpstreamMessage(String);

impl UpstreamMessage {
    fn new(texts: &[String]) -> Self {
        let joined = texts.join("; ");
        let printable = joined.chars().map(|c| if c.is_control() { ' ' } else { c });
        Self(printable.filter(|c| !is_invisible(*c)).take(MAX_MESSAGE_LENGTH).collect())
    }

    /// Returns the message, in one line.
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
    /// Checks that the dialect has the command.
    ///
    /// # Errors
    /// Returns [`UnsupportedCommand`] if it does not.
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
        Ok(request_body(account, name, data))
    }

    /// The command's name and data, as LastPass documents them.
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

    /// The command's name and data in the guide's dialect. A command that the guide does not name keeps its enterprise
    /// name.
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

/// The command's name and data, as LastPass documents them.
fn person_in_enterprise(action: PersonAction, email: &str) -> (&'static str, Value) {
    let email_only = json!({ "username": email });
    let deletion = |action: u8| ("deluser", json!({ "username": email, "deleteaction": action }));
    match action {
        PersonAction::Deactivate => ("disableuser", json!([email])),
        PersonAction::Restore => ("enableuser", json!([email])),
        PersonAction::Remove => deletion(1),
        PersonAction::Delete => deletion(2),
        PersonAction::Uninvite => deletion(3),
        PersonAction::Reinvite => ("reinviteuser", email_only),
        PersonAction::RequirePasswordChange => ("requiremasterpasswordchange", email_only),
        PersonAction::SendPasswordReset => ("resetpassword", email_only),
        PersonAction::DisableMfa => ("disablemultifactor", email_only),
    }
}

impl Client {
    /// Sends a command once, and returns what is known of its effect.
    pub async fn send_command(&self, command: ChangeCommand<'_>, context: &CallContext) -> CommandOutcome {
        let Ok(body) = command.body(&self.account) else {
            return CommandOutcome::Refused(UpstreamMessage::new(&[UnsupportedCommand.to_string()]));
        };
        let reply = match tokio::time::timeout_at(context.deadline, self.send(body, context)).await {
            Ok(reply) => reply,
            Err(_) => Err(Error::Timeout),
        };
        match reply.and_then(|reply| command_status(&reply, context.clock.now())) {
            Ok(CommandStatus::Accepted) => CommandOutcome::Accepted,
            Ok(CommandStatus::AcceptedWithWarning(texts)) => {
                CommandOutcome::AcceptedWithWarning(UpstreamMessage::new(&texts))
            }
            Ok(CommandStatus::Refused(texts)) => CommandOutcome::Refused(UpstreamMessage::new(&texts)),
            Err(error @ (Error::Credentials | Error::Unreachable(TransportError::ConnectFailed))) => {
                CommandOutcome::NotSent(error)
            }
            // A gateway error or a rate limit may come before or after LastPass carried out the command.
            Err(error) => CommandOutcome::Unknown(error),
        }
    }
}

fn command_status(reply: &http::Response<Bytes>, received_at: DateTime<Utc>) -> Result<CommandStatus, Error> {
    // A status 401 comes from a gateway in front of LastPass, before or after LastPass carried out the command.
    if reply.status() == http::StatusCode::UNAUTHORIZED {
        return Err(Error::InvalidReply(InvalidReply::Status(reply.status().as_u16())));
    }
    reply::decode(reply, received_at, |json| {
        let Object(Some(reply)) = serde_json::from_slice::<Object<CommandReply<'_>>>(json)? else {
            return Err(Error::InvalidReply(InvalidReply::Shape));
        };
        reply.0.command_status()
    })
}

#[derive(Default)]
struct CommandReply<'a>(StatusFields<'a>);

impl<'a> Fields<'a> for CommandReply<'a> {
    fn take<A: MapAccess<'a>>(&mut self, key: Cow<'a, str>, value: &mut A) -> Result<(), A::Error> {
        self.0.take(&key, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_body(command: ChangeCommand<'_>, enterprise: &str, guide: Option<&str>) {
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
    fn each_dialect_writes_commands_in_its_own_form() {
        let email = "a@b.c";
        check_body(
            ChangeCommand::CreateUser { email, name: "Ann Lee", department: "Sales" },
            r#"{"cmd":"batchadd","data":[{"username":"a@b.c","fullname":"Ann Lee","attribs":{"Department":"Sales"}}]}"#,
            Some(r#"{"cmd":"batchaddusers","usernames":[{"username":"a@b.c","fullname":"Ann Lee"}]}"#),
        );
        check_body(
            ChangeCommand::AddToGroup { email, group: "G" },
            r#"{"cmd":"batchchangegrp","data":[{"username":"a@b.c","add":["G"]}]}"#,
            Some(r#"{"cmd":"batchupdategroups","groups":{"G":["a@b.c"]}}"#),
        );
        check_body(
            ChangeCommand::RemoveFromGroup { email, group: "G" },
            r#"{"cmd":"batchchangegrp","data":[{"username":"a@b.c","del":["G"]}]}"#,
            None,
        );
        let person = |command, enterprise, guide| check_body(ChangeCommand::Person(command, email), enterprise, guide);
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

    fn check(body: &str, expected: Result<CommandStatus, Error>) {
        let reply = http::Response::new(Bytes::from(body.trim().to_owned()));
        assert_eq!(command_status(&reply, DateTime::UNIX_EPOCH), expected, "{body}");
    }

    #[test]
    fn recorded_replies_to_commands_are_decoded() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        check(include_str!("../../../../tests/samples/misc/mutation_ok.json"), Ok(CommandStatus::Accepted));
        check(
            include_str!("../../../../tests/samples/official/disableuser.response.json"),
            Ok(CommandStatus::Accepted),
        );
        check(
            include_str!("../../../../tests/samples/misc/batchchangegrp_warn.json"),
            Ok(CommandStatus::AcceptedWithWarning(texts(&["user2@lastpass.com does not exist"]))),
        );
        check(
            include_str!("../../../../tests/samples/misc/deluser_already_disabled.json"),
            Ok(CommandStatus::AcceptedWithWarning(texts(&["User already disabled: EMAIL"]))),
        );
        check(
            include_str!("../../../../tests/samples/misc/deluser_no_such_user.json"),
            Ok(CommandStatus::Refused(texts(&["No such user: EMAIL"]))),
        );
        check(
            include_str!("../../../../tests/samples/misc/resetpassword_user_not_found.json"),
            Ok(CommandStatus::Refused(texts(&["user not found: EMAIL"]))),
        );
        check(include_str!("../../../../tests/samples/misc/auth_error.xml"), Err(Error::Credentials));
        check(r#"{"status":"OK","message":"Consider throttling"}"#, Ok(CommandStatus::Accepted));
        for invalid in ["{}", "[]", r#"{"total":3}"#, r#""OK""#] {
            check(invalid, Err(Error::InvalidReply(InvalidReply::Shape)));
        }
    }

    #[test]
    fn messages_are_one_short_line() {
        let message = UpstreamMessage::new(&["a\nb\u{7}".to_owned(), "\u{202e}x".repeat(300)]);
        assert!(message.as_str().starts_with("a b ; xx"));
        assert_eq!(message.as_str().chars().count(), MAX_MESSAGE_LENGTH);
    }
}

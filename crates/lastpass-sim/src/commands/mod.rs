//! The table of commands and the replies they share.

mod getdetailedsfdata;
mod getsfdata;
mod getuserdata;

use crate::index::World;
use crate::php_json::PhpJson;
use crate::request::{Dialect, Request};

/// One command: what each dialect calls it, and how it is answered.
pub(crate) struct Command {
    pub(crate) enterprise_name: &'static str,
    pub(crate) guide_name: &'static str,
    answer: fn(&World, &Request) -> String,
}

const COMMANDS: &[Command] = &[
    Command { enterprise_name: "getuserdata", guide_name: "getuserdata", answer: getuserdata::answer },
    Command { enterprise_name: "getsfdata", guide_name: "getsharedfolderdata", answer: getsfdata::answer },
    Command {
        enterprise_name: "getdetailedsfdata",
        guide_name: "getdetailedsfdata",
        answer: getdetailedsfdata::answer,
    },
];

/// The command that a name means in a dialect.
pub(crate) fn find(dialect: Dialect, name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| match dialect {
        Dialect::Enterprise => command.enterprise_name == name,
        Dialect::Guide => command.guide_name == name,
    })
}

/// The reply of a service without faults.
pub(crate) fn answer(world: &World, request: &Request) -> String {
    let company = &world.company;
    if request.account_number != company.account_number || request.hash != company.provisioning_hash {
        return authorization_error(request.dialect);
    }
    match find(request.dialect, &request.command) {
        Some(command) => (command.answer)(world, request),
        None => match request.dialect {
            Dialect::Enterprise => with_status("FAIL", "error", "Invalid command"),
            Dialect::Guide => error(Dialect::Guide, "Invalid command"),
        },
    }
}

/// The reply to a wrong account number or a wrong hash.
pub(crate) fn authorization_error(dialect: Dialect) -> String {
    match dialect {
        Dialect::Enterprise => {
            concat!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "<lastpass rc=\"Authorization Error\"/>\n")
                .to_owned()
        }
        Dialect::Guide => error(dialect, "Invalid provisioning hash"),
    }
}

/// A read command's error: no status in the enterprise dialect.
pub(crate) fn error(dialect: Dialect, message: &str) -> String {
    match dialect {
        Dialect::Enterprise => {
            let mut json = PhpJson::new();
            json.open_map();
            json.key("error").text(message);
            json.close_map();
            json.finish()
        }
        Dialect::Guide => with_status("ERROR", "error", message),
    }
}

/// A status with one message.
pub(crate) fn with_status(status: &str, field: &str, message: &str) -> String {
    let mut json = PhpJson::new();
    json.open_map();
    json.key("status").text(status);
    json.key(field).text(message);
    json.close_map();
    json.finish()
}

/// A status with several messages.
pub(crate) fn with_status_list<S: AsRef<str>>(
    status: &str,
    field: &str,
    messages: impl IntoIterator<Item = S>,
) -> String {
    let mut json = PhpJson::new();
    json.open_map();
    json.key("status").text(status);
    json.key(field).texts(messages);
    json.close_map();
    json.finish()
}

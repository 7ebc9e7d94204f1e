//! The table of commands, with their names in both dialects.

mod account_status;
mod batchadd;
mod batchchangegrp;
mod deluser;
mod expiredmasterpwlist;
mod getuserdata;
pub(crate) mod log_events;
mod reinviteuser;
mod reporting;
mod shared_folders;
mod user_changes;

use std::collections::BTreeSet;

use crate::account_state::AccountState;
use crate::company::Company;
use crate::replies;
use crate::request::{ApiRequest, Dialect};

/// One command.
pub(crate) struct Command {
    pub(crate) enterprise_name: &'static str,
    pub(crate) guide_name: &'static str,
    pub(crate) handler: Handler,
}

/// The function that executes a command and returns its reply.
pub(crate) enum Handler {
    /// A read; reads run concurrently.
    Read {
        execute: fn(&AccountState, &ApiRequest) -> String,
        /// The action of its log event.
        action: &'static str,
    },
    /// A change, which has exclusive access.
    Change(fn(&mut AccountState, &ApiRequest) -> String),
}

const fn read(
    enterprise_name: &'static str,
    guide_name: &'static str,
    action: &'static str,
    execute: fn(&AccountState, &ApiRequest) -> String,
) -> Command {
    Command { enterprise_name, guide_name, handler: Handler::Read { execute, action } }
}

const fn change(
    enterprise_name: &'static str,
    guide_name: &'static str,
    execute: fn(&mut AccountState, &ApiRequest) -> String,
) -> Command {
    Command { enterprise_name, guide_name, handler: Handler::Change(execute) }
}

const COMMANDS: &[Command] = &[
    read("getuserdata", "getuserdata", "Get user data", getuserdata::execute),
    read("getsfdata", "getsharedfolderdata", "Get shared folder data", shared_folders::getsfdata),
    read("getdetailedsfdata", "getdetailedsfdata", "Get shared folder data", shared_folders::getdetailedsfdata),
    // The action in the log is unknown; the vendor's page lists the command among the reports.
    read("expiredmasterpwlist", "expiredmasterpwlist", "Reporting", expiredmasterpwlist::execute),
    read("reporting", "getauditlog", "Reporting", reporting::execute),
    change("batchadd", "batchaddusers", batchadd::execute),
    change("batchchangegrp", "batchupdategroups", batchchangegrp::execute),
    // The guide's command can only add members; other changes keep the enterprise name in its dialect.
    change("batchchangegrp", "batchchangegrp", batchchangegrp::execute),
    change("deluser", "deleteuser", deluser::execute),
    change("disableuser", "disableuser", account_status::disableuser),
    change("enableuser", "enableuser", account_status::enableuser),
    change("reinviteuser", "batchinviteuser", reinviteuser::execute),
    change("updateuser", "updateuser", user_changes::updateuser),
    change("updateemail", "updateemail", user_changes::updateemail),
    change("resetpassword", "resetpassword", user_changes::resetpassword),
    change("requiremasterpasswordchange", "requiremasterpasswordchange", user_changes::requiremasterpasswordchange),
    change("disablemultifactor", "disablemultifactor", user_changes::disablemultifactor),
];

/// The commands that the guide names, in its text and its code.
const GUIDE_COMMANDS: [&str; 7] = [
    "getuserdata",
    "batchaddusers",
    "deleteuser",
    "getauditlog",
    "getsharedfolderdata",
    "batchupdategroups",
    "batchinviteuser",
];

/// Whether the account knows a command with this name.
pub(crate) fn exists(company: &Company, name: &str) -> bool {
    !company.has_only_guide_commands || GUIDE_COMMANDS.contains(&name)
}

/// The names of the commands that change something, as LastPass documents them.
pub fn change_commands() -> BTreeSet<&'static str> {
    let changes = COMMANDS.iter().filter(|command| matches!(command.handler, Handler::Change(_)));
    changes.map(|command| command.enterprise_name).collect()
}

/// Returns the command with this name in the dialect.
pub(crate) fn find(dialect: Dialect, name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| match dialect {
        Dialect::Enterprise => command.enterprise_name == name,
        Dialect::Guide => command.guide_name == name,
    })
}

/// Returns the reply to a request with a wrong account number or hash; `None` if both are correct.
pub(crate) fn credential_error(company: &Company, request: &ApiRequest) -> Option<String> {
    let correct = request.account_number == company.account_number && request.hash == company.provisioning_hash;
    (!correct).then(|| replies::authorization_error(request.dialect))
}

/// The reply to an unknown command.
pub(crate) fn unknown_command(dialect: Dialect) -> String {
    replies::failure(dialect, "Invalid command")
}

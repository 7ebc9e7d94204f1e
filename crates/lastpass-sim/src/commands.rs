//! The table of commands.

mod batchadd;
mod batchchangegrp;
mod deluser;
mod disablemultifactor;
mod disableuser;
mod enableuser;
mod expiredmasterpwlist;
mod getdetailedsfdata;
mod getsfdata;
mod getuserdata;
mod record;
mod reinviteuser;
mod replies;
mod reporting;
mod requiremasterpasswordchange;
mod resetpassword;
mod updateemail;
mod updateuser;

use crate::company::Company;
use crate::request::{Dialect, Request};
use crate::world::World;

pub(crate) use record::question as record_question;
pub(crate) use replies::{authorization_error, error, with_status, with_status_list};

/// One command: what each dialect calls it, and how it is answered.
pub(crate) struct Command {
    pub(crate) enterprise_name: &'static str,
    pub(crate) guide_name: &'static str,
    pub(crate) answer: Answer,
}

/// How a command is answered.
pub(crate) enum Answer {
    /// By looking, beside others who look.
    Read {
        answer: fn(&World, &Request) -> String,
        /// What the log calls it.
        action: &'static str,
    },
    /// By changing the account, alone.
    Change(fn(&mut World, &Request) -> String),
}

const fn read(
    enterprise_name: &'static str,
    guide_name: &'static str,
    action: &'static str,
    answer: fn(&World, &Request) -> String,
) -> Command {
    Command { enterprise_name, guide_name, answer: Answer::Read { answer, action } }
}

const fn change(
    enterprise_name: &'static str,
    guide_name: &'static str,
    answer: fn(&mut World, &Request) -> String,
) -> Command {
    Command { enterprise_name, guide_name, answer: Answer::Change(answer) }
}

const COMMANDS: &[Command] = &[
    read("getuserdata", "getuserdata", "Get user data", getuserdata::answer),
    read("getsfdata", "getsharedfolderdata", "Get shared folder data", getsfdata::answer),
    read("getdetailedsfdata", "getdetailedsfdata", "Get shared folder data", getdetailedsfdata::answer),
    // What the log calls it is not known; its page counts it among the reports.
    read("expiredmasterpwlist", "expiredmasterpwlist", "Reporting", expiredmasterpwlist::answer),
    read("reporting", "getauditlog", "Reporting", reporting::answer),
    change("batchadd", "batchaddusers", batchadd::answer),
    change("batchchangegrp", "batchupdategroups", batchchangegrp::answer),
    // The guide's command only adds: what it cannot say keeps its enterprise name there.
    change("batchchangegrp", "batchchangegrp", batchchangegrp::answer),
    change("deluser", "deleteuser", deluser::answer),
    change("disableuser", "disableuser", disableuser::answer),
    change("enableuser", "enableuser", enableuser::answer),
    change("reinviteuser", "batchinviteuser", reinviteuser::answer),
    change("updateuser", "updateuser", updateuser::answer),
    change("updateemail", "updateemail", updateemail::answer),
    change("resetpassword", "resetpassword", resetpassword::answer),
    change("requiremasterpasswordchange", "requiremasterpasswordchange", requiremasterpasswordchange::answer),
    change("disablemultifactor", "disablemultifactor", disablemultifactor::answer),
];

/// The command that a name means in a dialect.
pub(crate) fn find(dialect: Dialect, name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| match dialect {
        Dialect::Enterprise => command.enterprise_name == name,
        Dialect::Guide => command.guide_name == name,
    })
}

/// The refusal of a request that lacks the account's number and hash.
pub(crate) fn unauthorized(company: &Company, request: &Request) -> Option<String> {
    let right = request.account_number == company.account_number && request.hash == company.provisioning_hash;
    (!right).then(|| authorization_error(request.dialect))
}

/// The reply to a name that means nothing.
pub(crate) fn unknown(dialect: Dialect) -> String {
    replies::refusal(dialect, "Invalid command")
}

//! Where data of the organization comes from, and how it is interpreted.

use std::{fmt, time::Duration};

use chrono_tz::Tz;

use crate::{
    domain::{DepartmentGroups, ScoreSource},
    lastpass::Account,
    settings::{
        error::SettingError,
        parse::{self, Reader},
    },
};

/// Where data of the organization comes from, and how it is interpreted.
#[derive(Debug)]
pub struct OrganizationSettings {
    /// The source of the data.
    pub backend: Backend,
    /// The time zone of LastPass's dates, which have none.
    pub time_zone: Tz,
    /// The score by which people are ranked.
    pub score_source: ScoreSource,
    /// The departments and their groups.
    pub departments: DepartmentGroups,
    /// How long data of LastPass counts as fresh; zero disables the cache.
    pub fresh_for: Duration,
}

/// The source of an organization's data.
pub enum Backend {
    /// An account at LastPass.
    LastPass(Account),
    /// The demo company, in this process.
    Demo,
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastPass(account) => account.fmt(f),
            Self::Demo => f.write_str("Demo"),
        }
    }
}

pub(crate) fn organization(
    is_demo: bool,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<OrganizationSettings, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let backend = if is_demo { Some(Backend::Demo) } else { account(&mut reader).map(Backend::LastPass) };
    let time_zone = reader.read("LASTPASS_TIME_ZONE", parse::time_zone);
    let score_source = reader.read("SCORE_SOURCE", parse::score_source);
    let departments = reader.read("DEPARTMENT_GROUPS", parse::departments);
    let fresh_for = reader.read("CACHE_SECONDS", parse::cache_seconds);
    let build = || {
        Some(OrganizationSettings {
            backend: backend?,
            time_zone: time_zone?,
            score_source: score_source?,
            departments: departments?,
            fresh_for: fresh_for?,
        })
    };
    reader.finish(build())
}

fn account(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Account> {
    let number = reader.read("LASTPASS_ACCOUNT_NUMBER", parse::account_number);
    let provisioning_hash = reader.read("LASTPASS_PROVISIONING_HASH", parse::secret);
    let url = reader.read("LASTPASS_API_URL", parse::secure_url);
    let dialect = reader.read("LASTPASS_API_DIALECT", parse::dialect);
    let label = reader.read("LASTPASS_API_USER", parse::label);
    Some(Account {
        number: number?,
        provisioning_hash: provisioning_hash?,
        url: url?,
        dialect: dialect?,
        label: label?,
    })
}

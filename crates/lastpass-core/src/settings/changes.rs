//! Which changes are allowed, where they are recorded, and what signs the record.

use chrono::TimeDelta;
use secrecy::SecretString;

use crate::{
    changes::{KnownGroups, OpenActionSteps},
    settings::{
        error::SettingError,
        parse::{self, Reader},
    },
    store::DatabaseUrl,
};

/// Which changes are allowed.
#[derive(Debug)]
pub struct ChangeSettings {
    /// Whether changes are made.
    pub mode: ChangeMode,
    /// The maximum number of off-boardings that start within an hour.
    pub offboarding_limit: u32,
    /// The allowed domains of a new account's address, in lower case; if empty, all are allowed.
    pub email_domains: Vec<String>,
}

/// Whether changes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeMode {
    /// Changes are made.
    On,
    /// Every change is a dry run.
    DryRun,
    /// Changes are refused.
    Off,
}

impl ChangeMode {
    /// What happens to the planned steps of an action that is settled later.
    pub(crate) fn open_action_steps(self) -> OpenActionSteps {
        match self {
            Self::On => OpenActionSteps::Send,
            Self::DryRun | Self::Off => OpenActionSteps::ReadOnly,
        }
    }
}

/// Where changes are recorded, and what signs the record.
#[derive(Debug)]
pub struct RecordSettings {
    /// The database.
    pub database: DatabaseUrl,
    /// The signing secrets: the first signs, all verify.
    pub secrets: Vec<SecretString>,
    /// Whether tables may be created: not in a preview deployment, whose schema may be newer than production's.
    pub may_create_tables: bool,
}

pub(crate) fn changes(
    is_demo: bool,
    lookup: impl Fn(&str) -> Option<String> + Copy,
) -> Result<ChangeSettings, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let mode = match reader.read_if_set("CHANGES", parse_mode) {
        _ if is_demo && lookup("VERCEL").is_some() => Some(ChangeMode::DryRun),
        Some(None) if lookup("VERCEL_ENV").as_deref() == Some("preview") => Some(ChangeMode::DryRun),
        Some(mode) => Some(mode.unwrap_or(ChangeMode::On)),
        None => None,
    };
    let offboarding_limit = reader.read("OFFBOARDING_LIMIT", parse::offboarding_limit);
    let email_domains = reader.read_if_set("ALLOWED_EMAIL_DOMAINS", parse::email_domains);
    let build = || {
        Some(ChangeSettings {
            mode: mode?,
            offboarding_limit: offboarding_limit?,
            email_domains: email_domains?.unwrap_or_default(),
        })
    };
    reader.finish(build())
}

fn parse_mode(text: String) -> Result<ChangeMode, &'static str> {
    match text.as_str() {
        "on" => Ok(ChangeMode::On),
        "dryRun" => Ok(ChangeMode::DryRun),
        "off" => Ok(ChangeMode::Off),
        _ => Err("must be on, dryRun or off"),
    }
}

/// The groups that the settings name.
pub(crate) fn groups(lookup: impl Fn(&str) -> Option<String>) -> Result<KnownGroups, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let departments = reader.read("DEPARTMENT_GROUPS", parse::departments);
    let roles = reader.read_if_set("ROLE_GROUPS", parse::role_groups);
    let others = reader.read_if_set("KNOWN_GROUPS", parse::groups);
    let build = || {
        Some(KnownGroups {
            departments: departments?,
            roles: roles?.unwrap_or_default(),
            others: others?.unwrap_or_default(),
        })
    };
    reader.finish(build())
}

pub(crate) fn record(lookup: impl Fn(&str) -> Option<String> + Copy) -> Result<RecordSettings, Vec<SettingError>> {
    // Databases of Vercel's marketplace set one or the other.
    let name = if lookup("DATABASE_URL").is_none() && lookup("POSTGRES_URL").is_some() {
        "POSTGRES_URL"
    } else {
        "DATABASE_URL"
    };
    let mut reader = Reader::new(lookup);
    let database = reader.read(name, parse::database);
    let secrets = reader.read("SIGNING_SECRET", parse::long_secrets);
    let may_create_tables = lookup("VERCEL_ENV").as_deref() != Some("preview");
    let build = || Some(RecordSettings { database: database?, secrets: secrets?, may_create_tables });
    reader.finish(build())
}

/// How long changes of users, and users who left, are kept.
pub(crate) fn retention(lookup: impl Fn(&str) -> Option<String>) -> Result<TimeDelta, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let days = reader.read("RETENTION_DAYS", parse::retention_days);
    reader.finish(days.map(|days| TimeDelta::days(days.into())))
}

/// The signing secrets.
pub(crate) fn signing(lookup: impl Fn(&str) -> Option<String>) -> Result<Vec<SecretString>, Vec<SettingError>> {
    let mut reader = Reader::new(lookup);
    let secrets = reader.read("SIGNING_SECRET", parse::long_secrets);
    reader.finish(secrets)
}

//! The only reader of variables, from one table of names, formats and defaults.
//!
//! A setting that is missing or malformed is an error that names its variable, and never
//! its value: values are secrets, or stand beside one.

mod error;
mod parse;
mod sign_in;
mod table;

use std::{fmt, time::Duration};

use chrono_tz::Tz;
use secrecy::SecretString;

use crate::{
    auth::{MachineSecret, SignInMethods},
    changes::KnownGroups,
    domain::{DepartmentGroups, Role, ScoreSource},
    lastpass::Account,
    store::DatabaseUrl,
};

pub use error::{SettingError, SettingErrorKind, SettingErrors};
pub use table::{TABLE, Variable};

/// All settings. Each part stands by itself, so that a missing one is named only to
/// somebody whom the others let in.
#[derive(Debug)]
pub struct Settings {
    /// The ways in; an error where there is none, or one is malformed.
    pub sign_in: Result<SignInMethods, Vec<SettingError>>,
    /// The origins of other pages that may read replies.
    pub origins: Result<Vec<String>, Vec<SettingError>>,
    /// What the platform's scheduler is known by; nothing where it has no secret.
    pub scheduler: Result<Option<MachineSecret>, Vec<SettingError>>,
    /// What LastPass's push is known by; nothing where it has no token.
    pub push: Result<Option<MachineSecret>, Vec<SettingError>>,
    /// The secrets that sign: the first signs, all verify.
    pub signing: Result<Vec<SecretString>, Vec<SettingError>>,
    /// Whose figures are shown, and how.
    pub organisation: Result<OrganisationSettings, Vec<SettingError>>,
    /// Which group of LastPass's stands for which role, in the order in which they count.
    pub role_groups: Result<Vec<(Role, String)>, Vec<SettingError>>,
    /// The groups that the settings name.
    pub groups: Result<KnownGroups, Vec<SettingError>>,
    /// Which changes may be made.
    pub changes: Result<ChangeSettings, Vec<SettingError>>,
    /// Where changes are recorded.
    pub record: Result<RecordSettings, Vec<SettingError>>,
}

/// Which changes may be made.
#[derive(Debug)]
pub struct ChangeSettings {
    /// Whether changes are made at all.
    pub mode: ChangeMode,
    /// How many off-boardings may be begun in an hour.
    pub offboarding_limit: u32,
    /// The domains that a new account's address may have, in lower case; none allows all.
    pub email_domains: Vec<String>,
}

/// Whether changes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeMode {
    /// They are.
    On,
    /// Each is told, and none made.
    DryRun,
    /// They are refused.
    Off,
}

/// Where changes are recorded, and how the record is proved.
#[derive(Debug)]
pub struct RecordSettings {
    /// The database.
    pub database: DatabaseUrl,
    /// The secrets that sign: the first signs, all verify.
    pub secrets: Vec<SecretString>,
    /// Whether tables may be made; not in a preview, whose code may be newer than production's.
    pub may_create_tables: bool,
}

/// Whether a made-up company may have a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoDatabase {
    /// No: what is recorded of made-up people would stand beside what is recorded of real ones.
    Refused,
    /// Yes, on a developer's own machine.
    Allowed,
}

/// Where the figures come from, and how they are read.
#[derive(Debug)]
pub struct OrganisationSettings {
    /// The account that is asked.
    pub backend: Backend,
    /// The zone of LastPass's dates, which it sends without one.
    pub time_zone: Tz,
    /// The score that people are ranked by.
    pub score_source: ScoreSource,
    /// Which group stands for which department.
    pub departments: DepartmentGroups,
    /// How long an answer of LastPass's counts as fresh; zero keeps nothing.
    pub fresh_for: Duration,
}

/// Who answers in LastPass's place.
pub enum Backend {
    /// LastPass.
    LastPass(Account),
    /// A made-up company in this process.
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

/// What a demo must not stand beside: with these, somebody would take made-up people for real ones.
const NOT_IN_A_DEMO: [&str; 3] = ["LASTPASS_PROVISIONING_HASH", "DATABASE_URL", "POSTGRES_URL"];

/// What the platform sets of itself, and nobody else should.
const PLATFORM: [&str; 3] = ["VERCEL", "VERCEL_ENV", "AWS_LAMBDA_FUNCTION_NAME"];

/// Signs in a demo where nothing else does. Published, so it proves nothing to anybody.
const DEMO_SECRET: &str = "the-published-secret-of-the-made-up-company";

impl Settings {
    /// Reads every variable once, by `lookup`. An empty value counts as unset.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>, demo_database: DemoDatabase) -> Self {
        let lookup = |name: &str| {
            let is_known = PLATFORM.contains(&name) || TABLE.iter().any(|variable| variable.name == name);
            debug_assert!(is_known, "{name} is not in the table");
            lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let demo = match lookup("LASTPASS_DEMO").as_deref() {
            None | Some("0") => Ok(false),
            Some("1") => Ok(true),
            Some(_) => Err(vec![SettingError::malformed("LASTPASS_DEMO", "must be 1, or not be set")]),
        };
        let demo = demo.and_then(|demo| match conflicts(demo, demo_database, lookup) {
            conflicts if conflicts.is_empty() => Ok(demo),
            conflicts => Err(conflicts),
        });
        Self {
            sign_in: demo.clone().and_then(|demo| sign_in::ways(demo, lookup)),
            origins: sign_in::origins(lookup),
            scheduler: sign_in::scheduler(lookup),
            push: sign_in::push(lookup),
            signing: demo.clone().and_then(|demo| signing(demo, lookup)),
            organisation: demo.clone().and_then(|demo| organisation(demo, lookup)),
            role_groups: sign_in::role_groups(lookup),
            groups: groups(lookup),
            changes: demo.clone().and_then(|demo| changes(demo, lookup)),
            record: demo.and_then(|demo| record(demo, lookup)),
        }
    }

    /// What is wrong with them. What is only not set, and need not be, is no fault.
    pub fn errors(&self) -> SettingErrors {
        let Self { sign_in, origins, scheduler, push, signing, organisation, role_groups, groups, changes, record } =
            self;
        let blocking = [sign_in.as_ref().err(), origins.as_ref().err(), organisation.as_ref().err()];
        let others = [
            scheduler.as_ref().err(),
            push.as_ref().err(),
            role_groups.as_ref().err(),
            groups.as_ref().err(),
            changes.as_ref().err(),
            record.as_ref().err(),
            signing.as_ref().err(),
        ];
        // Without a database nothing is recorded, and nothing wrong; with one, all that the record takes is needed.
        let record = record.as_ref().err();
        let has_database = record
            .is_some_and(|faults| !faults.iter().any(|fault| fault.variable == "DATABASE_URL" && fault.is_unset()));
        let blocking = blocking.into_iter().flatten().flatten();
        let others = others.into_iter().flatten().flatten().filter(|fault| !fault.is_unset());
        SettingErrors::new(blocking, others.chain(record.filter(|_| has_database).into_iter().flatten()))
    }
}

fn conflicts(demo: bool, demo_database: DemoDatabase, lookup: impl Fn(&str) -> Option<String>) -> Vec<SettingError> {
    let conflicting = NOT_IN_A_DEMO.into_iter().filter(|name| match demo_database {
        DemoDatabase::Refused => true,
        DemoDatabase::Allowed => *name == "LASTPASS_PROVISIONING_HASH",
    });
    let set = conflicting.filter(|name| demo && lookup(name).is_some());
    set.map(|name| SettingError::malformed(name, "must not be set together with LASTPASS_DEMO=1: unset one of the two"))
        .collect()
}

fn organisation(
    demo: bool,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<OrganisationSettings, Vec<SettingError>> {
    let mut reader = parse::Reader::new(lookup);
    let backend = if demo { Some(Backend::Demo) } else { account(&mut reader).map(Backend::LastPass) };
    let time_zone = reader.read("LASTPASS_TIME_ZONE", parse::time_zone);
    let score_source = reader.read("SCORE_SOURCE", parse::score_source);
    let departments = reader.read("DEPARTMENT_GROUPS", parse::departments);
    let fresh_for = reader.read("CACHE_SECONDS", parse::cache_seconds);
    let build = || {
        Some(OrganisationSettings {
            backend: backend?,
            time_zone: time_zone?,
            score_source: score_source?,
            departments: departments?,
            fresh_for: fresh_for?,
        })
    };
    reader.finish(build())
}

fn changes(demo: bool, lookup: impl Fn(&str) -> Option<String> + Copy) -> Result<ChangeSettings, Vec<SettingError>> {
    let mut reader = parse::Reader::new(lookup);
    let mode = match reader.read_if_set("CHANGES", parse::change_mode) {
        _ if demo && lookup("VERCEL").is_some() => Some(ChangeMode::DryRun),
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

fn groups(lookup: impl Fn(&str) -> Option<String>) -> Result<KnownGroups, Vec<SettingError>> {
    let mut reader = parse::Reader::new(lookup);
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

fn record(demo: bool, lookup: impl Fn(&str) -> Option<String> + Copy) -> Result<RecordSettings, Vec<SettingError>> {
    // The marketplace's databases set one or the other.
    let name = if lookup("DATABASE_URL").is_none() && lookup("POSTGRES_URL").is_some() {
        "POSTGRES_URL"
    } else {
        "DATABASE_URL"
    };
    let mut reader = parse::Reader::new(or_published(demo, lookup));
    let database = reader.read(name, parse::database);
    let secrets = reader.read("SIGNING_SECRET", parse::long_secrets);
    let may_create_tables = lookup("VERCEL_ENV").as_deref() != Some("preview");
    let build = || Some(RecordSettings { database: database?, secrets: secrets?, may_create_tables });
    reader.finish(build())
}

fn signing(demo: bool, lookup: impl Fn(&str) -> Option<String>) -> Result<Vec<SecretString>, Vec<SettingError>> {
    let mut reader = parse::Reader::new(or_published(demo, lookup));
    let secrets = reader.read("SIGNING_SECRET", parse::long_secrets);
    reader.finish(secrets)
}

/// In a demo, the published secret stands in for one that is not set.
fn or_published(demo: bool, lookup: impl Fn(&str) -> Option<String>) -> impl Fn(&str) -> Option<String> {
    move |name| {
        let published = (demo && name == "SIGNING_SECRET").then(|| DEMO_SECRET.to_owned());
        lookup(name).or(published)
    }
}

fn account(reader: &mut parse::Reader<impl Fn(&str) -> Option<String>>) -> Option<Account> {
    let number = reader.read("LASTPASS_ACCOUNT_NUMBER", parse::account_number);
    let provisioning_hash = reader.read("LASTPASS_PROVISIONING_HASH", |text| Ok(SecretString::from(text)));
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

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn settings(extra: &[(&str, &str)]) -> Settings {
        Settings::from_lookup(
            |name| {
                let usual = [
                    ("DATABASE_URL", "postgres://u:canary-password@db.example.com/app"),
                    ("SIGNING_SECRET", "canary-signing-secret-0123456789abcdef"),
                    ("LASTPASS_ACCOUNT_NUMBER", "8771312"),
                    ("LASTPASS_PROVISIONING_HASH", "canary-hash"),
                    ("DASHBOARD_KEYS", &format!("admin:{KEY}")),
                ]
                .map(|(name, value)| (name, value.to_owned()));
                let extra = extra.iter().map(|(name, value)| (*name, (*value).to_owned()));
                let mut all = extra.chain(usual);
                all.find(|(known, _)| *known == name).map(|(_, value)| value)
            },
            DemoDatabase::Refused,
        )
    }

    fn faulty(extra: &[(&str, &str)]) -> Vec<&'static str> {
        settings(extra).errors().all().map(|fault| fault.variable).collect()
    }

    #[test]
    fn two_variables_and_a_key_are_enough() {
        let settings = settings(&[]);
        let organisation = settings.organisation.unwrap();
        assert_eq!(organisation.fresh_for, Duration::from_secs(300));
        assert_eq!(organisation.time_zone, chrono_tz::America::New_York);
        assert_eq!(
            organisation.departments,
            DepartmentGroups::default(),
            "the table's default is the guide's six pairs"
        );
        let Backend::LastPass(account) = organisation.backend else { panic!("the demo was not asked for") };
        assert_eq!(account.url.as_str(), "https://lastpass.com/enterpriseapi.php");
        assert_eq!(account.label, "lastpass-functions");
    }

    #[test]
    fn what_is_missing_or_malformed_is_named_all_at_once() {
        for (extra, expected) in [
            (vec![("LASTPASS_PROVISIONING_HASH", "  ")], vec!["LASTPASS_PROVISIONING_HASH"]),
            (
                vec![("LASTPASS_ACCOUNT_NUMBER", ""), ("CACHE_SECONDS", "3601")],
                vec!["LASTPASS_ACCOUNT_NUMBER", "CACHE_SECONDS"],
            ),
            (vec![("DASHBOARD_KEYS", "")], vec!["DASHBOARD_KEYS"]),
            (vec![("DASHBOARD_KEYS", "admin:short")], vec!["DASHBOARD_KEYS"]),
            (vec![("LASTPASS_ACCOUNT_NUMBER", "12a")], vec!["LASTPASS_ACCOUNT_NUMBER"]),
            (vec![("LASTPASS_API_URL", "http://lastpass.com/")], vec!["LASTPASS_API_URL"]),
            (vec![("LASTPASS_API_URL", "https://me:pw@lastpass.com/")], vec!["LASTPASS_API_URL"]),
            (vec![("LASTPASS_API_DIALECT", "Guide")], vec!["LASTPASS_API_DIALECT"]),
            (vec![("LASTPASS_TIME_ZONE", "Mars/Olympus")], vec!["LASTPASS_TIME_ZONE"]),
            (vec![("SCORE_SOURCE", "both")], vec!["SCORE_SOURCE"]),
            (vec![("DEPARTMENT_GROUPS", "HR=A;hr=B")], vec!["DEPARTMENT_GROUPS"]),
            (vec![("DEPARTMENT_GROUPS", "HR")], vec!["DEPARTMENT_GROUPS"]),
            (vec![("LASTPASS_DEMO", "yes")], vec!["LASTPASS_DEMO"]),
            (vec![("LASTPASS_DEMO", "1")], vec!["LASTPASS_PROVISIONING_HASH", "DATABASE_URL"]),
            (
                vec![
                    ("LASTPASS_DEMO", "1"),
                    ("LASTPASS_PROVISIONING_HASH", ""),
                    ("DATABASE_URL", ""),
                    ("POSTGRES_URL", "x"),
                ],
                vec!["POSTGRES_URL"],
            ),
            (vec![("CORS_ALLOWED_ORIGINS", "https://a.example.com/")], vec!["CORS_ALLOWED_ORIGINS"]),
            (vec![("CORS_ALLOWED_ORIGINS", "*")], vec!["CORS_ALLOWED_ORIGINS"]),
            (vec![("CORS_ALLOWED_ORIGINS", "https://a.example.com, http://localhost:3001")], vec![]),
            (vec![("CHANGES", "dryrun")], vec!["CHANGES"]),
            (vec![("OFFBOARDING_LIMIT", "-1")], vec!["OFFBOARDING_LIMIT"]),
            (vec![("ROLE_GROUPS", "admin=A;root=B")], vec!["ROLE_GROUPS"]),
            (vec![("ROLE_GROUPS", "admin=A;admin=B")], vec!["ROLE_GROUPS"]),
            (vec![("KNOWN_GROUPS", "A, a")], vec!["KNOWN_GROUPS"]),
            (vec![("ALLOWED_EMAIL_DOMAINS", "@example.com")], vec!["ALLOWED_EMAIL_DOMAINS"]),
            (vec![("DATABASE_URL", ""), ("SIGNING_SECRET", "")], vec![]),
            (vec![("SIGNING_SECRET", "")], vec!["SIGNING_SECRET"]),
            (vec![("DATABASE_URL", "mysql://x"), ("SIGNING_SECRET", "")], vec!["DATABASE_URL", "SIGNING_SECRET"]),
            (vec![("CRON_SECRET", "short"), ("CHANGES", "x")], vec!["CRON_SECRET", "CHANGES"]),
            (vec![("DATABASE_URL", ""), ("POSTGRES_URL", "postgres://u@localhost/x")], vec![]),
            (vec![("DATABASE_URL", "mysql://x"), ("SIGNING_SECRET", "short")], vec!["DATABASE_URL", "SIGNING_SECRET"]),
            (vec![("LASTPASS_API_URL", "http://[::1]:4000/x")], vec![]),
            (vec![("LASTPASS_API_URL", "http://127.0.0.1:4000/x"), ("CACHE_SECONDS", "0")], vec![]),
        ] {
            assert_eq!(faulty(&extra), expected, "{extra:?}");
        }
    }

    #[test]
    fn a_preview_and_a_demo_on_the_platform_only_tell_what_they_would_do() {
        let mode = |extra: &[(&str, &str)]| settings(extra).changes.unwrap().mode;
        assert_eq!(mode(&[]), ChangeMode::On);
        assert_eq!(mode(&[("CHANGES", "off")]), ChangeMode::Off);
        assert_eq!(mode(&[("VERCEL_ENV", "preview")]), ChangeMode::DryRun);
        assert_eq!(mode(&[("VERCEL_ENV", "preview"), ("CHANGES", "on")]), ChangeMode::On);
        let demo = [("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", ""), ("DATABASE_URL", "")];
        assert_eq!(mode(&[&demo[..], &[("VERCEL", "1"), ("CHANGES", "on")]].concat()), ChangeMode::DryRun);
        assert!(!settings(&[("VERCEL_ENV", "preview")]).record.unwrap().may_create_tables);
    }

    #[test]
    fn what_signs_stands_without_a_database_and_in_a_demo_by_itself() {
        let signs = |extra: &[(&str, &str)]| settings(extra).signing.is_ok();
        assert!(signs(&[("DATABASE_URL", "")]));
        assert!(!signs(&[("SIGNING_SECRET", "")]) && !signs(&[("SIGNING_SECRET", "short")]));
        let demo = [("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", ""), ("DATABASE_URL", "")];
        assert!(signs(&[&demo[..], &[("SIGNING_SECRET", "")]].concat()));
    }

    #[test]
    fn no_secret_is_ever_printed() {
        let printed = format!("{:?}", settings(&[]));
        assert!(!printed.contains("canary") && !printed.contains(KEY) && !printed.contains("8771312"), "{printed}");
    }
}

//! All settings: the only reader of variables, from one table of names, formats and defaults.
//!
//! A missing or malformed setting is an error that names its variable and never its value, since values are secrets or
//! contain them.

mod changes;
mod collection;
mod demo;
mod error;
mod organization;
mod parse;
mod sign_in;
mod table;

use chrono::TimeDelta;
use secrecy::SecretString;

use crate::{
    auth::{CronSecret, SignInMethods},
    changes::KnownGroups,
    domain::Role,
};

pub use changes::{ChangeMode, ChangeSettings, RecordSettings};
pub use demo::DemoDatabase;
pub use error::{SettingError, SettingErrorKind, SettingErrors};
pub use organization::{Backend, OrganizationSettings};
pub use table::{TABLE, Variable};

/// Variables that the platform sets. They are not part of the table.
const PLATFORM: [&str; 3] = ["VERCEL", "VERCEL_ENV", "AWS_LAMBDA_FUNCTION_NAME"];

/// All settings. Each part is parsed on its own, so that a route reports only errors of the parts that it needs, and
/// only to users whom the valid parts admit.
#[derive(Debug)]
pub struct Settings {
    /// The sign-in methods; an error if there is none, or if one is malformed.
    pub sign_in: Result<SignInMethods, Vec<SettingError>>,
    /// The origins of other pages that may read replies.
    pub origins: Result<Vec<String>, Vec<SettingError>>,
    /// The secret of the platform's scheduler; `None` if it has none.
    pub cron_secret: Result<Option<CronSecret>, Vec<SettingError>>,
    /// The signing secrets: the first signs, all verify.
    pub signing: Result<Vec<SecretString>, Vec<SettingError>>,
    /// Where data comes from, and how it is interpreted.
    pub organization: Result<OrganizationSettings, Vec<SettingError>>,
    /// The roles and their groups at LastPass, in order of precedence.
    pub role_groups: Result<Vec<(Role, String)>, Vec<SettingError>>,
    /// The groups that the settings name.
    pub groups: Result<KnownGroups, Vec<SettingError>>,
    /// Which changes are allowed.
    pub changes: Result<ChangeSettings, Vec<SettingError>>,
    /// Where changes are recorded.
    pub record: Result<RecordSettings, Vec<SettingError>>,
    /// How long changes of users, and users who left, are kept.
    pub retention: Result<TimeDelta, Vec<SettingError>>,
}

impl Settings {
    /// Reads every variable once with `lookup`. An empty value counts as unset.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>, demo_database: DemoDatabase) -> Self {
        let stored = |name: &str| {
            let is_known = PLATFORM.contains(&name) || TABLE.iter().any(|variable| variable.name == name);
            debug_assert!(is_known, "{name} is not in the table");
            lookup(name).filter(|value| !value.trim().is_empty())
        };
        let trimmed = |value: String| value.trim().to_owned();
        let demo = demo::is_demo(|name| stored(name).map(trimmed));
        let demo_lookup = demo::demo_lookup(demo_database, stored);
        let stored = |name: &str| if demo == Ok(true) { demo_lookup(name) } else { stored(name) };
        let lookup = |name: &str| stored(name).map(trimmed);
        Self {
            sign_in: demo.clone().and_then(|demo| sign_in::sign_in_methods(demo, stored)),
            origins: sign_in::origins(lookup),
            cron_secret: sign_in::cron_secret(lookup),
            signing: demo.clone().and_then(|_| changes::signing(lookup)),
            organization: demo.clone().and_then(|demo| organization::organization(demo, lookup)),
            role_groups: sign_in::role_groups(lookup),
            groups: changes::groups(lookup),
            changes: demo.clone().and_then(|demo| changes::changes(demo, lookup)),
            record: demo.clone().and_then(|_| changes::record(lookup)),
            retention: changes::retention(lookup),
        }
    }

    /// The errors of all parts. An unset variable that is optional is no error.
    pub fn errors(&self) -> SettingErrors {
        let Self {
            sign_in,
            origins,
            cron_secret,
            signing,
            organization,
            role_groups,
            groups,
            changes,
            record,
            retention,
        } = self;
        let blocking = [sign_in.as_ref().err(), origins.as_ref().err(), organization.as_ref().err()];
        let others = [
            cron_secret.as_ref().err(),
            role_groups.as_ref().err(),
            groups.as_ref().err(),
            changes.as_ref().err(),
            record.as_ref().err(),
            signing.as_ref().err(),
            retention.as_ref().err(),
        ];
        // Without a database there is no record, which is no error; with one, everything that the record needs is
        // required.
        let record = record.as_ref().err();
        let has_database = record
            .is_some_and(|errors| !errors.iter().any(|error| error.variable == "DATABASE_URL" && error.is_unset()));
        let blocking = blocking.into_iter().flatten().flatten();
        let others = others.into_iter().flatten().flatten().filter(|error| !error.is_unset());
        SettingErrors::new(blocking, others.chain(record.filter(|_| has_database).into_iter().flatten()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::DepartmentGroups;

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
            DemoDatabase::Ignored,
        )
    }

    fn invalid(extra: &[(&str, &str)]) -> Vec<&'static str> {
        settings(extra).errors().all().map(|error| error.variable).collect()
    }

    #[test]
    fn two_variables_and_a_dashboard_key_are_enough() {
        let settings = settings(&[]);
        let organization = settings.organization.unwrap();
        assert_eq!(organization.fresh_for, Duration::from_secs(300));
        assert_eq!(organization.time_zone, chrono_tz::America::New_York);
        assert_eq!(
            organization.departments,
            DepartmentGroups::default(),
            "the default of the table equals that of the type"
        );
        let Backend::LastPass(account) = organization.backend else { panic!("demo mode is off") };
        assert_eq!(account.url.as_str(), "https://lastpass.com/enterpriseapi.php");
        assert_eq!(account.label, "lastpass-functions");
    }

    #[test]
    fn all_missing_and_malformed_variables_are_reported_together() {
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
            (vec![("LASTPASS_DEMO", "1")], vec!["LASTPASS_PROVISIONING_HASH"]),
            (
                vec![
                    ("LASTPASS_DEMO", "1"),
                    ("LASTPASS_PROVISIONING_HASH", ""),
                    ("DATABASE_URL", "mysql://app@db.example.com/app"),
                    ("POSTGRES_URL", "x"),
                ],
                vec![],
            ),
            (vec![("CORS_ALLOWED_ORIGINS", "https://a.example.com/")], vec!["CORS_ALLOWED_ORIGINS"]),
            (vec![("CORS_ALLOWED_ORIGINS", "*")], vec!["CORS_ALLOWED_ORIGINS"]),
            (vec![("CORS_ALLOWED_ORIGINS", "https://*.vercel.app")], vec!["CORS_ALLOWED_ORIGINS"]),
            (vec![("CORS_ALLOWED_ORIGINS", r#"["https://a.example.com", "https://b.example.com"]"#)], vec![]),
            (vec![("DEPARTMENT_GROUPS", "HR=A;People=B;Legal=a")], vec!["DEPARTMENT_GROUPS"]),
            (vec![("DEPARTMENT_GROUPS", r#"{"Sales":"Sales; EMEA"}"#)], vec![]),
            (vec![("DEPARTMENT_GROUPS", "A=B,C=D")], vec!["DEPARTMENT_GROUPS"]),
            (vec![("ROLE_GROUPS", "admin=B,auditor=D")], vec!["ROLE_GROUPS"]),
            (vec![("ROLE_GROUPS", r#"{"auditor":"A","admin":"B; C"}"#)], vec![]),
            (vec![("KNOWN_GROUPS", "A;B")], vec!["KNOWN_GROUPS"]),
            (vec![("KNOWN_GROUPS", r#"["Sales, EMEA"]"#)], vec![]),
            (
                vec![("ALLOWED_EMAIL_DOMAINS", r#"["bücher.example", "xn--bcher-kva.example"]"#)],
                vec!["ALLOWED_EMAIL_DOMAINS"],
            ),
            (vec![("DASHBOARD_KEYS", &format!(r#"["admin/Lee, Ann:{KEY}"]"#))], vec![]),
            (vec![("DASHBOARD_KEYS", &format!("admin:{KEY};auditor:{KEY}"))], vec!["DASHBOARD_KEYS"]),
            (vec![("SIGNING_SECRET", &format!(r#"["{KEY}, new", "{KEY}"]"#))], vec![]),
            (vec![("AUTH_SECRET_1", "short")], vec!["AUTH_SECRET_1"]),
            (vec![("AUTH_SECRET", &format!("{KEY},short"))], vec![]),
            (vec![("CORS_ALLOWED_ORIGINS", "https://a.example.com, http://localhost:3001")], vec![]),
            (vec![("CHANGES", "dryrun")], vec!["CHANGES"]),
            (vec![("OFFBOARDING_LIMIT", "-1")], vec!["OFFBOARDING_LIMIT"]),
            (vec![("RETENTION_DAYS", "0")], vec!["RETENTION_DAYS"]),
            (vec![("RETENTION_DAYS", "3651")], vec!["RETENTION_DAYS"]),
            (vec![("RETENTION_DAYS", "1")], vec![]),
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
            assert_eq!(invalid(&extra), expected, "{extra:?}");
        }
    }

    #[test]
    fn collections_are_read_from_separators_and_from_json() {
        let groups = |extra: &[(&str, &str)]| settings(extra).groups.unwrap();
        let separated = [("KNOWN_GROUPS", "VPN, Sales: EMEA"), ("ROLE_GROUPS", "auditor=C;admin=D")];
        let json = [("KNOWN_GROUPS", r#"["VPN","Sales: EMEA"]"#), ("ROLE_GROUPS", r#"{"auditor":"C","admin":"D"}"#)];
        assert_eq!(groups(&separated), groups(&json));
        assert_eq!(groups(&json).roles, [(Role::Auditor, "C".to_owned()), (Role::Admin, "D".to_owned())], "in order");
        let odd = [("KNOWN_GROUPS", r#"["Sales, EMEA"]"#), ("DEPARTMENT_GROUPS", r#"{"Sales":"Sales; EMEA"}"#)];
        assert_eq!(groups(&odd).others, ["Sales, EMEA"]);
        assert_eq!(groups(&odd).departments.iter().collect::<Vec<_>>(), [("Sales", "Sales; EMEA")]);
        let domains = settings(&[("ALLOWED_EMAIL_DOMAINS", "Example.com, xn--bcher-kva.example")]).changes.unwrap();
        assert_eq!(domains.email_domains, ["example.com", "bücher.example"]);
        // Two domains, although two names that differ like this are one group.
        let domains = settings(&[("ALLOWED_EMAIL_DOMAINS", "straße.example, strasse.example")]).changes.unwrap();
        assert_eq!(domains.email_domains, ["straße.example", "strasse.example"]);
    }

    #[test]
    fn a_reason_is_true_of_the_value_and_names_the_part_that_is_wrong() {
        let key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----";
        for (variable, value, expected) in [
            ("DEPARTMENT_GROUPS", "HR=A;People=B;Legal=a", "the same group: HR and Legal (entries 1 and 3)"),
            ("DEPARTMENT_GROUPS", "Büro=A;Bu\u{308}ro=B", "a DEPARTMENT twice (entries 1 and 2)"),
            ("DEPARTMENT_GROUPS", "A=B,C=D", "separate pairs by semicolons: entry 1 holds several DEPARTMENT=GROUP"),
            ("ROLE_GROUPS", "admin=A;root=B", "entry 2 names another role"),
            ("ROLE_GROUPS", "admin: A", "entry 1 has no equals sign"),
            ("KNOWN_GROUPS", "A;B", "entry 1 has a semicolon or a line break"),
            ("CORS_ALLOWED_ORIGINS", "https://a.example.com,https://*.vercel.app", "without a wildcard (entry 2)"),
            ("CORS_ALLOWED_ORIGINS", "https://a.example.com/", "without a path or a slash at the end (entry 1)"),
            ("CORS_ALLOWED_ORIGINS", "https://A.example.com", "in lower case"),
            ("CORS_ALLOWED_ORIGINS", "https://a.example.com:443", "without the default port"),
            ("CORS_ALLOWED_ORIGINS", "a.example.com", "must begin with https://"),
            ("CORS_ALLOWED_ORIGINS", "http://a.example.com", "its host is not localhost (entry 1)"),
            ("ALLOWED_EMAIL_DOMAINS", "example.com, @example.org", "without an @ (entry 2)"),
            ("ALLOWED_EMAIL_DOMAINS", "*.example.com", "without a wildcard (entry 1)"),
            ("ALLOWED_EMAIL_DOMAINS", "localhost", "entry 1 is none"),
            ("LASTPASS_API_URL", "https://lastpass.com:x/", "is not a valid URL: invalid port number"),
            ("LASTPASS_API_URL", "lastpass.com", "must begin with https://"),
            ("LASTPASS_ACCOUNT_NUMBER", "12 3", "(see character 3)"),
            ("LASTPASS_API_USER", &"x".repeat(65), "longer than 64 characters"),
            ("LASTPASS_API_USER", "a\tb", "(see character 2)"),
            ("SIGNING_SECRET", &format!("{KEY},short"), "entry 2 has fewer"),
            ("SIGNING_SECRET", "short", "must have 32 or more characters"),
            ("CRON_SECRET", "short", "must have 16 or more characters"),
            ("CRON_SECRET", "with spaces 0123456789", "no spaces (see character 5)"),
            ("DATABASE_URL", "postgres://u:p#w@db.example.com/x", "# is written %23"),
            ("DATABASE_URL", "postgres://u:p%ff@db.example.com/x", "a percent sign is written %25"),
            ("DATABASE_URL", "postgres://u@db.example.com/x?sslmode=on", "of the parameter sslmode"),
            ("DATABASE_URL", "postgres://u@db.example.com:x/x", "invalid port number"),
            ("DATABASE_URL", "mysql://u@db.example.com/x", "must be a URL beginning with postgres://"),
            ("DATABASE_URL", "postgres://u@db.example.com/x?sslmode=disable", "must not switch TLS off"),
            ("AUTH_PUBLIC_KEY", key, "it is a private key"),
            ("LASTPASS_DEMO", "true", "must be 1, 0 or unset"),
        ] {
            let errors = settings(&[(variable, value)]).errors();
            let reason = errors.all().find(|error| error.variable == variable).expect(variable).reason.clone();
            assert!(reason.contains(expected), "{variable}={value}: {reason}");
            assert!(value.len() < 5 || !reason.contains(value), "{variable}={value}: {reason}");
        }
    }

    #[test]
    fn changes_are_dry_runs_in_a_preview_and_in_a_deployed_demo() {
        let mode = |extra: &[(&str, &str)]| settings(extra).changes.unwrap().mode;
        assert_eq!(mode(&[]), ChangeMode::On);
        assert_eq!(mode(&[("CHANGES", "off")]), ChangeMode::Off);
        assert_eq!(mode(&[("VERCEL_ENV", "preview")]), ChangeMode::DryRun);
        assert_eq!(mode(&[("VERCEL_ENV", "preview"), ("CHANGES", "on")]), ChangeMode::On);
        let demo = [("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", "")];
        assert_eq!(mode(&[&demo[..], &[("VERCEL", "1"), ("CHANGES", "on")]].concat()), ChangeMode::DryRun);
        assert!(!settings(&[("VERCEL_ENV", "preview")]).record.unwrap().may_create_tables);
    }

    #[test]
    fn signing_secrets_need_no_database_and_have_a_default_in_demo_mode() {
        let signs = |extra: &[(&str, &str)]| settings(extra).signing.is_ok();
        assert!(signs(&[("DATABASE_URL", "")]));
        assert!(!signs(&[("SIGNING_SECRET", "")]) && !signs(&[("SIGNING_SECRET", "short")]));
        let demo = [("LASTPASS_DEMO", "1"), ("LASTPASS_PROVISIONING_HASH", "")];
        assert!(signs(&[&demo[..], &[("SIGNING_SECRET", "")]].concat()));
    }

    #[test]
    fn debug_output_contains_no_secret() {
        let printed = format!("{:?}", settings(&[]));
        assert!(!printed.contains("canary") && !printed.contains(KEY) && !printed.contains("8771312"), "{printed}");
    }
}

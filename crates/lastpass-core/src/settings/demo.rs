//! Demo mode: whether it is on, what it excludes, and the secret that signs in it.

use crate::settings::error::SettingError;

/// Signs in demo mode if `SIGNING_SECRET` is not set. It is published, so that what it signs proves nothing.
const DEMO_SECRET: &str = "the-published-secret-of-the-made-up-company";

/// Variables that must not be set in demo mode: with them, demo data could be taken for real data.
const CONFLICTING: [&str; 3] = ["LASTPASS_PROVISIONING_HASH", "DATABASE_URL", "POSTGRES_URL"];

/// Whether a database is allowed in demo mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoDatabase {
    /// Refused: records of demo data would be mixed with records of real data.
    Refused,
    /// Allowed, on a developer's own machine.
    Allowed,
}

/// Whether demo mode is on.
pub(crate) fn is_demo(
    database: DemoDatabase,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<bool, Vec<SettingError>> {
    match lookup("LASTPASS_DEMO").as_deref() {
        None | Some("0") => return Ok(false),
        Some("1") => {}
        Some(_) => return Err(vec![SettingError::malformed("LASTPASS_DEMO", "must be 1, 0 or unset")]),
    }
    let conflicting = CONFLICTING.into_iter().filter(|name| match database {
        DemoDatabase::Refused => true,
        DemoDatabase::Allowed => *name == "LASTPASS_PROVISIONING_HASH",
    });
    let set = conflicting.filter(|name| lookup(name).is_some());
    let conflicts: Vec<_> = set
        .map(|name| {
            SettingError::malformed(name, "must not be set together with LASTPASS_DEMO=1: unset one of the two")
        })
        .collect();
    if conflicts.is_empty() { Ok(true) } else { Err(conflicts) }
}

/// Wraps `lookup` so that in demo mode an unset `SIGNING_SECRET` has the published value.
pub(crate) fn or_demo_secret(
    is_demo: bool,
    lookup: impl Fn(&str) -> Option<String>,
) -> impl Fn(&str) -> Option<String> {
    move |name| {
        let published = (is_demo && name == "SIGNING_SECRET").then(|| DEMO_SECRET.to_owned());
        lookup(name).or(published)
    }
}

//! Demo mode: whether it is on, and which variables it replaces.

use crate::settings::error::SettingError;

/// Signs in demo mode if `SIGNING_SECRET` is not set. It is published, so that what it signs proves nothing.
const DEMO_SECRET: &str = "the-published-secret-of-the-made-up-company";

/// Whether demo mode uses the database of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoDatabase {
    /// `DATABASE_URL` and `POSTGRES_URL` belong to the application beside the functions.
    Ignored,
    /// Used, on a developer's own machine.
    Used,
}

/// Whether demo mode is on.
///
/// # Errors
/// Returns an error if `LASTPASS_DEMO` is malformed, or set together with real credentials: demo data could be taken for
/// real data.
pub(crate) fn is_demo(lookup: impl Fn(&str) -> Option<String>) -> Result<bool, Vec<SettingError>> {
    let error = |name, reason| Err(vec![SettingError::malformed(name, reason)]);
    match lookup("LASTPASS_DEMO").as_deref() {
        None | Some("0") => Ok(false),
        Some("1") if lookup("LASTPASS_PROVISIONING_HASH").is_some() => {
            error("LASTPASS_PROVISIONING_HASH", "must not be set together with LASTPASS_DEMO=1: unset one of the two")
        }
        Some("1") => Ok(true),
        Some(_) => error("LASTPASS_DEMO", "must be 1, 0 or unset"),
    }
}

/// The variables as demo mode sees them: an unset `SIGNING_SECRET` has the published value.
pub(crate) fn demo_lookup(
    database: DemoDatabase,
    lookup: impl Fn(&str) -> Option<String>,
) -> impl Fn(&str) -> Option<String> {
    move |name| match name {
        "SIGNING_SECRET" => lookup(name).or_else(|| Some(DEMO_SECRET.to_owned())),
        "DATABASE_URL" | "POSTGRES_URL" if database == DemoDatabase::Ignored => None,
        _ => lookup(name),
    }
}

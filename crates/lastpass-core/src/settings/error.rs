//! Errors of settings: the variable and the reason, never the value.

use std::{collections::HashSet, fmt};

/// Why a variable is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// The variable.
    pub variable: &'static str,
    /// Whether the variable is set.
    pub kind: SettingErrorKind,
    /// What is wrong with the variable, and what it should be. It follows the name in a sentence.
    pub reason: String,
}

/// The kind of a [`SettingError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingErrorKind {
    /// The variable is not set.
    Unset,
    /// The value is malformed, or conflicts with another variable.
    Malformed,
}

impl SettingError {
    /// An unset variable. The hint is the variable's purpose or an example.
    pub fn unset(variable: &'static str, hint: &str) -> Self {
        Self { variable, kind: SettingErrorKind::Unset, reason: format!("is not set: {hint}") }
    }

    /// A variable with a malformed or conflicting value.
    pub(crate) fn malformed(variable: &'static str, reason: impl ToString) -> Self {
        Self { variable, kind: SettingErrorKind::Malformed, reason: reason.to_string() }
    }

    /// Whether the variable decides who is admitted, or what a caller may then do.
    fn is_of_sign_in(&self) -> bool {
        const OTHERS: [&str; 6] = [
            "DASHBOARD_KEYS",
            "NEXTAUTH_SECRET",
            "CRON_SECRET",
            "CORS_ALLOWED_ORIGINS",
            "ROLE_GROUPS",
            "SIGNING_SECRET",
        ];
        self.variable.starts_with("AUTH_") || OTHERS.contains(&self.variable)
    }

    /// Whether the variable is unset rather than malformed.
    pub fn is_unset(&self) -> bool {
        self.kind == SettingErrorKind::Unset
    }
}

impl fmt::Display for SettingError {
    /// Writes the variable and the reason.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variable, self.reason)
    }
}

/// The errors of all settings, at most one for each variable.
#[derive(Debug, Clone, Default)]
pub struct SettingErrors {
    /// Errors that block every route: no one can sign in, or there is no source of data.
    pub blocking: Vec<SettingError>,
    /// Errors that affect some routes.
    pub others: Vec<SettingError>,
}

impl SettingErrors {
    /// Merges the errors of all parts. If several parts report the same variable, the first error counts.
    pub(crate) fn new<'a>(
        blocking: impl Iterator<Item = &'a SettingError>,
        others: impl Iterator<Item = &'a SettingError>,
    ) -> Self {
        let mut known = HashSet::new();
        let mut is_new = |error: &&SettingError| known.insert(error.variable);
        let blocking = blocking.filter(&mut is_new).cloned().collect();
        Self { blocking, others: others.filter(is_new).cloned().collect() }
    }

    /// The errors for which it may be that no one can sign in: what is malformed among the settings of signing in, and
    /// `sign_in`, why there is no sign-in method.
    pub(crate) fn of_sign_in(&self, sign_in: &[SettingError]) -> Self {
        let is_public = |error: &&SettingError| sign_in.contains(error) || (error.is_of_sign_in() && !error.is_unset());
        Self::new(self.blocking.iter().filter(is_public), self.others.iter().filter(is_public))
    }

    /// All errors, the blocking ones first.
    pub fn all(&self) -> impl Iterator<Item = &SettingError> {
        self.blocking.iter().chain(&self.others)
    }
}

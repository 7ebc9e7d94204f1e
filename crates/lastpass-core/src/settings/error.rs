//! What is wrong with settings: which variable and in which way, never its value.

use std::{collections::HashSet, fmt};

/// What is wrong with one variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// The variable.
    pub variable: &'static str,
    /// Whether it is there at all.
    pub kind: SettingErrorKind,
    /// What is wrong, and what it should be.
    pub reason: String,
}

/// In which way a variable is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingErrorKind {
    /// It is not set.
    Unset,
    /// It holds what it cannot, or stands beside what it must not.
    Malformed,
}

impl SettingError {
    /// A variable that is not set, and what it is for or what to give it.
    pub fn unset(variable: &'static str, hint: &str) -> Self {
        Self { variable, kind: SettingErrorKind::Unset, reason: format!("is not set: {hint}") }
    }

    /// A variable that holds what it cannot.
    pub(crate) fn malformed(variable: &'static str, reason: impl ToString) -> Self {
        Self { variable, kind: SettingErrorKind::Malformed, reason: reason.to_string() }
    }

    /// Whether the variable is not set, rather than malformed.
    pub fn is_unset(&self) -> bool {
        self.kind == SettingErrorKind::Unset
    }
}

impl fmt::Display for SettingError {
    /// The variable and what is wrong with it, never its value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variable, self.reason)
    }
}

/// What is wrong with all settings, each variable once.
#[derive(Debug, Clone, Default)]
pub struct SettingErrors {
    /// Without these no route answers: nobody is let in, or there is nobody to ask.
    pub blocking: Vec<SettingError>,
    /// Those that some of the routes need.
    pub others: Vec<SettingError>,
}

impl SettingErrors {
    /// The faults of all parts; of a variable that several parts read, the first.
    pub(crate) fn new<'a>(
        blocking: impl Iterator<Item = &'a SettingError>,
        others: impl Iterator<Item = &'a SettingError>,
    ) -> Self {
        let mut known = HashSet::new();
        let mut is_new = |fault: &&SettingError| known.insert(fault.variable);
        let blocking = blocking.filter(&mut is_new).cloned().collect();
        Self { blocking, others: others.filter(is_new).cloned().collect() }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &SettingError> {
        self.blocking.iter().chain(&self.others)
    }
}

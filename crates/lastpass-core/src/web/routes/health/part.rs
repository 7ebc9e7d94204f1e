//! One part of what answers need, and how they are together.

use std::borrow::Cow;

use serde::Serialize;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Name {
    Settings,
    Lastpass,
    Clock,
    Events,
    Database,
    Record,
    Sync,
}

impl Name {
    /// Whether no route answers without it.
    fn is_vital(self) -> bool {
        match self {
            Self::Settings | Self::Lastpass => true,
            Self::Clock | Self::Events | Self::Database | Self::Record | Self::Sync => false,
        }
    }
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// As it should be.
    Ok,
    /// Something is wrong, and answers are given.
    Degraded,
    /// Answers that need it are errors.
    Down,
    /// It is not configured, or cannot be told just now.
    Off,
}

/// How one part is.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    pub(crate) name: Name,
    pub(crate) status: Status,
    /// What was found.
    pub(crate) detail: Cow<'static, str>,
    /// What to do about it; nothing where nothing has to be done.
    pub(crate) fix: Option<Cow<'static, str>>,
}

impl Part {
    pub(crate) fn ok(name: Name, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { name, status: Status::Ok, detail: detail.into(), fix: None }
    }

    pub(crate) fn off(name: Name, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { name, status: Status::Off, detail: detail.into(), fix: None }
    }

    pub(crate) fn ill(
        name: Name,
        status: Status,
        detail: impl Into<Cow<'static, str>>,
        fix: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { name, status, detail: detail.into(), fix: Some(fix.into()) }
    }
}

/// How all parts are together: down where a vital one is, and degraded where another is down.
pub(crate) fn overall(parts: &[Part]) -> Status {
    let is_down = |part: &Part| part.status == Status::Down && part.name.is_vital();
    if parts.iter().any(is_down) {
        Status::Down
    } else if parts.iter().any(|part| matches!(part.status, Status::Degraded | Status::Down)) {
        Status::Degraded
    } else {
        Status::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[(Name, Status)], expected: Status) {
        let parts: Vec<_> =
            parts.iter().map(|(name, status)| Part { status: *status, ..Part::ok(*name, "") }).collect();
        assert_eq!(overall(&parts), expected, "{parts:?}");
    }

    #[test]
    fn down_is_what_nothing_works_without() {
        use Name::{Clock, Database, Lastpass, Settings};
        check(&[(Settings, Status::Ok), (Lastpass, Status::Ok), (Database, Status::Off)], Status::Ok);
        check(&[(Settings, Status::Ok), (Clock, Status::Degraded)], Status::Degraded);
        check(&[(Settings, Status::Degraded), (Lastpass, Status::Ok)], Status::Degraded);
        check(&[(Lastpass, Status::Ok), (Database, Status::Down)], Status::Degraded);
        check(&[(Database, Status::Degraded), (Lastpass, Status::Down)], Status::Down);
        check(&[(Settings, Status::Down), (Lastpass, Status::Off)], Status::Down);
    }
}

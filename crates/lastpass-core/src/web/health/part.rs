//! One part of what answers need, and how they are together.

use std::borrow::Cow;

use serde::Serialize;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
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
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) status: Status,
    /// What was found.
    pub(super) detail: Cow<'static, str>,
    /// What to do about it; nothing where nothing has to be done.
    pub(super) fix: Option<Cow<'static, str>>,
}

impl Part {
    pub(super) fn ok(name: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { name, status: Status::Ok, detail: detail.into(), fix: None }
    }

    pub(super) fn off(name: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { name, status: Status::Off, detail: detail.into(), fix: None }
    }

    pub(super) fn ill(
        name: &'static str,
        status: Status,
        detail: impl Into<Cow<'static, str>>,
        fix: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { name, status, detail: detail.into(), fix: Some(fix.into()) }
    }
}

/// The parts without which no route answers.
const VITAL: [&str; 2] = ["settings", "lastpass"];

/// How all parts are together: down where a vital one is, and degraded where another is down.
pub(super) fn overall(parts: &[Part]) -> Status {
    let is_down = |part: &Part| part.status == Status::Down && VITAL.contains(&part.name);
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

    fn check(parts: &[(&'static str, Status)], expected: Status) {
        let parts: Vec<_> = parts.iter().map(|(name, status)| Part { status: *status, ..Part::ok(name, "") }).collect();
        assert_eq!(overall(&parts), expected, "{parts:?}");
    }

    #[test]
    fn down_is_what_nothing_works_without() {
        check(&[("settings", Status::Ok), ("lastpass", Status::Ok), ("database", Status::Off)], Status::Ok);
        check(&[("settings", Status::Ok), ("clock", Status::Degraded)], Status::Degraded);
        check(&[("settings", Status::Degraded), ("lastpass", Status::Ok)], Status::Degraded);
        check(&[("lastpass", Status::Ok), ("database", Status::Down)], Status::Degraded);
        check(&[("database", Status::Degraded), ("lastpass", Status::Down)], Status::Down);
        check(&[("settings", Status::Down), ("lastpass", Status::Off)], Status::Down);
    }
}

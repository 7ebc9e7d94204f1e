//! One part of what responses depend on, and the status of all parts together.

use std::borrow::Cow;

use serde::Serialize;

/// A part that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = HealthPartName))]
#[serde(rename_all = "lowercase")]
pub(crate) enum PartName {
    Settings,
    Lastpass,
    Clock,
    Events,
    Database,
    Record,
    Sync,
}

impl PartName {
    /// Whether no route works without it.
    fn is_vital(self) -> bool {
        match self {
            Self::Settings | Self::Lastpass => true,
            Self::Clock | Self::Events | Self::Database | Self::Record | Self::Sync => false,
        }
    }
}

/// The status of a part, or of all together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum HealthStatus {
    /// It works.
    Ok,
    /// It has a problem, and requests are still answered.
    Degraded,
    /// Requests that need it fail.
    Down,
    /// It is not configured, or its status is unknown at the moment.
    Off,
}

/// A part and its status.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct HealthPart {
    pub(crate) name: PartName,
    pub(crate) status: HealthStatus,
    /// What was found.
    pub(crate) detail: Cow<'static, str>,
    /// What to do about it; null if there is nothing to do.
    pub(crate) fix: Option<Cow<'static, str>>,
}

impl HealthPart {
    pub(crate) fn ok(name: PartName, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { name, status: HealthStatus::Ok, detail: detail.into(), fix: None }
    }

    pub(crate) fn off(name: PartName, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { name, status: HealthStatus::Off, detail: detail.into(), fix: None }
    }

    /// A part of any status with something to do about it.
    pub(crate) fn with_fix(
        name: PartName,
        status: HealthStatus,
        detail: impl Into<Cow<'static, str>>,
        fix: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { name, status, detail: detail.into(), fix: Some(fix.into()) }
    }
}

/// The status of all parts together: down if a vital part is, degraded if another is down or degraded.
pub(crate) fn overall(parts: &[HealthPart]) -> HealthStatus {
    let is_down = |part: &HealthPart| part.status == HealthStatus::Down && part.name.is_vital();
    if parts.iter().any(is_down) {
        HealthStatus::Down
    } else if parts.iter().any(|part| matches!(part.status, HealthStatus::Degraded | HealthStatus::Down)) {
        HealthStatus::Degraded
    } else {
        HealthStatus::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[(PartName, HealthStatus)], expected: HealthStatus) {
        let parts: Vec<_> =
            parts.iter().map(|(name, status)| HealthPart { status: *status, ..HealthPart::ok(*name, "") }).collect();
        assert_eq!(overall(&parts), expected, "{parts:?}");
    }

    #[test]
    fn a_vital_part_that_is_down_takes_the_whole_down() {
        use PartName::{Clock, Database, Lastpass, Settings};
        check(
            &[(Settings, HealthStatus::Ok), (Lastpass, HealthStatus::Ok), (Database, HealthStatus::Off)],
            HealthStatus::Ok,
        );
        check(&[(Settings, HealthStatus::Ok), (Clock, HealthStatus::Degraded)], HealthStatus::Degraded);
        check(&[(Settings, HealthStatus::Degraded), (Lastpass, HealthStatus::Ok)], HealthStatus::Degraded);
        check(&[(Lastpass, HealthStatus::Ok), (Database, HealthStatus::Down)], HealthStatus::Degraded);
        check(&[(Database, HealthStatus::Degraded), (Lastpass, HealthStatus::Down)], HealthStatus::Down);
        check(&[(Settings, HealthStatus::Down), (Lastpass, HealthStatus::Off)], HealthStatus::Down);
    }
}

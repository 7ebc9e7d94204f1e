//! Whether the settings can be read.

use crate::{
    settings::{SettingError, SettingErrors, TABLE},
    web::routes::health::part::{HealthPart, HealthStatus, PartName},
};

/// The status of the settings. Names them, and never their values.
pub(crate) fn part(errors: &SettingErrors) -> HealthPart {
    let status = match (errors.blocking.is_empty(), errors.others.is_empty()) {
        (false, _) => HealthStatus::Down,
        (true, false) => HealthStatus::Degraded,
        (true, true) => {
            return HealthPart::ok(PartName::Settings, "every required setting is set, and none is malformed");
        }
    };
    let detail: Vec<_> = errors.all().map(describe).collect();
    let fix: Vec<_> = errors.all().filter_map(how_to_set).collect();
    let fix = format!("{}. Variables are read when a function starts: deploy, or start it, again", fix.join(". "));
    HealthPart::with_fix(PartName::Settings, status, detail.join("; "), fix)
}

/// The variable and its error, without its purpose, which is part of the fix.
pub(crate) fn describe(error: &SettingError) -> String {
    if error.is_unset() { format!("{} is not set", error.variable) } else { error.to_string() }
}

fn how_to_set(error: &SettingError) -> Option<String> {
    let variable = TABLE.iter().find(|variable| variable.name == error.variable)?;
    Some(format!("{}: {}. {}", variable.name, variable.format, variable.purpose))
}

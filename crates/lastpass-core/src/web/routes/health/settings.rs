//! Whether the settings can be read.

use crate::{
    settings::{SettingError, SettingErrors, TABLE},
    web::routes::health::part::{Name, Part, Status},
};

/// How the settings are. Names them, and never their values.
pub(crate) fn part(faults: &SettingErrors) -> Part {
    let status = match (faults.blocking.is_empty(), faults.others.is_empty()) {
        (false, _) => Status::Down,
        (true, false) => Status::Degraded,
        (true, true) => {
            return Part::ok(Name::Settings, "every setting that is needed is there, and none is malformed");
        }
    };
    let detail: Vec<_> = faults.all().map(what_is_wrong).collect();
    let fix: Vec<_> = faults.all().filter_map(what_to_set).collect();
    let fix = format!("{}. Variables are read when a function starts: then deploy, or start, again", fix.join(". "));
    Part::ill(Name::Settings, status, detail.join("; "), fix)
}

/// The variable and what is wrong with it; what it is for stands in what to do.
pub(crate) fn what_is_wrong(fault: &SettingError) -> String {
    if fault.is_unset() { format!("{} is not set", fault.variable) } else { fault.to_string() }
}

fn what_to_set(fault: &SettingError) -> Option<String> {
    let variable = TABLE.iter().find(|variable| variable.name == fault.variable)?;
    Some(format!("{}: {}. {}", variable.name, variable.format, variable.purpose))
}

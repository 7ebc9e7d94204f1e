//! Whether the settings can be read.

use crate::settings::{Fault, Faults, TABLE};

use super::part::{Name, Part, Status};

/// How the settings are. Names them, and never their values.
pub(super) fn part(faults: &Faults) -> Part {
    let status = match (faults.closing.is_empty(), faults.others.is_empty()) {
        (false, _) => Status::Down,
        (true, false) => Status::Degraded,
        (true, true) => {
            return Part::ok(Name::Settings, "every setting that is needed is there, and none is malformed");
        }
    };
    let detail: Vec<_> = faults.all().map(Fault::to_string).collect();
    let fix: Vec<_> = faults.all().filter_map(what_to_set).collect();
    Part::ill(Name::Settings, status, detail.join("; "), format!("{}; then deploy again", fix.join("; ")))
}

fn what_to_set(fault: &Fault) -> Option<String> {
    let variable = TABLE.iter().find(|variable| variable.name == fault.variable)?;
    Some(format!("set {} to {} ({})", variable.name, variable.format, variable.purpose))
}

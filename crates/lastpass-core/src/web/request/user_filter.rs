//! The parameters that filter users.

use crate::{
    domain::normalize_name,
    report::{AccountStatus, MfaFilter, PeopleFilter, Risk, ScoreRange},
    web::request::parameters::Parameters,
};

/// The maximum of `inactiveDays`: a century, longer than LastPass has existed.
pub(crate) const MAX_INACTIVE_DAYS: u32 = 36_500;

/// Takes the parameters that filter users.
pub(crate) fn people_filter(parameters: &mut Parameters) -> PeopleFilter {
    PeopleFilter {
        status: parameters.choice("status", &AccountStatus::ALL.map(|status| (status.name(), status))),
        risk: parameters.choice("risk", &Risk::ALL.map(|risk| (risk.name(), risk))),
        range: parameters.choice("range", &ScoreRange::ALL.map(|range| (range.label, range))),
        department: parameters.text("department"),
        group: parameters.text("group"),
        mfa: parameters.text("mfa").map(|value| match normalize_name(&value).as_ref() {
            "none" => MfaFilter::None,
            "any" => MfaFilter::Any,
            _ => MfaFilter::Method(value),
        }),
        inactive_days: parameters.number("inactiveDays", 0..=MAX_INACTIVE_DAYS),
        q: parameters.text("q"),
    }
}

//! Users of the demo company whose off-boarding is a good example.

use std::collections::{HashMap, HashSet};

use lastpass_sim::Company;

/// Two users whose off-boarding is a good example. Neither is an admin; `None` if the company has no such user.
pub(crate) struct Leavers {
    /// Sees the passwords of the most folders, and is the only administrator of none.
    pub(crate) replaceable: Option<String>,
    /// The only active administrator of the most folders.
    pub(crate) only_administrator: Option<String>,
}

#[derive(Default)]
struct Folders {
    administered_alone: usize,
    with_visible_passwords: usize,
}

impl Leavers {
    pub(crate) fn of(company: &Company) -> Self {
        let active = company.users.iter().filter(|user| !user.disabled && !user.never_logged_in);
        let names: HashSet<&str> = active.clone().map(|user| user.username.as_str()).collect();
        let mut folders: HashMap<&str, Folders> = HashMap::new();
        for folder in company.folders.iter().filter(|folder| !folder.deleted) {
            let members = || folder.members.iter().filter(|member| names.contains(member.username.as_str()));
            let administrators = members().filter(|member| member.can_administer);
            let administrators: HashSet<&str> = administrators.map(|member| member.username.as_str()).collect();
            for member in members() {
                let name = member.username.as_str();
                let folders = folders.entry(name).or_default();
                folders.with_visible_passwords += usize::from(member.give);
                folders.administered_alone += usize::from(administrators.len() == 1 && administrators.contains(name));
            }
        }
        let candidates = active.filter(|user| !user.admin).map(|user| user.username.as_str());
        let candidates = candidates.filter_map(|name| Some((name, folders.get(name)?)));
        let (alone, replaceable): (Vec<_>, Vec<_>) =
            candidates.partition(|(_, folders)| folders.administered_alone > 0);
        let replaceable = replaceable.iter().max_by_key(|(_, folders)| folders.with_visible_passwords);
        let only_administrator = alone.iter().max_by_key(|(_, folders)| folders.administered_alone);
        Self {
            replaceable: replaceable.map(|(name, _)| (*name).to_owned()),
            only_administrator: only_administrator.map(|(name, _)| (*name).to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use lastpass_sim::{DEMO_SEED, DEMO_USERS};

    use super::*;

    #[test]
    fn the_demo_company_has_both_leavers_and_an_empty_one_has_none() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date");
        let leavers = Leavers::of(&Company::generate(DEMO_SEED, DEMO_USERS, date));
        assert!(leavers.replaceable.is_some() && leavers.only_administrator.is_some());
        assert_ne!(leavers.replaceable, leavers.only_administrator);
        let none = Leavers::of(&Company::empty());
        assert!(none.replaceable.is_none() && none.only_administrator.is_none());
    }
}

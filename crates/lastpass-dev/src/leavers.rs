//! Which users of the demo company show off-boarding best.

use lastpass_sim::{Company, Member, User};

/// Two users whose off-boarding is worth seeing; neither is an admin.
pub(crate) struct Leavers {
    /// Opens the most folders, and no folder depends on this user.
    pub(crate) replaceable: Option<String>,
    /// The only active administrator of the most folders.
    pub(crate) only_administrator: Option<String>,
}

impl Leavers {
    pub(crate) fn of(company: &Company) -> Self {
        let is_active = |user: &&User| !user.disabled && !user.never_logged_in;
        let active: Vec<&str> = company.users.iter().filter(is_active).map(|user| user.username.as_str()).collect();
        let folders = || company.folders.iter().filter(|folder| !folder.deleted);
        let opened =
            |name: &str| folders().filter(|folder| folder.members.iter().any(|member| member.username == name)).count();
        let administered_alone = |name: &str| {
            let is_alone = |members: &[Member]| {
                let administrators = members.iter().filter(|member| member.can_administer);
                let mut names = administrators.map(|member| member.username.as_str());
                names.clone().any(|other| other == name) && names.all(|other| other == name || !active.contains(&other))
            };
            folders().filter(|folder| is_alone(&folder.members)).count()
        };
        let candidates = || company.users.iter().filter(|user| !user.admin && is_active(user));
        let candidates = || candidates().map(|user| (user.username.as_str(), administered_alone(&user.username)));
        let replaceable = candidates().filter(|(_, alone)| *alone == 0).max_by_key(|(name, _)| opened(name));
        let only_administrator = candidates().filter(|(_, alone)| *alone > 0).max_by_key(|(_, alone)| *alone);
        Self {
            replaceable: replaceable.map(|(name, _)| name.to_owned()),
            only_administrator: only_administrator.map(|(name, _)| name.to_owned()),
        }
    }
}

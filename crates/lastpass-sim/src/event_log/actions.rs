//! The names of actions in both casings, and which of them are administrator actions.

/// Returns an action in title case, which LastPass used until about December 2022. A client's test log has both.
pub(crate) fn title_case(action: &str) -> String {
    match action {
        "Enterprise API secret regenerated" => return "Enterprise API Secret regenerated".to_owned(),
        "Removed from shared folder" => return "Removed From Shared Folder".to_owned(),
        _ => {}
    }
    let word = |word: &str| match word {
        "by" | "from" | "in" | "to" => word.to_owned(),
        _ => match word.split_at_checked(1) {
            Some((first, rest)) => first.to_ascii_uppercase() + rest,
            None => word.to_owned(),
        },
    };
    action.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The vendor's list of user activity, other recorded names of it, and users' actions on shared folders.
const USER_ACTIONS: &[&str] = &[
    "Account lockout",
    "Add secure note",
    "Add to shared folder",
    "Created LastPass account",
    "Created shared folder",
    "Data export",
    "Data import",
    "Data printed",
    "Delete shared folder",
    "Delete shared sites",
    "Deleted shared folder",
    "Deleted sites",
    "Destroy all sessions",
    "Disabled Google Authenticator",
    "Disabled Grid",
    "Disabled Microsoft Authenticator",
    "Disabled multifactor authentication",
    "Disabled Toopher",
    "Disabled YubiKey",
    "Edit secure note",
    "Failed login attempt",
    "Form filled",
    "History cleared",
    "Iterations changed",
    "Limit shared folder",
    "Log in",
    "Login",
    "Login verification email sent",
    "Master password changed",
    "Master password reuse",
    "Master password reverted",
    "Move from shared folder",
    "Move to shared folder",
    "Multifactor enabled",
    "Open secure note",
    "Password changed",
    "Password reuse",
    "Permanently deleted shared folder",
    "Personal share",
    "Removed from shared folder",
    "Renamed shared folder",
    "Restored shared folder",
    "SAML login",
    "Sharing key updated",
    "Site added",
    "Site changed",
    "Site deleted",
    "Update folder permissions",
    "Username changed",
];

/// Returns whether the `admin` filter of `reporting` includes the action: everything but user activity.
pub(crate) fn is_admin_action(action: &str) -> bool {
    !USER_ACTIONS.contains(&action)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn title_case_matches_the_recorded_log() {
        let log = include_str!("../../../../tests/samples/elastic/test-event-report.log");
        let actions: Vec<String> = log
            .lines()
            .map(|line| {
                let event: Value = serde_json::from_str(line).expect("the sample is JSON");
                event["Action"].as_str().expect("an action").to_owned()
            })
            .collect();
        let (older, newer) = actions.split_at(47);
        for (older, newer) in older.iter().zip(newer) {
            assert_eq!(&title_case(newer), older);
        }
    }
}

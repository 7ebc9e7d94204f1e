//! Figures that are `null` or empty because LastPass or the configuration does not provide them: the only table of such
//! members and reasons. What merely failed this time is a warning.

use serde::Serialize;

use crate::{
    domain::{People, ReportedFigures},
    report::{AccountStatus, Stats},
};

/// An entry of `meta.unavailable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Unavailable {
    /// The path of the member in the reply, without indices.
    field: &'static str,
    /// A fixed text without personal data.
    reason: &'static str,
}

const WEAK_PASSWORDS: &str = "the LastPass Enterprise API does not report weak passwords";
const REUSED_PASSWORDS: &str = "the LastPass Enterprise API does not report reused passwords";
const STRENGTHS: &str = "LastPass has no master-password strength of any user";
const VAULT_SCORES: &str = "LastPass has no security score of any user";
const SCORES: &str = "no user has a score";
const FOLDER_SCORE: &str = "LastPass has no score of this folder";
const SHARED_PASSWORDS: &str = "LASTPASS_API_DIALECT=guide names no command that returns the sites of shared folders";
const FOLDER_SITES: &str = "LastPass does not list the sites of this folder";
const NO_DATABASE: &str = "no database is configured";
const NO_RECORD: &str = "a setting of the audit record is missing or malformed";
const NO_SYNC: &str = "no sync has stored figures of the last 90 days by this SCORE_SOURCE yet";
const NO_TABLES: &str = "the database has no tables of sync yet: the first sync creates them";
const NOT_IN_SNAPSHOT: &str = "sync does not store weak and reused passwords";
const FEW_ENROLLED: &str = "fewer than 20 users are enrolled, so that a difference would reveal one of them";

/// A figure of a user that LastPass may report of no one.
struct UserFigure {
    is_reported: fn(ReportedFigures) -> bool,
    /// Its member in a list of users, and in one user's detail.
    in_list: &'static str,
    in_detail: &'static str,
    reason: &'static str,
}

const USER_FIGURES: [UserFigure; 4] = [
    UserFigure {
        is_reported: |reported| reported.master_password_strength,
        in_list: "users.securityScore",
        in_detail: "user.securityScore",
        reason: STRENGTHS,
    },
    UserFigure {
        is_reported: |reported| reported.weak_passwords,
        in_list: "users.weakPasswords",
        in_detail: "user.weakPasswords",
        reason: WEAK_PASSWORDS,
    },
    UserFigure {
        is_reported: |reported| reported.reused_passwords,
        in_list: "users.reusedPasswords",
        in_detail: "user.reusedPasswords",
        reason: REUSED_PASSWORDS,
    },
    UserFigure {
        is_reported: |reported| reported.vault_score,
        in_list: "users.vaultScore",
        in_detail: "user.vaultScore",
        reason: VAULT_SCORES,
    },
];

impl Unavailable {
    /// LastPass lists groups by their members.
    pub(crate) const GROUP_MEMBERS: Self =
        Self { field: "groups.members", reason: "LastPass does not list a group without members" };
    pub(crate) const TREND_WITHOUT_DATABASE: Self = Self { field: "trend", reason: NO_DATABASE };
    pub(crate) const TREND_WITHOUT_RECORD: Self = Self { field: "trend", reason: NO_RECORD };
    pub(crate) const TREND_WITHOUT_TABLES: Self = Self { field: "trend", reason: NO_TABLES };
    pub(crate) const TREND_WITHOUT_SYNC: Self = Self { field: "trend", reason: NO_SYNC };
    pub(crate) const TREND_OF_FEW: Self = Self { field: "trend", reason: FEW_ENROLLED };
    pub(crate) const MASTER_PASSWORD_EXPIRED: Self = Self {
        field: "user.masterPasswordExpired",
        reason: "LastPass lists the expired master passwords of active users only",
    };
    pub(crate) const HISTORY_WITHOUT_TABLES: Self = Self { field: "user.history", reason: NO_TABLES };
    pub(crate) const SHARED_PASSWORDS: Self = Self { field: "stats.sharedPasswords", reason: SHARED_PASSWORDS };
    pub(crate) const FOLDERS_SCORE: Self = Self { field: "folders.score", reason: FOLDER_SCORE };
    pub(crate) const FOLDERS_SITES: Self = Self { field: "folders.sites", reason: FOLDER_SITES };
    pub(crate) const FOLDER_SCORE: Self = Self { field: "folder.score", reason: FOLDER_SCORE };
    pub(crate) const FOLDER_SITES: Self = Self { field: "folder.sites", reason: FOLDER_SITES };
    pub(crate) const FOLDER_PEOPLE_SITES: Self = Self { field: "folder.people.sites", reason: FOLDER_SITES };

    /// The same for people of the last sync.
    pub(crate) fn in_snapshot(self) -> Self {
        let is_stored = self.reason != WEAK_PASSWORDS && self.reason != REUSED_PASSWORDS;
        if is_stored { self } else { Self { reason: NOT_IN_SNAPSHOT, ..self } }
    }

    /// The figures of all users. Whatever else of them is unknown has a warning.
    pub(crate) fn of_stats(stats: &Stats) -> impl Iterator<Item = Self> {
        let table = [
            (stats.users_with_weak_passwords.is_none(), "stats.usersWithWeakPasswords", WEAK_PASSWORDS),
            (stats.total_weak_passwords.is_none(), "stats.totalWeakPasswords", WEAK_PASSWORDS),
            (stats.total_reused_passwords.is_none(), "stats.totalReusedPasswords", REUSED_PASSWORDS),
            (stats.average_vault_score.is_none(), "stats.averageVaultScore", VAULT_SCORES),
            (stats.average_enrolled_score.is_none(), "stats.averageEnrolledScore", SCORES),
            (stats.overall_score.is_none(), "stats.overallScore", SCORES),
            (stats.strong_users_percent.is_none(), "stats.strongUsersPercent", SCORES),
        ];
        table.into_iter().filter(|(is_null, ..)| *is_null).map(|(_, field, reason)| Self { field, reason })
    }

    /// The figures that no row of a list of users has; none of a list without rows.
    pub(crate) fn of_users(people: &People, rows: usize) -> impl Iterator<Item = Self> {
        let unreported = unreported_figures(people).filter(move |_| rows > 0);
        unreported.map(|figure| Self { field: figure.in_list, reason: figure.reason })
    }

    /// The figures that LastPass reports of no user, in the detail of one.
    pub(crate) fn of_user(people: &People) -> impl Iterator<Item = Self> {
        unreported_figures(people).map(|figure| Self { field: figure.in_detail, reason: figure.reason })
    }

    /// The figures that are unknown of a user who has left, while LastPass lists others.
    pub(crate) fn of_leaver(leaver: &People, listed: &People) -> impl Iterator<Item = Self> {
        let reported = listed.reported();
        unreported_figures(leaver).filter_map(move |figure| {
            let unreported = Self { field: figure.in_detail, reason: figure.reason };
            if !(figure.is_reported)(reported) {
                return Some(unreported);
            }
            let unstored = unreported.in_snapshot();
            (unstored != unreported).then_some(unstored)
        })
    }

    /// The changes of one user that were noticed, without an audit record.
    pub(crate) fn user_history(has_database: bool) -> Self {
        Self { field: "user.history", reason: if has_database { NO_RECORD } else { NO_DATABASE } }
    }

    /// The recorded actions on one user, without an audit record.
    pub(crate) fn user_actions(has_database: bool) -> Self {
        Self { field: "user.actions", reason: if has_database { NO_RECORD } else { NO_DATABASE } }
    }

    /// Whether the master password of a user with this status has expired; `None` if LastPass's list shows it.
    pub(crate) fn master_password_expired(status: AccountStatus) -> Option<Self> {
        match status {
            AccountStatus::Disabled | AccountStatus::Invited => Some(Self::MASTER_PASSWORD_EXPIRED),
            AccountStatus::Active | AccountStatus::NeverLoggedIn => None,
        }
    }
}

fn unreported_figures(people: &People) -> impl Iterator<Item = &'static UserFigure> {
    let reported = people.reported();
    USER_FIGURES.iter().filter(move |figure| !(figure.is_reported)(reported))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::DateTime;

    use super::*;
    use crate::{
        domain::{DepartmentGroups, PeopleBuilder, PersonEntry, Score, ScoreSource, SharedFolderTotals},
        report::{Departments, ReportContext, security_report},
    };

    fn people(entry: &PersonEntry<'_>) -> People {
        let mut builder = PeopleBuilder::default();
        builder.add(&PersonEntry { id: Some("1"), email: "ann@example.com", ..entry.clone() }, []);
        builder.finish(DateTime::UNIX_EPOCH)
    }

    fn fields(entries: impl Iterator<Item = Unavailable>) -> Vec<&'static str> {
        entries.map(|entry| entry.field).collect()
    }

    #[test]
    fn figures_that_are_null_have_an_entry_and_others_have_none() {
        let all = PersonEntry {
            master_password_strength: Score::new(60.0),
            vault_score: Score::new(60.0),
            weak_passwords: Some(0),
            reused_passwords: Some(0),
            ..PersonEntry::default()
        };
        let usual = PersonEntry { weak_passwords: None, reused_passwords: None, ..all.clone() };
        let check = |entry: &PersonEntry<'_>, of_stats: &[&str], of_users: &[&str]| {
            let people = people(entry);
            let departments = Departments::new(&people, &DepartmentGroups::default());
            let context = ReportContext { score_source: ScoreSource::default(), departments: &departments };
            let stats = security_report(&people, SharedFolderTotals::default(), &context).stats;
            assert_eq!(fields(Unavailable::of_stats(&stats)), of_stats);
            assert_eq!(fields(Unavailable::of_users(&people, 1)), of_users);
            assert_eq!(fields(Unavailable::of_users(&people, 0)), Vec::<&str>::new());
            let of_user: Vec<_> = of_users.iter().map(|field| field.replacen("users", "user", 1)).collect();
            assert_eq!(fields(Unavailable::of_user(&people)), of_user);
        };
        check(&all, &[], &[]);
        let weak = ["stats.usersWithWeakPasswords", "stats.totalWeakPasswords", "stats.totalReusedPasswords"];
        check(&usual, &weak, &["users.weakPasswords", "users.reusedPasswords"]);
        let scores =
            ["stats.averageVaultScore", "stats.averageEnrolledScore", "stats.overallScore", "stats.strongUsersPercent"];
        check(
            &PersonEntry { never_logged_in: true, ..usual },
            &[&weak[..], &scores].concat(),
            &["users.securityScore", "users.weakPasswords", "users.reusedPasswords", "users.vaultScore"],
        );
    }

    #[test]
    fn figures_of_a_leaver_are_those_that_sync_stored() {
        let stored = PersonEntry { vault_score: Score::new(60.0), ..PersonEntry::default() };
        let all = PersonEntry {
            master_password_strength: Score::new(60.0),
            weak_passwords: Some(0),
            reused_passwords: Some(0),
            ..stored.clone()
        };
        let check = |leaver, listed, expected: &[(&str, &str)]| {
            let (of_leaver, of_listed) = (people(leaver), people(listed));
            let entries = Unavailable::of_leaver(&of_leaver, &of_listed);
            assert_eq!(entries.map(|entry| (entry.field, entry.reason)).collect::<Vec<_>>(), expected, "{listed:?}");
        };
        let of_passwords = |weak, reused| [("user.weakPasswords", weak), ("user.reusedPasswords", reused)];
        check(&stored, &all, &of_passwords(NOT_IN_SNAPSHOT, NOT_IN_SNAPSHOT));
        let none = PersonEntry::default();
        let unreported = of_passwords(WEAK_PASSWORDS, REUSED_PASSWORDS);
        check(&stored, &none, &[&[("user.securityScore", STRENGTHS)][..], &unreported].concat());
        check(&all, &none, &[]);
    }

    #[test]
    fn no_member_is_listed_twice() {
        let rows = USER_FIGURES.iter().flat_map(|figure| [figure.in_list, figure.in_detail]);
        let distinct: HashSet<_> = rows.clone().collect();
        assert_eq!(distinct.len(), rows.count());
    }
}

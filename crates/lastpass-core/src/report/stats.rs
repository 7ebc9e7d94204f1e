//! Figures of all people. Knows one person at a time; no departments and no lists.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::{Person, Score, SharedFolderTotals},
    report::{
        AccountStatus, SCORE_THRESHOLD,
        risk::{is_below_threshold, is_strong},
        score_sum::{ScoreSum, percent},
    },
};

/// For how many times 24 hours after a login an entry counts in [`Stats::active_last_30_days`].
pub const ACTIVE_DAYS: u32 = 30;

/// After how many times 24 hours without a login a score is stale: the client computes it in the vault and sends it at
/// login.
pub const STALE_SCORE_DAYS: u32 = 90;

/// Figures of all people.
///
/// An entry is an account that LastPass lists as a user. All figures except `invited_users` count entries only. The score
/// is that of [`ReportContext::score_source`](crate::report::ReportContext), which an entry that never logged in does not
/// have. A figure is `None` if it is unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    /// All entries.
    pub total_users: u64,
    /// Entries neither disabled nor never logged in.
    pub active_users: u64,
    /// Entries with a weak password; `None` if the dialect does not report weak passwords.
    pub users_with_weak_passwords: Option<u64>,
    /// The mean score of all entries, rounded half up, 0 to 100; a missing score counts as 0.
    pub average_security_score: u64,
    /// Weak passwords in the vaults that report them; `None` if none does.
    pub total_weak_passwords: Option<u64>,
    /// Reused passwords in the vaults that report them; `None` if none does.
    pub total_reused_passwords: Option<u64>,
    /// Entries that are not disabled and whose last login is at most [`ACTIVE_DAYS`] ago.
    pub active_last_30_days: u64,
    /// Entries with a score below `score_threshold`, including disabled ones.
    pub users_below_threshold: u64,
    /// [`SCORE_THRESHOLD`].
    pub score_threshold: u8,
    /// Shared folders that are not deleted.
    pub shared_folders: Option<u64>,
    /// Distinct pairs of shared folder and site.
    pub shared_passwords: Option<u64>,
    /// Entries of [`AccountStatus::Disabled`].
    pub disabled_users: u64,
    /// Entries that never logged in, including disabled and invited ones. With `enrolled_users` these are all entries.
    pub never_logged_in: u64,
    /// People of [`AccountStatus::Invited`], with or without an entry.
    pub invited_users: u64,
    /// Entries that administer the organization, including disabled ones.
    pub admins: u64,
    /// Entries without a multifactor authentication method.
    pub users_without_mfa: u64,
    /// The mean of the known vault scores, to one decimal.
    pub average_vault_score: Option<f64>,
    /// Entries with a score.
    pub scored_users: u64,
    /// Entries that have logged in.
    pub enrolled_users: u64,
    /// The mean of the known scores, which are those of entries that have logged in, including zeros, to one decimal.
    pub average_enrolled_score: Option<f64>,
    /// Entries that have logged in, but not within [`STALE_SCORE_DAYS`].
    pub users_with_stale_score: u64,
    /// The mean of the known scores like `average_enrolled_score`, rounded half up once: 0 to 100.
    pub overall_score: Option<u64>,
    /// Entries with a score above [`LOW_RISK_ABOVE`](crate::report::LOW_RISK_ABOVE), including disabled ones.
    pub strong_users: u64,
    /// How many percent of `scored_users` are `strong_users`, to one decimal.
    pub strong_users_percent: Option<f64>,
}

/// Counts the figures.
#[derive(Debug)]
pub(crate) struct StatsCounter {
    active_since: DateTime<Utc>,
    stale_before: DateTime<Utc>,
    stats: Stats,
    weak: OptionalCounts,
    reused: OptionalCounts,
    scores: ScoreSum,
    vault_scores: ScoreSum,
}

impl StatsCounter {
    pub(crate) fn new(as_of: DateTime<Utc>) -> Self {
        Self {
            active_since: as_of - TimeDelta::days(ACTIVE_DAYS.into()),
            stale_before: as_of - TimeDelta::days(STALE_SCORE_DAYS.into()),
            stats: Stats {
                total_users: 0,
                active_users: 0,
                users_with_weak_passwords: None,
                average_security_score: 0,
                total_weak_passwords: None,
                total_reused_passwords: None,
                active_last_30_days: 0,
                users_below_threshold: 0,
                score_threshold: SCORE_THRESHOLD,
                shared_folders: None,
                shared_passwords: None,
                disabled_users: 0,
                never_logged_in: 0,
                invited_users: 0,
                admins: 0,
                users_without_mfa: 0,
                average_vault_score: None,
                scored_users: 0,
                enrolled_users: 0,
                average_enrolled_score: None,
                users_with_stale_score: 0,
                overall_score: None,
                strong_users: 0,
                strong_users_percent: None,
            },
            weak: OptionalCounts::default(),
            reused: OptionalCounts::default(),
            scores: ScoreSum::default(),
            vault_scores: ScoreSum::default(),
        }
    }

    pub(crate) fn add(&mut self, person: Person<'_>, score: Option<Score>) {
        let stats = &mut self.stats;
        let status = AccountStatus::of(person);
        stats.invited_users += u64::from(status == AccountStatus::Invited);
        if !person.is_entry() {
            return;
        }
        let disabled = person.is_disabled();
        let enrolled = !person.never_logged_in();
        let last_login = person.last_login();
        stats.total_users += 1;
        stats.active_users += u64::from(!disabled && enrolled);
        stats.active_last_30_days += u64::from(!disabled && last_login.is_some_and(|time| time >= self.active_since));
        stats.disabled_users += u64::from(disabled);
        stats.never_logged_in += u64::from(!enrolled);
        stats.admins += u64::from(person.is_admin());
        stats.users_without_mfa += u64::from(person.mfa().is_none());
        stats.users_below_threshold += u64::from(score.is_some_and(is_below_threshold));
        stats.enrolled_users += u64::from(enrolled);
        stats.users_with_stale_score += u64::from(enrolled && last_login.is_some_and(|time| time < self.stale_before));
        self.weak.add(person.weak_passwords());
        self.reused.add(person.reused_passwords());
        stats.strong_users += u64::from(score.is_some_and(is_strong));
        if let Some(score) = score {
            self.scores.add(score);
        }
        if let Some(score) = person.vault_score() {
            self.vault_scores.add(score);
        }
    }

    pub(crate) fn finish(self, folders: SharedFolderTotals) -> Stats {
        let entries = self.stats.total_users;
        Stats {
            users_with_weak_passwords: self.weak.known(entries, self.weak.users),
            average_security_score: self.scores.rounded_mean_over(entries),
            total_weak_passwords: self.weak.known(entries, self.weak.total),
            total_reused_passwords: self.reused.known(entries, self.reused.total),
            shared_folders: folders.folders,
            shared_passwords: folders.passwords,
            average_vault_score: self.vault_scores.mean(),
            scored_users: self.scores.count(),
            average_enrolled_score: self.scores.mean(),
            overall_score: self.scores.rounded_mean(),
            strong_users_percent: percent(self.stats.strong_users, self.scores.count()),
            ..self.stats
        }
    }
}

/// Counts of passwords, which LastPass may or may not report.
#[derive(Debug, Default)]
struct OptionalCounts {
    known: bool,
    users: u64,
    total: u64,
}

impl OptionalCounts {
    fn add(&mut self, count: Option<u32>) {
        if let Some(count) = count {
            self.known = true;
            self.users += u64::from(count > 0);
            self.total += u64::from(count);
        }
    }

    /// `figure`, or `None` if no entry reports a count. Without entries, the figure is known to be 0.
    fn known(&self, entries: u64, figure: u64) -> Option<u64> {
        (self.known || entries == 0).then_some(figure)
    }
}

#[cfg(test)]
mod tests {
    use super::Stats;
    use crate::{
        domain::{DepartmentGroups, PersonEntry, ScoreSource, SharedFolderTotals},
        report::{
            Departments, ReportContext, security_report,
            test_people::{TestPeople, ago, score},
        },
    };

    const DAY: i64 = 24;

    fn stats_of(entries: &[PersonEntry<'_>]) -> Stats {
        entries.iter().fold(TestPeople::default(), |example, entry| example.numbered(entry.clone(), &[])).report().stats
    }

    #[test]
    fn an_empty_organization_has_zeros() {
        let stats = stats_of(&[]);
        assert_eq!((stats.total_users, stats.average_security_score, stats.scored_users), (0, 0, 0));
        assert_eq!(stats.users_with_weak_passwords, Some(0));
        assert_eq!((stats.total_weak_passwords, stats.total_reused_passwords), (Some(0), Some(0)));
        assert_eq!((stats.average_vault_score, stats.average_enrolled_score), (None, None));
        assert_eq!((stats.overall_score, stats.strong_users, stats.strong_users_percent), (None, 0, None));
    }

    #[test]
    fn people_are_counted_by_status_and_an_invitation_alone_is_not_an_entry() {
        let stats = TestPeople::default()
            .entry(TestPeople::ann(), &[])
            .numbered(
                PersonEntry { disabled: true, admin: true, mfa: Some("googleauth"), ..PersonEntry::default() },
                &[],
            )
            .numbered(PersonEntry { never_logged_in: true, ..PersonEntry::default() }, &[])
            .numbered(PersonEntry { disabled: true, never_logged_in: true, ..PersonEntry::default() }, &[])
            .entry(
                PersonEntry {
                    id: Some("9"),
                    never_logged_in: true,
                    email: "soon@example.com",
                    ..PersonEntry::default()
                },
                &[],
            )
            .invited("soon@example.com")
            .invited("new@example.com")
            .report()
            .stats;
        assert_eq!((stats.total_users, stats.active_users, stats.disabled_users), (5, 1, 2));
        assert_eq!((stats.never_logged_in, stats.invited_users), (3, 2));
        assert_eq!((stats.admins, stats.users_without_mfa, stats.enrolled_users), (1, 4, 2));
    }

    #[test]
    fn a_disabled_person_with_an_invitation_does_not_count_as_invited() {
        let example = TestPeople::default().entry(PersonEntry { disabled: true, ..TestPeople::ann() }, &[]);
        assert_eq!(example.invited(TestPeople::ann().email).report().stats.invited_users, 0);
    }

    #[test]
    fn a_login_counts_for_thirty_days_to_the_second() {
        let check = |last_login, disabled, expected| {
            let stats = stats_of(&[PersonEntry { last_login, disabled, ..PersonEntry::default() }]);
            assert_eq!(stats.active_last_30_days, expected, "{last_login:?}");
        };
        check(ago(0, 0), false, 1);
        check(ago(30 * DAY, 0), false, 1);
        check(ago(30 * DAY, 1), false, 0);
        check(ago(-1, 0), false, 1);
        check(ago(0, 0), true, 0);
        check(None, false, 0);
    }

    #[test]
    fn a_score_is_stale_after_ninety_days_to_the_second() {
        let check = |last_login, never_logged_in, expected| {
            let stats = stats_of(&[PersonEntry { last_login, never_logged_in, ..PersonEntry::default() }]);
            assert_eq!(stats.users_with_stale_score, expected, "{last_login:?}");
        };
        check(ago(90 * DAY, 0), false, 0);
        check(ago(90 * DAY, 1), false, 1);
        check(ago(90 * DAY, 1), true, 0);
        check(None, false, 0);
    }

    #[test]
    fn counts_that_no_entry_reports_are_unknown() {
        let counts = |weak_passwords, reused_passwords| PersonEntry {
            weak_passwords,
            reused_passwords,
            ..PersonEntry::default()
        };
        let check = |entries: &[PersonEntry<'_>], expected| {
            let stats = stats_of(entries);
            let figures = (stats.users_with_weak_passwords, stats.total_weak_passwords, stats.total_reused_passwords);
            assert_eq!(figures, expected);
        };
        check(&[counts(None, None)], (None, None, None));
        check(&[counts(Some(0), None)], (Some(0), Some(0), None));
        check(&[counts(Some(3), Some(1)), counts(None, None), counts(Some(4), Some(0))], (Some(2), Some(7), Some(1)));
    }

    #[test]
    fn the_average_counts_a_missing_score_as_0_and_the_enrolled_average_ignores_it() {
        let figures = |master_password: Option<f64>, vault: Option<f64>| PersonEntry {
            master_password_strength: master_password.map(score),
            vault_score: vault.map(score),
            ..PersonEntry::default()
        };
        let stats = stats_of(&[
            figures(Some(90.5), Some(83.2)),
            figures(Some(0.0), None),
            figures(None, Some(20.1)),
            PersonEntry { never_logged_in: true, ..figures(Some(0.0), Some(0.0)) },
        ]);
        assert_eq!((stats.average_security_score, stats.scored_users, stats.users_below_threshold), (23, 2, 1));
        assert_eq!((stats.average_enrolled_score, stats.average_vault_score), (Some(45.3), Some(51.7)));
        assert_eq!(stats.overall_score, Some(45));
    }

    #[test]
    fn strong_users_have_an_unrounded_score_above_75() {
        let with = |figure| PersonEntry { master_password_strength: Some(score(figure)), ..PersonEntry::default() };
        let stats = stats_of(&[
            with(75.0),
            with(75.1),
            PersonEntry { disabled: true, ..with(100.0) },
            PersonEntry { never_logged_in: true, ..with(100.0) },
            PersonEntry::default(),
        ]);
        assert_eq!((stats.strong_users, stats.strong_users_percent), (2, Some(66.7)));
    }

    #[test]
    fn the_setting_decides_which_score_is_averaged() {
        let entry = PersonEntry {
            master_password_strength: Some(score(10.0)),
            vault_score: Some(score(60.0)),
            ..PersonEntry::default()
        };
        for (source, average, below) in [(ScoreSource::MasterPassword, 10, 1), (ScoreSource::Vault, 60, 0)] {
            let stats = TestPeople::default().numbered(entry.clone(), &[]).report_by(source).stats;
            assert_eq!((stats.average_security_score, stats.users_below_threshold), (average, below));
            assert_eq!(stats.average_vault_score, Some(60.0));
        }
    }

    #[test]
    fn known_scores_below_the_threshold_count_including_those_of_disabled_people() {
        let with = |figure| PersonEntry { master_password_strength: Some(score(figure)), ..PersonEntry::default() };
        let disabled = PersonEntry { disabled: true, ..with(10.0) };
        assert_eq!(stats_of(&[with(49.9), with(50.0), disabled, PersonEntry::default()]).users_below_threshold, 2);
    }

    #[test]
    fn figures_of_folders_that_could_not_be_read_are_unknown() {
        let people = TestPeople::default().finish();
        let departments = Departments::new(&people, &DepartmentGroups::default());
        let context = ReportContext { score_source: ScoreSource::default(), departments: &departments };
        for (folders, passwords) in [(None, None), (Some(3), None), (None, Some(8)), (Some(3), Some(8))] {
            let stats = security_report(&people, SharedFolderTotals { folders, passwords }, &context).stats;
            assert_eq!((stats.shared_folders, stats.shared_passwords), (folders, passwords));
        }
    }
}

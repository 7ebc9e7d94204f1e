//! What changed about a user between two readings. Pure.

use std::{borrow::Cow, collections::BTreeSet};

use crate::{
    domain::{Score, ScoreSource, UserChangeKind, normalize_name},
    report::Risk,
    store::StoredUser,
};

/// A score that moves by this much is noted, even if the risk stays the same.
const NOTABLE_DIFFERENCE: f64 = 10.0;
/// What a difference of two decimal fractions may lack to be the whole number that it should be.
const ROUNDING: f64 = 1e-9;

/// A change to note in the history of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotedChange {
    pub(crate) kind: UserChangeKind,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

impl NotedChange {
    pub(crate) fn of(kind: UserChangeKind) -> Self {
        Self { kind, from: None, to: None }
    }
}

/// The changes between the stored row of a user, if there is one, and the same user as now listed.
pub(crate) fn changes_between(
    before: Option<&StoredUser>,
    now: &StoredUser,
    score_source: ScoreSource,
) -> Vec<NotedChange> {
    let begun = if now.is_account() { UserChangeKind::Joined } else { UserChangeKind::Invited };
    let Some(before) = before.filter(|before| before.left_at.is_none()) else {
        return vec![NotedChange::of(begun)];
    };
    match (before.is_account(), now.is_account()) {
        (false, true) => vec![NotedChange::of(UserChangeKind::Joined)],
        (true | false, false) => Vec::new(),
        (true, true) => changes_of_account(before, now, score_source),
    }
}

fn changes_of_account(before: &StoredUser, now: &StoredUser, score_source: ScoreSource) -> Vec<NotedChange> {
    let mut changes = Vec::new();
    let mut add_if = |is_noted: bool, kind| changes.extend(is_noted.then(|| NotedChange::of(kind)));
    add_if(before.never_logged_in && !now.never_logged_in, UserChangeKind::FirstLogin);
    add_if(!before.is_disabled() && now.is_disabled(), UserChangeKind::Disabled);
    add_if(before.is_disabled() && !now.is_disabled(), UserChangeKind::Restored);
    add_if(!before.is_admin && now.is_admin, UserChangeKind::AdminGiven);
    add_if(before.is_admin && !now.is_admin, UserChangeKind::AdminRevoked);
    changes.extend(mfa_change(before, now));
    changes.extend(score_change(before.score(score_source), now.score(score_source)));
    let joined = groups_without(&now.groups, &before.groups)
        .map(|group| NotedChange { to: Some(group.clone()), ..NotedChange::of(UserChangeKind::GroupJoined) });
    let left = groups_without(&before.groups, &now.groups)
        .map(|group| NotedChange { from: Some(group.clone()), ..NotedChange::of(UserChangeKind::GroupLeft) });
    changes.extend(joined.chain(left));
    changes
}

fn mfa_change(before: &StoredUser, now: &StoredUser) -> Option<NotedChange> {
    let (from, to) = (before.mfa.clone(), now.mfa.clone());
    let kind = if to.is_some() { UserChangeKind::MfaEnabled } else { UserChangeKind::MfaDisabled };
    (methods(&before.mfa) != methods(&now.mfa)).then_some(NotedChange { kind, from, to })
}

/// The methods, however they are spelled, in whichever order LastPass lists them.
fn methods(mfa: &Option<String>) -> BTreeSet<Cow<'_, str>> {
    mfa.iter().flat_map(|methods| methods.split(',')).map(normalize_name).collect()
}

fn score_change(from: Option<Score>, to: Option<Score>) -> Option<NotedChange> {
    let (from, to) = from.zip(to)?;
    let moved = (from.value() - to.value()).abs() + ROUNDING >= NOTABLE_DIFFERENCE;
    (moved || Risk::of(from) != Risk::of(to)).then(|| NotedChange {
        kind: UserChangeKind::ScoreChanged,
        from: Some(from.value().to_string()),
        to: Some(to.value().to_string()),
    })
}

/// The groups that are not among the others, however these are spelled.
fn groups_without<'a>(groups: &'a [String], others: &'a [String]) -> impl Iterator<Item = &'a String> {
    let is_among = |group: &str| others.iter().any(|other| normalize_name(other) == normalize_name(group));
    groups.iter().filter(move |group| !is_among(group))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn account() -> StoredUser {
        StoredUser { id: Some("7".to_owned()), status: "active".to_owned(), ..invitation() }
    }

    fn invitation() -> StoredUser {
        StoredUser { status: "invited".to_owned(), ..StoredUser::default() }
    }

    fn check(before: Option<&StoredUser>, now: &StoredUser, expected: &[(UserChangeKind, Option<&str>, Option<&str>)]) {
        let changes = changes_between(before, now, ScoreSource::MasterPassword);
        let changes: Vec<_> =
            changes.iter().map(|change| (change.kind, change.from.as_deref(), change.to.as_deref())).collect();
        assert_eq!(changes, expected, "{before:?} to {now:?}");
    }

    #[test]
    fn a_new_account_an_invitation_and_one_that_becomes_an_account_are_noted() {
        check(None, &account(), &[(UserChangeKind::Joined, None, None)]);
        check(None, &invitation(), &[(UserChangeKind::Invited, None, None)]);
        check(Some(&invitation()), &account(), &[(UserChangeKind::Joined, None, None)]);
        check(Some(&invitation()), &invitation(), &[]);
        // An account without an id.
        let without_id = StoredUser { id: None, ..account() };
        check(None, &without_id, &[(UserChangeKind::Joined, None, None)]);
        check(Some(&without_id), &account(), &[]);
    }

    #[test]
    fn a_user_who_returns_has_joined_again_whatever_else_changed() {
        let gone = StoredUser { left_at: Some(DateTime::UNIX_EPOCH), is_admin: true, ..account() };
        check(Some(&gone), &account(), &[(UserChangeKind::Joined, None, None)]);
        let taken_back = StoredUser { left_at: Some(DateTime::UNIX_EPOCH), ..invitation() };
        check(Some(&taken_back), &invitation(), &[(UserChangeKind::Invited, None, None)]);
    }

    #[test]
    fn the_status_admins_and_the_first_login_are_noted() {
        let disabled = StoredUser { status: "disabled".to_owned(), ..account() };
        check(Some(&account()), &disabled, &[(UserChangeKind::Disabled, None, None)]);
        check(Some(&disabled), &account(), &[(UserChangeKind::Restored, None, None)]);
        let admin = StoredUser { is_admin: true, ..account() };
        check(Some(&account()), &admin, &[(UserChangeKind::AdminGiven, None, None)]);
        check(Some(&admin), &account(), &[(UserChangeKind::AdminRevoked, None, None)]);
        let new = StoredUser { status: "neverLoggedIn".to_owned(), never_logged_in: true, ..account() };
        check(Some(&new), &account(), &[(UserChangeKind::FirstLogin, None, None)]);
        // The address and the name are no changes of the history.
        check(Some(&account()), &StoredUser { email: "b@example.com".to_owned(), ..account() }, &[]);
    }

    #[test]
    fn an_mfa_method_is_noted_with_what_it_was_and_is() {
        let with = |method: &str| StoredUser { mfa: Some(method.to_owned()), ..account() };
        check(Some(&account()), &with("duo"), &[(UserChangeKind::MfaEnabled, None, Some("duo"))]);
        check(Some(&with("duo")), &with("yubikey"), &[(UserChangeKind::MfaEnabled, Some("duo"), Some("yubikey"))]);
        check(Some(&with("duo")), &account(), &[(UserChangeKind::MfaDisabled, Some("duo"), None)]);
        check(Some(&with("duo")), &with("duo"), &[]);
        check(Some(&with("Duo, totp")), &with("totp, duo"), &[]);
    }

    #[test]
    fn each_group_is_noted_however_it_is_spelled() {
        let with =
            |groups: &[&str]| StoredUser { groups: groups.iter().map(|g| (*g).to_owned()).collect(), ..account() };
        check(
            Some(&with(&["VPN", "Sales"])),
            &with(&["sales", "HR", "Legal"]),
            &[
                (UserChangeKind::GroupJoined, None, Some("HR")),
                (UserChangeKind::GroupJoined, None, Some("Legal")),
                (UserChangeKind::GroupLeft, Some("VPN"), None),
            ],
        );
    }

    #[test]
    fn a_score_is_noted_when_the_risk_changes_or_it_moves_by_ten() {
        let with = |score: Option<f64>| StoredUser { security_score: score, ..account() };
        let scored = |from: f64, to: f64, expected: &[(UserChangeKind, Option<&str>, Option<&str>)]| {
            check(Some(&with(Some(from))), &with(Some(to)), expected);
        };
        scored(60.0, 69.9, &[]);
        scored(60.0, 70.0, &[(UserChangeKind::ScoreChanged, Some("60"), Some("70"))]);
        scored(59.9, 69.9, &[(UserChangeKind::ScoreChanged, Some("59.9"), Some("69.9"))]);
        scored(40.0, 30.0, &[(UserChangeKind::ScoreChanged, Some("40"), Some("30"))]);
        scored(49.9, 50.0, &[(UserChangeKind::ScoreChanged, Some("49.9"), Some("50"))]);
        scored(75.0, 75.1, &[(UserChangeKind::ScoreChanged, Some("75"), Some("75.1"))]);
        scored(50.0, 50.0, &[]);
        check(Some(&with(None)), &with(Some(10.0)), &[]);
        check(Some(&with(Some(90.0))), &with(None), &[]);
    }

    #[test]
    fn the_score_of_the_setting_is_compared_with_itself() {
        let before = StoredUser { security_score: Some(90.0), vault_score: Some(40.0), ..account() };
        let now = StoredUser { security_score: Some(90.0), vault_score: Some(41.0), ..account() };
        for source in [ScoreSource::MasterPassword, ScoreSource::Vault] {
            assert_eq!(changes_between(Some(&before), &now, source), [], "{source:?}");
        }
        let moved = StoredUser { vault_score: Some(60.0), ..before.clone() };
        assert_eq!(changes_between(Some(&before), &moved, ScoreSource::MasterPassword), []);
        assert_eq!(changes_between(Some(&before), &moved, ScoreSource::Vault).len(), 1);
    }
}

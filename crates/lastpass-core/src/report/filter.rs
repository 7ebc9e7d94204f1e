//! Filters people. Knows people and the report context; no order and no pages.

use std::borrow::Cow;

use chrono::TimeDelta;

use crate::{
    domain::{People, Person, SearchText, normalize_name, push_normalized},
    report::{AccountStatus, ReportContext, Risk, ScoreRange},
};

/// Conditions that every person of a list meets. An empty filter matches everyone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleFilter {
    /// The status of the account.
    pub status: Option<AccountStatus>,
    /// The risk; a person without a score has none.
    pub risk: Option<Risk>,
    /// The range of the score; a person without a score is in none.
    pub range: Option<ScoreRange>,
    /// The name of the department, ignoring letter case.
    pub department: Option<String>,
    /// The name of a group, ignoring letter case.
    pub group: Option<String>,
    /// The multifactor authentication.
    pub mfa: Option<MfaFilter>,
    /// The last login is known and at least this many times 24 hours before LastPass's reply.
    pub inactive_days: Option<u32>,
    /// A substring of the e-mail address or the name, ignoring letter case. In it and in names, a blank may be a `+`.
    pub q: Option<String>,
}

/// A condition on multifactor authentication. It matches entries only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MfaFilter {
    /// No method.
    None,
    /// Any method.
    Any,
    /// This method, ignoring letter case.
    Method(String),
}

impl PeopleFilter {
    /// The indices of the matching people, in the given order. Indices are those of [`People::iter`].
    pub fn select<'p>(&self, indices: &'p [u32], people: &People, context: &ReportContext<'_>) -> Cow<'p, [u32]> {
        if *self == Self::default() {
            return Cow::Borrowed(indices);
        }
        let mut matching = MatchingPeople { indices: indices.to_vec(), people };
        if let Some(status) = self.status {
            matching.retain(|person| AccountStatus::of(person) == status);
        }
        if let Some(risk) = self.risk {
            matching.retain(|person| context.risk(person) == Some(risk));
        }
        if let Some(range) = self.range {
            matching.retain(|person| context.score(person).map(ScoreRange::of) == Some(range));
        }
        if let Some(department) = &self.department {
            let department = SearchText::new(department);
            match department.readings().find_map(|name| context.departments.members(name)) {
                Some(is_member) => matching.retain(is_member),
                None => matching.clear(),
            }
        }
        if let Some(group) = &self.group {
            let group = SearchText::new(group);
            let id = |name: &str| people.group_names().iter().zip(0..).find(|(known, _)| normalize_name(known) == name);
            match group.readings().find_map(id) {
                Some((_, id)) => matching.retain(|person| person.group_ids().contains(&id)),
                None => matching.clear(),
            }
        }
        match &self.mfa {
            None => {}
            Some(MfaFilter::None) => matching.retain(|person| person.is_entry() && person.mfa().is_none()),
            Some(MfaFilter::Any) => matching.retain(|person| person.mfa().is_some()),
            Some(MfaFilter::Method(method)) => {
                let method = normalize_name(method);
                matching.retain(|person| person.mfa().is_some_and(|own| normalize_name(own) == method));
            }
        }
        if let Some(days) = self.inactive_days {
            match people.as_of().checked_sub_signed(TimeDelta::days(days.into())) {
                Some(until) => matching.retain(|person| person.last_login().is_some_and(|login| login <= until)),
                None => matching.clear(),
            }
        }
        if let Some(part) = &self.q {
            let part = SearchText::new(part);
            let mut normalized = String::new();
            matching.retain(|person| {
                let mut has_part = |text| {
                    normalized.clear();
                    push_normalized(&mut normalized, text);
                    part.is_part_of(&normalized)
                };
                has_part(person.email()) || person.name().is_some_and(has_part)
            });
        }
        Cow::Owned(matching.indices)
    }
}

/// The people that still match.
struct MatchingPeople<'a> {
    indices: Vec<u32>,
    people: &'a People,
}

impl<'a> MatchingPeople<'a> {
    fn retain(&mut self, mut matches: impl FnMut(Person<'a>) -> bool) {
        self.indices.retain(|index| matches(self.people.get(*index as usize)));
    }

    fn clear(&mut self) {
        self.indices.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{MfaFilter, PeopleFilter};
    use crate::{
        domain::{DepartmentGroups, People, PersonEntry, ScoreSource},
        report::{
            AccountStatus, Departments, ReportContext, Risk, ScoreRange,
            test_people::{TestPeople, ago, score},
        },
    };

    const DAY: i64 = 24;

    fn organization() -> People {
        let entry = |id, email, name| PersonEntry { id: Some(id), email, name: Some(name), ..PersonEntry::default() };
        let strength = |figure| Some(score(figure));
        TestPeople::default()
            .entry(
                PersonEntry {
                    master_password_strength: strength(90.0),
                    last_login: ago(0, 0),
                    mfa: Some("googleauth"),
                    ..entry("1", "ann@example.com", "Ann Lee")
                },
                &["Sales-Team", "VPN"],
            )
            .entry(
                PersonEntry {
                    master_password_strength: strength(20.0),
                    last_login: ago(40 * DAY, 0),
                    directory_department: Some("sales"),
                    ..entry("2", "BOB@example.com", "Bob Ångström")
                },
                &["vpn"],
            )
            .entry(PersonEntry { never_logged_in: true, ..entry("3", "cy@example.com", "") }, &[])
            .entry(
                PersonEntry { disabled: true, last_login: ago(90 * DAY, 1), ..entry("4", "dee@leeds.example", "Dee") },
                &["HR-Team"],
            )
            .invited("new@example.com")
            .finish()
    }

    #[test]
    fn a_filter_selects_the_matching_people() {
        let people = organization();
        let departments = Departments::new(&people, &DepartmentGroups::default());
        let context = ReportContext { score_source: ScoreSource::MasterPassword, departments: &departments };
        let check = |filter: PeopleFilter, expected: &[&str]| {
            let all: Vec<_> = (0..).take(people.len()).collect();
            let found = filter.select(&all, &people, &context);
            let emails = found.iter().map(|index| people.get(*index as usize).email());
            let found: Vec<_> = emails.map(|email| email.split_once('@').map(|(name, _)| name)).collect();
            assert_eq!(found, expected.iter().map(|name| Some(*name)).collect::<Vec<_>>(), "{filter:?}");
        };
        let none = PeopleFilter::default;
        check(none(), &["ann", "BOB", "cy", "dee", "new"]);

        check(PeopleFilter { status: Some(AccountStatus::Active), ..none() }, &["ann", "BOB"]);
        check(PeopleFilter { status: Some(AccountStatus::Invited), ..none() }, &["new"]);
        check(PeopleFilter { status: Some(AccountStatus::NeverLoggedIn), ..none() }, &["cy"]);
        check(PeopleFilter { status: Some(AccountStatus::Disabled), ..none() }, &["dee"]);

        check(PeopleFilter { risk: Some(Risk::High), ..none() }, &["BOB"]);
        check(PeopleFilter { risk: Some(Risk::Medium), ..none() }, &[]);
        check(PeopleFilter { risk: Some(Risk::Low), ..none() }, &["ann"]);

        check(PeopleFilter { range: Some(ScoreRange::ALL[0]), ..none() }, &["BOB"]);
        check(PeopleFilter { range: Some(ScoreRange::ALL[1]), ..none() }, &[]);
        check(PeopleFilter { range: Some(ScoreRange::ALL[3]), ..none() }, &["ann"]);

        check(PeopleFilter { department: Some("SALES".into()), ..none() }, &["ann", "BOB"]);
        check(PeopleFilter { department: Some("hr ".into()), ..none() }, &["dee"]);
        check(PeopleFilter { department: Some("Nowhere".into()), ..none() }, &[]);
        check(PeopleFilter { group: Some("vpn ".into()), ..none() }, &["ann", "BOB"]);
        check(PeopleFilter { group: Some("VP".into()), ..none() }, &[]);

        check(PeopleFilter { mfa: Some(MfaFilter::None), ..none() }, &["BOB", "cy", "dee"]);
        check(PeopleFilter { mfa: Some(MfaFilter::Any), ..none() }, &["ann"]);
        check(PeopleFilter { mfa: Some(MfaFilter::Method("GoogleAuth".into())), ..none() }, &["ann"]);
        check(PeopleFilter { mfa: Some(MfaFilter::Method("yubikey".into())), ..none() }, &[]);

        check(PeopleFilter { inactive_days: Some(0), ..none() }, &["ann", "BOB", "dee"]);
        check(PeopleFilter { inactive_days: Some(40), ..none() }, &["BOB", "dee"]);
        check(PeopleFilter { inactive_days: Some(41), ..none() }, &["dee"]);
        check(PeopleFilter { inactive_days: Some(90), ..none() }, &["dee"]);
        check(PeopleFilter { inactive_days: Some(u32::MAX), ..none() }, &[]);

        check(PeopleFilter { q: Some("LEE".into()), ..none() }, &["ann", "dee"]);
        check(PeopleFilter { q: Some("bob@".into()), ..none() }, &["BOB"]);
        check(PeopleFilter { q: Some("ÅNG".into()), ..none() }, &["BOB"]);
        check(PeopleFilter { q: Some("new".into()), ..none() }, &["new"]);
        check(PeopleFilter { q: Some("A\u{30a}ngstro\u{308}m".into()), ..none() }, &["BOB"]);

        let both = PeopleFilter { group: Some("vpn".into()), risk: Some(Risk::High), ..none() };
        check(both, &["BOB"]);
    }
}

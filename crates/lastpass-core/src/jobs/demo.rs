//! What ninety days of syncs would have stored of the demo company. Derived from each user, so that it is the same in every
//! function: the figures of a day are those of today without what has changed since. Pure.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::{
    domain::{People, Person, Score, ScoreSource, UserChangeKind},
    jobs::{figures::figures_of, people::user_key},
    report::{ReportContext, ScoreSum, Stats, is_below_threshold},
    store::{DailyFigures, EARLIER_DAYS, UserChange},
};

/// When the scheduler starts a run, in UTC: on the same day in the time zones of America.
const RUN: NaiveTime = NaiveTime::from_hms_opt(8, 17, 0).expect("a time of day");

/// A change that a sync noted.
struct PastChange {
    days_ago: i64,
    kind: UserChangeKind,
    from: Option<String>,
    to: Option<String>,
    /// The score until then.
    earlier_score: Option<Score>,
}

/// The history of a user of the demo, newest first.
pub(crate) fn demo_history(
    person: Person<'_>,
    context: &ReportContext<'_>,
    today: NaiveDate,
    zone: Tz,
) -> Vec<UserChange> {
    let user_key = user_key(person).into_owned();
    let changes = past_changes(person, context.score(person), today, zone);
    let entry = |change: PastChange| UserChange {
        user_key: user_key.clone(),
        at: run_of(today, change.days_ago),
        kind: change.kind,
        from_value: change.from,
        to_value: change.to,
    };
    changes.into_iter().map(entry).collect()
}

/// The figures of the demo, oldest first: the last ones are those of `stats`.
pub(crate) fn demo_trend(
    people: &People,
    context: &ReportContext<'_>,
    stats: &Stats,
    today: NaiveDate,
    zone: Tz,
) -> Vec<DailyFigures> {
    let mut unchanged = Totals::default();
    let mut changed = Vec::new();
    for person in people.iter().filter(Person::is_entry) {
        let score = context.score(person);
        let changes = past_changes(person, score, today, zone);
        let state = UserState { score, has_mfa: person.mfa().is_some(), is_enrolled: !person.never_logged_in() };
        if changes.is_empty() {
            unchanged.add(&state);
        } else {
            changed.push((state, changes));
        }
    }
    let earlier = (1..=EARLIER_DAYS.num_days()).rev().map(|days_ago| {
        let mut totals = unchanged.clone();
        changed
            .iter()
            .filter_map(|(state, changes)| state.as_of(days_ago, changes))
            .for_each(|state| totals.add(&state));
        totals.figures(today, days_ago, context.score_source)
    });
    let now = DailyFigures { date: today, ..figures_of(stats, people.as_of(), context.score_source, zone) };
    earlier.chain([now]).collect()
}

/// What counts of a user in the figures of a day.
#[derive(Clone)]
struct UserState {
    score: Option<Score>,
    has_mfa: bool,
    is_enrolled: bool,
}

impl UserState {
    /// The state of an earlier day, which the later changes are taken from; `None` before the user joined.
    fn as_of(&self, days_ago: i64, changes: &[PastChange]) -> Option<Self> {
        let mut state = self.clone();
        for change in changes.iter().filter(|change| change.days_ago < days_ago) {
            match change.kind {
                UserChangeKind::Joined => return None,
                UserChangeKind::FirstLogin => (state.score, state.is_enrolled) = (None, false),
                UserChangeKind::MfaEnabled => state.has_mfa = false,
                UserChangeKind::ScoreChanged => state.score = change.earlier_score,
                UserChangeKind::Left
                | UserChangeKind::Disabled
                | UserChangeKind::Restored
                | UserChangeKind::AdminGiven
                | UserChangeKind::AdminRevoked
                | UserChangeKind::MfaDisabled
                | UserChangeKind::GroupJoined
                | UserChangeKind::GroupLeft
                | UserChangeKind::Invited => {}
            }
        }
        Some(state)
    }
}

#[derive(Clone, Default)]
struct Totals {
    users: u64,
    enrolled: u64,
    below_threshold: u64,
    without_mfa: u64,
    scores: ScoreSum,
}

impl Totals {
    fn add(&mut self, state: &UserState) {
        self.users += 1;
        self.enrolled += u64::from(state.is_enrolled);
        self.below_threshold += u64::from(state.score.is_some_and(is_below_threshold));
        self.without_mfa += u64::from(!state.has_mfa);
        if let Some(score) = state.score {
            self.scores.add(score);
        }
    }

    fn figures(&self, today: NaiveDate, days_ago: i64, score_source: ScoreSource) -> DailyFigures {
        let read_at = run_of(today, days_ago);
        DailyFigures {
            date: read_at.date_naive(),
            score_source: score_source.name().to_owned(),
            read_at,
            average_security_score: self.scores.rounded_mean_over(self.users),
            overall_score: self.scores.rounded_mean(),
            users_below_threshold: self.below_threshold,
            total_users: self.users,
            users_without_mfa: self.without_mfa,
            enrolled_users: self.enrolled,
        }
    }
}

/// The run of an earlier day.
fn run_of(today: NaiveDate, days_ago: i64) -> DateTime<Utc> {
    (today - TimeDelta::days(days_ago)).and_time(RUN).and_utc()
}

/// The changes of a user, newest first. None contradicts what LastPass shows: a score changes at a login at the latest, and a
/// new account had its password set since.
fn past_changes(person: Person<'_>, score: Option<Score>, today: NaiveDate, zone: Tz) -> Vec<PastChange> {
    let key = user_key(person);
    let change = |days_ago, kind| PastChange { days_ago, kind, from: None, to: None, earlier_score: None };
    if !person.is_entry() {
        return vec![change(1 + pick(&key, "day of invited", 60), UserChangeKind::Invited)];
    }
    // An account without a login may have been created a moment ago.
    let Some(last_login) = person.last_login() else {
        return Vec::new();
    };
    let days_since = |time: DateTime<Utc>| (today - time.with_timezone(&zone).date_naive()).num_days();
    let since_login = days_since(last_login).max(1);
    let since_password = person.password_last_changed().map(days_since);
    let last = EARLIER_DAYS.num_days();
    if let Some(days) = since_password.filter(|days| (1..last - 1).contains(days) && pick(&key, "joined", 4) == 0) {
        return vec![change(days, UserChangeKind::FirstLogin), change(days + 1, UserChangeKind::Joined)];
    }
    // The day of a change that one user in so many has.
    let day = |name: &str, one_in: i64| {
        let has_it = since_login < last && pick(&key, name, one_in) == 0;
        has_it.then(|| since_login + pick(&key, &format!("day of {name}"), last - since_login))
    };
    let mut changes = Vec::new();
    if let Some(score) = score
        && let Some(days_ago) = day("score", 2)
    {
        let difference = (12 + pick(&key, "difference", 20)) as f64;
        let earlier = if pick(&key, "fell", 5) == 0 { score.value() + difference } else { score.value() - difference };
        let earlier = Score::new((earlier * 10.0).round() / 10.0);
        changes.extend(earlier.map(|earlier| PastChange {
            from: Some(earlier.value().to_string()),
            to: Some(score.value().to_string()),
            earlier_score: Some(earlier),
            ..change(days_ago, UserChangeKind::ScoreChanged)
        }));
    }
    let with = |days_ago, kind, to: &str| PastChange { to: Some(to.to_owned()), ..change(days_ago, kind) };
    let mfa = person.mfa().zip(day("mfa", 5));
    changes.extend(mfa.map(|(mfa, days_ago)| with(days_ago, UserChangeKind::MfaEnabled, mfa)));
    let group = person.groups().last().zip(day("group", 6));
    changes.extend(group.map(|(group, days_ago)| with(days_ago, UserChangeKind::GroupJoined, group)));
    let admin = day("admin", 4).filter(|_| person.is_admin());
    changes.extend(admin.map(|days_ago| change(days_ago, UserChangeKind::AdminGiven)));
    // The log shows deactivations on the day of the last login. The next run notes them.
    let disabled = since_login - 1;
    if person.is_disabled() && (1..=last).contains(&disabled) {
        changes.push(change(disabled, UserChangeKind::Disabled));
    }
    changes.sort_by_key(|change| change.days_ago);
    changes
}

/// A number below `limit` that depends on the user and the purpose alone (FNV-1a).
fn pick(user_key: &str, purpose: &str, limit: i64) -> i64 {
    let bytes = purpose.bytes().chain([0]).chain(user_key.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    // The lowest bits depend on the last bytes alone.
    i64::try_from((hash >> 20) % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{DepartmentGroups, PeopleBuilder, PersonEntry, SharedFolderTotals},
        report::{Departments, security_report},
    };

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date");

    fn people() -> People {
        let mut builder = PeopleBuilder::default();
        let now = run_of(TODAY, 0);
        for number in 0..200_u32 {
            let (id, email) = (number.to_string(), format!("user{number}@example.com"));
            let days = |days: u32| Some(now - TimeDelta::days(days.into()));
            let entry = PersonEntry {
                id: Some(&id),
                email: &email,
                master_password_strength: Score::new(f64::from(number % 101)),
                last_login: days(number % 120),
                password_last_changed: days(number % 120 + number % 60),
                disabled: number % 9 == 0,
                admin: number % 40 == 0,
                mfa: (number % 3 == 0).then_some("duo"),
                ..PersonEntry::default()
            };
            builder.add(&entry, ["VPN"]);
        }
        for number in 0..20_u32 {
            let (id, email) = (format!("new{number}"), format!("new{number}@example.com"));
            builder.add(&PersonEntry { id: Some(&id), email: &email, ..PersonEntry::default() }, ["VPN"]);
        }
        builder.add_invited("soon@example.com");
        builder.finish(now)
    }

    #[test]
    fn the_trend_ends_with_the_figures_of_today_and_agrees_with_the_histories() {
        let people = people();
        let departments = Departments::new(&people, &DepartmentGroups::default());
        let context = ReportContext { score_source: ScoreSource::default(), departments: &departments };
        let stats = security_report(&people, SharedFolderTotals::default(), &context).stats;
        let zone = chrono_tz::America::New_York;
        let trend = demo_trend(&people, &context, &stats, TODAY, zone);
        let days: Vec<_> = trend.iter().map(|figures| (TODAY - figures.date).num_days()).collect();
        assert_eq!(days, (0..90).rev().collect::<Vec<_>>());
        let last = trend.last().expect("90 days");
        assert_eq!((last.total_users, last.overall_score), (stats.total_users, stats.overall_score));

        let histories: Vec<_> = people.iter().map(|person| demo_history(person, &context, TODAY, zone)).collect();
        let noted = |kind, since: NaiveDate| {
            histories.iter().flatten().filter(|change| change.kind == kind && change.at.date_naive() > since).count()
                as u64
        };
        for figures in &trend {
            let joined = noted(UserChangeKind::Joined, figures.date);
            assert_eq!(figures.total_users, stats.total_users - joined, "{}", figures.date);
        }
        let first = trend.first().expect("90 days").date;
        for kind in [UserChangeKind::Joined, UserChangeKind::ScoreChanged, UserChangeKind::MfaEnabled] {
            assert!(noted(kind, first) > 0, "{kind:?}");
        }
        assert!(histories.iter().all(|history| history.is_sorted_by(|later, earlier| later.at >= earlier.at)));
        let new = people.iter().filter(|person| person.is_entry() && person.last_login().is_none());
        let histories_of_new: Vec<_> = new.map(|person| demo_history(person, &context, TODAY, zone)).collect();
        assert!(histories_of_new.len() == 20 && histories_of_new.iter().all(Vec::is_empty));
    }
}

//! The part `figures` of a sync: the figures of one day. Pure, apart from storing them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    domain::{People, ScoreSource, SharedFolderTotals},
    jobs::part::{PartOutcome, PartStatus},
    report::{ReportContext, Stats, security_report},
    store::{DailyFigures, Store, SyncRun},
};

/// The figures of the day on which the people were read.
pub(crate) fn daily_figures(people: &People, context: &ReportContext<'_>, time_zone: Tz) -> DailyFigures {
    let stats = security_report(people, SharedFolderTotals::default(), context).stats;
    figures_of(&stats, people.as_of(), context.score_source, time_zone)
}

/// The figures of the day on which a reading began.
pub(crate) fn figures_of(stats: &Stats, at: DateTime<Utc>, score_source: ScoreSource, time_zone: Tz) -> DailyFigures {
    DailyFigures {
        date: at.with_timezone(&time_zone).date_naive(),
        score_source: score_source.name().to_owned(),
        read_at: at,
        average_security_score: stats.average_security_score,
        overall_score: stats.overall_score,
        users_below_threshold: stats.users_below_threshold,
        total_users: stats.total_users,
        users_without_mfa: stats.users_without_mfa,
        enrolled_users: stats.enrolled_users,
    }
}

/// Saves the figures.
pub(crate) async fn save(store: &Store, run: &SyncRun, figures: &DailyFigures) -> PartOutcome {
    match store.save_figures(run, figures).await {
        Ok(()) => PartOutcome::new(PartStatus::Done, 1, ""),
        Err(error) => PartOutcome::failed(0, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{DepartmentGroups, PeopleBuilder, PersonEntry, Score},
        report::Departments,
    };

    #[test]
    fn the_day_is_that_of_lastpass_on_which_the_reading_began() {
        let check = |at: &str, expected: &str| {
            let mut builder = PeopleBuilder::default();
            let entry = PersonEntry { id: Some("1"), email: "a@x.co", mfa: Some("duo"), ..PersonEntry::default() };
            builder.add(&PersonEntry { vault_score: Score::new(80.0), ..entry }, []);
            builder.add(
                &PersonEntry { id: Some("2"), email: "b@x.co", never_logged_in: true, ..PersonEntry::default() },
                [],
            );
            let people = builder.finish(at.parse::<DateTime<Utc>>().expect("a time"));
            let departments = Departments::new(&people, &DepartmentGroups::default());
            let context = ReportContext { score_source: ScoreSource::Vault, departments: &departments };
            let figures = daily_figures(&people, &context, chrono_tz::America::New_York);
            assert_eq!(figures.date.to_string(), expected, "{at}");
            assert_eq!((figures.score_source.as_str(), figures.overall_score), ("totalscore", Some(80)));
            assert_eq!((figures.average_security_score, figures.total_users, figures.users_without_mfa), (40, 2, 1));
            assert_eq!((figures.users_below_threshold, figures.enrolled_users), (0, 1));
        };
        check("2026-11-24T04:59:59Z", "2026-11-23");
        check("2026-11-24T05:00:00Z", "2026-11-24");
        check("2026-07-01T04:00:00Z", "2026-07-01");
    }
}

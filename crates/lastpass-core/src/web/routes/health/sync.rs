//! Whether the sync runs every day. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    formats::values::Timestamp,
    store::{self, LastSync},
    web::routes::health::part::{HealthPart, HealthStatus, PartName},
};

/// The scheduler starts a run once a day, within an hour.
const MAX_AGE: TimeDelta = TimeDelta::hours(28);

const RUN_FIX: &str = "POST /api/lastpass/sync as an admin and read its parts; check that the scheduler of vercel.json is \
                       switched on (docs/DEPLOY.md)";

const UNCLEAN_FIX: &str = "read the warnings of GET /api/lastpass/users as an admin; an entry that LastPass lists without an e-mail \
                           address is to be corrected in its admin console";

/// The status of the sync, by the last run.
pub(crate) fn part(last: &Result<LastSync, store::Error>, has_scheduler: bool, now: DateTime<Utc>) -> HealthPart {
    if !has_scheduler {
        return off("CRON_SECRET is not set: no scheduler can start a sync");
    }
    let degraded = |detail: String, fix| HealthPart::with_fix(PartName::Sync, HealthStatus::Degraded, detail, fix);
    match last {
        Err(store::Error::NoTables | store::Error::OutdatedSchema(_)) => off(
            "needs version 2 of the schema, which a change or sync creates as the owner of the tables (docs/DEPLOY.md)",
        ),
        Err(_) => off("cannot be read from the database"),
        Ok(last) if last.was_cut_short(now) => degraded(
            "the last run was cut short: it did not end within the time that the platform gives its function"
                .to_owned(),
            "check that vercel.json gives api/sync.rs 300 s, and the plan allows it (docs/DEPLOY.md)",
        ),
        Ok(LastSync { completed_at: None, .. }) => degraded("no run was complete yet".to_owned(), RUN_FIX),
        Ok(LastSync { completed_at: Some(at), .. }) if now - *at > MAX_AGE => {
            degraded(format!("the last complete run ended at {}", Timestamp(*at)), RUN_FIX)
        }
        Ok(LastSync { clean_reading: None, .. }) => degraded(
            "every list of users that LastPass gave to sync was incomplete: no figures are stored and no one is marked as \
             left"
                .to_owned(),
            UNCLEAN_FIX,
        ),
        Ok(LastSync { clean_reading: Some(at), .. }) if now - *at > MAX_AGE => degraded(
            format!(
                "the last complete list of users that LastPass gave to sync is of {}: since then no figures are stored and \
                 no one is marked as left",
                Timestamp(*at)
            ),
            UNCLEAN_FIX,
        ),
        Ok(LastSync { completed_at: Some(at), .. }) => {
            HealthPart::ok(PartName::Sync, format!("the last complete run ended at {}", Timestamp(*at)))
        }
    }
}

/// A sync that cannot run.
pub(crate) fn off(detail: &'static str) -> HealthPart {
    HealthPart::off(PartName::Sync, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_a_day_is_expected() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(9);
        let ago = |hours: i64| Some(now - TimeDelta::hours(hours));
        let check = |last: Result<LastSync, store::Error>, has_scheduler, expected, words: &str| {
            let part = part(&last, has_scheduler, now);
            assert_eq!(part.status, expected, "{last:?}");
            assert!(part.detail.contains(words), "{}", part.detail);
        };
        let ended = |hours| {
            Ok(LastSync {
                started_at: ago(hours),
                finished_at: ago(hours),
                completed_at: ago(hours),
                clean_reading: ago(hours),
                lease_until: None,
            })
        };
        check(ended(28), true, HealthStatus::Ok, "1970-01-08T20:00:00Z");
        check(ended(29), true, HealthStatus::Degraded, "1970-01-08T19:00:00Z");
        check(ended(1), false, HealthStatus::Off, "CRON_SECRET");
        check(Err(store::Error::OutdatedSchema(2)), true, HealthStatus::Off, "version 2");
        check(Err(store::Error::NoTables), true, HealthStatus::Off, "version 2");
        check(Err(store::Error::InvalidRow), true, HealthStatus::Off, "cannot be read");
        let running = |lease_until| {
            Ok(LastSync {
                started_at: ago(1),
                finished_at: None,
                completed_at: ago(20),
                clean_reading: ago(20),
                lease_until,
            })
        };
        // Each run was complete, but the list of users was not.
        let unclean = |clean_reading| ended(1).map(|last| LastSync { clean_reading, ..last });
        check(unclean(ago(28)), true, HealthStatus::Ok, "1970-01-09T23:00:00Z");
        check(
            unclean(ago(29)),
            true,
            HealthStatus::Degraded,
            "list of users that LastPass gave to sync is of 1970-01-08T19",
        );
        check(unclean(None), true, HealthStatus::Degraded, "every list of users");
        check(running(ago(-1)), true, HealthStatus::Ok, "1970-01-09T04:00:00Z");
        check(running(ago(1)), true, HealthStatus::Degraded, "cut short");
        let never = LastSync {
            started_at: None,
            finished_at: None,
            completed_at: None,
            clean_reading: None,
            lease_until: None,
        };
        check(Ok(never), true, HealthStatus::Degraded, "no run was complete yet");
    }
}

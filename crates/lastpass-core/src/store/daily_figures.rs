//! The figures of each day, as `sync` keeps them. Knows no LastPass.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::ScoreSource,
    store::{
        Error, Store,
        database::{Script, SqlValue},
        sync_run::{SYNC_SCHEMA, SyncRun},
    },
};

/// The days before today that a trend has.
pub(crate) const EARLIER_DAYS: TimeDelta = TimeDelta::days(89);

/// One row of `lastpass_daily_figures`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct DailyFigures {
    pub(crate) date: NaiveDate,
    pub(crate) score_source: String,
    pub(crate) read_at: DateTime<Utc>,
    pub(crate) average_security_score: u64,
    pub(crate) overall_score: Option<u64>,
    pub(crate) users_below_threshold: u64,
    pub(crate) total_users: u64,
    pub(crate) users_without_mfa: u64,
    /// While few are enrolled, a summary has no trend: a difference between two days would reveal a person.
    pub(crate) enrolled_users: u64,
}

macro_rules! columns {
    () => {
        "date, score_source, read_at, average_security_score, overall_score, users_below_threshold, total_users, \
         users_without_mfa, enrolled_users"
    };
}

macro_rules! on_conflict {
    () => {
        " on conflict (date) do update set score_source = excluded.score_source, read_at = excluded.read_at, \
         average_security_score = excluded.average_security_score, overall_score = excluded.overall_score, \
         users_below_threshold = excluded.users_below_threshold, total_users = excluded.total_users, \
         users_without_mfa = excluded.users_without_mfa, enrolled_users = excluded.enrolled_users \
         where excluded.read_at >= lastpass_daily_figures.read_at"
    };
}

const UPSERT: Script = Script {
    postgres: concat!(
        "insert into lastpass_daily_figures (",
        columns!(),
        ") select ",
        columns!(),
        " from json_populate_record(null::lastpass_daily_figures, $1::json)",
        on_conflict!()
    ),
    #[cfg(feature = "sqlite")]
    sqlite: concat!(
        "insert into lastpass_daily_figures (",
        columns!(),
        ") select $1 ->> 'date', $1 ->> 'score_source', $1 ->> 'read_at', $1 ->> 'average_security_score', \
         $1 ->> 'overall_score', $1 ->> 'users_below_threshold', $1 ->> 'total_users', $1 ->> 'users_without_mfa', \
         $1 ->> 'enrolled_users' where true",
        on_conflict!()
    ),
};

const SELECT: Script = Script {
    postgres: concat!(
        "select row_to_json(f)::text from (select ",
        columns!(),
        " from lastpass_daily_figures where date >= $1::date and score_source = $2 order by date) f"
    ),
    #[cfg(feature = "sqlite")]
    sqlite: "select json_object('date', date, 'score_source', score_source, 'read_at', read_at, \
             'average_security_score', average_security_score, 'overall_score', overall_score, \
             'users_below_threshold', users_below_threshold, 'total_users', total_users, \
             'users_without_mfa', users_without_mfa, 'enrolled_users', enrolled_users) \
             from lastpass_daily_figures where date >= $1 and score_source = $2 order by date",
};

impl Store {
    /// The figures of a score source since a day, oldest first.
    ///
    /// # Errors
    /// Returns [`Error::NoTables`] or [`Error::OutdatedSchema`] if the tables are missing, and an error if the database
    /// fails.
    pub(crate) async fn figures_since(&self, day: NaiveDate, source: ScoreSource) -> Result<Vec<DailyFigures>, Error> {
        self.require_schema(SYNC_SCHEMA).await?;
        let mut transaction = self.database.begin_reading().await?;
        let values = [SqlValue::Text(&day.to_string()), SqlValue::Text(source.name())];
        transaction.json_rows(SELECT, &values).await
    }

    /// Stores the figures of a day, unless those of a later reading are stored.
    ///
    /// # Errors
    /// Returns [`Error::Superseded`] if another run has taken over, and an error if the database fails.
    pub(crate) async fn save_figures(&self, run: &SyncRun, figures: &DailyFigures) -> Result<(), Error> {
        let json = serde_json::to_string(figures).map_err(|_| Error::InvalidRow)?;
        let mut transaction = self.begin_sync_write(run).await?;
        transaction.run(UPSERT, &[SqlValue::Text(&json)]).await?;
        transaction.commit().await
    }
}

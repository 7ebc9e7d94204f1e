//! What the database holds, as lines that are the same on every kind of database.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::{database::Database, sync::oracle::Tables};

/// A column's time as text, empty if it is null.
fn time(database: &Database, column: &str) -> String {
    if database.is_postgres() {
        format!("coalesce(to_char({column} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')")
    } else {
        format!("coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', {column}), '')")
    }
}

/// Whether a run came as far as making the tables.
async fn has_people(database: &Database) -> bool {
    let tables = if database.is_postgres() {
        "select cast(tablename as text) from pg_tables where tablename = 'lastpass_users'"
    } else {
        "select name from sqlite_master where name = 'lastpass_users'"
    };
    !database.texts(tables).await.is_empty()
}

/// The rows of the three tables, after runs that began at these times.
pub(crate) async fn tables(database: &Database, runs: &[DateTime<Utc>]) -> Tables {
    let is_postgres = database.is_postgres();
    let time = |column: &str| time(database, column);
    let text = |column: &str| format!("coalesce({column}, '')");
    let tenths = |column: &str| format!("coalesce(cast(cast(round({column} * 10) as bigint) as text), '')");
    let number = |column: &str| format!("coalesce(cast({column} as text), '')");
    let groups = if is_postgres {
        "coalesce((select string_agg(name, ',' order by name collate \"C\") from unnest(groups) as g (name)), '')"
    } else {
        "coalesce((select group_concat(value, ',') from (select value from json_each(groups) order by value)), '')"
    };
    let people = [
        "user_key".to_owned(),
        text("id"),
        "email".to_owned(),
        text("name"),
        "status".to_owned(),
        text("department"),
        groups.to_owned(),
        tenths("security_score"),
        tenths("vault_score"),
        text("mfa"),
        "case when is_admin then 'true' else 'false' end".to_owned(),
        time("last_login"),
        time("password_last_changed"),
        time("first_seen"),
        time("last_seen"),
        time("left_at"),
    ];
    let history = [time("at"), "user_key".to_owned(), "kind".to_owned(), text("from_value"), text("to_value")];
    let figures = [
        "cast(date as text)".to_owned(),
        "score_source".to_owned(),
        time("read_at"),
        number("average_security_score"),
        number("overall_score"),
        number("users_below_threshold"),
        number("total_users"),
        number("users_without_mfa"),
    ];
    let rows = async |columns: &[String], table: &str| {
        let sql = format!("select {} from {table}", columns.join(" || '|' || "));
        let mut rows: Vec<_> = database.texts(&sql).await.iter().map(|line| with_times_of(runs, line)).collect();
        rows.sort();
        rows
    };
    Tables {
        people: rows(&people, "lastpass_users").await,
        history: rows(&history, "lastpass_user_changes").await,
        figures: rows(&figures, "lastpass_daily_figures").await,
    }
}

/// The keys of those whom the last of these runs stored.
pub(crate) async fn seen_by_last(database: &Database, runs: &[DateTime<Utc>]) -> BTreeSet<String> {
    if !has_people(database).await {
        return BTreeSet::new();
    }
    let sql = format!("select user_key || '|' || {} from lastpass_users", time(database, "last_seen"));
    let lines = database.texts(&sql).await.into_iter().map(|line| with_times_of(runs, &line));
    let at = runs.last().map(|at| format!("|{}", at.to_rfc3339_opts(SecondsFormat::Secs, true)));
    lines.filter_map(|line| Some(line.strip_suffix(at.as_deref()?)?.to_owned())).collect()
}

/// A line in which the time of a reading is that at which its run began, some time before it.
pub(crate) fn with_times_of(runs: &[DateTime<Utc>], line: &str) -> String {
    let started = |field: &str| {
        let at: DateTime<Utc> = field.parse().ok()?;
        let run = runs.iter().rev().find(|run| **run <= at && at < **run + TimeDelta::seconds(300))?;
        Some(run.to_rfc3339_opts(SecondsFormat::Secs, true))
    };
    let fields = line.split('|').map(|field| started(field).unwrap_or_else(|| field.to_owned()));
    fields.collect::<Vec<_>>().join("|")
}

/// Waits until the server has noticed that a killed process is gone, which takes less time than the lease.
pub(crate) async fn quiet(database: &Database) {
    if !database.is_postgres() {
        return;
    }
    let busy = "select cast(count(*) as text) from pg_stat_activity where datname = current_database() \
                and pid <> pg_backend_pid() and backend_type = 'client backend' and state is distinct from 'idle'";
    while database.texts(busy).await != ["0"] {
        tokio::task::yield_now().await;
    }
}

//! The users as last seen, and the history of their changes, as `sync` keeps them. Knows no LastPass.
//!
//! Rows cross the driver as JSON, in both directions, a page of them in one statement. So the names of columns are those of
//! [`StoredUser`].

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    domain::{People, PeopleBuilder},
    store::{
        Error, RecordEntry, Store,
        database::{Script, SqlValue, Transaction},
        stored_user::{CurrentUser, StoredUser, UserChange},
        sync_run::{SYNC_SCHEMA, SyncRun},
    },
};

/// How many rows a transaction reads or writes.
pub(crate) const PAGE: usize = 1_000;

/// A key that gives way to another one: of an invitation that became an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ReplacedKey {
    pub(crate) from: String,
    pub(crate) to: String,
}

/// What one transaction writes.
#[derive(Debug, Default)]
pub(crate) struct UserBatch {
    pub(crate) users: Vec<StoredUser>,
    /// The keys of users of this batch whose address changes: others of the batch may take it.
    pub(crate) moved: Vec<String>,
    /// Rows that are deleted, and whose history continues under another key.
    pub(crate) replaced: Vec<ReplacedKey>,
    pub(crate) changes: Vec<UserChange>,
}

impl UserBatch {
    /// The number of rows that it writes.
    pub(crate) fn len(&self) -> usize {
        self.users.len() + self.replaced.len() + self.changes.len()
    }

    /// Adds another batch.
    pub(crate) fn append(&mut self, other: Self) {
        let Self { users, moved, replaced, changes } = other;
        self.users.extend(users);
        self.moved.extend(moved);
        self.replaced.extend(replaced);
        self.changes.extend(changes);
    }
}

macro_rules! script {
    ($postgres:expr, $sqlite:expr) => {
        Script {
            postgres: $postgres,
            #[cfg(feature = "sqlite")]
            sqlite: $sqlite,
        }
    };
}

macro_rules! columns {
    () => {
        "user_key, id, email, email_key, name, status, department, groups, security_score, vault_score, mfa, is_admin, \
         never_logged_in, last_login, password_last_changed, first_seen, last_seen, left_at"
    };
}

const SELECT_CURRENT: Script = script!(
    "select row_to_json(u)::text from (select user_key, id, coalesce(email_key, '') as email_key, status, last_seen \
     from lastpass_users where left_at is null and user_key > $1 order by user_key limit $2) u",
    "select json_object('user_key', user_key, 'id', id, 'email_key', coalesce(email_key, ''), 'status', status, \
     'last_seen', last_seen) from lastpass_users where left_at is null and user_key > $1 order by user_key limit $2"
);

#[cfg(feature = "sqlite")]
macro_rules! select_in_sqlite {
    () => {
        "select json_object('user_key', user_key, 'id', id, 'email', email, 'email_key', email_key, 'name', name, \
     'status', status, 'department', department, 'groups', json(groups), 'security_score', security_score, \
     'vault_score', vault_score, 'mfa', mfa, 'is_admin', json(iif(is_admin, 'true', 'false')), \
     'never_logged_in', json(iif(never_logged_in, 'true', 'false')), 'last_login', last_login, \
     'password_last_changed', password_last_changed, 'first_seen', first_seen, 'last_seen', last_seen, \
     'left_at', left_at)"
    };
}

const SELECT_BY_KEY: Script = script!(
    concat!(
        "select row_to_json(u)::text from (select ",
        columns!(),
        " from lastpass_users where user_key in (select json_array_elements_text($1::json))) u"
    ),
    concat!(select_in_sqlite!(), " from lastpass_users where user_key in (select value from json_each($1))")
);

const SELECT_PAGE: Script = script!(
    concat!(
        "select row_to_json(u)::text from (select ",
        columns!(),
        " from lastpass_users where left_at is null and user_key > $1 order by user_key limit $2) u"
    ),
    concat!(
        select_in_sqlite!(),
        " from lastpass_users where left_at is null and user_key > $1 order by user_key limit $2"
    )
);

const RELEASE_ADDRESSES: Script = script!(
    "update lastpass_users set email_key = null where user_key in (select json_array_elements_text($1::json))",
    "update lastpass_users set email_key = null where user_key in (select value from json_each($1))"
);

const MOVE_HISTORY: Script = script!(
    "update lastpass_user_changes c set user_key = r.\"to\" \
     from json_to_recordset($1::json) as r(\"from\" text, \"to\" text) where c.user_key = r.\"from\"",
    "update lastpass_user_changes set user_key = \
     (select json_extract(value, '$.to') from json_each($1) where json_extract(value, '$.from') = user_key) \
     where user_key in (select json_extract(value, '$.from') from json_each($1))"
);

const DELETE_REPLACED: Script = script!(
    "delete from lastpass_users where user_key in \
     (select r.\"from\" from json_to_recordset($1::json) as r(\"from\" text))",
    "delete from lastpass_users where user_key in (select json_extract(value, '$.from') from json_each($1))"
);

macro_rules! on_conflict {
    () => {
        " on conflict (user_key) do update set id = excluded.id, email = excluded.email, \
         email_key = excluded.email_key, name = excluded.name, status = excluded.status, \
         department = excluded.department, groups = excluded.groups, security_score = excluded.security_score, \
         vault_score = excluded.vault_score, mfa = excluded.mfa, is_admin = excluded.is_admin, \
         never_logged_in = excluded.never_logged_in, last_login = excluded.last_login, \
         password_last_changed = excluded.password_last_changed, first_seen = excluded.first_seen, \
         last_seen = excluded.last_seen, left_at = excluded.left_at"
    };
}

const UPSERT: Script = script!(
    concat!(
        "insert into lastpass_users (",
        columns!(),
        ") select ",
        columns!(),
        " from json_populate_recordset(null::lastpass_users, $1::json)",
        on_conflict!()
    ),
    concat!(
        "insert into lastpass_users (",
        columns!(),
        ") select value ->> 'user_key', value ->> 'id', value ->> 'email', value ->> 'email_key', value ->> 'name', \
         value ->> 'status', value ->> 'department', value -> 'groups', value ->> 'security_score', \
         value ->> 'vault_score', value ->> 'mfa', value ->> 'is_admin', value ->> 'never_logged_in', \
         value ->> 'last_login', value ->> 'password_last_changed', value ->> 'first_seen', value ->> 'last_seen', \
         value ->> 'left_at' from json_each($1) where true",
        on_conflict!()
    )
);

const INSERT_CHANGES: Script = script!(
    "insert into lastpass_user_changes (user_key, at, kind, from_value, to_value) \
     select user_key, at, kind, from_value, to_value from json_populate_recordset(null::lastpass_user_changes, $1::json)",
    "insert into lastpass_user_changes (user_key, at, kind, from_value, to_value) \
     select value ->> 'user_key', value ->> 'at', value ->> 'kind', value ->> 'from_value', value ->> 'to_value' \
     from json_each($1)"
);

const SELECT_CHANGES: Script = script!(
    "select row_to_json(c)::text from (select user_key, at, kind, from_value, to_value from lastpass_user_changes \
     where user_key = $1 order by number desc limit $2) c",
    "select json_object('user_key', user_key, 'at', at, 'kind', kind, 'from_value', from_value, 'to_value', to_value) \
     from lastpass_user_changes where user_key = $1 order by number desc limit $2"
);

const MARK_LEFT: Script = script!(
    "update lastpass_users set left_at = $2::timestamptz \
     where left_at is null and user_key in (select json_array_elements_text($1::json))",
    "update lastpass_users set left_at = $2 \
     where left_at is null and user_key in (select value from json_each($1))"
);

const DELETE_CHANGES: Script = script!(
    "delete from lastpass_user_changes where number in \
     (select number from lastpass_user_changes where at < $1::timestamptz order by at limit $2)",
    "delete from lastpass_user_changes where number in \
     (select number from lastpass_user_changes where at < $1 order by at limit $2)"
);

const DELETE_LEAVERS: Script = script!(
    "delete from lastpass_users where user_key in \
     (select user_key from lastpass_users where left_at < $1::timestamptz order by left_at limit $2)",
    "delete from lastpass_users where user_key in \
     (select user_key from lastpass_users where left_at < $1 order by left_at limit $2)"
);

impl Store {
    /// A page of the users who have not left, in the order of their keys, after a key.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn current_users(&self, after: &str) -> Result<Vec<CurrentUser>, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let page = [SqlValue::Text(after), SqlValue::Number(PAGE as i64)];
        transaction.json_rows(SELECT_CURRENT, &page).await
    }

    /// The users with these keys, whether they have left or not.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn users_by_key(&self, keys: &[String]) -> Result<Vec<StoredUser>, Error> {
        let mut transaction = self.database.begin_reading().await?;
        transaction.json_rows(SELECT_BY_KEY, &[SqlValue::Text(&json(keys)?)]).await
    }

    /// The changes of the user with a key, newest first.
    ///
    /// # Errors
    /// Returns [`Error::NoTables`] or [`Error::OutdatedSchema`] if the tables are missing, and an error if the database
    /// fails.
    pub(crate) async fn user_changes(&self, user_key: &str, limit: u32) -> Result<Vec<UserChange>, Error> {
        self.require_schema(SYNC_SCHEMA).await?;
        let mut transaction = self.database.begin_reading().await?;
        let values = [SqlValue::Text(user_key), SqlValue::Number(limit.into())];
        transaction.json_rows(SELECT_CHANGES, &values).await
    }

    /// The people whom a reading listed that began at `since` or later, without those who have left; `None` if there are none.
    ///
    /// # Errors
    /// As [`Store::user_changes`].
    pub(crate) async fn last_people(&self, since: DateTime<Utc>) -> Result<Option<People>, Error> {
        self.require_schema(SYNC_SCHEMA).await?;
        let mut transaction = self.database.begin_reading().await?;
        let (mut builder, mut read_at, mut last) = (PeopleBuilder::default(), None, String::new());
        loop {
            let page = [SqlValue::Text(&last), SqlValue::Number(PAGE as i64)];
            let users: Vec<StoredUser> = transaction.json_rows(SELECT_PAGE, &page).await?;
            let Some(end) = users.last() else { break };
            last.clone_from(&end.user_key);
            // Readings that are not clean mark no one as left.
            for user in users.iter().filter(|user| user.last_seen >= since) {
                user.add_to(&mut builder);
                read_at = read_at.max(Some(user.last_seen));
            }
        }
        Ok(read_at.map(|read_at| builder.finish(read_at)))
    }

    /// The user with an id who has left; `None` if there is none.
    ///
    /// # Errors
    /// As [`Store::user_changes`].
    pub(crate) async fn leaver(&self, id: &str) -> Result<Option<StoredUser>, Error> {
        self.require_schema(SYNC_SCHEMA).await?;
        let mut users = self.users_by_key(&[id.to_owned()]).await?;
        Ok(users.pop().filter(|user| user.left_at.is_some()))
    }

    /// Writes a batch, in one transaction.
    ///
    /// # Errors
    /// Returns [`Error::Superseded`] if another run has taken over, and an error if the database fails.
    pub(crate) async fn save_users(&self, run: &SyncRun, batch: &UserBatch) -> Result<(), Error> {
        let mut transaction = self.begin_sync_write(run).await?;
        run_unless_empty(&mut transaction, RELEASE_ADDRESSES, &batch.moved).await?;
        run_unless_empty(&mut transaction, MOVE_HISTORY, &batch.replaced).await?;
        run_unless_empty(&mut transaction, DELETE_REPLACED, &batch.replaced).await?;
        run_unless_empty(&mut transaction, UPSERT, &batch.users).await?;
        run_unless_empty(&mut transaction, INSERT_CHANGES, &batch.changes).await?;
        transaction.commit_and_give_way().await
    }

    /// Marks users as left at `at`, with their entries in the history, in one transaction.
    ///
    /// # Errors
    /// As [`Store::save_users`].
    pub(crate) async fn mark_left(
        &self,
        run: &SyncRun,
        keys: &[String],
        at: DateTime<Utc>,
        changes: &[UserChange],
    ) -> Result<(), Error> {
        let mut transaction = self.begin_sync_write(run).await?;
        let at = RecordEntry::format_time(at);
        transaction.run(MARK_LEFT, &[SqlValue::Text(&json(keys)?), SqlValue::Text(&at)]).await?;
        run_unless_empty(&mut transaction, INSERT_CHANGES, changes).await?;
        transaction.commit_and_give_way().await
    }

    /// Deletes at most [`PAGE`] changes, then users who left, of before a time. Returns how many.
    ///
    /// # Errors
    /// As [`Store::save_users`].
    pub(crate) async fn delete_users_before(&self, run: &SyncRun, time: DateTime<Utc>) -> Result<u64, Error> {
        let mut transaction = self.begin_sync_write(run).await?;
        let time = RecordEntry::format_time(time);
        let page = [SqlValue::Text(&time), SqlValue::Number(PAGE as i64)];
        let mut deleted = transaction.run(DELETE_CHANGES, &page).await?;
        if deleted == 0 {
            deleted = transaction.run(DELETE_LEAVERS, &page).await?;
        }
        transaction.commit_and_give_way().await?;
        Ok(deleted)
    }
}

async fn run_unless_empty<T: Serialize>(
    transaction: &mut Transaction,
    script: Script,
    values: &[T],
) -> Result<(), Error> {
    if !values.is_empty() {
        transaction.run(script, &[SqlValue::Text(&json(values)?)]).await?;
    }
    Ok(())
}

fn json<T: Serialize>(values: &[T]) -> Result<String, Error> {
    serde_json::to_string(values).map_err(|_| Error::InvalidRow)
}

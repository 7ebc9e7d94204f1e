//! The audit record: which changes were made, by whom, and with which outcome. Append-only. Knows no LastPass.

use chrono::{DateTime, Utc};

use crate::store::{
    ClaimUpdate, Error, RecordEntry, RecordedAction, Store,
    chain::{ChainStatus, ChainVerifier},
    claims,
    database::{SqlRow, SqlValue, Transaction},
};

/// How many rows are read at a time.
const BATCH: i64 = 500;

/// A statement that selects the columns which [`read_entry`] reads.
macro_rules! concat_columns {
    ($before:literal, $after:expr) => {
        concat!($before, "action_id, version, at, actor, action, email, outcome, request_id, content", $after)
    };
}

/// A statement that selects the columns which [`read_action`] reads, of rows `r`. An action is open while it has a claim.
macro_rules! concat_action_columns {
    ($after:literal) => {
        concat_columns!(
            "select ",
            concat!(
                ", (select count(*) from lastpass_claims c where c.action_id = r.action_id) from lastpass_record r ",
                $after
            )
        )
    };
}

/// An entry that was appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AppendedEntry {
    /// Its number, from 1 and without gaps.
    pub(crate) number: i64,
    /// Its HMAC in hexadecimal: the head of the chain.
    pub(crate) head: String,
}

/// Selects actions; an empty text matches all.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecordFilter {
    /// The address of the user they apply to.
    pub(crate) email: String,
    /// The caller who requested them, in any letter case.
    pub(crate) actor: String,
    /// The only caller whose actions are returned, as it is spelled: ids of callers may differ by letter case alone.
    pub(crate) only_actor: String,
    /// The name of the action.
    pub(crate) action: String,
    /// The outcome.
    pub(crate) outcome: String,
    /// The first time, inclusive, as [`RecordEntry::format_time`] writes it.
    pub(crate) from: String,
    /// The last time, exclusive.
    pub(crate) to: String,
    /// Only actions that follow this one in the list, which is sorted by id, newest first.
    pub(crate) before: String,
}

impl Store {
    /// Appends the current version of an action and updates its claim, in one transaction.
    ///
    /// # Errors
    /// Returns [`Error::Superseded`] if another request has continued the action, or its claim is gone.
    pub(crate) async fn append(&self, entry: &RecordEntry, update: ClaimUpdate) -> Result<AppendedEntry, Error> {
        let mut transaction = self.write().await?;
        claims::check_and_bind_key(&mut transaction, entry).await?;
        let appended = self.insert(&mut transaction, entry).await?;
        update.apply(&mut transaction, &entry.action_id).await?;
        transaction.commit().await?;
        tracing::info!(number = appended.number, head = appended.head, "record");
        Ok(appended)
    }

    /// Appends an entry that needs no claim, unless the same one was appended after `since`.
    ///
    /// # Errors
    /// Returns an error if the database fails or has no tables yet: none are created.
    pub(crate) async fn append_once(&self, entry: &RecordEntry, since: DateTime<Utc>) -> Result<(), Error> {
        let mut transaction = self.database.begin_exclusive().await?;
        let recent = transaction
            .rows(
                "select 1 from lastpass_record where action = $1 and actor = $2 and content = $3 and at >= $4",
                &[
                    SqlValue::Text(&entry.action),
                    SqlValue::Text(&entry.actor),
                    SqlValue::Text(&entry.content),
                    SqlValue::Text(&RecordEntry::format_time(since)),
                ],
            )
            .await?;
        if recent.is_empty() {
            let appended = self.insert(&mut transaction, entry).await?;
            transaction.commit().await?;
            tracing::info!(number = appended.number, head = appended.head, "record");
        }
        Ok(())
    }

    async fn insert(&self, transaction: &mut Transaction, entry: &RecordEntry) -> Result<AppendedEntry, Error> {
        let last =
            transaction.rows("select number, mac from lastpass_record order by number desc limit 1", &[]).await?;
        let (number, before) = match last.first() {
            Some(row) => (row.number(0)? + 1, Some(row.bytes(1)?)),
            None => (1, None),
        };
        let mac = self.keys.sign(before.as_deref(), number, entry).ok_or(Error::InvalidRow)?;
        transaction
            .run(
                "insert into lastpass_record (number, action_id, version, at, actor, action, email, outcome, \
                 request_id, content, mac) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                &[
                    SqlValue::Number(number),
                    SqlValue::Text(&entry.action_id),
                    SqlValue::Number(entry.version),
                    SqlValue::Text(&entry.at),
                    SqlValue::Text(&entry.actor),
                    SqlValue::Text(&entry.action),
                    SqlValue::Text(&entry.email),
                    SqlValue::Text(&entry.outcome),
                    SqlValue::Text(&entry.request_id),
                    SqlValue::Text(&entry.content),
                    SqlValue::Bytes(&mac),
                ],
            )
            .await?;
        Ok(AppendedEntry { number, head: hex::encode(mac) })
    }

    /// An action as it now stands.
    ///
    /// # Errors
    /// Returns an error if the database fails or has no tables yet.
    pub(crate) async fn action(&self, action_id: &str) -> Result<Option<RecordedAction>, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let rows = transaction
            .rows(
                concat_action_columns!("where action_id = $1 order by version desc limit 1"),
                &[SqlValue::Text(action_id)],
            )
            .await?;
        rows.first().map(read_action).transpose()
    }

    /// Each matching action as it now stands, newest first, at most `limit`.
    ///
    /// # Errors
    /// Returns an error if the database fails or has no tables yet.
    pub(crate) async fn actions(&self, filter: &RecordFilter, limit: u32) -> Result<Vec<RecordedAction>, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let rows = transaction
            .rows(
                concat_action_columns!(
                    "where version = (select max(version) from lastpass_record n \
                     where n.action_id = r.action_id) and ($1 = '' or email = $1) \
                     and ($2 = '' or lower(actor) = lower($2)) and ($9 = '' or actor = $9) \
                     and ($3 = '' or action = $3) and ($4 = '' or outcome = $4) and ($5 = '' or at >= $5) \
                     and ($6 = '' or at < $6) and ($7 = '' or action_id < $7) order by action_id desc limit $8"
                ),
                &[
                    SqlValue::Text(&filter.email),
                    SqlValue::Text(&filter.actor),
                    SqlValue::Text(&filter.action),
                    SqlValue::Text(&filter.outcome),
                    SqlValue::Text(&filter.from),
                    SqlValue::Text(&filter.to),
                    SqlValue::Text(&filter.before),
                    SqlValue::Number(i64::from(limit)),
                    SqlValue::Text(&filter.only_actor),
                ],
            )
            .await?;
        rows.iter().map(read_action).collect()
    }

    /// The number of all matching actions, wherever [`RecordFilter::before`] is.
    ///
    /// # Errors
    /// Returns an error if the database fails or has no tables yet.
    pub(crate) async fn count(&self, filter: &RecordFilter) -> Result<u64, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let rows = transaction
            .rows(
                "select count(*) from lastpass_record r where not exists (select 1 from lastpass_record n \
                 where n.action_id = r.action_id and n.version > r.version) and ($1 = '' or email = $1) \
                 and ($2 = '' or lower(actor) = lower($2)) and ($7 = '' or actor = $7) \
                 and ($3 = '' or action = $3) and ($4 = '' or outcome = $4) and ($5 = '' or at >= $5) and ($6 = '' or at < $6)",
                &[
                    SqlValue::Text(&filter.email),
                    SqlValue::Text(&filter.actor),
                    SqlValue::Text(&filter.action),
                    SqlValue::Text(&filter.outcome),
                    SqlValue::Text(&filter.from),
                    SqlValue::Text(&filter.to),
                    SqlValue::Text(&filter.only_actor),
                ],
            )
            .await?;
        let count = rows.first().ok_or(Error::InvalidRow)?.number(0)?;
        u64::try_from(count).map_err(|_| Error::InvalidRow)
    }

    /// The head of the chain as stored: it changes with every row. `None` if the record is empty.
    ///
    /// # Errors
    /// Returns an error if the database fails or has no tables yet.
    pub(crate) async fn head(&self) -> Result<Option<String>, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let last = transaction.rows("select mac from lastpass_record order by number desc limit 1", &[]).await?;
        last.first().map(|row| row.bytes(0).map(hex::encode)).transpose()
    }

    /// Verifies the whole chain.
    ///
    /// # Errors
    /// Returns an error if the database fails or has no tables yet.
    pub(crate) async fn verify(&self) -> Result<ChainStatus, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let mut verifier = ChainVerifier::new(&self.keys);
        let mut last = i64::MIN;
        loop {
            let rows = transaction
                .rows(
                    concat_columns!(
                        "select number, mac, ",
                        " from lastpass_record where number > $1 order by number limit $2"
                    ),
                    &[SqlValue::Number(last), SqlValue::Number(BATCH)],
                )
                .await?;
            let Some(end) = rows.last() else { break };
            last = end.number(0)?;
            for row in &rows {
                match (read_entry(row, 2), row.bytes(1)) {
                    (Ok(entry), Ok(mac)) => verifier.push(row.number(0)?, &entry, mac),
                    // A value of a type that this program never writes.
                    (Err(_), _) | (_, Err(_)) => verifier.push_unreadable(row.number(0)?),
                }
            }
        }
        Ok(verifier.finish())
    }
}

fn read_action(row: &SqlRow) -> Result<RecordedAction, Error> {
    Ok(RecordedAction { entry: read_entry(row, 0)?, is_open: row.number(9)? > 0 })
}

fn read_entry(row: &SqlRow, first: usize) -> Result<RecordEntry, Error> {
    let text = |place| row.text(first + place);
    Ok(RecordEntry {
        action_id: text(0)?,
        version: row.number(first + 1)?,
        at: text(2)?,
        actor: text(3)?,
        action: text(4)?,
        email: text(5)?,
        outcome: text(6)?,
        request_id: text(7)?,
        content: text(8)?,
    })
}

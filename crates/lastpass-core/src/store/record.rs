//! The record: what was changed, by whom, and how it ended. Rows are only ever added.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::store::{
    Error, Lease, Store,
    chain::{ChainStatus, ChainVerifier, hex},
    claims,
    database::{SqlRow, SqlValue, Transaction},
};

/// Rows that are read at a time.
const BATCH: i64 = 500;

/// A statement that selects the columns which [`entry`] reads.
macro_rules! concat_columns {
    ($before:literal, $after:literal) => {
        concat!($before, "action_id, version, at, actor, action, email, outcome, request_id, content", $after)
    };
}

/// One row: an action as it stood when the row was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEntry {
    /// The action: a UUID whose order is that of time.
    pub action_id: String,
    /// How many rows the action has with this one, from 1.
    pub version: i64,
    /// When the action began, in UTC.
    pub at: String,
    /// Who asked for it.
    pub actor: String,
    /// What was asked for.
    pub action: String,
    /// Whom it is about; empty for an export.
    pub email: String,
    /// How it ended, `unknown` as long as it has not.
    pub outcome: String,
    /// The request that it came by.
    pub request_id: String,
    /// The rest, as JSON.
    pub content: String,
}

/// The form in which times are kept: their order as texts is their order in time.
pub(crate) fn format_time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl RecordEntry {
    /// The form in which [`RecordEntry::at`] is kept.
    pub fn format_time(at: DateTime<Utc>) -> String {
        format_time(at)
    }
}

/// A row that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendedEntry {
    /// Its number, from 1, without a gap.
    pub number: i64,
    /// Its HMAC in hexadecimal digits: the head of the chain.
    pub head: String,
}

/// Which actions are asked for; an empty text asks for all.
#[derive(Debug, Clone, Default)]
pub struct RecordFilter {
    /// Whom they are about.
    pub email: String,
    /// Who asked for them.
    pub actor: String,
    /// What was asked for.
    pub action: String,
    /// How they ended.
    pub outcome: String,
    /// From when on, in the form of [`RecordEntry::at`].
    pub from: String,
    /// Before when.
    pub to: String,
    /// Only those before this action in the order of the list, which is that of ids, newest first.
    pub before: String,
}

impl Store {
    /// Adds a row: the action as it stands now.
    ///
    /// # Errors
    /// [`Error::Superseded`] where the action went on without us, or its claim is not ours any more.
    pub async fn append(&self, entry: &RecordEntry, lease: Lease) -> Result<AppendedEntry, Error> {
        let mut transaction = self.write().await?;
        claims::check_and_bind_key(&mut transaction, entry).await?;
        let appended = self.add(&mut transaction, entry).await?;
        lease.apply(&mut transaction, &entry.action_id).await?;
        transaction.commit().await?;
        tracing::info!(number = appended.number, head = appended.head, "record");
        Ok(appended)
    }

    /// Adds a row that stands for itself, unless the same was added since `since`.
    ///
    /// # Errors
    /// Where the database fails. No table is made for it.
    pub async fn append_once(&self, entry: &RecordEntry, since: DateTime<Utc>) -> Result<(), Error> {
        let mut transaction = self.database.begin_writing().await?;
        let recent = transaction
            .rows(
                "select 1 from lastpass_record where action = $1 and actor = $2 and content = $3 and at >= $4",
                &[
                    SqlValue::Text(&entry.action),
                    SqlValue::Text(&entry.actor),
                    SqlValue::Text(&entry.content),
                    SqlValue::Text(&format_time(since)),
                ],
            )
            .await?;
        if recent.is_empty() {
            let appended = self.add(&mut transaction, entry).await?;
            transaction.commit().await?;
            tracing::info!(number = appended.number, head = appended.head, "record");
        }
        Ok(())
    }

    async fn add(&self, transaction: &mut Transaction, entry: &RecordEntry) -> Result<AppendedEntry, Error> {
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
        Ok(AppendedEntry { number, head: hex(&mac) })
    }

    /// An action as it stands now.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn action(&self, action_id: &str) -> Result<Option<RecordEntry>, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let rows = transaction
            .rows(
                concat_columns!("select ", " from lastpass_record where action_id = $1 order by version desc limit 1"),
                &[SqlValue::Text(action_id)],
            )
            .await?;
        rows.first().map(|row| entry(row, 0)).transpose()
    }

    /// Actions as they stand now, newest first, at most `limit`.
    ///
    /// # Errors
    /// Where the database fails, or has no tables yet.
    pub async fn actions(&self, filter: &RecordFilter, limit: u32) -> Result<Vec<RecordEntry>, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let rows = transaction
            .rows(
                concat_columns!(
                    "select ",
                    " from lastpass_record r where version = (select max(version) from lastpass_record n \
                     where n.action_id = r.action_id) and ($1 = '' or email = $1) and ($2 = '' or actor = $2) \
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
                ],
            )
            .await?;
        rows.iter().map(|row| entry(row, 0)).collect()
    }

    /// The head of the chain as it is written: it changes with every row. Nothing where there is no row.
    ///
    /// # Errors
    /// Where the database fails, or has no tables yet.
    pub async fn head(&self) -> Result<Option<String>, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let last = transaction.rows("select mac from lastpass_record order by number desc limit 1", &[]).await?;
        last.first().map(|row| row.bytes(0).map(|mac| hex(&mac))).transpose()
    }

    /// Walks along the whole chain.
    ///
    /// # Errors
    /// Where the database fails, or has no tables yet.
    pub async fn verify(&self) -> Result<ChainStatus, Error> {
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
                match (entry(row, 2), row.bytes(1)) {
                    (Ok(entry), Ok(mac)) => verifier.take(row.number(0)?, &entry, mac),
                    // A value of a kind that we never write.
                    (Err(_), _) | (_, Err(_)) => verifier.take_unreadable(row.number(0)?),
                }
            }
        }
        Ok(verifier.finish())
    }
}

fn entry(row: &SqlRow, first: usize) -> Result<RecordEntry, Error> {
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

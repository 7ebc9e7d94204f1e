//! Claims: which address is being changed right now, and which action an Idempotency-Key belongs to. Knows no LastPass.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::PersonAction,
    store::{
        Error, RecordEntry, Store,
        database::{SqlValue, Transaction},
    },
};

/// The period over which limited actions are counted.
const LIMIT_WINDOW: TimeDelta = TimeDelta::hours(1);

/// A claim of an address, whose user is to be changed.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// The id of the action to start.
    pub(crate) action_id: String,
    /// The address of the user.
    pub(crate) email: String,
    /// The name of the action to start.
    pub(crate) action: &'static str,
    /// The caller's Idempotency-Key, scoped to the caller and the route.
    pub(crate) key: Option<String>,
    /// The fingerprint of the request body.
    pub(crate) body: String,
    /// The limit that applies, if any.
    pub(crate) limit: Option<OffboardingLimit>,
}

/// The maximum number of off-boardings within an hour, over all callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OffboardingLimit {
    /// The names of the actions that count.
    pub(crate) actions: [&'static str; 4],
    /// The maximum.
    pub(crate) max: u32,
}

/// The outcome of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClaimOutcome {
    /// The address is claimed until the lease ends.
    Granted,
    /// The key belongs to this action, which was requested with the same body.
    Repeat {
        /// The action.
        action_id: String,
    },
    /// The key belongs to a request with another body.
    KeyReused,
    /// Another request changes the address right now, or the same request is still being processed.
    Busy,
    /// An earlier action on the address is unfinished, and no request is working on it.
    Open {
        /// The action.
        action_id: String,
    },
    /// The limit is reached.
    OverLimit {
        /// The time until another action may be started.
        retry_after: TimeDelta,
    },
}

/// How appending an entry changes the claim of its action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClaimUpdate {
    /// Extends the lease.
    ExtendTo(DateTime<Utc>),
    /// Ends the lease of an unfinished action: the next request may resume it.
    Release,
    /// Deletes the claim: the action is finished and the address is free.
    Close,
    /// Deletes the claim and the Idempotency-Key of an action of which nothing was sent.
    Discard,
}

impl Store {
    /// Claims an address until `until`.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn claim(
        &self,
        claim: &Claim,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<ClaimOutcome, Error> {
        let mut transaction = self.write().await?;
        let (outcome, expired) = evaluate(&mut transaction, claim, now).await?;
        if outcome != ClaimOutcome::Granted {
            return Ok(outcome);
        }
        for action_id in expired {
            delete_claim(&mut transaction, &action_id).await?;
        }
        // An absent key is passed as an empty text: statements take no nulls.
        transaction
            .run(
                "insert into lastpass_claims (email, action_id, action, claimed_at, lease_until, key, body, recorded) \
                 values ($1, $2, $3, $4, $5, nullif($6, ''), $7, 0)",
                &[
                    SqlValue::Text(&claim.email),
                    SqlValue::Text(&claim.action_id),
                    SqlValue::Text(claim.action),
                    SqlValue::Text(&RecordEntry::format_time(now)),
                    SqlValue::Text(&RecordEntry::format_time(until)),
                    SqlValue::Text(claim.key.as_deref().unwrap_or_default()),
                    SqlValue::Text(&claim.body),
                ],
            )
            .await?;
        transaction.commit().await?;
        Ok(ClaimOutcome::Granted)
    }

    /// The outcome that a claim would have.
    ///
    /// # Errors
    /// Returns an error if the database fails or has no tables yet.
    pub(crate) async fn preview_claim(&self, claim: &Claim, now: DateTime<Utc>) -> Result<ClaimOutcome, Error> {
        let mut transaction = self.database.begin_reading().await?;
        evaluate(&mut transaction, claim, now).await.map(|(outcome, _)| outcome)
    }

    /// Takes over an unfinished action whose lease has ended, until `until`. Returns false if its lease still holds, or
    /// the action is finished.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn take_over(
        &self,
        action_id: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let mut transaction = self.write().await?;
        let taken = transaction
            .run(
                "update lastpass_claims set lease_until = $1 where action_id = $2 and lease_until <= $3",
                &[
                    SqlValue::Text(&RecordEntry::format_time(until)),
                    SqlValue::Text(action_id),
                    SqlValue::Text(&RecordEntry::format_time(now)),
                ],
            )
            .await?;
        transaction.commit().await?;
        Ok(taken == 1)
    }

    /// Ends the lease of an action that is claimed until `until`, so that the next request may resume it. Does nothing if
    /// another request has taken it over.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn release(&self, action_id: &str, until: DateTime<Utc>) -> Result<(), Error> {
        let mut transaction = self.write().await?;
        let sql = "update lastpass_claims set lease_until = '' where action_id = $1 and lease_until = $2";
        transaction.run(sql, &[SqlValue::Text(action_id), SqlValue::Text(&RecordEntry::format_time(until))]).await?;
        transaction.commit().await
    }

    /// The unfinished actions that no request is working on, the oldest first.
    ///
    /// # Errors
    /// Returns an error if the database fails or has no tables yet.
    pub(crate) async fn open_actions(&self, now: DateTime<Utc>) -> Result<Vec<String>, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let rows = transaction
            .rows(
                "select action_id from lastpass_claims where recorded = 1 and lease_until <= $1 order by claimed_at",
                &[SqlValue::Text(&RecordEntry::format_time(now))],
            )
            .await?;
        rows.iter().map(|row| row.text(0)).collect()
    }

    /// The addresses that other actions are off-boarding right now.
    ///
    /// # Errors
    /// Returns an error if the database fails or has no tables yet.
    pub(crate) async fn other_offboardings(&self, action_id: &str) -> Result<Vec<String>, Error> {
        let [a, b, c] = PersonAction::OFFBOARDING.map(PersonAction::name);
        let mut transaction = self.database.begin_reading().await?;
        let rows = transaction
            .rows(
                "select email from lastpass_claims where action in ($1, $2, $3) and action_id <> $4",
                &[SqlValue::Text(a), SqlValue::Text(b), SqlValue::Text(c), SqlValue::Text(action_id)],
            )
            .await?;
        rows.iter().map(|row| row.text(0)).collect()
    }

    /// Deletes a claim under which nothing was recorded, and therefore nothing sent.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn abandon(&self, action_id: &str) -> Result<(), Error> {
        let mut transaction = self.write().await?;
        transaction
            .run("delete from lastpass_claims where action_id = $1 and recorded = 0", &[SqlValue::Text(action_id)])
            .await?;
        transaction.commit().await
    }
}

impl ClaimUpdate {
    /// Applies the update to the claim of an action.
    pub(crate) async fn apply(self, transaction: &mut Transaction, action_id: &str) -> Result<(), Error> {
        let until = match self {
            Self::ExtendTo(until) => RecordEntry::format_time(until),
            Self::Release => String::new(),
            Self::Close => return delete_claim(transaction, action_id).await,
            Self::Discard => {
                let sql = "delete from lastpass_keys where action_id = $1";
                transaction.run(sql, &[SqlValue::Text(action_id)]).await?;
                return delete_claim(transaction, action_id).await;
            }
        };
        let sql = "update lastpass_claims set lease_until = $1, recorded = 1 where action_id = $2";
        transaction.run(sql, &[SqlValue::Text(&until), SqlValue::Text(action_id)]).await.map(drop)
    }
}

/// Checks that an entry may be appended: it is the next version of its action, which still has its claim. The first
/// entry of an action binds the claim's key to it.
///
/// # Errors
/// Returns [`Error::Superseded`] if another request has continued the action, or its claim is gone.
pub(crate) async fn check_and_bind_key(transaction: &mut Transaction, entry: &RecordEntry) -> Result<(), Error> {
    let rows = transaction
        .rows(
            "select coalesce(max(version), 0) from lastpass_record where action_id = $1",
            &[SqlValue::Text(&entry.action_id)],
        )
        .await?;
    let last = rows.first().ok_or(Error::InvalidRow)?.number(0)?;
    let claims = transaction
        .rows("select key, body from lastpass_claims where action_id = $1", &[SqlValue::Text(&entry.action_id)])
        .await?;
    let claim = claims.first().filter(|_| last + 1 == entry.version).ok_or(Error::Superseded)?;
    if entry.version == 1
        && let Some(key) = claim.optional_text(0)?
    {
        transaction
            .run(
                "insert into lastpass_keys (key, body, action_id) values ($1, $2, $3)",
                &[SqlValue::Text(&key), SqlValue::Text(&claim.text(1)?), SqlValue::Text(&entry.action_id)],
            )
            .await?;
    }
    Ok(())
}

/// The outcome of a claim, and the expired claims that it replaces: nothing was sent under those.
async fn evaluate(
    transaction: &mut Transaction,
    claim: &Claim,
    now: DateTime<Utc>,
) -> Result<(ClaimOutcome, Vec<String>), Error> {
    let mut expired = Vec::new();
    if let Some(key) = &claim.key {
        if let Some(known) = known_key(transaction, key, &claim.body).await? {
            return Ok((known, expired));
        }
        match claimed_key(transaction, key, &claim.body, now).await? {
            KeyClaim::None => {}
            KeyClaim::Active(outcome) => return Ok((outcome, expired)),
            KeyClaim::Expired(action_id) => expired.push(action_id),
        }
    }
    let rows = transaction
        .rows(
            "select action_id, lease_until, recorded from lastpass_claims where email = $1",
            &[SqlValue::Text(&claim.email)],
        )
        .await?;
    if let Some(row) = rows.first() {
        let (action_id, lease_until, is_recorded) = (row.text(0)?, row.text(1)?, row.number(2)? == 1);
        if lease_until > RecordEntry::format_time(now) {
            return Ok((ClaimOutcome::Busy, expired));
        }
        if is_recorded {
            return Ok((ClaimOutcome::Open { action_id }, expired));
        }
        expired.push(action_id);
    }
    if let Some(limit) = claim.limit
        && let Some(retry_after) = over_limit(transaction, limit, now).await?
    {
        return Ok((ClaimOutcome::OverLimit { retry_after }, expired));
    }
    Ok((ClaimOutcome::Granted, expired))
}

/// The outcome for a key that belongs to a recorded action.
async fn known_key(transaction: &mut Transaction, key: &str, body: &str) -> Result<Option<ClaimOutcome>, Error> {
    let rows =
        transaction.rows("select body, action_id from lastpass_keys where key = $1", &[SqlValue::Text(key)]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(if row.text(0)? == body {
        ClaimOutcome::Repeat { action_id: row.text(1)? }
    } else {
        ClaimOutcome::KeyReused
    }))
}

/// A claim with the same key, whose action is not recorded yet.
enum KeyClaim {
    None,
    Active(ClaimOutcome),
    /// Its lease has ended; the id of its action.
    Expired(String),
}

async fn claimed_key(
    transaction: &mut Transaction,
    key: &str,
    body: &str,
    now: DateTime<Utc>,
) -> Result<KeyClaim, Error> {
    let rows = transaction
        .rows("select body, lease_until, action_id from lastpass_claims where key = $1", &[SqlValue::Text(key)])
        .await?;
    let Some(row) = rows.first() else { return Ok(KeyClaim::None) };
    if row.text(1)? <= RecordEntry::format_time(now) {
        return Ok(KeyClaim::Expired(row.text(2)?));
    }
    Ok(KeyClaim::Active(if row.text(0)? == body { ClaimOutcome::Busy } else { ClaimOutcome::KeyReused }))
}

/// The time until another action may be started, if the limit is reached.
async fn over_limit(
    transaction: &mut Transaction,
    limit: OffboardingLimit,
    now: DateTime<Utc>,
) -> Result<Option<TimeDelta>, Error> {
    let [a, b, c, d] = limit.actions;
    let since = RecordEntry::format_time(now - LIMIT_WINDOW);
    // Actions that are recorded, and those that are claimed but not recorded yet.
    let rows = transaction
        .rows(
            "select at from (select at from lastpass_record where version = 1 and action in ($1, $2, $3, $4) \
             and at > $5 union all select claimed_at from lastpass_claims where recorded = 0 \
             and action in ($1, $2, $3, $4) and claimed_at > $5 and lease_until > $6) begun \
             order by at desc limit $7",
            &[
                SqlValue::Text(a),
                SqlValue::Text(b),
                SqlValue::Text(c),
                SqlValue::Text(d),
                SqlValue::Text(&since),
                SqlValue::Text(&RecordEntry::format_time(now)),
                SqlValue::Number(i64::from(limit.max)),
            ],
        )
        .await?;
    if rows.len() < limit.max as usize {
        return Ok(None);
    }
    let started = match rows.last() {
        Some(row) => DateTime::parse_from_rfc3339(&row.text(0)?).map_err(|_| Error::InvalidRow)?.to_utc(),
        // The limit is zero.
        None => now,
    };
    Ok(Some((started + LIMIT_WINDOW - now).max(TimeDelta::seconds(1))))
}

async fn delete_claim(transaction: &mut Transaction, action_id: &str) -> Result<(), Error> {
    transaction.run("delete from lastpass_claims where action_id = $1", &[SqlValue::Text(action_id)]).await.map(drop)
}

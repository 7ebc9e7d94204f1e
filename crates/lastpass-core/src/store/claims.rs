//! Who changes whom right now, and which action an Idempotency-Key belongs to.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::PersonAction,
    store::{
        Error, Store,
        database::{SqlValue, Transaction},
        record::{RecordEntry, format_time},
    },
};

/// The time in which actions are counted that nobody should need many of.
const LIMIT_WINDOW: TimeDelta = TimeDelta::hours(1);

/// Somebody's intention to change an address.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The action that is to be.
    pub action_id: String,
    /// Whom it is about.
    pub email: String,
    /// What is to be done.
    pub action: &'static str,
    /// The caller's Idempotency-Key, made the caller's and the route's own.
    pub key: Option<String>,
    /// What the body says, in one spelling.
    pub body: String,
    /// The limit that it falls under.
    pub limit: Option<OffboardingLimit>,
}

/// How many actions of some kinds may be begun in an hour, over all callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffboardingLimit {
    /// The kinds.
    pub actions: [&'static str; 4],
    /// How many.
    pub max: u32,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// The address is ours until the lease ends.
    Granted,
    /// The key belongs to this action, which was asked for in the same words.
    Repeat {
        /// The action.
        action_id: String,
    },
    /// The key belongs to something that was asked for in other words.
    KeyReused,
    /// Somebody changes the address right now, or the same request is being answered.
    Busy,
    /// An earlier action of that address has not come to its end, and nobody is at it.
    Open {
        /// The action.
        action_id: String,
    },
    /// Too many of its kind in an hour.
    OverLimit {
        /// When the next one may begin.
        retry_after: TimeDelta,
    },
}

/// What becomes of the claim when a row is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// It goes on until then.
    Until(DateTime<Utc>),
    /// Nobody is at it any more, and it is not at its end: the next who comes may go on.
    Released,
    /// The action is at its end, and the address is free.
    Ended,
    /// The same, and nothing of it was ever sent: its key is free as well.
    Forgotten,
}

impl Store {
    /// Claims an address, until `until`.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn claim(&self, claim: &Claim, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<ClaimOutcome, Error> {
        let mut transaction = self.write().await?;
        let (claimed, lapsed) = evaluate(&mut transaction, claim, now).await?;
        if claimed != ClaimOutcome::Granted {
            return Ok(claimed);
        }
        for action_id in lapsed {
            drop_claim(&mut transaction, &action_id).await?;
        }
        // A key's absence is an empty text on its way in: statements take no nulls.
        transaction
            .run(
                "insert into lastpass_claims (email, action_id, action, claimed_at, lease_until, key, body, recorded) \
                 values ($1, $2, $3, $4, $5, nullif($6, ''), $7, 0)",
                &[
                    SqlValue::Text(&claim.email),
                    SqlValue::Text(&claim.action_id),
                    SqlValue::Text(claim.action),
                    SqlValue::Text(&format_time(now)),
                    SqlValue::Text(&format_time(until)),
                    SqlValue::Text(claim.key.as_deref().unwrap_or_default()),
                    SqlValue::Text(&claim.body),
                ],
            )
            .await?;
        transaction.commit().await?;
        Ok(ClaimOutcome::Granted)
    }

    /// What would become of a claim.
    ///
    /// # Errors
    /// Where the database fails, or has no tables yet.
    pub async fn preview_claim(&self, claim: &Claim, now: DateTime<Utc>) -> Result<ClaimOutcome, Error> {
        let mut transaction = self.database.begin_reading().await?;
        evaluate(&mut transaction, claim, now).await.map(|(claimed, _)| claimed)
    }

    /// Takes over an action that nobody is at, until `until`; nothing where somebody is, or it has ended.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn take_over(&self, action_id: &str, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool, Error> {
        let mut transaction = self.write().await?;
        let taken = transaction
            .run(
                "update lastpass_claims set lease_until = $1 where action_id = $2 and lease_until <= $3",
                &[SqlValue::Text(&format_time(until)), SqlValue::Text(action_id), SqlValue::Text(&format_time(now))],
            )
            .await?;
        transaction.commit().await?;
        Ok(taken == 1)
    }

    /// Leaves an action, which was claimed until `until`, for whoever comes next; nothing where somebody has come.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn release(&self, action_id: &str, until: DateTime<Utc>) -> Result<(), Error> {
        let mut transaction = self.write().await?;
        let sql = "update lastpass_claims set lease_until = '' where action_id = $1 and lease_until = $2";
        transaction.run(sql, &[SqlValue::Text(action_id), SqlValue::Text(&format_time(until))]).await?;
        transaction.commit().await
    }

    /// Whether an action has not come to its end.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_open(&self, action_id: &str) -> Result<bool, Error> {
        let mut transaction = self.database.begin_reading().await?;
        let sql = "select 1 from lastpass_claims where action_id = $1";
        Ok(!transaction.rows(sql, &[SqlValue::Text(action_id)]).await?.is_empty())
    }

    /// Who is being taken out right now, the action's own person aside.
    ///
    /// # Errors
    /// Where the database fails, or has no tables yet.
    pub async fn leaving(&self, action_id: &str) -> Result<Vec<String>, Error> {
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

    /// Gives up a claim under which nothing was sent.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn abandon(&self, action_id: &str) -> Result<(), Error> {
        let mut transaction = self.write().await?;
        transaction
            .run("delete from lastpass_claims where action_id = $1 and recorded = 0", &[SqlValue::Text(action_id)])
            .await?;
        transaction.commit().await
    }
}

impl Lease {
    pub(crate) async fn apply(self, transaction: &mut Transaction, action_id: &str) -> Result<(), Error> {
        let until = match self {
            Self::Until(until) => format_time(until),
            Self::Released => String::new(),
            Self::Ended => return drop_claim(transaction, action_id).await,
            Self::Forgotten => {
                let sql = "delete from lastpass_keys where action_id = $1";
                transaction.run(sql, &[SqlValue::Text(action_id)]).await?;
                return drop_claim(transaction, action_id).await;
            }
        };
        let sql = "update lastpass_claims set lease_until = $1, recorded = 1 where action_id = $2";
        transaction.run(sql, &[SqlValue::Text(&until), SqlValue::Text(action_id)]).await.map(drop)
    }
}

/// Lets a row be added: the action is still as its writer last saw it, and its address still claimed for it. With the
/// first row the claim's key becomes the action's.
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

/// What becomes of a claim, and which lapsed ones stand in its way: under those nothing was sent.
async fn evaluate(
    transaction: &mut Transaction,
    claim: &Claim,
    now: DateTime<Utc>,
) -> Result<(ClaimOutcome, Vec<String>), Error> {
    let mut lapsed = Vec::new();
    if let Some(key) = &claim.key {
        if let Some(known) = known_key(transaction, key, &claim.body).await? {
            return Ok((known, lapsed));
        }
        match claimed_key(transaction, key, &claim.body, now).await? {
            KeyClaim::None => {}
            KeyClaim::Alive(claimed) => return Ok((claimed, lapsed)),
            KeyClaim::Lapsed(action_id) => lapsed.push(action_id),
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
        if lease_until > format_time(now) {
            return Ok((ClaimOutcome::Busy, lapsed));
        }
        if is_recorded {
            return Ok((ClaimOutcome::Open { action_id }, lapsed));
        }
        lapsed.push(action_id);
    }
    if let Some(limit) = claim.limit
        && let Some(retry_after) = over_limit(transaction, limit, now).await?
    {
        return Ok((ClaimOutcome::OverLimit { retry_after }, lapsed));
    }
    Ok((ClaimOutcome::Granted, lapsed))
}

/// The action that a key belongs to.
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

/// A claim with the same key, under which nothing was sent yet.
enum KeyClaim {
    None,
    Alive(ClaimOutcome),
    /// Whoever claimed it is gone.
    Lapsed(String),
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
    if row.text(1)? <= format_time(now) {
        return Ok(KeyClaim::Lapsed(row.text(2)?));
    }
    Ok(KeyClaim::Alive(if row.text(0)? == body { ClaimOutcome::Busy } else { ClaimOutcome::KeyReused }))
}

/// How long until one more may begin, where too many have begun already.
async fn over_limit(
    transaction: &mut Transaction,
    limit: OffboardingLimit,
    now: DateTime<Utc>,
) -> Result<Option<TimeDelta>, Error> {
    let [a, b, c, d] = limit.actions;
    let since = format_time(now - LIMIT_WINDOW);
    // What was recorded, and what is claimed and not recorded yet.
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
                SqlValue::Text(&format_time(now)),
                SqlValue::Number(i64::from(limit.max)),
            ],
        )
        .await?;
    if rows.len() < limit.max as usize {
        return Ok(None);
    }
    let begun = match rows.last() {
        Some(row) => DateTime::parse_from_rfc3339(&row.text(0)?).map_err(|_| Error::InvalidRow)?.to_utc(),
        // A limit of none at all.
        None => now,
    };
    Ok(Some((begun + LIMIT_WINDOW - now).max(TimeDelta::seconds(1))))
}

async fn drop_claim(transaction: &mut Transaction, action_id: &str) -> Result<(), Error> {
    transaction.run("delete from lastpass_claims where action_id = $1", &[SqlValue::Text(action_id)]).await.map(drop)
}

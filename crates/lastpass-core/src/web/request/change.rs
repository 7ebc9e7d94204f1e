//! What all routes that make changes share: the Idempotency-Key, and how a parsed body becomes a request.

use aws_lc_rs::digest;
use http::HeaderMap;
use serde::Serialize;

use crate::{
    auth::Caller,
    changes::{Change, ChangeRequest, IdempotencyKey},
    settings::ChangeMode,
    web::response::problem::{FieldError, Problem},
};

/// The maximum length of an Idempotency-Key, in characters.
const MAX_KEY: usize = 255;

/// A change that was parsed from a valid body.
#[derive(Debug)]
pub(crate) struct ParsedChange {
    pub(crate) change: Change,
    /// The [`fingerprint`] of the body.
    pub(crate) fingerprint: String,
    /// Whether the caller requests a dry run.
    pub(crate) is_dry_run: bool,
}

/// The Idempotency-Key of a request, scoped to its caller and route; `None` if there is none.
///
/// # Errors
/// Returns [`Problem::InvalidBody`] if the header is malformed or repeated.
pub(crate) fn idempotency_key(
    headers: &HeaderMap,
    caller: &Caller,
    route: &str,
) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let is_valid = |key: &&str| (1..=MAX_KEY).contains(&key.len()) && !key.contains(char::is_control);
    match value.to_str().ok().map(str::trim).filter(is_valid) {
        Some(key) if values.next().is_none() => Ok(Some(IdempotencyKey::new(&caller.identity(), route, key))),
        Some(_) | None => {
            let message = format!("must be sent only once, with 1 to {MAX_KEY} printable ASCII characters");
            Err(Problem::InvalidBody(vec![FieldError::new("Idempotency-Key", message)]))
        }
    }
}

/// The fingerprint of a body: equal for equal `fields`. A digest, since bodies contain personal data.
///
/// Fingerprints are stored with the Idempotency-Key and compared after an upgrade. The names, the order and the JSON types
/// of a route's fields are therefore frozen.
pub(crate) fn fingerprint(fields: &impl Serialize) -> String {
    let json = serde_json::to_vec(fields).expect("texts and flags are JSON");
    hex::encode(digest::digest(&digest::SHA256, &json))
}

/// The request for a parsed change.
pub(crate) fn change_request(
    caller: &Caller,
    key: Option<IdempotencyKey>,
    parsed: ParsedChange,
    mode: ChangeMode,
) -> ChangeRequest {
    ChangeRequest {
        change: parsed.change,
        actor: caller.actor(),
        role: caller.role(),
        key,
        body_fingerprint: parsed.fingerprint,
        is_dry_run: parsed.is_dry_run || mode == ChangeMode::DryRun,
    }
}

//! The HMAC chain that authenticates the record: each row has an HMAC over the HMAC of the row before it and its own
//! content. Knows no SQL.
//!
//! Changing, removing or inserting a row breaks the chain from there on. Removing the last rows does not: that shows in
//! `count` and `head`, which every append logs.

use std::fmt;

use aws_lc_rs::hmac;
use secrecy::SecretString;
use subtle::ConstantTimeEq;

use crate::{key_derivation::derive_hmac_keys, store::RecordEntry};

const MAC_LENGTH: usize = 32;

pub(crate) type Mac = [u8; MAC_LENGTH];

/// The HMAC that precedes the first row.
const GENESIS: Mac = [0; MAC_LENGTH];

/// The keys of the chain, derived from `SIGNING_SECRET`: the first signs, all verify.
pub(crate) struct ChainKeys(Vec<hmac::Key>);

impl ChainKeys {
    /// Derives a key from each secret.
    pub(crate) fn derive(secrets: &[SecretString]) -> Self {
        Self(derive_hmac_keys(secrets, b"lastpass-functions record"))
    }

    pub(crate) fn sign(&self, previous: Option<&[u8]>, number: i64, entry: &RecordEntry) -> Option<Mac> {
        self.0.first().map(|key| mac(key, previous.unwrap_or(&GENESIS), number, entry))
    }

    /// The index of the key that signed the row, among the first `candidates` keys; the current signing key has index 0.
    fn signer(
        &self,
        candidates: usize,
        previous: &[u8],
        number: i64,
        entry: &RecordEntry,
        found: &[u8],
    ) -> Option<usize> {
        let is_by = |key: &hmac::Key| bool::from(mac(key, previous, number, entry)[..].ct_eq(found));
        self.0.iter().take(candidates).position(is_by)
    }
}

impl fmt::Debug for ChainKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainKeys")
    }
}

fn mac(key: &hmac::Key, previous: &[u8], number: i64, entry: &RecordEntry) -> Mac {
    let mut signing = hmac::Context::with_key(key);
    signing.update(previous);
    signing.update(&number.to_be_bytes());
    signing.update(&entry.version.to_be_bytes());
    let RecordEntry { action_id, version: _, at, actor, action, email, outcome, request_id, content } = entry;
    for field in [action_id, at, actor, action, email, outcome, request_id, content] {
        // Prefixed by its length, so that no text can move from one field into the next.
        signing.update(&(field.len() as u64).to_be_bytes());
        signing.update(field.as_bytes());
    }
    let mut mac = GENESIS;
    mac.copy_from_slice(signing.sign().as_ref());
    mac
}

/// The result of verifying the chain.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ChainStatus {
    /// The number of rows.
    pub(crate) count: u64,
    /// The last row's HMAC in hexadecimal; `None` if there is no row.
    pub(crate) head: Option<String>,
    /// The number of the first row that is missing or altered.
    pub(crate) first_bad: Option<i64>,
    /// The action that this row names; `None` if the row is missing or cannot be read.
    pub(crate) first_bad_action: Option<String>,
}

impl ChainStatus {
    /// Whether no row is missing or altered.
    pub(crate) fn is_whole(&self) -> bool {
        self.first_bad.is_none()
    }
}

/// Verifies rows one after the other.
pub(crate) struct ChainVerifier<'a> {
    keys: &'a ChainKeys,
    previous: Vec<u8>,
    count: u64,
    first_bad: Option<i64>,
    first_bad_action: Option<String>,
    /// How many keys may have signed the next row: after a newer key has signed, older ones no longer do.
    candidates: usize,
}

impl<'a> ChainVerifier<'a> {
    pub(crate) fn new(keys: &'a ChainKeys) -> Self {
        Self {
            keys,
            previous: GENESIS.to_vec(),
            count: 0,
            first_bad: None,
            first_bad_action: None,
            candidates: keys.0.len(),
        }
    }

    /// Verifies the next row, in the order of numbers.
    pub(crate) fn push(&mut self, number: i64, entry: &RecordEntry, mac: Vec<u8>) {
        let is_next = self.count_row(number);
        if self.first_bad.is_none() && is_next {
            match self.keys.signer(self.candidates, &self.previous, number, entry, &mac) {
                Some(signer) => self.candidates = signer + 1,
                None => {
                    self.first_bad = Some(number);
                    self.first_bad_action = Some(entry.action_id.clone());
                }
            }
        }
        self.previous = mac;
    }

    /// Counts a row whose columns cannot be read as bad.
    pub(crate) fn push_unreadable(&mut self, number: i64) {
        self.count_row(number);
        self.first_bad.get_or_insert(number);
        self.previous.clear();
    }

    /// Counts a row. Returns whether it has the next number.
    fn count_row(&mut self, number: i64) -> bool {
        self.count += 1;
        let expected = i64::try_from(self.count).unwrap_or(i64::MAX);
        if number != expected {
            self.first_bad.get_or_insert(expected.min(number));
        }
        number == expected
    }

    pub(crate) fn finish(self) -> ChainStatus {
        let head = (self.count > 0).then(|| hex::encode(&self.previous));
        ChainStatus { count: self.count, head, first_bad: self.first_bad, first_bad_action: self.first_bad_action }
    }
}

//! The chain that proves the record: each row carries an HMAC over the row before it and its own content.
//!
//! Whoever changes, removes or inserts a row breaks it from there on. A tail that was cut off leaves a whole chain:
//! it shows by `count` and `head`, which every append logs.

use std::fmt;

use aws_lc_rs::hmac;
use secrecy::SecretString;
use subtle::ConstantTimeEq;

use crate::{key_derivation::derive_hmac_keys, store::record::RecordEntry};

const MAC_LENGTH: usize = 32;

pub(crate) type Mac = [u8; MAC_LENGTH];

/// What stands before the first row.
const GENESIS: Mac = [0; MAC_LENGTH];

/// The keys of the chain, derived from `SIGNING_SECRET`: the first signs, all verify.
pub struct ChainKeys(Vec<hmac::Key>);

impl ChainKeys {
    /// Derives a key from each secret.
    pub fn derive(secrets: &[SecretString]) -> Self {
        Self(derive_hmac_keys(secrets, b"lastpass-functions record"))
    }

    pub(crate) fn sign(&self, before: Option<&[u8]>, number: i64, entry: &RecordEntry) -> Option<Mac> {
        self.0.first().map(|key| mac(key, before.unwrap_or(&GENESIS), number, entry))
    }

    /// By which of the first `newest` keys the row was signed, counted from the one that signs now.
    fn signer(&self, newest: usize, before: &[u8], number: i64, entry: &RecordEntry, found: &[u8]) -> Option<usize> {
        let is_by = |key: &hmac::Key| bool::from(mac(key, before, number, entry)[..].ct_eq(found));
        self.0.iter().take(newest).position(is_by)
    }
}

impl fmt::Debug for ChainKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainKeys")
    }
}

fn mac(key: &hmac::Key, before: &[u8], number: i64, entry: &RecordEntry) -> Mac {
    let mut signing = hmac::Context::with_key(key);
    signing.update(before);
    signing.update(&number.to_be_bytes());
    signing.update(&entry.version.to_be_bytes());
    let RecordEntry { action_id, version: _, at, actor, action, email, outcome, request_id, content } = entry;
    for field in [action_id, at, actor, action, email, outcome, request_id, content] {
        // With its length, so that no text can pass from one field into the next.
        signing.update(&(field.len() as u64).to_be_bytes());
        signing.update(field.as_bytes());
    }
    let mut mac = GENESIS;
    mac.copy_from_slice(signing.sign().as_ref());
    mac
}

/// What a walk along the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChainStatus {
    /// How many rows there are.
    pub count: u64,
    /// The last row's HMAC in hexadecimal digits; nothing where there is no row.
    pub head: Option<String>,
    /// The number of the first row that is missing, or is not what was written.
    pub first_bad: Option<i64>,
    /// The action that the row says it is of; nothing where a row is missing, or says nothing that can be read.
    pub first_bad_action: Option<String>,
}

impl ChainStatus {
    /// Whether every row is what was written.
    pub fn is_whole(&self) -> bool {
        self.first_bad.is_none()
    }
}

/// The walk.
pub(crate) struct ChainVerifier<'a> {
    keys: &'a ChainKeys,
    before: Vec<u8>,
    count: u64,
    first_bad: Option<i64>,
    first_bad_action: Option<String>,
    /// How many keys may have signed the next row: once a newer key has signed, an older one does not any more.
    newest: usize,
}

impl<'a> ChainVerifier<'a> {
    pub(crate) fn new(keys: &'a ChainKeys) -> Self {
        Self { keys, before: GENESIS.to_vec(), count: 0, first_bad: None, first_bad_action: None, newest: keys.0.len() }
    }

    /// Takes the next row, in the order of numbers.
    pub(crate) fn take(&mut self, number: i64, entry: &RecordEntry, mac: Vec<u8>) {
        let expected = self.expect(number);
        if self.first_bad.is_none() && expected {
            match self.keys.signer(self.newest, &self.before, number, entry, &mac) {
                Some(signer) => self.newest = signer + 1,
                None => {
                    self.first_bad = Some(number);
                    self.first_bad_action = Some(entry.action_id.clone());
                }
            }
        }
        self.before = mac;
    }

    /// Takes a row that holds what we never write.
    pub(crate) fn take_unreadable(&mut self, number: i64) {
        self.expect(number);
        self.first_bad.get_or_insert(number);
        self.before.clear();
    }

    /// Whether the row has the number that the next row has.
    fn expect(&mut self, number: i64) -> bool {
        self.count += 1;
        let expected = i64::try_from(self.count).unwrap_or(i64::MAX);
        if number != expected {
            self.first_bad.get_or_insert(expected.min(number));
        }
        number == expected
    }

    pub(crate) fn finish(self) -> ChainStatus {
        let head = (self.count > 0).then(|| hex(&self.before));
        ChainStatus { count: self.count, head, first_bad: self.first_bad, first_bad_action: self.first_bad_action }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

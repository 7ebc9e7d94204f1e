//! NDJSON: one JSON value per line.

use bytes::Bytes;
use serde::Serialize;

/// One line for each value.
pub(crate) fn lines(values: impl Iterator<Item = impl Serialize>) -> Bytes {
    let mut text = Vec::new();
    for value in values {
        serde_json::to_writer(&mut text, &value).expect("texts, numbers and flags are JSON");
        text.push(b'\n');
    }
    Bytes::from(text)
}

//! JSON with one long list in it, written while it is sent.

use bytes::Bytes;
use serde::Serialize;

use crate::web::response::body::Body;

/// About how much is made at a time, in bytes.
const PIECE: usize = 32 * 1024;

/// `{"NAME":[...],...}` with the members of `tail` behind the list; `row` writes the row at a place.
pub(crate) fn list(
    name: &str,
    rows: usize,
    row: impl Fn(&mut Vec<u8>, usize) + Send + Sync + 'static,
    tail: &impl Serialize,
) -> Body {
    let mut rest = vec![b']'];
    write(&mut rest, tail);
    rest[1] = b',';
    list_between(format!("{{\"{name}\":[").into_bytes(), rows, row, rest)
}

/// What stands before the list, its rows, and what stands after it.
pub(crate) fn list_between(
    head: Vec<u8>,
    rows: usize,
    row: impl Fn(&mut Vec<u8>, usize) + Send + Sync + 'static,
    rest: Vec<u8>,
) -> Body {
    let (mut piece, mut rest) = (head, Some(rest));
    let mut place = 0;
    Body::from_chunks(std::iter::from_fn(move || {
        rest.as_ref()?;
        while piece.len() < PIECE && place < rows {
            if place > 0 {
                piece.push(b',');
            }
            row(&mut piece, place);
            place += 1;
        }
        if place == rows {
            piece.extend(rest.take().unwrap_or_default());
        }
        Some(Bytes::from(std::mem::take(&mut piece)))
    }))
}

/// Writes a value behind what is there.
pub(crate) fn write(json: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(json, value).expect("texts and numbers are written to memory");
}

//! Deserializes values whose JSON type LastPass does not keep to: numbers and booleans as text, lists for maps, `null`
//! for anything (recordings of 2022, vendor pages).
//!
//! No value fails because of its type: one that cannot be read is unknown, so that it never hides the rest of an
//! account.

mod containers;
mod scalar;

pub(crate) use containers::{Entries, Fields, Object, Texts, skip};
pub(crate) use scalar::Scalar;

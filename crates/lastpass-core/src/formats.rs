//! Domain values as bytes that others read: JSON rows, CSV, OCSF. Pure.

pub(crate) mod csv;
pub(crate) mod event_row;
pub(crate) mod ocsf;
pub(crate) mod user_row;

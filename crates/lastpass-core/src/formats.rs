//! Domain values as bytes that others read: JSON rows, CSV, NDJSON, OCSF. Pure: no I/O, and nothing of `web`.

pub(crate) mod csv;
pub(crate) mod event_row;
pub(crate) mod folder_row;
pub(crate) mod ndjson;
pub(crate) mod ocsf;
pub(crate) mod user_row;
pub(crate) mod values;

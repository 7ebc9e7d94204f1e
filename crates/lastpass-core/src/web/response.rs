//! From types to bytes: replies, problems and warnings. Names no route and not `App`.

pub(crate) mod action;
pub(crate) mod body;
pub(crate) mod change;
pub(crate) mod changed_groups;
pub(crate) mod edge_link;
pub(crate) mod json_stream;
pub(crate) mod meta;
pub(crate) mod problem;
pub(crate) mod read_after;
pub(crate) mod reply;
pub(crate) mod summary;
pub(crate) mod sync;
pub(crate) mod trend;
pub(crate) mod unavailable;
pub(crate) mod warning;

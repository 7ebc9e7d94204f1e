//! From bytes to types: parses parameters, headers and bodies. Knows no route and not `App`.

pub(crate) mod body;
pub(crate) mod change;
pub(crate) mod common_parameters;
pub(crate) mod content_type;
pub(crate) mod cors;
pub(crate) mod date_range;
pub(crate) mod field_errors;
pub(crate) mod json_body;
pub(crate) mod name_cursor;
pub(crate) mod parameters;
pub(crate) mod permissions;
pub(crate) mod suggestion;
pub(crate) mod user_cursor;
pub(crate) mod user_filter;
pub(crate) mod validator;

//! The error of every command.

/// An error whose text is printed to whoever started the command.
pub(crate) type BoxError = Box<dyn std::error::Error>;

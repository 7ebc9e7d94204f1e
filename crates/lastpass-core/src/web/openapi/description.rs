//! What holds for every operation, in Markdown.

/// The description of the API.
pub(crate) const TEXT: &str = include_str!("description.md");

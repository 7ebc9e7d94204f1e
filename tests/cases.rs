//! Inputs that users of similar products reported elsewhere, each kind with many examples.

mod fixed_replies;
mod limits;
mod log_texts;
mod network_addresses;
mod settings;
mod spellings;
mod spreadsheets;

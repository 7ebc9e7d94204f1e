//! Inputs that users of similar products reported elsewhere, each kind with many examples.

mod log_texts;
mod network_addresses;
mod settings;
mod spellings;
mod spreadsheets;

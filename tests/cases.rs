//! Inputs that users of similar products reported elsewhere, each kind with many examples.

mod bodies;
mod fixed_replies;
mod limits;
mod log_texts;
mod names;
mod network_addresses;
mod paths;
mod plus_signs;
mod settings;
mod spellings;
mod spreadsheets;
mod wire;

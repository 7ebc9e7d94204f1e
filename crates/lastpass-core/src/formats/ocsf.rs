//! Events of LastPass's log in the Open Cybersecurity Schema Framework: <https://schema.ocsf.io/1.5.0/>. What no attribute
//! can express is left out or written to `unmapped`.

mod actor;
mod attributes;
mod class;
mod event;
mod metadata;
mod unmapped;

#[cfg(test)]
mod conformance;

pub(crate) use event::OcsfEvent;

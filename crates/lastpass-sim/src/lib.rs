//! A LastPass Enterprise account in memory, with the quirks and faults of the real one.

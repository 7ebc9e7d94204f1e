//! What a generated log holds.

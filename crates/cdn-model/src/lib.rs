//! A model of the shared cache that the platform puts before the functions: RFC 9111 with the platform's own rules.
//! Pure: the caller passes the time.
//!
//! The platform's rules are those of vercel.com/docs/caching: `cdn-cache`, `cache-control-headers` and `cache-status`.
//! Where they are silent, the model stores a reply for the longest time and serves it to the most clients, since its
//! purpose is to show that even then no client receives the reply of another.

mod cache;
mod client;
mod directives;
mod rules;

pub use cache::{Cache, Lookup};
pub use client::{CacheStatus, client_headers};
pub use rules::{Lifetime, NotStored, lifetime};

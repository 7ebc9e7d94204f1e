//! A model of the shared cache that the platform puts before the functions: RFC 9111 with the platform's own rules.
//! Pure, its clock handed in.
//!
//! The platform's rules are those of vercel.com/docs/caching: `cdn-cache`, `cache-control-headers` and `cache-status`.
//! Where they are silent, the model does what keeps a reply longest and serves it most widely, since it is there to show
//! that even so nothing reaches somebody else.

mod cache;
mod client;
mod directives;
mod rules;

pub use cache::{Cache, Lookup};
pub use client::{CacheStatus, send_on};
pub use rules::{Lifetime, NotKept, lifetime};

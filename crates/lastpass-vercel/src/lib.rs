//! Runs an endpoint of lastpass-core as a function on Vercel.

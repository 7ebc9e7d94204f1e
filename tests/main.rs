//! Stories: end-to-end tests of the functions, in process.
//!
//! - [`world::World`] is one deployment: the functions, the real LastPass client, a simulated LastPass, and a clock that
//!   only [`world::World::advance`] moves. Each step of a story is one line: `world.get("users?id=2").await`.
//! - `world.sim` changes the company, injects faults, and lists the calls and mails. Companies come from
//!   [`world::company`] (generated) and [`companies`] (built by hand).
//! - `on_every_database!` runs a story on SQLite, Postgres and Postgres behind pgbouncer, if they are installed.
//! - What is the same on every route is one table: [`access`] (roles), [`parameters`] (queries), [`http`] (methods, tags,
//!   headers), [`exports`] (files). Whole replies are compared in [`snapshots`].
//! - `cargo test -p stories AREA` runs the tests of one module; those of [`faults`] take minutes.

mod access;
mod advice;
mod audit;
mod caching;
mod callers;
mod cases;
mod changes;
mod companies;
mod database;
mod edge;
mod exports;
mod faults;
mod figures;
mod groups;
mod health;
mod http;
mod interrupted;
mod openapi;
mod own_database;
mod parameters;
mod platform;
mod read_after;
mod recipes;
mod record;
mod recorded;
mod replay;
mod report;
mod routes;
mod secrets;
mod session;
mod shared_folders;
mod sign_in;
mod snapshots;
mod sync;
mod tidy;
mod transport;
mod trend;
mod upgrade;
mod upstream;
mod users;
mod world;

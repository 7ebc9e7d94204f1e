//! Stories through the front door, on the real client and the simulator.

mod access;
mod caching;
mod changes;
mod database;
mod platform;
mod record;
mod recorded;
mod report;
mod secrets;
mod sign_in;
mod tidy;
mod transport;
mod upstream;
mod world;

//! Stories through the front door, on the real client and the simulator.

mod access;
mod audit;
mod caching;
mod changes;
mod database;
mod edge;
mod faults;
mod groups;
mod health;
mod platform;
mod recipes;
mod record;
mod recorded;
mod replay;
mod report;
mod secrets;
mod session;
mod shared_folders;
mod sign_in;
mod snapshots;
mod tidy;
mod transport;
mod upgrade;
mod upstream;
mod users;
mod world;

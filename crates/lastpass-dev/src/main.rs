//! `cargo dev`: the local server, the simulator as a server, the generator of the API's description, and the benchmarks.

mod arguments;
mod bench;
mod cdn;
mod dashboard;
mod demo;
mod error;
mod leavers;
mod listener;
mod live;
mod openapi;
mod pages;
mod server;
mod simulator;

use std::process::ExitCode;

use crate::arguments::Command;

#[tokio::main]
async fn main() -> ExitCode {
    let result = match arguments::parse() {
        Ok(Command::Help) => {
            print!("{}", arguments::HELP);
            Ok(())
        }
        Ok(Command::Serve(options)) => server::run(options).await,
        Ok(Command::Simulator(options)) => simulator::run(options).await,
        Ok(Command::Bench) => bench::run().await,
        Ok(Command::OpenApi) => openapi::run().await,
        Err(error) => Err(format!("{error}\n\n{}", arguments::HELP).into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

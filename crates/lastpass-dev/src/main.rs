//! `cargo dev`: the local server, the simulator as a server, and the benchmarks.

mod arguments;
mod bench;
mod edge;
mod live;
mod local;
mod routes;
mod simulator;

use std::process::ExitCode;

use arguments::Command;

/// Why a command did not come to its end, in words for whoever started it.
type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let done = match arguments::parse() {
        Ok(Command::Help) => {
            print!("{}", arguments::HELP);
            Ok(())
        }
        Ok(Command::Serve(options)) => local::run(options).await,
        Ok(Command::Simulator(options)) => simulator::run(options).await,
        Ok(Command::Bench) => bench::run().await,
        Err(error) => Err(format!("{error}\n\n{}", arguments::HELP).into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Takes a port of this host.
async fn listen(port: u16) -> Result<tokio::net::TcpListener, Failure> {
    tokio::net::TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        if error.kind() == std::io::ErrorKind::AddrInUse {
            format!("port {port} is taken: stop what listens there, or choose another with --port").into()
        } else {
            format!("port {port} cannot be used: {error}").into()
        }
    })
}

//! `cargo dev` and `cargo benchmark`: compile and start `lastpass-dev`. Without dependencies, so that its first line is
//! printed before they are compiled.

use std::{
    env,
    process::{Command, ExitCode},
};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let (run, duration): (&[&str], _) = match arguments.next().as_deref().and_then(|name| name.to_str()) {
        Some("dev") => {
            (&["--package", "lastpass-dev", "--"], "about two minutes the first time, and seconds after that")
        }
        Some("benchmark") => {
            (&["--release", "--package", "lastpass-dev", "--", "bench"], "about ten minutes the first time")
        }
        _ => {
            eprintln!("use `cargo dev` or `cargo benchmark`");
            return ExitCode::FAILURE;
        }
    };
    eprintln!("Compiling. On two cores this takes {duration}.");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg("run").args(run).args(arguments);
    start(cargo)
}

/// Replaces this process, so that signals reach the program that it starts.
#[cfg(unix)]
fn start(mut cargo: Command) -> ExitCode {
    let error = std::os::unix::process::CommandExt::exec(&mut cargo);
    eprintln!("cargo cannot be started: {error}");
    ExitCode::FAILURE
}

#[cfg(not(unix))]
fn start(mut cargo: Command) -> ExitCode {
    match cargo.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo cannot be started: {error}");
            ExitCode::FAILURE
        }
    }
}

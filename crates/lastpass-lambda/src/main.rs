//! Every endpoint as one function on AWS Lambda, behind a function URL or an API Gateway. The only crate that names its
//! runtime.
//!
//! The process is frozen as soon as a reply is sent, so there is no background work: stale data is fetched again before
//! the reply.

mod event;
mod handler;
mod log;
mod reply;

use std::{convert::Infallible, env, process::ExitCode};

use chrono::Utc;
use lambda_http::{
    LambdaEvent,
    lambda_runtime::{self, service_fn},
};
use lastpass_core::web::App;

use crate::event::Event;

/// The maximum number of threads that decode LastPass's replies and compute: as many as a function has processors.
const COMPUTE_THREADS: usize = 2;

fn main() -> ExitCode {
    log::install();
    // The runtime panics if this variable is missing.
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return failed(&"it runs only on AWS Lambda; `cargo dev` serves the same routes locally");
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().max_blocking_threads(COMPUTE_THREADS).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    // A database pool needs a runtime.
    let app = {
        let _guard = runtime.enter();
        App::new(|name| env::var(name).ok())
    };
    let app = &app;
    let service = service_fn(|LambdaEvent { payload, .. }: LambdaEvent<Event>| async move {
        Ok::<_, Infallible>(handler::handle(app, payload, Utc::now()).await)
    });
    match runtime.block_on(lambda_runtime::run(service)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&*error),
    }
}

fn failed(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("the function cannot start: {error}");
    ExitCode::FAILURE
}

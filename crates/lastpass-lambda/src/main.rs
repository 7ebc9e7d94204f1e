//! Every endpoint as one function on AWS Lambda, behind a function URL or an API Gateway. The only crate that names its
//! runtime.
//!
//! The process sleeps as soon as a reply has left, so nothing goes on in the background: what is stale is read again
//! before the answer.

mod answer;
mod event;
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

/// Threads that read LastPass's replies and compute: as many as a function has processors.
const COMPUTING_THREADS: usize = 2;

fn main() -> ExitCode {
    log::install();
    // The runtime panics where this variable is missing.
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return failed(&"it runs on AWS Lambda alone; `cargo dev` serves the same routes on this machine");
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().max_blocking_threads(COMPUTING_THREADS).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    // The pool of the database, where there is one, is made for a runtime.
    let app = {
        let _inside = runtime.enter();
        App::new(|name| env::var(name).ok())
    };
    let app = &app;
    let service = service_fn(|LambdaEvent { payload, .. }: LambdaEvent<Event>| async move {
        Ok::<_, Infallible>(answer::answer(app, payload, Utc::now()).await)
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

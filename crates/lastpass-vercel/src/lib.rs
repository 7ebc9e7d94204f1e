//! Runs an endpoint of lastpass-core as a function on Vercel. The only crate that names its runtime.
//!
//! The runtime prints a handler's `Err` to the caller and drops the connection at a panic, so
//! this adapter gives it neither: `serve` always has an answer.

mod log;
mod reply;

use std::{env, process::ExitCode, sync::Arc};

use chrono::Utc;
use futures_util::future::{BoxFuture, FutureExt};
use lastpass_core::web::{App, Background, Endpoint, RequestContext, not_found, read_request_body, serve};
use tokio::sync::oneshot;
use vercel_runtime::{AppState, Request, Response, ResponseBody, service_fn};

/// Threads that read LastPass's replies and compute: as many as a function has processors. The allocator keeps memory
/// for each thread, so more of them cost memory and win nothing.
const COMPUTING_THREADS: usize = 2;

/// Runs the function until the platform ends it. It answers its endpoints by the last part of the path, which is the one
/// that was asked for, whatever it was rewritten to; any other path is the first's.
pub fn run<const N: usize>(endpoints: [&'static Endpoint; N]) -> ExitCode {
    log::install();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().max_blocking_threads(COMPUTING_THREADS).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    // The pool of the database, where there is one, is made for a runtime.
    let app = {
        let _inside = runtime.enter();
        Arc::new(App::new(|name| env::var(name).ok()))
    };
    let service = service_fn(move |request: Request, state: AppState| {
        let app = Arc::clone(&app);
        async move { answer(&app, &endpoints, request, state).await }
    });
    match runtime.block_on(vercel_runtime::run(service)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&*error),
    }
}

async fn answer(
    app: &App,
    endpoints: &[&'static Endpoint],
    request: Request,
    state: AppState,
) -> Response<ResponseBody> {
    let last_part = request.uri().path().trim_end_matches('/').rsplit('/').next();
    let named = endpoints.iter().find(|endpoint| Some(endpoint.route.name) == last_part);
    let endpoint = named.or(endpoints.first()).copied();
    let context = state.log_context.clone();
    // The runtime tells the platform that a request is over when there is a reply, even one that is still being sent,
    // and on SIGTERM waits for background work alone. So a request counts as that until its body has left.
    let (sending, sent) = oneshot::channel();
    state.wait_until(sent.map(drop));
    let answering = async {
        let (head, body) = request.into_parts();
        let request = http::Request::from_parts(head, read_request_body(body).await);
        let background = WaitUntil(state);
        let context = RequestContext::new(Utc::now(), Some(&background));
        match endpoint {
            Some(endpoint) => serve(app, endpoint, request, context).await,
            None => not_found(),
        }
    };
    log::with(context, answering).await.map(|body| reply::body(body, sending))
}

/// Work that the platform keeps the process awake for, after the reply.
struct WaitUntil(AppState);

impl Background for WaitUntil {
    fn wait_until(&self, work: BoxFuture<'static, ()>) {
        self.0.wait_until(log::with(self.0.log_context.clone(), work));
    }
}

fn failed(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("the function cannot start: {error}");
    ExitCode::FAILURE
}

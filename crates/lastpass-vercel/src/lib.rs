//! Runs endpoints of lastpass-core as a function on Vercel. The only crate that names its runtime.
//!
//! The runtime sends a handler's `Err` to the client and drops the connection at a panic. This adapter produces neither:
//! `serve` always returns a response.

mod body;
mod log;

use std::{env, process::ExitCode, sync::Arc};

use chrono::Utc;
use futures_util::future::{BoxFuture, FutureExt};
use lastpass_core::web::{App, Background, Endpoint, RequestContext, not_found, read_request_body, serve};
use tokio::sync::oneshot;
use vercel_runtime::{AppState, Request, Response, ResponseBody, service_fn};

/// The maximum number of threads that decode LastPass's replies and compute: as many as a function has processors. The
/// allocator keeps memory for each thread, so that more would cost memory and gain nothing.
const COMPUTE_THREADS: usize = 2;

/// Runs the function until the platform stops it. The last part of the path selects the endpoint: the platform passes the
/// requested path, not the one that it was rewritten to. The first endpoint serves any other path.
pub fn run<const N: usize>(endpoints: [&'static Endpoint; N]) -> ExitCode {
    log::install();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().max_blocking_threads(COMPUTE_THREADS).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    // A database pool needs a runtime.
    let app = {
        let _guard = runtime.enter();
        Arc::new(App::new(|name| env::var(name).ok()))
    };
    let service = service_fn(move |request: Request, state: AppState| {
        let app = Arc::clone(&app);
        async move { handle(&app, &endpoints, request, state).await }
    });
    match runtime.block_on(vercel_runtime::run(service)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&*error),
    }
}

async fn handle(
    app: &App,
    endpoints: &[&'static Endpoint],
    request: Request,
    state: AppState,
) -> Response<ResponseBody> {
    let endpoint = endpoint_at(request.uri().path(), endpoints);
    let context = state.log_context.clone();
    // The runtime reports a request as finished when it has a response, even if the body is still being sent, and on
    // SIGTERM waits only for background work. So a request counts as background work until its body has been sent.
    let (sending, sent) = oneshot::channel();
    state.wait_until(sent.map(drop));
    let handling = async {
        let (head, body) = request.into_parts();
        let request = http::Request::from_parts(head, read_request_body(body).await);
        let background = WaitUntil(state);
        let context = RequestContext::new(Utc::now(), Some(&background));
        match endpoint {
            Some(endpoint) => serve(app, endpoint, request, context).await,
            None => not_found(),
        }
    };
    log::with(context, handling).await.map(|body| body::track(body, sending))
}

/// The endpoint that the last part of a path names, else the first. One trailing slash makes no difference; a path with two
/// slashes has no endpoint.
fn endpoint_at(path: &str, endpoints: &[&'static Endpoint]) -> Option<&'static Endpoint> {
    if path.contains("//") {
        return None;
    }
    let last_part = path.strip_suffix('/').unwrap_or(path).rsplit('/').next();
    let named = endpoints.iter().find(|endpoint| Some(endpoint.route.name) == last_part);
    named.or(endpoints.first()).copied()
}

/// Background work for which the platform keeps the process alive after the response.
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

#[cfg(test)]
mod tests {
    use lastpass_core::web::{HEALTH, SESSION};

    use super::endpoint_at;

    #[test]
    fn the_last_part_of_the_path_selects_the_endpoint() {
        for (path, expected) in [
            ("/api/health", Some("health")),
            ("/api/lastpass/health/", Some("health")),
            ("/api/session/", Some("session")),
            ("/api/lastpass/session", Some("session")),
            ("/api/other", Some("session")),
            ("/", Some("session")),
            ("/api/health//", None),
            ("/api//health", None),
        ] {
            let found = endpoint_at(path, &[&SESSION, &HEALTH]).map(|endpoint| endpoint.route.name);
            assert_eq!(found, expected, "{path}");
        }
    }
}

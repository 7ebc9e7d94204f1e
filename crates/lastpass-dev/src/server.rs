//! A local server of every route, as the platform would serve them.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use cdn_model::CacheStatus;
use chrono::Utc;
use futures_util::{FutureExt, future::BoxFuture};
use http::{HeaderValue, Method, Request, Response, StatusCode, header::ALLOW, request::Parts};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use lastpass_core::web::{
    App, Background, Body, RequestBodyError, RequestContext, endpoint_at, not_found, read_request_body, serve,
};
use tokio::task::JoinSet;

use crate::{
    arguments::ServerOptions,
    cdn::{Cached, Cdn},
    dashboard::Dashboard,
    demo,
    error::BoxError,
    listener::listen,
    live, openapi,
};

struct Server {
    app: App,
    cdn: Cdn,
    background: BackgroundTasks,
    /// Requests to try.
    commands: String,
    dashboard: Arc<Dashboard>,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// Returns an error if the port cannot be used or a setting is invalid.
pub(crate) async fn run(options: ServerOptions) -> Result<(), BoxError> {
    let listener = listen(options.port).await?;
    let address = format!("http://localhost:{}", options.port);
    let (app, commands) = match options.live {
        Some(changes) => live::app(&address, changes)?,
        None => demo::app(&address, &options)?,
    };
    tracing_subscriber::fmt().compact().with_target(false).with_writer(std::io::stderr).init();
    let dashboard = Dashboard::start(options.dashboard);
    println!("{}{commands}", dashboard.heading(&address));
    let (cdn, background) = Default::default();
    let server = Arc::new(Server { app, cdn, background, commands, dashboard });
    let serving = async {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Possibly out of file handles, until other connections close.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let server = Arc::clone(&server);
            let service = service_fn(move |request| {
                let server = Arc::clone(&server);
                async move { Ok::<_, Infallible>(server.respond(request).await) }
            });
            let connection =
                http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
            // An error means that the client disconnected.
            tokio::spawn(async move { connection.await.unwrap_or_default() });
        }
    };
    tokio::select! {
        () = serving => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    // Background work may finish; a second Ctrl-C does not wait for it.
    tokio::select! {
        () = server.background.join() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(())
}

impl Server {
    async fn respond<B>(self: Arc<Self>, request: Request<B>) -> Response<Body>
    where
        B: hyper::body::Body,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        let path = request.uri().path();
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        if matches!(path, "/" | "/openapi.json") && !is_read {
            return read_only();
        }
        if path == "/openapi.json" {
            return openapi::file();
        }
        if is_read
            && !path.starts_with("/api/")
            && let Some(page) = self.dashboard.respond(path, &self.commands)
        {
            return page;
        }
        let (head, body) = request.into_parts();
        match self.cdn.lookup(&head) {
            Cached::Fresh(reply) => reply,
            Cached::Stale(reply) => {
                let server = Arc::clone(&self);
                let revalidation = async move { drop(server.call(head, Ok(Bytes::new()), CacheStatus::Miss).await) };
                self.background.wait_until(revalidation.boxed());
                reply
            }
            Cached::Missing(status) => self.call(head, read_request_body(body).await, status).await,
        }
    }

    /// Calls the endpoint, and stores its reply in the cache if it may be stored.
    async fn call(&self, head: Parts, body: Result<Bytes, RequestBodyError>, status: CacheStatus) -> Response<Body> {
        let request = Request::from_parts(head.clone(), body);
        let response = match endpoint_at(head.uri.path()) {
            Some(endpoint) => {
                let context = RequestContext::new(Utc::now(), Some(&self.background));
                serve(&self.app, endpoint, request, context).await
            }
            None => not_found(),
        };
        self.cdn.forward(&head, response, status).await
    }
}

/// The reply to another method than GET and HEAD for a file.
fn read_only() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

/// Work that continues after a reply; joined when the server ends.
#[derive(Default)]
struct BackgroundTasks(Mutex<JoinSet<()>>);

impl Background for BackgroundTasks {
    fn wait_until(&self, work: BoxFuture<'static, ()>) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }
}

impl BackgroundTasks {
    async fn join(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.join_all().await;
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, Full};
    use lastpass_sim::{Company, Simulator};

    use super::*;
    use crate::arguments::DashboardOption;

    fn server() -> Arc<Server> {
        let setting = |name: &str| (name == "LASTPASS_DEMO").then(|| "1".to_owned());
        let app = App::with_transport(Arc::new(Simulator::new(Company::empty())), setting);
        let (cdn, background) = Default::default();
        let dashboard = Dashboard::start(DashboardOption::LeaveOut);
        Arc::new(Server { app, cdn, background, commands: "commands to try".to_owned(), dashboard })
    }

    #[tokio::test]
    async fn files_are_read_and_every_other_method_is_refused() {
        let server = server();
        let respond = async |method: Method, path: &str| {
            let request =
                Request::builder().method(method).uri(path).body(Full::<Bytes>::default()).expect("a request");
            Arc::clone(&server).respond(request).await
        };
        for path in ["/", "/openapi.json"] {
            for method in [Method::GET, Method::HEAD] {
                assert_eq!(respond(method, path).await.status(), StatusCode::OK, "{path}");
            }
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
                let reply = respond(method.clone(), path).await;
                assert_eq!(reply.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
                assert_eq!(reply.headers()[ALLOW], "GET, HEAD");
                assert!(reply.into_body().collect().await.expect("a body").to_bytes().is_empty());
            }
        }
        assert_eq!(respond(Method::POST, "/nope").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(respond(Method::POST, "/api/session").await.status(), StatusCode::FORBIDDEN, "cross-site");
    }
}

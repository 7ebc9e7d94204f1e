//! A `World` behind a port of this machine.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::world::{TestResponse, World};

/// A request and its reply.
pub(crate) struct Exchange {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    body: Bytes,
    pub(crate) reply: TestResponse,
}

impl Exchange {
    /// What decides the reply, however a client spells it.
    pub(crate) fn request(&self) -> (&Method, &Uri, [Option<&str>; 3], Option<Value>) {
        let header = |name: &str| self.headers.get(name).map(|value| value.to_str().expect("text"));
        let media_type = header("content-type").and_then(|value| value.split(';').next());
        let headers = [header("authorization"), header("idempotency-key"), media_type];
        (&self.method, &self.uri, headers, serde_json::from_slice(&self.body).ok())
    }
}

/// The server, which ends with the test's runtime.
pub(crate) struct Server {
    /// Its address, without a slash at the end.
    pub(crate) url: String,
    exchanges: Arc<Mutex<Vec<Arc<Exchange>>>>,
}

impl Server {
    pub(crate) async fn start(world: World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let exchanges = Arc::default();
        tokio::spawn(accept(listener, Arc::new(world), Arc::clone(&exchanges)));
        Self { url, exchanges }
    }

    /// The exchanges so far.
    pub(crate) fn exchanges(&self) -> Vec<Arc<Exchange>> {
        self.exchanges.lock().expect("no panic while it is locked").clone()
    }
}

async fn accept(listener: TcpListener, world: Arc<World>, exchanges: Arc<Mutex<Vec<Arc<Exchange>>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (world, exchanges) = (Arc::clone(&world), Arc::clone(&exchanges));
        let service = service_fn(move |request| {
            let (world, exchanges) = (Arc::clone(&world), Arc::clone(&exchanges));
            async move {
                let exchange = Arc::new(exchange(&world, request).await);
                let mut response = Response::new(Full::new(exchange.reply.body.clone()));
                *response.status_mut() = exchange.reply.status;
                *response.headers_mut() = exchange.reply.headers.clone();
                exchanges.lock().expect("no panic while it is locked").push(exchange);
                Ok::<_, Infallible>(response)
            }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn exchange(world: &World, request: Request<Incoming>) -> Exchange {
    let (head, body) = request.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    let mut sent = Request::builder().method(head.method.clone()).uri(head.uri.clone());
    for (name, value) in &head.headers {
        sent = sent.header(name, value);
    }
    let reply = world.send_body(sent, body.clone()).await;
    Exchange { method: head.method, uri: head.uri, headers: head.headers, body, reply }
}

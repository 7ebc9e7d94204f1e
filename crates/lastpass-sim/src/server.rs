//! The simulator behind a socket.

use std::io;

use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::fault::ConnectionError;
use crate::simulator::Simulator;

/// Serves the simulator over HTTP/1.1 until the listener fails or the future is dropped.
///
/// A lost connection, of either kind, is closed without a reply.
pub async fn serve_http(listener: TcpListener, simulator: Simulator) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let simulator = simulator.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request: http::Request<Incoming>| {
                let simulator = simulator.clone();
                async move {
                    let (head, body) = request.into_parts();
                    // A body that breaks off is a caller that went away.
                    let body = body.collect().await.map_err(|_| ConnectionError::Reset)?.to_bytes();
                    let response = simulator.respond(http::Request::from_parts(head, body)).await?;
                    Ok::<_, ConnectionError>(response.map(Full::new))
                }
            });
            // An error here is a caller that went away or a connection lost on purpose.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

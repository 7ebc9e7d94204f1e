//! Serves the simulator over HTTP.

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
/// A connection error of either kind closes the connection without a response.
///
/// # Errors
/// Returns the listener's error if it cannot accept connections.
pub async fn serve_http(listener: TcpListener, simulator: Simulator) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let simulator = simulator.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request: http::Request<Incoming>| {
                let simulator = simulator.clone();
                async move {
                    let (head, body) = request.into_parts();
                    // An incomplete body means that the client disconnected.
                    let body = body.collect().await.map_err(|_| ConnectionError::Reset)?.to_bytes();
                    let response = simulator.respond(http::Request::from_parts(head, body)).await?;
                    Ok::<_, ConnectionError>(response.map(Full::new))
                }
            });
            // An error means that the client disconnected or that a fault closed the connection.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

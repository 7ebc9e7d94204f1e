//! A server that publishes a key set and counts requests.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A local server that publishes a key set.
pub(crate) struct KeyServer {
    pub(crate) url: String,
    response: Arc<Mutex<String>>,
    requests: Arc<AtomicUsize>,
}

impl KeyServer {
    /// Starts a server that publishes these keys.
    pub(crate) async fn start(keys: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/jwks.json", listener.local_addr().expect("an address"));
        let server = Self { url, response: Arc::default(), requests: Arc::default() };
        server.publish(keys);
        let (response, requests) = (Arc::clone(&server.response), Arc::clone(&server.requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                requests.fetch_add(1, Ordering::SeqCst);
                let response = response.lock().expect("no story panics here").clone();
                tokio::spawn(respond(stream, response));
            }
        });
        server
    }

    /// Publishes these keys only.
    pub(crate) fn publish(&self, keys: Vec<Value>) {
        self.respond_with(200, "", &json!({ "keys": keys }).to_string());
    }

    /// Sets the response to all further requests.
    pub(crate) fn respond_with(&self, status: u16, headers: &str, body: &str) {
        let response = format!(
            "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        *self.response.lock().expect("no story panics here") = response;
    }

    /// The number of requests so far.
    pub(crate) fn request_count(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn respond(mut stream: TcpStream, response: String) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {}
    // A client that rejects a long response closes the connection early.
    let _ = stream.write_all(response.as_bytes()).await;
}
